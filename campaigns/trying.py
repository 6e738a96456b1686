"""Texts are tried on members as they are: when they are kept, and once more when somebody approves them.

Those who are tried are drawn evenly over the club, and each text is tried on those who would read it: in their
language, or in another where theirs has none. The worst that there can be come besides (`templates/marketers.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection

from campaigns import words
from campaigns.definition import Definition
from campaigns.problems import Invalid, Problem
from club.club import Club
from club.languages import nearest
from storage import members
from storage.members import Member
from templates.marketers import SAMPLED


def check(db: Connection, found: Definition, club: Club, now: datetime) -> None:
    """Raises `Invalid` for a text that does not come out for one of them."""
    people = members.sample(db, SAMPLED)
    problems = [problem for one in found.messages() for problem in _wrong(db, one, people, club, now)]
    if problems:
        raise Invalid(problems)


def _wrong(db: Connection, found: Definition, people: list[Member], club: Club, now: datetime) -> Iterator[Problem]:
    most = words.MAX_CAPTION if found.picture else words.MAX_TEXT
    for wording in found.wordings:
        for language, text in wording.texts.items():
            asked = words.used(text)
            readers = [one for one in people if _reads(one, wording.texts) == language] if asked else []
            facts = [words.facts_of(db, one, club, now, found.ends_on, asked) for one in readers]
            for wrong in words.check(text, language, facts, most):
                yield Problem(f"texts.{language}{wrong.place}", wrong.found, wrong.expected)


def _reads(reader: Member, texts: Mapping[str, str]) -> str:
    """The language in which they get it."""
    return nearest(reader.language, texts)
