"""Whatever guests and team do in whatever order: never more guests than seats, and nobody waits for a free seat.

GUANXI_EVENT_STEPS: how many steps in all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, create_engine

from club import events, members
from club.events import PARTY, Draft
from club.members import Application
from club.refusal import Refused
from storage import events as rows
from storage.database import savepoint
from storage.events import COMING, LET_IN, OFF, WAITING
from storage.members import Member
from tests.club import NOON, a_club
from tests.machines import run

T = TypeVar("T")
STEPS = int(os.environ.get("GUANXI_EVENT_STEPS", "3000"))
LIFE = 40
PEOPLE = 6
CLUB = a_club(welcome_points=0)
WHO = st.integers(0, PEOPLE - 1)


@dataclass
class Place:
    """One person's place as it should be."""

    seats: int
    state: str


class Tasting(RuleBasedStateMachine):
    """One event, six people, and a plain list of who comes and who waits, in the order in which they signed up."""

    db: Connection

    @initialize(seats=st.sampled_from([1, 2, 3, 5, None]))
    def opens(self, seats: int | None) -> None:
        self.db.exec_driver_sql("BEGIN")
        self.now, self.seats, self.order = NOON, seats, dict[int, Place]()
        self.people = [self.do(partial(self._member, number=number)) for number in range(PEOPLE)]
        draft = Draft("Tasting", "", (NOON + timedelta(days=9)).date(), time(15), None, "here", seats)
        self.event = self.do(lambda db: events.plan(db, draft, CLUB, NOON)).id

    def _member(self, db: Connection, number: int) -> Member:
        one = members.meet(db, 1_000 + number, name="", username=None, language="en", zone="UTC", now=NOON)
        return members.join(db, one, Application("", None, None, "UTC", None, marketing=False), CLUB, NOON)

    def teardown(self) -> None:
        if getattr(self, "people", None):
            self.db.exec_driver_sql("ROLLBACK")

    def do(self, unit: Callable[[Connection], T]) -> T:
        self.now += timedelta(seconds=1)
        with savepoint(self.db):
            return unit(self.db)

    # ---- as it should be

    def taken(self) -> int:
        return sum(place.seats for place in self.order.values() if place.state == COMING)

    def fits(self, seats: int) -> bool:
        return self.seats is None or self.taken() + seats <= self.seats

    def moves_up(self) -> None:
        for place in self.order.values():
            if place.state == WAITING and self.fits(place.seats):
                place.state = COMING

    # ---- what they do

    @rule(who=WHO)
    def signs_up(self, who: int) -> None:
        self.do(lambda db: events.sign_up(db, self.event, self.people[who], self.now))
        if who not in self.order:
            self.order[who] = Place(1, COMING if self.fits(1) else WAITING)

    @rule(who=WHO, seats=st.integers(0, PARTY + 1))
    def brings(self, who: int, seats: int) -> None:
        place = self.order.get(who)
        may = place is not None and 1 <= seats <= PARTY
        if place is not None and seats > place.seats:
            ever = self.seats is None or seats <= self.seats
            may = may and ever and (place.state == WAITING or self.fits(seats - place.seats))
        try:
            self.do(lambda db: events.bring(db, self.event, self.people[who], seats, self.now))
        except Refused:
            assert not may
            return
        assert may
        assert place is not None
        place.seats = seats
        self.moves_up()

    @rule(who=WHO)
    def signs_off(self, who: int) -> None:
        self.do(lambda db: events.sign_off(db, self.event, self.people[who].id, self.now))
        self.order.pop(who, None)
        self.moves_up()

    @rule(who=WHO)
    def leaves_the_club(self, who: int) -> None:
        self.do(lambda db: events.leave(db, self.people[who].id, self.now))
        self.order.pop(who, None)
        self.moves_up()

    @rule(one=WHO, other=WHO)
    def is_one_person_with(self, one: int, other: int) -> None:
        """Two files are joined; the first begins anew."""
        if one == other:
            return
        self.do(lambda db: events.join(db, self.people[one].id, self.people[other].id, self.now))
        had, has = self.order.pop(one, None), self.order.get(other)
        if had is not None and (has is None or (had.state, has.state) == (COMING, WAITING)):
            self.order.pop(other, None)
            self.order[other] = had
            self.order = {who: self.order[who] for who in self._in_the_order_of_the_list()}
        self.moves_up()

    def _in_the_order_of_the_list(self) -> list[int]:
        """Whose place somebody took over, they stand where it stood; only the list knows that."""
        by_member = {person.id: who for who, person in enumerate(self.people)}
        listed = self.do(lambda db: rows.guests(db, self.event, [COMING, WAITING]))
        return [by_member[guest.member_id] for guest in sorted(listed, key=lambda guest: (guest.at, guest.id))]

    @rule(seats=st.sampled_from([1, 2, 4, 7, None]))
    def has_other_seats(self, seats: int | None) -> None:
        may = seats is None or seats >= self.taken()
        try:
            self.do(lambda db: events.set_seats(db, self.event, seats, self.now))
        except Refused:
            assert not may
            return
        assert may
        self.seats = seats
        self.moves_up()

    @rule()
    def is_told(self) -> None:
        for news in self.do(lambda db: events.tell_news(db, self.now))[1]:
            assert (news.what, news.seen.state) == (LET_IN, COMING)

    # ---- what holds

    @invariant()
    def is_as_it_should_be(self) -> None:
        if not getattr(self, "people", None):
            return
        listed = self.do(lambda db: [rows.guest(db, self.event, person.id) for person in self.people])
        found = {
            who: Place(guest.seats, guest.state)
            for who, guest in enumerate(listed)
            if guest is not None and guest.state != OFF
        }
        assert found == self.order
        assert self.seats is None or self.taken() <= self.seats


@pytest.mark.timeout(300)
def test_on_sqlite(sqlite_url: str) -> None:
    run(Tasting, create_engine(sqlite_url.replace("+aiosqlite", "")), steps=STEPS, life=LIFE)


@pytest.mark.timeout(300)
def test_on_postgres(postgres_url: str) -> None:
    run(Tasting, create_engine(postgres_url), steps=STEPS // 4, life=LIFE)
