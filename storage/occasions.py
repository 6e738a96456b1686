"""Messages that the club sends of itself: one row per campaign, member and occasion, whatever runs twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Text, and_, case, delete, literal, or_, select

from storage.outbox import Lane
from storage.tables import campaign_send, member, membership, outbox, point_lot
from storage.types import Id, Instant
from storage.upsert import ignoring_insert

METHOD = "sendMessage"


def plan(
    db: Connection,
    campaign: str,
    occasion: str | ColumnElement[str],
    lane: Lane,
    *,
    among: ColumnElement[bool],
    not_before: datetime,
    skipped: str | None = None,
) -> int:
    """Queue the occasion for every reachable person among those, or why it is `skipped`; how many were new to
    it. One that is not the same for all is put together by the database."""
    people = select(
        literal(int(lane)),
        member.c.telegram_id,
        literal(METHOD),
        literal(campaign),
        member.c.id,
        literal(occasion) if isinstance(occasion, str) else occasion,
        literal("queued" if skipped is None else "skipped"),
        literal(skipped, Text),
        literal(not_before, Instant),
        literal(not_before, Instant),
        literal(None if skipped is None else not_before, Instant),
    ).where(member.c.telegram_id.is_not(None), member.c.unreachable_at.is_(None), among)
    columns = [
        "lane", "chat_id", "method", "campaign", "member_id", "occasion", "state", "reason", "not_before", "created_at",
        "ended_at",
    ]  # fmt: skip
    return db.execute(ignoring_insert(db, outbox).from_select(columns, people, include_defaults=False)).rowcount


def hand_over(db: Connection, programme: str, campaign_id: int) -> None:
    """What a programme wrote down becomes lines of a campaign that says the same from now on; what it had planned and
    not begun to send is the campaign's to plan."""
    ours = outbox.c.campaign == programme
    db.execute(delete(outbox).where(ours, outbox.c.state == "queued"))
    words = {"sent": "sent", "failed": "failed", "skipped": "late"}
    ended = outbox.c.state != "queued"
    lines = select(
        literal(campaign_id, Id),
        outbox.c.member_id,
        outbox.c.occasion,
        literal(1),
        case(words, value=outbox.c.state, else_="unknown"),
        outbox.c.reason,
        outbox.c.not_before,
        outbox.c.not_before,
        outbox.c.ended_at,
    ).where(ours, ended, outbox.c.member_id.is_not(None))
    columns = [
        "campaign_id", "member_id", "occasion", "variant", "state", "reason", "due_at", "fed_at", "ended_at",
    ]  # fmt: skip
    db.execute(ignoring_insert(db, campaign_send).from_select(columns, lines, include_defaults=False))


def one_member(member_id: int) -> ColumnElement[bool]:
    return member.c.id == member_id


def lapsing_at(moment: datetime) -> ColumnElement[bool]:
    """Members with points that lapse at this moment."""
    lots = select(point_lot.c.member_id).where(point_lot.c.left > 0, point_lot.c.expires_at == moment)
    return and_(member.c.status == "member", member.c.id.in_(lots))


def ending_at(moment: datetime) -> ColumnElement[bool]:
    """Members whose membership ends at this moment."""
    terms = select(membership.c.member_id).where(membership.c.state == "running", membership.c.ends_at == moment)
    return and_(member.c.status == "member", member.c.id.in_(terms))


def ending_moments(db: Connection, after: datetime, until: datetime) -> list[datetime]:
    """The moments in (after, until] at which somebody's membership ends."""
    ends_at = membership.c.ends_at
    query = select(ends_at).distinct().where(membership.c.state == "running", ends_at > after, ends_at <= until)
    return [moment for moment in db.execute(query).scalars() if moment is not None]


def lapse_moments(db: Connection, after: datetime, until: datetime) -> list[datetime]:
    """The moments in (after, until] at which somebody's points lapse."""
    expires_at = point_lot.c.expires_at
    query = select(expires_at).distinct().where(point_lot.c.left > 0, expires_at > after, expires_at <= until)
    return [moment for moment in db.execute(query).scalars() if moment is not None]


def underway(db: Connection, now: datetime) -> bool:
    """Is a planned message due that has not ended yet?"""
    of_itself = or_(outbox.c.campaign.is_not(None), outbox.c.send_id.is_not(None))
    query = select(outbox.c.id).where(of_itself, outbox.c.state.in_(["queued", "sending"]), outbox.c.not_before <= now)
    return db.execute(query.limit(1)).first() is not None
