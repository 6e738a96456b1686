"""Campaigns that come with the program: files, each switched on by its name in the settings, which is its approval."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection

from campaigns import campaigns, steps
from club.club import Club
from club.languages import LANGUAGES
from storage import campaigns as rows
from storage.campaigns import Campaign

FOLDER = Path(__file__).parent / "shipped"


def names() -> list[str]:
    """What can be switched on."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def data_of(name: str, club: Club) -> dict[str, Any]:
    """The campaign of that name, in the languages that the club speaks."""
    data: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    spoken: dict[str, Any] = _in(data, club.languages)
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
            campaigns.switch_on(db, campaigns.create(db, data_of(name, club), None, club, now), now)
        elif known is not None and name in wanted and _paused_by_the_club(db, known):
            campaigns.resume(db, known, None, now)
        elif known is not None and name not in wanted and _ours(known) and known.state in steps.LIVE:
            campaigns.pause(db, known, None, now)


def _ours(known: Campaign) -> bool:
    """Did it come with the program? Somebody may have written another under the same key."""
    return known.author_id is None


def _paused_by_the_club(db: Connection, known: Campaign) -> bool:
    paused = rows.last_event(db, known.id, steps.PAUSE)
    return known.state == steps.PAUSED and paused is not None and paused.actor_id is None
