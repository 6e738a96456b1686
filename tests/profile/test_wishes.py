"""/stop, /resume, /privacy, /language, /help: the person has the say."""

from __future__ import annotations

import re

import pytest

from storage import members
from tests.club import OWNER, ClubHouse, Person
from tests.membership.test_joining import on_file
from tests.staff.test_rights import worker

# ---- greetings and offers


async def test_stop_is_one_tap_and_says_how_to_come_back(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/me")
    assert "no more greetings" in await ana.presses("No more greetings")
    assert not (await on_file(club, ana)).marketing
    assert "now and then an offer" in await ana.presses("Greetings again")
    assert (await on_file(club, ana)).marketing
    ledger = await club.query(lambda db: members.consents(db, 1))
    assert [(one.given, one.source) for one in ledger[-2:]] == [(False, "stop"), (True, "resume")]


@pytest.mark.parametrize("word", ["/stop", "stop", "STOP!", "Unsubscribe", "/stop please"])
async def test_stop_is_understood_however_it_is_said(club: ClubHouse, word: str) -> None:
    ana = await club.member("Ana")
    assert "no more greetings" in await ana.says(word)
    assert not (await on_file(club, ana)).marketing


async def test_王小明_stops_and_resumes(club: ClubHouse) -> None:
    xiaoming = await club.member("王小明", "zh-hans")
    assert "不再给您发祝福和优惠" in await xiaoming.says("退订")
    assert "您会收到我们的祝福" in await xiaoming.presses("恢复接收祝福")


async def test_a_guest_who_stops_is_not_led_into_a_dead_end(club: ClubHouse) -> None:
    ana = club.person("Ana")
    answer = await ana.says("/stop")
    assert "no more greetings" in answer
    assert "/resume" not in answer
    assert ana.buttons() == ["Menu"]
    assert "This is for members" in await ana.says("/resume")


# ---- privacy


async def test_everybody_may_read_what_is_kept_before_joining(club: ClubHouse) -> None:
    ana = club.person("Ana")
    shown = await ana.says("/privacy")
    parts = ("What we keep", "Why", "How long", "Who sees it", "What you can do", "privacy@tea.example")
    assert [part for part in parts if part not in shown] == []
    assert ana.buttons() == ["My details", "A copy of my data", "Delete all my data", "Menu"]
    assert "Shall we delete everything about you?" in await ana.presses("Delete all my data")


async def test_privacy_can_be_read_in_the_middle_of_joining(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    answer = await ana.says("/privacy")
    assert "What we keep" in answer
    assert "Do you agree?" in answer


# ---- language


async def test_another_language_is_two_taps_and_the_menu_comes_in_it(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/start")
    assert "您想用哪种语言" in await ana.presses("Language")
    assert ana.buttons() == ["English", "简体中文", "繁體中文"]
    answer = await ana.presses("繁體中文")
    assert "很高興" in answer
    assert ana.menu()["edit"] == "修改稱呼、生日、城市或喜好"
    assert (await on_file(club, ana)).language == "zh-Hant"
    assert "語言：繁體中文" in await ana.says("/me")


async def test_a_question_that_is_open_is_asked_again_in_the_new_language(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    await ana.presses("I agree")
    await ana.says("/language")
    assert "What may we call you" in ana.sees()
    assert "请问怎么称呼您" in await ana.presses("简体中文")
    assert "生日" in await ana.says("安娜")


async def test_a_language_that_the_club_does_not_speak_is_not_set(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/language")
    message, _ = ana.button("English")
    assert "no longer works" in await ana.presses_data(message["message_id"], "language:tlh")
    assert (await on_file(club, ana)).language == "en"


# ---- help


async def commands_in(person: Person) -> list[str]:
    return re.findall(r"^/([a-z]+) ", await person.says("/help"), re.MULTILINE)


async def test_help_and_menu_list_only_what_this_person_may_do(club: ClubHouse) -> None:
    guest = await commands_in(club.person("Ana"))
    assert {"join", "ask", "complain", "privacy"} <= set(guest)
    assert {"edit", "leave", "resume", "queue", "invite"} & set(guest) == set()
    member = await commands_in(await club.member("Ben"))
    assert {"edit", "leave", "resume", "me"} <= set(member)
    assert {"join", "queue", "invite"} & set(member) == set()
    clerk = await commands_in(await worker(club, "clerk"))
    assert {"queue", "take", "reply", "resolve"} <= set(clerk)
    assert {"invite", "team"} & set(clerk) == set()
    assert {"queue", "invite", "team"} <= set(await commands_in(club.staff(OWNER)))


async def test_what_help_lists_is_what_the_menu_shows(club: ClubHouse) -> None:
    for person in (club.person("Ana"), await club.member("Ben"), club.staff(OWNER)):
        assert await commands_in(person) == list(person.menu())


async def test_everything_that_is_listed_is_answered(club: ClubHouse) -> None:
    guest, member = club.person("Ana"), await club.member("Ben")
    for person in (guest, member):
        for command in await commands_in(person):
            assert await person.says(f"/{command}"), command
            await person.says("/cancel")
