"""Campaigns that come with the program: files, each switched on by its name in the settings, which is its approval."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection

from campaigns import campaigns, steps
from club.club import Club
from club.languages import LANGUAGES
from storage import campaigns as rows
from storage import occasions
from storage.campaigns import Campaign

FOLDER = Path(__file__).parent / "shipped"
SATISFACTION = "satisfaction"
FORMERLY: Mapping[str, str] = {"birthday": "birthday", "family": "family", "follow-up": "follow_up"}
"""As what it was written down before there were campaigns: nobody is greeted twice in the year of an update."""


@cache
def names() -> list[str]:
    """What can be switched on."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def _file(name: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return data


def title(name: str, language: str) -> str:
    """What it is called in a language."""
    called: str = _file(name)["name"][language]
    return called


def titles(name: str) -> Collection[str]:
    """What it is called in all languages."""
    called: Mapping[str, str] = _file(name)["name"]
    return called.values()


def goal(name: str, language: str) -> str:
    """What it is for, in a language."""
    said: str = _file(name)["goal"][language]
    return said


def data_of(name: str, club: Club) -> dict[str, Any]:
    """The campaign of that name, in the languages that the club speaks."""
    own = {"name": title(name, club.language), "goal": goal(name, club.language)}
    spoken: dict[str, Any] = _in({**_file(name), **own}, club.languages)
    if name == SATISFACTION:
        spoken["moment"] = spoken["moment"] | {"days": club.relationship.check_days}
    return spoken | {"key": name}


def _in(data: Any, languages: Collection[str]) -> Any:
    """The same with its texts in these languages only, wherever they stand."""
    if isinstance(data, dict):
        told = {key: _in(value, languages) for key, value in data.items()}
        return {key: value for key, value in told.items() if key not in LANGUAGES or key in languages}
    return [_in(one, languages) for one in data] if isinstance(data, list) else data


def switch(db: Connection, wanted: Collection[str], club: Club, now: datetime) -> None:
    """Those named in the settings run, the others that come with the program rest. One that was changed in the chat,
    paused there or ended is left to whoever did so."""
    for name in names():
        known = rows.by_key(db, name, lock=True)
        if name in wanted and known is None:
            _begin(db, name, club, now)
        elif known is not None and name in wanted and _paused_by_the_club(db, known):
            campaigns.resume(db, known, None, now)
        elif known is not None and name not in wanted and is_shipped(known) and known.state in steps.LIVE:
            campaigns.pause(db, known, None, now)


def _begin(db: Connection, name: str, club: Club, now: datetime) -> None:
    new = campaigns.create(db, data_of(name, club), None, club, now, tried=True)
    if name in FORMERLY:
        occasions.hand_over(db, FORMERLY[name], new.id)
    campaigns.switch_on(db, new, now)


def is_shipped(known: Campaign) -> bool:
    """Did it come with the program? Somebody may have written another under the same key."""
    return known.author_id is None and known.key in names()


def _paused_by_the_club(db: Connection, known: Campaign) -> bool:
    paused = rows.last_event(db, known.id, steps.PAUSE)
    return known.state == steps.PAUSED and paused is not None and paused.actor_id is None
