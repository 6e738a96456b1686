"""Promises that run out, and those that were broken: who has to be told, each once. And what waits in the morning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club import deadlines, steps
from club.club import Club
from club.days import day_of, moment_on
from club.tickets import File, file_of, take_step
from storage import queue, state, tasks, tickets

TOLD_AT_ONCE = 50
LISTED = 10
DIGEST = "digest"


@dataclass(frozen=True)
class Alarm:
    """`promise`: to answer, or to resolve. `overdue`: it is broken, else it runs out soon. `first`: nothing was broken
    before since the request was opened, so its customer hears of this one."""

    file: File
    promise: str
    by: datetime
    overdue: bool
    first: bool


@dataclass(frozen=True)
class Digest:
    """What is overdue, what nobody has, whom nobody reached: how many, and the requests that matter most."""

    overdue: int
    unowned: int
    tasks: int
    files: tuple[File, ...]


def due(db: Connection, club: Club, now: datetime, limit: int = TOLD_AT_ONCE) -> list[Alarm]:
    """What has to be told now; that it was told is written down."""
    found = []
    for ticket in tickets.alarms(db, now, limit):
        events = tickets.events(db, ticket.id)
        unbroken = not any(event.step == steps.OVERDUE for event in deadlines.this_round(events))
        deadlines.keep(db, ticket, club)  # where the settings promise something else by now
        for alarm in deadlines.clock_of(events, ticket.kind, club.service).alarms:
            if alarm.at <= now:
                overdue = alarm.by <= now
                step = steps.OVERDUE if overdue else steps.WARN
                ticket = take_step(db, ticket, step, None, club, now, new=alarm.promise)
                found.append(Alarm(file_of(db, ticket), alarm.promise, alarm.by, overdue, overdue and unbroken))
                unbroken = unbroken and not overdue
    return found


def digest_due(db: Connection, club: Club, now: datetime) -> Digest | None:
    """What waits, once on each working day from `service.digest_at` on; None where it is not the time, or nothing does.

    A day on which the program was down has none.
    """
    today = day_of(now, club.zone)
    if now < moment_on(today, club.service.digest_at, club.zone) or state.get(db, DIGEST) == str(today):
        return None
    state.put(db, DIGEST, str(today))
    overdue, unowned = (queue.length(db, 0, now, which) for which in (queue.OVERDUE, queue.UNOWNED))
    undone = tasks.count(db)
    if not club.service.hours.works_on(today) or not overdue + unowned + undone:
        return None
    listed = queue.waiting(db, 0, now, which=queue.OVERDUE, limit=LISTED)
    known = {one.id for one in listed}
    more = [one for one in queue.waiting(db, 0, now, which=queue.UNOWNED, limit=LISTED) if one.id not in known]
    return Digest(overdue, unowned, undone, tuple(file_of(db, one) for one in (*listed, *more)[:LISTED]))
