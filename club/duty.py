"""Who gets a request: who looks after its cause, else who knows the product, else whoever has least to do, of those who
are on duty.

Nobody is given more than the load that the settings allow, and nobody who is absent gets anything. Where nobody is on
duty, a request waits for whoever takes it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from club.club import Club
from club.staff import SERVICE
from club.steps import COMPLAINT
from club.tokens import caseless
from club.words import wanted, words_of
from storage import purchases, queue, staff
from storage.staff import Colleague


def chosen(
    db: Connection,
    club: Club,
    *,
    cause: str | None = None,
    about: Collection[str] = (),
    before: int | None = None,
    besides: int | None = None,
) -> int | None:
    """Who is given a request. `cause`: its key, if known; `about`: the products it is about; `before`: who had it last;
    `besides`: whose own it is.

    None where nobody is on duty, or everybody has enough.
    """
    load = queue.load(db)
    free = [
        one.telegram_id
        for one in _serving(db)
        if one.on_duty and one.telegram_id != besides and load.get(one.telegram_id, 0) < club.service.load
    ]
    if before in free:
        return before
    of_cause = staff.specialists(db).get(cause, set()) if cause else set()
    of_product = _who_know(db, about)
    for experts in (of_cause & of_product, of_cause, of_product):
        if found := _least_loaded([one for one in free if one in experts], load):
            return found
    return _least_loaded(free, load)


def about(db: Connection, kind: str, member_id: int, text: str, at: datetime) -> set[str]:
    """The products and categories that a request is about, of those that somebody knows: what it names; else, for a
    complaint, what its customer had bought last."""
    known = staff.product_specialists(db)
    if not known:
        return set()
    words = words_of(text)
    named = {name for name in known if (parts := wanted(name)) and words.issuperset(parts)}
    if named or kind != COMPLAINT:
        return named
    return {caseless(name) for name in purchases.last_before(db, member_id, at)} & known.keys()


def _who_know(db: Connection, about: Collection[str]) -> set[int]:
    known = staff.product_specialists(db) if about else {}
    return {one for name in about for one in known.get(name, ())}


def expert(db: Connection, club: Club, cause: str, about: Collection[str], besides: int | None) -> int | None:
    """Who looks after this cause and can be given a request now, best of all somebody who knows the product too; None
    where nobody can."""
    found = chosen(db, club, cause=cause, about=about, besides=besides)
    return found if found in staff.specialists(db).get(cause, set()) else None


def other_hands(db: Connection, before: int | None) -> int | None:
    """Whoever has least to do and did not have it before; those on duty first, those who are absent never."""
    load, others = queue.load(db), [one for one in _serving(db) if one.telegram_id != before]
    on_duty = [one.telegram_id for one in others if one.on_duty]
    unsaid = [one.telegram_id for one in others if one.on_duty is None]
    return _least_loaded(on_duty, load) or _least_loaded(unsaid, load)


def away(db: Connection, staff_id: int) -> bool:
    """Are they absent, or do they answer no customers any more?"""
    return all(one.telegram_id != staff_id or one.on_duty is False for one in _serving(db))


def _serving(db: Connection) -> list[Colleague]:
    return [one for one in staff.active(db) if one.role in SERVICE]


def _least_loaded(people: Collection[int], load: dict[int, int]) -> int | None:
    return min(people, key=lambda one: load.get(one, 0), default=None)
