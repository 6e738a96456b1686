"""The people: prospects, members, and those who left. One row for everybody who ever wrote to the bot in private."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from storage.sealing import Cipher, Vault, seal, unseal, vault_of
from storage.tables import consent, member, member_merge

Sealer = Callable[[str | None], bytes | None]


@dataclass(frozen=True)
class Birthday:
    """Day and month in the calendar the person keeps; the year only if they told it."""

    calendar: str  # solar | lunar
    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True)
class Member:
    """A person as the club knows them. `status`: prospect, member, left or erased. Times are UTC."""

    id: int
    telegram_id: int | None
    status: str
    number: str | None
    language: str
    zone: str
    name: str
    username: str | None
    city: str | None
    interests: str | None
    birthday: Birthday | None
    source: str | None
    marketing: bool
    created_at: datetime
    joined_at: datetime | None
    left_at: datetime | None
    unreachable_at: datetime | None
    findable: bool = False  # by their @username
    exported_at: datetime | None = None
    erase_at: datetime | None = None  # they asked to be forgotten, then

    @property
    def joined(self) -> bool:
        return self.status == "member"


@dataclass(frozen=True)
class Consent:
    """One line of the consent ledger; the newest line of a topic holds."""

    topic: str
    given: bool
    version: str | None
    source: str
    at: datetime


_BY_TELEGRAM_ID = select(member).where(member.c.telegram_id == bindparam("telegram_id"))
_BY_ID = select(member).where(member.c.id == bindparam("id"))
_OF_IDS = select(member).where(member.c.id.in_(bindparam("ids", expanding=True)))


def by_telegram_id(db: Connection, telegram_id: int) -> Member | None:
    row = db.execute(_BY_TELEGRAM_ID, {"telegram_id": telegram_id}).one_or_none()
    return None if row is None else from_row(db, row)


def by_id(db: Connection, member_id: int) -> Member:
    """Raises `NoResultFound` for an id that never was."""
    return from_row(db, db.execute(_BY_ID, {"id": member_id}).one())


def of_ids(db: Connection, ids: Collection[int]) -> dict[int, Member]:
    """Many at once, by their ids."""
    return {row.id: from_row(db, row) for row in db.execute(_OF_IDS, {"ids": list(ids)})}


def sample(db: Connection, most: int) -> list[Member]:
    """So many members at most, drawn evenly over all who ever joined."""
    last = db.execute(select(func.max(member.c.id))).scalar_one() or 0
    step = max(1, last // most)
    query = select(member).where(member.c.status == "member", member.c.id % step == 0)
    return [from_row(db, row) for row in db.execute(query.order_by(member.c.id).limit(most))]


def known(db: Connection, member_id: int) -> Member | None:
    """The same, where the id may be made up."""
    row = db.execute(_BY_ID, {"id": member_id}).one_or_none()
    return None if row is None else from_row(db, row)


def by_number(db: Connection, number: str) -> Member | None:
    """Who has this member number; also somebody who left."""
    row = db.execute(select(member).where(member.c.number == number)).one_or_none()
    return None if row is None else from_row(db, row)


def by_username(db: Connection, username: str) -> list[Member]:
    """Those who were called so when they wrote last, or were imported. Names change hands, so it may be several."""
    hashed = vault_of(db).username_hash(username)
    query = select(member).where(member.c.username_hash == hashed).order_by(member.c.id).limit(2)
    return [from_row(db, row) for row in db.execute(query)]


def newest(db: Connection, limit: int) -> list[Member]:
    """Who came last, the last first: somebody at the till has often just opened the chat."""
    merged = member.c.id.in_(select(member_merge.c.source_id))
    query = select(member).where(member.c.telegram_id.is_not(None), ~merged).order_by(member.c.id.desc()).limit(limit)
    return [from_row(db, row) for row in db.execute(query)]


def add(
    db: Connection, telegram_id: int, *, name: str, username: str | None, language: str, zone: str, at: datetime
) -> Member:
    """A new prospect, with a key of their own."""
    columns, cipher = sealed_anew(vault_of(db), name=name, username=username)
    row = db.execute(
        insert(member)
        .values(telegram_id=telegram_id, status="prospect", language=language, zone=zone, created_at=at, **columns)
        .returning(*member.c)
    ).one()
    vault_of(db).remember(row.id, cipher)
    return from_row(db, row)


def sealed_anew(
    vault: Vault,
    *,
    name: str,
    username: str | None,
    city: str | None = None,
    interests: str | None = None,
    birthday: Birthday | None = None,
) -> tuple[dict[str, Any], Cipher]:
    """The personal columns of somebody new, under a key of their own, and the cipher of that key."""
    wrapped, cipher = vault.new_member_key()

    def sealed(text: str | None) -> bytes | None:
        return None if text is None else cipher.seal(text.encode())

    return {
        "key_wrapped": wrapped,
        "name_sealed": sealed(name),
        "city_sealed": sealed(city),
        "interests_sealed": sealed(interests),
        "username_sealed": sealed(username),
        "username_hash": vault.username_hash(username) if username else None,
        **_birthday_columns(birthday, sealed),
    }, cipher


def update_username(db: Connection, member_id: int, username: str | None) -> None:
    """Their @username. A name has one owner at a time: whoever had it before is not found by it any more."""
    hashed = vault_of(db).username_hash(username) if username else None
    if hashed is not None:
        db.execute(update(member).where(member.c.username_hash == hashed).values(username_hash=None))
    _set(db, member_id, username_sealed=seal(db, member_id, username), username_hash=hashed)


def set_source(db: Connection, member_id: int, source: str) -> None:
    """Where they came from, the deep link's word; the first one stays."""
    db.execute(update(member).where(member.c.id == member_id, member.c.source.is_(None)).values(source=source))


