"""A campaign is over when somebody has said what was learnt: asked before it is ended, and when it ended by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from campaigns import campaigns, overview, steps
from club import staff
from club.club import Club
from storage import lessons, outbox, sends
from storage import staff as staff_rows
from storage.campaigns import Campaign
from storage.outbox import Lane
from templates import button, render


def are_missing(db: Connection, campaign: Campaign) -> bool:
    """Did it speak to anybody, and nobody has said yet what was learnt?"""
    if campaign.state not in (steps.RUNNING, steps.PAUSED, steps.DONE) or lessons.of(db, campaign.id):
        return False
    return sends.any_line(db, campaign.id, sends.SENT)


def ask_author(db: Connection, campaign: Campaign, club: Club, now: datetime) -> None:
    """It ended by itself: whoever wrote it hears how it went, and is asked. In the transaction that ended it."""
    author = campaign.author_id
    if author is None or staff_rows.role_of(db, author) is None:
        return
    language = staff.language_of(db, club, author)
    name = overview.spoken(campaigns.definition(campaign, club), language).name
    text = render("lessons/is_done", language, name=name, sent=sends.counts(db, campaign.id).get(sends.SENT, 0))
    rows = [
        [button("lessons_note", f"clesson:{campaign.id}", language)],
        [button("campaign_report", f"crep:{campaign.id}", language)],
    ]
    payload = {"text": text, "parse_mode": "HTML", "reply_markup": {"inline_keyboard": rows}}
    outbox.put(db, lane=Lane.STAFF, chat_id=author, method="sendMessage", payload=payload, at=now)
