"""How good the service is: how quickly people are answered, what they complain about, and whether they come back.

Times are working time, as it was promised; while the customer is waited for, the clock stands still. A complaint is no
fault of who made it: what counts is how many are solved, how soon, and who buys again (loyal customers often begin with
one). Each report is told beside the same one at the end of the period before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from sqlalchemy import Connection

from club import deadlines, steps
from club.club import Cause, Club, Department
from club.hours import Hours
from club.steps import COMPLAINT, QUESTION
from club.tickets import number_of
from storage import actions, asked, compensations, service
from storage.actions import Action
from storage.asked import Quality
from storage.tickets import TicketEvent

WEEK, MONTH, QUARTER = 7, 30, 90
PERIODS = (WEEK, MONTH, QUARTER)
"""Days, each a button."""
DAYS = QUARTER
MOST_DAYS = 3_650
MOST_NAMED = 6
ACTIONS = 8
"""On one page."""
MOST_PARTS = 13
_NO_NEWS = frozenset({steps.NOTE, steps.NAME_CAUSE, steps.TAKE_BACK, steps.WARN}) | steps.SORTING
"""Steps that neither move a clock nor decide a promise."""


@dataclass(frozen=True)
class Pace:
    """Working minutes until the first answer, and until it was resolved: medians; None where there was none."""

    answer: int | None
    resolve: int | None


@dataclass(frozen=True)
class Complaints:
    """The complaints of so many `days`. Shares in whole percent, rounded down; None where nobody can be counted.

    `reopened`: of those that were resolved; `again`: customers who bought after it; `score`: the mean of what customers
    said afterwards (1 to 5), in tenths; `amends` as in `compensations.cost`. `before`: the same a period earlier, where
    there was any; open and overdue are as of now in either.
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
    before: Complaints | None = None


