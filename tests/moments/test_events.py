"""So long before or after something that happened to a member: who it is, once for each, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from campaigns import moments
from campaigns.occasions import due, people, word_of
from storage import members
from storage.database import Database, open_database
from storage.sealing import Vault
from storage.tables import (
    event,
    event_guest,
    family,
    member,
    membership,
    outbox,
    point_entry,
    point_lot,
    product,
    purchase,
    purchase_return,
    ticket,
)
from tests.club import MASTER_KEY
from tests.templates.samples import CLUB

NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Told = list[tuple[int, str]]


class Past:
    """What happened to members, in a few words; moments are days before noon of 10 March 2027."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def joins(self, name: str, days: float = 400) -> int:
        one = members.add(self._db, hash(name) % 10**9, name=name, username=None, language="en", zone="UTC", at=NOON)
        self._db.execute(
            update(member)
            .where(member.c.id == one.id)
            .values(status="member", marketing=1, joined_at=NOON - days * DAY, number=f"n{one.id}")
        )
        return one.id

    def buys(self, who: int, order: str, days: float, *names: str, of: int | None = None) -> int:
        """An order with a line for each name; the id of the first."""
        rows = [
            self._put(purchase, member_id=who, order_number=order, product=name, product_id=of, quantity=1, amount=500,
                      currency="EUR", bought_at=NOON - days * DAY)
            for name in names or ("tea",)
        ]  # fmt: skip
        return rows[0]

    def brings_back(self, line: int) -> None:
        self._put(
            purchase_return, purchase_id=line, quantity=1, amount=1, points=0, idempotency_key=f"k{line}", at=NOON
        )

    def earns(self, who: int, points: int, days: float, expires: float | None = None) -> int:
        at = NOON - days * DAY
        key = f"{who}:{points}:{days}"
        entry = self._put(point_entry, member_id=who, kind="earn", points=points, reason="purchase",
                          idempotency_key=key, payload_hash=b"x", at=at)  # fmt: skip
        if expires is not None:
            self._db.execute(
                insert(point_lot).values(entry_id=entry, member_id=who, points=points, left=points, activates_at=at,
                                         expires_at=NOON - expires * DAY)
            )  # fmt: skip
        return entry

    def row(self, table: Any, **values: Any) -> int:
        return self._put(table, **values)

    def moves(self, number: int, begins: float) -> None:
        """The event begins in so many days from now on."""
        starts_at = NOON + begins * DAY
        self._db.execute(
            update(event).where(event.c.id == number).values(starts_at=starts_at, day=f"{starts_at:%Y-%m-%d}")
        )

    def _put(self, table: Any, **values: Any) -> int:
        return int(self._db.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())

    def told(self, data: dict[str, Any], now: datetime = NOON) -> Told:
        """Whom the moment has come for at this time, and the word of each occasion."""
        moment, found = moments.parse(data), []
        for one in due(moment, CLUB, now - HOUR, now, ["UTC"]):
            assert not one.late
            word = word_of(moment, one)
            query = select(member.c.id, word if not isinstance(word, str) else member.c.id).where(
                people(self._db, moment, CLUB, one)
            )
            found += [(row[0], word if isinstance(word, str) else row[1]) for row in self._db.execute(query)]
        return sorted(set(found))


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    opened = await open_database(any_url, Vault(MASTER_KEY))
    yield opened
    await opened.close()


async def check(database: Database, story: Any) -> None:
    await database.write(lambda db: story(Past(db)))


async def test_an_order_of_a_week_ago_is_one_occasion_whatever_it_has_of_lines(database: Database) -> None:
    def story(past: Past) -> None:
        ana, bo = past.joins("Ana"), past.joins("Bo")
        past.buys(ana, "881", 7.01, "tea", "cup")
        past.buys(bo, "882", 6.9)
        past.buys(bo, "883", 9)
        assert past.told({"when": "purchased", "days": 7}) == [(ana, "order:881")]
        assert past.told({"when": "purchased", "days": 7, "product": "cup"}) == [(ana, "order:881")]
        assert past.told({"when": "purchased", "days": 7, "product": "pot"}) == []
        assert past.told({"when": "purchased", "days": 7}, NOON + 4 * HOUR) == [(ana, "order:881"), (bo, "order:882")]

    await check(database, story)


async def test_what_was_brought_back_is_not_asked_about_and_a_first_purchase_is_the_first(database: Database) -> None:
    def story(past: Past) -> None:
        ana, bo = past.joins("Ana"), past.joins("Bo")
        past.brings_back(past.buys(ana, "1", 1.01))
        past.buys(bo, "2", 30)
        past.buys(bo, "3", 1.01)
        assert past.told({"when": "purchased", "days": 1}) == [(bo, "order:3")]
        assert past.told({"when": "purchased", "days": 1, "first": True}) == []
        assert past.told({"when": "purchased", "days": 30, "first": True}) == [(bo, "order:2")]

    await check(database, story)


