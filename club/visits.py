"""Visits: somebody came in, whether they bought or not. Counted once for each member, branch and day.

Where people stay over night, a visit says how many nights: told once, at arrival or at departure.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import customers, frequency
from club.club import Club
from club.days import day_of
from club.frequency import whole
from club.refusal import Refused
from storage import points, visits
from storage.members import Member

MAX_NIGHTS = 99


def read(db: Connection, text: str) -> tuple[Member, int]:
    """Who is here, and for how many nights: `10017`, `@ana 3`; 0 where it does not say."""
    who, *nights = text.split(maxsplit=1)
    return customers.find(db, who), nights_of(nights[0]) if nights else 0


def nights_of(text: str) -> int:
    """For how many nights somebody stays, from 1 on."""
    return whole(text, MAX_NIGHTS)


def check_in(
    db: Connection,
    member: Member,
    branch_id: int | None,
    *,
    staff_id: int,
    club: Club,
    now: datetime,
    nights: int = 0,
) -> bool:
    """A member is here, and stays for so many nights. False where they have been counted in this branch today, by the
    club's own day, and the nights were the same; other nights take the place of those."""
    if not member.joined:
        raise Refused("visits/not_a_member")
    points.lock(db, member.id)
    key = f"visit:{member.id}:{branch_id or 0}:{day_of(now, club.zone)}"
    fresh = visits.add(db, member.id, branch_id, nights=nights, staff_id=staff_id, key=key, at=now)
    if not fresh and nights:
        fresh = visits.set_nights(db, key, nights)
    if fresh:
        frequency.review(db, member.id, club, now)
    return fresh
