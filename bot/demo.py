"""A few people and things for a first look: a club is dull while nobody is in it and nothing is on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot import regulars
from club import benefits, frequency, knowledge, periods, products, staff
from club.club import Club
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
