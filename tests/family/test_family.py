"""Family and days that matter: told by members, known to those who serve, remembered on the day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage import family
from tests.club import CLERK, ClubHouse, Person, open_house
from tests.membership.test_joining import on_file
from tests.preferences.test_preferences import number_of
from tests.programmes.test_clock import outcome, upcoming
from tests.tickets.test_queue import hire

GREET, QUIET, NEVER = "Yes, write that day", "Just keep it in mind", "Never mention it"
SHIPPED = ("birthday", "family")


@pytest.fixture
def shipped() -> tuple[str, ...]:
    return SHIPPED


async def tells(person: Person, relation: str, name: str | None, wish: str, date: str | None = None) -> str:
    """Somebody, or a day, from the first question to the last answer."""
    await person.says("/family")
    await person.presses("Add a person or day")
    answer = await person.presses(relation)
    if name is not None:
        answer = await person.says(name)
    answer = await person.presses(wish)
    return answer if date is None else await person.says(date)


async def on(club: ClubHouse, *day: int) -> None:
    club.clock.move_to(datetime(*day, 12, tzinfo=UTC))  # type: ignore[arg-type, misc]
    await club.work.plan()
    await club.settled()


# ---- telling


async def test_a_member_adds_sees_changes_and_removes_somebody(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await ana.says("/edit")
    assert "Is there somebody, or a day" in await ana.presses("Family and days")
    saved = await tells(ana, "Child", "Mei <3", GREET, "3 May 2015")
    assert "<b>Mei &lt;3, child</b>\n3 May 2015" in saved
    assert "We write to you on the day" in saved
    assert "Family and days: 1" in await ana.says("/me")

    assert "Mei &lt;3, child\n3 May 2015; we write to you" in await ana.says("/family")
    await ana.presses("Mei")
    await ana.presses("Name")
    assert "<b>Mia, child</b>" in await ana.says("Mia")
    await ana.presses("The day")
    assert "4 May" in await ana.says("4 May")
    assert "keep it in mind and send nothing" in await ana.presses(QUIET)
    message, data = ana.button("Remove")
    assert "Removed" in await ana.presses("Remove")
    assert "done already" in await ana.presses_data(message["message_id"], data)
    assert "Mia" not in await ana.says("/family")


async def test_a_relation_may_be_in_ones_own_words_and_a_day_needs_nobody(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/family")
    await ana.presses("Add a person or day")
    await ana.says("aunt")
    await ana.says("Rosa")
    await ana.presses(QUIET)
    assert "When is the birthday of Rosa?" in ana.sees()
    assert "Without a day there is nothing" in await ana.presses("Skip")
    assert "<b>Wedding anniversary</b>\n29 February 2008" in await tells(
        ana, "Wedding anniversary", None, GREET, "29.2.2008"
    )
    assert "<b>the day we moved in</b>" in await tells(ana, "Another day", "the day we moved in", QUIET, "1 June")
    listed = await ana.says("/family")
    assert [one for one in ("Rosa, aunt", "Wedding anniversary", "the day we moved in") if one not in listed] == []


async def test_a_lunar_day_is_told_by_button_or_by_word(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await tells(ana, "Mother", "Rosa", GREET)
    await ana.presses("A lunar date")
    assert "8th lunar month, day 15" in await ana.says("8-15")
    assert "8th lunar month, day 15" in await tells(ana, "Father", "Juan", GREET, "八月十五")


async def test_a_greeting_without_a_day_asks_for_it(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await tells(ana, "Friend", "Eva", GREET)
    assert "Without a day there is nothing" in await ana.presses("Skip")
    assert "When is the birthday of Eva?" in await ana.presses("Yes, write that day")
    assert "We write to you on the day" in await ana.says("3 May")


@pytest.mark.parametrize("said", ["30 February", "soon", "2035-01-01"])
async def test_what_is_no_day_is_refused_with_its_reason(club: ClubHouse, said: str) -> None:
    ana = await club.member("Ana")
    assert "When is the birthday of Eva?" in await tells(ana, "Friend", "Eva", GREET, said)
    assert await club.query(lambda db: family.count(db, 1)) == 0


async def test_there_is_a_limit(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    for _ in range(12):
        await club.database.write(
            lambda db: family.add(db, 1, relation="child", name="Mei", day=None, wish="quiet", at=club.clock.now())
        )
    assert "There are 12 already" in await tells(ana, "Friend", "Eva", NEVER)


async def test_nobody_reaches_into_another_family(club: ClubHouse) -> None:
    ana, eva = await club.member("Ana"), await club.member("Eva")
    await tells(ana, "Child", "Mei", GREET, "3 May")
    await eva.says("/family")
    message = club.world.messages(eva.chat_id)[-1]["message_id"]
    for data in ("kin:1", "kin_name:1", "kin_day:1", "kin_greet:1:a", "kin_never:1:b", "kin_gone:1:c"):
        assert "do not have that one" in await eva.presses_data(message, data), data
    assert "Mei" in await ana.says("/family")


# ---- what the staff sees


async def test_the_staff_knows_whom_to_ask_after_and_whom_never_to_mention(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana = await club.member("Ana")
    number, clerk = await number_of(club, ana), club.staff(CLERK)
    await tells(ana, "Child", "Mei", QUIET, "3 May")
    kept = await tells(ana, "Partner", "Tom", NEVER)
    assert "Our team knows not to bring it up" in kept
    assert "Tom" not in kept
    card = await clerk.says(f"/customer {number}")
    assert "⛔ <b>Never mention</b>\nTom, partner" in card
    assert "· Mei, child: 3 May (no greeting wished)" in card
    for where in (f"/visit {number}", f"/scan {number}"):
        assert "⛔ <b>Never mention:</b> Tom, partner" in await clerk.says(where)
    await ana.says("/ask Do you have a table?")
    assert "⛔ <b>Never mention:</b> Tom, partner" in clerk.in_group().sees()


async def test_what_is_never_mentioned_is_shown_to_the_member_only_when_asked_for(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await tells(ana, "Partner", "Tom", NEVER)
    assert "Tom" not in await ana.says("/family") + await ana.says("/me")
    assert "Tom, partner" in await ana.presses("Never mentioned")
    await ana.presses("Tom")
    assert "keep it in mind" in await ana.presses(QUIET)
    assert "Tom" in await ana.says("/family")


# ---- on the day


async def test_each_wished_day_is_greeted_once_and_no_other(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await tells(ana, "Child", "Mei", GREET, "25 November")
    await tells(ana, "Child", "Lin", GREET, "25 November")
    await tells(ana, "Wedding anniversary", None, GREET, "26 November")
    await tells(ana, "Friend", "Quiet Eva", QUIET, "25 November")
    await tells(ana, "Partner", "Tom", NEVER)
    await on(any_club, 2026, 11, 24)
    assert await outcome(any_club, "family") == []
    for _ in range(2):
        await on(any_club, 2026, 11, 25)
    assert await outcome(any_club, "family") == [("family:1:2026", "sent", None), ("family:2:2026", "sent", None)]
    assert "today is Lin's birthday" in ana.sees()
    assert ana.buttons() == ["Family and days", "No more greetings"]
    await on(any_club, 2026, 11, 26)
    assert "today is your wedding anniversary" in ana.sees()
    await on(any_club, 2027, 11, 25)
    assert len(await outcome(any_club, "family")) == 5
    assert not any(name in line for line in ana.screen()[-5:] for name in ("Tom", "Quiet Eva"))


async def test_a_restart_on_the_day_greets_nobody_twice(any_url: str) -> None:
    async with open_house(any_url, shipped=SHIPPED) as club:
        await tells(await club.member("Ana"), "Child", "Mei", GREET, "25 November")
        world = club.world
        await on(club, 2026, 11, 25)
    async with open_house(any_url, shipped=SHIPPED, world=world, now=datetime(2026, 11, 25, 13, tzinfo=UTC)) as club:
        await club.work.plan()
        await club.settled()
        assert await outcome(club, "family") == [("family:1:2026", "sent", None)]


async def test_29_february_and_lunar_days_are_kept_as_birthdays_are(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await tells(ana, "Child", "Mei", GREET, "29 February")
    await tells(ana, "Mother", "Rosa", GREET, "lunar 8-15")
    await on(club, 2027, 2, 28)
    assert await outcome(club, "family") == [("family:1:2027", "sent", None)]
    await on(club, 2027, 9, 15)  # Mid-Autumn of 2027
    assert (await outcome(club, "family"))[1:] == [("family:2:lunar:2027", "sent", None)]
    assert "Rosa's birthday" in ana.sees()


async def test_the_day_begins_where_the_member_lives(club: ClubHouse) -> None:
    ana = await club.member("Ana", city="Auckland")
    await tells(ana, "Child", "Mei", GREET, "25 November")
    assert ("family", datetime(2026, 11, 24, 20, tzinfo=UTC)) in await upcoming(club)
    for minute, greeted in ((-1, 0), (1, 1)):
        club.clock.move_to(datetime(2026, 11, 24, 20 if minute > 0 else 19, minute % 60, tzinfo=UTC))
        await club.work.plan()
        await club.settled()
        assert len(await outcome(club, "family")) == greeted


async def test_who_said_stop_is_not_greeted_and_reads_so(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/stop")
    assert "Greetings are off for you" in await tells(ana, "Child", "Mei", GREET, "25 November")
    await on(club, 2026, 11, 25)
    assert await outcome(club, "family") == [("family:1:2026", "no_consent", None)]


async def test_a_wish_that_is_taken_back_before_it_leaves_is_heeded(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await tells(ana, "Child", "Mei", GREET, "25 November")
    club.work.pace.pause(0.6)
    club.clock.move_to(datetime(2026, 11, 25, 12, tzinfo=UTC))
    await club.work.plan()
    await club.database.write(lambda db: family.remove(db, 1))
    await club.settled()
    assert await outcome(club, "family") == [("family:1:2026", "no_consent", "no_consent")]


async def test_somebody_new_is_not_taken_for_one_who_was_removed(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await tells(ana, "Child", "Mei", GREET, "25 November")
    await on(club, 2026, 11, 25)
    await ana.says("/family")
    await ana.presses("Mei")
    await ana.presses("Remove")
    await tells(ana, "Child", "Lin", GREET, "26 November")
    await on(club, 2026, 11, 26)
    assert "Lin's birthday" in ana.sees()


async def test_林小雨的女兒生日那天_她收到一句話(club: ClubHouse) -> None:
    xiaoyu = await club.member("林小雨", "zh-hant")
    await xiaoyu.says("/family")
    await xiaoyu.presses("新增家人或日子")
    await xiaoyu.presses("孩子")
    await xiaoyu.says("小米")
    await xiaoyu.presses("好，捎句話來")
    assert "<b>小米，孩子</b>\n11月25日" in await xiaoyu.says("11月25日")
    await on(club, 2026, 11, 25)
    assert "今天是小米的生日" in xiaoyu.sees()


async def test_they_move_to_another_member_and_are_sealed_under_that_ones_key(any_club: ClubHouse) -> None:
    ana, eva = await any_club.member("Ana"), await any_club.member("Eva")
    await tells(ana, "Child", "Mei", GREET, "3 May 2015")
    source, target = await on_file(any_club, ana), await on_file(any_club, eva)
    await any_club.database.write(lambda db: family.move(db, source.id, target.id))
    moved = await any_club.query(lambda db: family.of_member(db, target.id))
    assert [(one.name, one.relation, one.day and one.day.year) for one in moved] == [("Mei", "child", 2015)]
