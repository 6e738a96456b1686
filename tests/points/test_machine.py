"""Whatever happens in whatever order, the ledger agrees with itself, and nobody has less than nothing.

GUANXI_LEDGER_STEPS: how many steps in all (a hundred thousand and more: `make soak`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import Connection, create_engine, select

from club import clawbacks, expiry, members, points
from club.club import BALANCE, PENDING, UNLIMITED, Club, PointRules
from club.refusal import Refused
from storage.database import savepoint
from storage.ledger_proof import prove
from storage.tables import point_lot
from tests.club import NOON, a_club
from tests.machines import run

T = TypeVar("T")
STEPS = int(os.environ.get("GUANXI_LEDGER_STEPS", "10000"))
RUN = 50
"""Steps of one life of the ledger."""
AMOUNTS = st.integers(1, 60)
POLICIES = st.sampled_from([PENDING, BALANCE, UNLIMITED])


class Ledger(RuleBasedStateMachine):
    """Two members of a club whose rules change from run to run, and the days that pass."""

    db: Connection

    @initialize(policy=POLICIES, months=st.sampled_from([0, 1, 2]), grace=st.sampled_from([0, 30]))
    def opens(self, policy: str, months: int, grace: int) -> None:
        self.db.exec_driver_sql("BEGIN")
        self.club: Club = a_club(points=PointRules(returns=policy, last_months=months, refund_grace_days=grace))
        self.now = NOON
        self.people = [self.do(partial(self._member, number=number)) for number in range(2)]
        self.earned: dict[str, int] = {}
        self.spent: dict[str, bool] = {}
        self.keys = 0

    def _member(self, db: Connection, number: int) -> int:
        stranger: dict[str, Any] = {"name": "", "username": None, "language": "en", "zone": "UTC"}
        return members.meet(db, 1_000 + number, now=NOON, **stranger).id

    def teardown(self) -> None:
        if getattr(self, "people", None):
            self.db.exec_driver_sql("ROLLBACK")

    def do(self, unit: Callable[[Connection], T]) -> T:
        with savepoint(self.db):
            return unit(self.db)

    def key(self) -> str:
        self.keys += 1
        return f"{self.people[0]}:{self.keys}"

    @rule(who=st.integers(0, 1), amount=AMOUNTS, days=st.sampled_from([0, 0, 14]))
    def earns(self, who: int, amount: int, days: int) -> None:
        key, pending = self.key(), timedelta(days=days)
        earn = partial(
            points.earn,
            member_id=self.people[who],
            amount=amount,
            club=self.club,
            reason="purchase",
            key=key,
            now=self.now,
            pending=pending,
        )
        assert self.do(earn)
        assert not self.do(earn)
        self.earned[key] = amount

    @rule(who=st.integers(0, 1), amount=AMOUNTS)
    def spends(self, who: int, amount: int) -> None:
        key, member_id = self.key(), self.people[who]
        before = self.do(lambda db: points.balance(db, member_id, self.now))
        spend = partial(points.spend, member_id=member_id, amount=amount, reason="reward", key=key, now=self.now)
        try:
            assert self.do(spend)
        except Refused:
            assert before.available < amount
            return
        assert before.available >= amount
        assert not self.do(spend)
        after = self.do(lambda db: points.balance(db, member_id, self.now))
        assert after.available == before.available - amount
        self.spent[key] = False

    @precondition(lambda self: self.spent)
    @rule(data=st.data())
    def gets_a_refund(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.spent)))
        given = self.do(
            lambda db: points.refund(db, key, self.club, reason="reward_cancelled", key=f"undo:{key}", now=self.now)
        )
        assert (given == 0) is self.spent[key]
        self.spent[key] = True

    @precondition(lambda self: any(self.earned.values()))
    @rule(data=st.data(), part=AMOUNTS)
    def brings_something_back(self, data: st.DataObject, part: int) -> None:
        key = data.draw(st.sampled_from(sorted(key for key, left in self.earned.items() if left)))
        amount = min(part, self.earned[key])
        taken = self.do(
            lambda db: clawbacks.take_back(
                db, key, amount, self.club, reason="return", key=f"return:{key}:{self.key()}", now=self.now
            )
        )
        assert taken.taken + taken.owed + taken.forgiven == amount
        self.earned[key] -= amount

    @rule(who=st.integers(0, 1), amount=st.integers(-30, 30).filter(bool))
    def is_given_or_taken_some(self, who: int, amount: int) -> None:
        adjust = partial(
            points.adjust,
            member_id=self.people[who],
            amount=amount,
            club=self.club,
            note="for the wait",
            key=self.key(),
            now=self.now,
            actor_id=9,
        )
        try:
            assert self.do(adjust)
        except Refused:
            assert amount < 0

    @rule(who=st.integers(0, 1))
    def moves_all_to_the_other(self, who: int) -> None:
        key, now = self.key(), self.now
        self.do(lambda db: points.transfer(db, self.people[who], self.people[1 - who], key=key, now=now))

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule()
    def night_comes(self) -> None:
        self.do(lambda db: expiry.expire_due(db, self.now))

    @invariant()
    def agrees(self) -> None:
        if not getattr(self, "people", None):
            return
        assert self.do(prove).disagreements == ()
        assert self.do(lambda db: db.execute(select(point_lot.c.left).where(point_lot.c.left < 0)).all()) == []
        for member_id in self.people:
            balance = self.do(partial(points.balance, member_id=member_id, now=self.now))
            assert min(balance.available, balance.pending, balance.owed) >= 0
            assert not (balance.owed and (balance.available or balance.pending))  # debts are made up first


@pytest.mark.timeout(7200)
def test_the_ledger_always_agrees_on_sqlite(sqlite_url: str) -> None:
    run(Ledger, create_engine(sqlite_url.replace("+aiosqlite", "")), steps=STEPS * 9 // 10, life=RUN)


@pytest.mark.timeout(7200)
def test_the_ledger_always_agrees_on_postgres(postgres_url: str) -> None:
    run(Ledger, create_engine(postgres_url), steps=STEPS // 10, life=RUN)
