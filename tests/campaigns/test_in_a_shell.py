"""`guanxi campaign …`: from a file to a draft, from a draft to a report, beside the chat."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import campaigns as shell
from bot.settings import Settings
from storage.database import utc_now
from tests.campaigns.desk import goes_on
from tests.club import OWNER, open_house
from tests.membership.test_joining import on_file

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


JOURNEY = """
key: oolong
kind: service
moment: {when: once, on: 2027-12-04, at: "10:00"}
exits: [complained]
steps:
  - name: riddle
    texts: {en: "{{ name }}, something is brewing. Any guess?", zh-Hant: "{{ name }}，有東西快泡好了，猜猜看？"}
  - wait: {until: 2027-12-06, at: "10:00"}
  - if: {tier: {at_least: gold}}
    then:
      - texts: {en: "{{ name }}, you taste it first. Tomorrow at six?"}
    else:
      - wait: 2
  - name: reveal
    embargo: 2027-12-08 10:00
    texts: {en: "{{ name }}, the new oolong is here. Shall we put one aside?"}
  - task: Ask the regulars how they like it
"""


async def test_a_journey_goes_the_same_way(
    any_url: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi, file = Shell(settings, capsys), tmp_path / "oolong.yaml"
    file.write_text(JOURNEY, encoding="utf-8")
    async with open_house(any_url, **_now()) as club:
        ana, owner = await club.member("Ana"), club.staff(OWNER)
        await owner.says("/start")
        capsys.readouterr()
        key = {"key": "oolong"}
        assert guanxi.checks(file) == "oolong: nothing is wrong with it."
        assert await guanxi.adds(file) == "oolong is a draft now."
        assert "oolong" in await guanxi.does("list_all")
        shown = await guanxi.does("show", **key)
        file.write_text(shown, encoding="utf-8")
        assert await guanxi.adds(file) == "oolong is a draft in its version 2 now.", "what is shown is read again"
        assert await guanxi.does("show", **key) == shown
        card = await guanxi.does("look", **key)
        assert "1. 💬" in card
        assert "until 6 December 2027, 10:00" in card
        assert "🔒 8 December 2027, 10:00" in card
        said = await guanxi.does("preview", **key, language="", member="")
        assert "Alex, something is brewing" in said
        assert "Alex, you taste it first." in said
        assert "Alex, the new oolong is here." in said
        number = (await on_file(club, ana)).number
        assert "Ana, something is brewing" in await guanxi.does("preview", **key, language="", member=f"#{number}")
        assert "expected a colleague" in await guanxi.does("test", **key, to=ana.id)
        assert await guanxi.does("test", **key, to=OWNER) == f"oolong is on its way to {OWNER}."
        club.work.delivery.wake()
        await club.settled()
        assert "the new oolong is here" in owner.sees()
        for step, state in (
            ("submit", "submitted"),
            ("approve", "approved"),
            ("pause", "paused"),
            ("resume", "approved"),  # its day has not come
        ):
            assert await guanxi.does("take_step", **key, step=step) == f"oolong is {state} now."
        club.clock.move_to(datetime(2027, 12, 4, 10, 0, 5, tzinfo=UTC))
        await goes_on(club)
        assert "Ana, something is brewing. Any guess?" in ana.sees()
        assert "1. 💬" in await guanxi.does("report", **key)
        assert await guanxi.does("take_step", **key, step="cancel") == "oolong is cancelled now."


async def test_what_is_wrong_with_a_journey_is_said_with_its_place(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guanxi, file = Shell(settings, capsys), tmp_path / "bad.yaml"
    file.write_text(JOURNEY.replace("wait: 2\n", "wait: never\n").replace("2027-12-08 10:00", "soon"), encoding="utf-8")
    said = guanxi.checks(file)
    assert "steps[3].else[1].wait" in said
    assert "steps[4].embargo" in said
