"""Why somebody got a campaign's message, or did not: one recorded word, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaigns import audiences, campaigns, journey_shown, overview, steps
from campaigns.definition import Definition
from club.club import Club
from club.family import GREET
from storage import family, journeys, moments, occasions, sends
from storage.campaigns import Campaign
from storage.members import Member

NOT_MEANT, NOT_YET, TOO_LATE, NOT_ON, INSIDE = "not_meant", "not_yet", "too_late", "not_on", "inside"
NO_BIRTHDAY, NO_FAMILY = "no_birthday", "no_family"


@dataclass(frozen=True)
class Told:
    """`word`: the line's own, or why there is no line. `at`: when it ended, or when its turn comes."""

    name: str
    word: str
    at: datetime | None = None
    reason: str | None = None
    road: Told | None = None
    """In a journey: where they are, or why they left; `reason` is the step in words."""


def why(db: Connection, campaign: Campaign, member: Member, club: Club, now: datetime, language: str = "") -> Told:
    """What became of this member in this campaign, the last time. `language`: of its name and its steps."""
    found = overview.spoken(campaigns.definition(campaign, club), language or club.language)
    line, road = sends.of_member(db, campaign.id, member.id), _road(db, campaign, found, member, club, language)
    if line is not None:
        return Told(found.name, line.state, line.ended_at or line.due_at, line.reason, road)
    if road is not None:
        return road
    if not moments.anybody(db, occasions.one_member(member.id) & audiences.condition(found.audience, club, now)):
        return Told(found.name, NOT_MEANT)
    if campaign.state in steps.OVER:
        return Told(found.name, TOO_LATE)
    if campaign.state == steps.PAUSED:
        return Told(found.name, steps.PAUSED)
    return Told(found.name, _ahead(db, found, member) if campaign.state in steps.LIVE else NOT_ON)


def _ahead(db: Connection, found: Definition, member: Member) -> str:
    """Their moment has not come yet; or cannot come, because nobody has told us the day."""
    when = found.moment.when if found.moment else None
    if when == "birthday" and member.birthday is None:
        return NO_BIRTHDAY
    if when == "family" and not any(one.day and one.wish == GREET for one in family.of_member(db, member.id)):
        return NO_FAMILY
    return NOT_YET


def _road(
    db: Connection, campaign: Campaign, found: Definition, member: Member, club: Club, language: str
) -> Told | None:
    """Where they are in a journey, or were the last time."""
    position = journeys.of_member(db, campaign.id, member.id) if found.journey else None
    if position is None:
        return None
    journey = campaigns.at_version(db, campaign, position.version, club).journey
    way = journey.ways.get(position.step) if journey else None
    step = journey_shown.words(way.step, language or club.language, club) if way else position.step
    if position.exit is not None:
        return Told(found.name, f"out_{position.exit}", position.left_at, step)
    return Told(found.name, INSIDE, position.due_at, step)
