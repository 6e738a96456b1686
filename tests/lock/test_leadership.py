"""Several processes on PostgreSQL: one leads, the others stand by, and whoever lost the lead knows it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from bot import lock
from bot.lock import Leadership
from tests.own_postgres import own_database

BOT, OTHER_BOT = 1234567890, 987654321


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with own_database() as address:
        yield address


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "POLL_SECONDS", 0.05)


async def _leads(candidate: Leadership, within: float) -> bool:
    try:
        await asyncio.wait_for(candidate.acquire(), within)
    except TimeoutError:
        return False
    return True


def _end_connections(url: str) -> None:
    """What a restart of the server does to everybody."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid != pg_backend_pid()"
        )


async def test_the_first_one_leads_and_the_second_stands_by_until_it_is_gone(url: str) -> None:
    async with Leadership(url, BOT) as second:
        async with Leadership(url, BOT) as first:
            assert await _leads(first, 5)
            assert first.held
            assert not await _leads(second, 0.3)
            assert not second.held
        assert await _leads(second, 5)


async def test_two_bots_on_one_server_do_not_wait_for_each_other(url: str) -> None:
    async with Leadership(url, BOT) as one, Leadership(url, OTHER_BOT) as other:
        assert await _leads(one, 5)
        assert await _leads(other, 5)


async def test_a_leader_whose_connection_dies_is_told_and_another_takes_over(url: str) -> None:
    async with Leadership(url, BOT) as first, Leadership(url, BOT) as second:
        await first.acquire()
        lost = asyncio.create_task(first.lost())
        await asyncio.sleep(0.2)
        assert not lost.done()
        _end_connections(url)
        await asyncio.wait_for(lost, 5)
        assert not first.held
        assert await _leads(second, 5)


async def test_a_leader_that_hears_nothing_takes_the_lead_for_lost(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "ANSWER_SECONDS", 0.2)
    async with Leadership(url, BOT) as leader:
        await leader.acquire()
        async with asyncio.timeout(5):
            assert leader._connection is not None
            stalled = asyncio.create_task(leader._connection.execute("SELECT pg_sleep(1)"))
            await leader.lost()
        stalled.cancel()
        await asyncio.gather(stalled, return_exceptions=True)


async def test_a_standby_waits_for_a_server_that_does_not_answer_yet() -> None:
    async with Leadership("postgresql+psycopg://nobody@127.0.0.1:9/x", BOT) as early:
        assert not await _leads(early, 0.3)
