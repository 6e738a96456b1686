"""Counts over requests: how many, how quickly, why, and what came of them.

Everything is counted as of a moment: what happened after `until` is not looked at, so that the period before can be
told as it was at its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from storage.tables import branch, desk_tag, member, purchase, ticket, ticket_event, ticket_tag
from storage.tickets import TicketEvent

SAMPLE = 2_000
"""So many of the latest requests are looked at one by one; for a median that is plenty."""


@dataclass(frozen=True)
class Ends:
    """How many were filed, resolved at least once, opened again after it, and are resolved as things stand."""

    filed: int
    solved: int
    reopened: int
    done: int


def _mine(kind: str, since: datetime, until: datetime) -> tuple[Any, ...]:
    opened = ticket.c.opened_at
    return (ticket.c.kind == kind, opened > since, opened <= until, ticket.c.joined_to.is_(None))


def filed(db: Connection, kind: str, since: datetime, until: datetime) -> int:
    """How many were opened after `since`."""
    return int(db.execute(select(func.count()).select_from(ticket).where(*_mine(kind, since, until))).scalar_one())


def ends(db: Connection, kind: str, since: datetime, until: datetime) -> Ends:
    """What has become of those that were opened after `since`. Resolving and opening again take turns."""
    counted = {step: func.count().filter(ticket_event.c.step == step).label(step) for step in ("resolve", "reopen")}
    mine = and_(ticket_event.c.ticket_id == ticket.c.id, _one_of("resolve", "reopen"), ticket_event.c.at <= until)
    each = (
        select(ticket.c.id, *counted.values())
        .select_from(ticket.outerjoin(ticket_event, mine))
        .where(*_mine(kind, since, until))
        .group_by(ticket.c.id)
        .subquery()
    )
    some = [each.c.resolve > 0, each.c.reopen > 0, each.c.resolve > each.c.reopen]
    row = db.execute(select(func.count(), *(func.count().filter(one) for one in some)).select_from(each)).one()
    return Ends(*map(int, row))


def waiting(db: Connection, kind: str, now: datetime) -> tuple[int, int]:
    """How many are open now, and how many of them are overdue. Nobody waits whose data was deleted."""
    late = func.count().filter((ticket.c.answer_by <= now) | (ticket.c.resolve_by <= now))
    somebody = exists().where(member.c.id == ticket.c.member_id, member.c.status != "erased")
    query = select(func.count(), late).select_from(ticket)
    every, overdue = db.execute(query.where(ticket.c.kind == kind, ticket.c.resolved_at.is_(None), somebody)).one()
    return int(every), int(overdue)


def histories(
    db: Connection, kind: str, since: datetime, until: datetime, besides: Collection[str]
) -> list[list[TicketEvent]]:
    """What happened to the latest requests of a kind, oldest first, but for these steps."""
    latest = select(ticket.c.id).where(*_mine(kind, since, until)).order_by(ticket.c.id.desc()).limit(SAMPLE).subquery()
    columns = [ticket_event.c[name] for name in ("step", "actor_id", "state", "old", "new", "at")]
    query = (
        select(latest.c.id, *columns)
        .join(ticket_event, ticket_event.c.ticket_id == latest.c.id)
        .where(ticket_event.c.step.not_in(sorted(besides)), ticket_event.c.at <= until)
        .order_by(latest.c.id, ticket_event.c.id)
    )
    found: dict[int, list[TicketEvent]] = {}
    for ticket_id, *event in db.execute(query):
        found.setdefault(ticket_id, []).append(TicketEvent(*event))
    return list(found.values())


def scores(db: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """How many customers said in this time how it was (1 to 5), and the sum of it."""
    said = (_one_of("settle", "reopen"), ticket_event.c.new.in_(["1", "2", "3", "4", "5"]))
    when = (ticket_event.c.at > since, ticket_event.c.at <= until)
    query = select(ticket_event.c.new, func.count()).where(*said, *when)
    found = [(int(score), count) for score, count in db.execute(query.group_by(ticket_event.c.new))]
    return sum(count for _, count in found), sum(score * count for score, count in found)


def bought_again(db: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """How many customers had a complaint of this time resolved, and how many of those bought something after it."""
    first = (
        select(ticket.c.member_id, func.min(ticket_event.c.at).label("at"))
        .join(ticket_event, ticket_event.c.ticket_id == ticket.c.id)
        .where(*_mine("complaint", since, until), _one_of("resolve"), ticket_event.c.at <= until)
        .group_by(ticket.c.member_id)
        .subquery()
    )
    later = exists().where(
        purchase.c.member_id == first.c.member_id, purchase.c.bought_at > first.c.at, purchase.c.bought_at <= until
    )
    every, again = db.execute(select(func.count(), func.count().filter(later)).select_from(first)).one()
    return int(every), int(again)


def causes(db: Connection, since: datetime, until: datetime) -> dict[str | None, int]:
    """How many complaints had which cause, by its key; None: it was not named yet."""
    query = select(ticket.c.cause, func.count()).where(*_mine("complaint", since, until)).group_by(ticket.c.cause)
    return {row[0]: row[1] for row in db.execute(query)}


def departments(db: Connection, since: datetime, until: datetime) -> Counter[str]:
    """How many complaints each department had, by its key."""
    mine = (*_mine("complaint", since, until), ticket.c.department.is_not(None))
    query = select(ticket.c.department, func.count()).where(*mine).group_by(ticket.c.department)
    return Counter({row[0]: row[1] for row in db.execute(query)})


def tags(db: Connection, since: datetime, until: datetime, limit: int) -> list[tuple[str, int]]:
    """The tags that most complaints bear, and how many do."""
    query = (
        select(desk_tag.c.word, func.count())
        .select_from(ticket)
        .join(ticket_tag, ticket_tag.c.ticket_id == ticket.c.id)
        .join(desk_tag, desk_tag.c.id == ticket_tag.c.tag_id)
        .where(*_mine("complaint", since, until))
        .group_by(desk_tag.c.id, desk_tag.c.word)
        .order_by(func.count().desc(), desk_tag.c.id)
    )
    return [(word, count) for word, count in db.execute(query.limit(limit))]


def bought_before(db: Connection, since: datetime, until: datetime) -> tuple[Counter[str], Counter[str]]:
    """What those who complained had bought last by then, and in which branch: how many complaints each."""
    last = (
        select(purchase.c.id)
        .where(purchase.c.member_id == ticket.c.member_id, purchase.c.bought_at <= ticket.c.opened_at)
        .order_by(purchase.c.bought_at.desc(), purchase.c.id.desc())
        .limit(1)
        .correlate(ticket)
        .scalar_subquery()
    )
    complaints = select(last.label("bought")).where(*_mine("complaint", since, until)).order_by(ticket.c.id.desc())
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


def filed_by_parts(db: Connection, kind: str, edges: Sequence[datetime]) -> list[int]:
    """How many were opened in each part of a time: after one edge, up to the next."""
    at = ticket.c.opened_at
    inside = [func.count().filter(at > since, at <= until) for since, until in pairwise(edges)]
    query = select(*inside).select_from(ticket).where(*_mine(kind, edges[0], edges[-1]))
    return [int(count) for count in db.execute(query).one()]


def resolved_by_parts(db: Connection, kind: str, edges: Sequence[datetime]) -> list[int]:
    """How many were resolved in each part, whenever they were opened."""
    at = ticket_event.c.at
    inside = [func.count().filter(at > since, at <= until) for since, until in pairwise(edges)]
    query = (
        select(*inside)
        .select_from(ticket_event.join(ticket, ticket.c.id == ticket_event.c.ticket_id))
        .where(_one_of("resolve"), at > edges[0], at <= edges[-1], ticket.c.kind == kind)
    )
    return [int(count) for count in db.execute(query).one()]


def _one_of(*steps: str) -> Any:
    """One of these steps, written out, so that the index of the ends of requests serves."""
    names: Any = bindparam("steps", list(steps), expanding=True, literal_execute=True, unique=True)
    ended: Any = bindparam("ends", ["reopen", "resolve", "settle"], expanding=True, literal_execute=True, unique=True)
    return and_(ticket_event.c.step.in_(ended), ticket_event.c.step.in_(names))
