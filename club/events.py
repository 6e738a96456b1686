"""Events: what the club invites to, and who comes.

There are never more guests than seats. Whoever comes too late may wait: as soon as somebody cannot come, or seats are
added, those who wait move up in the order in which they signed up; a party that does not fit yet lets the next one by.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection

from club.club import Club
from club.days import moment_on
from club.membership import check_member
from club.names import line
from club.refusal import Refused
from storage import branches, events, members
from storage.branches import Branch
from storage.events import CANCELLED, CHANGED, COMING, LET_IN, LISTED, MISSED, OFF, WAITING, Attendance, Event, Guest
from storage.members import Member

MAX_TITLE, MAX_ABOUT, MAX_PLACE = 40, 700, 120
MOST_SEATS = 10_000
PARTY = 5
"""Seats that one guest takes at most, with those whom they bring."""
MORNING = time(6)
"""Nothing begins between midnight and then: who writes 3:00 means the afternoon."""
TOLD_AT_ONCE = 50
"""Guests who are told of a change in one transaction."""
WAYS = ("title", "about", "when", "place", "seats")
"""What of an event can be changed."""


@dataclass(frozen=True)
class Draft:
    """An event as somebody describes it. Day and hour are those of the club; `branch_id` None: at `place`; `seats`
    None: no end of them."""

    title: str
    about: str
    day: date
    at: time
    branch_id: int | None
    place: str
    seats: int | None


@dataclass(frozen=True)
class Seen:
    """An event as somebody sees it: who comes, and their own place on the list. `before`: how many wait before them."""

    event: Event
    branch: Branch | None
    attendance: Attendance
    guest: Guest | None = None
    before: int = 0

    @property
    def left(self) -> int | None:
        """Seats that are free; None: no end of them."""
        return None if self.event.seats is None else max(0, self.event.seats - self.attendance.taken)

    @property
    def place(self) -> str:
        return self.branch.name if self.branch else self.event.place

    @property
    def state(self) -> str | None:
        """Where they are on the list; None: on none."""
        return self.guest.state if self.guest and self.guest.listed else None


@dataclass(frozen=True)
class News:
    """What a guest is told: that they were let in, that it changed, or that it was called off."""

    what: str
    seen: Seen
    member: Member


# ---- what is typed ------------------------------------------------------------------------------------------------


def title(text: str) -> str:
    """One line of at most 40 characters. Raises `Refused`."""
    return line(text, MAX_TITLE)


def about(text: str) -> str:
    """What awaits the guests: at most 700 characters. Raises `Refused`."""
    return line(text, MAX_ABOUT)


def place(text: str) -> str:
    """Where it is, if at no branch. Raises `Refused`."""
    return line(text, MAX_PLACE)


def check_start(day: date, at: time, club: Club, now: datetime) -> datetime:
    """When it begins (UTC). Raises `Refused` for the night, and for what is over."""
    if at < MORNING:
        raise Refused("events/at_night", at=at)
    starts_at = moment_on(day, at, club.zone)
    if starts_at <= now:
        raise Refused("dates/passed_today")
    return starts_at


# ---- the team -----------------------------------------------------------------------------------------------------


def plan(db: Connection, draft: Draft, club: Club, now: datetime) -> Event:
    """A new one: members see it from now on."""
    values: dict[str, Any] = {"title": draft.title, "about": draft.about, "place": draft.place, "seats": draft.seats}
    starts_at = check_start(draft.day, draft.at, club, now)
    event_id = events.add(db, **values, branch_id=draft.branch_id, starts_at=starts_at, day=draft.day.isoformat())
    return existing(db, event_id)


def word(db: Connection, event_id: int, now: datetime, **words: str) -> Event:
    """Another title, or other words about it: nobody has to be told."""
    _to_come(db, event_id, now)
    events.change(db, event_id, **words)
    return existing(db, event_id)


def move(db: Connection, event_id: int, day: date, at: time, club: Club, now: datetime) -> Event:
    """Another day or hour; whoever is on its list is told."""
    before = _to_come(db, event_id, now)
    starts_at = check_start(day, at, club, now)
    if starts_at != before.starts_at:
        events.change(db, event_id, starts_at=starts_at, day=day.isoformat())
        events.tell_all(db, event_id, CHANGED)
    return existing(db, event_id)


def move_to(db: Connection, event_id: int, branch_id: int | None, place: str, now: datetime) -> Event:
    """Elsewhere: at a branch, or else at a place in words; whoever is on its list is told."""
    before = _to_come(db, event_id, now)
    if (branch_id, place) != (before.branch_id, before.place):
        events.change(db, event_id, branch_id=branch_id, place=place)
        events.tell_all(db, event_id, CHANGED)
    return existing(db, event_id)


def set_seats(db: Connection, event_id: int, seats: int | None, now: datetime) -> Event:
    """So many seats; whoever waits moves up. Raises `Refused` where more are taken already."""
    _to_come(db, event_id, now)
    check_seats(db, event_id, seats)
    events.change(db, event_id, seats=seats)
    _move_up(db, existing(db, event_id), now)
    return existing(db, event_id)


def check_seats(db: Connection, event_id: int, seats: int | None) -> None:
    """Raises `Refused` where more are taken already."""
    taken = events.attendance(db, [event_id])[event_id].taken
    if seats is not None and seats < taken:
        raise Refused("events/taken_already", taken=taken)


def call_off(db: Connection, event_id: int, now: datetime) -> Event:
    """It does not take place; whoever is on its list is told."""
    _to_come(db, event_id, now)
    events.change(db, event_id, cancelled=1)
    events.tell_all(db, event_id, CANCELLED)
    return existing(db, event_id)


def turn_missed(db: Connection, guest_id: int, now: datetime) -> Guest:
    """Somebody of the list was not there after all; or was. Raises `Refused` before it has begun."""
    guest = existing_guest(db, guest_id)
    event = existing(db, guest.event_id)
    if event.cancelled or now < event.starts_at or guest.state not in (COMING, MISSED):
        raise Refused("events/not_begun")
    events.set_guest(db, guest.id, state=MISSED if guest.state == COMING else COMING)
    return existing_guest(db, guest_id)


# ---- guests -------------------------------------------------------------------------------------------------------


def sign_up(db: Connection, event_id: int, member: Member, now: datetime) -> Guest:
    """A seat, or else a place among those who wait. Who is on the list already, stays where they are."""
    check_member(db, member)
    event = _to_come(db, event_id, now)
    mine = events.guest(db, event_id, member.id)
    if mine is None or not mine.listed:
        state = COMING if _fits(db, event, 1) else WAITING
        events.put(db, event_id, member.id, 1, state, now)
    return _own(db, event_id, member.id)


def add_guest(db: Connection, event_id: int, member: Member, now: datetime) -> Guest:
    """Somebody of the team puts them on the list. Raises `Refused` for who is no member, as the team reads it."""
    if not member.joined:
        raise Refused("event_desk/not_a_member")
    return sign_up(db, event_id, member, now)


def bring(db: Connection, event_id: int, member: Member, seats: int, now: datetime) -> Guest:
    """So many seats in all from now on; who waits, goes on waiting. Raises `Refused` where too few are left, and for
    more than there are at all."""
    event = _to_come(db, event_id, now)
    mine = _own(db, event_id, member.id)
    if not 1 <= seats <= PARTY:
        raise Refused("buttons/unknown")
    more, ever = seats - mine.seats, event.seats is None or seats <= event.seats
    if more > 0 and (not ever or (mine.state == COMING and not _fits(db, event, more))):
        raise Refused("events/no_room")
    events.set_guest(db, mine.id, seats=seats)
    _move_up(db, event, now)
    return _own(db, event_id, member.id)


def sign_off(db: Connection, event_id: int, member_id: int, now: datetime) -> None:
    """They cannot come; whoever waits moves up. Whoever was not on the list, is not."""
    event = _to_come(db, event_id, now)
    mine = events.guest(db, event_id, member_id)
    if mine is not None and mine.listed:
        events.set_guest(db, mine.id, state=OFF, news=None)
        _move_up(db, event, now)


def _own(db: Connection, event_id: int, member_id: int) -> Guest:
    mine = events.guest(db, event_id, member_id)
    if mine is None or not mine.listed:
        raise Refused("events/not_listed")
    return mine


def _fits(db: Connection, event: Event, seats: int) -> bool:
    return event.seats is None or events.attendance(db, [event.id])[event.id].taken + seats <= event.seats


def _move_up(db: Connection, event: Event, now: datetime) -> None:
    """Whoever waits and fits in gets their seats, and is to be told; only while it is to come."""
    if event.cancelled or event.starts_at <= now:
        return
    left = None if event.seats is None else event.seats - events.attendance(db, [event.id])[event.id].taken
    for guest in events.guests(db, event.id, [WAITING]):
        if left is None or guest.seats <= left:
            events.set_guest(db, guest.id, state=COMING, at=now, news=LET_IN)
            left = None if left is None else left - guest.seats
        if left == 0:
            return


# ---- looking ------------------------------------------------------------------------------------------------------


def existing(db: Connection, event_id: int) -> Event:
    """The event of this id; refused where there is none."""
    event = events.by_id(db, event_id)
    if event is None:
        raise Refused("buttons/unknown")
    return event


def existing_guest(db: Connection, guest_id: int) -> Guest:
    guest = events.guest_by_id(db, guest_id)
    if guest is None:
        raise Refused("buttons/unknown")
    return guest


def _to_come(db: Connection, event_id: int, now: datetime) -> Event:
    """The event, held until this unit has ended. Raises `Refused` where it has begun or was called off."""
    event = events.by_id(db, event_id, lock=True)
    if event is None:
        raise Refused("buttons/unknown")
    check_to_come(event, now)
    return event


def check_to_come(event: Event, now: datetime) -> None:
    """Raises `Refused` where it has begun or was called off."""
    if event.cancelled:
        raise Refused("events/called_off", event=event)
    if event.starts_at <= now:
        raise Refused("events/begun", event=event)


def seen(db: Connection, event: Event, member_id: int | None = None) -> Seen:
    """As this member sees it; None: as the team does."""
    branch = branches.by_id(db, event.branch_id) if event.branch_id is not None else None
    guest = events.guest(db, event.id, member_id) if member_id is not None else None
    before = events.before(db, guest) if guest is not None and guest.state == WAITING else 0
    return Seen(event, branch, events.attendance(db, [event.id])[event.id], guest, before)


def meant(db: Connection, member_id: int, occasion: str, event_id: int | None, now: datetime) -> Seen | None:
    """The event that an occasion such as `event:12:2027-03-01` is about; else this one; else the next one on whose list
    somebody is. None: there is none."""
    kind, _, rest = occasion.partition(":")
    number = int(rest.partition(":")[0]) if kind == "event" else event_id
    if number is not None:
        event = events.by_id(db, number)
    else:
        event = next((one for one, _ in events.listed_of(db, member_id, now, 1)), None)
    return None if event is None else seen(db, event, member_id)


def over(db: Connection, event_ids: Collection[int], now: datetime) -> set[int]:
    """Those of these events to which nobody is invited any more: they have begun, were called off, or are gone."""
    return set(event_ids) - events.to_come(db, event_ids, now) if event_ids else set()


def stands(db: Connection, member_id: int, occasion: str) -> bool:
    """Are they still on the list of what `event:12:2027-03-01` is about, and is it still on that day?"""
    _, number, day = occasion.split(":")
    event, guest = events.by_id(db, int(number)), events.guest(db, int(number), member_id)
    coming = guest is not None and guest.state == COMING
    return coming and event is not None and not event.cancelled and event.day == day


# ---- what guests are told -----------------------------------------------------------------------------------------


def tell_news(db: Connection, now: datetime) -> tuple[int, list[News]]:
    """Look at some of those who are to be told something: how many that were, and what they are told. From now on they
    know. Nobody hears of what has begun."""
    found, untold = [], events.untold(db, TOLD_AT_ONCE)
    for guest in untold:
        events.set_guest(db, guest.id, news=None)
        event = existing(db, guest.event_id)
        if event.starts_at > now and guest.news is not None:
            found.append(News(guest.news, seen(db, event, guest.member_id), members.by_id(db, guest.member_id)))
    return len(untold), found


# ---- files --------------------------------------------------------------------------------------------------------


def leave(db: Connection, member_id: int, now: datetime) -> None:
    """They leave the club: their seats are free again."""
    _give_up(db, member_id, now, lambda guest: events.set_guest(db, guest.id, state=OFF, news=None))


def forget(db: Connection, member_id: int, now: datetime) -> None:
    """Erasure: they come to nothing any more. That somebody came to what is over, stays."""
    _give_up(db, member_id, now, lambda guest: events.drop(db, guest.id))


def _give_up(db: Connection, member_id: int, now: datetime, end: Callable[[Guest], None]) -> None:
    for event, guest in events.listed_of(db, member_id, now):
        held = events.by_id(db, event.id, lock=True)
        end(guest)
        if held is not None:
            _move_up(db, held, now)


def join(db: Connection, source_id: int, target_id: int, now: datetime) -> None:
    """Two files are one: so is their place on each list, the better one where both had one."""
    for event, guest in events.of_member(db, source_id):
        held = events.by_id(db, event.id, lock=True)
        other = events.guest(db, event.id, target_id)
        if other is not None and _RANK[other.state] <= _RANK[guest.state]:
            events.drop(db, guest.id)
        else:
            if other is not None:
                events.drop(db, other.id)
            events.give_to(db, guest.id, target_id)
        if held is not None:
            _move_up(db, held, now)


_RANK = {state: rank for rank, state in enumerate((*LISTED, MISSED, OFF))}
