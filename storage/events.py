"""Events of the club: tastings, courses, outings; and their guests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, delete, func, insert, or_, select, update

from storage.tables import event, event_guest

COMING, WAITING, OFF, MISSED = "coming", "waiting", "off", "missed"
LISTED = (COMING, WAITING)
LET_IN, CHANGED, CANCELLED = "let_in", "changed", "cancelled"
"""What guests are still to be told."""
_event, _guest = event.c, event_guest.c


@dataclass(frozen=True)
class Event:
    """`title` and `about` in one language or several. `day` of it as in 2027-03-01, where the club is. `place`: where,
    if it is at no branch. `seats` None: no end of them."""

    id: int
    title: str
    about: str
    starts_at: datetime
    day: str
    branch_id: int | None
    place: str
    seats: int | None
    cancelled: bool


@dataclass(frozen=True)
class Guest:
    """`seats`: for themselves and whom they bring. `at`: since when they come, or wait. Of an event that is over,
    who was `coming` came. `news`: what they are still to be told."""

    id: int
    event_id: int
    member_id: int
    seats: int
    state: str
    at: datetime
    news: str | None

    @property
    def listed(self) -> bool:
        return self.state in LISTED


@dataclass(frozen=True)
class Attendance:
    """Seats that are taken, and guests who wait for one."""

    taken: int
    waiting: int


_EVENT_COLUMNS = (
    _event.id,
    _event.title,
    _event.about,
    _event.starts_at,
    _event.day,
    _event.branch_id,
    _event.place,
    _event.seats,
    _event.cancelled,
)


def add(db: Connection, **values: Any) -> int:
    """A new one; its id."""
    return int(db.execute(insert(event).values(**values).returning(_event.id)).scalar_one())


def change(db: Connection, event_id: int, **values: Any) -> None:
    db.execute(update(event).where(_event.id == event_id).values(**values))


def by_id(db: Connection, event_id: int, *, lock: bool = False) -> Event | None:
    """`lock`: nobody else takes or leaves a seat until this unit has ended."""
    query = select(*_EVENT_COLUMNS).where(_event.id == event_id)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _from(row)


def upcoming(db: Connection, at: datetime, limit: int, after: int = 0) -> list[Event]:
    """Those that are still to begin and were not called off, the next one first; `after`: how many to leave out."""
    query = select(*_EVENT_COLUMNS).where(_event.starts_at > at, _event.cancelled == 0)
    return [_from(row) for row in db.execute(query.order_by(_event.starts_at, _event.id).limit(limit).offset(after))]


def begun(db: Connection, at: datetime, limit: int, after: int = 0) -> list[Event]:
    """Those that have begun or are over, and those that were called off, the latest first."""
    query = select(*_EVENT_COLUMNS).where(or_(_event.starts_at <= at, _event.cancelled == 1))
    newest = query.order_by(_event.starts_at.desc(), _event.id.desc())
    return [_from(row) for row in db.execute(newest.limit(limit).offset(after))]


def held(db: Connection, at: datetime, limit: int) -> list[Event]:
    """Those that have begun or are over, and were not called off, the latest first."""
    query = select(*_EVENT_COLUMNS).where(_event.starts_at <= at, _event.cancelled == 0)
    return [_from(row) for row in db.execute(query.order_by(_event.starts_at.desc(), _event.id.desc()).limit(limit))]


def to_come(db: Connection, event_ids: Collection[int], at: datetime) -> set[int]:
    """Those of these that are still to begin and were not called off."""
    query = select(_event.id).where(_event.id.in_(event_ids), _event.starts_at > at, _event.cancelled == 0)
    return set(db.execute(query).scalars())


def numbers(db: Connection, words: Collection[str]) -> set[str]:
    """Which of these words are the number of an event."""
    told = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 12]
    return {str(one) for one in db.execute(select(_event.id).where(_event.id.in_(told))).scalars()}


def attendance(db: Connection, event_ids: Sequence[int]) -> dict[int, Attendance]:
    """For each of these events."""
    taken = func.coalesce(func.sum(case((_guest.state == COMING, _guest.seats), else_=0)), 0)
    waiting = func.coalesce(func.sum(case((_guest.state == WAITING, 1), else_=0)), 0)
    query = select(_guest.event_id, taken, waiting).where(_guest.event_id.in_(event_ids)).group_by(_guest.event_id)
    found = {row[0]: Attendance(int(row[1]), int(row[2])) for row in db.execute(query)}
    return {one: found.get(one, Attendance(0, 0)) for one in event_ids}


# ---- guests ---------------------------------------------------------------------------------------------------------


def guest(db: Connection, event_id: int, member_id: int) -> Guest | None:
    """None for somebody who never was on its list."""
    row = db.execute(
        select(event_guest).where(_guest.event_id == event_id, _guest.member_id == member_id)
    ).one_or_none()
    return None if row is None else Guest(*row)


def guest_by_id(db: Connection, guest_id: int) -> Guest | None:
    row = db.execute(select(event_guest).where(_guest.id == guest_id)).one_or_none()
    return None if row is None else Guest(*row)


def guests(
    db: Connection, event_id: int, states: Collection[str], limit: int | None = None, after: int = 0
) -> list[Guest]:
    """Those in one of these states: who comes, or came, before who waits, each in the order in which they signed up."""
    query = select(event_guest).where(_guest.event_id == event_id, _guest.state.in_(states))
    waits = case((_guest.state == WAITING, 1), else_=0)
    rows = db.execute(query.order_by(waits, _guest.at, _guest.id).limit(limit).offset(after))
    return [Guest(*row) for row in rows]


def before(db: Connection, waits: Guest) -> int:
    """How many wait before this one."""
    earlier = or_(_guest.at < waits.at, and_(_guest.at == waits.at, _guest.id < waits.id))
    query = select(func.count()).where(_guest.event_id == waits.event_id, _guest.state == WAITING, earlier)
    return int(db.execute(query).scalar_one())


def put(db: Connection, event_id: int, member_id: int, seats: int, state: str, at: datetime) -> None:
    """On the list from now on, whatever they were before."""
    values = {"seats": seats, "state": state, "at": at, "news": None}
    mine = update(event_guest).where(_guest.event_id == event_id, _guest.member_id == member_id)
    if not db.execute(mine.values(**values)).rowcount:
        db.execute(insert(event_guest).values(event_id=event_id, member_id=member_id, **values))


def set_guest(db: Connection, guest_id: int, **values: Any) -> None:
    db.execute(update(event_guest).where(_guest.id == guest_id).values(**values))


def listed_of(db: Connection, member_id: int, at: datetime, limit: int | None = None) -> list[tuple[Event, Guest]]:
    """Events to come on whose list somebody is, the next one first."""
    query = (
        select(*_EVENT_COLUMNS, *_guest)
        .join(event_guest, _guest.event_id == _event.id)
        .where(_guest.member_id == member_id, _guest.state.in_(LISTED), _event.starts_at > at, _event.cancelled == 0)
    )
    return _pairs(db, query.order_by(_event.starts_at, _event.id).limit(limit))


def count(db: Connection, member_id: int) -> int:
    """For how many somebody has signed up, and not off again."""
    query = select(func.count()).where(_guest.member_id == member_id, _guest.state != OFF)
    return int(db.execute(query).scalar_one())


def of_member(db: Connection, member_id: int) -> list[tuple[Event, Guest]]:
    """All that somebody ever signed up for, the oldest first."""
    query = (
        select(*_EVENT_COLUMNS, *_guest)
        .join(event_guest, _guest.event_id == _event.id)
        .where(_guest.member_id == member_id)
    )
    return _pairs(db, query.order_by(_event.starts_at, _event.id))


# ---- what they are to be told ---------------------------------------------------------------------------------------


def tell_all(db: Connection, event_id: int, news: str) -> None:
    """Everybody on its list is to be told this. Whoever has not heard yet that they were let in hears that, and how it
    stands by then; that nothing comes of it, goes before all."""
    mine = update(event_guest).where(_guest.event_id == event_id, _guest.state.in_(LISTED))
    if news != CANCELLED:
        mine = mine.where(or_(_guest.news.is_(None), _guest.news != LET_IN))
    db.execute(mine.values(news=news))


def untold(db: Connection, limit: int) -> list[Guest]:
    """Some of those who are still to be told something, held until this unit has ended: what is news meanwhile is not
    lost with what they are told now. Whoever is held by another unit waits for the next look."""
    query = select(event_guest).where(_guest.news.is_not(None)).order_by(_guest.id).limit(limit)
    return [Guest(*row) for row in db.execute(query.with_for_update(skip_locked=True))]


# ---- files ----------------------------------------------------------------------------------------------------------


def give_to(db: Connection, guest_id: int, member_id: int) -> None:
    """The place becomes another file's."""
    set_guest(db, guest_id, member_id=member_id)


def drop(db: Connection, guest_id: int) -> None:
    db.execute(delete(event_guest).where(_guest.id == guest_id))


def _pairs(db: Connection, query: Any) -> list[tuple[Event, Guest]]:
    width = len(_EVENT_COLUMNS)
    return [(_from(row[:width]), Guest(*row[width:])) for row in db.execute(query)]


def _from(row: Row[Any] | Sequence[Any]) -> Event:
    values = dict(zip((column.name for column in _EVENT_COLUMNS), row, strict=True))
    return Event(**(values | {"cancelled": bool(values["cancelled"])}))
