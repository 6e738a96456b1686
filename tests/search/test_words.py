"""What a text is found by, and which part of it is shown."""

from __future__ import annotations

import pytest

from club.words import snippet, wanted, words_of


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("cup", "The CUP was cracked"),
        ("cups", "one cup"),
        ("cafe", "the Café's door"),
        ("dont", "I don’t know"),
        ("积分", "我的積分不見了"),
        ("軟體", "软件坏了"),
        ("杯", "杯子裂了"),
        ("杯子 broken", "my 杯子 is broken"),
        ("ＣＵＰ", "cup"),
    ],
)
def test_whoever_writes_it_in_another_way_finds_it(asked: str, text: str) -> None:
    assert set(wanted(asked)) <= words_of(text)


@pytest.mark.parametrize(("asked", "text"), [("cup", "cupboard"), ("glass", "glasshouse"), ("子杯", "杯子")])
def test_other_words_are_not_found(asked: str, text: str) -> None:
    assert not set(wanted(asked)) <= words_of(text)


def test_what_is_shown_is_where_most_of_the_words_are() -> None:
    said = ["The cup came late", "x " * 60 + "the handle of the cup is broken", "Thank you"]
    shown = snippet(said, wanted("cup broken"))
    assert [piece.text for piece in shown if piece.found] == ["cup", "broken"]
    assert shown[0].text == "…"
    assert "handle" in "".join(piece.text for piece in shown)


def test_pairs_that_touch_are_marked_as_one() -> None:
    assert [piece.text for piece in snippet(["您好，我的積分不見了"], wanted("积分不见")) if piece.found] == [
        "積分不見"
    ]


def test_without_a_word_of_them_the_beginning_is_shown() -> None:
    assert [piece.text for piece in snippet(["Where is my cup?"], wanted("10017"))] == ["Where is my cup?"]
    assert snippet([], wanted("cup")) == []
