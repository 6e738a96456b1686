import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.opening import open_storage
from tests.web.house import House, open_house, settings_in


@pytest.fixture(scope="module")
def new_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, with all its tables, and copied for each test: migrations take their time."""

    async def build(path: Path) -> None:
        database = await open_storage(settings_in(path))
        await database.close()

    path = tmp_path_factory.mktemp("house")
    asyncio.run(build(path))
    return path


@pytest.fixture
async def house(new_house: Path, tmp_path: Path) -> AsyncIterator[House]:
    shutil.copytree(new_house, tmp_path, dirs_exist_ok=True)
    async with open_house(tmp_path) as opened:
        yield opened
