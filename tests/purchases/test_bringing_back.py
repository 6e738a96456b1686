"""Somebody brings something back, and somebody asks how long the warranty holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from club.club import PointRules
from club.points import spend
from storage import points
from storage import purchases as sold
from tests.club import CLERK, OWNER, ClubHouse, open_house
from tests.purchases.test_till import ana_of, put_on_sale
from tests.tickets.test_queue import hire


async def test_something_comes_back_by_buttons_and_the_customer_hears_of_it(club: ClubHouse) -> None:
    ana, owner = await ana_of(club), club.staff(OWNER)
    await owner.says("/sale 10017 #R-1 beans x2 318.00")
    assert "What does <b>Ana</b> bring back?" in await owner.presses("Return")
    assert "There are 2" in await owner.presses("beans × 2 · 22 Nov · R-1")
    asked = await owner.presses("1")
    assert "beans × 1, bought on 22 November 2026, order <code>R-1</code>" in asked
    assert "Goes back: <b>€159.00</b>" in asked
    assert "Points earned with it: 159" in asked
    message, data = owner.button("Take it back")
    heard = await owner.presses("Take it back")
    assert "Points taken: 159" in heard
    assert "New balance: <b>179</b>" in heard
    assert "€159.00" in ana.sees()
    assert "Your balance is <b>179</b> now" in ana.sees()
    assert "earlier question" in await owner.presses_data(message["message_id"], data)
    assert (await club.query(lambda db: sold.by_id(db, 1))).returned == 1


async def test_what_was_bought_in_another_year_says_which(club: ClubHouse) -> None:
    await ana_of(club)
    owner = club.staff(OWNER)
    await owner.says("/sale 10017 #R-1 beans 10")
    club.clock.move_to(club.clock.now() + timedelta(days=45))
    await owner.says("/sale 10017 #R-2 beans 10")
    await owner.says("/return 10017")
    assert owner.buttons()[:2] == ["beans × 1 · 6 Jan · R-2", "beans × 1 · 22 Nov 2026 · R-1"]


async def test_one_line_takes_back_by_the_order_number(club: ClubHouse) -> None:
    ana, owner = await ana_of(club), club.staff(OWNER)
    await owner.says("/sale 10017 #R-1 beans x3 30\ngreen tea 8")
    assert "Which product of order R-1?" in await owner.says("/return R-1")
    assert "So many were not bought" in await owner.says("/return R-1 beans x4")
    assert "beans × 1" in await owner.says("/return R-1 Beans x1")
    assert "beans × 2" in await owner.says("/return #R-1 beans")
    assert "brought back before" in await owner.says("/return R-1 beans")
    assert "green tea × 1" in await owner.says("/return R-1"), "the only thing left of it"
    assert "<b>20</b> points" in await ana.says("/start")


async def test_an_order_number_of_ours_may_be_written_in_small_letters(club: ClubHouse) -> None:
    await ana_of(club)
    owner = club.staff(OWNER)
    await owner.says("/sale 10017 beans 10")
    number = (await club.query(lambda db: sold.of_member(db, 1, 1)))[0].order_number
    assert "€10.00" in await owner.says(f"/return {number.lower()} x1")


async def test_points_that_were_spent_are_owed_and_both_sides_read_it(club: ClubHouse) -> None:
    ana, owner = await ana_of(club), club.staff(OWNER)
    await owner.says("/sale 10017 #R-1 beans 100")
    await club.database.write(lambda db: spend(db, 1, 110, reason="reward", key="r", now=club.clock.now()))
    assert "10; 90 spent already, made up by the next ones" in await owner.says("/return R-1")
    assert "90 points were spent already" in ana.sees()
    sold_again = await owner.says("/sale 10017 tea 100")
    assert "100 points earned, 90 of them made up for earlier ones. New balance: <b>10</b>" in sold_again
    assert "100 points are for this order; 90 of them make up for what was spent before" in ana.sees()
    assert "100 points earned. New balance: <b>110</b>" in await owner.says("/sale 10017 tea 100")


async def test_what_the_policy_forgives_is_told(sqlite_url: str) -> None:
    async with open_house(sqlite_url, points=PointRules(returns="pending")) as club:
        await ana_of(club)
        owner = club.staff(OWNER)
        await owner.says("/sale 10017 #R-1 beans 100")
        assert "Points taken: 0; 100 not asked for" in await owner.says("/return R-1")
        assert (await club.query(lambda db: points.balance(db, 1, club.clock.now()))).available == 120


async def test_小美_brings_something_back_in_her_script(club: ClubHouse) -> None:
    mei, owner = await club.member("小美", "zh-hans"), club.staff(OWNER)
    await owner.says("/sale 10017 #R-1 咖啡豆 x2 318")
    await owner.says("/return 10017")
    await owner.presses("咖啡豆")
    await owner.presses("2")
    await owner.presses("Take it back")
    assert "已经给您办好退货" in mei.sees()
    assert "余额是 <b>20</b> 分" in mei.sees()


async def test_a_clerk_takes_back_in_the_group_by_answering(club: ClubHouse) -> None:
    await ana_of(club)
    await hire(club, "Clerk", CLERK)
    clerk = club.staff(CLERK).in_group()
    await clerk.says("/sale 10017 #R-1 beans x2 20")
    await clerk.says("/return 10017")
    for answer, asked in (("R-1", "There are 2"), ("2", "answer: Take it back"), ("Take it back", "€20.00")):
        question = club.world.messages(clerk.chat_id)[-1]["message_id"]
        assert asked in await clerk.says(answer, reply_to=question)


WILL_NOT_DO = {
    "/return R-9": "We have no order R-9",
    "/return 10018": "We have no order 10018",
    "/return 10025": "Nobody has the member number",
    "/return 10017": "Nothing that this customer bought",
    "/return @nobody_here": "We know nobody",
    "/return R-1 beans x0": "A whole number from 1",
    "/return <b>x</b>": "We have no order &lt;b&gt;x&lt;/b&gt;",
    "/return " + "9" * 10_000: "We have no order",
}


@pytest.mark.parametrize("line", WILL_NOT_DO)
async def test_a_return_that_cannot_be_is_told_why(club: ClubHouse, line: str) -> None:
    await ana_of(club)
    assert WILL_NOT_DO[line] in await club.staff(OWNER).says(line)


async def test_an_order_of_somebody_else_is_not_taken_for_this_customers(club: ClubHouse) -> None:
    await ana_of(club)
    await club.member("Bo")
    owner = club.staff(OWNER)
    await owner.says("/sale 10017 #R-1 beans 10")
    await owner.says("/sale 10025 #R-2 tea 10")
    await owner.says("/return 10025")
    assert "belongs to somebody else" in await owner.says("R-1")
    assert "We have no order" in await owner.says("R-3")
    assert "brings back tea × 1" in await owner.says("R-2")


async def test_a_warranty_is_good_on_its_last_day_and_over_on_the_next(sqlite_url: str) -> None:
    """Where the club is: in Taipei the day ends at 16:00 UTC."""
    async with open_house(sqlite_url, zone="Asia/Taipei") as club:
        ana, owner = await ana_of(club), club.staff(OWNER)
        assert "Nothing is on file yet" in await ana.says("/warranty")
        await put_on_sale(club, "Kettle <2 l>", warranty_months=12)
        await owner.says("/sale 10017 kettle <2 l> 50\nmug 5")
        shown = await ana.says("/warranty")
        assert "Kettle &lt;2 l&gt;, 22 November 2026: <b>warranty until 22 November 2027</b>" in shown
        assert "Without a warranty on file: mug." in shown
        assert ana.buttons() == ["Make a complaint", "Menu"]
        last = datetime(2027, 11, 22, 23, 59, tzinfo=ZoneInfo("Asia/Taipei"))
        club.clock.move_to(last)
        assert "<b>warranty until" in await owner.says("/warranty 10017")
        assert owner.buttons() == ["Return", "Customer card", "Menu"], "the complaint would be the clerk's own"
        club.clock.move_to(last + timedelta(minutes=2))
        assert "warranty ended with 22 November 2027" in await owner.says("/warranty @ana_lopez")
        assert "one digit is wrong" in await owner.says("/warranty 10071")
        assert "Whose purchases?" in await owner.in_group().says("/warranty")
        assert "Kettle" in await owner.in_group().says("/warranty 10017")


async def test_a_customer_sees_only_their_own_purchases(club: ClubHouse) -> None:
    await ana_of(club)
    await club.staff(OWNER).says("/sale 10017 beans 10")
    assert "beans" not in await club.person("Bo").says("/warranty 10017")
    assert "保修" in await club.person("王小明", "zh-hans").says("/warranty")
