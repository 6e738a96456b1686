"""The code and the words fit together: nothing is said that has no words, and no words lie about unused."""

from __future__ import annotations

import re

import pytest

import templates
from handlers.commands import BY_NAME
from templates import LANGUAGES
from tests.templates import said_in_code
from tests.templates.samples import facts_of


def test_the_templates_have_no_problems() -> None:
    assert templates.problems() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_code_says_has_words(language: str) -> None:
    written = {f"{noun}/{block}" for noun in templates.nouns() for block in templates.blocks(noun, language)}
    assert said_in_code.said() - written == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_dead(language: str) -> None:
    written = {f"{noun}/{block}" for noun in templates.nouns() for block in templates.blocks(noun, language)}
    assert written - said_in_code.said() == set()


def test_every_name_that_is_put_together_is_known_to_these_tests() -> None:
    assert said_in_code.made_up() == set(said_in_code.MADE_UP)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("noun", templates.nouns())
def test_each_message_can_be_said_with_what_its_handler_knows(noun: str, language: str) -> None:
    for block in templates.blocks(noun, language):
        for facts in facts_of(f"{noun}/{block}"):
            assert templates.render(f"{noun}/{block}", language, **facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fact_that_is_missing_is_an_error(language: str) -> None:
    with pytest.raises(Exception, match="'number' is undefined"):
        templates.render("complaints/filed", language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("noun", templates.nouns())
def test_a_command_that_is_mentioned_exists(noun: str, language: str) -> None:
    source = (templates.FOLDER / f"{noun}.{language}.j2").read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w/<])/([a-z]+)", source)) <= set(BY_NAME)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_that_is_mentioned_exists_by_that_label(language: str) -> None:
    labels = set(_labels(language))
    for noun in templates.nouns():
        source = (templates.FOLDER / f"{noun}.{language}.j2").read_text(encoding="utf-8")
        assert set(re.findall(r"[“「]([^”」{]+)[”」]", source)) <= labels, noun


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ways_to_leave_are_called_as_on_their_buttons(language: str) -> None:
    asked = templates.render("membership/ask_leave", language, **facts_of("membership/ask_leave")[1])
    for label in ("leave", "erase"):
        assert f"<b>{templates.plain(f'buttons/{label}', language)}</b>" in asked


def _labels(language: str) -> list[str]:
    names = templates.blocks("buttons", language)
    return [templates.plain(f"buttons/{name}", language, **facts_of(f"buttons/{name}")[0]) for name in names]
