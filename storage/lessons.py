"""What colleagues learnt from a campaign; a line each time that somebody says something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.tables import campaign_lesson


@dataclass(frozen=True)
class Lesson:
    """`worked`: what went well; `differently`: what to do otherwise next time."""

    worked: str | None
    differently: str | None
    actor_id: int | None
    at: datetime


def add(
    db: Connection, campaign_id: int, *, worked: str | None, differently: str | None, actor_id: int | None, at: datetime
) -> None:
    values = {"worked": worked, "differently": differently, "actor_id": actor_id, "at": at}
    db.execute(insert(campaign_lesson).values(campaign_id=campaign_id, **values))


def of(db: Connection, campaign_id: int, limit: int = 5) -> list[Lesson]:
    """The newest ones, the newest on top."""
    one = campaign_lesson.c
    query = select(one.worked, one.differently, one.actor_id, one.at).where(one.campaign_id == campaign_id)
    return [Lesson(*row) for row in db.execute(query.order_by(one.id.desc()).limit(limit))]
