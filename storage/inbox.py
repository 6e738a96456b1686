"""Whatever arrived, as it arrived, before anybody tried to understand it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.sealing import seal_shared, unseal_shared
from storage.tables import inbox
from storage.upsert import insert_all_new

MAX_ERROR = 500
STORING = 0x696E626F78
"""PostgreSQL advisory lock: updates are stored one after another."""


@dataclass(frozen=True)
class Arrived:
    """One update that waits to be handled. `chat_id` is what keeps its order; 0 where it names no chat."""

    id: int
    update_id: int
    chat_id: int
    attempts: int
    raw: dict[str, Any]


@dataclass(frozen=True)
class DeadLetter:
    """An update that could not be handled, with the reason."""

    update_id: int
    error: str
    received_at: datetime


def store(
    db: Connection, updates: Sequence[tuple[int, int, dict[str, Any]]], at: datetime, *, counted: bool = False
) -> None:
    """Keep raw updates as (update_id, chat_id, JSON), once each; with `counted`, with their first attempt."""
    _one_after_another(db)
    rows = [
        {
            "update_id": update_id,
            "chat_id": chat_id,
            # ASCII: even half a surrogate pair, which no encoding takes, is kept until it fails by itself.
            "raw_sealed": seal_shared(db, json.dumps(raw, separators=(",", ":"))),
            "state": "new",
            "attempts": int(counted),
            "received_at": at,
        }
        for update_id, chat_id, raw in updates
    ]
    insert_all_new(db, inbox, rows)


def _one_after_another(db: Connection) -> None:
    """Rows become visible in the order of their ids: who reads on behind the last one seen overlooks none. (PostgreSQL
    gives an id when a row is written and shows the row when it is committed; SQLite has one writer anyway.)"""
    if db.dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(STORING)))


# What runs for every update is built once: building a statement takes five times as long as running it.
_WAITING = (
    select(inbox.c.id, inbox.c.update_id, inbox.c.chat_id, inbox.c.attempts, inbox.c.raw_sealed)
    .where(inbox.c.state == "new", inbox.c.id > bindparam("after"))
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_COUNT = update(inbox).where(inbox.c.id.in_(bindparam("ids", expanding=True))).values(attempts=inbox.c.attempts + 1)
_FINISH = (
    update(inbox)
    .where(inbox.c.id == bindparam("row_id"), inbox.c.state == "new")
    .values(state="done", done_at=bindparam("at"))
)


def newest(db: Connection) -> int:
    """The row that was stored last; 0 where there is none."""
    return db.execute(select(func.max(inbox.c.id))).scalar_one() or 0


def waiting(db: Connection, after_id: int, limit: int) -> list[Arrived]:
    """Updates not handled yet, in order of arrival, behind the given row."""
    return [
        Arrived(row.id, row.update_id, row.chat_id, row.attempts, _opened(db, row.raw_sealed))
        for row in db.execute(_WAITING, {"after": after_id, "most": limit})
    ]


def _opened(db: Connection, sealed: bytes) -> dict[str, Any]:
    """The raw update; an empty one where it does not open: it will fail by itself, and not its neighbours with it."""
    try:
        raw: dict[str, Any] = json.loads(unseal_shared(db, sealed))
    except Exception:
        return {}
    return raw


def count_attempt(db: Connection, ids: Collection[int]) -> None:
    """Said before the work starts: an update that kills the process has then been counted."""
    db.execute(_COUNT, {"ids": list(ids)})


def finish(db: Connection, inbox_id: int, at: datetime) -> bool:
    """Take the update's one and only handling; False where it was handled before."""
    return db.execute(_FINISH, {"row_id": inbox_id, "at": at}).rowcount == 1


def bury(db: Connection, inbox_id: int, error: str, at: datetime) -> bool:
    """Give an update up; it stays readable for an operator. False where it is not open any more."""
    dead = db.execute(
        update(inbox)
        .where(inbox.c.id == inbox_id, inbox.c.state == "new")
        .values(state="dead", error=error[:MAX_ERROR], done_at=at)
    )
    return dead.rowcount == 1


def dead_letters(db: Connection, limit: int = 20) -> list[DeadLetter]:
    """Updates that were given up, the newest first."""
    query = (
        select(inbox.c.update_id, inbox.c.error, inbox.c.received_at)
        .where(inbox.c.state == "dead")
        .order_by(inbox.c.id.desc())
        .limit(limit)
    )
    return [DeadLetter(row.update_id, row.error or "", row.received_at) for row in db.execute(query)]


def oldest_waiting(db: Connection) -> datetime | None:
    return db.execute(
        select(inbox.c.received_at).where(inbox.c.state == "new").order_by(inbox.c.id).limit(1)
    ).scalar_one_or_none()


def count_waiting(db: Connection) -> int:
    return db.execute(select(func.count()).select_from(inbox).where(inbox.c.state == "new")).scalar_one()


def purge(db: Connection, before: datetime, limit: int) -> int:
    """Delete handled updates that ended before the moment; how many went."""
    ids = select(inbox.c.id).where(inbox.c.state != "new", inbox.c.done_at < before).limit(limit).scalar_subquery()
    return db.execute(delete(inbox).where(inbox.c.id.in_(ids))).rowcount


def forget_chat(db: Connection, chat_id: int, *, restored: bool = False) -> None:
    """Erasure: what this chat ever sent. In a restored copy that is also what was not handled yet."""
    handled = [] if restored else [inbox.c.state != "new"]
    db.execute(delete(inbox).where(inbox.c.chat_id == chat_id, *handled))


def empty(db: Connection, chats: Collection[int]) -> None:
    """Erasure: what was said in other people's chats may quote the person. That it arrived stays known."""
    handled = update(inbox).where(inbox.c.chat_id.in_(chats), inbox.c.state != "new")
    db.execute(handled.values(raw_sealed=None))
