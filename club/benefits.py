"""Benefits: what membership and each tier bring besides points, so many times in a period.

What a price does, the shop next door does tomorrow. People and services that somebody would have to do without
elsewhere keep them longer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from club import membership, tiers
from club.club import Club, Tier
from club.frequency import SOCIAL
from club.periods import Period, period_of
from club.refusal import Refused
from storage import benefits, members, points
from storage.benefits import Benefit

MAX_BENEFITS = 20


@dataclass(frozen=True)
class Draft:
    """A benefit as somebody describes it. `tier`: from which on; None: for every member."""

    name: str
    tier: str | None
    quota: int
    period: str
    needs_person: bool = False
    kind: str = SOCIAL


@dataclass(frozen=True)
class Offer:
    """A benefit and what is left of it for one member in this period."""

    benefit: Benefit
    used: int
    period: Period

    @property
    def left(self) -> int:
        return max(0, self.benefit.quota - self.used)


def begin(db: Connection, draft: Draft) -> Benefit:
    """A new benefit, on from now."""
    others = benefits.offered(db)
    if len(others) >= MAX_BENEFITS:
        raise Refused("benefits/enough", most=MAX_BENEFITS)
    if any((other.name.casefold(), other.tier) == (draft.name.casefold(), draft.tier) for other in others):
        raise Refused("benefits/known", name=draft.name)
    return known(db, benefits.add(db, **(asdict(draft) | {"needs_person": int(draft.needs_person)})))


def end(db: Connection, benefit_id: int) -> Benefit:
    """It is given no more."""
    benefit = known(db, benefit_id)
    benefits.end(db, benefit_id)
    return benefit


def known(db: Connection, benefit_id: int) -> Benefit:
    """The benefit of this id; refused where there is none."""
    benefit = benefits.by_id(db, benefit_id)
    if benefit is None:
        raise Refused("benefits/gone")
    return benefit


def offers(db: Connection, member_id: int, club: Club, now: datetime) -> list[Offer]:
    """What this member may have, and what is left of it."""
    tier = tiers.tier_of(db, member_id, club)
    return [_offer(db, benefit, member_id, club, now) for benefit in benefits.offered(db) if _has(benefit, tier, club)]


def brought_by(db: Connection, tier: Tier | None) -> list[Benefit]:
    """What begins with this very tier."""
    return [benefit for benefit in benefits.offered(db) if tier is not None and benefit.tier == tier.key]


def offer(db: Connection, benefit_id: int, member_id: int, club: Club, now: datetime) -> Offer:
    """One benefit of this member; refused where it is not theirs."""
    benefit = known(db, benefit_id)
    if not benefit.active:
        raise Refused("benefits/gone")
    membership.check_member(db, members.by_id(db, member_id))
    if not _has(benefit, tiers.tier_of(db, member_id, club), club):
        raise Refused("benefits/not_your_tier")
    return _offer(db, benefit, member_id, club, now)


def claim(db: Connection, benefit_id: int, member_id: int, club: Club, now: datetime) -> Offer:
    """Use a benefit once, and what is left then. Of two presses at once, the quota lets through what it allows."""
    points.lock(db, member_id)
    found = offer(db, benefit_id, member_id, club, now)
    if not found.left:
        raise Refused("benefits/used_up")
    if not benefits.claim(db, benefit_id, member_id, found.period.key, found.used + 1, now):
        raise Refused("benefits/used_up")
    return Offer(found.benefit, found.used + 1, found.period)


def _offer(db: Connection, benefit: Benefit, member_id: int, club: Club, now: datetime) -> Offer:
    period = period_of(now, benefit.period, club.zone)
    return Offer(benefit, benefits.used(db, benefit.id, member_id, period.key), period)


def _has(benefit: Benefit, tier: Tier | None, club: Club) -> bool:
    """Is it for everybody, for this tier, or for one below it?"""
    if benefit.tier is None:
        return True
    first = club.tiers.named(benefit.tier)
    return first is not None and club.tiers.rank(tier) >= club.tiers.rank(first)
