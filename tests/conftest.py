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
RESTART = "SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
"""Their numbers begin at one again."""


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
def _postgres_database() -> Iterator[tuple[str, psycopg.Connection]]:
    """Made and migrated once, since to create and drop one takes a second; and who empties it.

    Rows are deleted: TRUNCATE makes new files of every table and index, and waits for the disk longer than a test
    takes. As a replica the server asks neither foreign keys nor the ledger, which keeps what it has.
    """
    with own_database() as url:
        asyncio.run(_migrated(url))
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        compiled.keep(url)
        with psycopg.connect(address, autocommit=True, options="-c session_replication_role=replica") as janitor:
            yield url, janitor
        compiled.let_go(url)


@pytest.fixture
def postgres_url(_postgres_database: tuple[str, psycopg.Connection]) -> Iterator[str]:
    """A PostgreSQL database at the tables of this version, empty again after the test."""
    url, janitor = _postgres_database
    yield url
    for (name,) in janitor.execute(USED.encode()).fetchall():
        janitor.execute(f"DELETE FROM {name}".encode())
    janitor.execute(RESTART.encode())


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


PATIENT = pytest.mark.timeout(300)
"""For whoever waits for other processes; what each of them may take is said where it is waited for."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Who starts processes comes first: all of them to one worker, where they wait one after another, and the other
    workers have the processors. Who takes so long that its time is said comes first at the next worker, not last.

    With `--dist worksteal` each worker begins with its part of the list, and takes from the ends of the others' parts.
    """
    waits = [item for item in items if item.get_closest_marker("process")]
    takes_long = [item for item in items if item.get_closest_marker("timeout") and item not in waits]
    rest = [item for item in items if item not in waits and item not in takes_long]
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    first = max(len(items) // workers - len(waits), 0)
    items[:] = [*waits, *rest[:first], *takes_long, *rest[first:]]
    for item in waits:
        if not item.get_closest_marker("timeout"):
            item.add_marker(PATIENT)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking for circles among it again and again took a fifth of the suite's time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
