"""/plan: what staff and a member have set out to reach together, by when, and what became of it."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, time, timedelta

import pytest

from club import merges, plans
from storage import plans as rows
from tests.club import CLERK, OWNER, ClubHouse, Person
from tests.membership.test_joining import on_file
from tests.preferences.test_preferences import number_of
from tests.privacy.test_export import files
from tests.tags.test_tagging import clerk_of
from tests.tickets.test_queue import hire

GOAL = "A tea corner in her office"
TODAY = date(2026, 11, 22)


async def planned(club: ClubHouse) -> tuple[Person, Person]:
    """The clerk writes a plan down with Ana, for the first of March."""
    clerk, ana = await clerk_of(club), await club.member("Ana")
    await clerk.says(f"/plan {await number_of(club, ana)} 2027-03-01 {GOAL}")
    return clerk, ana


async def comes(club: ClubHouse, day: str) -> None:
    """That day, at ten in the morning."""
    club.clock.move_to(datetime.combine(date.fromisoformat(day), time(10), UTC))
    await club.work.plan()
    await club.settled()


async def test_both_sides_see_the_plan_and_the_member_says_yes(club: ClubHouse) -> None:
    clerk, ana = await planned(club)
    assert "Joint plan with Ana" in clerk.sees()
    assert "By 1 March 2027; Chen Wei looks after it.\nAna has not said yes yet." in clerk.sees()
    assert "Ana, this is what we would like to reach together with you" in ana.sees()
    assert f"<b>{GOAL}</b>\n\nBy 1 March 2027. Chen Wei looks after it" in ana.sees()
    assert "You have said yes." in await ana.presses("Yes, let us do it")
    assert "Ana says yes</b> to the plan for 1 March 2027" in clerk.sees()
    assert "Ana has said yes." in await clerk.presses("Joint plan")
    assert GOAL in await ana.says("/plan")
    assert "Our plan together: by 1 March 2027, in /plan" in await ana.says("/me")


async def test_from_the_card_it_is_asked_for_goal_day_and_hands(club: ClubHouse) -> None:
    clerk, ana = await clerk_of(club), await club.member("Ana")
    number = await number_of(club, ana)
    await club.staff(OWNER).says(f"/pref {number} a table by the window")  # so his name is known
    await clerk.says(f"/customer {number}")
    assert "What do you want to reach together with Ana?" in await clerk.presses("Joint plan")
    assert "By when?" in await clerk.says(GOAL)
    assert "could not read a day" in await clerk.says("when the plums are ripe")
    assert "Who looks after it?" in await clerk.presses("In three months")
    assert clerk.buttons()[:2] == ["Chen Wei", "Lao Li"]
    assert "By 20 February 2027; Lao Li looks after it." in await clerk.presses("Lao Li")
    assert "Lao Li looks after it" in ana.sees()
    await clerk.says(f"/level {number} 5 buys for her whole office")
    assert GOAL in await clerk.presses("Joint plan")


async def test_something_else_is_a_talk_with_whoever_looks_after_it(club: ClubHouse) -> None:
    clerk, ana = await planned(club)
    assert "Chen Wei reads it and answers you here" in await ana.presses("Something else")
    assert "Chen Wei" in await ana.says("Rather two, one on each floor")
    card = await clerk.says("/case 1001")
    assert f"About our plan together ({GOAL}): Rather two, one on each floor" in card
    assert "Chen Wei" in card
    assert "we come back to you about it" in await ana.says("/plan")
    plan = await clerk.says(f"/plan {await number_of(club, ana)}")
    assert "Ana would rather have something else: talk it over, then change the plan." in plan
    assert "has said yes" not in plan
    await clerk.presses("Change the plan")
    await clerk.says("Two tea corners in her office")
    await clerk.says("1 April")
    await clerk.presses("Chen Wei")
    assert "our plan together would now read like this" in ana.sees()
    assert "You have said yes" in await ana.presses("Yes, let us do it")


async def test_a_colleague_who_is_away_gets_no_request(club: ClubHouse) -> None:
    clerk, ana = await planned(club)
    await clerk.says("/duty")
    await clerk.presses("I am at work")
    await clerk.presses("I am off")
    await ana.presses("Something else")
    await ana.says("Rather two")
    assert "Chen Wei" not in ana.sees()


async def test_yes_is_to_the_words_that_were_read(club: ClubHouse) -> None:
    clerk, ana = await planned(club)
    message, data = ana.button("Yes, let us do it")
    await clerk.says(f"/plan {await number_of(club, ana)} 2027-04-01 {GOAL}")
    assert "has been changed since" in await ana.presses_data(message["message_id"], data)
    await ana.presses("Yes, let us do it")
    assert "said yes already" in await ana.presses_data(*ana_yes(ana, message, data, wording=2))
    assert "moved to 1 April 2027 by Chen Wei" in await clerk.says(f"/plan {await number_of(club, ana)}")


def ana_yes(ana: Person, message: dict[str, int], data: str, wording: int) -> tuple[int, str]:
    return message["message_id"], data.rpartition(".")[0] + f".{wording}"


async def test_on_its_day_whoever_looks_after_it_is_asked_once_and_says_it_is_done(club: ClubHouse) -> None:
    clerk, ana = await planned(club)
    await ana.presses("Yes, let us do it")
    await comes(club, "2027-02-28")
    assert "Nothing." in await clerk.says("/todo")
    await comes(club, "2027-03-01")
    await club.work.plan()
    await club.settled()
    asked = [text for text in clerk.screen() if "Its day has come" in text]
    assert len(asked) == 1
    assert "To do: 1" in await clerk.says("/todo")
    assert f"Ask what became of it: {GOAL}" in clerk.sees()
    await clerk.presses("Plan: Ana")
    assert "It was reached." in await clerk.presses("✓ Reached")
    assert f"Ana, it is done: {GOAL}" in ana.sees()
    assert "Nothing." in await clerk.says("/todo")
    assert "What shall we take on next, and by when?" in await ana.presses("What comes next?")
    assert "Chen Wei" in await ana.says("A tasting for her colleagues, in May")
    card = await clerk.says("/case 1001")
    assert f"What comes next, after our plan ({GOAL}): A tasting for her colleagues, in May" in card
    assert "Reached. Thank you" in await ana.says("/plan")
    assert "What shall we take on next" in await ana.presses("What comes next?")


async def test_another_day_is_asked_of_the_member_and_comes_again(any_club: ClubHouse) -> None:
    clerk, ana = await planned(any_club)
    await comes(any_club, "2027-03-01")
    assert "By when?" in await clerk.presses("Another day")
    assert "Ana has not said yes yet." in await clerk.says("1 June")
    assert "would now read like this" in ana.sees()
    assert "By 1 June 2027" in ana.sees()
    assert "Nothing." in await clerk.says("/todo")
    await comes(any_club, "2027-06-01")
    assert sum("Its day has come" in text for text in clerk.screen()) == 2


async def test_what_is_let_go_is_over_for_both(club: ClubHouse) -> None:
    clerk, ana = await planned(club)
    message, data = ana.button("Yes, let us do it")
    assert "Nothing came of it." in await clerk.presses("Let it go")
    assert "This plan is over" in await ana.presses_data(message["message_id"], data)
    assert "We have let this one go" in await ana.says("/plan")
    await comes(club, "2027-03-01")
    assert "Nothing." in await clerk.says("/todo")
    await clerk.says(f"/plan {await number_of(club, ana)}")
    assert "What do you want to reach" in await clerk.presses("A new plan")


async def test_where_whoever_looked_after_it_has_left_the_service_is_asked(club: ClubHouse) -> None:
    clerk, _ = await planned(club)
    await club.staff(OWNER).says("/team")
    await club.staff(OWNER).presses("Remove Chen Wei")
    before = len(clerk.screen())
    await comes(club, "2027-03-01")
    assert "Its day has come" in club.staff(OWNER).in_group().sees()
    assert len(clerk.screen()) == before


async def test_only_members_have_one_and_only_the_team_writes_it(club: ClubHouse) -> None:
    clerk, guest, ana = await clerk_of(club), club.person("Bo", username="bo"), await club.member("Ana")
    await guest.says("/start")
    assert "made with members" in await clerk.says(f"/plan @bo 2027-03-01 {GOAL}")
    assert "We have no plan together yet" in await ana.says(
        f"/plan {await number_of(club, ana)} 2027-03-01 Cheaper tea"
    )
    assert "With whom?" in await clerk.in_group().says("/plan")
    assert "That day is over" in await clerk.says("/plan @bo 2020-03-01 Too late")


async def test_nobody_says_yes_to_somebody_elses_plan(club: ClubHouse) -> None:
    _, ana = await planned(club)
    eva = await club.member("Eva")
    _, data = ana.button("Yes, let us do it")
    newest = club.world.messages(eva.chat_id)[-1]["message_id"]
    assert "no longer works" in await eva.presses_data(newest, data)
    assert "has not said yes" in await club.staff(CLERK).says(f"/plan {await number_of(club, ana)}")


async def test_two_who_write_at_once_leave_one_plan(any_club: ClubHouse) -> None:
    club = any_club
    await hire(club, "Clerk", CLERK)
    ana = await club.member("Ana")
    member, rules = await on_file(club, ana), club.work.terms.club

    async def writes(goal: str) -> None:
        day, now = date(2027, 3, 1), club.clock.now()
        await club.database.write(
            lambda db: plans.set_out(db, member, goal, day, CLERK, staff_id=CLERK, club=rules, now=now)
        )

    await asyncio.gather(*(writes(f"Goal {number}") for number in range(6)))
    [plan] = await club.query(lambda db: rows.of_member(db, member.id))
    steps = [one.step for one in await club.query(lambda db: rows.history(db, plan.id))]
    assert steps == ["propose", *["change"] * 5]


async def test_the_plan_is_in_the_copy_of_their_data(club: ClubHouse) -> None:
    _, ana = await planned(club)
    await ana.presses("Yes, let us do it")
    await ana.says("/export")
    found = files(club, ana)
    [told] = json.loads(found["my-data-2026-11-22.json"])["joint_plans"]
    assert (told["goal"], told["state"], told["looked_after_by"]) == (GOAL, "agreed", "Chen Wei")
    assert [(one["step"], one["by"]) for one in told["steps"]] == [("propose", "Chen Wei"), ("agree", None)]
    assert f"{GOAL}, for 1 March 2027 (agreed, looked after by Chen Wei)" in found["my-data-2026-11-22.html"].decode()


async def test_forgetting_somebody_leaves_no_word_of_the_plan_and_nothing_to_do(any_club: ClubHouse) -> None:
    clerk, ana = await planned(any_club)
    member = await on_file(any_club, ana)
    await any_club.forgets(ana)
    [plan] = await any_club.query(lambda db: rows.of_member(db, member.id))
    assert (plan.goal, plan.state) == ("", "dropped")
    any_club.clock.move_to(any_club.clock.now() + timedelta(days=120))
    await any_club.work.plan()
    assert "Nothing." in await clerk.says("/todo")


@pytest.mark.parametrize("both", [False, True])
async def test_of_two_files_of_one_person_the_plan_goes_along(any_club: ClubHouse, both: bool) -> None:
    clerk, old = await planned(any_club)
    new = await any_club.member("Anna")
    if both:
        await clerk.says(f"/plan {await number_of(any_club, new)} 2027-05-01 Learn to taste")
    source, target, now = await on_file(any_club, old), await on_file(any_club, new), any_club.clock.now()
    rules = any_club.work.terms.club
    await any_club.database.write(
        lambda db: merges.join(db, source.id, target.id, "one person", staff_id=CLERK, club=rules, now=now)
    )
    found = await any_club.query(lambda db: rows.of_member(db, target.id))
    assert [(one.goal, one.open) for one in found] == (
        [("Learn to taste", True), (GOAL, False)] if both else [(GOAL, True)]
    )


async def test_whoever_looked_after_the_plan_that_a_merge_lets_go_is_told_which_one_holds(club: ClubHouse) -> None:
    clerk, old = await planned(club)
    owner, new = club.staff(OWNER), await club.member("Anna")
    goes, stays = await number_of(club, old), await number_of(club, new)
    await owner.says(f"/plan {stays} 2027-05-01 Learn to taste")
    await owner.says(f"/merge {goes} {stays}")
    await owner.presses(f"{stays} stays")
    await owner.presses("New Telegram account")
    await owner.presses("Make them one")
    told = clerk.sees()
    assert "Two files of Anna are one now, and each had a plan." in told
    assert f"was let go:\n{GOAL}" in told
    assert "looks after it:\nLearn to taste" in told
    assert "Learn to taste" in await clerk.presses("Joint plan")


async def test_林美玲_和店裡訂了計畫(club: ClubHouse) -> None:
    clerk, mei = await clerk_of(club), await club.member("林美玲", "zh-hant")
    await clerk.says("/language")
    await clerk.presses("繁體中文")
    number = await number_of(club, mei)
    said = await clerk.says(f"/plan {number} 3月1日 辦公室的茶水角布置好")
    assert "與林美玲的共同計畫" in said
    assert "2027年3月1日以前；由 Chen Wei 負責。\n林美玲還沒答應。" in said
    assert "林美玲，我們想和您一起做到這件事：\n\n<b>辦公室的茶水角布置好</b>" in mei.sees()
    assert "您已經答應了。" in await mei.presses("好，就這麼辦")
    assert "<b>林美玲答應了</b> 2027年3月1日以前的計畫" in clerk.sees()
    await mei.presses("我有其他想法")
    await mei.says("想分成兩層樓")
    assert "想分成兩層樓" in await clerk.says("/case 1001")
    await comes(club, "2027-03-01")
    assert any("日子到了" in text for text in clerk.screen())
    await clerk.says("/todo")
    assert "問問做到了沒有：辦公室的茶水角布置好" in clerk.sees()
    await clerk.presses("計畫：林美玲")
    assert "已經達成。" in await clerk.presses("✓ 達成了")
    assert "林美玲，這件事做到了：辦公室的茶水角布置好" in mei.sees()
    assert "接下來您想做點什麼" in await mei.presses("聊聊接下來的打算")
    await mei.says("五月辦一場品茶會")
    assert "五月辦一場品茶會" in await clerk.says("/case 1002")


async def test_a_goal_that_begins_like_the_name_of_a_day_keeps_its_words(club: ClubHouse) -> None:
    clerk, ana = await clerk_of(club), await club.member("Ana")
    assert "By when?" in await clerk.says(f"/plan {await number_of(club, ana)} Sun Moon Lake black tea for her shop")
    assert "Moon Lake" not in ana.sees()
    await clerk.says("next spring")
    await clerk.says("2027-03-01")
    assert "<b>Sun Moon Lake black tea for her shop</b>" in ana.sees()
