"""Replies that are ready to be sent: a short word, and a text for each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.tables import ready_reply, ready_reply_text
from storage.upsert import insert_new


@dataclass(frozen=True)
class Reply:
    """`texts` by language, with fields such as {name}. `used`: how often it was sent."""

    id: int
    shortcut: str
    active: bool
    used: int
    texts: Mapping[str, str]


def every(db: Connection, *, active: bool = False) -> list[Reply]:
    """All of them, or those that are offered; what is sent most first."""
    query = select(ready_reply).order_by(ready_reply.c.active.desc(), ready_reply.c.used.desc(), ready_reply.c.shortcut)
    texts: dict[int, dict[str, str]] = {}
    for row in db.execute(select(ready_reply_text)):
        texts.setdefault(row.reply_id, {})[row.language] = row.text
    found = [_reply(row, texts.get(row.id, {})) for row in db.execute(query)]
    return [one for one in found if one.active or not active]


def by_id(db: Connection, reply_id: int) -> Reply | None:
    return next((one for one in every(db) if one.id == reply_id), None)


def by_shortcut(db: Connection, shortcut: str) -> Reply | None:
    return next((one for one in every(db) if one.shortcut == shortcut), None)


def count(db: Connection) -> int:
    return int(db.execute(select(func.count()).select_from(ready_reply)).scalar_one())


def add(db: Connection, shortcut: str) -> bool:
    """A new one without words; False where there is one of that name."""
    return insert_new(db, ready_reply, shortcut=shortcut)


def set_text(db: Connection, reply_id: int, language: str, text: str) -> None:
    if not insert_new(db, ready_reply_text, reply_id=reply_id, language=language, text=text):
        mine = (ready_reply_text.c.reply_id == reply_id, ready_reply_text.c.language == language)
        db.execute(update(ready_reply_text).where(*mine).values(text=text))


def set_active(db: Connection, reply_id: int, active: bool) -> None:
    db.execute(update(ready_reply).where(ready_reply.c.id == reply_id).values(active=int(active)))


def count_use(db: Connection, reply_id: int) -> None:
    db.execute(update(ready_reply).where(ready_reply.c.id == reply_id).values(used=ready_reply.c.used + 1))


def _reply(row: Any, texts: Mapping[str, str]) -> Reply:
    return Reply(row.id, row.shortcut, bool(row.active), row.used, texts)
