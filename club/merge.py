"""Answers that say something of the person who asks: `You have {points} points, {name}.`

A field may bring its own words for the case that there is nothing to say: `{tier|no tier yet}`. `{hours: Old Town}` are
those of one branch, `{hours}` those of the nearest. What is not known is refused when the answer is saved, so that
nobody is ever sent a bare brace.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from club import nearest, points, tiers
from club.club import Club
from club.refusal import Refused
from club.tokens import fold
from storage import branches
from storage.branches import Branch
from storage.members import Member

HOURS = "hours"
FIELDS = ("name", "number", "points", "tier", HOURS, "club")
NOTHING = "–"
_FIELD = re.compile(r"\{([^{}|]*)(?:\|([^{}]*))?\}")


def check(text: str, fields: Sequence[str] = FIELDS) -> None:
    """Raises `Refused` for a field that does not exist, and for a brace that belongs to none."""
    for found in _FIELD.finditer(text):
        field, of = _parts(found)
        if field not in fields or (of is not None and field != HOURS):
            raise Refused("knowledge/unknown_field", found=found[1].strip()[:40], fields=fields)
    if re.search(r"[{}]", _FIELD.sub("", text)):
        raise Refused("knowledge/loose_brace", fields=fields)


def check_branches(db: Connection, text: str) -> None:
    """Raises `Refused` for the hours of a branch that does not exist."""
    wanted = {of for found in _FIELD.finditer(text) if (of := _parts(found)[1]) is not None}
    if not wanted:
        return
    names = [branch.name for branch in branches.every(db)]
    for name in sorted(wanted):
        if fold(name) not in map(fold, names):
            raise Refused("knowledge/unknown_branch", found=name[:40], names=names)


def merged(text: str, values: dict[str, str]) -> str:
    """The text with its fields filled in. Raises `KeyError` for a field that `check` would have refused. A branch that
    has another name since is one that says nothing."""

    def said(found: re.Match[str]) -> str:
        field, of = _parts(found)
        value = values[field] if of is None else values.get(_hours_of(of), "")
        return value or (found[2] or NOTHING).strip()

    return _FIELD.sub(said, text)


def _parts(found: re.Match[str]) -> tuple[str, str | None]:
    """A field, and of what: `{hours: Old Town}`."""
    field, colon, of = found[1].partition(":")
    return field.strip(), of.strip() if colon else None


def _hours_of(name: str) -> str:
    return f"{HOURS}:{fold(name)}"


def values_of(db: Connection, text: str, member: Member, club: Club, now: datetime) -> dict[str, str]:
    """What each field in this text says to this person; "" where there is nothing. Nothing else is looked up."""
    says: dict[str, Callable[[], str]] = {
        "name": lambda: member.name,
        "number": lambda: member.number or "",
        "points": lambda: f"{points.balance(db, member.id, now).available:,}",
        "tier": lambda: _tier(db, member, club),
        "club": lambda: club.name,
    }
    asked = {_parts(found)[0] for found in _FIELD.finditer(text)}
    hours = _every_hours(db, member) if HOURS in asked else {}
    return {field: say() for field, say in says.items() if field in asked} | hours


def _tier(db: Connection, member: Member, club: Club) -> str:
    tier = tiers.tier_of(db, member.id, club)
    return tier.name(member.language) if tier else ""


def _every_hours(db: Connection, member: Member) -> dict[str, str]:
    """Of the branch that they mean, and of each by its name."""
    places = branches.every(db)
    return {HOURS: _hours(db, member, places), **{_hours_of(branch.name): branch.hours for branch in places}}


def _hours(db: Connection, member: Member, every: Sequence[Branch]) -> str:
    """When the branch is open that they mean: a line for each where it may be several; named where there are others."""
    meant = nearest.of_member(db, every, member).branches
    lines = [branch.hours if len(every) == 1 else f"{branch.name}: {branch.hours}" for branch in meant if branch.hours]
    return "\n".join(lines)
