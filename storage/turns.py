"""Whose turn it is in a campaign, and who may be written to: looked at when a line's turn comes, and once more in the
very transaction in which its message is claimed. Both times by the same conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from storage import survey_turns
from storage.members import Member, from_row
from storage.outbox import Lane
from storage.relationships import level_of_member
from storage.sends import (
    BLOCKED,
    CAPPED,
    COMPLAINT,
    GONE,
    HELD_OUT,
    LATE,
    NO_CONSENT,
    OPEN,
    QUEUED,
    QUIET,
    SENT,
    UNKNOWN,
    WAITING,
    occasion_of,
)
from storage.tables import campaign, campaign_send, member, outbox, ticket
from storage.types import Instant
from storage.upsert import ignoring_insert

Words = list[tuple[ColumnElement[bool], str]]


@dataclass(frozen=True)
class Guard:
    """Whom not to write to. `asking`: the kinds of campaigns that only go to who wants to hear from the club, and to
    nobody whose complaint was open after `calm_since`; `limited`: those that nobody gets who had as many of the
    `counted` ones since `contacts_since` as their relationship level has at `most`, the first level first."""

    asking: tuple[str, ...]
    limited: tuple[str, ...]
    counted: tuple[str, ...]
    calm_since: datetime
    contacts_since: datetime
    most: tuple[int, ...]


@dataclass(frozen=True)
class Survey:
    """What asks (`id` None: a campaign in its own words), and the period in which nobody is asked twice."""

    id: int | None
    period: str


@dataclass(frozen=True)
class Waiting:
    """A line whose turn it is: since when, and the zone where its member lives. Of a journey, whose words it says."""

    id: int
    zone: str
    due_at: datetime
    version: int | None = None
    step: str | None = None


@dataclass(frozen=True)
class Turn:
    """A line whose message is about to leave. `word`: `QUEUED`, or what it ends with. Of a journey, whose `version` and
    `step` its words are, and which position waits for it."""

    send_id: int
    campaign_id: int
    variant: int
    occasion: str
    due_at: datetime
    version: int | None
    step: str | None
    position_id: int | None
    word: str
    member: Member

    @property
    def about(self) -> str:
        """The occasion by itself, without the step of the journey that its line names."""
        return occasion_of(self.occasion, self.step)


# ---- when their turn comes ----------------------------------------------------------------------------------------


def due(db: Connection, campaign_id: int, now: datetime, limit: int) -> list[Waiting]:
    """The lines whose turn it is; who waits longest first."""
    line = campaign_send.c
    query = (
        select(line.id, member.c.zone, line.due_at, line.version, line.step)
        .join(member, member.c.id == line.member_id)
        .where(line.campaign_id == campaign_id, line.state == WAITING, line.due_at <= now)
        .order_by(line.due_at, line.id)
        .limit(limit)
    )
    return [Waiting(*row) for row in db.execute(query)]


def put_off(db: Connection, ids: Collection[int], until: datetime, reason: str | None = QUIET) -> None:
    """It is night where they live, or too early for another reason: later."""
    where = (campaign_send.c.id.in_(ids), campaign_send.c.state == WAITING)
    db.execute(update(campaign_send).where(*where).values(due_at=until, reason=reason))


def drop(db: Connection, ids: Collection[int], now: datetime) -> None:
    """The day that it was about is over where they live."""
    where = (campaign_send.c.id.in_(ids), campaign_send.c.state == WAITING)
    db.execute(update(campaign_send).where(*where).values(state=LATE, reason=None, ended_at=now))


def feed(
    db: Connection,
    ids: Collection[int],
    kind: str,
    guard: Guard,
    lane: Lane,
    now: datetime,
    survey: Survey | None = None,
) -> int:
    """It is their turn in a campaign of this kind: a message for those who may have one, the final word for all others.
    How many messages. Of a `survey`, none for those who were asked anything in its period."""
    words = [*_reachable(), *_willing(kind, guard), *_patient(kind, guard), (campaign_send.c.variant == 0, HELD_OUT)]
    word = select(case(*words, else_=QUEUED)).where(member.c.id == campaign_send.c.member_id).scalar_subquery()
    where = (campaign_send.c.id.in_(ids), campaign_send.c.state == WAITING)
    db.execute(update(campaign_send).where(*where).values(state=word, reason=None, fed_at=now))
    if survey is not None:
        survey_turns.claim(db, ids, survey.id, survey.period, now)
    ended = (campaign_send.c.id.in_(ids), campaign_send.c.state.not_in(OPEN))
    db.execute(update(campaign_send).where(*ended).values(ended_at=now))
    messages = (
        select(
            literal(int(lane), Integer),
            member.c.telegram_id,
            literal("sendMessage"),  # or a photo: whoever makes it ready sees what it is
            literal("queued"),
            literal(now, Instant),
            literal(now, Instant),
            campaign_send.c.id,
        )
        .join(member, member.c.id == campaign_send.c.member_id)
        .where(campaign_send.c.id.in_(ids), campaign_send.c.state == QUEUED)
        .order_by(campaign_send.c.due_at, campaign_send.c.id)
    )
    columns = ["lane", "chat_id", "method", "state", "not_before", "created_at", "send_id"]
    into = ignoring_insert(db, outbox).from_select(columns, messages, include_defaults=False)
    return db.execute(into).rowcount


# ---- when their message leaves ------------------------------------------------------------------------------------


def leaving(db: Connection, ids: Sequence[int], guard: Guard) -> list[Turn]:
    """The lines of messages that are being claimed, with all that is to be known about each, by one query."""
    values = {"ids": list(ids), "calm_since": guard.calm_since, "contacts_since": guard.contacts_since}
    query = _leaving(guard.asking, guard.limited, guard.counted, guard.most)
    rows = db.execute(query, values).all()  # at once: each row by itself would let go of the interpreter
    return [
        Turn(
            row.send_id,
            row.campaign_id,
            row.variant,
            row.occasion,
            row.due_at,
            row.version,
            row.step,
            row.position_id,
            row.word,
            from_row(db, row),
        )
        for row in rows
    ]


@lru_cache(maxsize=8)
def _leaving(asking: tuple[str, ...], limited: tuple[str, ...], counted: tuple[str, ...], most: tuple[int, ...]) -> Any:
    line, kind = campaign_send.c, campaign.c.kind
    calm, since = bindparam("calm_since", type_=Instant), bindparam("contacts_since", type_=Instant)
    capped = and_(kind.in_(limited), _contacts(counted, since, before_this=True) >= _most(most))
    words: Words = [
        *_reachable(),
        (and_(kind.in_(asking), member.c.marketing == 0), NO_CONSENT),
        (and_(kind.in_(asking), _complains(calm)), COMPLAINT),
        (capped, CAPPED),
    ]
    return (
        select(
            line.id.label("send_id"),
            line.campaign_id,
            line.variant,
            line.occasion,
            line.due_at,
            line.version,
            line.step,
            line.position_id,
            case(*words, else_=QUEUED).label("word"),
            *member.c,
        )
        .join(member, member.c.id == line.member_id)
        .join(campaign, campaign.c.id == line.campaign_id)
        .where(line.id.in_(bindparam("ids", expanding=True)))
    )


# ---- who may be written to ----------------------------------------------------------------------------------------


def _reachable() -> Words:
    return [
        (member.c.status.in_(["left", "erased"]), GONE),
        (or_(member.c.telegram_id.is_(None), member.c.unreachable_at.is_not(None)), BLOCKED),
    ]


def _willing(kind: str, guard: Guard) -> Words:
    if kind not in guard.asking:
        return []
    return [(member.c.marketing == 0, NO_CONSENT), (_complains(literal(guard.calm_since, Instant)), COMPLAINT)]


def _patient(kind: str, guard: Guard) -> Words:
    if kind not in guard.limited:
        return []
    return [(_contacts(guard.counted, literal(guard.contacts_since, Instant)) >= _most(guard.most), CAPPED)]


def _most(most: tuple[int, ...]) -> ColumnElement[int]:
    """How many contacts a member may have, by their relationship level."""
    if len(set(most)) == 1:
        return literal(most[0], Integer)
    by_level = {level: literal(number, Integer) for level, number in enumerate(most, start=1)}
    return case(by_level, value=level_of_member(), else_=literal(most[0], Integer))


def _complains(since: ColumnElement[datetime]) -> ColumnElement[bool]:
    theirs = and_(ticket.c.member_id == member.c.id, ticket.c.kind == "complaint")
    return exists().where(theirs, or_(ticket.c.resolved_at.is_(None), ticket.c.resolved_at > since))


def _contacts(
    counted: Collection[str], since: ColumnElement[datetime], *, before_this: bool = False
) -> ColumnElement[int]:
    """How often the club has written to them of its own since then, and is about to; `before_this`: not counting this
    one, nor what comes after it."""
    other = campaign_send.alias("other")
    reached: ColumnElement[bool] = other.c.state.in_([QUEUED, SENT, UNKNOWN])
    if before_this:
        earlier = and_(other.c.state == QUEUED, other.c.id < campaign_send.c.id)
        reached = or_(other.c.state.in_([SENT, UNKNOWN]), earlier)
    of = campaign.alias("of_other")
    return (
        select(func.count())
        .select_from(other.join(of, of.c.id == other.c.campaign_id))
        .where(other.c.member_id == member.c.id, other.c.fed_at > since, reached, of.c.kind.in_(counted))
        .scalar_subquery()
    )
