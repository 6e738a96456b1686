"""A shelf with rewards, and members with points, for the tests of both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from club import members, points
from club.club import Club
from storage import members as people
from storage import rewards
from storage.database import Database
from storage.members import Member
from tests.club import NOON, a_club

CLUB = a_club()
TEA: dict[str, Any] = {
    "name": "Tin of tea", "description": "", "picture": None, "price": 120, "value": None, "stock": None,
    "per_member": None, "valid_days": 30, "tier": None, "kind": "financial", "active": 1,
}  # fmt: skip


async def put(database: Database, **changes: Any) -> int:
    """A tin of tea for 120 points, or what the changes make of it; its id."""
    reward_id: int = await database.write(lambda db: rewards.add(db, **(TEA | changes)))
    return reward_id


def a_member(db: Connection, telegram_id: int, amount: int, club: Club = CLUB, now: datetime = NOON) -> Member:
    """Somebody who joined and has so many points."""
    person = members.meet(db, telegram_id, name=f"No. {telegram_id}", username=None, language="en", zone="UTC", now=now)
    people.set_joined(db, person.id, f"{telegram_id}", now)
    if amount:
        points.earn(db, person.id, amount, club, reason="purchase", key=f"bought:{telegram_id}", now=now)
    return people.by_id(db, person.id)


async def members_with(database: Database, amount: int, count: int = 1) -> list[Member]:
    """So many members, each with so many points."""
    return [await database.write(partial(a_member, telegram_id=500 + number, amount=amount)) for number in range(count)]


def available(member: Member, now: datetime = NOON) -> Callable[[Connection], int]:
    """The unit that reads what a member can spend."""
    return lambda db: points.balance(db, member.id, now).available
