"""How much of what the club says of itself has reached members: campaigns by their id, notices by their name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.tables import campaign, campaign_send, outbox


def sent_since(db: Connection, since: datetime) -> Mapping[int, int]:
    """Messages of each campaign that were sent from then on."""
    line = campaign_send.c
    query = (
        select(line.campaign_id, func.count())
        .where(line.campaign_id.in_(select(campaign.c.id)), line.state == "sent", line.ended_at >= since)
        .group_by(line.campaign_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def active(db: Connection, since: datetime, until: datetime) -> list[int]:
    """Campaigns in which it was anybody's turn in this time."""
    line = campaign_send.c
    query = select(line.campaign_id).distinct().where(line.fed_at >= since, line.fed_at < until)
    return list(db.execute(query.order_by(line.campaign_id)).scalars())


def told_since(db: Connection, since: datetime, until: datetime | None = None) -> Mapping[str, int]:
    """Notices of each name that were sent from then on."""
    row = outbox.c
    before = [row.ended_at < until] if until is not None else []
    query = (
        select(row.campaign, func.count())
        .where(row.campaign.is_not(None), row.state == "sent", row.ended_at >= since, *before)
        .group_by(row.campaign)
    )
    return {found[0]: found[1] for found in db.execute(query)}
