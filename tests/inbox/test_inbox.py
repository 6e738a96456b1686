"""The queue of what arrived: everything once, in order, until it is handled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage import inbox
from storage.database import Database, open_database
from storage.sealing import Vault
from storage.tables import inbox as inbox_table
from tests.club import MASTER_KEY

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    opened = await open_database(any_url, Vault(MASTER_KEY))
    yield opened
    await opened.close()


def _store(db: Connection, *update_ids: int, chat: int = 7, at: datetime = NOW) -> None:
    inbox.store(db, [(one, chat, {"update_id": one, "message": {"text": f"text {one}"}}) for one in update_ids], at)


def _one(db: Connection, number: int) -> None:
    _store(db, number)


def _waiting(db: Connection, after: int = 0, limit: int = 100) -> list[int]:
    return [arrived.update_id for arrived in inbox.waiting(db, after, limit)]


async def test_an_update_that_comes_twice_is_kept_once(database: Database) -> None:
    await database.write(lambda db: _store(db, 5, 6))
    await database.write(lambda db: _store(db, 6, 7))
    assert await database.read(_waiting) == [5, 6, 7]


async def test_they_wait_in_the_order_of_their_arrival_not_of_their_numbers(database: Database) -> None:
    """After an idle week Telegram begins to count anew."""
    for number in (900, 17, 18):
        await database.write(partial(_one, number=number))
    assert await database.read(_waiting) == [900, 17, 18]


async def test_what_arrived_can_be_read_again_as_it_was_half_surrogates_too(database: Database) -> None:
    raw = {"update_id": 1, "message": {"text": "你好 😀 \ud800"}}
    await database.write(lambda db: inbox.store(db, [(1, 7, raw)], NOW))
    assert [arrived.raw for arrived in await database.read(lambda db: inbox.waiting(db, 0, 10))] == [raw]


async def test_a_row_that_does_not_open_hides_none_of_the_others(database: Database) -> None:
    def corrupted(db: Connection) -> None:
        _store(db, 1, 2, 3)
        db.execute(inbox_table.update().where(inbox_table.c.update_id == 2).values(raw_sealed=b"?"))

    await database.write(corrupted)
    arrived = await database.read(lambda db: inbox.waiting(db, 0, 10))
    assert [(one.update_id, bool(one.raw)) for one in arrived] == [(1, True), (2, False), (3, True)]


async def test_whoever_reads_on_behind_the_last_one_overlooks_nothing(database: Database) -> None:
    """Many store at once, as the webhook does: a row never shows up before the one that was seen last."""
    seen, last = set[int](), 0
    storing = asyncio.gather(*(database.write(partial(_slowly, number=number)) for number in range(1, 41)))
    while not storing.done() or len(seen) < 40:
        for arrived in await database.read(partial(inbox.waiting, after_id=last, limit=100)):
            seen.add(arrived.update_id)
            last = arrived.id
        if storing.done() and not await database.read(partial(inbox.waiting, after_id=last, limit=100)):
            break
        await asyncio.sleep(0.001)
    await storing
    assert seen == set(range(1, 41))


def _slowly(db: Connection, number: int) -> None:
    _store(db, number)
    if db.dialect.name == "postgresql" and number % 3 == 0:
        db.exec_driver_sql("SELECT pg_sleep(0.02)")


async def test_an_update_is_finished_once(database: Database) -> None:
    await database.write(lambda db: _store(db, 1))
    (arrived,) = await database.read(lambda db: inbox.waiting(db, 0, 1))
    assert await database.write(lambda db: inbox.finish(db, arrived.id, NOW))
    assert not await database.write(lambda db: inbox.finish(db, arrived.id, NOW))
    assert await database.read(_waiting) == []


async def test_a_dead_letter_keeps_its_error_and_what_is_done_cannot_die(database: Database) -> None:
    await database.write(lambda db: _store(db, 1, 2))
    one, two = await database.read(lambda db: inbox.waiting(db, 0, 2))
    await database.write(lambda db: inbox.finish(db, one.id, NOW))
    assert not await database.write(lambda db: inbox.bury(db, one.id, "late", NOW))
    assert await database.write(lambda db: inbox.bury(db, two.id, "KeyError" * 200, NOW))
    (letter,) = await database.read(inbox.dead_letters)
    assert (letter.update_id, len(letter.error)) == (2, inbox.MAX_ERROR)


async def test_attempts_are_counted_for_many_at_once(database: Database) -> None:
    await database.write(lambda db: _store(db, 1, 2, 3))
    ids = [arrived.id for arrived in await database.read(lambda db: inbox.waiting(db, 0, 10))]
    await database.write(lambda db: inbox.count_attempt(db, ids[:2]))
    assert [arrived.attempts for arrived in await database.read(lambda db: inbox.waiting(db, 0, 10))] == [1, 1, 0]


async def test_the_broom_takes_what_was_handled_long_ago_and_nothing_that_waits(database: Database) -> None:
    old = NOW - timedelta(days=9)
    await database.write(lambda db: _store(db, 1, 2, at=old))
    one, _two = await database.read(lambda db: inbox.waiting(db, 0, 2))
    await database.write(lambda db: inbox.finish(db, one.id, old))
    assert await database.write(lambda db: inbox.purge(db, NOW - timedelta(days=3), 100)) == 1
    assert await database.read(_waiting) == [2]


async def test_after_the_broom_new_rows_still_come_behind_those_that_were_seen(database: Database) -> None:
    await database.write(lambda db: _store(db, 1))
    (one,) = await database.read(lambda db: inbox.waiting(db, 0, 1))
    await database.write(lambda db: inbox.finish(db, one.id, NOW))
    await database.write(lambda db: inbox.purge(db, NOW + timedelta(days=1), 100))
    await database.write(lambda db: _store(db, 2))
    assert await database.read(lambda db: _waiting(db, after=one.id)) == [2]


async def test_what_somebody_wrote_can_not_be_read_in_the_database_file(database: Database) -> None:
    await database.write(lambda db: _store(db, 1))
    sealed: Any = await database.read(lambda db: db.execute(select(inbox_table.c.raw_sealed)).scalar_one())
    assert b"text" not in bytes(sealed)
