"""The people of a first look: three regulars with a past, who go on buying while the clock is turned; three who joined
the day before; and six who join after some days, three of whom only look around.

A club that runs by itself shows what it says only where somebody lives in it: who is new, buys, has birthdays, has to
complain and falls silent; in each language one of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from campaigns import programmes
from campaigns import relationships as closeness
from club import desk, family, feedback, members, membership, purchases, tickets
from club.birthdays import SOLAR
from club.club import FREE, Club
from club.family import GREET, Entry
from club.members import Application
from club.orders import Line
from club.steps import COMPLAINT, FIX
from club.tickets import Said
from storage import members as member_rows
from storage import products as product_rows
from storage import relationships
from storage.database import Unit
from storage.members import Birthday, Member
from storage.tickets import Ticket

TEA, POT = "Longjing tea 100 g", "Teapot"
PAST = ((325, POT, 1), *((days, TEA, 1) for days in (285, 245, 205, 165, 125, 85, 45, 5)))
"""What they bought: so many days ago, what, how many."""
LIFE = ((35, TEA, 4), (75, POT, 6), (115, POT, 12))
"""What they are going to buy, so many days from the start on; then they stay away."""
JOINED, STAYS, TROUBLE = 320, 40, 30
"""Days: since they joined, until they press the button to stay, since the first of them had to complain."""


PARTNER, WHY = 1003, "buys the tea for her whole office"
"""With whom plans are made together."""


@dataclass(frozen=True)
class Regular:
    """`birthday`: so many days ahead."""

    id: int
    name: str
    language: str
    zone: str
    city: str
    birthday: int
    relative: str


@dataclass(frozen=True)
class Newcomer:
    """`joins` and `buys`: days from the start on. `trouble`: what they complain about one day, once they are as close
    as it gets; the others never come that far."""

    id: int
    name: str
    language: str
    zone: str
    city: str
    joins: int
    buys: tuple[int, ...] = ()
    trouble: str = ""


REGULARS = (
    Regular(1011, "Ben", "en", "Europe/London", "London", 100, "Rosie"),
    Regular(1012, "李娜", "zh-Hans", "Asia/Shanghai", "上海", 150, "小宝"),
    Regular(1003, "林美玲", "zh-Hant", "Asia/Taipei", "台北", 12, "小米"),
)


JOINS, BUYS, CLOSE, COMPLAINS = 12, (13, 33, 53, 73, 93, 113, 133), 50, 140
"""Days from the start: when most of them join, buy, become as close as it gets, and have to complain; then they stay
away."""
SOME, BEFORE = (33, 53, 73), -1
"""When they buy who never have to complain: they joined a day before the welcome series was there to be sent."""
NEWCOMERS = (
    Newcomer(1021, "Emma", "en", "Europe/London", "Leeds", JOINS, BUYS, "The bag was torn when it came."),
    Newcomer(1022, "陈浩", "zh-Hans", "Asia/Shanghai", "杭州", JOINS, BUYS, "茶叶寄到的时候，袋子是破的。"),
    Newcomer(1023, "張雅婷", "zh-Hant", "Asia/Taipei", "台中", JOINS, BUYS, "茶葉寄到的時候，袋子是破的。"),
    Newcomer(1031, "Oliver", "en", "Europe/London", "York", BEFORE, SOME),
    Newcomer(1032, "赵敏", "zh-Hans", "Asia/Shanghai", "苏州", BEFORE, SOME),
    Newcomer(1033, "黃志明", "zh-Hant", "Asia/Taipei", "台南", BEFORE, SOME),
    Newcomer(1041, "Grace", "en", "Europe/London", "Bath", JOINS),
    Newcomer(1042, "孙丽", "zh-Hans", "Asia/Shanghai", "南京", JOINS),
    Newcomer(1043, "吳怡君", "zh-Hant", "Asia/Taipei", "高雄", JOINS),
)
NEW_LIFE = (JOINS, *BUYS, CLOSE, COMPLAINS)


def moving_in(club: Club, staff_id: int, now: datetime) -> Iterator[Unit[object]]:
    """They have been members for most of a year: the units of work that it takes, one after the other."""
    for place, one in enumerate(REGULARS):
        yield partial(_joined, one=one, club=club, now=now)
        yield partial(_has_family, one=one, day=now + timedelta(days=20 + place), at=now - timedelta(days=JOINED))
        for days, what, pieces in PAST:
            yield partial(_bought, one=one, what=what, pieces=pieces, club=club, at=now - timedelta(days=days))
    trouble = now - timedelta(days=TROUBLE)
    yield lambda db: relationships.choose(db, who(db, PARTNER).id, 5, WHY, staff_id, trouble)
    yield lambda db: _complained(db, who(db, REGULARS[0].id), club, staff_id, trouble)
    for new in NEWCOMERS:
        if new.joins < 0:
            yield partial(_joined_lately, one=new, club=club, at=now + timedelta(days=new.joins))


def live(db: Connection, club: Club, staff_id: int, opened: datetime, since: datetime, now: datetime) -> None:
    """What they do between these moments, both counted from when the club was opened."""
    _regulars_live(db, club, opened, since, now)
    for place, one in enumerate(NEWCOMERS):
        start = opened + timedelta(hours=place % len(REGULARS))
        reached = {days for days in NEW_LIFE if since < start + timedelta(days=days) <= now}
        person = member_rows.by_telegram_id(db, one.id) if reached else None
        if person is not None:
            _new_life(db, person, one, reached, club, staff_id, now)


def _new_life(
    db: Connection, person: Member, one: Newcomer, reached: set[int], club: Club, staff_id: int, now: datetime
) -> None:
    if one.joins in reached and not person.joined:
        person = members.join(db, person, _application(one), club, now)
        programmes.welcome(db, person, club, now)
    if not person.joined:
        return
    for _ in reached & {*one.buys}:
        _buys(db, person, TEA, 1, club, now)
        closeness.review(db, person.id, club, now)  # as at every sale
    if one.trouble and CLOSE in reached:
        relationships.choose(db, person.id, 5, WHY, staff_id, now)
    if one.trouble and COMPLAINS in reached:
        _put_right(db, person, one.trouble, club, staff_id, now, now)


def _application(one: Newcomer) -> Application:
    return Application(one.name, None, one.city, one.zone, None, marketing=True)


def _regulars_live(db: Connection, club: Club, opened: datetime, since: datetime, now: datetime) -> None:
    for place, one in enumerate(REGULARS):
        member = member_rows.by_telegram_id(db, one.id)
        if member is None or not member.joined:
            continue
        for days, what, pieces in LIFE:
            at = opened + timedelta(days=days, hours=place)
            if since < at <= now:
                _buys(db, member, what, pieces, club, now)
        if since < opened + timedelta(days=STAYS) <= now:
            membership.renew(db, member.id, FREE, club, now)


def _joined(db: Connection, one: Regular, club: Club, now: datetime) -> Member:
    then = now - timedelta(days=JOINED)
    person = _met(db, one, then - timedelta(days=10))
    born = now + timedelta(days=one.birthday)
    birthday = Birthday(SOLAR, born.month, born.day, 1990)
    return members.join(
        db, person, Application(one.name, birthday, one.city, one.zone, "茶", marketing=True), club, then
    )


def who(db: Connection, telegram_id: int) -> Member:
    """One of them, who has moved in."""
    found = member_rows.by_telegram_id(db, telegram_id)
    assert found is not None
    return found


def _has_family(db: Connection, one: Regular, day: datetime, at: datetime) -> None:
    child = Entry("child", one.relative, Birthday(SOLAR, day.month, day.day), GREET)
    family.add(db, who(db, one.id), child, at)


def _bought(db: Connection, one: Regular, what: str, pieces: int, club: Club, at: datetime) -> None:
    _buys(db, who(db, one.id), what, pieces, club, at)


def _joined_lately(db: Connection, one: Newcomer, club: Club, at: datetime) -> None:
    members.join(db, _met(db, one, at), _application(one), club, at)


def _met(db: Connection, one: Regular | Newcomer, at: datetime) -> Member:
    return members.meet(db, one.id, name=one.name, username=None, language=one.language, zone=one.zone, now=at)


def _buys(db: Connection, member: Member, what: str, pieces: int, club: Club, at: datetime) -> None:
    sold = product_rows.by_name(db, what)
    if sold is not None:
        line = Line(sold.name, pieces, pieces * (sold.price or 0), sold.id)
        purchases.sell(db, member, [line], order_number=None, branch_id=None, club=club, now=at)


def _complained(db: Connection, member: Member, club: Club, staff_id: int, at: datetime) -> None:
    """Something went wrong once; it was put right, and they said so."""
    trouble, resolved, asked = "The lid was cracked when I unpacked it.", timedelta(hours=5), timedelta(days=1)
    ticket = _put_right(db, member, trouble, club, staff_id, at, at + resolved)
    feedback.ask(db, ticket, club, at + asked)
    feedback.answer(db, tickets.number_of(ticket.id), 5, member, club, at + asked)


def _put_right(
    db: Connection, member: Member, trouble: str, club: Club, staff_id: int, at: datetime, resolved: datetime
) -> Ticket:
    ticket = tickets.open_ticket(db, COMPLAINT, member, Said(trouble), club, at)
    number = tickets.number_of(ticket.id)
    desk.take(db, number, staff_id, club, at)
    desk.name_cause(db, number, club.desk.causes[0].key, staff_id, club, at)
    desk.tell(db, FIX, number, staff_id, Said("A new one is on its way to you, with our apologies."), club, at)
    return desk.resolve(db, number, staff_id, club, resolved)