def set_language(db: Connection, member_id: int, language: str) -> None:
    _set(db, member_id, language=language)


def set_name(db: Connection, member_id: int, name: str) -> None:
    _set(db, member_id, name_sealed=seal(db, member_id, name))


def set_city(db: Connection, member_id: int, city: str | None, zone: str) -> None:
    """The city in the person's words and the IANA zone it lies in."""
    _set(db, member_id, city_sealed=seal(db, member_id, city), zone=zone)


def set_interests(db: Connection, member_id: int, interests: str | None) -> None:
    _set(db, member_id, interests_sealed=seal(db, member_id, interests))


def set_birthday(db: Connection, member_id: int, birthday: Birthday | None) -> None:
    _set(db, member_id, **_birthday_columns(birthday, partial(seal, db, member_id)))


def set_joined(db: Connection, member_id: int, number: str, at: datetime) -> None:
    _set(db, member_id, status="member", number=number, joined_at=at, left_at=None)


def set_left(db: Connection, member_id: int, at: datetime) -> None:
    """The number is kept: who comes back is the same member."""
    _set(db, member_id, status="left", left_at=at)


def set_erased(db: Connection, member_id: int, at: datetime) -> None:
    """Empty every personal column. The row stays, so that sums and histories keep their ends."""
    _set(
        db,
        member_id,
        status="erased",
        left_at=at,
        telegram_id=None,
        name_sealed=None,
        username_sealed=None,
        username_hash=None,
        city_sealed=None,
        interests_sealed=None,
        birth_year_sealed=None,
        birthday_calendar=None,
        birthday_month=None,
        birthday_day=None,
        source=None,
        marketing=0,
        unreachable_at=None,
        exported_at=None,
        erase_at=None,
    )


def set_marketing(db: Connection, member_id: int, wanted: bool) -> None:
    _set(db, member_id, marketing=int(wanted))


def set_unreachable(db: Connection, telegram_id: int, at: datetime | None) -> None:
    """They blocked the bot (or, with None, are back)."""
    db.execute(update(member).where(member.c.telegram_id == telegram_id).values(unreachable_at=at))


def add_consent(
    db: Connection, member_id: int, topic: str, *, given: bool, version: str | None, source: str, at: datetime
) -> None:
    db.execute(
        insert(consent).values(
            member_id=member_id, topic=topic, given=int(given), version=version, source=source, at=at
        )
    )


def consents(db: Connection, member_id: int) -> list[Consent]:
    """The consent ledger of one person, oldest first."""
    query = (
        select(consent.c.topic, consent.c.given, consent.c.version, consent.c.source, consent.c.at)
        .where(consent.c.member_id == member_id)
        .order_by(consent.c.id)
    )
    return [Consent(row.topic, bool(row.given), row.version, row.source, row.at) for row in db.execute(query)]


def _birthday_columns(birthday: Birthday | None, sealed: Sealer) -> dict[str, Any]:
    return {
        "birthday_calendar": birthday and birthday.calendar,
        "birthday_month": birthday and birthday.month,
        "birthday_day": birthday and birthday.day,
        "birth_year_sealed": sealed(str(birthday.year)) if birthday and birthday.year else None,
    }


def _set(db: Connection, member_id: int, **values: Any) -> None:
    db.execute(update(member).where(member.c.id == member_id).values(**values))


def from_row(db: Connection, row: Row[Any]) -> Member:
    """The person whom a row with all columns of `member` is about."""
    vault_of(db).learn(row.id, row.key_wrapped)
    year = unseal(db, row.id, row.birth_year_sealed)
    birthday = None
    if row.birthday_month is not None:
        birthday = Birthday(row.birthday_calendar, row.birthday_month, row.birthday_day, int(year) if year else None)
    return Member(
        id=row.id,
        telegram_id=row.telegram_id,
        status=row.status,
        number=row.number,
        language=row.language,
        zone=row.zone,
        name=unseal(db, row.id, row.name_sealed) or "",
        username=unseal(db, row.id, row.username_sealed),
        city=unseal(db, row.id, row.city_sealed),
        interests=unseal(db, row.id, row.interests_sealed),
        birthday=birthday,
        source=row.source,
        marketing=bool(row.marketing),
        created_at=row.created_at,
        joined_at=row.joined_at,
        left_at=row.left_at,
        unreachable_at=row.unreachable_at,
        findable=row.username_hash is not None,
        exported_at=row.exported_at,
        erase_at=row.erase_at,
    )
