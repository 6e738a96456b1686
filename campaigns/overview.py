"""A campaign at a glance: what it says to whom, how far it is, and when it speaks next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from math import ceil

from sqlalchemy import Connection

from campaigns import audiences, campaigns, journey_shown, moments, occasions, shipped_campaigns, steps, surveys
from campaigns.definition import Definition
from campaigns.journey import KEEP
from campaigns.journey_shown import Road
from club.club import CampaignRules, Club
from club.switches import SWITCHES
from storage import campaigns as rows
from storage import sends
from storage.campaigns import Campaign, Event
from templates import plain, render

AHEAD = 3
"""Next occurrences that are shown."""
NOT_BEGUN = frozenset({steps.DRAFT, steps.SUBMITTED, steps.APPROVED})


@dataclass(frozen=True)
class Overview:
    """`size`: how many are meant at this moment, where it has not begun; `submitted`: when somebody asked for approval.
    `counts`: how many lines have each word. `ahead`: when it speaks next, by the club's own clock. `road`: where
    everybody is, in a journey. `rests_until`: while it runs and it is night where all live who still wait."""

    campaign: Campaign
    found: Definition
    size: int | None
    submitted: Event | None
    counts: Mapping[str, int] = field(default_factory=dict)
    ahead: tuple[datetime, ...] = ()
    road: Road = field(default_factory=Road)
    rests_until: datetime | None = None

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


def of(db: Connection, campaign: Campaign, club: Club, now: datetime, language: str = "") -> Overview:
    """The campaign as it stands at this moment, with its name in this language where it has one."""
    found = spoken(campaigns.definition(campaign, club), language or club.language)
    begun = campaign.state not in NOT_BEGUN
    travelled = found.journey is not None and campaign.planned_until is not None
    counts = sends.counts(db, campaign.id) if begun or travelled else {}
    return Overview(
        campaign,
        found,
        size=None if begun else audiences.count(db, found.audience, club, now),
        submitted=rows.last_event(db, campaign.id, steps.SUBMIT),
        counts=counts,
        ahead=() if campaign.state in steps.OVER else ahead(found, club, now),
        road=journey_shown.road(db, campaign.id) if travelled else Road(),
        rests_until=_rests_until(db, campaign, counts, now),
    )


def _rests_until(db: Connection, campaign: Campaign, counts: Mapping[str, int], now: datetime) -> datetime | None:
    if campaign.state != steps.RUNNING or counts.get(sends.QUEUED):
        return None
    due = sends.next_due(db, campaign.id)
    return due if due is not None and due > now else None


def name_of(name: str, found: Definition | None, language: str) -> str:
    """What a campaign, or a notice of the club's own, is called in this language."""
    return notice_name(SWITCHES[name], language) if found is None else spoken(found, language).name


def notice_name(switch: str, language: str) -> str:
    """What one of the club's own notices is called, by its name in the settings."""
    return plain("campaigns/notice", language, name=switch)


def spoken(found: Definition, language: str) -> Definition:
    """One that came with the program, or sends a survey that did, has its name and its purpose in each language, until
    somebody changes them."""
    key = found.key
    if key not in shipped_campaigns.names() or found.name not in shipped_campaigns.titles(key):
        return surveys.spoken(found, language)
    return replace(found, name=shipped_campaigns.title(key, language), goal=shipped_campaigns.goal(key, language))


def ahead(found: Definition, club: Club, now: datetime, most: int = AHEAD) -> tuple[datetime, ...]:
    """When it speaks next where the club is (UTC); nothing where that hangs on each member."""
    if found.moment is None:
        return ()
    return tuple(occasions.next_occurrences(found.moment, club, now, club.zone, most))


def audience_words(found: Definition, language: str, club: Club) -> str:
    """Whom it goes to, as Telegram HTML."""
    return audiences.sentence(found.audience, language, club)


def step_words(seen: Overview, language: str, club: Club) -> str:
    """The steps of a journey, as Telegram HTML; nothing for what is none."""
    if seen.found.journey is None:
        return ""
    changing = seen.campaign.held is not None
    inside = (seen.campaign.inside or KEEP) if changing else None
    return journey_shown.shown(seen.found.journey, seen.road, language, club, inside)


def moment_words(found: Definition, language: str) -> str:
    """When it speaks, without markup."""
    if found.moment is None:
        return render("campaigns/at_once", language)
    return moments.sentence(found.moment, language)
