"""The real command as a process, with a worker of its own: killed on the way, and run again."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.imports import write_members, write_purchases
from bot.importing import BATCH
from storage.database import sqlite_path
from tests.imports.office import Office

ROWS = 60_000
pytestmark = pytest.mark.process


def start(office: Office, command: str, path: Path) -> subprocess.Popen[str]:
    environment = {
        **os.environ,
        "GUANXI_STORAGE__URL": office.settings.storage.url,
        "GUANXI_STORAGE__KEY_FILE": str(office.settings.storage.key_file),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "import", command, path.name],
        cwd=office.directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def people_in(office: Office) -> int:
    path = sqlite_path(office.settings.storage.url)
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found: int = db.execute("SELECT count(*) FROM member").fetchone()[0]
        return found
    finally:
        db.close()


def test_an_import_that_is_killed_on_the_way_is_simply_run_again(small_office: Office) -> None:
    people = small_office.directory / "people.csv"
    write_members(people, ROWS)
    killed = start(small_office, "members", people)
    while people_in(small_office) == 0:
        assert killed.poll() is None, killed.communicate()
        time.sleep(0.01)
    workers = children(killed.pid)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    half = people_in(small_office)
    assert 0 < half < ROWS
    assert half % BATCH == 0
    assert workers

    again = start(small_office, "members", people)
    said, _ = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert f"{ROWS:,} rows of members: {ROWS - half:,} new, {half:,} already there, 0 refused" in said
    ends = time.monotonic() + 30
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < ends, "a worker outlived the process that was killed"
        time.sleep(0.05)

    orders = small_office.directory / "orders.csv"
    write_purchases(orders, 2000, ROWS)
    bought = start(small_office, "purchases", orders)
    said, _ = bought.communicate(timeout=120)
    assert "2,000 new" in said
    assert asyncio.run(small_office.counts()) == (ROWS, 0, 2000)


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else [pid]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
