"""Which effectful buttons were pressed already: a client may resend a press under a new update id."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete

from storage.tables import pressed
from storage.upsert import insert_new


def press(db: Connection, nonce: str, at: datetime) -> bool:
    """Use a button's nonce; False where it was used before."""
    return insert_new(db, pressed, nonce=nonce, at=at)


def purge(db: Connection, before: datetime) -> int:
    """Delete presses of long ago; how many went."""
    return db.execute(delete(pressed).where(pressed.c.at < before)).rowcount
