"""/complain: an easy way to say what went wrong."""

from __future__ import annotations

import pytest

from storage import tickets
from tests.club import ClubHouse, Person

CUP = "The cup was cracked."


async def nowhere(_person: Person) -> None:
    """They never wrote before."""


async def at_the_menu(person: Person) -> None:
    await person.says("/start")


async def in_the_middle_of_joining(person: Person) -> None:
    await person.says("/join")
    await person.presses("I agree")


async def with_a_question_open(person: Person) -> None:
    await person.says("Do you sell jasmine tea?")


async def with_a_complaint_open(person: Person) -> None:
    await person.says("/complain The tea was cold.")


@pytest.mark.parametrize(
    "state", [nowhere, at_the_menu, in_the_middle_of_joining, with_a_question_open, with_a_complaint_open]
)
async def test_two_messages_file_a_complaint_from_anywhere(club: ClubHouse, state: object) -> None:
    ana = club.person("Ana")
    await state(ana)  # type: ignore[operator]
    assert "What happened?" in await ana.says("/complain")
    assert "Your complaint has the number <b>#100" in await ana.says(CUP)
    newest = (await club.query(lambda db: tickets.of_member(db, 1)))[0]
    assert newest.kind == "complaint"


async def test_by_buttons_alone_it_takes_three(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    await ana.presses("Make a complaint")
    assert "<b>#1001</b>" in await ana.says(CUP)
    assert ana.buttons() == ["My requests", "Menu"]
    assert CUP in club.staff().in_group().sees()


async def test_王小明_complains(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("/start")
    assert "很抱歉" in await xiaoming.presses("我要投诉")
    assert "您的投诉编号是 <b>#1001</b>" in await xiaoming.says("杯子裂了")


async def test_a_photo_is_enough_and_reaches_the_staff(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain")
    assert "#1001" in await ana.sends("photo")
    passed_on = club.world.messages(club.staff().in_group().chat_id)[-1]
    assert "photo" in passed_on
    assert "#1001" in passed_on["caption"]


async def test_the_command_may_stand_under_the_photo(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "Your complaint has the number" in await ana.sends("photo", b"", f"/complain {CUP}")
    group = club.staff().in_group()
    assert any(CUP in line and "[photo]" in line and "/complain" not in line for line in group.screen())


async def test_an_album_is_one_complaint_acknowledged_once(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain")
    before = len(ana.screen())
    heard = await ana.sends("album", [b"1", b"2", b"3"], CUP)
    assert heard.count("#1001") == 1
    assert len(ana.screen()) == before + 1
    await club.passes(seconds=2)
    group = club.world.messages(club.staff().in_group().chat_id)
    assert sum("photo" in message for message in group) == 3
    assert await club.query(lambda db: len(tickets.of_member(db, 1))) == 1


async def test_an_album_under_the_command_is_one_complaint_too(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.sends("album", [b"1", b"2"], f"/complain {CUP}")
    assert await club.query(lambda db: len(tickets.of_member(db, 1))) == 1
    assert len(ana.screen()) == 1


async def test_every_complaint_has_a_number_of_its_own(club: ClubHouse) -> None:
    heard = [await club.person(name).says("/complain the same thing") for name in ("Ana", "Ben", "Eva")]
    assert [number for number in ("#1001", "#1002", "#1003") if number not in "".join(heard)] == []


async def test_a_sticker_says_too_little(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain")
    heard = await ana.sends("sticker")
    assert "Please answer in words" in heard
    assert "What happened?" in heard
    assert "#1001" in await ana.says(CUP)
