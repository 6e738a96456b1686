"""Two processes, one database: on SQLite the second one is sent away, and told who is there."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.lock import ProcessLocked, hold_database

HOLDER = """
import sys, time
from bot.lock import hold_database
with hold_database(sys.argv[1]):
    print("held", flush=True)
    {meanwhile}
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/guanxi.db"


def _another_process(url: str, meanwhile: str = "time.sleep(60)") -> subprocess.Popen[str]:
    script = HOLDER.format(meanwhile=meanwhile)
    process = subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def _end(process: subprocess.Popen[str], by: signal.Signals = signal.SIGKILL) -> None:
    process.send_signal(by)
    process.wait(5)
    assert process.stdout is not None
    process.stdout.close()


def test_the_second_process_is_told_which_one_holds_the_database(url: str) -> None:
    other = _another_process(url)
    try:
        with pytest.raises(ProcessLocked) as refused, hold_database(url):
            pass
        assert re.fullmatch(
            rf"guanxi\.db is held by process {other.pid} on {re.escape(socket.gethostname())} "
            r"since \d{4}-\d\d-\d\d \d\d:\d\d UTC; stop it first, or use PostgreSQL for several processes",
            str(refused.value),
        )
    finally:
        _end(other)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_was_killed_holds_nothing(url: str, by: signal.Signals) -> None:
    _end(_another_process(url), by)
    with hold_database(url):
        pass


def test_workers_that_outlive_a_killed_process_hold_nothing(url: str) -> None:
    parent = _another_process(url, "import os\n    os.fork() or print(os.getpid(), flush=True)\n    time.sleep(60)")
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    _end(parent)
    try:
        with hold_database(url):
            pass
    finally:
        os.kill(child, signal.SIGKILL)


def test_whoever_comes_after_a_proper_end_may_have_it(url: str) -> None:
    for _ in range(2):
        with hold_database(url):
            pass


def test_the_same_file_by_another_name_is_the_same_database(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to(tmp_path / "guanxi.db")
    for same in ("sqlite:///guanxi.db", "sqlite+aiosqlite:///link.db"):
        with hold_database(url), pytest.raises(ProcessLocked), hold_database(same):
            pass


def test_another_database_is_another_matter(url: str) -> None:
    with hold_database(url), hold_database(url.replace("guanxi.db", "other.db")):
        pass


def test_postgresql_has_its_own_way() -> None:
    with hold_database("postgresql+psycopg://nobody@nowhere/x"):
        pass
