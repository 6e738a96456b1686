"""What people may ask for about their data: a copy of it, and to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage import state
from storage.sealing import vault_of
from storage.tables import bot_state, member
from storage.types import microseconds


@dataclass(frozen=True)
class Erasure:
    """That somebody was erased. `met_at`, when their row was made, tells a number that was given twice."""

    member_id: int
    met_at: datetime
    at: datetime


def set_exported(db: Connection, member_id: int, at: datetime | None) -> None:
    """They asked for a copy then; with None, they may ask at once."""
    db.execute(update(member).where(member.c.id == member_id).values(exported_at=at))


def set_erase_at(db: Connection, member_id: int, at: datetime | None) -> None:
    """They want to be forgotten then; with None, not any more."""
    db.execute(update(member).where(member.c.id == member_id).values(erase_at=at))


def due(db: Connection, now: datetime, limit: int) -> list[Erasure]:
    """Who is to be forgotten by now, the longest due first. Their rows are not emptied yet."""
    query = (
        select(member.c.id, member.c.created_at)
        .where(member.c.erase_at <= now, member.c.status != "erased")
        .order_by(member.c.erase_at, member.c.id)
        .limit(limit)
    )
    return [Erasure(row.id, row.created_at, now) for row in db.execute(query)]


def erased(db: Connection) -> list[Erasure]:
    """Everybody who was ever erased here."""
    query = select(member.c.id, member.c.created_at, member.c.left_at).where(member.c.status == "erased")
    return [Erasure(row.id, row.created_at, row.left_at or row.created_at) for row in db.execute(query)]


def is_erased(db: Connection, member_id: int) -> bool:
    return db.execute(select(member.c.status).where(member.c.id == member_id)).scalar_one_or_none() == "erased"


def met_at(db: Connection, member_id: int) -> datetime | None:
    """When the row of this number was made; None where there is no such row."""
    return db.execute(select(member.c.created_at).where(member.c.id == member_id)).scalar_one_or_none()


# ---- welcome points come once -------------------------------------------------------------------------------------

_WELCOMED = "welcomed:"
"""Before the keyed hash of a Telegram id. Its moment stands beside it, and neither number, name nor row."""


def remember_welcome(db: Connection, telegram_id: int, at: datetime) -> None:
    """Whoever has this Telegram id has had their welcome points and was forgotten then."""
    state.put(db, _welcomed(db, telegram_id), f"{microseconds(at):020}")


def was_welcomed(db: Connection, telegram_id: int, since: datetime) -> bool:
    """Was somebody with this Telegram id forgotten since then who had had welcome points?"""
    found = state.get(db, _welcomed(db, telegram_id))
    return found is not None and int(found) >= microseconds(since)


def forget_welcomes(db: Connection, before: datetime) -> None:
    """What was kept so long has served."""
    old = bot_state.c.key.startswith(_WELCOMED), bot_state.c.value < f"{microseconds(before):020}"
    db.execute(delete(bot_state).where(*old))


def _welcomed(db: Connection, telegram_id: int) -> str:
    return f"{_WELCOMED}{vault_of(db).hash_of_welcomed(telegram_id).hex()}"
