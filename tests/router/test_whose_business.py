"""What the bot heeds, and what is no business of its own."""

from __future__ import annotations

from storage import members, tickets
from tests.club import CLERK, MARKETER, OWNER, STAFF_CHAT, ClubHouse, open_house
from tests.tickets.test_queue import hire


async def test_a_group_that_is_not_the_staffs_is_left_alone(club: ClubHouse) -> None:
    ana = club.person("Ana")
    elsewhere = club.world.add_group("Tea lovers", [ana.id, OWNER], owner=ana.id)
    for who, words in ((ana.id, "/start"), (OWNER, "/queue"), (ana.id, "hello"), (ana.id, "/help@guanxi_sandbox_bot")):
        club.world.say(who, words, elsewhere.id)
    await club.settled()
    assert [one for one in club.world.messages(elsewhere.id) if one["from"].get("is_bot")] == []
    assert await club.query(lambda db: members.by_telegram_id(db, ana.id)) is None


async def test_in_the_staff_group_only_commands_and_replies_are_heeded(club: ClubHouse) -> None:
    owner = club.staff(OWNER).in_group()
    assert await owner.says("who has the keys?") == ""
    assert await owner.says("/dance") == ""
    assert await owner.says("/queue@another_bot") == ""
    assert "Nothing is waiting" in await owner.says("/queue@guanxi_sandbox_bot")
    for command in ("/start", "/me", "/join", "/leave", "/invite"):
        assert "open @guanxi_sandbox_bot" in await owner.says(command), command


async def test_who_hides_behind_the_group_is_told_why_nothing_happens(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    group = club.staff(OWNER).in_group()
    club.world.say_anonymously(STAFF_CHAT, "/take 1001")
    club.world.say_anonymously(STAFF_CHAT, "who has the keys?")
    await club.settled()
    assert "we cannot tell who you are" in group.sees()
    assert sum("we cannot tell" in line for line in group.screen()) == 1
    assert (await club.query(lambda db: tickets.by_id(db, 1))).state == "new"


async def test_somebody_in_the_group_who_is_no_colleague_may_not_work(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    guest = club.staff(CLERK).in_group()
    assert "our team only" in await guest.says("/take 1001")
    assert "our team only" in await guest.presses("I take it")


async def test_a_command_for_another_bot_is_not_ours(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/leave@another_bot")
    assert "Leave, keep my data" not in ana.buttons()


async def test_a_command_counts_however_it_is_written(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "What we keep" in await ana.says("/PRIVACY@Guanxi_Sandbox_Bot now")
    assert "There is no / here" in await ana.says("/")
    assert "There is no /&lt;b&gt; here" in await ana.says("/<b>")
    assert ana.buttons() == ["Menu"]


async def test_who_blocks_the_bot_and_comes_back_is_written_to_again(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    club.world.block(ana.id)
    await club.settled()
    assert (await club.query(lambda db: members.by_telegram_id(db, ana.id))).unreachable_at is not None
    club.world.block(ana.id, blocked=False)
    await club.settled()
    assert (await club.query(lambda db: members.by_telegram_id(db, ana.id))).unreachable_at is None
    assert "good to see you" in await ana.says("/start")


async def test_without_a_staff_group_no_group_is_heeded(sqlite_url: str) -> None:
    async with open_house(sqlite_url, staff_chat=None) as club:
        assert await club.staff(OWNER).in_group().says("/queue") == ""


async def test_a_colleague_hears_whose_business_it_is(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    answer = await club.staff(MARKETER).says("/level 10017")
    assert "This is for owners, managers and clerks; you are a marketer. Nothing was changed." in answer
    assert "for our team only" in await club.person("Ana").says("/level 10017")
