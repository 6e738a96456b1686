"""Did it make a difference? Those who were written to, against those who were held out, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from math import sqrt

from sqlalchemy import Connection

from campaigns import campaigns, draw, journey_shown
from campaigns.definition import Definition
from campaigns.journey_shown import Line, Road
from club.club import Club
from storage import campaign_figures, journey_figures, journeys, sends
from storage.campaign_figures import Answered, Bought
from storage.campaigns import Campaign
from storage.journey_figures import AtStep

Z = 1.959964
"""Standard deviations of a normal distribution within which 95 % lie."""
ENOUGH = 5
"""Who bought, and who did not, in either group, for a comparison to mean anything."""


@dataclass(frozen=True)
class Difference:
    """By how much one rate (or mean) lies above the other, and between which bounds with 95 % certainty."""

    by: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Is it a difference at all?"""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Report:
    """What came of a campaign. `lift`, `extra` (for each reader): None where there is not enough data yet."""

    campaign: Campaign
    found: Definition
    counts: dict[str, int]
    answered: dict[int, Answered]
    bought: dict[int, Bought]
    buttons: dict[int, int]
    complained: int
    lift: Difference | None = None
    extra: Difference | None = None
    before: Report | None = None
    """The campaign that this one is a copy of."""
    whole: Answered = field(default_factory=Answered)
    written: Bought = field(default_factory=Bought)
    held: Bought = field(default_factory=Bought)
    steps: tuple[StepTold, ...] = ()
    road: Road = field(default_factory=Road)


@dataclass(frozen=True)
class StepTold:
    """What came of one step of a journey. `came`: how many came to it; `at`: what its message did, where it has one."""

    line: Line
    came: int
    at: AtStep | None


def report(
    db: Connection, campaign: Campaign, club: Club, now: datetime, *, language: str = "", compare: bool = True
) -> Report:
    """Count it all; of a copy, its model too. `language`: of the words for the steps of a journey."""
    within = club.campaigns.bought_within
    found = campaigns.definition(campaign, club)
    answered = campaign_figures.answered(db, campaign.id)
    bought = _bought(db, campaign, found, club)
    held = bought.get(0, Bought())
    written = sum_of([one for variant, one in bought.items() if variant > 0])
    model = campaigns.existing(db, campaign.cloned_from) if compare and campaign.cloned_from else None
    return Report(
        campaign,
        found,
        dict(sends.counts(db, campaign.id)),
        answered,
        bought,
        campaign_figures.by_button(db, campaign.id),
        campaign_figures.complained(db, campaign.id, within),
        lift=lift(written, held),
        extra=extra(written, held),
        before=report(db, model, club, now, compare=False) if model else None,
        whole=all_of(list(answered.values())),
        written=written,
        held=held,
        steps=_steps(db, campaign, found, club, language or club.language),
        road=journey_shown.road(db, campaign.id) if found.journey else Road(),
    )


def _bought(db: Connection, campaign: Campaign, found: Definition, club: Club) -> dict[int, Bought]:
    """By variant: of a journey, since they came in; else since it was their turn."""
    within = club.campaigns.bought_within
    if found.journey is None:
        return campaign_figures.bought(db, campaign.id, within, club.currency)
    drawn = sends.variant_by(lambda number: draw.part_of(number, campaign.key), draw.bounds(found.holdout, [1]))
    return journey_figures.bought(db, campaign.id, drawn, within, club.currency)


def _steps(db: Connection, campaign: Campaign, found: Definition, club: Club, language: str) -> tuple[StepTold, ...]:
    if found.journey is None:
        return ()
    came = journeys.came_to(db, campaign.id)
    said = journey_figures.by_step(db, campaign.id, club.campaigns.bought_within)
    lines = journey_shown.lines(found.journey, language, club, journeys.inside(db, campaign.id))
    return tuple(StepTold(one, came.get(one.name, 0), said.get(one.name)) for one in lines)


def sum_of(parts: list[Bought]) -> Bought:
    """Several groups as one."""
    return Bought(
        sum(one.people for one in parts),
        sum(one.bought for one in parts),
        sum(one.spent for one in parts),
        sum(one.squares for one in parts),
    )


def all_of(parts: list[Answered]) -> Answered:
    """Several counts as one."""
    return Answered(
        sum(one.sent for one in parts),
        sum(one.replied for one in parts),
        sum(one.stopped for one in parts),
        sum(one.pressed for one in parts),
        sum(one.presses for one in parts),
    )


def lift(written: Bought, held: Bought) -> Difference | None:
    """By how much the share of buyers is higher among those who were written to (Newcombe 1998, method 10)."""
    if not (_enough(written) and _enough(held)):
        return None
    one, other = written.bought / written.people, held.bought / held.people
    one_low, one_high = wilson(written.bought, written.people)
    other_low, other_high = wilson(held.bought, held.people)
    by = one - other
    return Difference(
        by,
        by - sqrt((one - one_low) ** 2 + (other_high - other) ** 2),
        by + sqrt((one_high - one) ** 2 + (other - other_low) ** 2),
    )


def wilson(hits: int, among: int) -> tuple[float, float]:
    """The bounds of a share with 95 % certainty (Wilson 1927)."""
    share, square = hits / among, Z * Z
    middle = share + square / (2 * among)
    half = Z * sqrt(share * (1 - share) / among + square / (4 * among * among))
    return (middle - half) / (1 + square / among), (middle + half) / (1 + square / among)


def extra(written: Bought, held: Bought) -> Difference | None:
    """What each of those written to spent more on the mean, in minor units (Welch, by the normal distribution)."""
    if not (_enough(written) and _enough(held)):
        return None
    by = written.spent / written.people - held.spent / held.people
    half = Z * sqrt(_variance(written) / written.people + _variance(held) / held.people)
    return Difference(by, by - half, by + half)


def _variance(group: Bought) -> float:
    mean = group.spent / group.people
    return max(0.0, (group.squares - group.people * mean * mean) / (group.people - 1))


def _enough(group: Bought) -> bool:
    return min(group.bought, group.people - group.bought) >= ENOUGH
