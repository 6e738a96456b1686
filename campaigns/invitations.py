"""An event is announced by a campaign like any other: audience, consent, limits, approval and report are the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from campaigns import campaigns
from campaigns.audience_fields import LISTED
from campaigns.definition import EVENT
from campaigns.kinds import CONTENT
from club.club import Club
from club.days import day_of
from club.events import check_to_come
from storage.campaigns import Campaign
from storage.events import Event
from storage.words import said
from templates import plain


def draft(db: Connection, event: Event, author_id: int, club: Club, now: datetime) -> Campaign:
    """A draft that invites everybody who is not on its list yet. Its texts name the event by fields: where it is moved
    before they leave, they say so. Raises `Refused` for what has begun or was called off."""
    check_to_come(event, now)
    title = said(event.title, club.language)
    key = campaigns.free_key(db, campaigns.key_from(said(event.title, "en"), "event", day_of(now, club.zone)))
    labels = {language: plain("buttons/event_invited", language) for language in club.languages}
    data = {
        "key": key,
        "name": plain("invitations/name", club.language, title=title),
        "goal": plain("invitations/goal", club.language),
        "kind": CONTENT,
        "audience": {"not": {"event": {"is": LISTED, "number": event.id}}},
        "texts": {language: plain("invitations/text", language) for language in club.languages},
        "buttons": [{"label": labels, "does": f"{EVENT}{event.id}"}],
    }
    return campaigns.create(db, data, author_id, club, now)
