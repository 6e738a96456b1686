"""Open the club's database with the key that belongs to it, at the tables of this version.

The key file is made once, together with the database. Never later: a new key beside an old database would make its
personal data unreadable without anybody having noticed.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text

from bot.erasing import replay
from bot.rules import club_of
from bot.settings import Settings
from storage import migrate, state
from storage.database import UNIT_DEADLINE, Database, DatabaseProblem, open_database, sqlite_path
from storage.erasures import ErasureList
from storage.sealing import KeyProblem, Vault, make_key, read_key
from storage.tables import bot_state

MIGRATION_DEADLINE = 3600.0
"""Seconds that a migration may take; units of everyday work have far less."""

START_LOCK = 0x6775616E7869
"""PostgreSQL advisory lock: processes that start together migrate and leave their key check one after the other."""


async def open_storage(settings: Settings, deadline: float = UNIT_DEADLINE) -> Database:
    """Open, migrate where needed, check the key, erase again whom a backup brought back; a unit may take `deadline`
    seconds.

    Raises `KeyProblem` and `DatabaseProblem`, each one line.
    """
    url = settings.storage.url
    vault = Vault(await _key(settings))
    database = await connect(url, vault, deadline)
    if not await database.read(_is_current):
        await database.close()
        await migrate_storage(url, vault)
        database = await connect(url, vault, deadline)
    try:
        await database.write(check_key)
        await replay(database, ErasureList(settings.storage.erasures), club_of(settings), datetime.now(UTC))
    except BaseException:
        await database.close()
        raise
    return database


async def migrate_storage(url: str, vault: Vault) -> bool:
    """Bring the tables to this version; True where something was done. Raises `DatabaseProblem`."""
    database = await connect(url, vault, MIGRATION_DEADLINE)
    try:
        return await database.write(_upgrade)
    finally:
        await database.close()


async def connect(url: str, vault: Vault, deadline: float = UNIT_DEADLINE) -> Database:
    """`open_database`, with what the file system refuses said in one line as well."""
    try:
        return await open_database(url, vault, deadline)
    except OSError as error:
        raise DatabaseProblem(f"storage.url: '{name_of(url)}' cannot be opened ({error.strerror or error})") from error


def name_of(url: str) -> str:
    """The database as an operator calls it: its file, or its name and server; never its password."""
    parsed = make_url(url)
    return str(sqlite_path(url) or f"{parsed.database} at {parsed.host or 'the local socket'}")


async def _key(settings: Settings) -> bytes:
    path = settings.storage.key_file
    if is_there(path) or not await is_new(settings.storage.url):
        return _existing_key(path, settings.storage.url)
    try:
        return make_key(path)
    except OSError as error:
        if is_there(path):  # another process was first
            return read_key(path)
        raise KeyProblem(
            f"storage.key_file: '{path}' cannot be made ({error.strerror}), expected a directory that can be written"
        ) from error


def _existing_key(path: Path, url: str) -> bytes:
    if not is_there(path):
        raise KeyProblem(
            f"storage.key_file: found no file at '{path}', expected the key that belongs to '{name_of(url)}' "
            "(restore it from your backup; what was sealed does not open without it)"
        )
    return read_key(path)


def is_there(path: Path) -> bool:
    """What may not be looked at counts as there: opening it says why not."""
    try:
        return path.exists()
    except OSError:
        return True


async def is_new(url: str) -> bool:
    """No key was ever used with this database: it is missing, empty, or its first start was cut short."""
    path = sqlite_path(url)
    if path is not None and _is_empty(path):
        return True
    database = await connect(url, Vault(os.urandom(32)))  # a key that nothing is sealed with
    try:
        return await database.read(_has_no_key)
    finally:
        await database.close()


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return not is_there(path)


def _has_no_key(db: Connection) -> bool:
    return not inspect(db).has_table(bot_state.name) or state.get(db, state.KEY_CHECK) is None


def _is_current(db: Connection) -> bool:
    return migrate.revision(db) == migrate.HEAD


def check_key(db: Connection) -> None:
    """Make sure that this key file belongs to this database; the first to come says so. Raises `KeyProblem`."""
    _wait_for_turn(db)
    state.check_key(db)


def _wait_for_turn(db: Connection) -> None:
    """On SQLite there is one writer anyway."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": START_LOCK})


def _upgrade(db: Connection) -> bool:
    """Whoever had to wait finds the work done."""
    _wait_for_turn(db)
    found = migrate.revision(db)
    try:
        return migrate.upgrade_if_needed(db)
    except Exception as error:
        if not type(error).__module__.startswith("alembic"):
            raise
        raise DatabaseProblem(
            f"storage.url: found tables of version {found}, expected at most {migrate.HEAD}: "
            "a newer Guanxi has used this database, install that one"
        ) from error
