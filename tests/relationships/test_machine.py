"""Whatever is bought, chosen and let go, in whatever order: the level is what the rules, read in plain Python, say it
is; and each change is written down once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, create_engine

from campaigns import relationships
from club import members
from storage import purchases
from storage import relationships as rows
from storage.members import by_id
from tests.club import CLERK, NOON, a_club
from tests.machines import run

CLUB = a_club()
STEPS, RUN, PEOPLE = 200, 25, 3
WHO = st.integers(0, PEOPLE - 1)


class Closeness(RuleBasedStateMachine):
    """Three people, of whom one joined and two only buy."""

    db: Connection

    @initialize()
    def begin(self) -> None:
        self.db.exec_driver_sql("BEGIN")
        self.now, self.orders = NOON, 0
        self.people = [
            members.meet(self.db, 100 + n, name=f"P{n}", username=None, language="en", zone="UTC", now=NOON).id
            for n in range(PEOPLE)
        ]
        self.bought: dict[int, list[datetime]] = {one: [] for one in self.people}
        self.chosen: dict[int, int] = {}

    def teardown(self) -> None:
        self.db.exec_driver_sql("ROLLBACK")

    @rule(who=WHO, days=st.integers(0, 400))
    def buys(self, who: int, days: int) -> None:
        """Something, so many days ago: an import, or at the till."""
        person, self.orders = self.people[who], self.orders + 1
        at, number = self.now - timedelta(days=days), f"A-{self.orders}"
        purchases.add(
            self.db,
            person,
            order_number=number,
            product="Teapot",
            quantity=1,
            amount=3000,
            currency="EUR",
            bought_at=at,
        )
        self.bought[person].append(at)
        relationships.review(self.db, person, CLUB, self.now)

    @rule(who=WHO, level=st.integers(1, 5))
    def is_chosen(self, who: int, level: int) -> None:
        person = self.people[who]
        relationships.choose(self.db, by_id(self.db, person), level, "so it is", CLERK, self.now)
        self.chosen[person] = level

    @rule(who=WHO)
    def is_left_to_the_rules(self, who: int) -> None:
        person = self.people[who]
        relationships.leave_to_rules(self.db, by_id(self.db, person), CLUB, self.now)
        self.chosen.pop(person, None)

    @rule(days=st.integers(1, 200))
    def nights_go_by(self, days: int) -> None:
        self.now += timedelta(days=days)
        while relationships.review_due(self.db, CLUB, self.now):
            pass

    @invariant()
    def it_is_what_the_rules_say(self) -> None:
        if not hasattr(self, "people"):
            return
        self.now += timedelta(seconds=1)  # two changes are never of the same moment
        for person in self.people:
            expected = self.chosen.get(person, self._ruled(person))
            assert relationships.review(self.db, person, CLUB, self.now) == expected
            history = rows.history(self.db, person, 1_000)
            assert [one.level for one in history[:1]] in ([], [expected])
            by_rules = [(later.level, before.level) for later, before in pairwise(history) if later.staff_id is None]
            assert all(level != before for level, before in by_rules), "nothing changed, and it was written down"

    def _ruled(self, person: int) -> int:
        lately = sum(at >= self.now - timedelta(days=365) for at in self.bought[person])
        if lately >= 4:
            return 4
        return 3 if lately else 2 if self.bought[person] else 1


@pytest.mark.timeout(300)
def test_it_is_what_the_rules_say_on_sqlite(sqlite_url: str) -> None:
    run(Closeness, create_engine(sqlite_url.replace("+aiosqlite", "")), steps=STEPS, life=RUN)


@pytest.mark.timeout(300)
def test_it_is_what_the_rules_say_on_postgres(postgres_url: str) -> None:
    run(Closeness, create_engine(postgres_url), steps=STEPS // 4, life=RUN)
