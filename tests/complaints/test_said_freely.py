"""Somebody who is angry types no command."""

from __future__ import annotations

import pytest

from club.questions import complains
from tests.club import OWNER, ClubHouse

ANGRY = (
    "my coffee arrived cold and the cup was broken, I am angry",
    "I have been told lies, this is ridiculous",
    "the parcel never arrived",
    "you sent the wrong size",
    "咖啡送来都凉了，杯子也碎了，我很生气",
    "我等了两个小时还没到",
    "咖啡送來都涼了，我很生氣",
    "你們送錯東西了",
    "我要投訴",
)
CALM = (
    "When do you open?",
    "Is the iced tea cold?",
    "do you have cold brew",
    "几点开门",
    "積分怎麼用",
    "可以晚點到嗎",
)


@pytest.mark.parametrize("text", ANGRY)
def test_trouble_is_heard(text: str) -> None:
    assert complains(text)


@pytest.mark.parametrize("text", CALM)
def test_a_question_is_no_trouble(text: str) -> None:
    assert not complains(text)


async def test_one_tap_makes_a_complaint_of_angry_words(any_club: ClubHouse) -> None:
    ana, group = any_club.person("Ana"), any_club.staff(OWNER).in_group()
    assert "one tap" in await ana.says(ANGRY[0])
    assert "Question" in group.sees()
    assert "Your complaint has the number <b>#1001</b>" in await ana.presses("This is a complaint")
    assert "#1001 · Complaint" in group.sees()
    assert "Filed: 1" in await any_club.staff(OWNER).says("/report complaints")


async def test_in_both_scripts(club: ClubHouse) -> None:
    xiaoming, meiling = club.person("王小明", "zh-hans"), club.person("林美玲", "zh-hant")
    await xiaoming.says(ANGRY[4])
    assert "#1001" in await xiaoming.presses("我要投诉这件事")
    await meiling.says(ANGRY[6])
    assert "#1002" in await meiling.presses("我要投訴這件事")


async def test_calm_words_are_offered_nothing_and_a_colleague_can_turn_them(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("The lid of my pot does not close")
    assert "This is a complaint" not in ana.buttons()
    await owner.says("/take 1001")
    await owner.presses("Make it a complaint")
    assert "is a complaint now" in ana.sees()
    assert "Make it a complaint" not in owner.buttons()
    await owner.says("/fix 1001 A new pot is on its way.")
    await owner.says("/resolve 1001")
    assert "resolved" in await owner.presses("Product")


async def test_nobody_turns_the_question_of_somebody_else(club: ClubHouse) -> None:
    ana, ben = club.person("Ana"), club.person("Ben")
    await ana.says(ANGRY[0])
    await ben.says("When do you open?")
    _, data = ana.button("This is a complaint")
    own, _ = ben.button("Menu")
    assert "no longer works" in await ben.presses_data(own["message_id"], data)


async def knows_what_to_do(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/kb add")
    for words in (
        "A parcel that never arrived",
        "Write us its number.",
        "My parcel never arrived\nThe order never came\n包裹一直没收到",
    ):
        await owner.says(words)
    await club.learns()


async def test_what_the_bot_answers_can_be_a_complaint_with_one_tap(club: ClubHouse) -> None:
    await knows_what_to_do(club)
    ana, owner = club.person("Ana"), club.staff(OWNER)
    assert "Write us its number" in await ana.says("My parcel never arrived")
    assert ana.buttons() == ["Yes", "No, ask a person", "This is a complaint"]
    message, data = ana.button("This is a complaint")
    assert "Your complaint has the number <b>#1001</b>" in await ana.presses("This is a complaint")
    assert "My parcel never arrived" in owner.in_group().sees()
    assert "#1001 · Complaint" in owner.in_group().sees()
    await ana.presses_data(message["message_id"], data)
    assert "#1002" not in await ana.says("/status"), "once"
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("包裹一直没收到")
    assert "#1002" in await xiaoming.presses("我要投诉这件事")


async def test_what_somebody_else_asked_is_nobodys_complaint(club: ClubHouse) -> None:
    await knows_what_to_do(club)
    ana, eva = club.person("Ana"), club.person("Eva")
    await ana.says("My parcel never arrived")
    _, data = ana.button("This is a complaint")
    await eva.says("/start")
    await eva.presses_data(club.world.messages(eva.id)[-1]["message_id"], data)
    assert "#1001" not in await eva.says("/status")
    assert "#1001" not in await ana.says("/status")
