"""Expiry: which points lapse next, and the entry for those whose last day is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club.points import payload_hash
from storage import expiry, points
from storage.points import Entry, Lot
from storage.types import last_moment

AT_ONCE = 5_000
"""Lots that lapse in one transaction."""


@dataclass(frozen=True)
class Lapsing:
    """So many points are good before `at`, and not from then on."""

    points: int
    at: datetime

    @property
    def last_moment(self) -> datetime:
        """A moment of the last day on which they are good."""
        return last_moment(self.at)


def lapsing_next(db: Connection, member_id: int, now: datetime) -> Lapsing | None:
    """The points of this member that lapse next, all of one day together; None where nothing ever does."""
    lots = [lot for lot in points.live(db, member_id, now) if lot.expires_at is not None]
    first = lots[0].expires_at if lots else None
    return None if first is None else Lapsing(sum(lot.left for lot in lots if lot.expires_at == first), first)


def expire_due(db: Connection, now: datetime, limit: int = AT_ONCE) -> int:
    """Write an entry for lots whose last day is over; how many lots. Fewer than `limit` means that all is done."""
    lots = expiry.lapsed(db, now, limit)
    if lots:
        before = expiry.lapsed_before(db, [lot.id for lot in lots])
        expiry.expire(db, lots, [_lapse(lot, before.get(lot.id, 0)) for lot in lots])
    return len(lots)


def _lapse(lot: Lot, before: int) -> Entry:
    """A refund may fill a lapsed lot again, and it lapses again: the key counts how often it did `before`."""
    assert lot.expires_at is not None
    key = f"expire:{lot.id}:{before + 1}"
    return Entry(
        lot.member_id, "expire", -lot.left, "expired", key, payload_hash("expire", lot.member_id, -lot.left, "expired"),
        lot.expires_at,
    )  # fmt: skip
