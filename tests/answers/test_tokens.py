"""What a question is made of."""

from __future__ import annotations

import pytest

from club.tokens import MAX_TEXT, features, fold, key, simplified


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("我有多少積分？", "我有多少积分"),
        ("WHEN do you OPEN?!", "when do you open"),
        ("ｗｈｅｎ ｄｏ ｙｏｕ ｏｐｅｎ", "when do you open"),
        ("網路", "网络"),
        ("  what's   new… ", "what's new"),
    ],
)
def test_the_same_words_are_the_same_however_they_are_written(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_what_says_nothing_has_no_parts() -> None:
    assert [text for text in ("", "???", "🙂", "\u200b", "…") if key(text) or features(text)] == []


def test_a_question_in_two_languages_is_cut_into_both() -> None:
    parts = features("有 Wi-Fi 吗")
    assert {"有", "吗", "w wi", "w fi", "p wi fi"} <= set(parts)


def test_a_typo_keeps_most_of_a_word() -> None:
    right, wrong = features("delivery"), features("delivrey")
    assert len(right.keys() & wrong.keys()) > len(right) / 3


def test_words_of_two_characters_are_found_within_a_sentence() -> None:
    assert "积分" in features("請問我的積分還剩多少")


def test_a_page_of_text_is_cut_short() -> None:
    assert len(fold("茶" * 100_000)) == MAX_TEXT


def test_traditional_chinese_is_put_into_simplified_characters() -> None:
    assert simplified("會員積分") == "会员积分"
