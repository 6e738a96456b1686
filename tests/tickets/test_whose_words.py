"""Whose words go to whom, and who may read them."""

from __future__ import annotations

from datetime import timedelta

from storage import members
from tests.club import CLERK, MARKETER, OWNER, STAFF_CHAT, ClubHouse, open_house
from tests.tickets.test_queue import hire


async def test_an_answer_to_bens_words_goes_to_ben_though_a_reply_to_ana_was_begun(club: ClubHouse) -> None:
    ana, ben, owner = club.person("Ana"), club.person("Ben"), club.staff(OWNER).in_group()
    await ana.says("/complain The cup was cracked")
    await owner.presses("Reply")
    await ben.says("/complain The kettle leaks")
    await ben.says("It stood in the sun.")
    quote = club.world.messages(STAFF_CHAT)[-1]
    await owner.says("Ben, a new kettle is on its way.", reply_to=quote["message_id"])
    assert "kettle is on its way" in ben.sees()
    assert not any("kettle" in line for line in ana.screen())


async def test_a_clerk_who_was_removed_reads_nothing_new(sqlite_url: str) -> None:
    async with open_house(sqlite_url, staff_chat=None) as club:
        owner, clerk, ana = club.staff(OWNER), club.staff(CLERK), club.person("Ana")
        await owner.says("/start")
        await hire(club, "Clerk", CLERK)
        await ana.says("/complain The cup was cracked")
        assert any("The cup was cracked" in line for line in clerk.screen())
        await owner.says("/team")
        await owner.presses("Remove")
        await ana.says("My address is 5 Secret Road.")
        assert any("Secret Road" in line for line in owner.screen())
        assert not any("Secret Road" in line for line in clerk.screen())


async def test_a_marketer_answers_no_customer_by_replying_to_a_card(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    card, _ = club.staff(MARKETER).in_group().button("I take it")
    await club.staff(MARKETER).in_group().says("Buy two.", reply_to=card["message_id"])
    assert not any("Buy two" in line for line in ana.screen())


async def test_a_picture_goes_along_with_its_reply(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    await club.staff(OWNER).sends("photo", b"new cup", "/reply 1001 This one is yours.")
    last = club.world.messages(ana.chat_id)[-1]
    assert "photo" in last
    assert "This one is yours." in last["caption"]


async def test_the_words_of_a_reply_may_begin_on_a_new_line(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    await club.staff(OWNER).says("/reply 1001\nWe are sending one.")
    assert "We are sending one." in ana.sees()


async def test_an_ok_to_an_open_request_reaches_who_asked(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("/complain 杯子裂了")
    await club.staff(OWNER).says("/reply 1001 给您换一个，加二十块，好吗？")
    await xiaoming.says("好的")
    assert any("好的" in line for line in club.staff(OWNER).in_group().screen())


async def test_a_reply_that_was_forgotten_sends_no_note_of_later(sqlite_url: str) -> None:
    async with open_house(sqlite_url, staff_chat=None) as club:
        ana, owner = club.person("Ana"), club.staff(OWNER)
        await owner.says("/start")
        await ana.says("/complain The cup was cracked")
        await owner.presses("Reply")
        club.clock.advance(timedelta(minutes=16))
        await owner.says("note to self: buy milk")
        assert not any("milk" in line for line in ana.screen())


async def test_an_answer_that_would_be_cut_is_refused_before_it_goes(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    answer = await club.staff(OWNER).says("/reply 1001 " + "😀" * 1800)
    assert "3,500" in answer, "an emoji counts twice: it would have been cut"
    assert not any("😀" in line for line in ana.screen())


async def test_a_clerk_who_was_removed_reads_nothing_through_a_form_that_was_open(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana = await club.member("Ana")
    number = (await club.query(lambda db: members.by_telegram_id(db, ana.id))).number
    owner, clerk = club.staff(OWNER), club.staff(CLERK)
    await clerk.says("/sale")
    await owner.says("/team")
    await owner.presses("Remove")
    assert "Ana" not in await clerk.says(str(number))
