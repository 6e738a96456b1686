"""Making up for a complaint: points or a voucher, tied to it (complaint recovery, the last step before the end).

A colleague gives up to what their role may for one complaint; above it another owner or manager approves. What was
given can be taken back as long as it has not been spent: nobody goes into debt over a gesture of ours.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from club import clawbacks, money, points, steps, vouchers
from club.club import BALANCE, Club, Limit
from club.refusal import Refused
from club.staff import MANAGER, OWNER
from club.tickets import by_number, existing, number_of, of_somebody, staff_name, take_step
from storage import compensations, members, staff
from storage import vouchers as held
from storage.compensations import Compensation
from storage.members import Member
from storage.staff import Colleague
from storage.tickets import Ticket
from storage.vouchers import Voucher

MOST = 1_000_000
"""Points, or whole units of money; more at once is a slip of the finger."""
VOUCHER_DAYS = 180
SHARES = (4, 2, 1)
"""Offered are a quarter, half and all of what a role may give."""


@dataclass(frozen=True)
class Amount:
    """Points, or minor units of the club's currency as a voucher; the other is None."""

    points: int | None = None
    value: int | None = None


@dataclass(frozen=True)
class File:
    """A compensation with all that its card shows."""

    given: Compensation
    number: int
    member: Member
    asked_by: str
    decided_by: str


