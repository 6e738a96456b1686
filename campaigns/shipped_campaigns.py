"""Campaigns that come with the program: files, each switched on by its name in the settings, which is its approval."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection

from campaigns import campaigns, reading, steps
from campaigns.journey import MOVE
from club.club import Club, Launch
from club.days import day_of
from club.languages import LANGUAGES, nearest
from storage import campaigns as rows
from storage import occasions
from storage.campaigns import Campaign
from storage.words import Words

FOLDER = Path(__file__).parent / "shipped"
SATISFACTION, TEASER = "satisfaction", "teaser"
FOLLOWING = frozenset({SATISFACTION, TEASER})
"""In which something is left to the settings: a day, how many days."""
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
    """The campaign of that name, in the languages that the club speaks, with what the settings say in it. Raises
    `LookupError` for a series that lacks its day."""
    own = {"name": title(name, club.language), "goal": goal(name, club.language)}
    spoken: dict[str, Any] = _in({**_file(name), **own}, club.languages)
    if name == SATISFACTION:
        spoken["moment"] = spoken["moment"] | {"days": club.relationship.check_days}
    if name == TEASER:
        if club.launch is None:
            raise LookupError("launch.day")
        spoken = _filled(spoken, club.launch, club.language)
    return spoken | {"key": name}


def _words_of(launch: Launch, language: str) -> Mapping[str, str]:
    """What the file of the teaser leaves open, in a language."""
    product = "".join(one for one in escape(_product(launch, language), quote=False) if one not in "{}")
    before = {f"<launch-{days}>": (launch.day - timedelta(days=days)).isoformat() for days in range(1, 8)}
    return before | {
        "<launch>": launch.day.isoformat(),
        "<launch-compact>": f"{launch.day:%Y%m%d}",
        "<launch-at>": f"{launch.at:%H:%M}",
        "<launch-product>": product,
    }


def _product(launch: Launch, language: str) -> str:
    """What comes, in a language; in the nearest, where it has no name in that one."""
    names = launch.product.by_language if isinstance(launch.product, Words) else None
    return launch.product if names is None else names[nearest(language, names)]


def _filled(data: Any, launch: Launch, language: str) -> Any:
    """The same with words in the places that are left open for them, each text in its own language."""
    if isinstance(data, dict):
        return {key: _filled(value, launch, key if key in LANGUAGES else language) for key, value in data.items()}
    if isinstance(data, list):
        return [_filled(one, launch, language) for one in data]
    if isinstance(data, str):
        for place, word in _words_of(launch, language).items():
            data = data.replace(place, word)
    return data


def _in(data: Any, languages: Collection[str]) -> Any:
    """The same with its texts in these languages only, wherever they stand."""
    if isinstance(data, dict):
        told = {key: _in(value, languages) for key, value in data.items()}
        return {key: value for key, value in told.items() if key not in LANGUAGES or key in languages}
    return [_in(one, languages) for one in data] if isinstance(data, list) else data


def switch(db: Connection, name: str, club: Club, now: datetime, *, wanted: bool) -> None:
    """One that comes with the program runs where the settings name it (`wanted`), and else rests. One that was changed
    in the chat, paused there or ended is left to whoever did so."""
    known = rows.by_key(db, name, lock=True)
    on = wanted and why_not(name, club, now) is None
    if on and name == TEASER and known is not None and is_shipped(known):
        known = _made_way(db, known, club)
    if on and known is None:
        _begin(db, name, club, now)
    elif known is not None and on:
        if _paused_by_the_club(db, known):
            known = campaigns.resume(db, known, None, now)
        _as_the_settings_say(db, known, club, now)
    elif known is not None and not wanted and is_shipped(known) and known.state in steps.LIVE:
        campaigns.pause(db, known, None, now)


NO_DAY, OVER = "no_day", "over"


def why_not(name: str, club: Club, now: datetime) -> str | None:
    """Why one of them cannot be on, though the settings name it: the teaser without a day, or after it."""
    if name != TEASER:
        return None
    if club.launch is None:
        return NO_DAY
    return OVER if day_of(now, club.zone) > club.launch.day else None


def _made_way(db: Connection, known: Campaign, club: Club) -> Campaign | None:
    """The teaser of an earlier launch, which is over, goes by its day from now on; the next one takes its name."""
    before = campaigns.definition(known, club).moment
    if known.state not in steps.OVER or club.launch is None or before is None or before.starts is None:
        return known
    if before.starts == club.launch.day - timedelta(days=7):
        return known
    rows.change(db, known.id, key=campaigns.free_key(db, f"{TEASER}-{before.starts:%Y-%m}x"))
    return None


def _as_the_settings_say(db: Connection, known: Campaign, club: Club, now: datetime) -> None:
    """What hangs on the settings follows them, where nobody has changed it in the chat."""
    if known.key not in FOLLOWING or not is_shipped(known) or known.state not in steps.LIVE:
        return
    found = reading.parse(data_of(known.key, club), club.languages, tried=True)
    ours = campaigns.definition(known, club)
    if found != ours and found.journey and ours.journey and rows.only_by_itself(db, known.id):
        campaigns.renew(db, known, found, MOVE, club, now)


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
