"""Finding the customer who stands at the till: by member number, or by @username.

Whose file became part of another one is found there, by the old number and the old name too.
"""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import Connection

from club.codes import LENGTH as CODE_LENGTH
from club.numbers import is_member_number
from club.refusal import Refused
from storage import members, merges, purchases
from storage.members import Member

MEMBER, CUSTOMER, PROSPECT = "member", "customer", "prospect"
SHORTEST = 5
"""Digits of the first member's number."""
NEWEST = 5
"""How many of those who came last are offered as buttons."""
_NUMBER = re.compile(r"#?([0-9]{1,18})")
_USERNAME = re.compile(r"@([A-Za-z0-9_]{1,32})", re.ASCII)


def find(db: Connection, text: str) -> Member:
    """Who is meant by `10017` or `@ana`. Refused, with what would work, where nobody is or several might be."""
    return by_id(db, exactly(db, text).id)


def exactly(db: Connection, text: str) -> Member:
    """The same, but the very file that is meant, also where it became part of another one."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    if match := _NUMBER.fullmatch(tidy):
        return _by_number(db, match[1])
    if match := _USERNAME.fullmatch(tidy):
        return _by_username(db, match[1])
    raise Refused("customers/unclear")


def is_name(text: str) -> bool:
    """Does this mean a person, by number or @username, and not a voucher, whose codes are longer?"""
    tidy = unicodedata.normalize("NFKC", text[:CODE_LENGTH]).strip()
    number = _NUMBER.fullmatch(tidy)
    return _USERNAME.match(tidy) is not None or (number is not None and len(number[1]) < CODE_LENGTH)


def looks_like_number(text: str) -> bool:
    """Is this nothing but digits, as many as a member number has, right or mistyped?"""
    number = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text[:CODE_LENGTH]).strip())
    return number is not None and SHORTEST <= len(number[1]) < CODE_LENGTH


def status(db: Connection, member: Member) -> str:
    """A member; else a customer, who has bought something and kept it; else a prospect."""
    if member.joined:
        return MEMBER
    return CUSTOMER if purchases.of_member(db, member.id, 1) else PROSPECT


def by_id(db: Connection, member_id: int) -> Member:
    """Somebody chosen by a button. Refused where they had their data deleted meanwhile, or never were."""
    member = members.known(db, merges.holder(db, member_id))
    if member is None or member.status == "erased":
        raise Refused("customers/gone")
    return member


def _by_number(db: Connection, number: str) -> Member:
    if not is_member_number(number):
        raise Refused("customers/wrong_digit", number=number)
    member = members.by_number(db, number)
    if member is None:
        raise Refused("customers/no_such_number", number=number)
    return member


def _by_username(db: Connection, username: str) -> Member:
    found = members.by_username(db, username)
    if not found:
        raise Refused("customers/no_such_name", name=username)
    if len({merges.holder(db, one.id) for one in found}) > 1:
        raise Refused("customers/several", name=username)
    return found[0]
