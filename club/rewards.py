"""Rewards: what points are good for. Redeeming is one transaction: points, stock and voucher, or nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club import membership, points, tiers, vouchers
from club.club import Club, Tier
from club.refusal import Refused
from storage import members, rewards
from storage import points as ledger
from storage import vouchers as held
from storage.members import Member
from storage.rewards import Reward
from storage.vouchers import Voucher

KINDS = ("financial", "social", "structural")
LITTLE = 10
"""With so many left or fewer, the number is told."""
MOST_POINTS = 10_000_000
MOST_STOCK = 1_000_000


@dataclass(frozen=True)
class Offer:
    """A reward as one member sees it. `missing`: points to go; `tier`: the one it takes, where they have not reached
    it; `had`: how many of it they have had."""

    reward: Reward
    missing: int
    tier: Tier | None
    had: int

    @property
    def all_had(self) -> bool:
        return self.reward.per_member is not None and self.had >= self.reward.per_member

    @property
    def reachable(self) -> bool:
        """Can it be had this minute?"""
        return self.missing == 0 and self.tier is None and not self.all_had and self.reward.stock != 0

    @property
    def few_left(self) -> int | None:
        """How many are left, where that is little."""
        return self.reward.stock if self.reward.stock is not None and self.reward.stock <= LITTLE else None


def catalogue(db: Connection, member: Member, club: Club, now: datetime) -> list[Offer]:
    """What is on the shelf, for this member: within reach first, then by what is missing; what takes a tier last."""
    have, rank = points.balance(db, member.id, now).available, _rank(db, member, club)
    offers = [_offer(db, member, reward, have, rank, club) for reward in rewards.on_shelf(db) if reward.stock != 0]
    return sorted(offers, key=lambda offer: (not offer.reachable, offer.tier is not None, offer.all_had, offer.missing))


def offer(db: Connection, member: Member, reward_id: int, club: Club, now: datetime) -> Offer:
    """One reward, for this member. Raises `Refused("rewards/gone")` where it is not on the shelf."""
    have = points.balance(db, member.id, now).available
    return _offer(db, member, _on_shelf(db, reward_id), have, _rank(db, member, club), club)


def _offer(db: Connection, member: Member, reward: Reward, have: int, rank: int, club: Club) -> Offer:
    had = held.count_of_reward(db, member.id, reward.id) if reward.per_member is not None else 0
    return Offer(reward, max(0, reward.price - have), _tier_missing(reward, rank, club), had)


def redeem(db: Connection, member: Member, reward_id: int, key: str, club: Club, now: datetime) -> Voucher:
    """Give points for a reward: the voucher. The same key gives the same voucher, and takes points once.

    Raises `Refused`: for a tier, the limit for one member, the last one gone, or points that are missing.
    """
    ledger.lock(db, member.id)
    member = members.by_id(db, member.id)  # as they are now that nobody else changes it: they may have been forgotten
    origin = f"redeem:{key}"
    done = held.by_origin(db, origin)
    if done is not None:
        return done
    reward = _on_shelf(db, reward_id)
    check(db, member, reward, club)
    points.spend(db, member.id, reward.price, reason="reward", key=origin, now=now)
    if reward.stock is not None and not rewards.take_one(db, reward.id):
        raise Refused("rewards/sold_out", name=reward.name)
    spent = ledger.by_key(db, origin)
    assert spent is not None
    return vouchers.issue(
        db,
        member.id,
        name=reward.name,
        value=reward.value,
        valid_days=reward.valid_days,
        origin=origin,
        reward_id=reward.id,
        entry_id=spent.id,
        club=club,
        now=now,
    )


def cancel(db: Connection, member: Member, voucher_id: int, club: Club, now: datetime) -> int:
    """Give an unused voucher back; how many points return to where they came from. The reward returns to the shelf.

    Raises `Refused` once it was used, cost no points, or the time for it is over.
    """
    ledger.lock(db, member.id)
    voucher = vouchers.of_member(db, member, voucher_id)
    until = vouchers.cancellable_until(voucher, club)
    if until is None:
        raise Refused("vouchers/not_to_be_cancelled")
    if until <= now:
        raise Refused("vouchers/too_late", hours=int(club.rewards.cancel_after.total_seconds() // 3600))
    if not held.cancel(db, voucher.id):
        raise Refused("vouchers/not_to_be_cancelled")
    if voucher.reward_id is not None:
        rewards.put_back(db, voucher.reward_id)
    return points.refund(db, voucher.origin, club, reason="reward_cancelled", key=f"cancel:{voucher.id}", now=now)


def known(db: Connection, reward_id: int) -> Reward:
    """A reward, on the shelf or not. Raises `Refused("rewards/gone")` for one that never was."""
    found = rewards.by_id(db, reward_id)
    if found is None:
        raise Refused("rewards/gone")
    return found


def _on_shelf(db: Connection, reward_id: int) -> Reward:
    found = known(db, reward_id)
    if not found.active:
        raise Refused("rewards/gone")
    return found


def check(db: Connection, member: Member, reward: Reward, club: Club) -> None:
    """May this member have it, as far as points do not matter? Raises `Refused` with the reason why not."""
    membership.check_member(db, member)
    tier = _tier_missing(reward, _rank(db, member, club), club)
    if tier is not None:
        raise Refused("rewards/tier_first", tier=tier)
    if reward.per_member is not None and held.count_of_reward(db, member.id, reward.id) >= reward.per_member:
        raise Refused("rewards/all_had", most=reward.per_member)
    if reward.stock == 0:
        raise Refused("rewards/sold_out", name=reward.name)


def _rank(db: Connection, member: Member, club: Club) -> int:
    """How high a member stands: 0 below the lowest tier."""
    return club.tiers.rank(tiers.tier_of(db, member.id, club))


def _tier_missing(reward: Reward, rank: int, club: Club) -> Tier | None:
    """The tier that this reward takes, where it is above this rank. One that the settings dropped asks nothing."""
    tier = club.tiers.named(reward.tier)
    return tier if club.tiers.rank(tier) > rank else None
