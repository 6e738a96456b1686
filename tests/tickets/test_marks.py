"""Departments and tags of requests: put on, taken off, filtered and found by; never told to customers."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from club import steps
from club.marks import read
from club.refusal import Refused
from storage import marks, tickets
from storage.tables import desk_tag, ticket, ticket_tag
from tests.club import CLERK, OWNER, STAFF_CHAT, ClubHouse
from tests.tickets.test_queue import hire

CUP = "/complain The cup was cracked"


def words_in_use(db: Connection) -> list[str]:
    return list(db.execute(select(desk_tag.c.word).order_by(desk_tag.c.id)).scalars())


@pytest.mark.parametrize(("written", "answer"), [("#", "forms/empty"), ("x" * 31, "forms/long")])
def test_nothing_and_too_much_are_refused(written: str, answer: str) -> None:
    with pytest.raises(Refused, match=answer):
        read(written)


async def test_tags_are_put_on_and_taken_off_with_few_taps(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana, clerk = club.person("Ana"), club.staff(CLERK)
    await ana.says(CUP)
    await club.person("Ben").says("/complain It came late")
    heard = len(ana.screen())
    assert "Tags: Late <b>".replace("<b>", "&lt;b&gt;") in await clerk.says("/mark 1002 #Late <b>")
    await clerk.says("/case 1001")
    await clerk.presses("Tags, department")
    assert "Tags: Late &lt;b&gt;" in await clerk.presses("＋ Late <b>")
    await clerk.presses("New tag")
    assert "Tags: Late &lt;b&gt;, cracked" in await clerk.says("cracked")
    assert "Tags: cracked" in await clerk.presses("✕ Late <b>")
    card = await clerk.presses("Show all")
    assert "Tags: cracked" in card
    assert "cracked" in club.staff(CLERK).in_group().screen()[0], "the card in the group changes in place"
    assert len(ana.screen()) == heard, "the customer hears nothing of it"
    history = await club.query(lambda db: tickets.events(db, 1))
    assert [(one.step, one.old, one.new) for one in history if one.step in steps.SORTING] == [
        ("tag", None, "1"),
        ("tag", None, "2"),
        ("untag", "1", None),
    ]
    assert {one.actor_id for one in history if one.step in steps.SORTING} == {CLERK}


async def test_vip_and_vip_are_one_tag_and_so_are_two_scripts(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("王小明", "zh-hans").says("/complain 杯子裂了")
    await club.person("林美玲", "zh-hant").says("/complain 杯子裂了")
    await owner.says("/mark 1001 破損")
    await owner.says("/mark 1002 破损")
    await owner.says("/mark 1001 VIP")
    await owner.says("/tag #1001 vip")
    assert await club.query(words_in_use) == ["破損", "VIP"]


async def test_pressed_twice_it_is_the_same_and_enough_is_enough(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says(CUP)
    for number in range(8):
        await owner.says(f"/mark 1001 word {number}")
    await owner.says("/mark 1001 word 1")
    assert len(await club.query(lambda db: marks.of_ticket(db, 1))) == 8
    assert "has 8 tags already" in await owner.says("/mark 1001 one more")
    assert sum(one.step == "tag" for one in await club.query(lambda db: tickets.events(db, 1))) == 8


async def test_a_department_follows_from_the_cause_unless_somebody_chose_another(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    for name in ("Ana", "Ben"):
        await club.person(name).says(CUP)
    await owner.says("/fix 1001 A new one is on its way.")
    await owner.says("/resolve 1001")
    await owner.presses("Product")
    assert "Cause: Product · Department: Purchasing" in await owner.says("/case 1001")

    await owner.says("/mark 1002")
    assert "Department: Delivery" in await owner.presses("Delivery")
    assert "✓ Delivery" in owner.buttons()
    await owner.says("/fix 1002 A new one is on its way.")
    await owner.says("/resolve 1002")
    await owner.presses("Product")
    assert "Cause: Product · Department: Delivery" in await owner.says("/case 1002")
    await owner.presses("Tags, department")
    assert "Department" not in await owner.presses("✓ Delivery"), "pressed again it is nobody's in particular"
    history = await club.query(lambda db: tickets.events(db, 2))
    assert [(one.old, one.new) for one in history if one.step == "department"] == [
        (None, "delivery"),
        ("delivery", None),
    ]


async def test_the_name_of_a_department_gives_it_to_that_one_in_any_language(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says(CUP)
    assert "Department: Shop" in await owner.says("/mark 1001 門市")
    assert "Department: Delivery" in await owner.says("/mark 1001 delivery")
    assert await club.query(words_in_use) == []


async def test_in_chinese(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("王小明", "zh-hans").says("/complain 杯子裂了")
    await owner.says("/language")
    await owner.presses("繁體中文")
    await owner.says("/case 1001")
    await owner.presses("標籤、部門")
    assert "部門：採購" in await owner.presses("採購")
    await owner.presses("新標籤")
    assert "標籤：破損" in await owner.says("破損")
    await owner.says("/queue")
    await owner.presses("依部門、標籤")
    assert "標籤「破損」：1 件未結" in await owner.presses("破損 · 1")
    assert "#1001" in await owner.says("/find 破损")


async def test_the_queue_of_a_department_and_of_a_tag(any_club: ClubHouse) -> None:
    owner = any_club.staff(OWNER)
    for name in ("Ana", "Ben", "Eva"):
        await any_club.person(name).says(CUP)
    await owner.says("/queue")
    assert "By department, tag" not in owner.buttons(), "nothing is sorted yet"
    await owner.says("/mark 1001 delivery")
    await owner.says("/mark 1001 late")
    await owner.says("/mark 1002 late")
    await owner.says("/queue")
    await owner.presses("By department, tag")
    assert owner.buttons() == ["Delivery · 1", "late · 2", "← Queue"]
    late = await owner.presses("late · 2")
    assert "Tag “late”: 2 open" in late
    assert [number for number in ("#1001", "#1002", "#1003") if number in late] == ["#1001", "#1002"]
    assert owner.buttons()[-4:] == ["For me · 3", "All open · 3", "By department, tag", "🔍 Find"]
    await owner.presses("By department, tag")
    assert "Delivery: 1 open" in await owner.presses("Delivery · 1")
    assert "Tag “late”: 2 open" in await owner.says("/queue #LATE")
    assert "Delivery: 1 open" in await owner.says("/queue 配送")
    assert "Nothing is open in Shop" in await owner.says("/queue shop")
    assert "Nothing here is called “weather”" in await owner.says("/queue weather")
    await owner.says("/mark 1001")
    await owner.presses("✕ late")
    await owner.says("/mark 1002")
    await owner.presses("✕ late")
    assert "Nothing open has the tag “late”" in await owner.says("/queue late")


async def test_a_request_is_found_by_its_tag_until_that_is_taken_off(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says("/complain The cup was cracked and late")
    await owner.says("/mark 1001 late delivery van")
    found = await owner.says("/find van")
    assert "The cup was cracked and late" in found
    assert "Tags: late delivery van" in found
    assert "#1001" in await owner.says("/find cracked van")
    await owner.says("/mark 1001")
    await owner.presses("✕ late delivery van")
    assert "Nothing was found" in await owner.says("/find van")
    assert "#1001" in await owner.says("/find late"), "that its customer had written too"


async def test_who_is_forgotten_leaves_no_tag_behind_that_was_only_theirs(any_club: ClubHouse) -> None:
    ana, owner = await any_club.member("Ana"), any_club.staff(OWNER)
    await any_club.person("Ben").says(CUP)
    await ana.says(CUP)
    await owner.says("/mark 1001 late")
    await owner.says("/mark 1002 late")
    await owner.says("/mark 1002 Mrs Lopez of Elm Street")
    await any_club.forgets(ana)
    assert await any_club.query(words_in_use) == ["late"]
    assert await any_club.query(lambda db: db.execute(select(ticket_tag.c.ticket_id)).scalars().all()) == [1]
    assert "had all their data deleted" in await owner.says("/mark 1002 late") or "deleted" in owner.sees()


async def test_what_belongs_together_after_all_keeps_its_tags(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("When do you open?")
    await owner.says("/reply 1001 At nine.")
    await owner.says("/resolve 1001")
    await ana.says("And on Sundays?")
    await owner.says("/mark 1002 hours")
    await ana.presses("The same as #1001")
    assert [one.word for one in await club.query(lambda db: marks.of_ticket(db, 1))] == ["hours"]


async def test_in_the_topic_or_the_group_words_go_where_they_are_meant(club: ClubHouse) -> None:
    group = club.staff(OWNER).in_group()
    await club.person("Ana").says(CUP)
    await group.presses("Tags, department")
    await group.presses("New tag")
    question = club.world.messages(STAFF_CHAT)[-1]
    await group.says("does anybody know?")
    assert await club.query(words_in_use) == []
    await group.says("cracked", reply_to=question["message_id"])
    assert await club.query(words_in_use) == ["cracked"]


async def test_a_made_up_button_changes_nothing(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Ana").says(CUP)
    await owner.says("/mark 1001")
    message = club.world.messages(owner.id)[-1]["message_id"]
    for data in ("dept:1001.99", "dept:4711.1", "marked:1001.99", "unmark:1001.99", "queue:d99.0", "queue:t99.0"):
        await owner.presses_data(message, data)
    found = await club.query(lambda db: db.execute(select(ticket.c.department)).scalars().all())
    assert found == [None]
    assert "1 request waits for you" in owner.screen()[-1]
