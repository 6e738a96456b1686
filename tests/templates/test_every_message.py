"""What holds for every message, whoever reads it: it fits, is whole, does not shout, and keeps to one script."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest

import templates
from handlers.commands import BY_NAME
from templates import LANGUAGES
from tests.templates.said_in_code import refusals, toasts
from tests.templates.samples import facts_of
from tests.templates.scripts import SIMPLIFIED_ONLY, TRADITIONAL_ONLY

ALLOWED = {"b", "i", "u", "s", "code", "pre", "a", "blockquote"}
POP_UPS = sorted(refusals() | toasts())
HAN = "[\u4e00-\u9fff]"

every_language = pytest.mark.parametrize("language", LANGUAGES)
every_noun = pytest.mark.parametrize("noun", templates.nouns())
every_pop_up = pytest.mark.parametrize("name", POP_UPS)


@every_language
@every_noun
def test_tags_are_telegrams_and_balanced(noun: str, language: str) -> None:
    for text in _messages(noun, language):
        open_tags: list[str] = []
        for closing, tag in re.findall(r"<(/?)([^\s>]*)[^>]*>", text):
            assert tag in ALLOWED, text
            if closing:
                assert open_tags.pop() == tag, text
            else:
                open_tags.append(tag)
        assert open_tags == [], text


@every_language
@every_noun
def test_what_people_wrote_is_shown_as_they_wrote_it(noun: str, language: str) -> None:
    for text in _messages(noun, language):
        assert "<b>Ana</b> &" not in text
        assert "&amp;lt;" not in text
        assert "&amp;amp;" not in text


@every_language
@every_noun
def test_a_message_fits_into_telegrams_4096_characters(noun: str, language: str) -> None:
    for text in _messages(noun, language):
        assert _length(_as_read(text)) <= 4096


@every_language
@pytest.mark.parametrize("block", ["complaints", "causes", "answering"])
def test_a_report_fits_under_its_chart(block: str, language: str) -> None:
    for facts in facts_of(f"service/{block}"):
        assert _length(_as_read(templates.render(f"service/{block}", language, **facts))) <= 1024


@every_language
@every_noun
def test_no_message_shouts(noun: str, language: str) -> None:
    for text in _messages(noun, language):
        assert len(re.findall("[!！]", text)) <= 1


@every_language
@every_noun
def test_no_message_leaves_holes(noun: str, language: str) -> None:
    for text in _messages(noun, language):
        assert "None" not in text
        assert not re.search(r"\n\n\n|[ \t]\n|^[ \t]| {2}|[,，] ?[.。,，]|\(\)|（）", text, re.MULTILINE), text


@every_language
@every_pop_up
def test_a_pop_up_is_short_and_needs_no_markup(name: str, language: str) -> None:
    for facts in facts_of(name):
        text = templates.plain(name, language, **facts)
        assert _length(text) <= 180
        assert "<b>" not in templates.render(name, language, **facts)
        assert "\n" not in text


@every_language
def test_a_label_is_short(language: str) -> None:
    for name in templates.blocks("buttons", language) - {
        "unknown",
        "done_already",
        "open_ticket",
        "remove",
        "redeem",
        "bought",
    }:
        label = templates.plain(f"buttons/{name}", language, **facts_of(f"buttons/{name}")[0])
        assert len(label) <= 20
        assert len(re.findall(HAN, label)) <= 8


@every_language
def test_a_commands_description_is_short(language: str) -> None:
    for name in BY_NAME:
        assert len(templates.plain(f"commands/{name}", language)) <= 60


@pytest.mark.parametrize(
    ("language", "foreign", "codec"), [("zh-Hans", TRADITIONAL_ONLY, "gb2312"), ("zh-Hant", SIMPLIFIED_ONLY, "big5")]
)
@pytest.mark.parametrize("noun", templates.nouns())
def test_chinese_is_written_in_one_script(noun: str, language: str, foreign: set[str], codec: str) -> None:
    characters = set(re.findall(HAN, _source(noun, language)))
    assert characters & foreign == set()
    assert {character for character in characters if not _can_write(character, codec)} == set()


def test_the_two_scripts_are_told_apart_by_enough_characters() -> None:
    assert min(len(SIMPLIFIED_ONLY), len(TRADITIONAL_ONLY)) > 300
    assert set() == SIMPLIFIED_ONLY & TRADITIONAL_ONLY


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
@pytest.mark.parametrize("noun", templates.nouns())
def test_chinese_is_punctuated_in_chinese(noun: str, language: str) -> None:
    words = _words(_source(noun, language))
    assert re.findall(rf"{HAN}[,;:?!()\"'.]|[,;:?!()\"']{HAN}", words) == []
    assert re.findall(rf"{HAN} {HAN}", words) == []
    assert re.findall(rf"{HAN}[A-Za-z/#@]|[A-Za-z]{HAN}", words) == [], "one space beside Latin words and numbers"


@pytest.mark.parametrize(
    ("language", "marks"), [("en", "「」，。！？：；"), ("zh-Hans", "「」『』"), ("zh-Hant", "“”‘’")]
)
@pytest.mark.parametrize("noun", templates.nouns())
def test_each_language_has_its_own_quotation_marks(noun: str, language: str, marks: str) -> None:
    assert set(_source(noun, language)) & set(marks) <= ({"？"} if noun == "start" else set())


@pytest.mark.parametrize(
    "word",
    [
        "信息", "消息中心", "視頻", "文件", "鏈接", "短信", "賬號", "默認", "網絡", "點擊", "設置", "菜單", "發送",
        "公曆", "積分", "積點", "用戶", "退訂", "程序", "郵箱", "圖片", "激活", "登錄", "保存成功",
    ],
)  # fmt: skip
def test_traditional_chinese_uses_the_words_of_taiwan_and_hong_kong(word: str) -> None:
    assert [noun for noun in templates.nouns() if word in _source(noun, "zh-Hant")] == []


@cache
def _messages(noun: str, language: str) -> list[str]:
    """Everything that this noun says, with each of its samples."""
    names = [f"{noun}/{block}" for block in sorted(templates.blocks(noun, language))]
    return [templates.render(name, language, **facts) for name in names for facts in facts_of(name)]


def _as_read(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", text))


def _length(text: str) -> int:
    """As Telegram counts: in UTF-16 units, an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def _source(noun: str, language: str) -> str:
    return (templates.FOLDER / f"{noun}.{language}.j2").read_text(encoding="utf-8")


def _words(source: str) -> str:
    """The source without tags and expressions: what stands there for everybody. Expressions leave a mark."""
    return re.sub(r"{%.*?%}|</?[a-z]+>", "", re.sub(r"{{.*?}}", "￿", source))


def _can_write(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
