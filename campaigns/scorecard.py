"""All campaigns of a month beside each other: what was sent, what came of it, and what it cost in goodwill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from campaigns import campaigns, overview
from campaigns.measurement import Difference, all_of, lift, sum_of
from campaigns.problems import Invalid
from club.club import Club
from club.days import day_of, months_later, start_of
from club.switches import SWITCHES
from storage import campaign_figures, programme_figures, state
from storage.campaign_figures import Answered, Bought

SHOWN = 15
"""Campaigns that are listed; those beyond are summed up."""
TOLD = "scorecard"
"""Where it is kept of which month it was sent last."""


@dataclass(frozen=True)
class Line:
    """One campaign in this time. `lift`: by how much more of those written to bought; None: not enough data yet."""

    name: str
    key: str
    told: Answered
    written: Bought
    complained: int
    lift: Difference | None


@dataclass(frozen=True)
class Scorecard:
    """From `first` to `last`, both included, by the club's own clock. `rest`: campaigns that are not listed; `notices`:
    by their name, how many were sent."""

    first: date
    last: date
    lines: tuple[Line, ...]
    rest: int
    whole: Answered
    complained: int
    notices: tuple[tuple[str, int], ...]


def of(db: Connection, club: Club, first: date, last: date, language: str) -> Scorecard:
    """Whose turn came in this time, and what they did since."""
    since, until = start_of(first, club.zone), start_of(last + timedelta(days=1), club.zone)
    within, lines = club.campaigns.bought_within, []
    for campaign_id in programme_figures.active(db, since, until):
        campaign = campaigns.existing(db, campaign_id)
        try:
            found = overview.spoken(campaigns.definition(campaign, club), language)
        except Invalid:
            continue
        span = (since, until)
        bought = campaign_figures.bought(db, campaign_id, within, club.currency, span)
        written = sum_of([one for variant, one in bought.items() if variant > 0])
        told = all_of(list(campaign_figures.answered(db, campaign_id, span).values()))
        complained = campaign_figures.complained(db, campaign_id, within, span)
        lines.append(Line(found.name, found.key, told, written, complained, lift(written, bought.get(0, Bought()))))
    lines.sort(key=lambda line: (-line.told.sent, line.key))
    return Scorecard(
        first,
        last,
        tuple(lines[:SHOWN]),
        max(0, len(lines) - SHOWN),
        all_of([line.told for line in lines]),
        sum(line.complained for line in lines),
        _notices(db, since, until, language),
    )


def _notices(db: Connection, since: datetime, until: datetime, language: str) -> tuple[tuple[str, int], ...]:
    told = programme_figures.told_since(db, since, until)
    counts: dict[str, int] = {}
    for notice, count in told.items():
        if notice in SWITCHES:
            counts[SWITCHES[notice]] = counts.get(SWITCHES[notice], 0) + count
    return tuple((overview.notice_name(name, language), count) for name, count in sorted(counts.items()))


def lately(db: Connection, club: Club, now: datetime, days: int, language: str) -> Scorecard:
    """Of so many days up to today."""
    today = day_of(now, club.zone)
    return of(db, club, today - timedelta(days=days - 1), today, language)


def month_to_tell(db: Connection, club: Club, now: datetime) -> tuple[date, date] | None:
    """The month that is over and of which nobody was told yet, from the hour of the digest on its first day; None where
    there is nothing to tell. From now on it is told."""
    today = day_of(now, club.zone)
    this_month = today.replace(day=1)
    known = state.get(db, TOLD)
    if known is None:
        state.put(db, TOLD, this_month.isoformat())
        return None
    if known >= this_month.isoformat() or now.astimezone(club.time_zone).time() < club.service.digest_at:
        return None
    state.put(db, TOLD, this_month.isoformat())
    return months_later(this_month, -1), this_month - timedelta(days=1)
