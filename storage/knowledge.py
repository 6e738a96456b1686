"""What the club knows: entries, their answers in each language, and the ways to ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.tables import knowledge_entry as entry
from storage.tables import knowledge_phrasing as phrasing
from storage.tables import knowledge_text as wording
from storage.tables import knowledge_version as version
from storage.upsert import insert_new


@dataclass(frozen=True)
class Wording:
    """What an entry is called and what it says, in one language."""

    title: str
    answer: str


@dataclass(frozen=True)
class Phrasing:
    """One way to ask. `key`: its text folded, by which the same words are found at once."""

    id: int
    entry_id: int
    language: str
    text: str
    key: str


@dataclass(frozen=True)
class Entry:
    """Something the club knows. Valid on days where the club is, both included; None: no bound."""

    id: int
    name: str
    tags: tuple[str, ...]
    owner_id: int | None
    valid_from: date | None
    valid_until: date | None
    active: bool
    wordings: dict[str, Wording]
    phrasings: tuple[Phrasing, ...]

    def valid(self, day: date) -> bool:
        """Is it answered with on that day?"""
        begun = self.valid_from is None or self.valid_from <= day
        return self.active and begun and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Version:
    """An entry as it was made or changed then, as JSON. `actor_id`: None for a file that was imported."""

    id: int
    entry_id: int
    actor_id: int | None
    content: str
    at: datetime


def entries(db: Connection, *, offset: int = 0, limit: int | None = None, tag: str = "") -> list[Entry]:
    """All entries, those that are on first, by name; with one tag only where one is asked for."""
    query = select(entry).order_by(entry.c.active.desc(), entry.c.name, entry.c.id).offset(offset).limit(limit)
    if tag:
        query = query.where(_tagged(tag))
    return _whole(db, db.execute(query).all())


def count(db: Connection, *, tag: str = "") -> int:
    query = select(func.count()).select_from(entry)
    return db.execute(query.where(_tagged(tag)) if tag else query).scalar_one()


def by_id(db: Connection, entry_id: int) -> Entry | None:
    found = _whole(db, db.execute(select(entry).where(entry.c.id == entry_id)).all())
    return found[0] if found else None


def by_name(db: Connection, name: str) -> Entry | None:
    found = _whole(db, db.execute(select(entry).where(entry.c.name == name)).all())
    return found[0] if found else None


def add(db: Connection, name: str, **values: Any) -> int | None:
    """A new entry's id; None where there is one of that name."""
    if not insert_new(db, entry, name=name, **values):
        return None
    return int(db.execute(select(entry.c.id).where(entry.c.name == name)).scalar_one())


def change(db: Connection, entry_id: int, **values: Any) -> None:
    db.execute(update(entry).where(entry.c.id == entry_id).values(**values))


def put_wording(db: Connection, entry_id: int, language: str, title: str, answer: str) -> None:
    """What it is called and says in a language, from now on."""
    values = {"title": title, "answer": answer}
    if not insert_new(db, wording, entry_id=entry_id, language=language, **values):
        where = (wording.c.entry_id == entry_id, wording.c.language == language)
        db.execute(update(wording).where(*where).values(**values))


def phrasing_of(db: Connection, key: str) -> Phrasing | None:
    """The phrasing that says just this, whoever it belongs to."""
    row = db.execute(select(phrasing).where(phrasing.c.key == key)).one_or_none()
    return None if row is None else Phrasing(*row)


def add_phrasing(db: Connection, entry_id: int, language: str, text: str, key: str) -> bool:
    """False where some entry has these words already."""
    return insert_new(db, phrasing, entry_id=entry_id, language=language, text=text, key=key)


def remove_phrasing(db: Connection, phrasing_id: int) -> None:
    db.execute(delete(phrasing).where(phrasing.c.id == phrasing_id))


def add_version(db: Connection, entry_id: int, actor_id: int | None, content: str, at: datetime) -> None:
    db.execute(insert(version).values(entry_id=entry_id, actor_id=actor_id, content=content, at=at))


def versions(db: Connection, entry_id: int, limit: int = 10) -> list[Version]:
    """How it came to be what it is, the newest first."""
    query = select(version).where(version.c.entry_id == entry_id).order_by(version.c.id.desc()).limit(limit)
    return [Version(*row) for row in db.execute(query)]


def last_change(db: Connection) -> int:
    """The number of the newest version of any entry; 0 where there is none."""
    return int(db.execute(select(func.coalesce(func.max(version.c.id), 0))).scalar_one())


def _tagged(tag: str) -> Any:
    quoted = tag.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return ("," + entry.c.tags + ",").like(f"%,{quoted},%", escape="\\")


def _whole(db: Connection, rows: Sequence[Any]) -> list[Entry]:
    """Entries with their wordings and phrasings, in the order of the rows."""
    ids = [row.id for row in rows]
    wordings: dict[int, dict[str, Wording]] = {}
    for row in db.execute(select(wording).where(wording.c.entry_id.in_(ids)).order_by(wording.c.language)):
        wordings.setdefault(row.entry_id, {})[row.language] = Wording(row.title, row.answer)
    phrasings: dict[int, list[Phrasing]] = {}
    for row in db.execute(select(phrasing).where(phrasing.c.entry_id.in_(ids)).order_by(phrasing.c.id)):
        phrasings.setdefault(row.entry_id, []).append(Phrasing(*row))
    return [_entry(row, wordings.get(row.id, {}), phrasings.get(row.id, [])) for row in rows]


def _entry(row: Any, wordings: dict[str, Wording], phrasings: list[Phrasing]) -> Entry:
    tags = tuple(tag for tag in row.tags.split(",") if tag)
    return Entry(
        row.id,
        row.name,
        tags,
        row.owner_id,
        row.valid_from,
        row.valid_until,
        bool(row.active),
        wordings,
        tuple(phrasings),
    )
