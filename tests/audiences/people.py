"""A small club on file, drawn by a seed: who they are, what they bought and brought back, what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, insert

from club.club import Club
from storage import tables
from tests.club import TIERS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLUB = Club("Tea", "Asia/Taipei", ("en", "zh-Hans", "zh-Hant"), 0, time(9), "", None, currency="EUR", tiers=TIERS)
PRODUCTS = [(1, "Kettle", "Ware"), (2, "Cup", "Ware"), (3, "Oolong", "Tea"), (4, "Odd", None)]
BRANCHES = [(1, "Bund"), (2, "Park")]
TAGS = [(1, "vip", ""), (2, "vegan", ""), (3, "size", "42"), (4, "size", "43")]
SOURCES = ["fair", "poster", None]
CAMPAIGNS = ["birthday", "spring"]
EVENTS = [(1, -30, 0), (2, -7, 0), (3, -3, 1), (4, 0, 0), (5, 7, 0), (6, 20, 1), (7, 90, 0)]
"""Number, begins in so many days, was it called off."""
BIRTHDAYS = [
    ("solar", 2, 29),
    ("solar", 11, 30),
    ("solar", 12, 1),
    ("lunar", 10, 30),
    ("lunar", 11, 1),
    ("lunar", 12, 8),
]
Row = dict[str, Any]


@dataclass
class People:
    """Rows by table, as they are inserted."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    _index: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def add(self, table: str, **values: Any) -> Row:
        self.rows.setdefault(table, []).append(values)
        return values

    def of(self, table: str, member_id: int, by: str = "member_id") -> list[Row]:
        """The rows of a member; or of whatever else `by` says."""
        if (table, by) not in self._index:
            index = self._index[(table, by)] = {}
            for row in self.rows.get(table, []):
                index.setdefault(row[by], []).append(row)
        return self._index[(table, by)].get(member_id, [])

    def put(self, db: Connection) -> None:
        for name, rows in self.rows.items():
            db.execute(insert(tables.metadata.tables[name]), rows)


def drawn(seed: int, members: int = 40) -> People:
    """The club of this seed."""
    random, people = Random(seed), People()
    for product_id, name, category in PRODUCTS:
        people.add("product", id=product_id, name=name, category=category)
    for branch_id, name in BRANCHES:
        people.add("branch", id=branch_id, name=name)
    for tag_id, name, value in TAGS:
        people.add("tag", id=tag_id, name=name, value=value)
    people.add("campaign", id=1, key="spring", kind="promotion", state="done", version=1)
    for number, days, cancelled in EVENTS:
        begins = NOW + timedelta(days=days)
        people.add("event", id=number, title="Tasting", starts_at=begins, day=f"{begins:%Y-%m-%d}", cancelled=cancelled)
    for member_id in range(1, members + 1):
        _person(people, member_id, random)
        _shopping(people, member_id, random)
        _belongings(people, member_id, random)
        _history(people, member_id, random)
    return people


def _ago(random: Random, days: int = 120) -> datetime:
    """Often on the very edge of a window that a rule may ask about."""
    back = random.choice(
        [timedelta(days=random.choice([7, 30, 90])), timedelta(seconds=random.randrange(days * 86_400))]
    )
    return NOW - back


def _person(people: People, member_id: int, random: Random) -> None:
    calendar, month, day = random.choice([*BIRTHDAYS, (None, None, None)])
    status = random.choice(["member", "member", "member", "prospect", "left", "erased"])
    people.add(
        "member",
        id=member_id,
        telegram_id=None if status == "erased" else 10_000 + member_id,
        status=status,
        language=random.choice(CLUB.languages),
        zone=random.choice(["Asia/Taipei", "Europe/Paris", "UTC"]),
        birthday_calendar=calendar,
        birthday_month=month,
        birthday_day=day,
        source=random.choice(SOURCES),
        marketing=random.choice([0, 1]),
        created_at=NOW,
        joined_at=None if status == "prospect" else _ago(random),
    )


def _shopping(people: People, member_id: int, random: Random) -> None:
    for number in range(random.choice([0, 0, 1, 3, 5])):
        order, at = f"{member_id}-{number}", _ago(random)
        for product_id, name, _ in random.sample(PRODUCTS, random.choice([1, 1, 2])):
            row = people.add(
                "purchase",
                id=len(people.rows.get("purchase", [])) + 1,
                member_id=member_id,
                order_number=order,
                product=name,
                product_id=random.choice([product_id, product_id, None]),  # some came without, from an old till
                branch_id=random.choice([1, 2, None]),
                quantity=random.choice([1, 2, 3]),
                amount=random.choice([999, 5_000, 5_001, 20_000]),
                currency=random.choice(["EUR", "EUR", "EUR", "JPY"]),
                bought_at=at,
            )
            if random.random() < 0.3:
                _return(people, row, random)


