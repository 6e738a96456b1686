"""A command in a shell writes beside a bot that has always something to write."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from storage import sqlite, state
from storage.database import is_passing, open_database
from storage.sealing import Vault
from tests.club import MASTER_KEY

HOLDS, LETS_GO = 0.01, 0.0
"""Seconds of a transaction, and between two of them."""
IN_A_ROW = 40
PATIENCE = 12.0
"""SQLite's own waiting needs some 4 s for each, if it gets its turn at all."""


@pytest.fixture
def busy(sqlite_url: str) -> Iterator[threading.Event]:
    """Another connection that hardly ever lets go; it stops when the event is set."""
    stop = threading.Event()

    def hold() -> None:
        other = sqlite3.connect(str(make_url(sqlite_url).database), isolation_level=None, timeout=60)
        while not stop.is_set():
            other.execute("BEGIN IMMEDIATE")
            time.sleep(HOLDS)
            other.execute("COMMIT")
            time.sleep(LETS_GO)
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    yield stop
    stop.set()
    thread.join()


async def test_whoever_asks_gets_a_turn(sqlite_url: str, busy: threading.Event) -> None:
    database = await open_database(sqlite_url, Vault(MASTER_KEY), deadline=60)
    asyncio.get_running_loop().call_later(PATIENCE, busy.set)
    for number in range(IN_A_ROW):
        await database.write(partial(state.put, key=f"note {number}", value="here"))
    assert not busy.is_set(), "it got its turn only when the other had ended"
    await database.close()


async def test_who_gets_none_is_told_and_may_ask_again(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "TURN", 0.1)
    database = await open_database(sqlite_url, Vault(MASTER_KEY), deadline=60)
    other = sqlite3.connect(str(make_url(sqlite_url).database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked") as told:
        await database.write(lambda db: state.put(db, "note", "here"))
    assert is_passing(told.value)
    other.execute("COMMIT")
    other.close()
    await database.write(lambda db: state.put(db, "note", "here"))
    await database.close()
