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


def told_since(db: Connection, since: datetime) -> Mapping[str, int]:
    """Notices of each name that were sent from then on."""
    row = outbox.c
    query = (
        select(row.campaign, func.count())
        .where(row.campaign.is_not(None), row.state == "sent", row.ended_at >= since)
        .group_by(row.campaign)
    )
    return {found[0]: found[1] for found in db.execute(query)}
