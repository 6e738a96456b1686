"""Why somebody got a campaign's message, or did not: one recorded word, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaigns import audiences, campaigns, steps
from club.club import Club
from storage import moments, occasions, sends
from storage.campaigns import Campaign
from storage.members import Member

NOT_MEANT, NOT_YET, TOO_LATE, NOT_ON = "not_meant", "not_yet", "too_late", "not_on"


@dataclass(frozen=True)
class Told:
    """`word`: the line's own, or why there is no line. `at`: when it ended, or when its turn comes."""

    name: str
    word: str
    at: datetime | None = None
    reason: str | None = None


def why(db: Connection, campaign: Campaign, member: Member, club: Club, now: datetime) -> Told:
    """What became of this member in this campaign, the last time."""
    found = campaigns.definition(campaign, club)
    line = sends.of_member(db, campaign.id, member.id)
    if line is not None:
        return Told(found.name, line.state, line.ended_at or line.due_at, line.reason)
    if not moments.anybody(db, occasions.one_member(member.id) & audiences.condition(found.audience, club, now)):
        return Told(found.name, NOT_MEANT)
    if campaign.state in steps.OVER:
        return Told(found.name, TOO_LATE)
    return Told(found.name, NOT_YET if campaign.state in steps.LIVE else NOT_ON)
