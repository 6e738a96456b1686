"""What is sold, and where: products and branches, kept by those who may."""

from __future__ import annotations

from club.staff import MANAGER
from storage import branches, products, staff
from storage import purchases as sold
from storage.products import Product
from tests.club import CLERK, NOON, OWNER, ClubHouse, Person
from tests.purchases.test_till import ana_of, put_on_sale
from tests.tickets.test_queue import hire


async def manager(club: ClubHouse, language: str = "en") -> Person:
    person = club.person("Wei", language)
    await person.says("/start")
    await club.database.write(lambda db: staff.put(db, person.id, MANAGER, NOON))
    return person


async def test_a_product_is_put_on_sale_changed_and_taken_from_sale(club: ClubHouse) -> None:
    wei = await manager(club)
    await wei.says("/start")
    assert "Nothing is on sale yet" in await wei.presses("Products")
    assert "What is the product called?" in await wei.presses("Add a product")
    await wei.says("Kettle <2 l> & co")
    await wei.says("kitchen")
    await wei.says("49,90")
    await wei.says("24")
    await wei.presses("Skip")
    await wei.says("150%")
    await wei.says("12")
    saved = await wei.says("50")
    for part in (
        "Kettle &lt;2 l&gt; &amp; co",
        "€49.90",
        "24 months",
        "Replaced after: not known",
        "150%",
        "12 months of membership, a voucher over €50.00",
    ):
        assert part in saved
    expected = Product(1, "Kettle <2 l> & co", "kitchen", 4_990, 24, None, 150, 12, 5_000)
    assert await club.query(products.on_sale) == [expected]

    await wei.presses("Change")
    assert wei.buttons() == ["Kettle <2 l> & co", "Cancel"]
    await wei.presses("Kettle <2 l>")
    await wei.presses("kitchen")
    assert wei.buttons() == ["€49.90", "← Back", "Skip", "Cancel"]
    await wei.says("55")
    await wei.presses("24")
    await wei.says("36")
    await wei.presses("150")
    assert "€55.00" in await wei.presses("Skip"), "it brings nothing any more"

    message, data = wei.button("Take from sale")
    assert "off sale" in await wei.presses("Take from sale")
    assert "done already" in await wei.presses_data(message["message_id"], data)
    assert await club.query(products.on_sale) == []

    await wei.says("/products")
    await wei.presses("Add a product")
    await wei.says("Kettle <2 l> & co")
    for _ in range(6):
        await wei.presses("Skip")
    assert [one.id for one in await club.query(products.on_sale)] == [1], "it is back, not there twice"


async def test_what_will_not_do_is_told_and_asked_again(club: ClubHouse) -> None:
    wei = await manager(club, "zh-hant")
    await put_on_sale(club, "Kettle")
    await wei.says("/products")
    await wei.presses("新增商品")
    for answer, heard in (
        ("\u200b", "沒看到內容"),
        ("名" * 10_000, "這裡最多放得下 200 個字"),
        ("kettle", "屬於哪一類"),
        ("廚房", "一件多少錢"),
        ("$50", "別種貨幣"),
        ("五十", "看不出金額"),
        ("50", "保固幾個月"),
        ("0", "看不出是幾個月"),
        ("兩年", "看不出是幾個月"),
        ("２４", "一般用幾個月"),
        ("36", "百分之幾"),
        ("-1", "看不出是百分之幾"),
        ("100", "送幾個月會員"),
        ("12", "同一天到期的券"),
        ("50", "已經有叫「kettle」的商品"),
    ):
        assert heard in await wei.says(answer), answer


async def test_many_products_are_turned_page_by_page(club: ClubHouse) -> None:
    wei = await manager(club)
    for number in range(1, 11):
        await put_on_sale(club, f"Tea no. {number}")
    assert "10 products on sale" in await wei.says("/products")
    assert "Tea no. 9" not in wei.buttons()
    assert "Page 2 of 2" in await wei.presses("Next")
    assert wei.buttons() == ["Tea no. 9", "Tea no. 10", "← Previous", "Add a product", "Menu"]
    await wei.presses("Previous")
    assert "Tea no. 1" in wei.buttons()


async def test_what_sells_best_is_offered_first(club: ClubHouse) -> None:
    await ana_of(club)
    for name in ("Kettle", "Cup"):
        await put_on_sale(club, name, price=100)
    owner = club.staff(OWNER)
    await owner.says("/sale 10017 cup")
    await owner.says("/sale 10017")
    assert owner.buttons()[:2] == ["Cup", "Kettle"]


async def test_with_several_branches_everybody_says_where_they_sell(any_club: ClubHouse) -> None:
    await ana_of(any_club)
    await hire(any_club, "Clerk", CLERK)
    owner, clerk = any_club.staff(OWNER), any_club.staff(CLERK)
    await owner.says("/start")
    assert "No branches yet" in await owner.presses("Branches")
    await owner.presses("Add a branch")
    assert "Main <Street>" not in await owner.says("Main <Street>")
    for _question in ("city", "hours", "location"):
        await owner.presses("Skip")
    assert "Main &lt;Street&gt;" in await clerk.says("/sale 10017 tea 5"), "there is only one"

    await owner.presses("Add a branch")
    assert "already" in await owner.says("main <street>")
    await owner.says("/branches")
    await owner.presses("Add a branch")
    await owner.says("Harbour")
    for _question in ("city", "hours", "location"):
        await owner.presses("Skip")
    assert "Where do you sell now?" in await clerk.says("/sale 10017 tea 5")
    assert "You sell at <b>Harbour</b>" in await clerk.presses("Harbour")
    assert "Who is buying at Harbour?" in await clerk.presses("Sale")
    await clerk.says("/cancel")
    assert ", Harbour" in await clerk.says("/sale 10017 tea 5")
    assert "Where do you sell now?" in await clerk.presses("Change branch")
    bought = await any_club.query(lambda db: sold.of_member(db, 1, 5))
    known = {branch.id: branch.name for branch in await any_club.query(branches.every)}
    assert [known[one.branch_id] for one in bought] == ["Harbour", "Main <Street>"]
