"""Visits: somebody came in, whether they bought or not. Counted once for each member, branch and day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import frequency
from club.club import Club
from club.days import day_of
from club.refusal import Refused
from storage import points, visits
from storage.members import Member


def check_in(
    db: Connection, member: Member, branch_id: int | None, *, staff_id: int, club: Club, now: datetime
) -> bool:
    """A member is here. False where they have been counted in this branch today, by the club's own day."""
    if not member.joined:
        raise Refused("visits/not_a_member")
    points.lock(db, member.id)
    key = f"visit:{member.id}:{branch_id or 0}:{day_of(now, club.zone)}"
    fresh = visits.add(db, member.id, branch_id, staff_id=staff_id, key=key, at=now)
    if fresh:
        frequency.review(db, member.id, club, now)
    return fresh
