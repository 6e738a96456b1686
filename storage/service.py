"""Counts over requests: how many, how quickly, why, and what came of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, exists, func, select

from storage.tables import branch, member, purchase, ticket, ticket_event

SAMPLE = 5_000
"""So many of the latest requests are looked at one by one; for a median that is plenty."""


@dataclass(frozen=True)
class Course:
    """When a request was opened, when its customer first heard from a person, and when it was first resolved."""

    opened_at: datetime
    answered_at: datetime | None
    resolved_at: datetime | None


def _mine(kind: str, since: datetime) -> tuple[Any, ...]:
    return (ticket.c.kind == kind, ticket.c.opened_at >= since, ticket.c.joined_to.is_(None))


def filed(db: Connection, kind: str, since: datetime) -> int:
    """How many were opened from then on."""
    return _count(db, *_mine(kind, since))


def resolved(db: Connection, kind: str, since: datetime) -> int:
    """How many of those are resolved by now."""
    return _count(db, *_mine(kind, since), ticket.c.resolved_at.is_not(None))


def waiting(db: Connection, kind: str, now: datetime) -> tuple[int, int]:
    """How many are open now, and how many of them are overdue. Nobody waits whose data was deleted."""
    late = func.count().filter((ticket.c.answer_by <= now) | (ticket.c.resolve_by <= now))
    somebody = exists().where(member.c.id == ticket.c.member_id, member.c.status != "erased")
    query = select(func.count(), late).select_from(ticket)
    every, overdue = db.execute(query.where(ticket.c.kind == kind, ticket.c.resolved_at.is_(None), somebody)).one()
    return int(every), int(overdue)


def courses(db: Connection, kind: str, since: datetime, answers: frozenset[str]) -> list[Course]:
    """The latest requests of a kind, each with its first answer: one of these steps."""
    latest = select(ticket.c.id, ticket.c.opened_at).where(*_mine(kind, since))
    latest_ = latest.order_by(ticket.c.id.desc()).limit(SAMPLE).subquery()
    answered = func.min(case((ticket_event.c.step.in_(sorted(answers)), ticket_event.c.at)))
    done = func.min(case((ticket_event.c.step == "resolve", ticket_event.c.at)))
    query = (
        select(latest_.c.opened_at, answered, done)
        .join(ticket_event, ticket_event.c.ticket_id == latest_.c.id)
        .group_by(latest_.c.id, latest_.c.opened_at)
    )
    return [Course(*row) for row in db.execute(query)]


def late(db: Connection, kind: str, since: datetime, promise: str) -> int:
    """Of how many this promise was broken."""
    broken = (ticket_event.c.step == "overdue", ticket_event.c.new == promise)
    return _count(db, *_mine(kind, since), exists().where(ticket_event.c.ticket_id == ticket.c.id, *broken))


def reopened(db: Connection, kind: str, since: datetime) -> tuple[int, int]:
    """How many were resolved at least once, and how many of those were opened again."""
    steps = [
        exists().where(ticket_event.c.ticket_id == ticket.c.id, ticket_event.c.step == step)
        for step in ("resolve", "reopen")
    ]
    return _count(db, *_mine(kind, since), steps[0]), _count(db, *_mine(kind, since), *steps)


def scores(db: Connection, since: datetime) -> tuple[int, int]:
    """How many customers said how it was (1 to 5), and the sum of it."""
    said = (ticket_event.c.step.in_(["settle", "reopen"]), ticket_event.c.new.in_(["1", "2", "3", "4", "5"]))
    query = select(ticket_event.c.new, func.count()).where(*said, ticket_event.c.at >= since)
    found = [(int(score), count) for score, count in db.execute(query.group_by(ticket_event.c.new))]
    return sum(count for _, count in found), sum(score * count for score, count in found)


def bought_again(db: Connection, since: datetime) -> tuple[int, int]:
    """How many customers had a complaint resolved, and how many of those have bought something after it."""
    mine = (*_mine("complaint", since), ticket.c.resolved_at.is_not(None))
    later = exists().where(purchase.c.member_id == ticket.c.member_id, purchase.c.bought_at > ticket.c.resolved_at)
    people = func.count(ticket.c.member_id.distinct())
    every, again = (db.execute(select(people).where(*mine, *more)).scalar_one() for more in ((), (later,)))
    return int(every), int(again)


def causes(db: Connection, since: datetime) -> dict[str | None, int]:
    """How many complaints had which cause, by its key; None: it was not named yet."""
    query = select(ticket.c.cause, func.count()).where(*_mine("complaint", since)).group_by(ticket.c.cause)
    return {row[0]: row[1] for row in db.execute(query)}


def bought_before(db: Connection, since: datetime) -> tuple[Counter[str], Counter[str]]:
    """What those who complained had bought last by then, and in which branch: how many complaints each."""
    last = (
        select(purchase.c.id)
        .where(purchase.c.member_id == ticket.c.member_id, purchase.c.bought_at <= ticket.c.opened_at)
        .order_by(purchase.c.bought_at.desc(), purchase.c.id.desc())
        .limit(1)
        .correlate(ticket)
        .scalar_subquery()
    )
    complaints = select(last.label("bought")).where(*_mine("complaint", since)).order_by(ticket.c.id.desc())
    latest = complaints.limit(SAMPLE).subquery()
    query = (
        select(purchase.c.product, branch.c.name, func.count())
        .select_from(latest)
        .join(purchase, purchase.c.id == latest.c.bought)
        .outerjoin(branch, branch.c.id == purchase.c.branch_id)
        .group_by(purchase.c.product, branch.c.name)
    )
    products: Counter[str] = Counter()
    branches: Counter[str] = Counter()
    for product, place, count in db.execute(query):
        products[product] += count
        if place is not None:
            branches[place] += count
    return products, branches


def _count(db: Connection, *among: Any) -> int:
    return int(db.execute(select(func.count()).select_from(ticket).where(*among)).scalar_one())
