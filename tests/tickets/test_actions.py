"""Corrective action: asked after a complaint is resolved, written at any time, listed in the report."""

from __future__ import annotations

from sqlalchemy import select

from storage import members, tickets
from storage.tables import corrective_action
from tests.club import CLERK, MARKETER, OWNER, STAFF_CHAT, ClubHouse
from tests.tickets.test_queue import hire

CUP = "/complain The cup was cracked"


async def resolved(club: ClubHouse, number: int = 1001, cause: str = "Product") -> str:
    owner = club.staff(OWNER)
    await owner.says(f"/fix {number} A new one is on its way.")
    await owner.says(f"/resolve {number}")
    await owner.presses(cause)
    return owner.sees()


async def test_after_the_cause_it_is_asked_what_was_changed(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says(CUP)
    assert "What was changed so that <b>#1001</b>" in await resolved(club)
    assert owner.buttons() == ["Skip"]
    heard = len(ana.screen())
    assert "Noted on <b>#1001</b>: Cups are wrapped" in await owner.says("Cups are wrapped one by one")
    assert "Changed because of it: Cups are wrapped one by one" in await owner.presses("Show all")
    assert len(ana.screen()) == heard
    assert "wrapped" in await owner.says("/find wrapped")
    event = (await club.query(lambda db: tickets.events(db, 1)))[-1]
    assert (event.step, event.actor_id, event.old, event.new) == ("action", OWNER, None, None)


async def test_it_may_be_skipped_and_written_later(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says(CUP)
    await resolved(club)
    assert "/action 1001" in await owner.presses("Skip")
    assert "Nothing that was changed" in await owner.says("/report actions")
    await owner.says("/case 1001")
    assert "What was changed so that" in await owner.presses("What was changed")
    await owner.says("Another supplier")
    assert "So far it says: Another supplier" in await owner.says("/action 1001")
    assert "Noted on <b>#1001</b>: Two suppliers" in await owner.says("/action 1001 Two suppliers")
    listed = await owner.says("/report actions")
    assert "Two suppliers" in listed
    assert "Another supplier" not in listed, "the newest counts"


async def test_who_has_said_it_before_is_not_asked_again(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says(CUP)
    await owner.says("/action 1001 Another supplier")
    assert "It is resolved" in await resolved(club)


async def test_a_question_is_answered_and_nothing_more(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says("Do you sell jasmine tea?")
    await owner.says("/reply 1001 We do.")
    assert "What was changed" not in await owner.says("/resolve 1001")
    assert "is a question" in await owner.says("/action 1001 Another supplier")


async def test_after_five_minutes_words_are_about_something_else(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says(CUP)
    await resolved(club)
    await club.passes(minutes=6)
    await owner.says("10017")
    assert await club.query(lambda db: db.execute(select(corrective_action.c.id)).all()) == []


async def test_whoever_goes_on_to_something_else_is_not_reminded(club: ClubHouse) -> None:
    ana, owner = await club.member("Ana"), club.staff(OWNER)
    await ana.says(CUP)
    await resolved(club)
    number = (await club.query(lambda db: members.by_telegram_id(db, ana.id))).number
    assert "Ana" in await owner.says(number), "a card at the till is a card"
    await owner.says("/queue")
    assert "What was changed" not in owner.sees()
    await owner.says("Lunch?")
    assert await club.query(lambda db: db.execute(select(corrective_action.c.id)).all()) == []


async def test_in_the_group_only_a_reply_counts(club: ClubHouse) -> None:
    group = club.staff(OWNER).in_group()
    await club.person("Ana").says(CUP)
    await group.says("/fix 1001 A new one is on its way.")
    await group.says("/resolve 1001")
    await group.presses("Product")
    question = club.world.messages(STAFF_CHAT)[-1]
    assert "reply to this message" in question["text"]
    await group.says("Lunch?")
    assert await club.query(lambda db: db.execute(select(corrective_action.c.id)).all()) == []
    await group.says("Wrapped one by one", reply_to=question["message_id"])
    assert "Wrapped one by one" in await group.says("/case 1001")


async def test_in_chinese(club: ClubHouse) -> None:
    owner, xiaoming = club.staff(OWNER), club.person("王小明", "zh-hans")
    await xiaoming.says("/complain 杯子裂了")
    await owner.says("/language")
    await owner.presses("简体中文")
    assert "怎么做才不会再发生" in await resolved(club, cause="产品")
    assert "已记在 <b>#1001</b>：杯子逐个包好" in await owner.says("杯子逐个包好")
    assert "改了什么：杯子逐个包好" in await owner.presses("查看全部")
    assert "杯子逐个包好" in await owner.says("/report actions")
    assert "部门：采购 1" in await owner.says("/report causes")


async def test_the_report_counts_departments_and_tags_and_lists_what_was_changed(any_club: ClubHouse) -> None:
    owner = any_club.staff(OWNER)
    for name in ("Ana", "Ben", "Eva"):
        await any_club.person(name).says(CUP)
    await owner.says("/mark 1001 late")
    await owner.says("/mark 1002 late")
    await owner.says("/mark 1003 shop")
    await resolved(any_club, 1001)
    await owner.says("Cups are wrapped one by one")
    await resolved(any_club, 1002)
    await owner.says("Another supplier")
    report = await owner.says("/report causes")
    assert "Departments: Purchasing 2, Shop 1" in report
    assert "Tags: late 2" in report
    listed = await owner.presses("What was changed: 2")
    assert listed.index("Another supplier") < listed.index("Cups are wrapped"), "the newest first"
    assert "<b>#1002</b> · 22 Nov" in listed
    assert "· Product" in listed


async def test_a_long_list_has_pages(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    for number in range(1001, 1011):
        await club.person(f"Guest {number}").says(CUP)
        await owner.says(f"/action {number} Change {number}")
    assert "Page 1 of 2" in await owner.says("/report actions 30")
    assert "Change 1001" in await owner.presses("Next")


async def test_marketers_count_and_read_no_words(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    owner, marketer = club.staff(OWNER), club.staff(MARKETER)
    await club.person("Ana").says(CUP)
    await owner.says("/action 1001 Mrs Lopez gets a new cup")
    assert "Lopez" not in await marketer.says("/report causes")
    assert "What was changed: 1" not in marketer.buttons()
    assert "owners and managers" in await marketer.says("/report actions")


async def test_who_is_forgotten_takes_the_words_along(any_club: ClubHouse) -> None:
    ana, owner = await any_club.member("Ana"), any_club.staff(OWNER)
    await ana.says(CUP)
    await owner.says("/action 1001 Mrs Lopez is called before delivery")
    await any_club.forgets(ana)
    found = await any_club.query(lambda db: db.execute(select(corrective_action.c.text_sealed)).scalars().all())
    assert found == [None]
    assert "(deleted)" in await owner.says("/report actions")
    assert "Nothing was found" in await owner.says("/find delivery")


async def test_two_files_of_one_person_keep_it(club: ClubHouse) -> None:
    ana, again, owner = await club.member("Ana"), await club.member("Ana L"), club.staff(OWNER)
    await ana.says(CUP)
    await owner.says("/action 1001 Another supplier")
    numbers = [
        (await club.query(lambda db, who=one: members.by_telegram_id(db, who.id))).number for one in (ana, again)
    ]
    await owner.says(f"/merge {numbers[0]} {numbers[1]}")
    for _ in range(4):
        labels = owner.buttons()
        press = next((label for label in labels if numbers[1] in label or "Join" in label or "Yes" in label), None)
        if press is None:
            await owner.says("a new account")
        else:
            await owner.presses(press)
    assert "Another supplier" in await owner.says("/case 1001")


async def test_a_clerk_may_write_it(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    await club.person("Ana").says(CUP)
    assert "Noted on" in await club.staff(CLERK).says("/action 1001 Another supplier")
