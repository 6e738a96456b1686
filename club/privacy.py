"""What people may ask for about their data: a copy of it, and to be forgotten.

Who asks to be forgotten has some hours to think it over. From the moment at which it is due nothing takes it back: so
that it may be written to the list of erasures first, and be carried out then, and a stop in between harms nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import members, points, tiers
from club.club import Club, Tier
from club.refusal import Refused
from storage import merges, outbox, privacy, tickets, vouchers
from storage.members import Member
from storage.points import Balance

COPY_EVERY = timedelta(hours=1)
ERASED_AT_ONCE = 20


@dataclass(frozen=True)
class Losing:
    """What somebody loses who is forgotten. `open_requests` nobody will answer any more."""

    balance: Balance
    tier: Tier | None
    vouchers: int
    open_requests: int
    welcomed: bool = False
    """Have they had welcome points? For a while, that is all that will be known of them."""

    @property
    def anything(self) -> bool:
        return bool(self.points or self.tier or self.vouchers or self.open_requests)

    @property
    def points(self) -> int:
        return self.balance.available + self.balance.pending


def losing(db: Connection, member: Member, club: Club, now: datetime) -> Losing:
    """What this person would lose."""
    talks = tickets.of_member(db, member.id, limit=None)
    return Losing(
        points.balance(db, member.id, now),
        tiers.tier_of(db, member.id, club),
        len(vouchers.usable(db, member.id, now)),
        sum(talk.open for talk in talks),
        points.welcomed(db, member.id),
    )


def ask_for_copy(db: Connection, member: Member, now: datetime) -> None:
    """They want a copy of their data. Raises `Refused` where the last one is less than an hour old."""
    again = None if member.exported_at is None else member.exported_at + COPY_EVERY
    if again is not None and now < again:
        raise Refused("privacy/once_an_hour", at=again, zone=member.zone)
    privacy.set_exported(db, member.id, now)


def copy_failed(db: Connection, member: Member) -> bool:
    """The copy did not reach them: they may ask again at once. False where its other file had said so before."""
    if member.exported_at is None:
        return False
    privacy.set_exported(db, member.id, None)
    return True


def ask_to_be_forgotten(db: Connection, member: Member, club: Club, now: datetime) -> datetime:
    """They want to be forgotten, with the files that became part of theirs; when they will be. Who asks again does not
    wait longer."""
    if member.erase_at is not None:
        return member.erase_at
    _set_erase_at(db, member, now + club.erase_after)
    return now + club.erase_after


def stay(db: Connection, member: Member, now: datetime) -> None:
    """They do not want to be forgotten after all. Raises `Refused` where they never wanted, or where it is too late."""
    if member.erase_at is None:
        raise Refused("privacy/nothing_to_take_back")
    if member.erase_at <= now:
        raise Refused("privacy/too_late")
    _set_erase_at(db, member, None)


def _set_erase_at(db: Connection, member: Member, at: datetime | None) -> None:
    for member_id in (member.id, *(one.source_id for one in merges.into(db, member.id))):
        privacy.set_erase_at(db, member_id, at)


def may_be_erased(db: Connection, member: Member, club: Club, now: datetime) -> bool:
    """Is it due, and is nothing under way that would leave a trace? Else the next look finds it."""
    if member.telegram_id is None or member.erase_at is None or member.erase_at > now:
        return False
    return not outbox.under_way(db, [member.telegram_id, *members.chats_of_staff(db, club)])


def came_back(db: Connection, listed: list[privacy.Erasure]) -> list[int]:
    """Who stands in the list of erasures and is not erased here: a restored copy brought them back."""
    return [
        one.member_id
        for one in listed
        if privacy.met_at(db, one.member_id) == one.met_at and not privacy.is_erased(db, one.member_id)
    ]
