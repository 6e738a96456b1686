"""One member's message of a campaign, as of the moment at which it leaves; or why it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from campaigns import steps, words
from campaigns.advance import next_decent
from campaigns.campaigns import definition, existing
from campaigns.definition import Button, Definition, label
from club.club import Club
from storage import members, sends, tickets
from storage.members import Member
from storage.sends import BLOCKED, COMPLAINT, GONE, NO_CONSENT, QUIET
from templates import button, render

Json = dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """It is not sent: the line's last word."""

    word: str


@dataclass(frozen=True)
class Later:
    """It is not sent now: until when it waits, and why."""

    until: datetime
    reason: str | None


def payload(db: Connection, send_id: int, club: Club, now: datetime) -> Json | Ended | Later:
    """The Bot API payload of a line whose turn has come. Whoever said stop a moment ago gets none."""
    line = sends.existing(db, send_id)
    campaign = existing(db, line.campaign_id)
    if campaign.state not in steps.LIVE:
        return Later(now, None)
    found, member = definition(campaign, club), members.by_id(db, line.member_id)
    word = _withheld(db, found, member, line.occasion, club, now)
    if word is not None:
        return Ended(word)
    morning = next_decent(club, now, member.zone) if found.kind.quiet else now
    if morning > now:
        return Later(morning, QUIET)
    return message(db, found, member, line.id, max(line.variant, 1), club, now, line.occasion)


def _withheld(
    db: Connection, found: Definition, member: Member, occasion: str, club: Club, now: datetime
) -> str | None:
    """Why this person gets nothing any more, if so."""
    if member.status in ("left", "erased"):
        return GONE
    if member.telegram_id is None or member.unreachable_at is not None:
        return BLOCKED
    if found.kind.asks and not member.marketing:
        return NO_CONSENT
    if occasion.startswith("family:") and words.relative(db, member.id, occasion) is None:
        return NO_CONSENT  # they have taken the wish back
    if found.kind.asks and tickets.complains(db, member.id, now - club.desk.quiet_after):
        return COMPLAINT
    return None


def message(
    db: Connection,
    found: Definition,
    member: Member,
    send_id: int,
    variant: int,
    club: Club,
    now: datetime,
    occasion: str = "",
) -> Json:
    """What this member reads."""
    text = text_for(db, found, member, variant, club, now, occasion)
    markup = {"inline_keyboard": keyboard(found, send_id, member.language)}
    if found.picture is not None:
        return {"photo": found.picture, "caption": text, "parse_mode": "HTML", "reply_markup": markup}
    return {"text": text, "parse_mode": "HTML", "reply_markup": markup}


def text_for(
    db: Connection, found: Definition, member: Member, variant: int, club: Club, now: datetime, occasion: str = ""
) -> str:
    """The words, as Telegram HTML. Where a promotion does not name its last day itself, a last line does."""
    source, most = found.text(variant, member.language), words.MAX_CAPTION if found.picture else words.MAX_TEXT
    asked = words.used(source)
    facts = words.facts_of(db, member, club, now, found.ends_on, asked, occasion)
    text = words.filled(source, member.language, facts, most)
    if found.ends_on is None or "ends" in asked:
        return text
    return f"{text}\n\n{last_line(found.ends_on, member.language)}"


def last_line(ends_on: date, language: str) -> str:
    return render("campaigns/until", language, day=ends_on)


def keyboard(found: Definition, send_id: int, language: str) -> list[list[Json]]:
    """Its own buttons, one in each row; and where one has to want it, the one that ends it."""
    rows = [[_button(one, send_id, place, language)] for place, one in enumerate(found.buttons)]
    stop = [[button("stop", f"cstop:{send_id}", language)]] if found.kind.asks else []
    return [*rows, *stop]


def _button(one: Button, send_id: int, place: int, language: str) -> Json:
    text = label(one, language)
    return {"text": text, "url": one.does} if one.address else {"text": text, "callback_data": f"c:{send_id}.{place}"}
