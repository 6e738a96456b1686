"""Vouchers: issued once for each origin, shown to their member, used at the till, in parts where they are money."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import codes
from club.club import Club
from club.days import day_of, end_of
from club.refusal import Refused
from storage import guesses, members, staff, vouchers
from storage.members import Member
from storage.vouchers import Voucher

WRONG_CODES = 10
PAUSE = timedelta(hours=1)
"""So many wrong codes of one staff member within that time, and no more are tried until it is over."""


def issue(
    db: Connection,
    member_id: int,
    *,
    name: str,
    valid_days: int,
    origin: str,
    club: Club,
    now: datetime,
    value: int | None = None,
    reward_id: int | None = None,
    entry_id: int | None = None,
) -> Voucher:
    """Give a member a voucher for `name`, worth `value` minor units of the club's currency, or one thing.

    It is good for so many days after today, to the last minute of the last one where the club is. `origin` says what it
    is given for, such as `redeem:…` or `gift:17`: the same origin twice gives the same voucher.
    """
    until = end_of(day_of(now, club.zone) + timedelta(days=valid_days), club.zone)
    while True:
        found = vouchers.by_origin(db, origin)
        if found is not None:
            return found
        vouchers.add(
            db, codes.new_code(), member_id=member_id, reward_id=reward_id, entry_id=entry_id, name=name, value=value,
            currency=None if value is None else club.currency, origin=origin, issued_at=now, valid_until=until,
        )  # fmt: skip


def of_member(db: Connection, member: Member, voucher_id: int) -> Voucher:
    """A voucher of this member. Raises `Refused("vouchers/not_yours")` for anybody else's."""
    found = vouchers.by_id(db, voucher_id)
    if found is None or found.member_id != member.id:
        raise Refused("vouchers/not_yours")
    return found


def by_code(db: Connection, text: str) -> Voucher:
    """The voucher behind a code as it was typed or scanned. Raises `Refused` where it is no code, mistyped, unknown."""
    found = vouchers.by_code(db, codes.read(text))
    if found is None:
        raise Refused("vouchers/unknown")
    return found


def may_try(db: Connection, staff_id: int, now: datetime) -> None:
    """Nobody guesses codes: after ten wrong ones within an hour there is a pause. Raises `Refused`."""
    tried = guesses.of(db, staff_id, now - PAUSE)
    if len(tried) >= WRONG_CODES:
        wait = tried[-WRONG_CODES] + PAUSE - now
        raise Refused("vouchers/pause", minutes=max(1, -(-int(wait.total_seconds()) // 60)))


def note_wrong(db: Connection, staff_id: int, now: datetime) -> None:
    """This staff member tried a code that is none. Call it where nothing rolls it back."""
    guesses.put(db, staff_id, [*guesses.of(db, staff_id, now - PAUSE), now][-WRONG_CODES:])


def check_usable(db: Connection, voucher: Voucher, club: Club, now: datetime) -> None:
    """Raises `Refused` that says why a voucher cannot be used: used (by whom and when), cancelled (given back, or whose
    it was is forgotten), or past its day."""
    if voucher.state == "used":
        last = vouchers.last_use(db, voucher.id)
        assert last is not None
        by = staff.colleague(db, last.staff_id)
        raise Refused("vouchers/used_already", name=by.name if by else "", at=last.at, zone=club.zone)
    if voucher.state == "cancelled" and members.by_id(db, voucher.member_id).telegram_id is None:
        raise Refused("vouchers/holder_forgotten")
    if voucher.state == "cancelled":
        raise Refused("vouchers/cancelled_already")
    if voucher.valid_until <= now:
        raise Refused("vouchers/past", last=voucher.last_moment, zone=club.zone)


def use(
    db: Connection, voucher_id: int, amount: int | None, *, staff_id: int, key: str, club: Club, now: datetime
) -> Voucher:
    """Use a voucher: `amount` minor units of one that is money, None for a thing. As it stands afterwards.

    The same key is done once. Of two tills at once one wins; the other is refused with who and when. Raises `Refused`.
    """
    if vouchers.used_by_key(db, key):
        return _known(db, voucher_id)
    if amount is not None and amount <= 0:
        raise Refused("vouchers/no_amount")
    if vouchers.use(db, voucher_id, amount, now):
        vouchers.add_use(db, voucher_id, amount, staff_id, key, now)
        return _known(db, voucher_id)
    voucher = _known(db, voucher_id)
    check_usable(db, voucher, club, now)
    if voucher.left is None or amount is None:
        raise Refused("buttons/unknown")
    raise Refused("vouchers/too_little_left", left=voucher.left, need=amount, currency=voucher.currency)


def _known(db: Connection, voucher_id: int) -> Voucher:
    found = vouchers.by_id(db, voucher_id)
    if found is None:
        raise Refused("vouchers/unknown")
    return found


def cancellable_until(voucher: Voucher, club: Club) -> datetime | None:
    """Up to when its member may give a voucher back for its points; None for one that cost no points."""
    if voucher.entry_id is None or voucher.state != "open" or voucher.left != voucher.value:
        return None
    return voucher.issued_at + club.rewards.cancel_after
