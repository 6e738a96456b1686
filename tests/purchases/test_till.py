"""The till: somebody buys, by one line or by buttons, and hears of it in their own language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from club.club import PointRules, Tier, TierRules
from storage import members, products, staff
from storage import purchases as sold
from tests.club import CLERK, NOON, OWNER, ClubHouse, Person, open_house
from tests.tickets.test_queue import hire

GOLD = Tier("gold", {"en": "Gold", "zh-Hans": "金卡", "zh-Hant": "金卡"}, 100, discount=10)


async def ana_of(club: ClubHouse) -> Person:
    """Ana has joined; her member number is 10017, her name in Telegram @ana_lopez."""
    club.person("Ana", username="ana_lopez")
    return await club.member("Ana")


async def put_on_sale(club: ClubHouse, name: str, **values: int) -> None:
    def unit(db: Connection) -> None:
        products.change(db, products.add(db, name) or 0, name=name, **values)

    await club.database.write(unit)


async def test_one_line_sells_and_both_sides_read_what_it_brought(club: ClubHouse) -> None:
    ana, owner = await ana_of(club), club.staff(OWNER)
    heard = await owner.says("/sale @ana_lopez beans x2 318.00")
    for part in ("Ana", "10017", "beans × 2", "€318.00", "318 points earned", "New balance: <b>338</b>"):
        assert part in heard
    assert owner.buttons() == ["Another sale", "Return", "Menu"]
    assert "your balance is <b>338</b>" in ana.sees()
    assert ana.buttons() == ["My points", "Ask a question", "Make a complaint"]
    assert "<b>338</b>" in await ana.presses("My points")


async def test_several_products_one_to_a_row_and_the_order_number_of_the_receipt(club: ClubHouse) -> None:
    await ana_of(club)
    owner = club.staff(OWNER)
    heard = await owner.says("/sale 10017 #R-77 beans x2 €318.00\ngreen tea 2x 9,50\ncup 4.5 EUR")
    for part in ("beans × 2: €318.00", "green tea × 2: €9.50", "cup × 1: €4.50", "Total: <b>€332.00</b>", "R-77"):
        assert part in heard
    again = await owner.says("/sale 10017 #R-77 beans x2 €318.00\ngreen tea 2x 9,50\ncup 4.5 EUR")
    assert "Nothing was sold twice" in again
    assert "something else in it" in await owner.says("/sale 10017 #R-77 beans x2 1.00")
    assert len(await club.query(lambda db: sold.of_order(db, "R-77"))) == 3


async def test_a_sale_by_buttons_only(any_club: ClubHouse) -> None:
    ana, owner = await ana_of(any_club), any_club.staff(OWNER)
    await put_on_sale(any_club, "Coffee beans", price=15_900, points_percent=200)
    await owner.says("/start")
    assert "Who is buying?" in await owner.presses("Sale")
    assert "What does <b>Ana</b> buy?" in await owner.presses("Ana · 10017")
    assert "How many pieces of Coffee beans?" in await owner.presses("Coffee beans")
    assert "By our prices €318.00" in await owner.presses("2")
    asked = await owner.presses("€318.00")
    assert "636 points for it" in asked
    assert "Nothing is sold until you press" in asked
    assert "New balance: <b>656</b>" in await owner.presses("Sell")
    assert "Coffee beans × 2" in ana.screen()[-2]
    assert "you are Silver now" in ana.sees(), "the tier is told behind the purchase that led to it"


async def test_several_items_in_one_sale_are_added_changed_and_left_out(any_club: ClubHouse) -> None:
    ana, owner = await ana_of(any_club), any_club.staff(OWNER)
    for name, price in (("Beans", 15_900), ("Cup", 1_200)):
        await put_on_sale(any_club, name, price=price)
    await owner.says("/sale 10017")
    for label in ("Beans", "2", "€318.00", "Add an item", "Cup", "1", "€12.00", "Add an item"):
        await owner.presses(label)
    assert "Beans × 2: €318.00\nCup × 1: €12.00\n\nWhat else does <b>Ana</b> buy?" in owner.sees()
    await owner.says("Poster")
    await owner.says("1")
    asked = await owner.says("5")
    assert "Total: <b>€335.00</b>\n335 points for it" in asked
    assert owner.buttons() == ["Sell", "Add an item", "✎ Beans × 2", "✎ Cup × 1", "✎ Poster × 1", "← Back", "Cancel"]
    assert "How many pieces of Cup?" in await owner.presses("✎ Cup")
    await owner.presses("3")
    assert "Total: <b>€359.00</b>" in await owner.presses("€36.00")
    await owner.presses("✎ Beans")
    assert "Total: <b>€41.00</b>" in await owner.presses("Leave it out")
    assert "Beans" not in owner.sees()
    await owner.presses("Add an item")
    assert "Total: <b>€41.00</b>" in await owner.presses("That is all")
    assert "Poster × 1: €5.00\nCup × 3: €36.00\nTotal: <b>€41.00</b>" in await owner.presses("Sell")
    assert "<b>61</b>" in await ana.says("/points")
    assert await any_club.query(lambda db: sold.count(db, 1)) == 1


async def test_the_only_item_is_left_out_and_another_takes_its_place(club: ClubHouse) -> None:
    await ana_of(club)
    owner = club.staff(OWNER)
    await owner.says("/sale 10017")
    for answer in ("beans", "1", "9", "Add an item", "cup", "1", "2"):
        await owner.says(answer)
    await owner.presses("✎ beans")
    await owner.presses("Leave it out")
    assert "cup × 1: €2.00\nTotal: <b>€2.00</b>" in owner.sees()
    for _ in range(3):
        await owner.presses("Back")
    assert "What does <b>Ana</b> buy?" in owner.sees()


async def test_an_order_ends_at_twenty_items(club: ClubHouse) -> None:
    await ana_of(club)
    owner = club.staff(OWNER)
    await owner.says("/sale 10017")
    for number in range(20):
        for answer in (f"thing {number}", "1", "1"):
            await owner.says(answer)
        if number < 19:
            await owner.presses("Add an item")
    assert "Add an item" not in owner.buttons()
    assert "press one of the buttons" in await owner.says("Add an item")
    assert "Total: <b>€20.00</b>" in await owner.presses("Sell")


COMMAS = {
    "beans x2 318.00, cup 12": ["beans × 2: €318.00", "cup × 1: €12.00"],
    "beans x2 318,00, cup 12,50": ["beans × 2: €318.00", "cup × 1: €12.50"],
    "beans 318; cup x2 12": ["beans × 1: €318.00", "cup × 2: €12.00"],
    "咖啡豆 x2 318，杯子 12、盘 3": ["咖啡豆 × 2: €318.00", "杯子 × 1: €12.00", "盘 × 1: €3.00"],
    "Longjing, first flush 12": ["Longjing, first flush × 1: €12.00"],
    "Kettle, cup 12": ["Kettle × 1: €89.00", "cup × 1: €12.00"],
    "Lamp 40, green x2": ["Lamp 40, green × 2: €60.00"],
    "beans x2 318, ": ["beans × 2: €318.00"],
}


@pytest.mark.parametrize("line", COMMAS)
async def test_products_stand_behind_commas_too(club: ClubHouse, line: str) -> None:
    await ana_of(club)
    await put_on_sale(club, "Kettle", price=8_900)
    await put_on_sale(club, "Lamp 40, green", price=3_000)
    heard = (await club.staff(OWNER).says(f"/sale 10017 {line}")).split("Total")[0].splitlines()
    assert heard[1:] == COMMAS[line]


async def test_an_order_says_who_sold_it_and_what_came_back(club: ClubHouse) -> None:
    await ana_of(club)
    await hire(club, "Clerk", CLERK)
    clerk = club.staff(CLERK)
    await clerk.says("/sale 10017 #R-77 beans x2 318, cup 12")
    seen = await clerk.says("/order r-77")
    for part in ("<code>R-77</code> of <b>Ana</b> · <code>10017</code>", "Sold by Chen Wei", "Total: <b>€330.00</b>"):
        assert part in seen
    assert "330 points earned" in seen
    await clerk.says("/return R-77 beans x1")
    await clerk.says("/scan 10017")
    seen = await clerk.presses("Last order")
    assert "beans × 2: €318.00 (1 brought back)" in seen
    assert "330 points earned, 159 of them gone back" in seen
    assert "What does <b>Ana</b> bring back?" in await clerk.presses("Return")
    assert "Which order?" in await clerk.says("/order")
    assert "no order" in (await clerk.says("/order 999")).casefold()


async def test_what_a_till_posted_was_sold_by_nobody(club: ClubHouse) -> None:
    await ana_of(club)
    bought: dict[str, Any] = {"order_number": "T-1", "product": "Tea", "quantity": 1, "amount": 500, "currency": "EUR"}
    await club.database.write(lambda db: sold.add(db, 1, bought_at=NOON, **bought))
    seen = await club.staff(OWNER).says("/order T-1")
    assert "Tea × 1: €5.00" in seen
    assert "Sold by" not in seen


async def test_a_press_that_arrives_twice_sells_once(club: ClubHouse) -> None:
    ana, owner = await ana_of(club), club.staff(OWNER)
    await owner.says("/sale 10017")
    for answer in ("beans", "2", "318"):
        await owner.says(answer)
    message, data = owner.button("Sell")
    await owner.presses("Sell")
    assert "earlier question" in await owner.presses_data(message["message_id"], data)
    assert await club.query(lambda db: sold.count(db, 1)) == 1
    assert "<b>338</b>" in await ana.says("/points")


async def test_a_standing_discount_is_in_the_price_that_is_proposed(sqlite_url: str) -> None:
    async with open_house(sqlite_url, tiers=TierRules(tiers=(GOLD,)), welcome_points=0) as club:
        await ana_of(club)
        await put_on_sale(club, "Kettle", price=9_999)
        owner = club.staff(OWNER)
        assert "· Gold" in await owner.says("/sale 10017 beans 100")
        await owner.presses("Another sale")
        await owner.presses("Kettle")
        assert "€89.99, with 10% off for Gold" in await owner.presses("1")
        await owner.says("/cancel")
        assert "Kettle × 2: €179.98, with 10% off\n" in await owner.says("/sale 10017 kettle x2"), "by the catalogue"
        assert "% off" not in await owner.says("/sale 10017 kettle 99.99"), "the amount was named"


async def test_points_that_wait_are_told_as_waiting(sqlite_url: str) -> None:
    async with open_house(sqlite_url, points=PointRules(pending_days=14)) as club:
        ana, owner = await ana_of(club), club.staff(OWNER)
        assert "and 318 on the way" in await owner.says("/sale 10017 beans 318")
        assert "318 are on the way" in ana.sees()


async def test_a_cup_is_a_cup_and_no_cuban_peso(club: ClubHouse) -> None:
    await club.member("Ana")
    assert "cup × 1: €10.00" in await club.staff(OWNER).says("/sale 10017 #A2 cup 10")
    assert "another currency" in await club.staff(OWNER).says("/sale 10017 tea 10 CUP")


async def test_who_is_no_member_yet_buys_too(club: ClubHouse) -> None:
    bo, owner = club.person("Bo", username="bo_the_guest"), club.staff(OWNER)
    await bo.says("/start")
    heard = await owner.says("/sale @BO_the_guest beans 50")
    assert "not a member yet. A member would have earned 50" in heard
    assert "you would have earned 50 points" in bo.sees()
    assert bo.buttons() == ["Join the club", "Ask a question", "Make a complaint"]


async def test_who_left_is_left_in_peace(club: ClubHouse) -> None:
    ana, owner = await ana_of(club), club.staff(OWNER)
    await ana.says("/leave")
    goodbye = await ana.presses("Leave, keep")
    assert "not a member any more" in await owner.says("/sale 10017 beans 50")
    assert ana.sees() in goodbye


async def test_a_clerk_sells_in_the_group_by_line_and_by_answering(club: ClubHouse) -> None:
    ana, clerk = await ana_of(club), club.staff(CLERK).in_group()
    await hire(club, "Clerk", CLERK)
    assert "New balance: <b>70</b>" in await clerk.says("/sale 10017 tea 50")
    assert "Who is buying?" in await clerk.says("/sale")
    for answer, asked in (
        ("10017", "Type what it is called"),
        ("beans", "Type a number"),
        ("2", "In EUR"),
        ("30", "answer: Sell"),
        ("yes please", "press one of the buttons"),
        ("Sell", "New balance: <b>100</b>"),
    ):
        question = club.world.messages(clerk.chat_id)[-1]["message_id"]
        assert asked in await clerk.says(answer, reply_to=question)
    assert "beans × 2" in ana.sees()


async def test_小美_buys_and_reads_it_in_her_script(club: ClubHouse) -> None:
    club.person("小美", "zh-hant", username="xiaomei")
    mei, owner = await club.member("小美", "zh-hant"), club.person("老李", "zh-hant")
    await owner.says("/start")
    await club.database.write(lambda db: staff.put(db, owner.id, "manager", NOON))
    heard = await owner.says("/sale @xiaomei 咖啡豆 ×2 318.00")
    for part in ("小美", "咖啡豆 × 2：", "318.00", "這筆累積 318 點", "目前餘額：<b>338</b> 點"):
        assert part in heard
    assert owner.buttons() == ["再開一筆", "退貨", "主選單"]
    assert "加上之後餘額是 <b>338</b> 點" in mei.sees()
    assert mei.buttons() == ["我的點數", "我要提問", "我要投訴"]
    assert "少了一個" in await owner.says("/sale 10018 咖啡豆 318")
    assert "看不出金額" in await owner.says("/sale 10017 咖啡豆 x2 三百")
    await owner.says("/sale")
    await owner.presses("小美")
    await owner.says("咖啡豆")
    await owner.presses("3")
    await owner.says("￥100")
    assert "別種貨幣" in owner.sees()
    await owner.says("100")
    assert "目前餘額：<b>438</b> 點" in await owner.presses("確認結帳")


REFUSED = {
    "/sale beans x2 318.00": "Who is it?",
    "/sale 10018 beans 318": "one digit is wrong or missing",
    "/sale 10025 beans 318": "Nobody has the member number 10025",
    "/sale @nobody_here beans 318": "We know nobody as @nobody_here",
    "/sale 10017 beans": "What does “beans” cost?",
    "/sale 10017 beans x0 318": "A whole number from 1",
    "/sale 10017 beans x-2 318": "A whole number from 1",
    "/sale 10017 beans x99999 318": "A whole number from 1",
    "/sale 10017 beans x2 31a8": "could not read an amount",
    "/sale 10017 beans x2 -318.00": "could not read an amount",
    "/sale 10017 beans x2 1.234": "could not read an amount",
    "/sale 10017 beans x2 3,180": "could not read an amount",
    "/sale 10017 beans x2 99999999999": "could not read an amount",
    "/sale 10017 beans x2 ￥318": "we count in EUR",
    "/sale 10017 beans x2 318 USD": "we count in EUR",
    "/sale 10017 318.00": "nothing to read",
    "/sale 10017 " + "b" * 3_900 + " 318": "up to 200 fit",
    "/sale 10017 #" + "9" * 60 + " beans 318": "up to 40 characters",
    "/sale 10017 " + "\n".join(["beans 1"] * 21): "Up to 20 products",
    "/sale " + "9" * 10_000: "Who is it?",
}


@pytest.mark.parametrize("line", REFUSED)
async def test_a_line_that_is_unclear_sells_nothing_and_says_what_would_work(club: ClubHouse, line: str) -> None:
    await ana_of(club)
    assert REFUSED[line] in await club.staff(OWNER).says(line)
    assert await club.query(lambda db: sold.count(db, 1)) == 0


UNDERSTOOD = {
    "beans x2 318.00": ("beans", 2, 31_800),
    "beans 318,00 x2": ("beans", 2, 31_800),
    "beans 500g ×2 € 318": ("beans 500g", 2, 31_800),
    "beans *2 318€": ("beans", 2, 31_800),
    "７ Samurai ２x ３１８．５０": ("7 Samurai", 2, 31_850),
    "<b>beans</b> & co 1.5": ("<b>beans</b> & co", 1, 150),
    "beans 0": ("beans", 1, 0),
}


@pytest.mark.parametrize("line", UNDERSTOOD)
async def test_people_write_amounts_in_many_ways(club: ClubHouse, line: str) -> None:
    await ana_of(club)
    heard = await club.staff(OWNER).says(f"/sale 10017 {line}")
    assert "Total" in heard
    found = await club.query(lambda db: sold.of_member(db, 1, 5))
    product = found[0].product.replace("７", "7")
    assert (product, found[0].quantity, found[0].amount) == UNDERSTOOD[line]
    assert "<b>beans</b>" not in heard


async def test_the_form_asks_again_where_an_answer_will_not_do(club: ClubHouse) -> None:
    await ana_of(club)
    owner = club.staff(OWNER)
    await owner.says("/sale")
    for answer, heard in (
        ("Ana", "Who is it?"),
        ("10071", "one digit is wrong"),
        ("10017", "What does <b>Ana</b> buy?"),
        ("b" * 10_000, "up to 200 fit"),
        ("beans", "How many pieces"),
        ("0", "A whole number from 1"),
        ("two", "A whole number from 1"),
        ("2", "In EUR, for example 318.00"),
        ("=1", "could not read an amount"),
        ("318.00", "318 points for it"),
        ("perhaps", "press one of the buttons"),
    ):
        assert heard in await owner.says(answer)
    await owner.presses("Back")
    assert "€99.00" in await owner.says("99")


async def test_ana_is_found_by_her_name_however_it_is_written(club: ClubHouse) -> None:
    club.person("Ana", username="ana")
    await club.member("Ana")
    for line in ("/sale @ana beans x2 318.00", "/sale @ANA beans x2 318.00", "/sale ＠ana beans x2 318.00"):
        assert "€318.00" in await club.staff(OWNER).says(line)


async def test_a_name_that_changed_hands_finds_who_has_it_now(club: ClubHouse) -> None:
    ana, bo = await ana_of(club), club.person("Bo")
    club.world.personas[ana.id].username = None
    club.world.personas[bo.id].username = "ana_lopez"
    await bo.says("/start")
    assert "<b>Bo</b>" in await club.staff(OWNER).says("/sale @ana_lopez beans 5")


async def test_who_was_known_before_names_were_looked_up_is_found_once_they_write(club: ClubHouse) -> None:
    ana, owner = await ana_of(club), club.staff(OWNER)
    await club.database.write(lambda db: members._set(db, 1, username_hash=None))
    assert "We know nobody" in await owner.says("/sale @ana_lopez beans 5")
    await ana.says("/me")
    assert "<b>Ana</b>" in await owner.says("/sale @ana_lopez beans 5")


async def test_who_was_forgotten_is_found_no_more(sqlite_url: str) -> None:
    async with open_house(sqlite_url, erase_after=timedelta(0)) as club:
        ana, owner = await ana_of(club), club.staff(OWNER)
        await owner.says("/sale 10017 beans 5")
        await owner.presses("Another sale")
        await ana.says("/forget")
        await ana.presses("Yes, delete it all")
        await club.work.plan()
        await owner.says("beans")
        await owner.says("1")
        await owner.says("5")
        assert "data deleted" in await owner.presses("Sell")
        assert "We know nobody" in await owner.says("/sale @ana_lopez beans 5")
        assert "data deleted" in await owner.says("/sale 10017 beans 5")


async def test_a_button_for_somebody_who_never_was_is_answered(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/start")
    message = club.world.messages(owner.id)[-1]["message_id"]
    for forged in ("sell:1001", "goods:1001"):
        assert "choose somebody else" in await owner.presses_data(message, forged)
    for forged in ("sell:-1", "goods:", "place:77", f"product:{'9' * 40}", "edit_product:٣"):
        assert "no longer works" in await owner.presses_data(message, forged), forged
    for forged in ("product:77", "edit_product:77", "end_product:77:nonce"):
        assert "not in the catalogue" in await owner.presses_data(message, forged), forged
