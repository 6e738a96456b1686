"""What the club says first: notices about one's own membership, the follow-up, the birthday greeting.

A programme's message is a row when it is planned and becomes text when its turn comes, with the name, the language and
the wishes that hold by then. It ends as `sent` or with the reason why not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from campaigns.hours import Later, decent_hours, next_decent
from campaigns.moments import Moment
from club import benefits, feedback, membership, points, tiers
from club.club import Club
from club.days import day_of
from club.family import GREET
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
from storage import family, frequency, members, tickets, vouchers
from storage.family import Relative
from storage.members import Member
from templates import button, render

FOLLOW_UP, BIRTHDAY, FAMILY = "follow_up", "birthday", "family"
GREETINGS = {FOLLOW_UP: Moment("joined", days=3), BIRTHDAY: Moment("birthday"), FAMILY: Moment("family")}
"""The programmes that greet, and when."""
REMINDERS = frozenset({EXPIRING, ENDING, FEEDBACK})
"""Notices of which the moment is the club's own choice."""
TOO_LATE = "too late"


@dataclass(frozen=True)
class Skipped:
    """Why an occasion was not sent after all."""

    reason: str


def welcome(db: Connection, member: Member, club: Club, now: datetime) -> None:
    """The loyalty notice after joining: once per member, however often they come back."""
    if club.welcome_points > 0:
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
    """The Bot API payload of each occasion as of now, or the reason to leave it. Who they are and who complains is
    asked once for all of them."""
    people = members.of_ids(db, {one.member_id for one in planned}) if planned else {}
    asked = [one.member_id for one in planned if one.campaign not in NOTICES]
    complain = tickets.complaining(db, asked, now - club.desk.quiet_after) if asked else set()
    return [payload(db, one, people[one.member_id], one.member_id in complain, club, now) for one in planned]


def payload(db: Connection, one: Planned, member: Member, complains: bool, club: Club, now: datetime) -> Ready:
    """The same for one of them."""
    held = _held_back(db, one, member, complains, club, now)
    if held is not None:
        return held
    campaign = one.campaign
    facts = {"member": member, "club": club, "now": now, **_facts(db, campaign, member, club, now, one.occasion)}
    text = render(f"programmes/{campaign}", member.language, **facts)
    return {"text": text, "parse_mode": "HTML", "reply_markup": _keyboard(campaign, member.language, facts)}


def _held_back(
    db: Connection, one: Planned, member: Member, complains: bool, club: Club, now: datetime
) -> Skipped | Later | None:
    """Why it is not said now, if so."""
    if member.telegram_id is None or (not member.joined and one.campaign not in (LAPSED, FEEDBACK)):
        return Skipped("no longer a member")
    if one.campaign not in NOTICES and not member.marketing:
        return Skipped("no consent")
    if one.campaign not in NOTICES and complains:
        return Skipped("open complaint")
    if one.campaign == FAMILY and _relative(db, member.id, one.occasion) is None:
        return Skipped("not wished any more")
    if one.campaign in OF_MEMBERSHIP and _outdated(db, one.campaign, member, club, now):
        return Skipped("not so any more")
    if one.campaign == FEEDBACK and feedback.awaited(db, one.occasion) is None:
        return Skipped("not so any more")
    return _untimely(one, member, club, now)


def _untimely(one: Planned, member: Member, club: Club, now: datetime) -> Skipped | Later | None:
    """A greeting is for its day, and never comes a day late; what the club says of itself waits for the morning. What
    answers something that the member has just done comes at once."""
    if one.campaign in GREETINGS:
        opens, closes = decent_hours(club, day_of(one.at, member.zone), member.zone)
        if now >= closes:
            return Skipped(TOO_LATE)
        return Later(opens) if now < opens else None
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
    """What this message tells besides; a broadcast asks the database for nothing that it does not say."""
    if campaign == FAMILY:
        return {"relative": _relative(db, member.id, occasion)}
    if campaign == FEEDBACK:
        return {"number": feedback.awaited(db, occasion)}
    if campaign not in NOTICES:
        return {}
    facts: dict[str, Any] = {"balance": points.balance(db, member.id, now).available}
    if campaign == TIER:
        facts["progress"] = tiers.progress(db, member.id, club, now)
        facts["brings"] = benefits.brought_by(db, facts["progress"].tier)
    if campaign == EXPIRING:
        facts["lapsing"] = points.lapsing_next(db, member.id, now)
    if campaign in OF_MEMBERSHIP:
        facts["standing"] = membership.standing(db, member.id, club, now)
    if campaign in (ENDING, GRACE):
        facts["how"] = render("membership/how_to_stay", member.language, standing=facts["standing"])
    if campaign == PROGRAMME:
        award = frequency.award_by_id(db, int(occasion.partition(":")[2]))
        # several cards at once bring as many vouchers: alike but for their codes
        facts |= {"award": award, "voucher": vouchers.by_origin(db, f"{occasion}:{award.cards}")}
    return facts


def _relative(db: Connection, member_id: int, occasion: str) -> Relative | None:
    """Whom `family:7:2027` is about; None where the member has taken them, or the wish, back."""
    found = family.of_id(db, int(occasion.split(":")[1]), member_id)
    return found if found and found.wish == GREET else None


def _keyboard(campaign: str, language: str, facts: dict[str, Any]) -> dict[str, Any]:
    """A greeting sells nothing; each message can be answered, and a programme's own can be stopped with one tap."""
    if campaign == FEEDBACK:
        scores = [button("score", f"score:{facts['number']}.{one}", language, score=one) for one in feedback.SCORES]
        return {"inline_keyboard": [scores]}
    if campaign == PROGRAMME:
        got = "vouchers" if facts["voucher"] else "points"
        return {"inline_keyboard": [[button("stamps", "go:stamps", language), button(got, f"go:{got}", language)]]}
    if campaign in OF_MEMBERSHIP:
        return {"inline_keyboard": _ways_to_stay(campaign, language, facts["standing"])}
    if campaign in NOTICES:
        more = "benefits" if facts.get("brings") else "rewards"
        return {"inline_keyboard": [[button("points", "go:points", language), button(more, f"go:{more}", language)]]}
    if campaign == FOLLOW_UP:
        return {
            "inline_keyboard": [
                [button("all_well", "well", language)],
                [button("ask", "go:ask", language), button("complain", "go:complain", language)],
                [button("stop", "go:stop", language)],
            ]
        }
    ways = [[button("family", "go:family", language)]] if campaign == FAMILY else []
    return {"inline_keyboard": [*ways, [button("stop", "go:stop", language)]]}


def _ways_to_stay(campaign: str, language: str, standing: Standing | None) -> list[list[dict[str, str]]]:
    """One tap where that is enough; where purchases are the only way, no button would help."""
    menu = [button("menu", "go:start", language)]
    if campaign == LAPSED:
        return [[button("join", "go:join", language)], menu]
    if campaign == RENEWED or standing is None or standing.way is None:
        return [menu]
    return [[button("renew", "renew", language)], menu]
