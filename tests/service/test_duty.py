"""Who is at work gets what comes in: named at once, never too much, never somebody who is absent."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.rules import club_of
from bot.settings import Settings
from club import products
from storage import members, tickets
from tests.club import CLERK, OWNER, ClubHouse, open_house
from tests.tickets.test_queue import hire


async def owner_of(club: ClubHouse, ticket_id: int = 1) -> int | None:
    found = await club.query(lambda db: tickets.by_id(db, ticket_id))
    assert isinstance(found, tickets.Ticket)
    return found.owner_id


async def test_who_complains_hears_at_once_who_looks_after_it(any_club: ClubHouse) -> None:
    await hire(any_club, "Clerk", CLERK)
    clerk = any_club.staff(CLERK)
    assert "You are <b>at work</b>" in await clerk.says("/duty on")
    assert "Chen Wei</b> is looking after it" in await any_club.person("Ana").says("/complain The cup was cracked")
    assert await owner_of(any_club) == CLERK
    assert "#1001" in clerk.sees()
    assert "in your hands" in clerk.sees()
    xiaoming = any_club.person("王小明", "zh-hans")
    assert "由 <b>Chen Wei</b> 负责" in await xiaoming.says("/complain 杯子裂了")


async def test_nobody_who_is_off_gets_anything(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    clerk = club.staff(CLERK)
    await clerk.says("/duty")
    await clerk.presses("I am at work")
    assert "You are <b>off</b>" in await clerk.presses("I am off")
    await club.person("Ana").says("/complain The cup was cracked")
    assert await owner_of(club) is None


async def test_it_goes_to_whoever_has_least_to_do(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    await club.staff(CLERK).says("/duty on")
    await club.staff(OWNER).says("/duty on")
    for name in ("Ana", "Ben", "Eva", "Tom"):
        await club.person(name).says(f"/complain {name} is not content")
    owners = [await owner_of(club, number) for number in (1, 2, 3, 4)]
    assert sorted(filter(None, owners)) == [OWNER, OWNER, CLERK, CLERK]


async def test_nobody_is_given_more_than_the_load(sqlite_url: str) -> None:
    service = replace(club_of(Settings()).service, load=2)
    async with open_house(sqlite_url, service=service) as club:
        await club.staff(OWNER).says("/duty on")
        for name in ("Ana", "Ben", "Eva"):
            await club.person(name).says(f"/complain {name} is not content")
        assert [await owner_of(club, number) for number in (1, 2, 3)] == [OWNER, OWNER, None]
        await club.staff(OWNER).says("/take 1003")
        assert await owner_of(club, 3) == OWNER, "by hand one may take more"


async def test_what_it_is_about_brings_whoever_knows_best(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    clerk, owner, ana = club.staff(CLERK), club.staff(OWNER), club.person("Ana")
    await owner.says("/duty on")
    await ana.says("/complain It came late")
    assert ana.buttons() == ["My requests", "Menu"], "where nobody looks after a cause, none is asked for"
    await clerk.says("/duty on")
    assert "have a ✓" in (await clerk.presses("Delivery")) or "✓ Delivery" in clerk.buttons()
    await ana.says("/cancel")
    await club.person("Ben").says("/complain It never came")
    ben = club.person("Ben")
    assert "is about Delivery. Chen Wei is looking after it" in await ben.presses("Delivery")
    assert await owner_of(club, 2) == CLERK
    assert "#1002" in clerk.sees()
    assert (await club.query(lambda db: tickets.by_id(db, 2))).cause == "delivery"


async def test_once_somebody_has_begun_it_stays_with_them(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    clerk, owner, ana = club.staff(CLERK), club.staff(OWNER), club.person("Ana")
    await clerk.says("/duty on")
    await clerk.presses("Delivery")
    await clerk.presses("I am off")
    await owner.says("/duty on")
    await ana.says("/complain It came late")
    assert await owner_of(club) == OWNER
    await owner.says("/reply 1001 Let me look.")
    await clerk.says("/duty on")
    assert "is being worked on already" in await ana.presses("Delivery")
    assert await owner_of(club) == OWNER


async def test_the_cause_of_somebody_elses_complaint_is_nobodys_business(club: ClubHouse) -> None:
    await club.staff(OWNER).says("/duty on")
    await club.staff(OWNER).presses("Product")
    await club.person("Ana").says("/complain The cup was cracked")
    eva = club.person("Eva")
    await eva.says("/start")
    await eva.presses_data(club.world.messages(eva.id)[-1]["message_id"], "about:1001.0")
    await eva.presses_data(club.world.messages(eva.id)[-1]["message_id"], "about:1001.99")
    assert (await club.query(lambda db: tickets.by_id(db, 1))).cause is None


async def test_nobody_looks_after_their_own_complaint(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/duty on")
    await owner.says("/complain My own tea was cold")
    assert await owner_of(club) is None


async def test_what_is_opened_again_goes_back_only_to_somebody_who_is_at_work(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana, owner, clerk = club.person("Ana"), club.staff(OWNER), club.staff(CLERK)
    await ana.says("When do you open?")
    await clerk.says("/reply 1001 At nine.")
    await clerk.says("/resolve 1001")
    await clerk.says("/duty off")
    await owner.says("/duty on")
    await ana.says("And on Sundays?")
    await ana.presses("The same as #1001")
    assert await owner_of(club) == OWNER


async def sells(club: ClubHouse) -> None:
    """A small catalogue."""
    owner = club.staff(OWNER)

    def fill(db: Connection) -> None:
        for name, category in (("Kettle", "Hardware"), ("Jasmine", "Tea"), ("茉莉花茶", "Tea")):
            products.save(db, products.Draft(name, category))

    await club.database.write(fill)
    await owner.says("/duty on")


async def test_who_knows_the_product_gets_what_names_it(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    await sells(club)
    clerk = club.staff(CLERK)
    await clerk.says("/duty on")
    await clerk.presses("Products I know")
    assert [label for label in clerk.buttons() if "←" not in label] == [
        "Hardware", "Tea", "Kettle", "Jasmine", "茉莉花茶",
    ]  # fmt: skip
    await clerk.presses("Kettle")
    await clerk.presses("茉莉花茶")
    assert {"✓ Kettle", "✓ 茉莉花茶"} <= set(clerk.buttons())
    for number in range(3):
        await club.person(f"Guest {number}").says(f"/complain The kettles leak, {number}")
    assert [await owner_of(club, number) for number in (1, 2, 3)] == [CLERK] * 3
    await club.person("王小明", "zh-hans").says("这款茉莉花茶怎么泡？")
    assert await owner_of(club, 4) == CLERK, "a question that names it too"
    await club.person("Eva").says("/complain Nobody said hello")
    assert await owner_of(club, 5) == OWNER
    await clerk.presses("← Duty")
    await clerk.says("/duty")
    assert "Products I know · 2" in clerk.buttons()


async def test_else_what_was_bought_last_tells_the_product_of_a_complaint(any_club: ClubHouse) -> None:
    await hire(any_club, "Clerk", CLERK)
    await sells(any_club)
    ana, clerk, owner = await any_club.member("Ana"), any_club.staff(CLERK), any_club.staff(OWNER)
    found = await any_club.query(lambda db: members.by_telegram_id(db, ana.id))
    await owner.says(f"/sale {found.number} kettle 40")
    await clerk.says("/duty on")
    assert "You know: hardware" in await clerk.says("/duty hardware")
    assert "✓ Hardware" in clerk.buttons()
    for number in (1, 2):
        await ana.says(f"/complain It leaks, {number}")
        assert await owner_of(any_club, number) == CLERK
    await any_club.person("Ben").says("/complain It leaks")
    assert await owner_of(any_club, 3) == OWNER, "who bought nothing gets whoever has least to do"
    await clerk.says("/duty hardware")
    assert "✓ Hardware" not in clerk.buttons()
    assert "Nothing on sale is called “weather”" in await clerk.says("/duty weather")


async def test_the_cause_counts_before_the_product(any_club: ClubHouse) -> None:
    await hire(any_club, "Clerk", CLERK)
    await sells(any_club)
    ana, clerk, owner = any_club.person("Ana"), any_club.staff(CLERK), any_club.staff(OWNER)
    await clerk.says("/duty on")
    await clerk.says("/duty kettle")
    await owner.says("/duty")
    await owner.presses("Delivery")
    await ana.says("/complain The kettle came late")
    assert await owner_of(any_club) == CLERK
    await ana.presses("Delivery")
    assert await owner_of(any_club) == OWNER
