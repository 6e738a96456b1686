"""What members like: told once, by them or by whoever serves, and known in every branch."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from club.preferences import Told, note, read
from club.refusal import Refused
from storage import members, preferences
from tests.club import CLERK, MARKETER, NOON, OWNER, ClubHouse, Person
from tests.membership.test_joining import on_file
from tests.tickets.test_queue import hire


async def number_of(club: ClubHouse, person: Person) -> str:
    number = (await on_file(club, person)).number
    assert number is not None
    return number


async def open_branches(club: ClubHouse, *names: str) -> None:
    for name in names:
        await club.staff(OWNER).says("/branches")
        await club.staff(OWNER).presses("Add a branch")
        await club.staff(OWNER).says(name)
        for _question in ("city", "hours", "location"):
            await club.staff(OWNER).presses("Skip")


async def work_at(clerk: Person, branch: str) -> None:
    """Where they say that they are, at their first sale or visit there."""
    if "Where do you sell now?" in await clerk.says("/visit 10017"):
        await clerk.presses(branch)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("table by the window", Told(None, "table by the window")),
        ("drink: oat milk", Told("drink", "oat milk")),
        ("饮料：热水", Told("饮料", "热水")),
        ("call after 14:30", Told(None, "call after 14:30")),
        ("https://tea.example", Told(None, "https://tea.example")),
        (": nothing before it", Told(None, ": nothing before it")),
    ],
)
def test_what_stands_before_a_colon_is_what_it_is_about(written: str, meant: Told) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(("written", "answer"), [("\u200b", "forms/empty"), ("🫖" * 51, "forms/long")])
def test_nothing_and_too_much_are_refused(written: str, answer: str) -> None:
    with pytest.raises(Refused, match=answer):
        read(written)


async def test_a_member_tells_changes_and_has_it_forgotten(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await ana.says("/edit")
    assert "What may we keep in mind" in await ana.presses("What I like")
    assert "Noted: <b>table by the &lt;window&gt;</b>" in await ana.says("table by the <window>")
    await ana.says("/preferences drink: oat milk")
    listed = await ana.says("/preferences")
    assert listed.index("drink: oat milk") < listed.index("table by the"), "the newest on top"
    assert "22 November 2026, told by you" in listed
    await ana.presses("oat milk")
    await ana.presses("Change it")
    assert "It takes the place of" not in await ana.says("drink: soy milk")
    await ana.says("/preferences")
    assert ana.buttons() == ["soy milk", "table by the <window>", "Tell us something", "My details", "Menu"]
    await ana.presses("table by")
    message, data = ana.button("Please forget this")
    assert "Forgotten" in await ana.presses("Please forget this")
    assert "done already" in await ana.presses_data(message["message_id"], data)
    assert "table" not in await ana.says("/preferences")
    assert "Kept in mind for you: 1" in await ana.says("/me")


async def test_what_is_told_in_one_branch_is_known_in_the_other(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    await open_branches(club, "Harbour", "Main Street")
    ana = await club.member("Ana")
    number, owner, clerk = await number_of(club, ana), club.staff(OWNER), club.staff(CLERK)
    await work_at(clerk, "Harbour")
    await work_at(owner, "Main Street")
    await clerk.says(f"/pref {number} window table")
    seen = "window table <i>(22 November 2026, noted by Chen Wei, Harbour)</i>"
    assert seen in await owner.says(f"/visit {number}")
    assert seen in await owner.says(f"/visit {number}"), "who is noted already is served all the same"
    assert seen in await owner.says(f"/scan {number}")
    assert seen in await owner.presses("Customer card")
    assert seen in await owner.presses("Sale"), "whoever sells knows it before they ask what it shall be"
    await owner.presses("Cancel")
    await ana.says("/ask Is there a table free tonight?")
    assert seen in owner.in_group().sees()
    assert "22 November 2026, noted by Chen Wei, Harbour" in await ana.says("/preferences")


async def test_a_newer_word_takes_the_place_of_the_older_whoever_says_it(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana = await club.member("Ana")
    number, clerk = await number_of(club, ana), club.staff(CLERK)
    await ana.says("/preferences Drink: coffee")
    assert "It takes the place of: Drink: coffee" in await clerk.says(f"/pref {number} drink: tea")
    await clerk.says(f"/pref {number} Window table")
    await clerk.says(f"/pref {number} window table")
    card = await clerk.says(f"/customer {number}")
    assert (card.count("rink:"), card.lower().count("window table")) == (1, 1)


async def test_of_two_who_note_at_once_about_the_same_one_stands(any_club: ClubHouse) -> None:
    await any_club.member("Ana")
    notes = [
        partial(note, member_id=1, told=Told("drink", words), staff_id=CLERK, branch_id=None, now=NOON)
        for words in ("tea", "coffee")
    ]
    await asyncio.gather(*(any_club.database.write(one) for one in notes))
    assert await any_club.query(lambda db: preferences.count(db, 1)) == 1


async def test_staff_note_from_the_card_and_take_a_mistake_back(any_club: ClubHouse) -> None:
    await hire(any_club, "Clerk", CLERK)
    ana = await any_club.member("Ana")
    clerk = any_club.staff(CLERK)
    assert "Nothing is noted yet." in await clerk.says(f"/customer {await number_of(any_club, ana)}")
    assert "in mind for Ana?" in await clerk.presses("Note something")
    assert "Noted for Ana" in await clerk.says("size: 42")
    message, data = clerk.button("Take the note back")
    assert "The note is gone" in await clerk.presses("Take the note back")
    assert "done already" in await clerk.presses_data(message["message_id"], data)
    assert "What may we keep in mind" in await ana.says("/preferences")


async def test_a_mistake_is_taken_back_later_too_but_not_what_the_customer_told(club: ClubHouse) -> None:
    ana, owner = await club.member("Ana"), club.staff(OWNER)
    number = await number_of(club, ana)
    await ana.says("/preferences no stairs")
    await owner.says(f"/customer {number}")
    assert "Take a note back" not in owner.buttons()
    await owner.says(f"/pref {number} window table")
    await owner.says(f"/customer {number}")
    await owner.presses("Take a note back")
    assert owner.buttons() == ["window table", "Customer card"]
    assert "The note is gone" in await owner.presses("window table")
    assert "window table" not in await ana.says("/preferences")


async def test_the_form_asks_whom_it_is_about(club: ClubHouse) -> None:
    await club.member("Ana")
    owner = club.staff(OWNER)
    assert "Whom is it about?" in await owner.says("/pref")
    await owner.presses("Ana")
    assert "Noted for Ana" in await owner.says("no sugar")


async def test_an_open_request_shows_what_changes_meanwhile(club: ClubHouse) -> None:
    ana, group = await club.member("Ana"), club.staff(OWNER).in_group()
    await ana.says("/ask Is there a table free?")
    assert "Good to know" not in group.sees()
    await ana.says("/preferences no stairs")
    assert "no stairs" in group.sees()
    await ana.says("/preferences")
    await ana.presses("no stairs")
    await ana.presses("Please forget this")
    assert "no stairs" not in group.sees()


async def test_there_is_a_limit_and_replacing_is_not_over_it(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    for letter in "abcdefghijklmnop":
        told = Told(f"wish {letter}", "yes")
        await club.database.write(partial(note, member_id=1, told=told, staff_id=None, branch_id=None, now=NOON))
    assert "There are 16 already" in await ana.says("/preferences one more")
    assert "Noted" in await ana.says("/preferences wish a: no")


async def test_nobody_reaches_into_what_is_not_theirs(club: ClubHouse) -> None:
    ana, eva = await club.member("Ana"), await club.member("Eva")
    await ana.says("/preferences no stairs")
    await ana.says("/preferences")
    await eva.says("/preferences")
    message = club.world.messages(eva.chat_id)[-1]["message_id"]
    for verb in ("like", "relike"):
        assert "do not have that one" in await eva.presses_data(message, f"{verb}:1")
    assert "do not have that one" in await eva.presses_data(message, "unlike:1:abc")
    assert "for our team only" in await eva.presses_data(message, "unnote:1:abd")
    assert "for our team only" in await eva.presses_data(message, "customer:1")
    assert "for our team only" in await eva.says("/pref 10017 window table")
    await hire(club, "Marketer", MARKETER)
    assert "you are a marketer" in await club.staff(MARKETER).says("/customer 10017")
    assert "no stairs" in await ana.says("/preferences")


async def test_who_left_sees_and_removes_but_adds_nothing(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/preferences no stairs")
    await ana.says("/leave")
    await ana.presses("Leave, keep my data")
    assert "This is for members" in await ana.says("/preferences no lift")
    assert "no stairs" in await ana.says("/preferences")
    await ana.presses("no stairs")
    assert ana.buttons() == ["Please forget this", "What I like"]
    assert "Forgotten" in await ana.presses("Please forget this")


async def test_王小明说一次_每家门店都知道(club: ClubHouse) -> None:
    xiaoming = await club.member("王小明", "zh-hans")
    assert "记下了：<b>饮料：热水</b>" in await xiaoming.says("/preferences 饮料：热水")
    assert "2026年11月22日，您告诉我们的" in await xiaoming.says("/preferences")


async def test_they_move_to_another_member_and_are_sealed_under_that_ones_key(any_club: ClubHouse) -> None:
    ana, eva = await any_club.member("Ana"), await any_club.member("Eva")
    await ana.says("/preferences drink: oat milk")
    source, target = await on_file(any_club, ana), await on_file(any_club, eva)
    await any_club.database.write(lambda db: preferences.move(db, source.id, target.id))
    moved = await any_club.query(lambda db: preferences.of_member(db, target.id))
    assert [(one.topic, one.words) for one in moved] == [("drink", "oat milk")]
    assert await any_club.query(lambda db: members.by_id(db, source.id) and preferences.count(db, source.id)) == 0
