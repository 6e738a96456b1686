"""Relationship levels (Philip Kotler): how close the club stays to somebody after a purchase.

1 basic: nothing follows. 2 reactive: the confirmation of a sale invites them to speak. 3 accountable: after some days
they are asked whether it is what they hoped for. 4 proactive: tips and news come at intervals. 5 partnership: a plan is
made together. Each level has what the ones below it have. The rules in the settings say who has which, the highest
first; what a colleague chose wins.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection

from campaigns import audiences, conditions, saved_audiences, sentences
from campaigns.audiences import Audience
from campaigns.problems import Invalid, Problem
from campaigns.rules import conditions_in
from club.club import Club
from club.days import day_of
from club.names import line
from club.refusal import Refused
from club.tickets import staff_name
from storage import audiences as rows
from storage import relationships, state
from storage.members import Member
from storage.relationships import BASIC, LEVELS, Change

REACTIVE, ACCOUNTABLE, PROACTIVE, PARTNERSHIP = 2, 3, 4, 5
FIELD = "level"
"""Of an audience: what the rules say cannot hang on what they say."""
CHUNK = 5_000
"""Members looked at in one transaction."""
HISTORY = 5
_STATE = "relationships"


@dataclass(frozen=True)
class Rule:
    """Who has this level by the rules; None: nobody, only by choice. They get `contacts` messages that nobody asked for
    at most."""

    level: int
    audience: Audience | None
    contacts: int


@dataclass(frozen=True)
class Standing:
    """Where somebody stands. `chosen_by`: the name of the colleague who chose it, for a `reason`; None: the rules did.
    `ruled`: what the rules say, and in which `words`; None where no rule fits."""

    level: int
    since: datetime | None
    chosen_by: str | None
    reason: str | None
    ruled: int
    words: str | None
    history: tuple[Change, ...]


def rules(club: Club) -> list[Rule]:
    """The rules, the highest level first. Raises `Invalid` for one that cannot be read."""
    told = {one.level: one for one in club.relationship.levels}
    found = []
    for level in reversed(LEVELS):
        one = told.get(level)
        audience = parsed(one.when, level) if one is not None and one.when else None
        found.append(Rule(level, audience, club.contacts_most(level)))
    return found


def parsed(data: object, level: int) -> Audience:
    """A rule as the settings say it: an audience that does not hang on the level itself. Raises `Invalid`."""
    place = f"relationship.levels[{level}].when"
    found = audiences.parse(data, place)
    if any(condition.field == FIELD for condition in conditions_in(found.rule)):
        raise Invalid([Problem(place, FIELD, "anything but the level itself")])
    return found


def gone(db: Connection, club: Club) -> list[Problem]:
    """What the rules name and the club does not have: a tier, a product, a category."""
    told = [(rule.level, rule.audience) for rule in rules(club) if rule.audience is not None]
    found = (saved_audiences.unknown(db, one, club, f"relationship.levels[{level}].when") for level, one in told)
    return [problem for problems in found for problem in problems]


# ---- looking at the rules ----------------------------------------------------------------------------------------


def review(db: Connection, member_id: int, club: Club, now: datetime) -> int:
    """Look at somebody who bought, or brought back; the level that they have from now on."""
    _look(db, (member_id, member_id), club, now)
    return level_of(db, member_id)


def level_of(db: Connection, member_id: int) -> int:
    found = relationships.of(db, member_id)
    return found.level if found else BASIC


def review_due(db: Connection, club: Club, now: datetime) -> int:
    """Once a day, and when the rules were changed, everybody is looked at, some at a time; 0 once all are."""
    today, after = _progress(db, club, now)
    if after is None:
        return 0
    last = rows.last_id(db)
    if after >= last:
        state.put(db, _STATE, today)
        return 0
    until = after + CHUNK
    _look(db, (after + 1, until), club, now)
    state.put(db, _STATE, f"{today}/{until}" if until < last else today)
    return CHUNK if until < last else 0


def _progress(db: Connection, club: Club, now: datetime) -> tuple[str, int | None]:
    """What stands for today under these rules, and the member up to whom they were looked at; None: all of them."""
    told = [(one.level, one.when) for one in club.relationship.levels]
    mark = sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]
    today = f"{day_of(now, club.zone)}/{mark}"
    known = state.get(db, _STATE) or ""
    if known == today:
        return today, None
    return today, int(known.rpartition("/")[2]) if known.startswith(f"{today}/") else 0


def _look(db: Connection, span: tuple[int, int], club: Club, now: datetime) -> None:
    found = [
        (rule.level, conditions.where(rule.audience.rule, club, now, span))
        for rule in rules(club)
        if rule.audience is not None
    ]
    relationships.by_rules(db, found, span, now)


# ---- one customer ------------------------------------------------------------------------------------------------


def standing(db: Connection, member: Member, club: Club, language: str, now: datetime) -> Standing:
    """Which level they have now, and why."""
    review(db, member.id, club, now)
    found, rule = relationships.of(db, member.id), _fitting(db, member.id, club, now)
    chosen = found is not None and found.chosen_by is not None
    return Standing(
        level=found.level if found else BASIC,
        since=found.since if found else None,
        chosen_by=staff_name(db, found.chosen_by) if found and found.chosen_by is not None else None,
        reason=found.reason if found and chosen else None,
        ruled=rule.level if rule else BASIC,
        words=sentences.phrase(rule.audience.rule, language, club) if rule and rule.audience else None,
        history=tuple(relationships.history(db, member.id, HISTORY)),
    )


def _fitting(db: Connection, member_id: int, club: Club, now: datetime) -> Rule | None:
    """The first rule that they fit."""
    span = (member_id, member_id)
    for rule in rules(club):
        if rule.audience is not None:
            meant = [rows.in_span(span), conditions.where(rule.audience.rule, club, now, span)]
            if rows.count(db, rows.all_of(meant)):
                return rule
    return None


def choose(db: Connection, member: Member, level: int, why: str, staff_id: int, now: datetime) -> None:
    """A colleague chooses a level, and says why. Raises `Refused` for a level that is none."""
    if level not in LEVELS:
        raise Refused("relationships/no_such_level", found=level)
    relationships.choose(db, member.id, level, line(why), staff_id, now)


def leave_to_rules(db: Connection, member: Member, club: Club, now: datetime) -> int:
    """What the rules say holds again; the level that they have from now on."""
    relationships.leave_to_rules(db, member.id)
    return review(db, member.id, club, now)
