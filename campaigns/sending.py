"""The messages of campaigns, as of the moment at which they leave; or why they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from campaigns import steps, travelling, words
from campaigns.campaigns import existing, spoken
from campaigns.definition import Button, Definition, label
from campaigns.hours import Later
from campaigns.kinds import GREETING
from campaigns.turns import guard, may_leave_at
from club import events
from club.club import Club
from club.days import day_of
from storage import turns
from storage.members import Member
from storage.sends import CANCELLED, LATE, NO_CONSENT, QUEUED, QUIET
from storage.turns import Turn
from templates import button, render
from templates.marketers import Text

Json = dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """It is not sent: the line's last word."""

    word: str


Ready = Json | Ended | Later | words.Unreadable


def payloads(db: Connection, send_ids: Sequence[int], club: Club, now: datetime) -> dict[int, Ready]:
    """The Bot API payload of each line whose message is about to leave, or why there is none. Whoever said stop a
    moment ago gets none. One query for all of them, one for each campaign, and one round of rendering."""
    if not send_ids:
        return {}
    leaving = turns.leaving(db, send_ids, guard(club, now))
    campaigns = {one: existing(db, one) for one in {turn.campaign_id for turn in leaving}}
    gone = travelling.leaving_now(db, leaving, campaigns, club)
    said = {turn.send_id: spoken(db, campaigns[turn.campaign_id], turn.version, turn.step, club) for turn in leaving}
    over = events.over(db, {one.event for one in said.values() if one.event is not None}, now)
    ready: dict[int, Ready] = {}
    drafts: list[tuple[Turn, Definition, Draft]] = []
    for turn in leaving:
        campaign = campaigns[turn.campaign_id]
        if campaign.state not in steps.LIVE:
            ready[turn.send_id] = Later(now)
            continue
        found = said[turn.send_id]
        nothing = turn.position_id in gone or found.event in over
        held = Ended(CANCELLED) if nothing else _held_back(db, turn, found, club, now)
        if held is not None:
            ready[turn.send_id] = held
        else:
            drafts.append((turn, found, draft(db, found, turn.member, max(turn.variant, 1), club, now, turn.about)))
    texts = words.all_filled([one.text for _, _, one in drafts])
    for (turn, found, one), text in zip(drafts, texts, strict=True):
        whole = text if isinstance(text, words.Unreadable) else text + one.last_line
        ready[turn.send_id] = _payload(found, turn.member, turn.send_id, whole) if isinstance(whole, str) else whole
    return ready


def _held_back(db: Connection, turn: Turn, found: Definition, club: Club, now: datetime) -> Ended | Later | None:
    """Why this person gets nothing now, if so."""
    if turn.word != QUEUED:
        return Ended(turn.word)
    if turn.about.startswith("family:") and words.relative(db, turn.member.id, turn.about) is None:
        return Ended(NO_CONSENT)  # they have taken the wish back
    if turn.about.startswith("event:") and not events.stands(db, turn.member.id, turn.about):
        return Ended(CANCELLED)  # they cannot come, or it was moved or called off
    leaves = may_leave_at(found, club, turn.due_at, now, turn.member.zone)
    if leaves is None or (found.ends_on is not None and day_of(now, club.zone) > found.ends_on):
        return Ended(LATE)
    return Later(leaves, QUIET) if leaves > now else None


def message(
    db: Connection, found: Definition, member: Member, send_id: int, variant: int, club: Club, now: datetime
) -> Json:
    """What this member reads."""
    return _payload(found, member, send_id, text_for(db, found, member, variant, club, now))


def _payload(found: Definition, member: Member, send_id: int, text: str) -> Json:
    markup = {"inline_keyboard": keyboard(found, send_id, member.language)}
    if found.picture is not None:
        return {"photo": found.picture, "caption": text, "parse_mode": "HTML", "reply_markup": markup}
    return {"text": text, "parse_mode": "HTML", "reply_markup": markup}


def text_for(db: Connection, found: Definition, member: Member, variant: int, club: Club, now: datetime) -> str:
    """The words, as Telegram HTML. Raises `Unreadable`."""
    one = draft(db, found, member, variant, club, now)
    text = words.all_filled([one.text])[0]
    if isinstance(text, words.Unreadable):
        raise text
    return text + one.last_line


@dataclass(frozen=True)
class Draft:
    """What is to be filled in for somebody, and what stands below it."""

    text: Text
    last_line: str


def draft(
    db: Connection, found: Definition, member: Member, variant: int, club: Club, now: datetime, occasion: str = ""
) -> Draft:
    """The wording with what it asks about this member. Where a promotion does not name its last day itself, a last line
    does."""
    source, most = found.text(variant, member.language), words.MAX_CAPTION if found.picture else words.MAX_TEXT
    asked = words.used(source)
    facts = words.facts_of(db, member, club, now, found.ends_on, asked, occasion, found.event)
    named = found.ends_on is None or "ends" in asked
    below = "" if named or found.ends_on is None else f"\n\n{last_line(found.ends_on, member.language)}"
    return Draft(Text(source, member.language, facts, most), below)


@lru_cache(maxsize=64)
def last_line(ends_on: date, language: str) -> str:
    """Until when it holds: the same for everybody who reads that language."""
    return render("campaigns/until", language, day=ends_on)


def keyboard(found: Definition, send_id: int, language: str) -> list[list[Json]]:
    """Its own buttons, one in each row; and where one has to want it, the one that ends it."""
    rows = [[_button(one, send_id, place, language)] for place, one in enumerate(found.buttons)]
    if not found.kind.asks:
        return rows
    ends = f"cstop:{send_id}"
    stop = button("stop", ends, language) if found.kind.key == GREETING else button("stop_these", ends, language)
    return [*rows, [stop]]


def _button(one: Button, send_id: int, place: int, language: str) -> Json:
    text = label(one, language)
    return {"text": text, "url": one.does} if one.address else {"text": text, "callback_data": f"c:{send_id}.{place}"}
