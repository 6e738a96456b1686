"""Where things stand: a few words that must survive a restart."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from storage.sealing import KeyProblem, seal_shared, unseal_shared
from storage.tables import bot_state

KEY_CHECK = "key_check"


def get(db: Connection, key: str) -> str | None:
    return db.execute(select(bot_state.c.value).where(bot_state.c.key == key)).scalar_one_or_none()


def put(db: Connection, key: str, value: str) -> None:
    changed = db.execute(update(bot_state).where(bot_state.c.key == key).values(value=value))
    if not changed.rowcount:
        db.execute(insert(bot_state).values(key=key, value=value))


def check_key(db: Connection) -> None:
    """Make sure that this key file belongs to this database. Raises `KeyProblem` where it belongs to another."""
    known = get(db, KEY_CHECK)
    if known is None:
        put(db, KEY_CHECK, seal_shared(db, KEY_CHECK).hex())
        return
    try:
        unseal_shared(db, bytes.fromhex(known))
    except KeyProblem as error:
        raise KeyProblem(
            "storage.key_file: found the key of another database, expected the one that was made with this database"
        ) from error
