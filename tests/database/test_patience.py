"""Work for many lets everybody pass who waits for an answer, and gets its turn all the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import Connection

from storage.database import Database, open_database
from storage.sealing import Vault
from tests.club import MASTER_KEY

MANY = 20


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_url, Vault(MASTER_KEY))
    yield opened
    await opened.close()


def _noted(where: list[str], word: str) -> Callable[[Connection], None]:
    return lambda _: where.append(word)


async def _held(database: Database, until: threading.Event) -> asyncio.Task[bool]:
    """Something that the writer is at, until the event."""
    begun = threading.Event()

    def unit(_: Connection) -> bool:
        begun.set()
        return until.wait(4)

    task = asyncio.create_task(database.write(unit))
    await asyncio.to_thread(begun.wait)
    return task


async def test_an_answer_overtakes_a_broadcast(database: Database) -> None:
    done: list[str] = []
    ends = threading.Event()
    held = await _held(database, ends)
    many = [asyncio.create_task(database.write(_noted(done, "many"), patient=True)) for _ in range(MANY)]
    await asyncio.sleep(0)
    one = asyncio.create_task(database.write(_noted(done, "one")))
    await asyncio.sleep(0)
    ends.set()
    await asyncio.gather(held, *many, one)
    assert done.index("one") <= 1  # a patient one goes after each group


async def test_a_broadcast_goes_on_however_many_ask(database: Database) -> None:
    done: list[str] = []
    ends = threading.Event()
    held = await _held(database, ends)
    ones = [asyncio.create_task(database.write(_noted(done, "one"))) for _ in range(100)]
    many = asyncio.create_task(database.write(_noted(done, "many"), patient=True))
    await asyncio.sleep(0)
    ends.set()
    await asyncio.gather(held, *ones, many)
    assert done.index("many") < 50


async def test_a_broadcast_that_fails_says_so_to_whoever_waits_for_it(database: Database) -> None:
    def fails(_: Connection) -> None:
        raise LookupError("nobody there")

    with pytest.raises(LookupError):
        await database.write(fails, patient=True)
