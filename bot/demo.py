"""A few people and things for a first look: a club is dull while nobody is in it and nothing is on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot import regulars
from club import benefits, events, frequency, knowledge, periods, products, staff
from club.club import Club
from club.days import day_of
from club.events import Draft as Event
from club.knowledge_files import from_yaml
from club.languages import ENGLISH, SIMPLIFIED, TRADITIONAL
from club.products import Draft
from storage import branches, rewards
from storage import staff as staff_rows
from storage.database import Unit
from storage.frequency import AMOUNT, VISITS
from storage.words import Words

CLERK, MARKETER, OWNER = 9002, 9003, 9001
SHOP, HOURS = "Tea & Time", "Mon–Sat · 周一至周六 · 週一至週六 9:00–18:00"
KNOWLEDGE = Path(__file__).with_name("demo_knowledge.yaml")
SOLD = (
    Draft("Longjing tea 100 g", "tea", price=1800),
    Draft("Oolong tea 100 g", "tea", price=1500),
    Draft("Teapot", "pots", price=4800, warranty_months=24, life_months=12),
)
"""Prices in minor units."""


def _in_three(english: str, simplified: str, traditional: str) -> Words:
    return Words({ENGLISH: english, SIMPLIFIED: simplified, TRADITIONAL: traditional})


_POT = _in_three("A pot of tea", "一壶茶", "一壺茶")
SHELF: tuple[dict[str, Any], ...] = (
    {"name": _POT, "price": 20, "stock": 20, "description": _in_three(
        "Any tea on the card, at your table.", "茶单上任选一种，在店里喝。", "茶單上任選一種，在店裡喝。")},
    {"name": _in_three("Tasting for two", "双人品茶", "雙人品茶"), "price": 200, "kind": "social", "per_member": 1,
     "description": _in_three(
        "Five teas, an hour, one of us at the table.", "五款茶，一小时，茶师陪您品。", "五款茶，一小時，茶師陪您品。")},
    {"name": _in_three("Voucher", "购物券", "購物券"), "price": 300, "value": 1000, "description": _in_three(
        "For anything in the shop; the rest of it stays yours.", "店里什么都能买，没用完的下次再用。",
        "店裡什麼都能買，沒用完的下次再用。")},
)  # fmt: skip
"""Prices in points."""
POT_OF_TEA = frequency.Gift(_POT, 90)
STAMPS = frequency.Draft(
    _in_three("Ten visits", "来店十次", "來店十次"),
    VISITS,
    10,
    "ever",
    voucher=POT_OF_TEA,
    repeats=True,
    kind=frequency.SOCIAL,
)
REBATE = frequency.Draft(
    _in_three("Thanks for the quarter", "季度答谢", "每季答謝"), AMOUNT, 1, periods.QUARTER, percent=10
)
"""A tenth of the points of the quarter once more."""
WRAPPING = benefits.Draft(
    _in_three("Gift wrapping", "礼盒包装", "禮盒包裝"), None, 2, "month", kind=frequency.STRUCTURAL
)
TASTING = benefits.Draft(_in_three("Tasting evening", "品茶会", "品茶會"), None, 1, "quarter", needs_person=True)
"""For every member; and from the lowest tier on."""

EVENTS: tuple[tuple[int, int, Words, Words], ...] = (
    (20, 6, _in_three("Pu'er evening", "普洱之夜", "普洱之夜"), _in_three(
        "Three Pu'ers from three decades, side by side. Two hours, free of charge for members.",
        "三个年代的三款普洱，放在一起喝。两个小时，会员免费。",
        "三個年代的三款普洱，放在一起喝。兩個小時，會員免費。")),
    (41, 12, _in_three("A pot for the new year", "挑把壶过年", "挑把壺過年"), _in_three(
        "How a good pot is made, and how to choose one. An hour and a half, tea and sweets included.",
        "一把好壶怎么做、怎么挑。一个半小时，有茶有点心。", "一把好壺怎麼做、怎麼挑。一個半小時，有茶有點心。")),
)  # fmt: skip
"""What members are invited to: so many days ahead, for so many, what it is called, what awaits them."""
EVENTS_AT = time(15)


def furnishing(club: Club, now: datetime) -> Iterator[Unit[object]]:
    """The units of work, one after the other, that bring the staff with their names, things to sell and to give, and
    three regulars with a past. Each is small: on a busy machine too none comes near its deadline."""
    yield partial(_employ, now=now)
    yield _stock
    yield partial(_bind, club=club, now=now)
    yield lambda db: branches.add(db, SHOP, hours=HOURS)
    for entry in from_yaml(KNOWLEDGE.read_text(encoding="utf-8")):
        yield partial(knowledge.add, draft=entry, actor_id=CLERK, now=now)
    yield from regulars.moving_in(club, CLERK, now)
    for days, seats, title, about in EVENTS:
        yield partial(_invite, days=days, seats=seats, title=title, about=about, club=club, now=now)


def _invite(db: Connection, days: int, seats: int, title: Words, about: Words, club: Club, now: datetime) -> None:
    """The regulars come to each of them."""
    day, shop = day_of(now, club.zone) + timedelta(days=days), branches.every(db)[0]
    one = events.plan(db, Event(title, about, day, EVENTS_AT, shop.id, "", seats), club, now)
    for regular in regulars.REGULARS:
        events.sign_up(db, one.id, regulars.who(db, regular.id), now)


def _employ(db: Connection, now: datetime) -> None:
    for telegram_id, name, role in (
        (OWNER, "Lao Li", staff.OWNER),
        (CLERK, "Chen Wei", staff.CLERK),
        (MARKETER, "Maria", staff.MARKETER),
    ):
        staff_rows.put(db, telegram_id, role, now)
        staff_rows.set_name(db, telegram_id, name)


def _stock(db: Connection) -> None:
    for draft in SOLD:
        products.save(db, draft)
    for shelf in SHELF:
        rewards.add(db, valid_days=90, **shelf)


def _bind(db: Connection, club: Club, now: datetime) -> None:
    frequency.begin(db, STAMPS, now)
    frequency.begin(db, REBATE, now)
    benefits.begin(db, WRAPPING)
    benefits.begin(db, replace(TASTING, tier=club.tiers.tiers[0].key))
