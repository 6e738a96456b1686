"""Names as people write them: made safe to show, and otherwise left alone."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from club import names
from club.refusal import Refused
from tests.members import attempt

ANYTHING = some.text(max_size=200) | some.text("\u200b\u200d\u202e\u2066\ufe0f\u3164\u0301e \n👩👧🇩🇪", max_size=40)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  Ana   Lopez \n", "Ana Lopez"),
        ("王小明", "王小明"),
        ("أحمد", "أحمد"),
        ("Ana\u202eevil\u202c", "Anaevil"),
        ("A\u200bn\u200ba", "Ana"),
        ("Zoe\u0308", "Zoë"),
        ("e\u200b\u0301", "é"),
        ("<b>Ana</b>", "<b>Ana</b>"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("👩‍👧", "👩‍👧"),
        ("O'Neil-Łukasz 3rd", "O'Neil-Łukasz 3rd"),
        ("A\x00B\tC", "AB C"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_cannot_be_seen(written: str, shown: str) -> None:
    assert names.person_name(written) == shown


@pytest.mark.parametrize("written", ["", "  ", "\u200b\u200d", "\u3164", "...", "-", "\u202e", "\u0301", "\u2800"])
def test_what_shows_nothing_is_no_name(written: str) -> None:
    with pytest.raises(Refused) as refused:
        names.person_name(written)
    assert refused.value.template == "membership/name_empty"
    assert not names.is_name(written)


def test_sixty_characters_are_the_most() -> None:
    assert names.person_name("a" * 60)
    with pytest.raises(Refused) as refused:
        names.person_name("a" * 61)
    assert refused.value.facts == {"most": 60}


@given(ANYTHING)
def test_whatever_is_written_becomes_one_visible_line_and_stays_it(text: str) -> None:
    shown = names.clean(text)
    assert names.clean(shown) == shown
    assert "\n" not in shown
    assert shown == shown.strip()
    assert unicodedata.is_normalized("NFC", shown)
    hidden = [one for one in shown if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co") and one != "\u200d"]
    assert hidden == []


@given(ANYTHING | some.text(min_size=150, max_size=300))
def test_a_name_or_a_line_is_taken_or_refused_in_words(text: str) -> None:
    for read in (names.person_name, names.line):
        taken, refused = attempt(read, text)
        if taken is None:
            assert refused in ("membership/name_empty", "membership/name_long", "forms/empty", "forms/long")
        else:
            assert read(taken) == taken
