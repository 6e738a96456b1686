"""Whatever somebody simply writes or sends: an answer or a ticket, never silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from club.questions import GREETING, STOP, THANKS, small_talk
from storage import queue
from tests.club import CLERK, OWNER, ClubHouse, open_house
from tests.tickets.test_queue import hire


async def open_tickets(club: ClubHouse) -> int:
    count: int = await club.query(lambda db: queue.length(db, OWNER, club.clock.now()))
    return count


async def test_a_question_that_is_simply_typed_gets_a_number(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "#1001" in await ana.says("Do you sell jasmine tea?")
    assert "Do you sell jasmine tea?" in club.staff().in_group().sees()
    assert "#1001" in await ana.says("/status")


async def test_王小明_simply_types(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    assert "我们收到了，编号是 <b>#1001</b>" in await xiaoming.says("有茉莉花茶吗？")
    assert "已经加到您的提问 <b>#1001</b> 里" in await xiaoming.says("要散装的")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Hi!", "welcome to"),
        ("good morning", "welcome to"),
        ("你好。", "welcome to"),
        ("help", "welcome to"),
        ("Thanks a lot!", "You are very welcome"),
        ("👍", "You are very welcome"),
        ("ok.", "You are very welcome"),
    ],
)
async def test_small_talk_is_answered_and_bothers_nobody(club: ClubHouse, words: str, answer: str) -> None:
    ana = club.person("Ana")
    assert answer in await ana.says(words)
    assert ana.buttons() != []
    assert await open_tickets(club) == 0


def test_what_is_more_than_small_talk_goes_to_a_person() -> None:
    assert [small_talk(text) for text in ("hello", "谢谢！", "退订")] == [GREETING, THANKS, STOP]
    asking = ("Hello, are you open?", "thanks, but it is still broken", "stop the noise", "?", "", "no", "早餐几点")
    assert [text for text in asking if small_talk(text)] == []


async def test_a_colleague_who_forgot_to_press_reply_is_told_that_nothing_went(sqlite_url: str) -> None:
    async with open_house(sqlite_url, staff_chat=None) as club:
        ana, owner = club.person("Ana"), club.staff(OWNER)
        await owner.says("/start")
        await ana.says("Do you sell jasmine tea?")
        assert "press Reply under their request. Nothing was sent." in await owner.says("Yes, the loose one.")
        assert {"📥 Waiting: 1", "Ask a question"} <= set(owner.buttons())
        assert not any("loose" in line for line in [*ana.screen(), *owner.screen()])
        assert await open_tickets(club) == 1
        assert "Nothing was sent" not in await owner.says("hello")
        assert "#1002" in await owner.says("/ask Does the till print again?"), "who means it may ask"


async def test_a_colleague_who_is_a_member_asks_like_any_other(club: ClubHouse) -> None:
    chen = await club.member("Chen")
    await hire(club, "Clerk", chen.id)
    assert "#1001" in await chen.says("Do you sell jasmine tea?")


async def test_more_words_are_added_to_the_open_question(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana = club.person("Ana")
    await ana.says("Do you sell jasmine tea?")
    assert "Added to your question <b>#1001</b>. Our team will answer" in await ana.says("The loose one.")
    assert "The loose one." in club.staff(CLERK).in_group().sees()
    await club.staff(CLERK).says("/take 1001")
    assert "Chen Wei has it in hand" in await ana.says("Half a pound.")
    assert await open_tickets(club) == 0
    shown = await club.staff(CLERK).in_group().presses("Show all")
    assert [words for words in ("jasmine", "loose", "Half a pound") if words not in shown] == []


async def test_a_story_in_many_lines_gets_one_full_answer(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    assert "Added to your complaint <b>#1001</b>. Our team" in await ana.says("The saucer too.")
    assert await ana.says("And the spoon.") == "Added to <b>#1001</b>."
    club.clock.advance(timedelta(seconds=119))
    assert await ana.says("And the fork.") == "Added to <b>#1001</b>."
    club.clock.advance(timedelta(minutes=2))
    assert "Added to your complaint" in await ana.says("Are you there?")
    club.clock.advance(timedelta(seconds=1))
    await owner.says("/take 1001")
    club.clock.advance(timedelta(seconds=1))
    assert "Lao Li has it in hand" in await ana.says("Good.... but the cup?")
    assert await ana.says("It was blue.") == "Added to <b>#1001</b>."
    club.clock.advance(timedelta(seconds=1))
    await owner.says("/reply 1001 Which blue?")
    assert "Lao Li has it in hand" in await ana.says("Sky blue.")


async def test_something_else_is_one_button_away(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("Do you sell jasmine tea?")
    await ana.says("The loose one.")
    assert "What would you like to know?" in await ana.presses("Something else")
    assert "#1002" in await ana.says("And when do you open?")


async def test_after_it_is_resolved_new_words_are_a_new_question(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("Do you sell jasmine tea?")
    await club.staff(OWNER).says("/take 1001")
    await club.staff(OWNER).says("/resolve 1001")
    assert "#1002" in await ana.says("And green tea?")


@pytest.mark.parametrize("kind", ["photo", "voice", "document"])
async def test_a_file_is_a_question_too_and_reaches_the_staff(club: ClubHouse, kind: str) -> None:
    ana = club.person("Ana")
    assert "#1001" in await ana.sends(kind)
    passed_on = club.world.messages(club.staff().in_group().chat_id)[-1]
    assert kind in passed_on
    assert "#1001" in passed_on["caption"]


async def test_a_photo_with_words_under_it_keeps_both(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.sends("photo", b"", "Is this the right lid?")
    group = club.staff().in_group()
    assert any("Is this the right lid?" in line and "[photo]" in line for line in group.screen())


async def test_a_place_on_the_map_is_shown_to_the_staff_as_one(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "#1001" in await ana.sends("location", 52.52, 13.405)
    await club.settled()
    places = [one["location"] for one in club.world.messages(club.staff().in_group().chat_id) if "location" in one]
    assert [(one["latitude"], one["longitude"]) for one in places] == [(52.52, 13.405)]


async def test_an_album_is_acknowledged_once(club: ClubHouse) -> None:
    ana = club.person("Ana")
    heard = await ana.sends("album", [b"1", b"2", b"3"], "Three lids")
    assert heard.count("#1001") == 1
    assert len(ana.screen()) == 1
    await club.passes(seconds=2)
    group = club.world.messages(club.staff().in_group().chat_id)
    assert sum("photo" in message for message in group) == 3
    heard = await ana.sends("album", [b"4", b"5"])
    assert heard == "Added to <b>#1001</b>."


async def test_what_cannot_be_read_is_answered_kindly_with_ways_on(club: ClubHouse) -> None:
    ana = club.person("Ana")
    heard = await ana.sends("sticker")
    assert "Please write in words, or send a photo" in heard
    assert "Ask a question" in ana.buttons()
    assert await open_tickets(club) == 0


async def test_林美玲_sends_a_sticker(club: ClubHouse) -> None:
    meiling = club.person("林美玲", "zh-hant")
    assert "請" in await meiling.sends("sticker")
    assert "我要投訴" in meiling.buttons()


async def test_a_notice_of_telegram_itself_is_no_question(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    club.world.post(ana.id, {"pinned_message": club.world.last(ana.id)})
    await club.settled()
    assert len(ana.screen()) == 1


async def test_an_edited_question_is_told_to_the_staff_with_both_versions(club: ClubHouse) -> None:
    ana = club.person("Ana")
    said = club.world.say(ana.id, "Do you sell jasmin tea for < 5 & more?")
    await club.settled()
    await ana.edits(said.message_id, "Do you sell jasmine tea for < 6 & more?")
    assert "added it to <b>#1001</b>" in ana.sees()
    card = next(line for line in club.staff().in_group().screen() if "#1001 ·" in line)
    assert "jasmin tea for &lt; 5 &amp; more?" in card
    assert "Corrected: Do you sell jasmine tea for &lt; 6 &amp; more?" in card


async def test_an_edit_of_anything_else_is_asked_for_once_more(club: ClubHouse) -> None:
    ana = club.person("Ana")
    said = club.world.say(ana.id, "hello")
    await club.settled()
    await ana.edits(said.message_id, "hello, are you open?")
    assert "Please send it once more as a new message" in ana.sees()
    assert ana.buttons() == ["Menu"]
