"""Many at once: the seats let in as many as there are, and the same press twice does nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import time, timedelta
from functools import partial
from threading import Event

import pytest
from sqlalchemy import Connection

from club import events, members
from club.events import Draft
from club.members import Application
from club.refusal import Refused
from storage import events as rows
from storage.database import Database, open_database
from storage.events import COMING, WAITING
from storage.members import Member
from storage.sealing import Vault
from tests.club import MASTER_KEY, NOON, a_club

CLUB = a_club(welcome_points=0)
SEATS, PEOPLE = 5, 24
TASTING = Draft("Tasting", "", (NOON + timedelta(days=9)).date(), time(15), None, "here", SEATS)


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    opened = await open_database(any_url, Vault(MASTER_KEY))
    await opened.write(lambda db: events.plan(db, TASTING, CLUB, NOON))
    yield opened
    await opened.close()


def _joins(db: Connection, number: int) -> Member:
    one = members.meet(db, 1_000 + number, name="", username=None, language="en", zone="UTC", now=NOON)
    return members.join(db, one, Application("", None, None, "UTC", None, marketing=False), CLUB, NOON)


async def test_of_many_at_once_as_many_come_as_there_are_seats(database: Database) -> None:
    people = [await database.write(partial(_joins, number=number)) for number in range(PEOPLE)]
    come = [partial(events.sign_up, event_id=1, member=one, now=NOON) for one in people]
    await asyncio.gather(*(database.write(one) for one in [*come, *come]))
    assert await _count(database) == (SEATS, PEOPLE - SEATS)
    off = [partial(events.sign_off, event_id=1, member_id=one.id, now=NOON) for one in people[:12]]
    bring = [partial(_brings, member=one) for one in people[12:]]
    await asyncio.gather(*(database.write(one) for one in [*off, *bring]))
    coming, waiting = await _count(database)
    assert (coming <= SEATS, waiting > 0) == (True, True)
    assert await database.read(lambda db: rows.attendance(db, [1])[1].taken) <= SEATS


def _brings(db: Connection, member: Member) -> None:
    """Two of them, where there is room."""
    with suppress(Refused):
        events.bring(db, 1, member, 2, NOON)


async def _count(database: Database) -> tuple[int, int]:
    """How many come, and how many wait."""
    listed = await database.read(lambda db: rows.guests(db, 1, [COMING, WAITING]))
    return sum(one.state == COMING for one in listed), sum(one.state == WAITING for one in listed)


async def test_what_is_called_off_while_guests_are_told_of_a_change_is_told_as_well(database: Database) -> None:
    one = await database.write(partial(_joins, number=1))
    await database.write(partial(events.sign_up, event_id=1, member=one, now=NOON))
    moved = partial(events.move, event_id=1, day=TASTING.day, at=time(16), club=CLUB, now=NOON)
    await database.write(moved)
    telling, off = Event(), Event()

    def tells(db: Connection) -> list[str]:
        found = rows.untold(db, 10)
        telling.set()
        off.wait(0.5)  # time enough for the other unit, where nothing holds it back
        for guest in found:
            rows.set_guest(db, guest.id, news=None)
        return [guest.news or "" for guest in found]

    def calls_off(db: Connection) -> None:
        events.call_off(db, 1, NOON)
        off.set()

    async def later() -> None:
        await asyncio.to_thread(telling.wait, 5)
        await database.write(calls_off)

    told, _ = await asyncio.gather(database.write(tells), later())
    _, after = await database.write(partial(events.tell_news, now=NOON))
    assert (told, [one.what for one in after]) == (["changed"], ["cancelled"])
