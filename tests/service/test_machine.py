"""Whatever customers and colleagues do in whatever order: no state that the table does not know, one owner at most, and
what is promised follows from the history alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, create_engine, select

from club import actions, alarms, desk, feedback, marks, members, steps, tickets
from club.deadlines import clock_of
from club.refusal import Refused
from club.tickets import Said
from storage import marks as sorting
from storage import staff, state
from storage import tickets as rows
from storage.database import savepoint
from storage.members import Member
from storage.tables import ticket
from storage.tickets import TicketEvent
from tests.club import NOON, a_club
from tests.machines import run

T = TypeVar("T")
STEPS, RUN = 1_200, 30
COLLEAGUES = {1: "owner", 2: "manager", 3: "clerk", 4: "clerk", 5: "marketer"}
CLUB = a_club()
WHO, WHICH, CUSTOMER = st.integers(1, 5), st.integers(0, 5), st.integers(0, 1)
TOLD = st.sampled_from([steps.REPLY, steps.ASK, steps.FIX, steps.EXPLAIN])
KINDS = st.sampled_from([steps.COMPLAINT, steps.QUESTION])
WORDS = Said("The cup was cracked")


class Desk(RuleBasedStateMachine):
    """Two customers, five colleagues, and the hours that pass."""

    db: Connection

    @initialize()
    def opens(self) -> None:
        self.db.exec_driver_sql("BEGIN")
        self.now = NOON
        self.opened: list[int] = []
        stranger: dict[str, Any] = {"username": None, "language": "en", "zone": "UTC"}
        self.customers = [
            members.meet(self.db, 1_000 + number, name=f"Guest {number}", now=NOON, **stranger) for number in range(2)
        ]
        for telegram_id, role in COLLEAGUES.items():
            staff.put(self.db, telegram_id, role, NOON)
        for customer in (0, 1):
            self.files(customer, steps.COMPLAINT)
            self.files(customer, steps.QUESTION)

    def teardown(self) -> None:
        if getattr(self, "customers", None):
            self.db.exec_driver_sql("ROLLBACK")

    def tries(self, unit: Callable[[Connection], T]) -> T | None:
        """Do it, or be refused with nothing changed."""
        before = self.everything()
        try:
            with savepoint(self.db):
                return unit(self.db)
        except Refused:
            assert self.everything() == before
            return None

    def everything(self) -> list[Any]:
        return list(self.db.execute(select(ticket).order_by(ticket.c.id)).all())

    def number(self, which: int) -> int:
        return tickets.number_of(self.opened[which % len(self.opened)]) if self.opened else 1_001

    @rule(customer=CUSTOMER, kind=KINDS)
    def files(self, customer: int, kind: str) -> None:
        who: Member = self.customers[customer]
        found = self.tries(lambda db: tickets.open_ticket(db, kind, who, WORDS, CLUB, self.now))
        assert found is not None
        assert found.owner_id in (None, *self.on_duty())
        self.opened.append(found.id)

    @rule(who=WHO, on=st.booleans())
    def comes_or_goes(self, who: int, on: bool) -> None:
        staff.set_duty(self.db, who, on)

    def on_duty(self) -> set[int]:
        return {one.telegram_id for one in staff.active(self.db) if one.on_duty and one.role != "marketer"}

    @rule(customer=CUSTOMER, which=WHICH)
    def says_more(self, customer: int, which: int) -> None:
        found = rows.latest_open(self.db, self.customers[customer].id)
        if found is not None:
            who = self.customers[customer]
            self.tries(lambda db: tickets.add_words(db, found, who, WORDS, CLUB, self.now))

    @rule(who=WHO, which=WHICH)
    def takes(self, who: int, which: int) -> None:
        before = rows.by_id(self.db, self.number(which) - tickets.FIRST_NUMBER)
        found = self.tries(partial(desk.take, number=self.number(which), staff_id=who, club=CLUB, now=self.now))
        if found is not None:
            assert before is not None
            assert before.owner_id is None
            assert found.owner_id == who

    @rule(who=WHO, which=WHICH, step=TOLD)
    def tells(self, who: int, which: int, step: str) -> None:
        self.tries(lambda db: desk.tell(db, step, self.number(which), who, Said("It is on its way."), CLUB, self.now))

    @rule(who=WHO, to=WHO, which=WHICH)
    def hands_over(self, who: int, to: int, which: int) -> None:
        found = self.tries(lambda db: desk.hand_over(db, self.number(which), to, who, CLUB, self.now))
        if found is not None:
            assert found.owner_id == to
            assert COLLEAGUES[to] != "marketer"

    @rule(who=WHO, which=WHICH)
    def puts_back(self, who: int, which: int) -> None:
        self.tries(lambda db: desk.put_back(db, self.number(which), who, CLUB, self.now))

    @rule(who=WHO, which=WHICH)
    def looks_again(self, who: int, which: int) -> None:
        self.tries(lambda db: desk.look_again(db, self.number(which), who, CLUB, self.now))

    @rule(who=WHO, which=WHICH)
    def calls_it_a_complaint(self, who: int, which: int) -> None:
        found = self.tries(lambda db: desk.make_complaint(db, self.number(which), who, CLUB, self.now))
        assert found is None or found.kind == steps.COMPLAINT

    @rule(who=WHO, which=WHICH, urgent=st.booleans())
    def calls_it_urgent(self, who: int, which: int, urgent: bool) -> None:
        self.tries(lambda db: desk.set_urgent(db, self.number(which), urgent, who, CLUB, self.now))

    @rule(who=WHO, which=WHICH, word=st.sampled_from(["late", "Late", "cracked", "delivery", "shop", "done"]))
    def sorts(self, who: int, which: int, word: str) -> None:
        """A tag, a department, or what was changed: none of them moves anything else."""
        number = self.number(which)
        before = rows.by_id(self.db, number - tickets.FIRST_NUMBER)
        if word == "done":
            self.tries(lambda db: actions.note(db, number, word, who, CLUB, self.now))
        else:
            self.tries(lambda db: marks.mark(db, number, word, who, CLUB, self.now))
        after = rows.by_id(self.db, number - tickets.FIRST_NUMBER)
        assert before is not None
        assert after is not None
        assert replace(after, department=before.department) == before

    @rule(who=WHO, which=WHICH)
    def takes_a_tag_off(self, who: int, which: int) -> None:
        number = self.number(which)
        for tag in sorting.of_ticket(self.db, number - tickets.FIRST_NUMBER):
            self.tries(partial(marks.take_off, number=number, tag=tag, staff_id=who, club=CLUB, now=self.now))

    @rule(who=WHO, which=WHICH, named=st.booleans())
    def resolves(self, who: int, which: int, named: bool) -> None:
        if named:
            self.tries(lambda db: desk.name_cause(db, self.number(which), "product", who, CLUB, self.now))
        found = self.tries(lambda db: desk.resolve(db, self.number(which), who, CLUB, self.now))
        if found is not None and found.kind == steps.COMPLAINT:
            assert found.cause is not None

    @rule(which=WHICH)
    def is_put_right(self, which: int) -> None:
        """All the way at once, so that much is resolved."""
        number = self.number(which)
        for step in (steps.FIX, steps.REPLY):  # what is put right, or, where it is a question, answered
            self.tries(partial(desk.tell, step=step, number=number, staff_id=1, said=WORDS, club=CLUB, now=self.now))
        self.resolves(1, which, True)

    @rule(customer=CUSTOMER)
    def writes_again_about_the_last_one(self, customer: int) -> None:
        who = self.customers[customer]
        earlier = desk.recent(self.db, who, CLUB, self.now)
        self.files(customer, steps.QUESTION)
        if earlier is not None:
            self.says_it_is_the_same(customer, len(self.opened) - 1, self.opened.index(earlier.id))

    @rule(customer=CUSTOMER, later=WHICH, earlier=WHICH)
    def says_it_is_the_same(self, customer: int, later: int, earlier: int) -> None:
        ids = [self.number(which) - tickets.FIRST_NUMBER for which in (later, earlier)]
        who = self.customers[customer]
        before = rows.by_id(self.db, ids[1])
        found = self.tries(lambda db: desk.reopen(db, ids[0], ids[1], who, CLUB, self.now))
        if found is not None:
            assert ids[0] != ids[1]
            assert found.member_id == who.id
            if before is not None and not before.open:  # else it stays in the hands in which it is
                assert found.owner_id in (None, *self.on_duty()), "not with somebody who is absent"

    @rule(customer=CUSTOMER, which=WHICH, score=st.integers(1, 5))
    def says_how_it_is(self, customer: int, which: int, score: int) -> None:
        who = self.customers[customer]
        before = rows.by_id(self.db, self.number(which) - tickets.FIRST_NUMBER)
        found = self.tries(lambda db: feedback.answer(db, self.number(which), score, who, CLUB, self.now))
        if found is not None and found.open:
            assert before is not None
            assert score <= CLUB.desk.feedback_low
            assert found.owner_id is None or found.owner_id != before.owner_id, "somebody else looks at it"

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_bell_rings(self) -> None:
        told = self.tries(lambda db: alarms.due(db, CLUB, self.now))
        assert told is not None
        assert self.tries(lambda db: alarms.due(db, CLUB, self.now)) == [], "nobody is told twice"

    @invariant()
    def agrees(self) -> None:
        if not getattr(self, "customers", None):
            return
        for ticket_id in self.opened:
            found = rows.by_id(self.db, ticket_id)
            assert found is not None, "no request is ever gone"
            history = rows.events(self.db, ticket_id)
            assert found.state == history[-1].state
            at = steps.NEW
            turned = any(event.step == steps.COMPLAIN for event in history)
            kind = steps.QUESTION if turned else found.kind
            for event in history[1:]:
                assert steps.after(kind, at, event.step, 0) == event.state
                kind = steps.COMPLAINT if event.step == steps.COMPLAIN else kind
                at = event.state
            borne = {str(one.id) for one in sorting.of_ticket(self.db, ticket_id)}
            kept = [event for event in history if event.step in (steps.TAG, steps.UNTAG)]
            worn = {event.new for event in kept if event.new} - {
                event.old for event in kept if event.old and not _put_again(kept, event)
            }
            assert found.joined_to is not None or worn <= borne, "a tag is there as the history says"
            clock = clock_of(history, found.kind, CLUB.service)
            assert (clock.answer_by, clock.resolve_by, clock.alarm_at) == (
                found.answer_by, found.resolve_by, found.alarm_at,
            )  # fmt: skip
            assert (found.owner_id is None) == (found.state == steps.NEW) or found.joined_to is not None


def _put_again(kept: list[TicketEvent], taken: TicketEvent) -> bool:
    """Was the tag that was taken off put on again after it?"""
    return any(event.new == taken.old for event in kept[kept.index(taken) :])


def _has_no_digest(db: Connection) -> None:
    assert state.get(db, "digest") is None


@pytest.mark.timeout(600)
def test_the_desk_always_agrees_on_sqlite(sqlite_url: str) -> None:
    run(Desk, create_engine(sqlite_url.replace("+aiosqlite", "")), steps=STEPS, life=RUN, ready=_has_no_digest)


@pytest.mark.timeout(600)
def test_the_desk_always_agrees_on_postgres(postgres_url: str) -> None:
    run(Desk, create_engine(postgres_url), steps=STEPS // 3, life=RUN, ready=_has_no_digest)
