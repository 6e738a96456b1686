"""A person, whenever one is wanted; while one talks, the bot keeps out."""

from __future__ import annotations

from tests.club import OWNER, ClubHouse


async def knows_the_hours(club: ClubHouse) -> None:
    """The bot knows when the shop is open."""
    owner = club.staff(OWNER)
    await owner.says("/kb add")
    for words in (
        "Opening hours",
        "From nine to six.",
        "When do you open?\nWhat are your opening hours?\nAre you open?",
    ):
        await owner.says(words)
    await club.learns()


async def test_who_calls_a_person_reads_that_one_comes_and_may_say_why(club: ClubHouse) -> None:
    """They had said nothing yet, and were thanked for what had arrived."""
    meiling = club.person("林美玲", "zh-hant")
    called = await meiling.says("/human")
    assert "幫您找真人" in called
    assert "#1001" in called
    assert "現在就可以寫在這裡" in called
    ana = club.person("Ana")
    assert "has it now" in await ana.says("/human it is about my order"), "who says why is told that it arrived"


async def test_a_person_comes_whatever_the_bot_could_say(club: ClubHouse) -> None:
    await knows_the_hours(club)
    ana, owner = club.person("Ana"), club.staff(OWNER)
    assert "From nine to six" in await ana.says("When do you open?")
    assert "#1001" in await ana.says("/human When do you open?")
    assert "When do you open?" in owner.in_group().sees()
    assert "Your request <b>#1001</b> is with our team" in await ana.says("/human")


async def test_by_a_button_in_the_menu_in_each_language(club: ClubHouse) -> None:
    for name, language, button in (
        ("Ana", "en", "Talk to a person"),
        ("小明", "zh-hans", "找人工"),
        ("美玲", "zh-hant", "找真人"),
    ):
        person = club.person(name, language)
        await person.says("/start")
        assert "#10" in await person.presses(button)
    assert any("(Would like to talk to a person.)" in line for line in club.staff(OWNER).in_group().screen())


async def test_while_a_person_talks_the_bot_keeps_out_and_says_when_it_is_back(club: ClubHouse) -> None:
    await knows_the_hours(club)
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/human")
    await owner.says("/reply 1001 How can I help?")
    assert "From nine to six" not in await ana.says("When do you open?")
    assert "When do you open?" in owner.in_group().sees()
    await owner.says("/reply 1001 At nine.")
    await owner.says("/resolve 1001")
    assert "The bot answers by itself again" in ana.sees()
    assert "From nine to six" in await ana.says("When do you open?")


async def test_after_a_day_of_silence_the_bot_answers_again_what_it_knows_for_sure(club: ClubHouse) -> None:
    await knows_the_hours(club)
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/reply 1001 We are looking for it.")
    await club.passes(hours=25)
    heard = await ana.says("When do you open?")
    assert "From nine to six" in heard
    assert "That answer came from the bot. <b>#1001</b> is still open" in heard
    assert "Added to your complaint" in await ana.presses("No, ask a person")
    assert "When do you open?" in await owner.says("/case 1001"), "no second request"
    assert "There is no request #1002" in await owner.says("/case 1002")


async def test_an_answer_to_our_own_question_is_not_answered_by_the_bot(club: ClubHouse) -> None:
    await knows_the_hours(club)
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The door was closed")
    await owner.says("/take 1001")
    await owner.says("/case 1001")
    await owner.presses("Ask")
    await owner.says("What did you want to know?")
    await club.passes(hours=25)
    assert "From nine to six" not in await ana.says("When do you open?")
    assert "When do you open?" in await owner.says("/case 1001")
