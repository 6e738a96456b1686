"""SQLite's write-ahead log: no commit writes it back, and it does not grow without end."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from storage import state
from storage.database import open_database
from storage.sealing import Vault
from storage.sqlite import SqliteDatabase
from storage.write_back import LOG_PAGES, PAUSE
from tests.club import MASTER_KEY

PAGE = 4096
PATIENCE = 10.0


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(str(make_url(sqlite_url).database))


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[SqliteDatabase]:
    opened = await open_database(sqlite_url, Vault(MASTER_KEY), deadline=5)
    assert isinstance(opened, SqliteDatabase)
    yield opened
    await opened.close()


def _long(pages: int, key: str = "long") -> Callable[[Connection], None]:
    return lambda db: state.put(db, key, "x" * PAGE * pages)


def _in_the_file_itself(path: Path, key: str) -> bool:
    """Without what stands in the log only."""
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    with sqlite3.connect(f"file:{copy}?immutable=1", uri=True) as alone:
        try:
            return alone.execute("SELECT 1 FROM bot_state WHERE key = ?", [key]).fetchone() is not None
        except sqlite3.DatabaseError:  # half of it is there
            return False


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


async def test_a_long_commit_leaves_the_writing_back_to_others(database: SqliteDatabase, path: Path) -> None:
    async with database._write_back.resting():
        await database.write(_long(2_000))
        await database.write(_long(1, "after"))
        await asyncio.sleep(1.5 * PAUSE)
        assert not _in_the_file_itself(path, "after")
    async with asyncio.timeout(PATIENCE):
        while not _in_the_file_itself(path, "after"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_a_log_that_was_written_back_starts_from_the_front(database: SqliteDatabase, path: Path) -> None:
    await database.write(_long(2_000))
    before = _log_of(path).stat().st_size
    async with asyncio.timeout(PATIENCE):
        while not _in_the_file_itself(path, "long"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    async with database._write_back.resting():  # it has ended
        await database.write(_long(1_000, "after"))
    assert _log_of(path).stat().st_size == before


async def test_a_log_that_is_never_at_rest_stays_within_bounds(database: SqliteDatabase, path: Path) -> None:
    for number in range(4 * LOG_PAGES // 1_000):
        await database.write(_long(1_000, f"long {number}"))
    assert _log_of(path).stat().st_size < 2 * LOG_PAGES * PAGE


async def test_the_log_is_cut_while_something_is_being_written_back(database: SqliteDatabase, path: Path) -> None:
    """An erasure cannot wait for its turn by chance."""
    for number in range(20):
        await database.write(_long(500, f"long {number}"))
        await asyncio.sleep(0.05)
        assert await database.clear_log()
        assert _log_of(path).stat().st_size == 0


async def test_a_disk_that_is_full_is_said_once_and_tried_again(
    database: SqliteDatabase, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint, failures = database._write_back._checkpoint, iter([sqlite3.OperationalError("disk I/O error")])

    def fails_once() -> None:
        for error in failures:
            raise error
        checkpoint()

    monkeypatch.setattr(database._write_back, "_checkpoint", fails_once)
    await database.write(_long(1))
    await asyncio.sleep(1.5 * PAUSE)
    assert "write-ahead log not written back" in capsys.readouterr().out
    await database.write(_long(1, "after"))
    async with asyncio.timeout(PATIENCE):
        while not _in_the_file_itself(path, "after"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_what_was_committed_is_read_whether_it_was_written_back_or_not(database: SqliteDatabase) -> None:
    await database.write(_long(1))
    read: list[str | None] = []
    for _ in range(3):
        read.append(await database.read(lambda db: db.execute(text("SELECT value FROM bot_state")).scalar()))
        await asyncio.sleep(PAUSE)
    assert len(set(read)) == 1