async def test_a_complaint_that_was_resolved_yesterday(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        facts = {"member_id": ana, "owner_id": 1, "opened_at": NOON - 9 * DAY, "resolved_at": NOON - 1.01 * DAY}
        closed = past.row(ticket, kind="complaint", state="closed", **facts)
        past.row(ticket, kind="question", state="closed", **facts)
        past.row(ticket, kind="complaint", state="taken", **{**facts, "resolved_at": None})
        assert past.told({"when": "complaint_closed", "days": 1}) == [(ana, f"complaint:{closed}")]

    await check(database, story)


async def test_a_change_of_tier_is_known_by_its_notice(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        word = "tier:gold:2027-03-10T11:30:00"
        past.row(outbox, lane=2, chat_id=1, method="sendMessage", campaign="tier", member_id=ana, occasion=word,
                 state="sent", not_before=NOON, created_at=NOON - HOUR / 2)  # fmt: skip
        assert past.told({"when": "tier_changed"}) == [(ana, word)]
        assert past.told({"when": "tier_changed", "tier": "gold"}) == [(ana, word)]
        assert past.told({"when": "tier_changed", "tier": "go"}) == []

    await check(database, story)


async def test_points_are_a_milestone_once_whatever_was_spent(database: Database) -> None:
    def story(past: Past) -> None:
        ana, bo = past.joins("Ana"), past.joins("Bo")
        past.earns(ana, 900, 90)
        past.earns(ana, 100, 0.01)
        past.earns(bo, 1_000, 90)
        past.earns(bo, 500, 0.01)
        assert past.told({"when": "points_milestone", "points": 1_000}) == [(ana, "milestone:1000")]
        assert past.told({"when": "points_milestone", "points": 1_001}) == [(bo, "milestone:1001")]
        assert past.told({"when": "points_milestone", "points": 1_501}) == []
        assert past.told({"when": "points_milestone", "points": 1_500}) == [(bo, "milestone:1500")]

    await check(database, story)


@pytest.mark.parametrize(("hours", "silent"), [(-1, False), (0, False), (1, True), (5, True), (24, False)])
async def test_who_is_silent_for_longer_than_twice_their_own_time_is_asked_once(
    database: Database, hours: float, silent: bool
) -> None:
    def story(past: Past) -> None:
        ana, bo = past.joins("Ana"), past.joins("Bo")
        for order, days in (("1", 40), ("2", 30), ("3", 20)):  # every 10 days; twice that is over at noon, to the blink
            last = past.buys(ana, order, days)
        past.buys(bo, "8", 30)
        past.buys(bo, "9", 20)  # two orders are no custom
        found = past.told({"when": "silent", "intervals": 2}, NOON + hours * HOUR)
        assert found == ([(ana, f"silent:{last}")] if silent else [])
        past.buys(ana, "4", 0.001)
        assert past.told({"when": "silent", "intervals": 2}, NOON + hours * HOUR) == []

    await check(database, story)


async def test_the_next_purchase_is_expected_some_days_ahead(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        for order, days in (("1", 67.01), ("2", 47.01), ("3", 27.01), ("4", 7.01 + 8)):
            last = past.buys(ana, order, days)
        ahead = {"when": "expected_purchase", "days": -2}
        assert past.told(ahead, NOON) == []
        assert past.told(ahead, NOON + 8 * HOUR) == [], "17 days and 8 hours between them: it is the evening"
        assert past.told(ahead, NOON + 21 * HOUR) == [(ana, f"expected_purchase:{last}")]

    await check(database, story)


async def test_two_weeks_before_the_end_of_a_membership_and_not_if_it_was_renewed(database: Database) -> None:
    def story(past: Past) -> None:
        ana, bo = past.joins("Ana"), past.joins("Bo")
        facts = {"route": "free", "starts_at": NOON - 300 * DAY, "ends_at": NOON + 13.99 * DAY}
        term = past.row(membership, member_id=ana, state="running", **facts)
        past.row(membership, member_id=bo, state="renewed", **facts)
        assert past.told({"when": "membership_end", "days": -14}) == [(ana, f"term:{term}")]
        assert past.told({"when": "membership_end", "days": -7}) == []

    await check(database, story)


async def test_points_that_lapse_on_one_day_are_one_occasion(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        first = past.earns(ana, 10, 100, expires=-13.99)
        past.earns(ana, 20, 90, expires=-13.99)
        past.earns(ana, 30, 80, expires=-60)
        assert past.told({"when": "points_expiry", "days": -14}) == [(ana, f"expiry:{first}")]

    await check(database, story)


async def test_what_is_to_be_replaced_next_month_and_was_not_bought_again(database: Database) -> None:
    def story(past: Past) -> None:
        ana, bo = past.joins("Ana"), past.joins("Bo")
        filters = past.row(product, name="filter", life_months=6)
        line = past.buys(ana, "1", 151.01, "filter", of=filters)  # 10 October: six months are over on 10 April
        past.buys(bo, "2", 151.01, "filter", of=filters)
        past.buys(bo, "3", 20, "filter", of=filters)
        assert past.told({"when": "replacement_due", "days": -31}) == [(ana, f"replacement:{line}")]
        assert past.told({"when": "replacement_due", "days": -31, "product": "kettle"}) == []
        assert past.told({"when": "replacement_due"}) == []

    await check(database, story)


async def test_what_lives_for_twenty_years_is_due_then(database: Database) -> None:
    def story(past: Past) -> None:
        ana, clock = past.joins("Ana"), past.row(product, name="clock", life_months=240)
        line = past.buys(ana, "1", 20 * 365.25 + 0.01, "clock", of=clock)
        assert past.told({"when": "replacement_due"}) == [(ana, f"replacement:{line}")]

    await check(database, story)


async def test_the_anniversary_of_joining_by_the_clubs_own_calendar(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana", 2 * 365 + 0.5)
        past.joins("Bo", 3)
        past.joins("Cy", 0.1)
        assert past.told({"when": "joined_anniversary"}) == [(ana, "anniversary:2027")]
        assert past.told({"when": "joined_anniversary", "days": -1}) == []

    await check(database, story)


async def test_each_of_two_relatives_is_an_occasion_of_their_own(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        facts = {"member_id": ana, "relation_sealed": b"x", "calendar": "solar", "month": 3, "day": 12, "at": NOON}
        mei, li = past.row(family, wish="greet", **facts), past.row(family, wish="greet", **facts)
        past.row(family, wish="never", **facts)
        assert past.told({"when": "family", "days": -2}) == [(ana, f"family:{one}:2027") for one in (mei, li)]

    await check(database, story)


def _invited(past: Past, who: int, state: str, *, begins: float, cancelled: int = 0, since: float = 30) -> int:
    """Somebody on the list of an event of their own that begins in so many days; its number."""
    starts_at = NOON + begins * DAY
    number = past.row(event, title="Tasting", starts_at=starts_at, day=f"{starts_at:%Y-%m-%d}", cancelled=cancelled)
    past.row(event_guest, event_id=number, member_id=who, seats=1, state=state, at=NOON - since * DAY)
    return number


@pytest.mark.parametrize(
    ("days", "begins", "day"), [(-1, 0.99, "2027-03-11"), (1, -1.01, "2027-03-09"), (-7, 6.99, "2027-03-17")]
)
async def test_who_comes_to_an_event_hears_of_it_before_or_after_and_nobody_else_of_its_list(
    database: Database, days: int, begins: float, day: str
) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        number = _invited(past, ana, "coming", begins=begins)
        for name, state in (("Bo", "waiting"), ("Cy", "off"), ("Di", "missed")):
            _invited(past, past.joins(name), state, begins=begins)
        _invited(past, past.joins("Ed"), "coming", begins=begins, cancelled=1)
        _invited(past, past.joins("Flo"), "coming", begins=begins + 2)
        assert past.told({"when": "event", "days": days}) == [(ana, f"event:{number}:{day}")]

    await check(database, story)


async def test_an_event_that_moved_to_another_day_is_another_occasion_and_to_another_hour_is_not(
    database: Database,
) -> None:
    def story(past: Past) -> None:
        ana, eve = past.joins("Ana"), {"when": "event", "days": -1}
        number = _invited(past, ana, "coming", begins=0.99)
        assert past.told(eve) == [(ana, f"event:{number}:2027-03-11")]
        past.moves(number, 1.15)
        assert past.told(eve, NOON + 4 * HOUR) == [(ana, f"event:{number}:2027-03-11")]
        past.moves(number, 3.99)
        assert past.told(eve, NOON + 4 * HOUR) == []
        assert past.told(eve, NOON + 3 * DAY) == [(ana, f"event:{number}:2027-03-14")]

    await check(database, story)


async def test_two_events_of_one_day_are_an_occasion_each(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        numbers = [_invited(past, ana, "coming", begins=begins) for begins in (0.98, 0.99)]
        assert past.told({"when": "event", "days": -1}) == [(ana, f"event:{one}:2027-03-11") for one in numbers]

    await check(database, story)


async def test_who_signed_up_on_the_eve_itself_is_not_reminded_and_yet_thanked(database: Database) -> None:
    def story(past: Past) -> None:
        ana = past.joins("Ana")
        _invited(past, ana, "coming", begins=0.99, since=0.005)
        over = _invited(past, ana, "coming", begins=-1.01, since=1.02)
        assert past.told({"when": "event", "days": -1}) == []
        assert past.told({"when": "event", "days": 1}) == [(ana, f"event:{over}:2027-03-09")]

    await check(database, story)


async def test_sqlite_begins_with_the_events_of_the_day_and_not_with_everybody_who_lives_somewhere(
    sqlite_url: str,
) -> None:
    """A club of a million looks every few seconds."""
    opened = await open_database(sqlite_url, Vault(MASTER_KEY))

    def plan(db: Connection) -> str:
        moment = moments.parse({"when": "event", "days": -1})
        found = due(moment, CLUB, NOON - HOUR, NOON, ["UTC"])[0]
        query = select(member.c.id).where(people(db, moment, CLUB, found))
        text = str(query.compile(db.engine, compile_kwargs={"literal_binds": True}))
        return str(db.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()[0][3])

    assert "ix_event_starts" in await opened.read(plan)
    await opened.close()
