"""Who gets a request: the one who looks after its cause, else whoever has least to do, of those who are on duty.

Nobody is given more than the load that the settings allow, and nobody who is absent gets anything. Where nobody is on
duty, a request waits for whoever takes it.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from club.club import Club
from club.staff import SERVICE
from storage import queue, staff
from storage.staff import Colleague


def chosen(
    db: Connection, club: Club, *, cause: str | None = None, before: int | None = None, besides: int | None = None
) -> int | None:
    """Who is given a request. `cause`: its key, if known; `before`: who had it last; `besides`: whose own it is.

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
    experts = staff.specialists(db).get(cause, set()) if cause else set()
    return _least_loaded([one for one in free if one in experts], load) or _least_loaded(free, load)


def expert(db: Connection, club: Club, cause: str, besides: int | None) -> int | None:
    """Who looks after this cause and can be given a request now; None where nobody can."""
    found = chosen(db, club, cause=cause, besides=besides)
    return found if found in staff.specialists(db).get(cause, set()) else None


def other_hands(db: Connection, before: int | None) -> int | None:
    """Whoever has least to do and did not have it before; those on duty first, those who are absent never."""
    load, others = queue.load(db), [one for one in _serving(db) if one.telegram_id != before]
    on_duty = [one.telegram_id for one in others if one.on_duty]
    unsaid = [one.telegram_id for one in others if one.on_duty is None]
    return _least_loaded(on_duty, load) or _least_loaded(unsaid, load)


def _serving(db: Connection) -> list[Colleague]:
    return [one for one in staff.active(db) if one.role in SERVICE]


def _least_loaded(people: Collection[int], load: dict[int, int]) -> int | None:
    return min(people, key=lambda one: load.get(one, 0), default=None)