@dataclass(frozen=True)
class Causes:
    """What complaints were about, the most frequent first. `cause` None: not named yet. Product and branch are those of
    the customer's last purchase before. `before`: how many had each cause a period earlier, by its key. `actions`: how
    many times something was done so that it does not happen again."""

    days: int
    causes: tuple[tuple[Cause | None, int], ...]
    products: tuple[tuple[str, int], ...]
    branches: tuple[tuple[str, int], ...]
    before: dict[str | None, int]
    departments: tuple[tuple[Department, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()
    actions: int = 0


@dataclass(frozen=True)
class Actions:
    """What was done because of complaints in the last `days`, the newest first: one `page` of so many `pages`."""

    days: int
    count: int
    page: int
    pages: int
    actions: tuple[tuple[int, Cause | None, Action], ...]


@dataclass(frozen=True)
class Promises:
    """How many promises were decided, and how many of them kept."""

    decided: int = 0
    kept: int = 0

    @property
    def share(self) -> int | None:
        """In whole percent, rounded down; None where nothing is decided."""
        return _percent(self.kept, self.decided)


@dataclass(frozen=True)
class Service:
    """Questions: what the bot answered by itself (`by_bot`, percent), and how quickly people did. `answers` and
    `resolves`: what was promised for all requests, and kept. `before`: a period earlier, where there was anything."""

    days: int
    quality: Quality
    by_bot: int | None
    questions: int
    complaints: int
    pace: Pace
    answers: Promises
    resolves: Promises
    before: Service | None = None


@dataclass(frozen=True)
class Course:
    """A time cut into parts, and how many there were of two things in each. `ends`: the last moment of each part."""

    ends: tuple[datetime, ...]
    first: tuple[int, ...]
    second: tuple[int, ...]

    @property
    def anything(self) -> bool:
        return any(self.first) or any(self.second)


def complaints(db: Connection, club: Club, now: datetime, days: int = DAYS) -> Complaints:
    """The complaints of the last days, and of the days before."""
    earlier = _complaints(db, club, now - timedelta(days=days), days, now)
    return _complaints(db, club, now, days, now, earlier if earlier.filed else None)


def _complaints(
    db: Connection, club: Club, until: datetime, days: int, now: datetime, before: Complaints | None = None
) -> Complaints:
    since = until - timedelta(days=days)
    open_, overdue = service.waiting(db, COMPLAINT, now)
    ends = service.ends(db, COMPLAINT, since, until)
    scores, total = service.scores(db, since, until)
    customers, again = service.bought_again(db, since, until)
    return Complaints(
        days=days,
        filed=ends.filed,
        resolved=ends.done,
        open=open_,
        overdue=overdue,
        pace=_pace(service.histories(db, COMPLAINT, since, until, _NO_NEWS), club.service.hours),
        reopened=_percent(ends.reopened, ends.solved),
        score=total * 10 // scores if scores else None,
        scores=scores,
        again=_percent(again, customers),
        amends=compensations.cost(db, since, until),
        before=before,
    )


def causes(db: Connection, club: Club, now: datetime, days: int = DAYS) -> Causes:
    """Why there were complaints in the last days."""
    since = now - timedelta(days=days)
    counted = Counter(service.causes(db, since, now)).most_common()
    products, branches = service.bought_before(db, since, now)
    return Causes(
        days,
        tuple((club.desk.cause(key), count) for key, count in counted),
        tuple(products.most_common(MOST_NAMED)),
        tuple(branches.most_common(MOST_NAMED)),
        service.causes(db, since - timedelta(days=days), since),
        tuple(
            (department, count)
            for key, count in service.departments(db, since, now).most_common()
            if (department := club.desk.department(key)) is not None
        )[:MOST_NAMED],
        tuple(service.tags(db, since, now, MOST_NAMED)),
        actions.count(db, since, now),
    )


def done(db: Connection, club: Club, now: datetime, days: int = DAYS, page: int = 0) -> Actions:
    """What was done in the last days so that the same does not happen again, by the number of the complaint."""
    since = now - timedelta(days=days)
    count = actions.count(db, since, now)
    pages = -(-count // ACTIONS)
    page = max(0, min(page, pages - 1))
    found = actions.between(db, since, now, offset=page * ACTIONS, limit=ACTIONS)
    listed = tuple((number_of(one.ticket_id), club.desk.cause(one.cause), one) for one in found)
    return Actions(days, count, page, pages, listed)


def answering(db: Connection, club: Club, now: datetime, days: int = DAYS) -> Service:
    """How questions were answered in the last days, and in the days before."""
    earlier = _answering(db, club, now - timedelta(days=days), days)
    anything = earlier.quality.asked or earlier.questions or earlier.complaints
    return _answering(db, club, now, days, earlier if anything else None)


def _answering(db: Connection, club: Club, until: datetime, days: int, before: Service | None = None) -> Service:
    since = until - timedelta(days=days)
    quality = asked.quality(db, since, until)
    told = {kind: service.histories(db, kind, since, until, _NO_NEWS) for kind in (QUESTION, COMPLAINT)}
    decided = [
        one for kind, histories in told.items() for events in histories
        for one in deadlines.promises(events, kind, club.service)
    ]  # fmt: skip
    return Service(
        days,
        quality,
        _percent(quality.answered - quality.unhelpful, quality.asked),
        service.filed(db, QUESTION, since, until),
        service.filed(db, COMPLAINT, since, until),
        _pace(told[QUESTION], club.service.hours),
        _promises(decided, deadlines.ANSWER),
        _promises(decided, deadlines.RESOLVE),
        before,
    )


def course_of_complaints(db: Connection, now: datetime, days: int) -> Course:
    """How many were filed and how many resolved, part by part."""
    edges = edges_of(now, days)
    filed, resolved = (one(db, COMPLAINT, edges) for one in (service.filed_by_parts, service.resolved_by_parts))
    return Course(tuple(edges[1:]), tuple(filed), tuple(resolved))


def course_of_answers(db: Connection, now: datetime, days: int) -> Course:
    """How many questions the bot answered and how many went to people, part by part."""
    edges = edges_of(now, days)
    by_bot = [answered for _, answered in asked.by_parts(db, edges)]
    return Course(tuple(edges[1:]), tuple(by_bot), tuple(service.filed_by_parts(db, QUESTION, edges)))


def edges_of(now: datetime, days: int) -> list[datetime]:
    """A time cut into at most 13 parts of whole days, counted back from now; the first may be shorter."""
    each = next((size for size in (1, 3, 7) if days <= size * MOST_PARTS), ceil(days / MOST_PARTS))
    parts = ceil(days / each)
    return [now - timedelta(days=min(days, each * part)) for part in range(parts, -1, -1)]


def days_of(text: str) -> int | None:
    """How many days somebody typed; the usual ones for nothing, None for what is no number of days."""
    if not text:
        return DAYS
    return int(text) if text.isascii() and text.isdecimal() and 0 < int(text[:6]) <= MOST_DAYS else None


def _promises(decided: Iterable[tuple[str, bool]], promise: str) -> Promises:
    kept = [yes for which, yes in decided if which == promise]
    return Promises(len(kept), sum(kept))


def _pace(histories: Sequence[Sequence[TicketEvent]], hours: Hours) -> Pace:
    return Pace(
        _median(histories, hours, deadlines.until_answered), _median(histories, hours, deadlines.until_resolved)
    )


def _median(
    histories: Sequence[Sequence[TicketEvent]],
    hours: Hours,
    took: Callable[[Sequence[TicketEvent], Hours], timedelta | None],
) -> int | None:
    """In whole minutes."""
    found = [time.total_seconds() for events in histories if (time := took(events, hours)) is not None]
    return int(median(found) // 60) if found else None


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None
