"""A space beside what is set into Chinese: beside Latin letters and digits, never beside Chinese."""

from __future__ import annotations

import html
import re

import pytest
from markupsafe import Markup, escape

import templates
from templates.seams import joined
from tests.templates.samples import facts_of

chinese = pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("陈伟", "由陈伟为您处理"),
        ("Chen Wei", "由 Chen Wei 为您处理"),
        ("20", "由 20 为您处理"),
        ("Élodie", "由 Élodie 为您处理"),
        ("陈 Wei", "由陈 Wei 为您处理"),
        ("（无名）", "由（无名）为您处理"),
        ("$1,260", "由 $1,260 为您处理"),
        ("−5", "由 −5 为您处理"),
        ("<b>", "由 &lt;b&gt; 为您处理"),
        ("山田さん", "由山田さん为您处理"),
    ],
)
@pytest.mark.parametrize(("before", "behind"), [("由", "为您处理"), ("由 ", " 为您处理"), ("由", " 为您处理")])
def test_the_value_decides_about_the_space_whatever_the_template_has(
    before: str, behind: str, value: str, read: str
) -> None:
    assert joined([before, escape(value), behind]) == read


def test_the_space_stands_outside_of_bold_type() -> None:
    assert joined(["由<b>", escape("Wei"), "</b>处理"]) == "由 <b>Wei</b> 处理"
    assert joined(["由 <b>", escape("陈伟"), "</b> 处理"]) == "由<b>陈伟</b>处理"
    assert joined(["由", Markup("<b>Wei</b>"), "处理"]) == "由 <b>Wei</b> 处理"
    assert joined(["由 ", Markup("<b>陈伟</b>"), " 处理"]) == "由<b>陈伟</b>处理"
    assert joined(['看<a href="https://tea.example">', escape("Tea"), "</a>的"]) == (
        '看 <a href="https://tea.example">Tea</a> 的'
    )


def test_words_of_a_template_that_come_in_pieces_are_one_text() -> None:
    assert joined(["由", "<b>", escape("Wei"), "</b>", "处理"]) == "由 <b>Wei</b> 处理"


def test_what_people_wrote_stays_as_they_wrote_it() -> None:
    assert joined(["您说：", escape("买了3个Cup 都 碎了"), "。"]) == "您说：买了3个Cup 都 碎了。"
    assert joined([escape("茶Club"), "里"]) == "茶Club 里"


def test_beside_punctuation_commands_and_line_breaks_nothing_changes() -> None:
    assert joined(["请发 /take ", escape("1001"), "，谢谢"]) == "请发 /take 1001，谢谢"
    assert joined(["例如：", escape("Tea"), "\n"]) == "例如：Tea\n"
    assert joined(["有\n", escape("20"), "\n份"]) == "有\n20\n份"


def test_an_emoji_keeps_what_the_template_has() -> None:
    assert joined(["由", escape("🍵"), "为您"]) == "由🍵为您"
    assert joined(["由 ", escape("🍵"), " 为您"]) == "由 🍵 为您"


def test_a_value_that_is_empty_changes_nothing() -> None:
    assert joined(["有", escape(""), "人"]) == "有人"
    assert joined(["有", escape(""), "人", escape("20")]) == "有人 20"


def test_a_member_reads_it_so_at_a_branch_of_the_template_too() -> None:
    facts = {"kind": "complaint", "number": 1001}
    told = templates.render("tickets/you_are_in_hands", "zh-Hans", **facts, name="Chen Wei")
    assert told.startswith("您的投诉 <b>#1001</b>，由 <b>Chen Wei</b> 为您处理")
    assert "由<b>陈伟</b>为您处理" in templates.render("tickets/you_are_in_hands", "zh-Hans", **facts, name="陈伟")


_DATES = re.compile(r"(\d+年)?\d+月(\d+日)?|\d+年|[上下]午\d+:\d\d|咖啡豆500克")
"""What is written without spaces inside: dates, times, and the name of a product as a shop writes it."""
_OF_PEOPLE = re.compile(r"\d*碎+")


@chinese
@pytest.mark.parametrize("noun", templates.nouns())
def test_in_every_message_one_space_stands_between_chinese_and_latin(noun: str, language: str) -> None:
    for name in sorted(f"{noun}/{block}" for block in templates.blocks(noun, language)):
        for facts in facts_of(name):
            shown = html.unescape(re.sub("<[^<>]*>", "", templates.render(name, language, **facts)))
            text = _OF_PEOPLE.sub("。", _DATES.sub("。", shown))
            assert re.findall(r".?[\u4e00-\u9fff][A-Za-z0-9].?|.?[A-Za-z0-9][\u4e00-\u9fff].?", text) == [], text
            assert re.findall(r"[\u4e00-\u9fff] [\u4e00-\u9fff]", text) == [], text
