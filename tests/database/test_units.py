"""Units of work: whole or not at all, on either database, whatever happens to their neighbours."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from storage import members, state
from storage.database import Database, DatabaseProblem, UnitTimedOut, open_database, utc_now
from storage.sealing import Vault
from storage.sqlite import SqliteDatabase
from storage.tables import bot_state
from tests.club import MASTER_KEY

SHORT = 0.3
"""Seconds until a unit is interrupted in these tests."""
ENDLESS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0"  # never ends
)


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    opened = await open_database(any_url, Vault(MASTER_KEY), deadline=SHORT)
    yield opened
    await opened.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[SqliteDatabase]:
    opened = await open_database(sqlite_url, Vault(MASTER_KEY), deadline=SHORT)
    assert isinstance(opened, SqliteDatabase)
    yield opened
    await opened.close()


def _note(key: str) -> Callable[[Connection], None]:
    return lambda db: state.put(db, key, "here")


def _notes(db: Connection) -> set[str]:
    return set(db.execute(select(bot_state.c.key)).scalars())


def _fails_after(key: str) -> Callable[[Connection], None]:
    def unit(db: Connection) -> None:
        state.put(db, key, "half done")
        raise LookupError(key)

    return unit


# ---- side by side ---------------------------------------------------------------------------------------------------


async def test_one_that_fails_among_eight_harms_none_of_the_others(database: Database) -> None:
    units = [_fails_after("3") if number == 3 else _note(str(number)) for number in range(8)]
    results = await asyncio.gather(*map(database.write, units), return_exceptions=True)
    assert [type(result) for result in results].count(LookupError) == 1
    assert await database.read(_notes) == {"0", "1", "2", "4", "5", "6", "7"}


async def test_whoever_failed_hears_its_own_error_and_the_others_their_own_value(database: Database) -> None:
    async def give(number: int) -> int:
        def unit(db: Connection) -> int:
            state.put(db, f"n{number}", "x")
            if number % 2:
                raise LookupError(str(number))
            return number

        return await database.write(unit)

    results = await asyncio.gather(*map(give, range(20)), return_exceptions=True)
    assert [result if isinstance(result, int) else int(str(result)) for result in results] == list(range(20))


async def test_an_error_of_the_database_spoils_only_its_own_unit(database: Database) -> None:
    async def twice_the_same(db: Connection) -> None: ...

    def broken(db: Connection) -> None:
        db.execute(bot_state.insert().values(key="same", value="1"))
        db.execute(bot_state.insert().values(key="same", value="2"))

    results = await asyncio.gather(
        database.write(_note("a")), database.write(broken), database.write(_note("b")), return_exceptions=True
    )
    assert isinstance(results[1], SQLAlchemyError)
    assert await database.read(_notes) == {"a", "b"}


async def test_a_lost_transaction_is_run_again_unit_by_unit(sqlite: SqliteDatabase) -> None:
    """SQLite takes the whole transaction back for a full disk or an interrupted write."""
    runs: list[str] = []

    def counted(key: str) -> Callable[[Connection], None]:
        def unit(db: Connection) -> None:
            runs.append(key)
            state.put(db, key, "here")

        return unit

    def loses_everything(db: Connection) -> None:
        runs.append("bad")
        db.exec_driver_sql("ROLLBACK")
        raise OSError("disk full")

    units = [counted("a"), counted("b"), loses_everything, counted("c")]
    results = await asyncio.gather(*map(sqlite.write, units), return_exceptions=True)
    assert [result is None for result in results] == [True, True, False, True]
    assert await sqlite.read(_notes) == {"a", "b", "c"}
    assert runs == ["a", "b", "bad", "a", "b", "bad", "c"]


async def test_a_commit_that_fails_is_run_again_and_the_connection_lives_on(sqlite: SqliteDatabase) -> None:
    """A deferred constraint is checked at the commit: it fails there, for all who share it, and then for one."""

    def deferred(db: Connection) -> None:
        db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        members.add_consent(db, 77, "marketing", given=True, version=None, source="x", at=utc_now())

    results = await asyncio.gather(
        sqlite.write(_note("a")), sqlite.write(deferred), sqlite.write(_note("b")), return_exceptions=True
    )
    assert isinstance(results[1], SQLAlchemyError)
    assert await sqlite.read(_notes) == {"a", "b"}
    await sqlite.write(_note("later"))


# ---- what is remembered beside the rows -----------------------------------------------------------------------------


def _add(db: Connection, telegram_id: int, name: str) -> int:
    return members.add(db, telegram_id, name=name, username=None, language="en", zone="UTC", at=utc_now()).id


async def test_the_key_of_a_member_who_was_rolled_back_is_not_used_for_the_next(database: Database) -> None:
    def added_in_vain(db: Connection) -> None:
        _add(db, 1, "Ana")
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(added_in_vain)
    member_id = await database.write(lambda db: _add(db, 2, "Bo"))
    assert (await database.read(lambda db: members.by_id(db, member_id))).name == "Bo"


async def test_the_same_holds_in_company(database: Database) -> None:
    def added_in_vain(db: Connection) -> None:
        _add(db, 1, "Ana")
        raise LookupError

    async def joins(telegram_id: int) -> int:
        return await database.write(lambda db: _add(db, telegram_id, f"M{telegram_id}"))

    await asyncio.gather(joins(2), database.write(added_in_vain), joins(3), joins(4), return_exceptions=True)
    for telegram_id in (2, 3, 4):
        person = await database.read(partial(members.by_telegram_id, telegram_id=telegram_id))
        assert person is not None
        assert person.name == f"M{telegram_id}"


# ---- whoever does not wait, and the end -----------------------------------------------------------------------------


async def test_what_was_handed_over_commits_although_nobody_waits_for_it(database: Database) -> None:
    waiting = asyncio.create_task(database.write(_note("handed over")))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await database.write(_note("behind it"))
    async with asyncio.timeout(5):  # of two threads of a pool the second may be quicker
        while await database.read(_notes) != {"handed over", "behind it"}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_closing_finishes_what_waits(any_url: str) -> None:
    database = await open_database(any_url, Vault(MASTER_KEY))
    waiting = [asyncio.create_task(database.write(_note(str(number)))) for number in range(30)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*waiting)
    again = await open_database(any_url, Vault(MASTER_KEY))
    assert len(await again.read(_notes)) == 30
    await again.close()


async def test_a_closed_database_says_so(sqlite_url: str) -> None:
    database = await open_database(sqlite_url, Vault(MASTER_KEY))
    await database.close()
    with pytest.raises(DatabaseProblem, match="closing"):
        await database.write(_notes)


async def test_a_closed_database_leaves_no_thread_behind(any_url: str) -> None:
    before = threading.active_count()
    database = await open_database(any_url, Vault(MASTER_KEY))
    await database.write(_note("x"))
    await database.read(_notes)
    await database.close()
    await asyncio.sleep(0.05)
    assert threading.active_count() <= before


# ---- units that do not end ------------------------------------------------------------------------------------------


def _loops_for_ever(_db: Connection) -> None:
    while True:
        pass


def _asks_for_ever(db: Connection) -> None:
    db.execute(text(ENDLESS))


def _writes_for_ever(db: Connection) -> None:
    db.execute(text(f"INSERT INTO bot_state (key, value) SELECT 'endless', 'x' FROM ({ENDLESS}) AS n"))


@pytest.mark.parametrize("endless", [_loops_for_ever, _asks_for_ever, _writes_for_ever])
async def test_a_unit_past_its_deadline_is_interrupted_and_the_next_one_runs(
    database: Database, endless: Callable[[Connection], Any]
) -> None:
    started = time.monotonic()
    with pytest.raises(UnitTimedOut):
        await database.write(endless)
    assert time.monotonic() - started < 10 * SHORT
    await database.write(_note("after it"))
    assert await database.read(_notes) == {"after it"}


@pytest.mark.parametrize("endless", [_loops_for_ever, _asks_for_ever, _writes_for_ever])
async def test_the_neighbours_of_a_hung_unit_come_through(
    database: Database, endless: Callable[[Connection], Any]
) -> None:
    units = [_note("a"), endless, _note("b"), _note("c")]
    results = await asyncio.gather(*map(database.write, units), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), UnitTimedOut, type(None), type(None)]
    assert await database.read(_notes) == {"a", "b", "c"}


async def test_an_interrupt_that_comes_too_late_strikes_nobody_else(
    sqlite: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units that end right at their deadline, hundreds of times: what is said to be done is done, and nothing else."""
    # one may strike inside a destructor; and the next, where pytest reads the sources to tell of the first
    monkeypatch.setattr(sys, "unraisablehook", lambda _: None)
    sqlite._deadline = 0.004

    def nearly(name: str) -> Callable[[Connection], Any]:
        def unit(db: Connection) -> None:
            _note(name)(db)
            until = time.monotonic() + 0.004
            while time.monotonic() < until:
                db.execute(select(func.count()).select_from(bot_state)).scalar_one()

        return unit

    done = set()
    for number in range(150):
        names = [f"{number} a", f"{number} b"]
        outcomes = await asyncio.gather(*(sqlite.write(nearly(name)) for name in names), return_exceptions=True)
        done |= {name for name, outcome in zip(names, outcomes, strict=True) if outcome is None}
    sqlite._deadline = 5.0
    await sqlite.write(_note("fine"))
    assert await sqlite.read(_notes) == done | {"fine"}


@pytest.mark.process
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_nothing_can_interrupt_ends_the_process(request: pytest.FixtureRequest, kind: str) -> None:
    """A hang inside C code holds the thread for good; the exit code tells the supervisor to start anew."""
    url = request.getfixturevalue(f"{kind}_url")
    script = f"""
import asyncio, time
from storage import watch
from storage.database import open_database
from storage.sealing import Vault

async def main():
    watch.LAST_GRACE = 0.5
    database = await open_database({url!r}, Vault(bytes(32)), deadline=0.1)
    await database.write(lambda db: time.sleep(60))

asyncio.run(main())
"""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, timeout=30, check=False
    )
    assert ended.returncode == 70, ended.stderr
