"""`guanxi replies export` and `guanxi replies import`: ready replies in a file and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import replies as files
from bot.settings import Settings
from club import replies as club_replies
from storage import replies
from storage.database import open_database
from storage.replies import Reply
from storage.sealing import Vault
from tests.club import MASTER_KEY

REPLIES = """
- shortcut: late
  text:
    en: "Dear {name}, we are late with {request}. – {staff}"
    zh-Hans: "{name}，您的 {request} 晚了，抱歉。"
    zh-Hant: "{name}，您的 {request} 晚了，抱歉。"
- shortcut: 营业
  text: {zh-Hans: "我们的营业时间：{hours}"}
  active: no
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "replies.yaml"
    path.write_text(REPLIES, encoding="utf-8")
    return path


def writes(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


async def kept(settings: Settings) -> dict[str, Reply]:
    database = await open_database(settings.storage.url, Vault(MASTER_KEY))
    try:
        return {one.shortcut: one for one in await database.read(replies.every)}
    finally:
        await database.close()


async def test_what_is_exported_is_imported_unchanged(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await files.take_in(settings, file) == 0
    assert "2 added, 0 changed, 0 as they were." in capsys.readouterr().out
    before = await kept(settings)
    assert before["late"].texts["zh-Hant"] == "{name}，您的 {request} 晚了，抱歉。"
    assert (before["late"].active, before["营业"].active) == (True, False)
    again = file.with_name("again.yaml")
    assert await files.export(settings, again) == 0
    assert f"2 replies are in '{again}'." in capsys.readouterr().out
    assert await files.take_in(settings, again) == 0
    assert "0 added, 0 changed, 2 as they were." in capsys.readouterr().out
    assert await kept(settings) == before


async def test_a_reply_of_the_same_word_says_the_same_and_keeps_its_other_languages(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await files.take_in(settings, file)
    writes(file, "- {shortcut: /LATE, text: {en: We are late.}, active: no}")
    assert await files.take_in(settings, file) == 0
    assert "0 added, 1 changed, 0 as they were." in capsys.readouterr().out
    late = (await kept(settings))["late"]
    assert (late.texts["en"], late.active) == ("We are late.", False)
    assert late.texts["zh-Hans"].startswith("{name}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("late: soon", "the file: found dict, expected a list of replies, each with a shortcut"),
        ("- [", "the file: found no YAML"),
        ("- {shortcut: two words, text: {en: Hi}}", "reply 1, shortcut: found 'two words', expected one word"),
        ("- {text: {en: Hi}}", "reply 1, shortcut: found None, expected one word"),
        ("- {shortcut: hi}", "reply 1, text: found none, expected one in a language at least"),
        ("- {shortcut: hi, text: {de: Hallo}}", "reply 1, text: found {'de': 'Hallo'}, expected texts by language"),
        ("- {shortcut: hi, text: {en: Hi}, active: perhaps}", "reply 1, active: found 'perhaps', expected yes or no"),
        ("- {shortcut: hi, words: Hi}", "reply 1: found 'words', expected only shortcut, text, active"),
        ("- {shortcut: hi, text: {en: Hi}}\n- {shortcut: HI, text: {en: Ho}}", "found 'hi' twice"),
        ("- {shortcut: hi, text: {en: 'Hi {nmae}'}}", "nmae"),
    ],
)
async def test_a_file_that_cannot_be_read_as_a_whole_changes_nothing(
    settings: Settings, file: Path, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    writes(file, f"- {{shortcut: fine, text: {{en: Fine}}}}\n{text}" if text.startswith("- {") else text)
    told = told.replace("reply 1", "reply 2")
    assert await files.take_in(settings, file) == 2
    said = capsys.readouterr().err
    assert told in said
    assert said.strip().endswith("Nothing was changed.")


async def test_beyond_the_most_there_may_be_the_rest_is_refused(
    settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(club_replies, "MOST", 1)
    assert await files.take_in(settings, file) == 1
    said = capsys.readouterr()
    assert "1 added, 0 changed, 0 as they were, 1 refused." in said.out
    assert "营业" in said.err
    assert list(await kept(settings)) == ["late"]


async def test_a_place_that_cannot_be_written_is_told(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await files.export(settings, tmp_path / "no" / "replies.yaml") == 2
    assert "cannot be written" in capsys.readouterr().err