def _return(people: People, row: Row, random: Random) -> None:
    back = random.randint(1, row["quantity"])
    number = len(people.rows.get("purchase_return", [])) + 1
    amount = row["amount"] if back == row["quantity"] else row["amount"] // 2
    people.add(
        "purchase_return",
        id=number,
        purchase_id=row["id"],
        quantity=back,
        amount=amount,
        points=0,
        idempotency_key=str(number),
        at=NOW,
    )


def _belongings(people: People, member_id: int, random: Random) -> None:
    for _ in range(random.choice([0, 1, 2])):
        entry_id = len(people.rows.get("point_entry", [])) + 1
        people.add(
            "point_entry",
            id=entry_id,
            member_id=member_id,
            kind="earn",
            points=100,
            reason="welcome",
            idempotency_key=str(entry_id),
            payload_hash=b"",
            at=NOW,
        )
        people.add(
            "point_lot",
            entry_id=entry_id,
            member_id=member_id,
            points=100,
            left=random.choice([0, 49, 50, 100]),
            activates_at=random.choice([NOW, NOW - timedelta(days=1), NOW + timedelta(seconds=1)]),
            expires_at=random.choice([None, NOW, NOW + timedelta(days=7), NOW + timedelta(days=90)]),
        )
    if random.random() < 0.5:
        people.add(
            "member_tier", member_id=member_id, tier=random.choice(["silver", "gold", "gone"]), since=NOW, until=NOW
        )
    for tag_id in random.sample(range(1, 5), random.choice([0, 0, 1, 2])):
        people.add("member_tag", member_id=member_id, tag_id=tag_id, staff_id=1, at=NOW)
    if random.random() < 0.5:
        people.add(
            "membership",
            id=member_id,
            member_id=member_id,
            route="free",
            starts_at=NOW,
            ends_at=random.choice([None, NOW, NOW + timedelta(days=1), NOW + timedelta(days=31)]),
            state=random.choice(["running", "running", "grace"]),
        )


def _answers(people: People, member_id: int, random: Random) -> None:
    """To a campaign whose messages never arrived, so that `received` goes by the outbox alone."""
    line = people.add(
        "campaign_send",
        id=member_id,
        campaign_id=1,
        member_id=member_id,
        occasion="once",
        variant=1,
        state="unknown",
        due_at=NOW,
        replied_at=random.choice([None, _ago(random)]),
    )
    if random.random() < 0.5:
        people.add("campaign_press", id=member_id, send_id=line["id"], button=0, at=_ago(random))


def _history(people: People, member_id: int, random: Random) -> None:
    _answers(people, member_id, random)
    for number in range(random.choice([0, 0, 1, 3])):
        people.add(
            "visit",
            id=len(people.rows.get("visit", [])) + 1,
            member_id=member_id,
            branch_id=random.choice([1, 2, None]),
            staff_id=1,
            idempotency_key=f"{member_id}-{number}",
            at=_ago(random),
        )
    for _ in range(random.choice([0, 0, 1, 2])):
        state = random.choice(["new", "closed"])
        people.add(
            "ticket",
            id=len(people.rows.get("ticket", [])) + 1,
            kind=random.choice(["complaint", "complaint", "question"]),
            member_id=member_id,
            state=state,
            owner_id=1,
            opened_at=_ago(random),
            resolved_at=NOW if state == "closed" else None,
        )
    asked = Random(member_id)
    for period in asked.sample(["2026-09", "2026-10", "2026-11"], asked.choice([0, 0, 1, 2])):
        people.add(
            "survey_turn",
            id=len(people.rows.get("survey_turn", [])) + 1,
            member_id=member_id,
            period=period,
            asked_at=NOW - timedelta(days=900),
            answered_at=NOW - timedelta(days=30 * (12 - int(period[-2:]))),
            willing=asked.choice([0, 1, None]),
        )
    invited = Random(member_id + 1_000)
    for number, _, _ in invited.sample(EVENTS, invited.choice([0, 0, 1, 2])):
        people.add(
            "event_guest",
            id=len(people.rows.get("event_guest", [])) + 1,
            event_id=number,
            member_id=member_id,
            seats=invited.choice([1, 2]),
            state=invited.choice(["coming", "coming", "waiting", "off", "missed"]),
            at=NOW - timedelta(days=40),
        )
    if member_id % 3:
        people.add("relationship", member_id=member_id, level=Random(-member_id).randint(1, 5), since=NOW)
    for campaign in random.sample([*CAMPAIGNS, None], random.choice([0, 1, 2])):
        state = random.choice(["sent", "queued", "failed"])
        people.add(
            "outbox",
            id=len(people.rows.get("outbox", [])) + 1,
            lane=3,
            chat_id=member_id,
            method="sendMessage",
            campaign=campaign,
            member_id=member_id if campaign else None,
            occasion="once" if campaign else None,
            state=state,
            not_before=NOW,
            created_at=NOW,
            ended_at=None if state == "queued" else _ago(random),
        )
