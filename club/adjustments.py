"""Points that a person gives or takes by hand: what went wrong at the till, or what no rule foresaw. Always with a
reason, which the member reads."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection

from club import customers, names
from club.refusal import Refused
from storage.members import Member

MOST = 1_000_000
MAX_REASON = 120
_CHANGE = re.compile(r"([+-]?)([0-9]{1,7})")


def read(db: Connection, text: str) -> tuple[Member, int, str]:
    """Who gets or gives how many points, and why: `10017 +50 for the wait`, `@ana -20 typed twice`."""
    words = text.split(maxsplit=2)
    if len(words) < 3:
        raise Refused("adjustments/incomplete")
    return member_of(customers.find(db, words[0])), change(words[1]), reason(words[2])


def member_of(customer: Member) -> Member:
    """Who is to have points, or less of them. Raises `Refused` for who is no member."""
    if not customer.joined:
        raise Refused("adjustments/not_a_member")
    return customer


def change(text: str) -> int:
    """Points to give, or, behind a minus, to take. Raises `Refused` for nothing and for anything else."""
    tidy = unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace("–", "-")
    match = _CHANGE.fullmatch(tidy)
    points_said = int(match[2]) if match else 0
    if match is None or not 0 < points_said <= MOST:
        raise Refused("adjustments/unclear", most=MOST)
    return -points_said if match[1] == "-" else points_said


def reason(text: str) -> str:
    """Why, in a line: the member reads it. Raises `Refused` for nothing, and for more than 120 characters."""
    said = names.line(text)
    if len(said) > MAX_REASON:
        raise Refused("forms/long", most=MAX_REASON, found=len(said))
    return said
