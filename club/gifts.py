"""The first purchase of something that brings a gift: a time of membership, and a voucher that ends the same day.

One for each person. The time begins with the purchase, also for who joins later. Where the product comes back, what is
unused goes back: the rest of the voucher, and the days of membership that are left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club import membership, vouchers
from club.club import Club
from club.days import day_of, end_of, months_later
from storage import gifts, merges
from storage import vouchers as held
from storage.gifts import Gift
from storage.members import Member


@dataclass(frozen=True)
class Withdrawn:
    """A gift that went back. `left`: minor units of its voucher that nobody had used; None: there was no voucher."""

    left: int | None


def promise(db: Connection, member: Member, order_number: str, club: Club, now: datetime) -> Gift | None:
    """The gift that this order brings; given at once to a member, kept for anybody else until they join."""
    found = gifts.flagged(db, member.id, order_number)
    if found is None:
        return None
    ends_at = end_of(months_later(day_of(now, club.zone), found.months), club.zone)
    if not gifts.add(db, member.id, found.purchase_id, ends_at, found.value):
        return None
    if member.joined:
        hand_over(db, member.id, club, now)
    return gifts.of_purchase(db, found.purchase_id)


def hand_over(db: Connection, member_id: int, club: Club, now: datetime) -> None:
    """Give a member what waits for them, if anything does."""
    gift = gifts.waiting(db, member_id, now)
    if gift is None:
        return
    gifts.change(db, gift.id, state="given")
    membership.extend(db, member_id, gift, now)
    if gift.value is not None:
        days = day_of(gift.last_moment, club.zone) - day_of(now, club.zone)
        vouchers.issue(
            db, member_id, name=club.name, value=gift.value, valid_days=days.days, origin=_origin(gift), club=club,
            now=now,
        )  # fmt: skip


def take_back(db: Connection, purchase_id: int, club: Club, now: datetime) -> Withdrawn | None:
    """All of a purchase came back: so does what is unused of its gift. None where it brought none.

    Where nothing of it had been used, another first purchase brings one again.
    """
    gift = gifts.of_purchase(db, purchase_id)
    if gift is None or gift.state not in ("waiting", "given"):
        return None
    voucher = held.by_origin(db, _origin(gift))
    untouched = voucher is None or voucher.left == voucher.value
    gifts.change(db, gift.id, state="void" if untouched else "taken_back")
    if gift.state == "given":
        membership.cut_short(db, merges.holder(db, gift.member_id), club, now)
    if voucher is None:
        return Withdrawn(None)
    held.withdraw(db, voucher.id)
    return Withdrawn(voucher.left if voucher.state == "open" else 0)


def _origin(gift: Gift) -> str:
    return f"gift:{gift.purchase_id}"
