"""People by the thousand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from storage.imports.rows import Imported, among, free_ids, insert, moments, one_import_at_a_time
from storage.members import Birthday, sealed_anew
from storage.sealing import Vault
from storage.tables import consent, member

SOURCE = "import"
"""Where imported people came from, and who says that they agreed to marketing."""


class NewMember(NamedTuple):
    """A person as an import file describes them. Without `joined_at` they are a prospect.

    A tuple, as everything here that is made for each row: a frozen dataclass takes four times as long.
    """

    telegram_id: int
    name: str
    language: str
    zone: str
    birthday: Birthday | None = None
    joined_at: datetime | None = None
    username: str | None = None
    city: str | None = None
    interests: str | None = None
    marketing: bool | None = None


class SealedMember(NamedTuple):
    """A person ready to be stored, personal data sealed under a key of their own."""

    telegram_id: int
    joined_at: datetime | None
    marketing: bool | None
    stored: tuple[Any, ...]
    """What goes into `_STORED`."""


_SEALED = (
    "key_wrapped",
    "name_sealed",
    "username_sealed",
    "username_hash",
    "city_sealed",
    "interests_sealed",
    "birth_year_sealed",
    "birthday_calendar",
    "birthday_month",
    "birthday_day",
)
_STORED = ("language", "zone", "marketing", *_SEALED)
_in_order = itemgetter(*_SEALED)


def seal_member(vault: Vault, person: NewMember) -> SealedMember:
    """Half of the work of an import, and it needs no database."""
    columns, _cipher = sealed_anew(
        vault,
        name=person.name,
        username=person.username,
        city=person.city,
        interests=person.interests,
        birthday=person.birthday,
    )
    stored = (person.language, person.zone, 1 if person.marketing else 0, *_in_order(columns))
    return SealedMember(person.telegram_id, person.joined_at, person.marketing, stored)


def add_members(
    db: Connection, people: Sequence[SealedMember], number_of: Callable[[int], str], now: datetime
) -> Imported:
    """Insert those who are new; prospects of ours whom the file calls members join; nobody else is touched.

    Where somebody stands twice in the file, the first row holds.
    """
    one_import_at_a_time(db)
    known = _ids(db, [person.telegram_id for person in people])
    first = {person.telegram_id: person for person in reversed(people) if person.telegram_id not in known}
    new = _insert_people(db, list(reversed(first.values())), number_of, now)
    _record_marketing(db, [(member_id, first[telegram_id].marketing) for telegram_id, member_id in new.items()], now)
    others = [person for person in people if person.telegram_id not in new or person is not first[person.telegram_id]]
    joined = _join_prospects(db, others, number_of)
    return Imported(len(new), joined, len(others) - joined)


def _insert_people(
    db: Connection, people: Sequence[SealedMember], number_of: Callable[[int], str], now: datetime
) -> dict[int, int]:
    """The ids of those who were inserted, by Telegram id."""
    stored = moments(db)
    at = stored(now)
    rows = [
        (
            member_id,
            person.telegram_id,
            "member" if person.joined_at else "prospect",
            number_of(member_id) if person.joined_at else None,
            SOURCE,
            at,
            stored(person.joined_at),
            *person.stored,
        )
        for member_id, person in zip(free_ids(db, member, len(people)), people, strict=True)
    ]
    columns = ("id", "telegram_id", "status", "number", "source", "created_at", "joined_at", *_STORED)
    ids = {row[1]: row[0] for row in rows}
    if insert(db, member, columns, rows) == len(rows):
        return ids
    known = _ids(db, ids)  # some of them wrote to the bot a moment ago
    return {telegram_id: ours for telegram_id, ours in ids.items() if known.get(telegram_id) == ours}


def _record_marketing(db: Connection, said: Sequence[tuple[int, bool | None]], now: datetime) -> None:
    """What the file says, on the consent ledger. An empty cell says nothing."""
    at = moments(db)(now)
    rows = [(member_id, "marketing", int(given), SOURCE, at) for member_id, given in said if given is not None]
    insert(db, consent, ("member_id", "topic", "given", "source", "at"), rows)


def _join_prospects(db: Connection, people: Sequence[SealedMember], number_of: Callable[[int], str]) -> int:
    joining = {person.telegram_id: person.joined_at for person in reversed(people) if person.joined_at}
    prospects = _ids(db, joining, member.c.status == "prospect")
    if not prospects:
        return 0
    change = (
        update(member)
        .where(member.c.id == bindparam("prospect"), member.c.status == "prospect")
        .values(status="member", number=bindparam("its_number"), joined_at=bindparam("since"), left_at=None)
    )
    changed = db.execute(
        change,
        [
            {"prospect": member_id, "its_number": number_of(member_id), "since": joining[telegram_id]}
            for telegram_id, member_id in sorted(prospects.items(), key=lambda pair: pair[1])
        ],
    )
    return changed.rowcount


def _ids(db: Connection, telegram_ids: Collection[int], *further: ColumnElement[bool]) -> dict[int, int]:
    """The ids of those of them whom the club knows."""
    query = select(member.c.telegram_id, member.c.id).where(among(db, member.c.telegram_id, telegram_ids), *further)
    return {telegram_id: member_id for telegram_id, member_id in db.execute(query)}  # noqa: C416 - Row is no pair to mypy
