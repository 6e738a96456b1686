"""`guanxi` as an operator meets it: real processes, what they say, how they end."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.lock import ProcessLocked
from bot.settings import Settings
from storage.migrate import HEAD
from tests.settings.desk import Desk

TOKEN = "123456789:AAcanaryCANARYcanaryCANARYcanaryCAN"
ROOT = Path(__file__).parents[2]


def _guanxi(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot` in the working directory of the test."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], capture_output=True, text=True, timeout=30, env=environment
    )


@contextmanager
def _unreadable(path: Path) -> Iterator[None]:
    path.rename(path.with_suffix(".away"))
    yield
    path.with_suffix(".away").rename(path)


def test_it_says_its_version(desk: Desk) -> None:
    said = _guanxi("--version")
    assert (said.returncode, said.stdout) == (0, "guanxi 0.1.0\n")


def test_a_wrong_setting_stops_the_start_with_one_line_and_no_traceback(desk: Desk) -> None:
    desk.writes("club: {time_zone: Mars/Base}")
    said = _guanxi("run")
    assert said.returncode == 2
    assert said.stdout == ""
    assert said.stderr == (
        "config.yaml, club.time_zone: found 'Mars/Base', expected an IANA name such as Europe/Berlin\n"
    )


def test_a_run_without_a_token_says_where_to_get_one(desk: Desk) -> None:
    said = _guanxi("run")
    assert said.returncode == 2
    assert said.stderr == (
        "telegram.token: found nothing, expected the token from @BotFather in GUANXI_TELEGRAM__TOKEN\n"
    )


def test_migrating_makes_the_database_and_its_key_and_minds_the_key_from_then_on(desk: Desk) -> None:
    said = _guanxi("migrate")
    assert (said.returncode, said.stdout) == (0, f"'guanxi.db' stands at version {HEAD}.\n")
    assert (desk.path / "guanxi.key").stat().st_mode & 0o777 == 0o600
    with _unreadable(desk.path / "guanxi.key"):
        said = _guanxi("migrate")
        assert said.returncode == 2
        assert said.stderr.startswith("storage.key_file: found no file at 'guanxi.key', expected the key that belongs")
        assert len(said.stderr.splitlines()) == 1
        assert not (desk.path / "guanxi.key").exists()


def test_a_database_that_is_none_is_named(desk: Desk) -> None:
    desk.writes("this is no database, whatever its name says" * 50, "guanxi.db")
    desk.writes("A" * 43 + "=", "guanxi.key")
    (desk.path / "guanxi.key").chmod(0o600)
    said = _guanxi("migrate")
    assert said.returncode == 2
    assert said.stderr.startswith("storage.url: 'guanxi.db' does not open as a SQLite database (")
    assert len(said.stderr.splitlines()) == 1


def test_every_command_explains_itself() -> None:
    said = CliRunner().invoke(cli.app, ["--help"]).output
    for command in ("run", "try", "check", "migrate", "backup", "import"):
        assert command in said
        assert CliRunner().invoke(cli.app, [command, "--help"]).exit_code == 0


def test_a_file_that_is_not_there_is_not_imported(desk: Desk) -> None:
    said = CliRunner().invoke(cli.app, ["import", "members", "nobody.csv"])
    assert said.exit_code == 2
    assert "nobody.csv" in said.output
    assert "does not exist" in " ".join(said.output.split())


def test_run_hands_over_the_settings_and_ends_with_its_code(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(settings: Settings) -> int:
        assert settings.token() == TOKEN
        return 3

    monkeypatch.setattr("bot.app.run", run)
    monkeypatch.setattr("bot.logs.configure", lambda *_: None)
    desk.exports(GUANXI_TELEGRAM__TOKEN=TOKEN)
    assert CliRunner().invoke(cli.app, ["run"]).exit_code == 3


def test_a_second_process_is_told_in_one_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(_settings: Settings) -> int:
        raise ProcessLocked("guanxi.db is held by process 1")

    monkeypatch.setattr("bot.app.run", run)
    monkeypatch.setattr("bot.logs.configure", lambda *_: None)
    desk.exports(GUANXI_TELEGRAM__TOKEN=TOKEN)
    said = CliRunner().invoke(cli.app, ["run"])
    assert (said.exit_code, said.stderr) == (2, "guanxi.db is held by process 1\n")


def test_a_mistake_of_our_own_keeps_its_traceback(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(_settings: Settings) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.app.run", run)
    monkeypatch.setattr("bot.logs.configure", lambda *_: None)
    desk.exports(GUANXI_TELEGRAM__TOKEN=TOKEN)
    assert isinstance(CliRunner().invoke(cli.app, ["run"]).exception, ZeroDivisionError)


def test_a_start_does_not_wait_for_what_it_does_not_need() -> None:
    heavy = ("alembic", "psycopg", "telegram", "starlette", "apscheduler", "sandbox", "sqlalchemy", "pydantic")
    script = f"import sys, bot.cli; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=30)
    assert said.stdout == "[]\n"


def test_ledger_prove_says_that_all_agrees_and_then_what_does_not(used_house: Path, desk: Desk) -> None:
    shutil.copytree(used_house, desk.path, dirs_exist_ok=True)
    proved = _guanxi("ledger", "prove")
    assert (proved.returncode, proved.stdout) == (0, "0 entries of 0 members, 0 points: everything agrees.\n")
    with sqlite3.connect(desk.path / "guanxi.db") as database:
        database.execute("INSERT INTO member (id, status, language, zone, created_at) VALUES (1, 'left', 'en', '', 0)")
        database.execute(
            "INSERT INTO point_entry (id, member_id, kind, points, reason, idempotency_key, payload_hash, at) "
            "VALUES (1, 1, 'earn', 50, 'welcome', 'a', x'00', 0)"
        )
    database.close()
    proved = _guanxi("ledger", "prove")
    assert proved.returncode == 1
    assert "entry 1: found 50 points, expected 0 as its lines add up to" in proved.stdout
