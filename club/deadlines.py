"""What was promised to a customer: until when they are answered, and until when it is done.

All of it follows from the history of a request and the desk's calendar, so it can be worked out anew at any time. It is
kept beside the request only so that what is due can be found.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection

from club import steps
from club.club import Club, ServiceRules
from club.hours import Hours
from storage import tickets
from storage.tickets import Ticket, TicketEvent

ANSWER, RESOLVE = "answer", "resolve"
"""The two promises."""
ANSWERS = frozenset({steps.REPLY, steps.ASK, steps.FIX, steps.EXPLAIN, steps.RESOLVE})
"""After these steps the customer has heard from a person."""
BEGINS = frozenset({steps.OPEN, steps.REOPEN})


@dataclass(frozen=True)
class Alarm:
    """Somebody has to be told `at` this moment of a promise that holds until `by`."""

    promise: str
    at: datetime
    by: datetime


@dataclass(frozen=True)
class Clock:
    """None: answered already; it waits for the customer; it is done; or nothing was promised."""

    answer_by: datetime | None = None
    resolve_by: datetime | None = None
    alarms: tuple[Alarm, ...] = ()

    @property
    def alarm_at(self) -> datetime | None:
        """When somebody has to be told of it next."""
        return min((alarm.at for alarm in self.alarms), default=None)


def clock_of(events: Sequence[TicketEvent], kind: str, rules: ServiceRules) -> Clock:
    """The promises of a request, from its history alone."""
    since = this_round(events)
    target = rules.target(kind, _urgent(events), events[0].new)
    if target is None or since[-1].state in steps.DONE:
        return Clock()
    spans = _running(since)
    answer_by = None if answered(since) else _reached(spans, target.answer, rules)
    resolve_by = _reached(spans, target.resolve, rules)
    alarms = [
        Alarm(promise, moment, by)
        for promise, by, whole in ((ANSWER, answer_by, target.answer), (RESOLVE, resolve_by, target.resolve))
        if by is not None and (moment := _alarm(since, spans, promise, by, whole, rules)) is not None
    ]
    return Clock(answer_by, resolve_by, tuple(alarms))


def this_round(events: Sequence[TicketEvent]) -> Sequence[TicketEvent]:
    """What happened since the request was opened, or opened again."""
    begin = max(index for index, event in enumerate(events) if event.step in BEGINS)
    return events[begin:]


def answered(events: Sequence[TicketEvent]) -> bool:
    """Has the customer heard from a person?"""
    return any(event.step in ANSWERS for event in this_round(events))


def rounds(events: Sequence[TicketEvent]) -> list[Sequence[TicketEvent]]:
    """A history cut where the request was opened again: each part has promises of its own."""
    begins = [index for index, event in enumerate(events) if event.step in BEGINS]
    return [events[begin:end] for begin, end in pairwise((*begins, len(events)))]


def until_answered(events: Sequence[TicketEvent], hours: Hours) -> timedelta | None:
    """Working time in which the clock ran until the customer first heard from a person; None where they have not."""
    return _ran(events, ANSWERS, hours)


def until_resolved(events: Sequence[TicketEvent], hours: Hours) -> timedelta | None:
    """The same until it was first resolved: what the customer was waited for is not counted."""
    return _ran(events, frozenset({steps.RESOLVE}), hours)


def promises(events: Sequence[TicketEvent], kind: str, rules: ServiceRules) -> list[tuple[str, bool]]:
    """Which promises were kept and which broken, round by round. What is not decided yet is neither."""
    found = []
    for number, since in enumerate(rounds(events), 1):
        so_far = [event for one in rounds(events)[:number] for event in one]
        if rules.target(kind, _urgent(so_far), events[0].new) is None:
            continue
        for promise, ends in ((ANSWER, ANSWERS), (RESOLVE, frozenset({steps.RESOLVE}))):
            broken = any(event.step == steps.OVERDUE and event.new == promise for event in since)
            if broken or any(event.step in ends for event in since):
                found.append((promise, not broken))
    return found


def said(events: Sequence[TicketEvent], step: str, promise: str) -> bool:
    """Was somebody told of this promise in this round?"""
    return any(event.step == step and event.new == promise for event in this_round(events))


def _urgent(events: Sequence[TicketEvent]) -> bool:
    return next((event.new == steps.URGENT for event in reversed(events) if event.step == steps.PRIORITY), False)


Spans = list[tuple[datetime, datetime | None]]


def _running(since: Sequence[TicketEvent]) -> Spans:
    """When the clock ran: not while the customer was waited for. The last span is open where it runs now."""
    spans: Spans = []
    for event, later in pairwise((*since, None)):
        if event is not None and event.state != steps.WAITING:
            spans.append((event.at, later.at if later is not None else None))
    return spans


def _ran(events: Sequence[TicketEvent], ends: Collection[str], hours: Hours) -> timedelta | None:
    """Working time in which the clock ran until the first of these steps."""
    last = next((index for index, event in enumerate(events) if event.step in ends), None)
    if last is None:
        return None
    end = events[last].at
    return sum((hours.worked(start, until or end) for start, until in _running(events[: last + 1])), timedelta())


def _reached(spans: Spans, working: timedelta, rules: ServiceRules) -> datetime | None:
    """When so much working time of these spans is over; None while that is not known: the clock stands still."""
    left = working
    for start, end in spans:
        by = rules.hours.later(start, left)
        if end is None or by <= end:
            return by
        left -= rules.hours.worked(start, end)
    return None


def _alarm(
    since: Sequence[TicketEvent], spans: Spans, promise: str, by: datetime, whole: timedelta, rules: ServiceRules
) -> datetime | None:
    """The next time somebody is told of this promise: once when most of the time is over, once when all of it is."""
    if said(since, steps.OVERDUE, promise):
        return None
    if said(since, steps.WARN, promise):
        return by
    return _reached(spans, whole * rules.warn_at.numerator / rules.warn_at.denominator, rules)


def keep(db: Connection, ticket: Ticket, club: Club) -> None:
    """Work out the promises of a request anew, after anything happened to it."""
    clock = clock_of(tickets.events(db, ticket.id), ticket.kind, club.service)
    if (clock.answer_by, clock.resolve_by, clock.alarm_at) != (ticket.answer_by, ticket.resolve_by, ticket.alarm_at):
        tickets.set_clock(db, ticket.id, clock.answer_by, clock.resolve_by, clock.alarm_at)
