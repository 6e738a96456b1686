import asyncio
from pathlib import Path

import pytest

from bot.opening import open_storage
from bot.settings import Settings, StorageSettings
from tests.settings.desk import Desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


@pytest.fixture(scope="session")
def used_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory where the bot has run once: migrations take their time, copies do not."""

    async def start(path: Path) -> None:
        storage = StorageSettings(url=f"sqlite+aiosqlite:///{path}/guanxi.db", key_file=path / "guanxi.key")
        database = await open_storage(Settings(storage=storage))
        await database.close()

    path = tmp_path_factory.mktemp("used_house")
    asyncio.run(start(path))
    return path
