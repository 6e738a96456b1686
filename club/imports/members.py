"""People as an import file has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from club import places
from club.imports import cells
from club.imports.rows import REMEMBERED, Columns, RowReader
from storage.imports.members import NewMember

MAX_CITY = 100
MAX_INTERESTS = 500
MEMBERS = Columns(
    ("telegram_id", "name", "language", "birthday", "joined_on"),
    ("username", "city", "time_zone", "interests", "marketing"),
)


def member_reader(header: Sequence[str], *, zone: str, language: str, now: datetime) -> RowReader[NewMember]:
    """For rows of people. `zone` and `language` are the club's, for what a row leaves open."""
    here = ZoneInfo(zone)
    zone_of = lru_cache(REMEMBERED)(places.zone_of)

    def member(values: dict[str, Any]) -> NewMember:
        city = values.get("city")
        return NewMember(
            telegram_id=values["telegram_id"],
            name=values["name"],
            language=values["language"] or language,
            birthday=values["birthday"],
            joined_at=values["joined_on"],
            username=values.get("username"),
            city=city,
            zone=values.get("time_zone") or (city and zone_of(city)) or zone,
            interests=values.get("interests"),
            marketing=values.get("marketing"),
        )

    return RowReader(
        header,
        {
            "telegram_id": cells.telegram_id,
            "name": cells.person_name,
            "language": lru_cache(REMEMBERED)(cells.language_code),
            "birthday": lru_cache(REMEMBERED)(partial(cells.birthday, today=now.astimezone(here).date())),
            "joined_on": lru_cache(REMEMBERED)(partial(cells.day, zone=here, now=now)),
            "username": cells.username,
            "city": partial(cells.optional_line, most=MAX_CITY),
            "time_zone": lru_cache(REMEMBERED)(cells.time_zone),
            "interests": partial(cells.optional_line, most=MAX_INTERESTS),
            "marketing": cells.yes_or_no,
        },
        member,
    )
