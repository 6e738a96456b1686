"""What is wrong with a campaign is said by place, found and expected, and nothing wrong is kept."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns import reading
from campaigns.problems import Invalid
from club.languages import LANGUAGES
from tests.campaigns.desk import TEA


def wrong(**changes: Any) -> list[str]:
    try:
        reading.parse(TEA | changes, LANGUAGES)
    except Invalid as invalid:
        return [str(problem) for problem in invalid.problems]
    return []


def test_what_was_read_is_read_again_from_its_own_data() -> None:
    found = reading.parse(
        TEA
        | {
            "kind": "promotion",
            "ends_on": "2026-12-24",
            "moment": {"when": "once", "on": "2026-12-01", "at": "10:00"},
            "audience": {"bought": {"within_days": 90}},
            "buttons": [{"label": {"en": "Look"}, "does": "https://example.org/tea"}],
            "holdout": 20,
        },
        LANGUAGES,
    )
    assert reading.parse(found.as_data(), LANGUAGES) == found


def test_a_text_invites_a_reply() -> None:
    assert wrong(texts={"en": "The tea is here."}) == [
        "texts.en: found no question, and no button, expected something that one can reply to."
    ]
    assert wrong(texts={"en": "The tea is here."}, buttons=[{"label": "Nice"}]) == []
    assert wrong(texts={"en": "Tea?", "zh-Hans": "茶到了，要吗？"}) == []


def test_a_promotion_names_its_last_day_and_nothing_else_does() -> None:
    assert wrong(kind="promotion") == [
        "ends_on: found nothing, expected the last day of the offer, such as 2026-12-24."
    ]
    assert "only a promotion ends" in wrong(ends_on="2026-12-24")[0]
    assert "{{ ends }}" in wrong(texts={"en": "Until {{ ends }}?"})[0]


@pytest.mark.parametrize(
    "text", ["20% for you?", "Now €5?", "Big discount?", "全场优惠，来吗？", "特價，要嗎？", "只要 30 元，好吗？"]
)
def test_a_greeting_sells_nothing_in_its_words(text: str) -> None:
    assert "a greeting without an offer" in wrong(kind="greeting", texts={"en": text})[0]


@pytest.mark.parametrize("does", ["rewards", "https://shop.example.org"])
def test_nor_behind_its_buttons(does: str) -> None:
    found = wrong(kind="greeting", texts={"en": "A good year?"}, buttons=[{"label": "Go", "does": does}])
    assert "a place where nothing is sold" in found[0]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"key": "Tea!"}, "key"),
        ({"key": None}, "key"),
        ({"kind": "spam"}, "kind"),
        ({"texts": {}}, "texts"),
        ({"texts": {"fr": "Bonjour?"}}, "texts.fr"),
        ({"texts": {"en": "Hello {{ nmae }}?"}}, "texts.en, line 1"),
        ({"texts": {"en": "{{ ''.__class__ }}?"}}, "texts.en, line 1"),
        ({"texts": {"en": "x" * 5_000 + "?"}}, "texts.en"),
        ({"audience": {"sign": {"is": "Leo"}}}, "audience"),
        ({"moment": {"when": "someday"}}, "moment.when"),
        ({"buttons": [{"label": "x" * 31}]}, "buttons[1].label"),
        ({"buttons": [{"label": "Go", "does": "javascript:alert(1)"}]}, "buttons[1].does"),
        ({"buttons": [{"label": "Go", "does": "https://a b"}]}, "buttons[1].does"),
        ({"buttons": [{"label": "x"}] * 7}, "buttons"),
        ({"holdout": 51}, "holdout"),
        ({"holdout": True}, "holdout"),
        ({"ends_on": "soon", "kind": "promotion"}, "ends_on"),
        ({"picture": 7}, "picture"),
        ({"variants": []}, "variants"),
        ({"variants": [{"texts": {"en": "A?"}, "share": 0}]}, "variants[1].share"),
        ({"colour": "red"}, "colour"),
        ({"kind": "survey", "texts": {}, "steps": [{"name": "hello", "texts": {"en": "Hello?"}}]}, "kind"),
    ],
)
def test_each_mistake_is_named_by_its_place(changes: dict[str, Any], place: str) -> None:
    assert wrong(**changes)[0].startswith(place)


@pytest.mark.parametrize("data", [None, "tea", 7, [], {"key": ["a"], "texts": [1], "buttons": {"a": 1}}])
def test_whatever_comes_is_answered_with_problems(data: object) -> None:
    with pytest.raises(Invalid):
        reading.parse(data, LANGUAGES)
