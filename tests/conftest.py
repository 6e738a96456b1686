"""What every test may ask for: a migrated database of its own, and a club over it."""

from __future__ import annotations

import asyncio
import base64
import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from bot.settings import Settings
from storage import migrate, sqlite
from storage.database import open_database
from storage.sealing import Vault
from storage.tables import metadata
from tests import compiled
from tests.club import GREETINGS, MASTER_KEY, ClubHouse, open_house
from tests.own_postgres import own_database

compiled.share()
# as on PostgreSQL: no test of this process pulls the plug, so that nobody has to wait for the disk
sqlite.PRAGMAS = (*sqlite.PRAGMAS, "PRAGMA synchronous = OFF")
USED = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in metadata.tables)
"""The tables in which anything stands."""
COUNTED = "SELECT format('ALTER SEQUENCE %I RESTART', sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"
"""What begins their numbers at one again."""


async def _migrated(url: str) -> None:
    database = await open_database(url, Vault(MASTER_KEY), deadline=60)
    await database.write(migrate.upgrade)
    await database.close()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once; each test gets a copy."""
    path = tmp_path_factory.mktemp("template") / "club.db"
    asyncio.run(_migrated(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """An embedded database at the tables of this version."""
    shutil.copy(_sqlite_template, tmp_path / "club.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'club.db'}"


@pytest.fixture(scope="session")
def _postgres_database() -> Iterator[str]:
    """Made and migrated once: to create and drop one takes a second."""
    with own_database() as url:
        asyncio.run(_migrated(url))
        yield url


@pytest.fixture
def postgres_url(_postgres_database: str) -> Iterator[str]:
    """A PostgreSQL database at the tables of this version, empty again after the test."""
    yield _postgres_database
    address = make_url(_postgres_database).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        used = [name for (name,) in connection.execute(USED.encode())]
        if used:  # to empty all of them costs a seventh of a second
            connection.execute(f"TRUNCATE {', '.join(used)} CASCADE".encode())
        for (again,) in connection.execute(COUNTED.encode()).fetchall():
            connection.execute(again.encode())


@pytest.fixture(params=["sqlite", "postgres"])
def any_url(request: pytest.FixtureRequest) -> str:
    """The same test on either database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def settings(any_url: str, tmp_path: Path) -> Settings:
    """For a command in a shell: this database, and its key."""
    key_file = tmp_path / "club.key"
    key_file.write_bytes(base64.b64encode(MASTER_KEY))
    key_file.chmod(0o600)
    return Settings.model_validate({"storage": {"url": any_url, "key_file": key_file}})


@pytest.fixture
def shipped(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The campaigns that come with the program and are on: none, or in a module marked `greetings` those."""
    return GREETINGS if request.node.get_closest_marker("greetings") else ()


@pytest.fixture
async def club(sqlite_url: str, shipped: tuple[str, ...]) -> AsyncIterator[ClubHouse]:
    """A club with its staff group, on SQLite, at noon of 22 November 2026."""
    async with open_house(sqlite_url, shipped=shipped) as house:
        yield house


@pytest.fixture
async def any_club(any_url: str, shipped: tuple[str, ...]) -> AsyncIterator[ClubHouse]:
    """The same club on either database."""
    async with open_house(any_url, shipped=shipped) as house:
        yield house


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking for circles among it again and again took a fifth of the suite's time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
