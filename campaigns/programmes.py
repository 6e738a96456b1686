"""What the club tells members about what they have with it: points, tier, vouchers, membership, their complaint.

A notice is a row when it is planned and becomes text when its turn comes, with the name, the language and
the wishes that hold by then. It ends as `sent` or with the reason why not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from campaigns.hours import Later, next_decent
from club import benefits, expiry, feedback, membership, points, tiers
from club.club import Club
from club.membership import Standing
from club.notices import (
    ENDING,
    EXPIRING,
    FEEDBACK,
    GRACE,
    LAPSED,
    NOTICES,
    OF_MEMBERSHIP,
    PROGRAMME,
    RENEWED,
    TIER,
    WELCOME,
    note,
)
from club.switches import SWITCHES
from storage import frequency, members, vouchers
from storage.members import Member
from templates import button, render

A_MINUTE = timedelta(minutes=1)
"""How exactly an occasion names the moment at which points lapse."""
OFF = "switched off"
"""Why a notice was not sent that the settings do not name."""
REMINDERS = frozenset({EXPIRING, ENDING, FEEDBACK})
"""Notices of which the moment is the club's own choice."""


@dataclass(frozen=True)
class Skipped:
    """Why an occasion was not sent after all."""

    reason: str


def welcome(db: Connection, member: Member, club: Club, now: datetime) -> None:
    """The loyalty notice after joining: once per member, however often they come back. Nothing was given, nothing is
    said: who was forgotten a while ago and is new again has had theirs."""
    if club.welcome_points > 0 and points.welcomed(db, member.id):
        note(db, WELCOME, "joined", member.id, now)


@dataclass(frozen=True)
class Planned:
    """An occasion of a member whose message is about to leave. `at`: since when it has been due."""

    campaign: str
    member_id: int
    occasion: str
    at: datetime


Ready = dict[str, Any] | Skipped | Later


def payloads(db: Connection, planned: Sequence[Planned], club: Club, now: datetime) -> list[Ready]:
    """The Bot API payload of each occasion as of now, or the reason to leave it. Who they are is asked once for all of
    them."""
    people = members.of_ids(db, {one.member_id for one in planned}) if planned else {}
    return [payload(db, one, people[one.member_id], club, now) for one in planned]


def payload(db: Connection, one: Planned, member: Member, club: Club, now: datetime) -> Ready:
    """The same for one of them."""
    held = _held_back(db, one, member, club, now)
    if held is not None:
        return held
    campaign = one.campaign
    facts = {"member": member, "club": club, "now": now, **_facts(db, campaign, member, club, now, one.occasion)}
    text = render(f"programmes/{campaign}", member.language, **facts)
    return {"text": text, "parse_mode": "HTML", "reply_markup": _keyboard(campaign, member.language, facts)}


def _held_back(db: Connection, one: Planned, member: Member, club: Club, now: datetime) -> Skipped | Later | None:
    """Why it is not said now, if so."""
    if one.campaign not in NOTICES or SWITCHES.get(one.campaign, one.campaign) not in {
        one.campaign,
        *club.campaigns.notices,
    }:
        return Skipped(OFF)
    if member.telegram_id is None or (not member.joined and one.campaign not in (LAPSED, FEEDBACK)):
        return Skipped("no longer a member")
    if one.campaign in OF_MEMBERSHIP and _outdated(db, one.campaign, member, club, now):
        return Skipped("not so any more")
    if one.campaign == FEEDBACK and feedback.awaited(db, one.occasion) is None:
        return Skipped("not so any more")
    return _untimely(one, member, club, now)


def _untimely(one: Planned, member: Member, club: Club, now: datetime) -> Skipped | Later | None:
    """What the club says of itself waits for the morning. What answers something that the member has just done comes at
    once."""
    if one.campaign in REMINDERS:
        morning = next_decent(club, now, member.zone)
        return Later(morning) if morning > now else None
    return None


def _outdated(db: Connection, campaign: str, member: Member, club: Club, now: datetime) -> bool:
    """Did they renew, come back or leave for good, since this was planned?"""
    if campaign == LAPSED:
        return not membership.has_lapsed(db, member)
    found = membership.standing(db, member.id, club, now)
    if campaign == ENDING:
        return found is None or not found.renewable or found.grace_until is not None
    return found is None or (found.grace_until is None) == (campaign == GRACE)


def _facts(db: Connection, campaign: str, member: Member, club: Club, now: datetime, occasion: str) -> dict[str, Any]:
    """What this message tells besides."""
    if campaign == FEEDBACK:
        return {"number": feedback.awaited(db, occasion)}
    facts: dict[str, Any] = {"balance": points.balance(db, member.id, now).available}
    if campaign == TIER:
        facts["progress"] = tiers.progress(db, member.id, club, now)
        facts["brings"] = benefits.brought_by(db, facts["progress"].tier)
    if campaign == EXPIRING:
        told_of = datetime.fromisoformat(occasion.partition(":")[2]).replace(tzinfo=UTC)
        facts["lapsing"] = expiry.lapsing_next(db, member.id, max(now, told_of - A_MINUTE))
    if campaign in OF_MEMBERSHIP:
        facts["standing"] = membership.standing(db, member.id, club, now)
    if campaign in (ENDING, GRACE):
        facts["how"] = render("membership/how_to_stay", member.language, standing=facts["standing"])
    if campaign == PROGRAMME:
        award = frequency.award_by_id(db, int(occasion.partition(":")[2]))
        # several cards at once bring as many vouchers: alike but for their codes
        facts |= {"award": award, "voucher": vouchers.by_origin(db, f"{occasion}:{award.cards}")}
    return facts


def _keyboard(campaign: str, language: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Each leads on to what it is about."""
    if campaign == FEEDBACK:
        scores = [button("score", f"score:{facts['number']}.{one}", language, score=one) for one in feedback.SCORES]
        return {"inline_keyboard": [scores]}
    if campaign == PROGRAMME:
        got = "vouchers" if facts["voucher"] else "points"
        return {"inline_keyboard": [[button("stamps", "go:stamps", language), button(got, f"go:{got}", language)]]}
    if campaign in OF_MEMBERSHIP:
        return {"inline_keyboard": _ways_to_stay(campaign, language, facts["standing"])}
    more = "benefits" if facts.get("brings") else "rewards"
    return {"inline_keyboard": [[button("points", "go:points", language), button(more, f"go:{more}", language)]]}


def _ways_to_stay(campaign: str, language: str, standing: Standing | None) -> list[list[dict[str, str]]]:
    """One tap where that is enough; where purchases are the only way, no button would help."""
    menu = [button("menu", "go:start", language)]
    if campaign == LAPSED:
        return [[button("join", "go:join", language)], menu]
    if campaign == RENEWED or standing is None or standing.way is None:
        return [menu]
    return [[button("renew", "renew", language)], menu]
