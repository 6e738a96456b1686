from __future__ import annotations

import base64
from pathlib import Path

import pytest

from bot.settings import Settings
from tests.club import MASTER_KEY
from tests.imports.office import Office


@pytest.fixture
def office(any_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    """On either database; the club stands in Shanghai."""
    return _office(any_url, tmp_path, capsys)


@pytest.fixture
def small_office(sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    """On SQLite, for what has nothing to do with the database."""
    return _office(sqlite_url, tmp_path, capsys)


def _office(url: str, directory: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    key_file = directory / "club.key"
    key_file.write_bytes(base64.b64encode(MASTER_KEY))
    key_file.chmod(0o600)
    settings = Settings.model_validate(
        {"storage": {"url": url, "key_file": key_file}, "club": {"time_zone": "Asia/Shanghai"}}
    )
    return Office(settings, directory, capsys)
