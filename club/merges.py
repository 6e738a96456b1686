"""Two files of one person become one: a new Telegram account, or somebody who was imported twice.

The file that stays gets everything; the other one is kept, closed, and says where it went. What is written to the
ledger, used and agreed to stays as it was written, and counts for the file that stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club import events, frequency, membership, names, plans, points, rebates, surveys, tiers
from club.club import Club, Tier
from club.gifts import hand_over
from club.refusal import Refused
from club.words import wanted
from storage import (
    actions,
    applications,
    asked,
    family,
    forms,
    gifts,
    members,
    merges,
    preferences,
    purchases,
    relationships,
    search,
    staff,
    survey_turns,
    tags,
    tasks,
    ticket_messages,
    tickets,
    vouchers,
)
from storage import points as ledger
from storage import tiers as standings
from storage.members import Member
from storage.plans import Plan
from storage.points import Balance
from storage.survey_turns import Turn
from storage.tickets import Ticket

MAX_REASON = 120
MOST_LIKELY = 3
"""Namesakes that are offered."""


@dataclass(frozen=True)
class Side:
    """What one of two files has. `last_seen`: when they bought, came in or asked something last."""

    member: Member
    balance: Balance
    tier: Tier | None
    orders: int
    vouchers: int
    requests: int
    last_seen: datetime | None


@dataclass(frozen=True)
class Joined:
    """Two files that are one now. `points` came over; `requests` are those that moved; `question`: the outbox row of
    the question that was open in the chat of the closed one; `let_go`: its plan, where each of the two had one."""

    source: Member
    target: Member
    points: int
    requests: tuple[Ticket, ...]
    question: int | None
    let_go: Plan | None = None


def side(db: Connection, member_id: int, club: Club, now: datetime) -> Side:
    """What this file has, to be held beside another."""
    return Side(
        members.by_id(db, member_id),
        points.balance(db, member_id, now),
        tiers.tier_of(db, member_id, club),
        purchases.count(db, member_id),
        len(vouchers.usable(db, member_id, now)),
        len(tickets.of_member(db, member_id, limit=None)),
        merges.last_seen(db, member_id),
    )


def check(db: Connection, source: Member, target: Member) -> None:
    """May the first become part of the second? Raises `Refused` with the reason why not."""
    if source.id == target.id:
        raise Refused("merges/same")
    for member in (source, target):
        check_open(db, member)
    if not target.joined:
        raise Refused("merges/not_a_member", customer=target)
    if source.telegram_id is not None and staff.role_of(db, source.telegram_id) is not None:
        raise Refused("merges/works_here", customer=source)


def check_pair(db: Connection, first: Member, second: Member) -> None:
    """May one of the two become part of the other, whichever it is?"""
    try:
        check(db, first, second)
    except Refused:
        check(db, second, first)


def likely(db: Connection, member: Member) -> list[Member]:
    """Other open files of people who are called the same, who came last first."""
    found = search.members_with(db, wanted(member.name), MOST_LIKELY + 1)
    others = (members.by_id(db, one) for one in found if one != member.id and merges.of(db, one) is None)
    return [one for one in others if one.status != "erased"][:MOST_LIKELY]


def check_open(db: Connection, member: Member) -> None:
    """Is this a file of its own still? Raises `Refused` for one that is gone, joined already, or about to go."""
    if member.status == "erased":
        raise Refused("customers/gone")
    became = merges.of(db, member.id)
    if became is not None:
        raise Refused("merges/already", customer=member, target=members.by_id(db, became.target_id))
    if member.erase_at is not None:
        raise Refused("merges/leaving", customer=member)


def reason(text: str) -> str:
    """Why they are joined, in a line. Raises `Refused` for nothing, and for more than 120 characters."""
    said = names.line(text)
    if len(said) > MAX_REASON:
        raise Refused("forms/long", most=MAX_REASON, found=len(said))
    return said


def join(
    db: Connection, source_id: int, target_id: int, why: str, *, staff_id: int, club: Club, now: datetime
) -> Joined:
    """The first file becomes part of the second, which gets its points, purchases, visits, vouchers and requests.

    Raises `Refused`: also for whoever is second of two who do it at once.
    """
    for member_id in sorted((source_id, target_id)):
        ledger.lock(db, member_id)
    source, target = members.by_id(db, source_id), members.by_id(db, target_id)
    check(db, source, target)
    merges.add(db, source.id, target.id, why, staff_id, now)
    moved = points.transfer(db, source.id, target.id, key=f"merge:{source.id}", now=now, actor_id=staff_id)
    talks = tickets.of_member(db, source.id, limit=None)
    merges.move_purchases_and_visits(db, source.id, target.id)
    vouchers.move(db, source.id, target.id)
    tickets.lock_all(db, source.id)
    ticket_messages.give_to(db, source.id, target.id)
    actions.give_to(db, source.id, target.id)
    tickets.give_to(db, source.id, target.id)
    asked.move(db, source.id, target.id)
    tasks.move(db, source.id, target.id)
    preferences.move(db, source.id, target.id)
    tags.move(db, source.id, target.id)
    family.move(db, source.id, target.id)
    relationships.move(db, source.id, target.id, now)
    let_go = plans.join(db, source.id, target.id, staff_id, now)
    events.join(db, source.id, target.id, now)
    _join_turns(db, source.id, target.id)
    _stop_asking(db, source, now)
    membership.take_over(db, source, target)
    gifts.move(db, source.id, target.id)
    hand_over(db, target.id, club, now)
    _keep_the_better_tier(db, source.id, target.id, club)
    _fill_gaps(db, source, target)
    question = _close(db, source, now)
    tiers.review(db, target.id, club, now)
    frequency.review(db, target.id, club, now)
    rebates.joined(db, source.id, target.id, club, now)
    return Joined(source, members.by_id(db, target.id), moved, tuple(talks), question, let_go)


def _stop_asking(db: Connection, source: Member, now: datetime) -> None:
    """What was asked for with the file that closes, the file that stays has: it is a member's."""
    asked = applications.waiting(db, source.id)
    if asked is not None:
        applications.decide(db, asked, "withdrawn", now)


