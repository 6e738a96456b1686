"""What people type into a form that no form expects: each has a clear answer, in their language."""

from __future__ import annotations

import pytest

from tests.club import ClubHouse, Person
from tests.membership.test_joining import on_file

LONG = "long " * 2_000


async def asked_for(club: ClubHouse, question: str) -> Person:
    """Somebody who joins, as far as that question."""
    person = club.person("Ana")
    await person.says("/join")
    await person.presses("I agree")
    for field in ("name", "birthday", "city", "interests"):
        if field == question:
            return person
        await person.says("Ana" if field == "name" else "/skip")
    return person


NAMES = {
    "<b>Ana</b> & <script>": "&lt;b&gt;Ana&lt;/b&gt; &amp; &lt;script&gt;",
    "{{ 7 * 7 }} {% raw %}": "{{ 7 * 7 }} {% raw %}",
    "Ana 🍵👩‍👧": "Ana 🍵👩‍👧",
    "أحمد علي": "أحمد علي",
    "\u202eanA\u202c \u200bLo\u200bpez": "anA Lopez",
    "%s {0} ${x} `rm`": "%s {0} ${x} `rm`",
}


async def test_a_name_that_means_trouble_is_just_a_name(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    for typed, shown in NAMES.items():
        await ana.says("/edit")
        await ana.presses("Name")
        assert f"Name: <b>{shown}</b>" in await ana.says(typed)
        await ana.says("/complain The cup was cracked")
        assert shown in club.staff().in_group().sees()


WILL_NOT_DO = {
    "name": {
        LONG: "up to 60 characters",
        "\u200b\u200b": "We could not read a name",
        "...": "We could not read a name",
        "   ": "Please answer in words",
    },
    "birthday": {
        "30 February": "could not find that day",
        "2035-13-01": "could not find that day",
        "2035-01-01": "still to come",
        "29.2.1999": "could not find that day",
        "1850-01-01": "120 years",
        "lunar 13-1": "lunar calendar has no such day",
        LONG: "could not read a date",
        "{{ 7 * 7 }}": "could not read a date",
    },
    "city": {LONG: "up to 200 fit here", "\u200b": "nothing to read"},
    "interests": {LONG: "9,999 characters"},
}


@pytest.mark.parametrize("question", WILL_NOT_DO)
async def test_an_answer_that_will_not_do_is_told_why_and_asked_again(club: ClubHouse, question: str) -> None:
    ana = await asked_for(club, question)
    asked = ana.sees()
    for typed, answer in WILL_NOT_DO[question].items():
        heard = await ana.says(typed)
        assert answer in heard, typed
        assert asked in heard, "the question stands there once more"
        assert "Cancel" in ana.buttons()


async def test_the_29th_of_february_of_a_leap_year_is_a_birthday(club: ClubHouse) -> None:
    ana = await asked_for(club, "birthday")
    assert "Which city" in await ana.says("29.2.")


async def test_王小明_is_told_in_his_own_script(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("/join")
    await xiaoming.presses("我同意")
    assert "这里最多写 60 个字" in await xiaoming.says("长" * 61)
    await xiaoming.presses("王小明")
    assert "日历上没有找到这一天" in await xiaoming.says("2月30日")
    assert "这一天还没有到" in await xiaoming.says("2035年1月1日")
    assert "农历里没有这一天" in await xiaoming.says("农历十三月初一")


async def test_ten_thousand_characters_are_kept_and_both_sides_can_read_on(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "#1001" in await ana.says("<&>" * 3_333)
    assert "#1001" in await ana.says("/status")
    assert "Added" in await ana.says("碎" * 10_000)
    assert "#1001" in await club.staff().says("/queue")


async def test_nothing_but_space_is_answered(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain")
    assert "Please answer in words" in await ana.says(" \n\t ")
    assert "What happened?" in ana.sees()
    await ana.says("/cancel")
    assert await ana.says("\u200b\u200b") != ""


async def test_what_looks_like_a_template_is_shown_as_it_was_typed(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain {{ config }} {% for x in y %} <b>bold</b>")
    assert "{{ config }} {% for x in y %} &lt;b&gt;bold&lt;/b&gt;" in club.staff().in_group().sees()


async def test_a_stranger_whose_telegram_name_shows_nothing_is_still_welcome(club: ClubHouse) -> None:
    nobody = club.person("\u3164")
    assert "welcome to" in await nobody.says("/start")
    await nobody.says("/join")
    await nobody.presses("I agree")
    assert nobody.buttons() == ["← Back", "Cancel"], "there is no name to offer as a button"
    await nobody.says("Ana")
    assert (await on_file(club, nobody)).status == "prospect"
