"""Points: earned, and shown as a balance."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage import points


def welcome(db: Connection, member_id: int, amount: int, now: datetime) -> bool:
    """Welcome points for a new member, once in a lifetime: who leaves and comes back has had them. Whole points."""
    if amount <= 0:
        return False
    return points.add_entry(db, member_id, amount, reason="welcome", key=f"welcome:{member_id}", at=now)


def balance(db: Connection, member_id: int) -> int:
    """The member's points, the sum of all entries."""
    return points.balance(db, member_id)
