"""Whatever happens in whatever order: everybody is in one place, comes to no step twice, and who is out stays out.

GUANXI_JOURNEY_STEPS: how many steps in all.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, create_engine, func, select, update

from campaigns import advance, campaigns
from campaigns.journey import EXITS, INSIDE
from club import members
from storage import purchases, sends, tickets
from storage.campaigns import Campaign
from storage.database import savepoint
from storage.sends import OPEN
from storage.tables import campaign_send, journey_position, journey_visit, member, outbox
from tests.club import NOON, a_club
from tests.machines import run

STEPS = int(os.environ.get("GUANXI_JOURNEY_STEPS", "400"))
RUN = 50
CLUB = a_club()
PEOPLE = 4
WHO = st.integers(0, PEOPLE - 1)
Json = dict[str, Any]


def said(number: int) -> Json:
    return {"name": f"say-{number}", "texts": {"en": "Shall we?"}}


def waits(number: int, days: int) -> Json:
    return {"name": f"wait-{number}", "wait": days}


SIMPLE = st.one_of(
    st.builds(said, st.integers(1, 4)),
    st.builds(waits, st.integers(1, 3), st.integers(1, 3)),
    st.just({"name": "call", "task": "Call"}),
)
BRANCH = st.builds(
    lambda then, other: {"name": "if-1", "if": {"bought": {}}, "then": then, "else": other},
    st.lists(SIMPLE, max_size=2),
    st.lists(st.one_of(SIMPLE, st.just({"name": "out", "exit": True})), max_size=2),
)


def _distinct(found: list[Json]) -> list[Json]:
    """Each name once, and a message among them."""
    known = {"say-9"}

    def fresh(some: list[Json]) -> list[Json]:
        kept = []
        for one in some:
            if one["name"] not in known:
                known.add(one["name"])
                sides = {key: fresh(one[key]) for key in ("then", "else") if key in one}
                kept.append(one | sides)
        return kept

    return [*fresh(found), said(9)]


ROADS = st.lists(st.one_of(SIMPLE, BRANCH), min_size=1, max_size=5).map(_distinct)


class Road(RuleBasedStateMachine):
    """Four members, of whom some join on the way, and one journey that is changed while they are inside."""

    db: Connection

    @initialize(steps=ROADS, exits=st.sets(st.sampled_from(EXITS)))
    def opens(self, steps: list[Json], exits: set[str]) -> None:
        self.db.exec_driver_sql("BEGIN")
        self.now, self.orders = NOON, 0
        self.out: dict[int, tuple[Any, ...]] = {}
        self.seen: dict[int, tuple[int, int]] = {}
        stranger: Json = {"name": "", "username": None, "language": "en", "zone": "UTC"}
        self.people = [members.meet(self.db, 1_000 + one, now=NOON, **stranger).id for one in range(PEOPLE)]
        self.data: Json = {"key": "road", "kind": "service", "moment": {"when": "purchased"}, "exits": sorted(exits)}
        self.db.execute(update(member).values(status="member", joined_at=NOON))
        made = campaigns.create(self.db, self.data | {"steps": steps}, None, CLUB, NOON)
        campaigns.switch_on(self.db, made, NOON)

    def teardown(self) -> None:
        """In the end everybody is out: there is no way round in a circle."""
        if not getattr(self, "people", None):
            return
        try:
            self._runs_out()
        finally:
            self.db.exec_driver_sql("ROLLBACK")

    def _runs_out(self) -> None:
        for _ in range(30):
            self._deliver(1_000)
            self._pass(3)
            self._go_on()
        if self.campaign.state == "running":
            inside = select(func.count()).where(journey_position.c.left_at.is_(None))
            assert self.db.execute(inside).scalar_one() == 0

    @property
    def campaign(self) -> Campaign:
        return campaigns.named(self.db, "road")

    @rule()
    def goes_on(self) -> None:
        self._go_on()

    def _go_on(self) -> None:
        for _ in range(200):
            with savepoint(self.db):
                if not advance.step(self.db, CLUB, self.now, 100):
                    return
        raise AssertionError("it goes round in a circle")

    @rule()
    def dies_in_the_middle(self) -> None:
        """A step whose transaction never commits, after one that did."""
        advance.step(self.db, CLUB, self.now, 100)
        self.db.exec_driver_sql("SAVEPOINT killed")
        advance.step(self.db, CLUB, self.now, 100)
        self.db.exec_driver_sql("ROLLBACK TO SAVEPOINT killed")

    @rule(most=st.sampled_from([1, 1_000]))
    def delivers(self, most: int) -> None:
        self._deliver(most)

    def _deliver(self, most: int) -> None:
        queued = select(outbox.c.id, outbox.c.send_id).where(outbox.c.state == "queued").order_by(outbox.c.id)
        lot = self.db.execute(queued.limit(most)).all()
        for row in lot:
            self.db.execute(update(outbox).where(outbox.c.id == row.id).values(state="sent", ended_at=self.now))
        sends.mark_sent(self.db, [row.send_id for row in lot], self.now)

    @rule(days=st.sampled_from([0.1, 1, 3]))
    def days_pass(self, days: float) -> None:
        self._pass(days)

    def _pass(self, days: float) -> None:
        self.now += timedelta(days=days)
        if not 9 <= self.now.hour < 18:  # nothing comes at night: what is looked for by day is found by day
            self.now = self.now.replace(hour=12)

    @rule(who=WHO)
    def buys(self, who: int) -> None:
        self.orders += 1
        line: Json = {"product": "Tea", "quantity": 1, "amount": 100, "currency": "EUR", "bought_at": self.now}
        purchases.add(self.db, self.people[who], order_number=f"A{self.orders}", **line)

    @rule(who=WHO)
    def complains(self, who: int) -> None:
        tickets.add(self.db, "complaint", self.people[who], None, self.now)

    @rule(who=WHO)
    def replies(self, who: int) -> None:
        line = sends.latest_sent(self.db, self.people[who], self.now - timedelta(days=7))
        if line is not None:
            sends.replied(self.db, line, self.now)

    @rule(who=WHO, status=st.sampled_from(["left", "member", "member"]))
    def leaves_or_comes_back(self, who: int, status: str) -> None:
        self.db.execute(update(member).where(member.c.id == self.people[who]).values(status=status))

    @rule(steps=ROADS, inside=st.sampled_from(INSIDE), restored=st.booleans())
    def is_changed(self, steps: list[Json], inside: str, restored: bool) -> None:
        one = self.campaign
        if one.state not in ("approved", "running", "paused"):
            return
        opened = campaigns.reopen(self.db, one, inside, None, CLUB, self.now)
        changed = campaigns.change(self.db, opened, self.data | {"steps": steps}, None, CLUB, self.now)
        if restored:
            campaigns.restore(self.db, changed, None, self.now)
        else:
            campaigns.switch_on(self.db, changed, self.now)

    @rule()
    def rests_or_goes_on(self) -> None:
        one = self.campaign
        if one.state == "running":
            campaigns.pause(self.db, one, None, self.now)
        elif one.state == "paused":
            campaigns.resume(self.db, one, None, self.now)

    @invariant()
    def holds(self) -> None:
        if not getattr(self, "people", None):
            return
        positions = self.db.execute(select(journey_position)).all()
        inside = [one.member_id for one in positions if one.left_at is None]
        assert len(inside) == len(set(inside)), "in two places"
        for one in positions:
            if one.left_at is not None:
                assert self.out.setdefault(one.id, tuple(one)) == tuple(one), "came back after leaving"
            elif one.due_at is None:
                awaited = select(campaign_send.c.id).where(campaign_send.c.position_id == one.id)
                assert self.db.execute(awaited).first() is not None, "waits for nothing"
            self.goes_forward(one)
            if one.version == 1:
                self.skips_nothing(one)
        self.says_each_thing_once()

    def goes_forward(self, one: Any) -> None:
        """In one version, the place among its steps only grows."""
        journey = campaigns.at_version(self.db, self.campaign, one.version, CLUB).journey
        assert journey is not None
        place = list(journey.ways).index(one.step)
        version, before = self.seen.get(one.id, (one.version, place))
        assert version < one.version or before <= place, "went back"
        self.seen[one.id] = (one.version, place)

    def skips_nothing(self, one: Any) -> None:
        """Whoever went on from a message has a line of it."""
        been = set(self.db.execute(select(journey_visit.c.step).where(journey_visit.c.position_id == one.id)).scalars())
        line = campaign_send.c
        said = select(line.step).where(line.member_id == one.member_id, line.occasion.startswith(f"{one.occasion}/"))
        passed = {step for step in been if step.startswith("say") and step != one.step}
        assert passed <= set(self.db.execute(said).scalars()), "passed over a message"

    def says_each_thing_once(self) -> None:
        line = campaign_send.c
        twice = select(line.member_id).group_by(line.member_id, line.occasion).having(func.count() > 1)
        assert self.db.execute(twice).first() is None
        visited = select(journey_visit.c.step).group_by(journey_visit.c.position_id, journey_visit.c.step)
        assert self.db.execute(visited.having(func.count() > 1)).first() is None
        gone = select(journey_position.c.id).where(journey_position.c.left_at.is_not(None))
        after = select(line.id).where(line.position_id.in_(gone), line.state.in_(OPEN))
        assert self.db.execute(after).first() is None, "something waits for one who left"


@pytest.mark.timeout(7200)
def test_everybody_is_in_one_place_on_sqlite(sqlite_url: str) -> None:
    run(Road, create_engine(sqlite_url.replace("+aiosqlite", "")), steps=STEPS * 9 // 10, life=RUN)


@pytest.mark.timeout(7200)
def test_everybody_is_in_one_place_on_postgres(postgres_url: str) -> None:
    run(Road, create_engine(postgres_url), steps=STEPS // 10, life=RUN)
