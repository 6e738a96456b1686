"""`guanxi campaign …`: from a file to a draft, from a draft to a report, beside the chat."""

from __future__ import annotations

import base64
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import campaigns as shell
from bot.settings import Settings
from storage.database import utc_now
from tests.campaigns.desk import goes_on
from tests.club import MASTER_KEY, OWNER, open_house

TEA = """
key: autumn-tea
name: Autumn tea
kind: promotion
ends_on: 2027-12-24
holdout: 0
texts:
  en: Hello {{ name }}, the oolong is here. Shall we put one aside?
  zh-Hant: "{{ name }}您好，烏龍茶到了，幫您留一份好嗎？"
buttons:
  - {label: {en: Yes please, zh-Hant: 好的}}
"""


@pytest.fixture
def settings(any_url: str, tmp_path: Path) -> Settings:
    key_file = tmp_path / "club.key"
    key_file.write_bytes(base64.b64encode(MASTER_KEY))
    key_file.chmod(0o600)
    return Settings.model_validate({"storage": {"url": any_url, "key_file": key_file}})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tea.yaml"
    path.write_text(TEA, encoding="utf-8")
    return path


def _now() -> dict[str, Any]:
    """A shell knows no clock but the machine's: a club of this moment, where no hour is indecent."""
    return {"now": utc_now(), "greeting_at": time(), "greeting_late_after": timedelta(days=1)}


class Shell:
    """What is typed, and what is read."""

    def __init__(self, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
        self._settings = settings
        self._capsys = capsys

    async def does(self, what: str, **given: Any) -> str:
        """Run a command; what it said, and its exit code where that is not 0."""
        code = await shell.in_database(self._settings, partial(getattr(shell, what), **given))
        return self._said(code)

    async def adds(self, file: Path) -> str:
        return self._said(await shell.add_file(self._settings, file))

    def checks(self, file: Path) -> str:
        return self._said(shell.check_file(self._settings, file))

    def _said(self, code: int) -> str:
        captured = self._capsys.readouterr()
        return (captured.out + captured.err).strip() + (f" [{code}]" if code else "")


async def test_a_file_becomes_a_campaign_that_is_sent_and_reported(
    any_url: str, settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Shell(settings, capsys)
    async with open_house(any_url, **_now()) as club:
        ana = await club.member("Ana")
        capsys.readouterr()
        assert guanxi.checks(file) == "autumn-tea: nothing is wrong with it."
        assert await guanxi.adds(file) == "autumn-tea is a draft now."
        assert await guanxi.adds(file) == "autumn-tea is a draft in its version 2 now."
        assert "autumn-tea" in await guanxi.does("list_all")
        assert "Hello Alex, the oolong is here." in await guanxi.does(
            "preview", key="autumn-tea", language="", member=""
        )
        assert await guanxi.does("take_step", key="autumn-tea", step="submit") == "autumn-tea is submitted now."
        assert await guanxi.does("take_step", key="autumn-tea", step="approve") == "autumn-tea is approved now."
        await goes_on(club)
        assert "the oolong is here" in ana.sees()
        capsys.readouterr()
        assert "Sent: 1" in await guanxi.does("report", key="autumn-tea")
        assert "▰▰▰▰▰▰▰▰▰▰ 1 of 1" in await guanxi.does("look", key="autumn-tea")


async def test_what_it_shows_can_be_added_again(
    settings: Settings, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Shell(settings, capsys)
    await guanxi.adds(file)
    shown = await guanxi.does("show", key="autumn-tea")
    again = tmp_path / "again.yaml"
    again.write_text(shown, encoding="utf-8")
    await guanxi.adds(again)
    assert await guanxi.does("show", key="autumn-tea") == shown


async def test_a_test_reaches_the_colleague_who_is_named(
    any_url: str, settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi = Shell(settings, capsys)
    async with open_house(any_url, **_now()) as club:
        owner = club.staff(OWNER)
        await owner.says("/start")
        await guanxi.adds(file)
        assert "is on its way" in await guanxi.does("test", key="autumn-tea", to=OWNER)
        club.work.delivery.wake()
        await club.settled()
        assert "Hello Lao Li, the oolong is here." in owner.sees()
        assert "found 5, expected the Telegram id" in await guanxi.does("test", key="autumn-tea", to=5)


async def test_what_is_wrong_is_said_in_a_line_and_by_the_exit_code(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi, path = Shell(settings, capsys), tmp_path / "bad.yaml"
    path.write_text('key: tea\nkind: spam\ntexts: {en: "Hello?"}', encoding="utf-8")
    assert guanxi.checks(path).startswith("kind: found 'spam', expected one of service, greeting")
    assert guanxi.checks(path).endswith("[1]")
    path.write_text("key: [", encoding="utf-8")
    assert "expected a campaign in YAML [2]" in guanxi.checks(path)
    assert "no campaign of that name" in await guanxi.does("show", key="coffee")


async def test_what_came_from_a_file_and_goes_to_many_is_approved_in_the_chat(
    any_url: str, settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = settings.model_copy(update={"campaigns": settings.campaigns.model_copy(update={"approve_above": 0})})
    guanxi = Shell(strict, capsys)
    async with open_house(any_url, **_now()) as club:
        await club.member("Ana")
        await guanxi.adds(file)
        await guanxi.does("take_step", key="autumn-tea", step="submit")
        refused = await guanxi.does("take_step", key="autumn-tea", step="approve")
        assert "a manager or an owner who did not write it" in refused
        owner = club.staff(OWNER)
        await owner.says("/campaign autumn-tea")
        await owner.presses("Approve")
        assert "autumn-tea is paused now." in await guanxi.does("take_step", key="autumn-tea", step="pause")
