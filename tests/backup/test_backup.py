"""A copy of the database, taken while somebody writes."""

from __future__ import annotations

import base64
import shutil
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.backup import backup
from bot.importing import import_members
from bot.settings import Settings
from storage.database import open_database, sqlite_path
from storage.members import by_telegram_id
from storage.sealing import Vault
from tests.club import MASTER_KEY


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return _settings(sqlite_url, tmp_path)


def _settings(url: str, directory: Path) -> Settings:
    key_file = directory / "club.key"
    key_file.write_bytes(base64.b64encode(MASTER_KEY))
    key_file.chmod(0o600)
    return Settings.model_validate({"storage": {"url": url, "key_file": key_file}})


async def _with_ana(settings: Settings, directory: Path) -> None:
    people = directory / "people.csv"
    people.write_text("telegram_id,name,language,birthday,joined_on\n42,Ana,en,,2020-01-01\n")
    assert await import_members(settings, people) == 0


def _names(directory: Path, pattern: str) -> list[str]:
    return [path.name for path in directory.glob(pattern)]


def _contents(dump: Path) -> str:
    return subprocess.run(["pg_restore", "--list", str(dump)], capture_output=True, text=True, check=True).stdout


async def test_a_backup_is_a_whole_database_that_opens_with_the_key(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _with_ana(settings, tmp_path)
    copy = tmp_path / "copy #1.db"
    assert backup(settings, copy) == 0
    said = capsys.readouterr().out
    assert "integrity check passed" in said
    assert "1  member\n" in said
    assert f"Keep a copy of the key file ({settings.storage.key_file}) in another place" in said
    assert copy.stat().st_mode & 0o777 == 0o600
    assert _names(tmp_path, "copy*") == ["copy #1.db"]
    restored = await open_database(f"sqlite+aiosqlite:///{copy}", Vault(MASTER_KEY))
    ana = await restored.read(lambda db: by_telegram_id(db, 42))
    await restored.close()
    assert ana is not None
    assert ana.name == "Ana"


def test_a_backup_never_overwrites(settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("last week's")
    assert backup(settings, copy) == 2
    assert f"'{copy}' exists already, expected the name of a new file" in capsys.readouterr().out
    assert copy.read_text() == "last week's"


def test_a_place_that_does_not_exist_is_named(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backup(settings, tmp_path / "no" / "copy.db") == 2
    assert "cannot be made (No such file or directory)" in capsys.readouterr().out
    nothing = Settings.model_validate({"storage": {"url": f"sqlite+aiosqlite:///{tmp_path}/none.db"}})
    assert backup(nothing, tmp_path / "copy.db") == 2
    assert "found no database at" in capsys.readouterr().out
    assert not (tmp_path / "none.db").exists()


def test_a_damaged_database_makes_no_backup(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sqlite_path(settings.storage.url)
    assert path is not None
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = DELETE")
    root = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_member_joined_at'").fetchone()[0]
    size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    copy = tmp_path / "copy.db"
    assert backup(settings, copy) == 1
    assert "The copy is damaged" in capsys.readouterr().out
    assert not _names(tmp_path, "copy*")


def test_a_backup_holds_nobody_up_and_is_of_one_moment(settings: Settings, tmp_path: Path) -> None:
    """Every transaction adds a row here and a row there: a copy of one moment has as many of both."""
    path = sqlite_path(settings.storage.url)
    assert path is not None
    writer = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    writer.execute("PRAGMA synchronous = OFF")
    writer.execute("CREATE TABLE here (text)")
    writer.execute("CREATE TABLE there (text)")
    writer.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
        "INSERT INTO here SELECT hex(randomblob(1000)) FROM n"
    )
    done = threading.Event()
    waits: list[float] = []

    def write() -> None:
        while not done.is_set():
            began = time.perf_counter()
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("INSERT INTO here VALUES ('more')")
            writer.execute("INSERT INTO there VALUES ('more')")
            writer.execute("COMMIT")
            waits.append(time.perf_counter() - began)
            time.sleep(0.001)

    thread = threading.Thread(target=write)
    thread.start()
    code = backup(settings, tmp_path / "copy.db")
    written = len(waits)
    done.set()
    thread.join()
    writer.close()
    assert code == 0
    assert written > 3
    assert max(waits) < 1
    copy = sqlite3.connect(tmp_path / "copy.db")
    here, there = (copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("here", "there"))
    copy.close()
    assert here == 20_000 + there


@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not on the PATH: install postgresql-client")
async def test_postgresql_is_dumped_by_its_own_tool(
    postgres_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = _settings(postgres_url, tmp_path)
    await _with_ana(settings, tmp_path)
    copy = tmp_path / "club.dump"
    assert backup(settings, copy) == 0
    assert "by pg_dump" in capsys.readouterr().out
    assert copy.stat().st_mode & 0o777 == 0o600
    assert "TABLE DATA public member" in _contents(copy)
    unreachable = _settings(make_url(postgres_url).set(port=1).render_as_string(), tmp_path)
    assert backup(unreachable, tmp_path / "other.dump") == 2
    assert "pg_dump failed" in capsys.readouterr().out
    assert not _names(tmp_path, "other*")


def test_without_pg_dump_it_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    settings = _settings("postgresql+psycopg://guanxi:secret@db.example/club", tmp_path)
    assert backup(settings, tmp_path / "club.dump") == 2
    said = capsys.readouterr().out
    assert f"run: pg_dump --format=custom --no-password --file={tmp_path}/club.dump postgresql://guanxi@db" in said
    assert "secret" not in said