def _join_turns(db: Connection, source_id: int, target_id: int) -> None:
    """Surveys: of a period in which both were asked one turn stays, for a person has one: that which was answered, else
    that which was begun; where both were, that of the file that stays."""
    theirs = {turn.period: turn for turn in survey_turns.of_member(db, target_id, lock=True)}
    for turn in survey_turns.of_member(db, source_id, lock=True):
        other = theirs.get(turn.period)
        if other is not None and _how_far(turn) <= _how_far(other):
            surveys.take_out(db, turn)
            continue
        if other is not None:
            surveys.take_out(db, other)
        survey_turns.move(db, turn, target_id)


def _how_far(turn: Turn) -> tuple[bool, bool]:
    return turn.answers is not None, bool(turn.draft)


def _keep_the_better_tier(db: Connection, source_id: int, target_id: int, club: Club) -> None:
    had, has = standings.standing(db, source_id), standings.standing(db, target_id)
    standings.clear(db, source_id)
    if had is not None and club.tiers.rank(club.tiers.named(had.tier)) > club.tiers.rank(
        club.tiers.named(has.tier) if has else None
    ):
        standings.put(db, target_id, had.tier, had.since, had.until)


def _fill_gaps(db: Connection, source: Member, target: Member) -> None:
    """What the file that stays does not know, and the other one did."""
    if target.birthday is None:
        members.set_birthday(db, target.id, source.birthday)
    if target.city is None and source.city is not None:
        members.set_city(db, target.id, source.city, source.zone)
    if target.interests is None:
        members.set_interests(db, target.id, source.interests)


def _close(db: Connection, source: Member, now: datetime) -> int | None:
    """Nothing is sent to it any more, and what was being asked there (in this outbox row) is over. Its number and its
    account lead on."""
    members.set_left(db, source.id, now)
    return None if source.telegram_id is None else forms.close(db, source.telegram_id, source.telegram_id)