def typed(text: str, club: Club) -> Amount:
    """An amount as it stands behind the number: `200` are points, `10.00` or `10 EUR` a voucher. Raises `Refused`."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    if tidy.isascii() and tidy.isdecimal():
        return Amount(points=int(tidy[:12]))
    return Amount(value=money.typed(text, club.currency))


def offers(role: str | None, club: Club) -> list[Amount]:
    """Amounts worth a button: shares of what this role may give, or, where it has no limit, of the widest one."""
    limit = _limit(role, club)
    if limit is None:
        known = club.desk.compensation.values()
        limit = Limit(max((one.points for one in known), default=0), max((one.value for one in known), default=0))
    return [
        *[Amount(points=limit.points // share) for share in SHARES if limit.points // share],
        *[Amount(value=limit.value // share) for share in SHARES if limit.value // share],
    ]


def _limit(role: str | None, club: Club) -> Limit | None:
    """None: without any."""
    return club.desk.compensation.get(role or "", None if role == OWNER else Limit())


def example(club: Club) -> str:
    """How the amount of a voucher is typed, so that nobody takes it for points."""
    return f"{10:.{money.decimals(club.currency)}f} {club.currency}"


def answerable(db: Connection, number: int) -> Ticket:
    """The complaint of this number. Raises `Refused` where nothing can be given for it now, or to its customer."""
    ticket = of_somebody(db, number)
    steps.after(ticket.kind, ticket.state, steps.COMPENSATE, number)
    if not members.by_id(db, ticket.member_id).joined:
        raise Refused("compensations/no_member", number=number)
    return ticket


def _check_other(db: Connection, ticket: Ticket, staff_id: int) -> None:
    """Nobody makes up for their own complaint."""
    if members.by_id(db, ticket.member_id).telegram_id == staff_id:
        raise Refused("compensations/own", number=number_of(ticket.id))


def unasked(db: Connection, number: int) -> Ticket:
    """The same, refused also where something waits to be decided: one question at a time."""
    ticket = answerable(db, number)
    if compensations.waiting(db, ticket.id) is not None:
        raise Refused("compensations/waits", number=number)
    return ticket


def give(
    db: Connection, number: int, amount: Amount, called: str, staff_id: int, club: Club, now: datetime
) -> Compensation:
    """Make up for a complaint; as it stands then: given, or asked, where a second person has to approve it. `called`:
    what a voucher for it is called."""
    most = MOST * 10 ** money.decimals(club.currency) if amount.points is None else MOST
    if not 0 < (amount.points or amount.value or 0) <= most:
        raise Refused("compensations/how_much", number=number, example=example(club))
    ticket = unasked(db, number)
    _check_other(db, ticket, staff_id)
    asked = compensations.add(db, ticket.id, points=amount.points, value=amount.value, asked_by=staff_id, at=now)
    if asked is None:
        raise Refused("compensations/waits", number=number)
    if not _within(db, asked, staff_id, club) and approvers(db, staff_id):
        return asked
    return _hand_over(db, ticket, asked, called, staff_id, None, club, now)


def _within(db: Connection, asked: Compensation, staff_id: int, club: Club) -> bool:
    """Together with what was given for the complaint before: does it stay within what the colleague may give?"""
    limit = _limit(staff.role_of(db, staff_id), club)
    if limit is None:
        return True
    together = [one for one in compensations.of_ticket(db, asked.ticket_id) if one.state == "given" or one == asked]
    points_ = sum(one.points or 0 for one in together)
    value = sum(one.value or 0 for one in together)
    return (not asked.points or points_ <= limit.points) and (not asked.value or value <= limit.value)


def approvers(db: Connection, asked_by: int) -> list[Colleague]:
    """Who may approve what this colleague wants to give. Where there is nobody else, nobody is asked."""
    return [one for one in staff.active(db) if one.role in (OWNER, MANAGER) and one.telegram_id != asked_by]


def approve(
    db: Connection, compensation_id: int, called: str, staff_id: int, club: Club, now: datetime
) -> Compensation:
    """The second person says yes. Of two who decide at once one does, the other hears who."""
    asked = known(db, compensation_id)
    _check_second(db, asked, staff_id)
    ticket = answerable(db, number_of(asked.ticket_id))
    _check_other(db, ticket, staff_id)
    return _hand_over(db, ticket, asked, called, asked.asked_by, staff_id, club, now)


def decline(db: Connection, compensation_id: int, staff_id: int, now: datetime) -> Compensation:
    """The second person says no."""
    asked = known(db, compensation_id)
    _check_second(db, asked, staff_id)
    _decide(db, asked, "declined", staff_id, now)
    return known(db, asked.id)


def _check_second(db: Connection, asked: Compensation, staff_id: int) -> None:
    if asked.state == "asked" and asked.asked_by == staff_id and approvers(db, staff_id):
        raise Refused("compensations/second_person")


def _decide(db: Connection, asked: Compensation, after: str, by: int | None, now: datetime) -> None:
    if not compensations.decide(db, asked.id, "asked", after, by, now):
        found = known(db, asked.id)
        name = "" if found.decided_by is None else staff_name(db, found.decided_by)
        raise Refused("compensations/decided", name=name, given=found.state == "given")


def _hand_over(
    db: Connection,
    ticket: Ticket,
    asked: Compensation,
    called: str,
    giver: int,
    by: int | None,
    club: Club,
    now: datetime,
) -> Compensation:
    _decide(db, asked, "given", by, now)
    if asked.points:
        points.earn(db, ticket.member_id, asked.points, club, reason="goodwill", key=_key(asked), now=now)
    else:
        vouchers.issue(
            db, ticket.member_id, name=called, value=asked.value, valid_days=VOUCHER_DAYS, origin=_key(asked),
            club=club, now=now,
        )  # fmt: skip
    take_step(db, ticket, steps.COMPENSATE, giver, club, now, new=str(asked.id))
    return known(db, asked.id)


def take_back(db: Connection, compensation_id: int, staff_id: int, club: Club, now: datetime) -> Compensation:
    """It was given by mistake. Raises `Refused` where the customer has used any of it, or it is back already."""
    given = known(db, compensation_id)
    number = number_of(given.ticket_id)
    ticket = of_somebody(db, number)
    if not compensations.decide(db, given.id, "given", "taken_back", staff_id, now):
        raise Refused("compensations/not_given")
    unspent = _points_back(db, given, club, now) if given.points else _voucher_back(db, given)
    if not unspent:
        raise Refused("compensations/spent", number=number)
    take_step(db, ticket, steps.TAKE_BACK, staff_id, club, now, new=str(given.id))
    return known(db, given.id)


def _points_back(db: Connection, given: Compensation, club: Club, now: datetime) -> bool:
    """Are they all back? What has lapsed meanwhile is."""
    from_balance = replace(club, points=replace(club.points, returns=BALANCE))
    key = f"{_key(given)}:back"
    back = clawbacks.take_back(
        db, _key(given), given.points or 0, from_balance, reason="goodwill_back", key=key, now=now
    )
    return not back.owed


def _voucher_back(db: Connection, given: Compensation) -> bool:
    voucher = voucher_of(db, given)
    return voucher is not None and held.cancel(db, voucher.id)


def voucher_of(db: Connection, given: Compensation) -> Voucher | None:
    """The voucher that was given; None for points."""
    return held.by_origin(db, _key(given))


def of_complaint(db: Connection, number: int) -> list[Compensation]:
    """What was given for a complaint and can go back. Raises `Refused` where there is nothing."""
    found = [one for one in compensations.of_ticket(db, by_number(db, number).id) if one.state == "given"]
    if not found:
        raise Refused("compensations/nothing_given", number=number)
    return found


def known(db: Connection, compensation_id: int) -> Compensation:
    """The compensation of this id; refused where there is none."""
    found = compensations.by_id(db, compensation_id)
    if found is None:
        raise Refused("buttons/unknown")
    return found


def file_of(db: Connection, given: Compensation) -> File:
    """Everything about it, for a card."""
    ticket = existing(db, given.ticket_id)
    decided_by = "" if given.decided_by is None else staff_name(db, given.decided_by)
    return File(
        given, number_of(ticket.id), members.by_id(db, ticket.member_id), staff_name(db, given.asked_by), decided_by
    )


def _key(given: Compensation) -> str:
    return f"compensation:{given.id}"
