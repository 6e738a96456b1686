"""How good the service is: how quickly people are answered, what they complain about, and whether they come back.

Times are working time, as it was promised. A complaint is no fault of who made it: what counts is how many are solved,
how soon, and who buys again (loyal customers often begin with one).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection

from club import deadlines
from club.club import Cause, Club
from club.hours import Hours
from club.steps import COMPLAINT, QUESTION
from storage import asked, compensations, service
from storage.asked import Quality
from storage.service import Course

DAYS = 90
MOST_DAYS = 3_650
MOST_NAMED = 6


@dataclass(frozen=True)
class Pace:
    """Working minutes until the first answer, and until it was resolved: medians; None where there was none."""

    answer: int | None
    resolve: int | None


@dataclass(frozen=True)
class Complaints:
    """The complaints of so many `days`. Shares in whole percent, rounded down; None where nobody can be counted.

    `score`: the mean of what customers said afterwards (1 to 5), in tenths; `amends` as in `compensations.cost`.
    """

    days: int
    filed: int
    resolved: int
    open: int
    overdue: int
    pace: Pace
    reopened: int | None
    score: int | None
    scores: int
    again: int | None
    amends: tuple[int, int, int]


@dataclass(frozen=True)
class Causes:
    """What complaints were about, the most frequent first. `cause` None: not named yet. Product and branch are those of
    the customer's last purchase before."""

    days: int
    causes: tuple[tuple[Cause | None, int], ...]
    products: tuple[tuple[str, int], ...]
    branches: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Service:
    """Questions: what the bot answered by itself, and how quickly people did. `kept`: the share of all requests whose
    customer heard from a person in time."""

    days: int
    quality: Quality
    by_bot: int | None
    questions: int
    complaints: int
    pace: Pace
    kept: int | None


def complaints(db: Connection, club: Club, now: datetime, days: int = DAYS) -> Complaints:
    """The complaints of the last days."""
    since = now - timedelta(days=days)
    open_, overdue = service.waiting(db, COMPLAINT, now)
    solved, back = service.reopened(db, COMPLAINT, since)
    scores, total = service.scores(db, since)
    customers, again = service.bought_again(db, since)
    return Complaints(
        days=days,
        filed=service.filed(db, COMPLAINT, since),
        resolved=service.resolved(db, COMPLAINT, since),
        open=open_,
        overdue=overdue,
        pace=_pace(service.courses(db, COMPLAINT, since, deadlines.ANSWERS), club.service.hours),
        reopened=_percent(back, solved),
        score=total * 10 // scores if scores else None,
        scores=scores,
        again=_percent(again, customers),
        amends=compensations.cost(db, since),
    )


def causes(db: Connection, club: Club, now: datetime, days: int = DAYS) -> Causes:
    """Why there were complaints in the last days."""
    since = now - timedelta(days=days)
    counted = Counter(service.causes(db, since)).most_common()
    products, branches = service.bought_before(db, since)
    return Causes(
        days,
        tuple((club.desk.cause(key), count) for key, count in counted),
        tuple(products.most_common(MOST_NAMED)),
        tuple(branches.most_common(MOST_NAMED)),
    )


def answering(db: Connection, club: Club, now: datetime, days: int = DAYS) -> Service:
    """How questions were answered in the last days."""
    since = now - timedelta(days=days)
    quality = asked.quality(db, since)
    filed = {kind: service.filed(db, kind, since) for kind in (QUESTION, COMPLAINT)}
    late = sum(service.late(db, kind, since, deadlines.ANSWER) for kind in filed)
    courses = service.courses(db, QUESTION, since, deadlines.ANSWERS)
    return Service(
        days,
        quality,
        _percent(quality.answered - quality.unhelpful, quality.asked),
        filed[QUESTION],
        filed[COMPLAINT],
        _pace(courses, club.service.hours),
        _percent(sum(filed.values()) - late, sum(filed.values())),
    )


def days_of(text: str) -> int | None:
    """How many days somebody typed; the usual ones for nothing, None for what is no number of days."""
    if not text:
        return DAYS
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= MOST_DAYS else None


def _pace(courses: Sequence[Course], hours: Hours) -> Pace:
    return Pace(
        _median([hours.worked(one.opened_at, one.answered_at) for one in courses if one.answered_at is not None]),
        _median([hours.worked(one.opened_at, one.resolved_at) for one in courses if one.resolved_at is not None]),
    )


def _median(times: Sequence[timedelta]) -> int | None:
    """In whole minutes."""
    return int(median(one.total_seconds() for one in times) // 60) if times else None


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None
