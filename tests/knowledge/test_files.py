"""`guanxi kb export` and `guanxi kb import`: the knowledge base in a file and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import kb
from bot.demo import KNOWLEDGE
from bot.settings import Settings
from club.knowledge_files import FileProblem, from_csv, from_yaml
from club.refusal import Refused
from storage import knowledge
from storage.database import open_database
from storage.knowledge import Entry
from storage.sealing import Vault
from tests.club import MASTER_KEY


async def kept(settings: Settings) -> tuple[list[Entry], int]:
    """The entries, and how many versions of them were written."""
    database = await open_database(settings.storage.url, Vault(MASTER_KEY))
    try:
        return await database.read(lambda db: (knowledge.entries(db), knowledge.last_change(db)))
    finally:
        await database.close()


@pytest.mark.parametrize("name", ["base.yaml", "base.csv"])
async def test_what_is_exported_is_imported_unchanged(
    settings: Settings, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    assert await kb.take_in(settings, KNOWLEDGE) == 0
    assert "10 added, 0 changed, 0 as they were." in capsys.readouterr().out
    assert await kb.export(settings, file) == 0
    entries, versions = await kept(settings)
    assert await kb.take_in(settings, file) == 0
    assert "0 added, 0 changed, 10 as they were." in capsys.readouterr().out
    assert await kept(settings) == (entries, versions)
    drafts = from_csv(file.read_text("utf-8")) if name.endswith("csv") else from_yaml(file.read_text("utf-8"))
    assert {one.name for one in drafts} == {one.name for one in entries}


async def test_an_entry_of_the_same_name_is_made_to_say_the_same(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "base.yaml"
    file.write_text("- {title: {en: Dogs}, answer: {en: Welcome.}, phrasings: {en: [can I bring my dog, dogs]}}")
    assert await kb.take_in(settings, file) == 0
    file.write_text("- {name: Dogs, title: {en: Pets}, answer: {en: Welcome.}, phrasings: {en: [dogs]}, active: no}")
    assert await kb.take_in(settings, file) == 0
    assert "0 added, 1 changed" in capsys.readouterr().out
    [entry], _ = await kept(settings)
    assert (entry.name, entry.wordings["en"].title, entry.active) == ("Dogs", "Pets", False)
    assert [phrasing.text for phrasing in entry.phrasings] == ["dogs"]


async def test_words_of_another_entry_are_refused_and_the_rest_comes_in(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "base.yaml"
    entry = "- {{title: {{en: {0}}}, answer: {{en: Yes.}}, phrasings: {{en: [{1}]}}}}\n"
    file.write_text(entry.format("Dogs", "pets") + entry.format("Cats", "'Pets?'") + entry.format("Birds", "birds"))
    assert await kb.take_in(settings, file) == 1
    said = capsys.readouterr()
    assert "'Cats': “Pets?” leads to “Dogs” already" in said.err
    assert "2 added, 0 changed, 0 as they were, 1 refused." in said.out


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [", "found no YAML"),
        ("just words", "found str, expected a list of entries"),
        ("- 1", "expected a list of entries"),
        ("- {title: {en: A}}", "entry 1: found 1 titles and 0 answers"),
        ("- {title: {fr: A}, answer: {fr: B}}", "expected texts by language: en, zh-Hans, zh-Hant"),
        ("- {title: A, answer: B}", "entry 1, title: found 'A'"),
        ("- {title: {en: A}, answer: {en: B}, colour: red}", "found 'colour', expected only name, title"),
        ("- {title: {en: A}, answer: {en: B}, phrasings: {en: once}}", "expected a list for each language"),
        ("- {title: {en: A}, answer: {en: B}, valid_until: soon}", "found 'soon', expected a day such as 2026-12-24"),
        ("- {title: {en: A}, answer: {en: B}, active: perhaps}", "expected yes or no"),
        ("- !!python/object/apply:os.system ['true']", "found no YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_what_would_work(text: str, why: str) -> None:
    with pytest.raises(FileProblem) as told:
        from_yaml(text)
    assert why in str(told.value)


def test_an_unknown_field_in_a_file_is_refused() -> None:
    with pytest.raises(Refused, match="knowledge/unknown_field"):
        from_yaml("- {title: {en: A}, answer: {en: 'You have {coins}'}}")


def test_a_csv_without_its_columns_says_which() -> None:
    with pytest.raises(FileProblem, match="found no answer, expected name, language, title, answer"):
        from_csv("name,language,title\nDogs,en,Dogs\n")


async def test_a_file_with_a_mistake_changes_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "base.yaml"
    file.write_text("- {title: {en: Dogs}, answer: {en: Yes.}}\n- {title: {en: Cats}}\n")
    assert await kb.take_in(settings, file) == 2
    assert "Nothing was changed." in capsys.readouterr().err
    assert await kept(settings) == ([], 0)
