"""The database opens with its own key or not at all, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.opening import open_storage
from bot.settings import Settings, StorageSettings
from storage import migrate
from storage.database import DatabaseProblem
from storage.sealing import KeyProblem, make_key
from tests.own_postgres import own_database


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    def at(url: str) -> Settings:
        return Settings(storage=StorageSettings(url=url, key_file=tmp_path / "guanxi.key"))

    if request.param == "sqlite":
        yield at(f"sqlite+aiosqlite:///{tmp_path}/guanxi.db")
    else:
        with own_database() as url:
            yield at(url)


async def _starts(settings: Settings) -> str | None:
    """Open and close; the version of the tables."""
    database = await open_storage(settings)
    try:
        return await database.read(migrate.revision)
    finally:
        await database.close()


async def test_the_first_start_makes_tables_and_a_key_that_only_the_owner_reads(settings: Settings) -> None:
    assert await _starts(settings) == migrate.HEAD
    assert settings.storage.key_file.stat().st_mode & 0o777 == 0o600
    key = settings.storage.key_file.read_bytes()
    assert await _starts(settings) == migrate.HEAD
    assert settings.storage.key_file.read_bytes() == key


async def test_without_its_key_a_database_does_not_open_and_no_new_key_is_made(settings: Settings) -> None:
    await _starts(settings)
    settings.storage.key_file.unlink()
    with pytest.raises(KeyProblem, match=r"storage\.key_file: found no file at .*, expected the key that belongs to"):
        await _starts(settings)
    assert not settings.storage.key_file.exists()


async def test_the_key_of_another_database_does_not_open_it(settings: Settings) -> None:
    await _starts(settings)
    settings.storage.key_file.unlink()
    make_key(settings.storage.key_file)
    with pytest.raises(KeyProblem, match=r"storage\.key_file: found the key of another database"):
        await _starts(settings)


async def test_a_first_start_that_was_cut_short_is_finished_by_the_next(settings: Settings) -> None:
    """Tables without a key check: nothing was ever sealed, so a new key does no harm."""
    await _starts(settings)
    database = await open_storage(settings)
    await database.write(lambda db: db.execute(text("DELETE FROM bot_state")))
    await database.close()
    settings.storage.key_file.unlink()
    assert await _starts(settings) == migrate.HEAD
    assert settings.storage.key_file.exists()


async def test_a_database_of_a_newer_version_is_left_alone(settings: Settings) -> None:
    await _starts(settings)
    database = await open_storage(settings)
    await database.write(lambda db: db.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    await database.close()
    with pytest.raises(DatabaseProblem, match=f"found tables of version 9999, expected at most {migrate.HEAD}"):
        await _starts(settings)


@pytest.mark.parametrize("content", [bytes(range(128, 160)), b"short", b""])
async def test_a_file_that_holds_no_key_is_named(settings: Settings, content: bytes) -> None:
    """32 raw bytes, as /dev/urandom gives them, are no text at all."""
    make_key(settings.storage.key_file)
    settings.storage.key_file.write_bytes(content)
    with pytest.raises(KeyProblem, match=r"storage\.key_file: '.*' holds .*, expected"):
        await _starts(settings)


@pytest.mark.parametrize("setting", ["key_file", "url"])
async def test_a_path_that_cannot_even_be_looked_at_is_named(settings: Settings, setting: str) -> None:
    """As behind a folder that this user may not enter; a name that is too long is refused to root as well."""
    path = settings.storage.key_file.with_name("x" * 300)
    value = path if setting == "key_file" else f"sqlite+aiosqlite:///{path}"
    lost = Settings(storage=settings.storage.model_copy(update={setting: value}))
    reason = rf"storage\.{setting}: .*(File name too long|unable to open)"
    with pytest.raises((KeyProblem, DatabaseProblem), match=reason):
        await _starts(lost)


async def test_a_place_where_no_key_can_be_made_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lost = Settings(storage=settings.storage.model_copy(update={"key_file": tmp_path / "file" / "guanxi.key"}))
    with pytest.raises(KeyProblem, match=r"storage\.key_file: '.*' cannot be made"):
        await _starts(lost)


async def test_a_place_where_no_database_can_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = f"sqlite+aiosqlite:///{tmp_path}/file/guanxi.db"
    with pytest.raises(DatabaseProblem, match=r"storage\.url: '.*file/guanxi\.db' cannot be opened"):
        await _starts(Settings(storage=StorageSettings(url=url, key_file=tmp_path / "guanxi.key")))


async def test_of_several_that_start_together_on_postgresql_one_migrates(tmp_path: Path) -> None:
    with own_database() as url:
        settings = Settings(storage=StorageSettings(url=url, key_file=tmp_path / "guanxi.key"))
        make_key(settings.storage.key_file)
        assert await asyncio.gather(*(_starts(settings) for _ in range(3))) == [migrate.HEAD] * 3
