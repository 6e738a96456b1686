"""What the club tells members about what they have with it: points, tier, vouchers, membership, their complaint.

A notice is a row when it is planned and becomes text when its turn comes, with the name, the language and
the wishes that hold by then. It ends as `sent` or with the reason why not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from club import benefits, feedback, membership, points, tiers
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


@dataclass(frozen=True)
class Skipped:
    """Why an occasion was not sent after all."""

    reason: str


def welcome(db: Connection, member: Member, club: Club, now: datetime) -> None:
    """The loyalty notice after joining: once per member, however often they come back."""
    if club.welcome_points > 0:
        note(db, WELCOME, "joined", member.id, now)


def payload(
    db: Connection, campaign: str, member_id: int, club: Club, now: datetime, occasion: str = ""
) -> dict[str, Any] | Skipped:
    """The Bot API payload of an occasion as of now, or the reason to leave it."""
    if campaign not in NOTICES or SWITCHES.get(campaign, campaign) not in {campaign, *club.campaigns.notices}:
        return Skipped(OFF)
    member = members.by_id(db, member_id)
    if member.telegram_id is None or (not member.joined and campaign not in (LAPSED, FEEDBACK)):
        return Skipped("no longer a member")
    if campaign in OF_MEMBERSHIP and _outdated(db, campaign, member, club, now):
        return Skipped("not so any more")
    if campaign == FEEDBACK and feedback.awaited(db, occasion) is None:
        return Skipped("not so any more")
    facts = {"member": member, "club": club, "now": now, **_facts(db, campaign, member, club, now, occasion)}
    text = render(f"programmes/{campaign}", member.language, **facts)
    return {"text": text, "parse_mode": "HTML", "reply_markup": _keyboard(campaign, member.language, facts)}


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
        facts["lapsing"] = points.lapsing_next(db, member.id, max(now, told_of - A_MINUTE))
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
