"""Clawbacks: what a return takes back of the points that a purchase earned, wherever they are by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club.club import PENDING, UNLIMITED, Club
from club.points import arrival, payload_hash, take
from storage import clawbacks, merges, points
from storage.points import Entry, Lot


@dataclass(frozen=True)
class TakenBack:
    """What a return took back: `taken` from the balance, `owed` to be made up by later points, `forgiven` the rest."""

    taken: int
    owed: int
    forgiven: int


def take_back(
    db: Connection, earned_key: str, amount: int, club: Club, *, reason: str, key: str, now: datetime
) -> TakenBack:
    """Take earned points back, because what earned them was returned. The club's policy says how far:

    - `pending`: only what cannot be spent yet; what the member has stays theirs.
    - `balance`: as far as the balance goes; what is missing is owed, and the next points make it up.
    - `unlimited`: all of it; a balance may stand below zero until the next points.

    Points of that purchase that have lapsed meanwhile are gone already and are not asked for again. Where the file
    that earned them became part of another one, that one gives them back.
    """
    earned = points.by_key(db, earned_key)
    if earned is None:
        return TakenBack(0, 0, amount)
    holder_id = merges.holder(db, earned.member_id)
    points.lock(db, holder_id)
    lots = _became(db, earned.id)
    due = max(0, amount - sum(_gone(db, lot, now) for lot in lots))
    sources = _sources(db, holder_id, lots, club.points.returns, now)
    taken = min(due, sum(source.left for source in sources))
    owed = 0 if club.points.returns == PENDING else due - taken
    posted = due if club.points.returns == UNLIMITED else taken
    entry = None
    if posted:
        payload = payload_hash("reverse", holder_id, -posted, reason)
        entry = points.add_entry(
            db, Entry(holder_id, "reverse", -posted, reason, key, payload, now, reverses=earned.id)
        )
        take(db, entry, sources, taken)
    if owed:
        debt_of = entry if club.points.returns == UNLIMITED else None
        points.add_debt(db, holder_id, owed, entry_id=debt_of, key=key, at=now)
    return TakenBack(taken, owed, amount - taken - owed)


def _became(db: Connection, lot_id: int) -> list[Lot]:
    """A lot, and what became of it where its points went to another member, and on from there."""
    lots, ids = [], [lot_id]
    for one in ids:
        lot = points.lot(db, one)
        assert lot is not None
        lots.append(lot)
        came = [points.by_key(db, arrival(key)) for key in clawbacks.moved_from(db, one)]
        ids.extend(entry.id for entry in came if entry is not None)
    return lots


def _gone(db: Connection, lot: Lot, now: datetime) -> int:
    """How much of a lot has lapsed, written down or not yet."""
    return clawbacks.expired_from(db, lot.id) + (lot.left if lot.lapsed(now) else 0)


def _sources(db: Connection, holder_id: int, lots: Sequence[Lot], policy: str, now: datetime) -> list[Lot]:
    """Where points may be taken back from: the lots they are in, then, unless only pending ones are, any other."""
    opened = {lot.id for lot in lots}
    live = points.live(db, holder_id, now)
    own = [lot for lot in live if lot.id in opened]
    if policy == PENDING:
        return [lot for lot in own if lot.activates_at > now]
    return own + [lot for lot in live if lot.id not in opened]
