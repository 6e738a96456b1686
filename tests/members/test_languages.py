"""Which of the club's languages somebody gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from club.languages import ENGLISH, LANGUAGES, SIMPLIFIED, TRADITIONAL, from_telegram
from handlers.commands import default_menus, shown_by_itself


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("zh-hans", SIMPLIFIED),
        ("zh_CN", SIMPLIFIED),
        ("zh-SG", SIMPLIFIED),
        ("zh", SIMPLIFIED),
        ("zh-hant", TRADITIONAL),
        ("zh-Hant-HK", TRADITIONAL),
        ("zh-TW", TRADITIONAL),
        ("zh-MO", TRADITIONAL),
        ("en-US", ENGLISH),
        ("de", ENGLISH),
        ("", ENGLISH),
        (None, ENGLISH),
    ],
)
def test_the_tag_of_telegram_decides(code: str | None, language: str) -> None:
    assert from_telegram(code, LANGUAGES) == language


def test_who_reads_one_chinese_script_gets_the_other_rather_than_english() -> None:
    assert from_telegram("zh-TW", (ENGLISH, SIMPLIFIED)) == SIMPLIFIED
    assert from_telegram("zh", (ENGLISH, TRADITIONAL)) == TRADITIONAL


def test_where_nothing_fits_it_is_english_or_else_the_clubs_own() -> None:
    assert from_telegram("de", (SIMPLIFIED, ENGLISH)) == ENGLISH
    assert from_telegram("de", (SIMPLIFIED, TRADITIONAL)) == SIMPLIFIED


@given(some.none() | some.text(max_size=20), some.permutations(LANGUAGES), some.integers(1, 3))
def test_everybody_gets_a_language_that_the_club_speaks(code: str | None, order: list[str], many: int) -> None:
    spoken = tuple(order[:many])
    assert from_telegram(code, spoken) in spoken
    assert shown_by_itself(code, spoken) in spoken


@pytest.mark.parametrize("spoken", [LANGUAGES, (TRADITIONAL, SIMPLIFIED), (SIMPLIFIED,), (ENGLISH, TRADITIONAL)])
@pytest.mark.parametrize("code", ["en", "zh", "de"])
def test_what_is_said_to_be_shown_by_itself_is_what_the_default_menus_show(spoken: tuple[str, ...], code: str) -> None:
    menus = {entry.get("language_code", ""): entry["commands"] for entry in default_menus(spoken)}
    shown = menus.get(code, menus[""])
    assert shown == default_menus((shown_by_itself(code, spoken),))[0]["commands"]
