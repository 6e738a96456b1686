"""The migrations lead to the very tables that the code knows, on either database, and back.

Held against each other as dumps: Alembic's own comparison sees neither triggers nor CHECKs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage import migrate
from storage.database import Database, open_database
from storage.sealing import Vault
from storage.tables import metadata
from tests.club import MASTER_KEY
from tests.own_postgres import own_database

BOOKKEEPING = "alembic_version"


@pytest.fixture(params=["sqlite", "postgres"])
def two_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/one.db", f"sqlite+aiosqlite:///{tmp_path}/two.db"
    else:
        with own_database() as one, own_database() as two:
            yield one, two


@asynccontextmanager
async def _open(url: str) -> AsyncIterator[Database]:
    database = await open_database(url, Vault(MASTER_KEY), deadline=60)
    try:
        yield database
    finally:
        await database.close()


async def _do(url: str, unit: Callable[[Connection], Any]) -> Any:
    async with _open(url) as database:
        return await database.write(unit)


async def test_the_migrations_make_the_same_tables_as_the_code(two_databases: tuple[str, str]) -> None:
    migrated, made = two_databases
    await _do(migrated, migrate.upgrade)
    await _do(made, metadata.create_all)
    assert await _do(migrated, _dump) == await _do(made, _dump)


async def test_all_the_way_down_and_up_again_is_the_same(two_databases: tuple[str, str]) -> None:
    url, _ = two_databases
    await _do(url, migrate.upgrade)
    before = await _do(url, _dump)
    await _do(url, _downgrade)
    assert await _do(url, _dump) == []
    await _do(url, migrate.upgrade)
    assert await _do(url, _dump) == before


async def test_a_migration_that_breaks_off_leaves_nothing_behind(two_databases: tuple[str, str]) -> None:
    url, _ = two_databases

    def breaks_off(db: Connection) -> None:
        migrate.upgrade(db)
        raise LookupError

    with pytest.raises(LookupError):
        await _do(url, breaks_off)
    assert await _do(url, _dump) == []
    assert await _do(url, migrate.revision) is None


async def test_a_second_upgrade_changes_nothing(two_databases: tuple[str, str]) -> None:
    url, _ = two_databases
    assert await _do(url, migrate.upgrade_if_needed)
    assert not await _do(url, migrate.upgrade_if_needed)


def test_the_head_that_the_code_names_is_the_newest_file() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert scripts.get_heads() == [migrate.HEAD]


def test_each_migration_says_what_it_does_and_can_be_undone() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    for script in scripts.walk_revisions():
        assert script.doc
        assert callable(script.module.downgrade)


def _downgrade(db: Connection) -> None:
    from alembic import command

    command.downgrade(migrate._config(db), "base")


def _dump(db: Connection) -> list[str]:
    """Every table, column, constraint, index and trigger, as the database itself tells of it."""
    return _dump_sqlite(db) if db.dialect.name == "sqlite" else _dump_postgres(db)


def _dump_sqlite(db: Connection) -> list[str]:
    rows = db.execute(
        text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    )
    return [f"{row.type} {row.name}: {_tidy(row.sql)}" for row in rows if BOOKKEEPING not in row.name]


def _tidy(sql: str | None) -> str:
    """Without what is a matter of taste: white space, quotes, the order of a table's parts."""
    words = " ".join((sql or "").replace('"', "").split())
    head, bracket, body = words.partition("(")
    parts = sorted(part.strip() for part in body.removesuffix(")").strip().split(", "))
    return f"{head.strip()} {bracket}{', '.join(parts)}"


POSTGRES = {
    "column": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraint": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    """,
    "index": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


def _dump_postgres(db: Connection) -> list[str]:
    return sorted(
        f"{kind} {' | '.join(map(str, row))}"
        for kind, query in POSTGRES.items()
        for row in db.execute(text(query))
        if BOOKKEEPING not in row[0]
    )
