"""A campaign at a glance: what it says to whom, how far it is, and when it speaks next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from math import ceil

from sqlalchemy import Connection

from campaigns import audiences, campaigns, moments, occasions, steps
from campaigns.definition import Definition
from club.club import CampaignRules, Club
from storage import campaigns as rows
from storage import sends
from storage.campaigns import Campaign, Event
from templates import render

AHEAD = 3
"""Next occurrences that are shown."""
NOT_BEGUN = frozenset({steps.DRAFT, steps.SUBMITTED, steps.APPROVED})


@dataclass(frozen=True)
class Overview:
    """`size`: how many are meant at this moment, where it has not begun; `submitted`: when somebody asked for approval.
    `counts`: how many lines have each word. `ahead`: when it speaks next, by the club's own clock."""

    campaign: Campaign
    found: Definition
    size: int | None
    submitted: Event | None
    counts: Mapping[str, int] = field(default_factory=dict)
    ahead: tuple[datetime, ...] = ()

    @property
    def messages(self) -> int:
        """Those of them who get a message: some are held out."""
        return (self.size or 0) * (100 - self.found.holdout) // 100

    def seconds(self, rules: CampaignRules) -> float:
        """How long it takes at the rate of the settings."""
        return self.messages / rules.rate

    def stars(self, rules: CampaignRules) -> int:
        """What Telegram takes for it, at most: for whatever leaves above the rate that is free."""
        if rules.rate <= rules.free:
            return 0
        return ceil(self.messages * (1 - Decimal(rules.free) / Decimal(rules.rate)) * rules.stars)

    @property
    def whole(self) -> int:
        """All whose line is written down."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Those who wait for their turn, or whose message is on its way."""
        return sum(self.counts.get(word, 0) for word in sends.OPEN)

    @property
    def done(self) -> int:
        return self.whole - self.open


def of(db: Connection, campaign: Campaign, club: Club, now: datetime) -> Overview:
    """The campaign as it stands at this moment."""
    found = campaigns.definition(campaign, club)
    begun = campaign.state not in NOT_BEGUN
    return Overview(
        campaign,
        found,
        size=None if begun else audiences.count(db, found.audience, club, now),
        submitted=rows.last_event(db, campaign.id, steps.SUBMIT),
        counts=sends.counts(db, campaign.id) if begun else {},
        ahead=() if campaign.state in steps.OVER else ahead(found, club, now),
    )


def ahead(found: Definition, club: Club, now: datetime, most: int = AHEAD) -> tuple[datetime, ...]:
    """When it speaks next where the club is (UTC); nothing where that hangs on each member."""
    if found.moment is None:
        return ()
    return tuple(occasions.next_occurrences(found.moment, club, now, club.zone, most))


def audience_words(found: Definition, language: str, club: Club) -> str:
    """Whom it goes to, as Telegram HTML."""
    return audiences.sentence(found.audience, language, club)


def moment_words(found: Definition, language: str) -> str:
    """When it speaks, without markup."""
    if found.moment is None:
        return render("campaigns/at_once", language)
    return moments.sentence(found.moment, language)
