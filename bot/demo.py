"""A few people for a first look: a club is dull while nobody is in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import members, staff
from club.birthdays import SOLAR
from club.club import Club
from club.members import Application
from storage import rewards
from storage import staff as staff_rows
from storage.members import Birthday

CLERK, MARKETER, OWNER = 9002, 9003, 9001
MEILING = 1003


def furnish(db: Connection, club: Club, now: datetime) -> None:
    """The staff with their names, and two rewards, and one member of a week's standing whose birthday comes soon."""
    for telegram_id, name, role in (
        (OWNER, "Lao Li", staff.OWNER),
        (CLERK, "Chen Wei", staff.CLERK),
        (MARKETER, "Maria", staff.MARKETER),
    ):
        staff_rows.put(db, telegram_id, role, now)
        staff_rows.set_name(db, telegram_id, name)
    birthday = now + timedelta(days=12)
    for name, price in (("Green tea · 綠茶", 15), ("Tea for two · 雙人下午茶", 200)):
        rewards.add(db, name=name, price=price, stock=12, valid_days=30)
    _member(db, MEILING, "林美玲", "zh-Hant", Birthday(SOLAR, birthday.month, birthday.day, 1990), club, now)


def _member(
    db: Connection, telegram_id: int, name: str, language: str, birthday: Birthday, club: Club, now: datetime
) -> None:
    person = members.meet(
        db, telegram_id, name=name, username=None, language=language, zone="Asia/Taipei", now=now - timedelta(days=7)
    )
    application = Application(name, birthday, "台北", "Asia/Taipei", "茶、攝影", marketing=True)
    members.join(db, person, application, club, now - timedelta(days=7))
