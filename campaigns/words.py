"""What a marketer wrote, for one member: `Hello {{ name or "friend" }}, you have {{ points }} points.`

Plain values only, and all of it is shown as it was written: nothing in it is markup, nothing in it is run.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from campaigns.problems import Problem
from club import points, tiers
from club.club import Club
from club.names import units
from storage.members import Member
from templates import render

FIELDS = ("name", "number", "points", "tier", "club", "ends")
NOTHING = "–"
MAX_TEXT, MAX_CAPTION = 3_900, 950
"""Leave room for the last line of a promotion."""
WIDEST = 120
"""UTF-16 units that the value of a field takes at most: a name of 60 emoji."""
_FIELD = re.compile(r"\{\{\s*(\w+)\s*(?:or\s*\"([^\"{}]*)\"\s*)?\}\}")


def check(text: str) -> list[Problem]:
    """What is wrong with a text; places begin behind the text's own."""
    problems = [
        Problem("", f"'{{{{ {name} }}}}'", f"one of {', '.join(FIELDS)}")
        for name, _ in _FIELD.findall(text)
        if name not in FIELDS
    ]
    if loose := re.search(r"\{[{%#]|[}%#]\}", _FIELD.sub("", text)):
        problems.append(Problem("", f"'{loose[0]}'", 'fields such as {{ name }} or {{ name or "friend" }}'))
    if longest(text) > MAX_TEXT:
        problems.append(Problem("", f"up to {longest(text)} characters", f"{MAX_TEXT} at most, each field as {WIDEST}"))
    return problems


def longest(text: str) -> int:
    """How long it may come to be, in UTF-16 units."""
    return units(_FIELD.sub("", text)) + WIDEST * len(_FIELD.findall(text))


def used(text: str) -> set[str]:
    """The fields that a text asks for."""
    return {name for name, _ in _FIELD.findall(text)}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text as Telegram HTML, with its fields filled in."""
    return html.escape(_FIELD.sub(lambda found: values[found[1]] or found[2] or NOTHING, text), quote=False)


def values_of(
    db: Connection, member: Member, club: Club, now: datetime, ends_on: date | None, asked: set[str]
) -> dict[str, str]:
    """What each of the asked fields says to this person; a broadcast asks the database for nothing that it does not
    say."""
    values = {"name": member.name, "number": member.number or "", "club": club.name}
    if "points" in asked:
        values["points"] = f"{points.balance(db, member.id, now).available:,}"
    if "tier" in asked:
        tier = tiers.progress(db, member.id, club, now).tier
        values["tier"] = tier.name(member.language) if tier else ""
    if "ends" in asked:
        values["ends"] = render("campaigns/day", member.language, day=ends_on) if ends_on else ""
    return values
