"""Somebody finds the club and comes in."""

from __future__ import annotations

import pytest

from storage import members
from storage.members import Birthday, Member
from tests.club import ClubHouse, Person, open_house


async def on_file(club: ClubHouse, person: Person) -> Member:
    member: Member = await club.query(lambda db: members.by_telegram_id(db, person.id))
    return member


async def test_a_stranger_is_greeted_and_finds_everything_under_buttons(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "<b>Ana</b>" in await ana.says("/start")
    assert "20 points" in ana.sees()
    asks = ["Ask a question", "Make a complaint", "Talk to a person", "My requests"]
    assert ana.buttons() == ["Join the club", *asks, "🌐 Language · 语言"]
    assert (await on_file(club, ana)).status == "prospect"


async def test_ana_joins_and_gets_a_number_and_a_card(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    assert "Do you agree?" in await ana.presses("Join")
    assert "What may we call you?" in await ana.presses("I agree")
    assert "birthday" in await ana.presses("Ana")
    assert "Which city" in await ana.says("14 March 1990")
    assert "What do you care about?" in await ana.says("Berlin")
    assert "Last question" in await ana.says("coffee, books")
    end = await ana.presses("Yes")
    assert "Welcome, <b>Ana</b>" in end
    assert "<code>10017</code>" in end
    assert "20 points" in end
    known = await on_file(club, ana)
    assert (known.name, known.city, known.zone, known.interests) == ("Ana", "Berlin", "Europe/Berlin", "coffee, books")
    assert (known.status, known.birthday, known.marketing) == ("member", Birthday("solar", 3, 14, 1990), True)


async def test_王小明_joins_in_his_script(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    assert "您好" in await xiaoming.says("/start")
    await xiaoming.presses("加入会员")
    await xiaoming.presses("我同意")
    await xiaoming.says("小明")
    await xiaoming.says("农历八月十五")
    await xiaoming.says("杭州")
    await xiaoming.presses("跳过")
    end = await xiaoming.presses("不用了")
    assert "会员号：<code>" in end
    known = await on_file(club, xiaoming)
    assert (known.language, known.name, known.zone) == ("zh-Hans", "小明", "Asia/Shanghai")
    assert (known.birthday, known.marketing) == (Birthday("lunar", 8, 15), False)


@pytest.mark.parametrize(
    ("code", "language", "hello"),
    [
        ("zh-hans", "zh-Hans", "欢迎"),
        ("zh-CN", "zh-Hans", "欢迎"),
        ("zh", "zh-Hans", "欢迎"),
        ("zh-hant", "zh-Hant", "歡迎"),
        ("zh-TW", "zh-Hant", "歡迎"),
        ("zh-HK", "zh-Hant", "歡迎"),
        ("en-GB", "en", "welcome"),
        ("de", "en", "welcome"),
        (None, "en", "welcome"),
    ],
)
async def test_everybody_is_met_in_the_language_of_their_telegram(
    club: ClubHouse, code: str | None, language: str, hello: str
) -> None:
    person = club.person("林美玲", code)  # type: ignore[arg-type]
    assert hello in await person.says("/start")
    assert (await on_file(club, person)).language == language


async def test_林美玲_finds_the_command_menu_in_her_script_at_once(club: ClubHouse) -> None:
    meiling, xiaoming = club.person("林美玲", "zh-TW"), club.person("王小明", "zh-CN")
    await meiling.says("/start")
    await xiaoming.says("/start")
    assert meiling.menu()["join"] == "加入會員"
    assert xiaoming.menu()["join"] == "加入会员"


async def test_a_club_without_english_speaks_its_own_language_with_a_german(sqlite_url: str) -> None:
    async with open_house(sqlite_url, languages=("zh-Hant", "zh-Hans")) as club:
        assert "歡迎" in await club.person("Jürgen", "de").says("/start")


async def test_where_somebody_came_from_is_kept_and_the_first_link_stays(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start ref_10025")
    await ana.says("/start ref_10033")
    assert (await on_file(club, ana)).source == "ref_10025"
    assert "ref_10025" in await ana.says("/me")


async def test_a_link_of_the_staff_that_is_used_up_still_opens_the_door_to_a_customer(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "used" in await ana.says("/start staff_invented")
    assert "welcome to Tea &amp; Time" in await ana.presses("Menu")


async def test_without_consent_nobody_joins(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    assert "press “I agree”" in await ana.says("maybe later")
    assert "Closed" in await ana.presses("Cancel")
    assert (await on_file(club, ana)).status == "prospect"
    assert await club.query(lambda db: members.consents(db, 1)) == []


async def test_what_was_agreed_to_is_on_record_with_its_version(club: ClubHouse) -> None:
    await club.member("Ana")
    ledger = await club.query(lambda db: members.consents(db, 1))
    assert [(one.topic, one.given, one.version) for one in ledger] == [
        ("membership", True, "2026-11"),
        ("marketing", True, "2026-11"),
    ]


async def test_typing_what_stands_on_a_button_is_pressing_it(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    assert "What may we call you?" in await ana.says("i agree")
    await ana.says("Ana")
    assert "lunar" in await ana.says("I keep a lunar date")
    for _ in range(3):
        await ana.says("/skip")
    assert "Welcome" in await ana.says("no, thank you")


async def test_a_second_join_is_answered_with_the_number(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    assert "number 10017" in await ana.says("/join")
    assert "good to see you" in await ana.presses("Menu")


async def test_numbers_are_given_once_each(club: ClubHouse) -> None:
    people = [await club.member(name) for name in ("Ana", "Ben", "Eva")]
    numbers = {(await on_file(club, person)).number for person in people}
    assert len(numbers) == 3


async def test_the_lunar_button_asks_for_a_lunar_day(club: ClubHouse) -> None:
    meiling = club.person("林美玲", "zh-hant")
    await meiling.says("/join")
    await meiling.presses("同意")
    await meiling.presses("林美玲")
    assert "農曆" in await meiling.presses("農曆")
    await meiling.says("腊月廿三")
    for _ in range(2):
        await meiling.says("/skip")
    await meiling.presses("好")
    assert (await on_file(club, meiling)).birthday == Birthday("lunar", 12, 23)
    assert "臘月廿三" in await meiling.says("/me")


async def test_a_town_nobody_knows_is_asked_for_its_time(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    await ana.presses("I agree")
    await ana.presses("Ana")
    await ana.says("/skip")
    assert "what time is it where you are" in await ana.says("Little Snoring")
    assert "We could not read a time" in await ana.says("tea time")
    await ana.says("3 pm")
    await ana.says("/skip")
    await ana.presses("No")
    known = await on_file(club, ana)
    assert (known.city, known.zone, known.birthday) == ("Little Snoring", "Etc/GMT-3", None)


async def test_the_menu_of_a_member_is_another_than_a_guests(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    assert "join" in ana.menu()
    assert "edit" not in ana.menu()
    await club.member("Ana")
    assert "join" not in ana.menu()
    assert {"me", "edit", "leave", "stop"} <= set(ana.menu())


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "Is that 3 April or 4 March? Please write the month as a word, for example 3 April."),
        ("zh-hans", "是 3月4日，还是 4月3日？"),
        ("zh-hant", "是 3月4日，還是 4月3日？"),
    ],
)
async def test_a_birthday_that_may_be_either_of_two_days_is_asked_back(
    club: ClubHouse, language: str, answer: str
) -> None:
    ana = club.person("Ana", language)
    await ana.says("/join")
    await ana.presses("I agree" if language == "en" else "同意")
    await ana.says("Ana")
    assert answer in await ana.says("3/4")
    await ana.says("14/3")
    await ana.says("/skip")
    await ana.says("/skip")
    await ana.presses("Yes" if language == "en" else "好")
    assert (await on_file(club, ana)).birthday == Birthday("solar", 3, 14)
