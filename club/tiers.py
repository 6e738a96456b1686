"""Tiers: a standing that is earned by buying, never by a balance, so that spending points costs nobody their rank.

One that was reached is kept for some months at least. A purchase that is brought back counts as if it had never been,
also for a tier that was reached with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club.club import SPENDING, Club, Tier
from club.days import day_of, end_of, months_later, start_of
from club.notices import TIER, note
from storage import tiers
from storage.tiers import Standing
from storage.types import last_moment

REVIEWED_AT_ONCE = 1_000


@dataclass(frozen=True)
class Progress:
    """Where a member stands. `counted` and `missing` are points, or minor units where tiers go by money spent."""

    tier: Tier | None
    until: datetime | None
    counted: int
    next: Tier | None

    @property
    def last_moment(self) -> datetime | None:
        """A moment of the last day on which the tier is kept whatever happens."""
        return self.until and last_moment(self.until)

    @property
    def missing(self) -> int:
        return 0 if self.next is None else self.next.threshold - self.counted


def tier_of(db: Connection, member_id: int, club: Club) -> Tier | None:
    """The tier this member stands in now. One that the settings do not name any more is none."""
    return _known(tiers.standing(db, member_id), club)


def progress(db: Connection, member_id: int, club: Club, now: datetime) -> Progress:
    """The member's tier, what counts towards the next one, and what is missing."""
    standing = tiers.standing(db, member_id)
    tier = _known(standing, club)
    counted = _counted(db, member_id, club, now)
    above = club.tiers.tiers[club.tiers.rank(tier) :]
    return Progress(tier, standing.until if standing and tier else None, counted, next(iter(above), None))


def review(db: Connection, member_id: int, club: Club, now: datetime, *, tell: bool = True) -> Tier | None:
    """Look at a member's tier after a purchase, a return, or when the time it was kept for is over.

    A change is told to them once, unless not to `tell` is asked for. The tier they stand in from now on.
    """
    standing = tiers.standing(db, member_id)
    current = _known(standing, club)
    reached = _reached(_counted(db, member_id, club, now), club)
    if club.tiers.rank(reached) == club.tiers.rank(current):
        if standing is not None and standing.until <= now:
            _keep_on(db, member_id, current, club, now)
    elif club.tiers.rank(reached) > club.tiers.rank(current) or not _kept(db, member_id, standing, current, club, now):
        _change(db, member_id, reached, club, now)
        if tell:
            # To the second: up, down and up again on one day are three pieces of news.
            note(db, TIER, f"tier:{reached.key if reached else 'none'}:{now:%Y-%m-%dT%H:%M:%S}", member_id, now)
        return reached
    return current


def review_due(db: Connection, club: Club, now: datetime, limit: int = REVIEWED_AT_ONCE) -> int:
    """Look again at tiers that were kept long enough; how many. Fewer than `limit` means that all is done."""
    due = tiers.due(db, now, limit)
    for member_id in due:
        review(db, member_id, club, now)
    return len(due)


def review_buyers(db: Connection, club: Club, now: datetime, after: int, limit: int = REVIEWED_AT_ONCE) -> int | None:
    """Look at everybody who has bought enough for the lowest tier, from behind member `after` on, and tell nobody.

    The last one looked at; None when all are through.
    """
    if not club.tiers.tiers:
        return None
    start, end = _window(club, now)
    enough = club.tiers.tiers[0].threshold
    if club.tiers.by == SPENDING:
        found = tiers.spenders(db, club.currency, enough, start, end, after, limit)
    else:
        found = tiers.earners(db, enough, start, end, after, limit)
    for member_id in found:
        review(db, member_id, club, now, tell=False)
    return found[-1] if len(found) == limit else None


def _kept(
    db: Connection, member_id: int, standing: Standing | None, current: Tier | None, club: Club, now: datetime
) -> bool:
    """Is the tier still under protection? Not where the purchases it was reached with have been brought back."""
    if standing is None or current is None or standing.until <= now:
        return False
    return _counted(db, member_id, club, standing.since) >= current.threshold


def _change(db: Connection, member_id: int, tier: Tier | None, club: Club, now: datetime) -> None:
    if tier is None:
        tiers.clear(db, member_id)
    else:
        tiers.put(db, member_id, tier.key, now, _until(club, now))


def _keep_on(db: Connection, member_id: int, tier: Tier | None, club: Club, now: datetime) -> None:
    """Earned anew: kept for the same time again. A tier that the settings dropped is cleared away."""
    if tier is None:
        tiers.clear(db, member_id)
    else:
        tiers.put(db, member_id, tier.key, now, _until(club, now))


def _until(club: Club, now: datetime) -> datetime:
    return end_of(months_later(day_of(now, club.zone), club.tiers.keep_months), club.zone)


def _counted(db: Connection, member_id: int, club: Club, at: datetime) -> int:
    """Up to and with this moment, from the same day so many months before."""
    start, end = _window(club, at)
    if club.tiers.by == SPENDING:
        return tiers.spent(db, member_id, club.currency, start, end)
    return tiers.points_earned(db, member_id, start, end)


def _window(club: Club, at: datetime) -> tuple[datetime, datetime]:
    day = day_of(at, club.zone)
    return start_of(months_later(day, -club.tiers.months), club.zone), end_of(day, club.zone)


def _reached(counted: int, club: Club) -> Tier | None:
    return next((tier for tier in reversed(club.tiers.tiers) if counted >= tier.threshold), None)


def _known(standing: Standing | None, club: Club) -> Tier | None:
    return club.tiers.named(standing.tier) if standing else None
