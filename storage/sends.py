"""What becomes of each member of a campaign's audience: one line, and one word at the end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from storage import survey_turns
from storage.outbox import Lane
from storage.tables import campaign_press, campaign_send, member, outbox
from storage.types import Id, Instant
from storage.upsert import ignoring_insert

WAITING, QUEUED, SENT, HELD_OUT, CAPPED = "waiting", "queued", "sent", "held_out", "capped"
NO_CONSENT, COMPLAINT, BLOCKED, GONE = "no_consent", "complaint", "blocked", "gone"
LATE, FAILED, UNKNOWN, CANCELLED = "late", "failed", "unknown", "cancelled"
WORDS = (
    WAITING, QUEUED, SENT, HELD_OUT, CAPPED, NO_CONSENT, COMPLAINT, BLOCKED, GONE, LATE, FAILED, UNKNOWN, CANCELLED
)  # fmt: skip
OPEN = frozenset({WAITING, QUEUED})
QUIET = "quiet"
"""The reason of a line that waits for the morning where its member lives."""


@dataclass(frozen=True)
class Send:
    """One member's line. `variant`: 0 is held out, else which wording. `fed_at`: when it was their turn. Of a journey,
    whose `version` and `step` its words are, and the position that waits for its end."""

    id: int
    campaign_id: int
    member_id: int
    occasion: str
    variant: int
    state: str
    reason: str | None
    due_at: datetime
    fed_at: datetime | None
    ended_at: datetime | None
    version: int | None = None
    step: str | None = None
    position_id: int | None = None

    @property
    def about(self) -> str:
        """The occasion by itself, without the step of the journey that its line names."""
        return occasion_of(self.occasion, self.step)


def occasion_of(written: str, step: str | None) -> str:
    """`order:881/tip`, at the step of this name, is about `order:881`."""
    return written if step is None else written.removesuffix(f"/{step}")


def _lines(campaign_id: int, word: str) -> tuple[ColumnElement[bool], ...]:
    return campaign_send.c.campaign_id == campaign_id, campaign_send.c.state == word


# ---- writing the audience down ------------------------------------------------------------------------------------


def last_of(db: Connection, after: int, limit: int) -> int | None:
    """The id of the member so many behind this one, or of the last one there is; None where nobody is left."""
    some = select(member.c.id).where(member.c.id > after).order_by(member.c.id).limit(limit).subquery()
    last: int | None = db.execute(select(func.max(some.c.id))).scalar_one()
    return last


def expand(
    db: Connection,
    campaign_id: int,
    occasion: str | ColumnElement[str],
    *,
    between: tuple[int, int],
    among: ColumnElement[bool],
    variant: ColumnElement[int],
    at: datetime,
    late: bool = False,
) -> int:
    """A line for each of those whose id is above the first and up to the second; how many were new. One that comes too
    `late` has its last word at once."""
    people = select(
        literal(campaign_id, Id),
        member.c.id,
        literal(occasion) if isinstance(occasion, str) else occasion,
        variant,
        literal(LATE if late else WAITING),
        literal(at, Instant),
        literal(at if late else None, Instant),
    ).where(member.c.id > between[0], member.c.id <= between[1], member.c.telegram_id.is_not(None), among)
    columns = ["campaign_id", "member_id", "occasion", "variant", "state", "due_at", "ended_at"]
    into = ignoring_insert(db, campaign_send).from_select(columns, people, include_defaults=False)
    return db.execute(into).rowcount


def variant_by(part: Callable[[ColumnElement[int]], ColumnElement[int]], edges: Sequence[int]) -> ColumnElement[int]:
    """The variant of each member: the first whose edge their part lies below."""
    drawn = part(member.c.id)
    return case(*[(drawn < edge, number) for number, edge in enumerate(edges)], else_=len(edges) - 1)


def zones(db: Connection) -> list[str]:
    """The time zones in which anybody lives: found by stepping from one to the next, however many live in each."""
    nearest = select(func.min(member.c.zone).label("zone")).cte("nearest", recursive=True)
    beyond = select(func.min(member.c.zone)).where(member.c.zone > nearest.c.zone).scalar_subquery()
    steps = nearest.union_all(select(beyond).where(nearest.c.zone.is_not(None)))
    return list(db.execute(select(steps.c.zone).where(steps.c.zone.is_not(None))).scalars())


# ---- whose turn it is ---------------------------------------------------------------------------------------------


def next_due(db: Connection, campaign_id: int) -> datetime | None:
    """When the next line's turn comes; None where none waits."""
    query = select(campaign_send.c.due_at).where(*_lines(campaign_id, WAITING))
    return db.execute(query.order_by(campaign_send.c.due_at).limit(1)).scalar_one_or_none()


def on_their_way(db: Connection, lane: Lane, most: int) -> int:
    """How many messages of campaigns wait in this lane; counted up to `most`."""
    waiting = (outbox.c.lane == int(lane), outbox.c.state == "queued", outbox.c.send_id.is_not(None))
    some = select(outbox.c.id).where(*waiting).limit(most).subquery()
    return db.execute(select(func.count()).select_from(some)).scalar_one()


def any_line(db: Connection, campaign_id: int, word: str) -> bool:
    """Has one of its lines this word?"""
    query = select(campaign_send.c.id).where(*_lines(campaign_id, word))
    return db.execute(query.limit(1)).first() is not None


