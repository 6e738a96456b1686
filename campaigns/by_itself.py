"""What the club says by itself, in one place: the campaigns that came with the program, and its notices."""

from __future__ import annotations

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


@dataclass(frozen=True)
class Line:
    """One of them. `campaign` None: a notice. `sent`: how many messages lately."""

    name: str
    state: str
    sent: int
    campaign: Campaign | None = None


@dataclass(frozen=True)
class Programmes:
    """Those that are here, and by their names those that could be switched on. `waits`: why the teaser cannot be on,
    whether the settings name it or not."""

    lines: tuple[Line, ...]
    rest: tuple[str, ...]
    waits: str | None = None


def programmes(db: Connection, club: Club, language: str, now: datetime) -> Programmes:
    """Greetings and series first, then notices."""
    sent, told = programme_figures.sent_since(db, now - LATELY), programme_figures.told_since(db, now - LATELY)
    lines, rest = [], []
    for key in shipped_campaigns.names():
        one = campaigns.by_key(db, key)
        if one is None or not shipped_campaigns.is_shipped(one):
            rest.append(shipped_campaigns.title(key, language))
        else:
            lines.append(Line(shipped_campaigns.title(key, language), one.state, sent.get(one.id, 0), one))
    for name in NOTICE_NAMES:
        count = sum(told.get(notice, 0) for notice, switch in SWITCHES.items() if switch == name)
        state = ON if name in club.campaigns.notices else OFF
        lines.append(Line(overview.notice_name(name, language), state, count))
    return Programmes(tuple(lines), tuple(rest), shipped_campaigns.why_not(shipped_campaigns.TEASER, club, now))
