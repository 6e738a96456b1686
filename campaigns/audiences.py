"""Audiences: rules over members. Read and refused, counted by the database, said as a sentence.

An audience is looked at anew whenever it is used; it is no list of people. Unless it asks for a status itself, it means
members. Who of them may be written to is another question, and asked when a message is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection

from campaigns import conditions, sentences
from campaigns.problems import Invalid
from campaigns.rules import EVERYBODY, Rule, conditions_in, read
from club.club import Club
from storage import audiences
from storage.audiences import Span

MEMBERS = ("member",)
COUNTED_UP_TO = 200_000
"""People on file. Beyond, half as many are looked at, in so many samples: a count would keep everybody waiting."""
SAMPLES = 20


@dataclass(frozen=True)
class Audience:
    """Who is meant, by a rule."""

    rule: Rule = EVERYBODY

    def as_data(self) -> dict[str, Any]:
        """As plain data; `parse` makes the same audience of it."""
        return self.rule.as_data()

    @property
    def members_only(self) -> bool:
        """Does it leave the status open, and so mean members?"""
        return all(condition.field != "status" for condition in conditions_in(self.rule))


@dataclass(frozen=True)
class Size:
    """How many people. Not `exact`: reckoned from a part of the club."""

    count: int
    exact: bool


def parse(data: object, place: str = "audience") -> Audience:
    """The audience that plain data means: from a file, a form, a row. Raises `Invalid` with all that is wrong."""
    rule, problems = read(data, place)
    if problems:
        raise Invalid(problems)
    return Audience(rule)


def count(db: Connection, audience: Audience, club: Club, now: datetime) -> int:
    """How many people it means at this moment (UTC)."""
    return audiences.count(db, condition(audience, club, now))


def about(db: Connection, audience: Audience, club: Club, now: datetime) -> Size:
    """How many it means, for a person who waits: counted, or in a large club reckoned from a part of it."""
    last = audiences.last_id(db)
    if last <= COUNTED_UP_TO:
        return Size(count(db, audience, club, now), exact=True)
    step, length = last // SAMPLES, COUNTED_UP_TO // SAMPLES // 2
    spans = [(first, first + length - 1) for first in range(1, last - length + 2, step)]
    found = sum(audiences.count(db, condition(audience, club, now, span)) for span in spans)
    return Size(round(found * last / (length * len(spans))), exact=False)


def condition(audience: Audience, club: Club, now: datetime, span: Span = None) -> ColumnElement[bool]:
    """It as a condition over `member`, for this moment (UTC): for `select(member.c.id).where(…)`. Never NULL.

    With a `span` it means those whose ids lie in it (both ends included), and looks up only these: for who goes through
    a large club part by part.
    """
    meant = [audiences.in_span(span), conditions.where(audience.rule, club, now, span)]
    return audiences.all_of([audiences.status_in(MEMBERS), *meant] if audience.members_only else meant)


def sentence(audience: Audience, language: str, club: Club) -> str:
    """It in words, as Telegram HTML."""
    return sentences.of(audience.rule, language, club, members=audience.members_only)
