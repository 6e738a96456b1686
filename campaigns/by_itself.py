"""What the club says by itself, in one place: the campaigns that came with the program, and its notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from campaigns import overview, shipped_campaigns
from club.club import Club
from club.switches import NOTICE_NAMES, SWITCHES
from storage import campaigns, programme_figures
from storage.campaigns import Campaign

LATELY = timedelta(days=30)
ON, OFF = "running", "paused"
"""States of a notice, in the words of campaigns."""
PARTS: Mapping[str, Sequence[str]] = {
    "new": ("welcome-series", "follow-up", "first-purchase"),
    "days": (
        "birthday", "family", "joining-anniversary", "lunar-new-year", "dragon-boat", "mid-autumn", "winter-solstice",
    ),
    "bought": ("satisfaction", "tips", "joint-plan", "next-purchase", "replacement-due"),
    "events": ("event-reminder", "event-thanks"),
    "year": ("club-issue", "points-summary", "thousand-points", "profile-check", "teaser"),
    "away": ("check-in", "win-back"),
}  # fmt: skip
"""All that come with the program, by what they are about."""
NOTICES = "notices"


@dataclass(frozen=True)
class Line:
    """One of them. `campaign` None: a notice. `sent`: how many messages lately."""

    name: str
    state: str
    sent: int
    campaign: Campaign | None = None


@dataclass(frozen=True)
class Part:
    """What belongs together. `name`: one of `PARTS`, or `NOTICES`."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Programmes:
    """Those that are here, and by their names those that could be switched on. `waits`: why the teaser cannot be on,
    whether the settings name it or not."""

    parts: tuple[Part, ...]
    rest: tuple[str, ...]
    waits: str | None = None


def programmes(db: Connection, club: Club, language: str, now: datetime) -> Programmes:
    """In the order in which somebody meets them, notices last."""
    sent, parts, rest = programme_figures.sent_since(db, now - LATELY), [], []
    for name, keys in PARTS.items():
        lines = []
        for key in keys:
            title, one = shipped_campaigns.title(key, language), campaigns.by_key(db, key)
            if one is not None and shipped_campaigns.is_shipped(one):
                lines.append(Line(title, one.state, sent.get(one.id, 0), one))
            else:
                rest.append(title)
        parts.append(Part(name, tuple(lines)))
    parts.append(Part(NOTICES, tuple(_notices(db, club, language, now))))
    why = shipped_campaigns.why_not(shipped_campaigns.TEASER, club, now)
    return Programmes(tuple(part for part in parts if part.lines), tuple(rest), why)


def _notices(db: Connection, club: Club, language: str, now: datetime) -> Iterator[Line]:
    told = programme_figures.told_since(db, now - LATELY)
    for name in NOTICE_NAMES:
        count = sum(told.get(notice, 0) for notice, switch in SWITCHES.items() if switch == name)
        state = ON if name in club.campaigns.notices else OFF
        yield Line(overview.notice_name(name, language), state, count)