# ---- the final word -----------------------------------------------------------------------------------------------


def withdraw(db: Connection, campaign_id: int) -> int:
    """Take back what is not being sent at this moment: its lines wait again. How many they were."""
    ours = select(campaign_send.c.id).where(*_lines(campaign_id, QUEUED))
    gone = delete(outbox).where(outbox.c.send_id.in_(ours), outbox.c.state == "queued").returning(outbox.c.send_id)
    ids = list(db.execute(gone).scalars())
    _wait_again(db, ids)
    return len(ids)


def take_back(db: Connection, row_id: int, send_id: int, due_at: datetime, reason: str | None) -> None:
    """This message is not sent now after all: its line waits again."""
    db.execute(delete(outbox).where(outbox.c.id == row_id))
    _wait_again(db, [send_id])
    db.execute(update(campaign_send).where(campaign_send.c.id == send_id).values(due_at=due_at, reason=reason))


def _wait_again(db: Connection, ids: Collection[int]) -> None:
    if ids:
        db.execute(update(campaign_send).where(campaign_send.c.id.in_(ids)).values(state=WAITING, fed_at=None))
        survey_turns.give_back(db, ids)


def end_waiting(db: Connection, campaign_id: int, word: str, now: datetime, limit: int) -> int:
    """The last word of those who still wait, so many at once; how many they were."""
    some = select(campaign_send.c.id).where(*_lines(campaign_id, WAITING)).limit(limit).scalar_subquery()
    ends = update(campaign_send).where(campaign_send.c.id.in_(some)).values(state=word, reason=None, ended_at=now)
    return db.execute(ends).rowcount


_SENT = (
    update(campaign_send)
    .where(campaign_send.c.id == bindparam("line"))
    .values(state=SENT, reason=None, ended_at=bindparam("at"))
)


def mark_sent(db: Connection, ids: Collection[int], at: datetime) -> None:
    if ids:
        db.execute(_SENT, [{"line": send_id, "at": at} for send_id in ids])


def end(db: Connection, send_id: int, word: str, reason: str | None, at: datetime) -> None:
    """The last word of one line."""
    ends = update(campaign_send).where(campaign_send.c.id == send_id)
    db.execute(ends.values(state=word, reason=reason, ended_at=at))
    if word not in (SENT, UNKNOWN):
        survey_turns.give_back(db, [send_id])


def forget(db: Connection, member_id: int, at: datetime) -> None:
    """Erasure: nothing more goes to them. That something did, stays a number."""
    theirs = (campaign_send.c.member_id == member_id, campaign_send.c.state.in_(OPEN))
    db.execute(update(campaign_send).where(*theirs).values(state=GONE, reason=None, ended_at=at))


# ---- looking ------------------------------------------------------------------------------------------------------

_COLUMNS = [campaign_send.c[name] for name in Send.__annotations__]
_BY_ID = select(*_COLUMNS).where(campaign_send.c.id == bindparam("line"))


def by_id(db: Connection, send_id: int) -> Send | None:
    row = db.execute(_BY_ID, {"line": send_id}).one_or_none()
    return None if row is None else Send(*row)


def existing(db: Connection, send_id: int) -> Send:
    """Raises `NoResultFound` for a line that never was."""
    return Send(*db.execute(_BY_ID, {"line": send_id}).one())


def of_member(db: Connection, campaign_id: int, member_id: int) -> Send | None:
    """What became of a member in a campaign, the last time."""
    theirs = (campaign_send.c.campaign_id == campaign_id, campaign_send.c.member_id == member_id)
    row = db.execute(select(*_COLUMNS).where(*theirs).order_by(campaign_send.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Send(*row)


def counts(db: Connection, campaign_id: int) -> Mapping[str, int]:
    """How many lines ended, or wait, with each word."""
    query = select(campaign_send.c.state, func.count()).where(campaign_send.c.campaign_id == campaign_id)
    return {row[0]: row[1] for row in db.execute(query.group_by(campaign_send.c.state))}


def latest_sent(db: Connection, member_id: int, since: datetime) -> int | None:
    """The line of the message that reached a member last, not longer ago than that."""
    theirs = (campaign_send.c.member_id == member_id, campaign_send.c.fed_at > since, campaign_send.c.state == SENT)
    query = select(campaign_send.c.id).where(*theirs).order_by(campaign_send.c.fed_at.desc()).limit(1)
    return db.execute(query).scalar_one_or_none()


def replied(db: Connection, send_id: int, at: datetime) -> bool:
    """They answered; the first time counts. False where it was not the first."""
    first = (campaign_send.c.id == send_id, campaign_send.c.replied_at.is_(None))
    return db.execute(update(campaign_send).where(*first).values(replied_at=at)).rowcount == 1


def stopped(db: Connection, send_id: int, at: datetime) -> None:
    """This was the message under which they pressed stop."""
    first = (campaign_send.c.id == send_id, campaign_send.c.stopped_at.is_(None))
    db.execute(update(campaign_send).where(*first).values(stopped_at=at))


def add_press(db: Connection, send_id: int, button: int, at: datetime) -> None:
    db.execute(insert(campaign_press).values(send_id=send_id, button=button, at=at))
