"""Selling and taking back on both databases: amounts, points, tiers, two tills at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from club import members, points, purchases, tiers
from club.club import Club, PointRules, Tier, TierRules
from club.members import Application
from club.orders import Line
from club.purchases import Returned, Sale
from club.refusal import Refused
from storage import members as people
from storage import products
from storage import purchases as sold
from storage.database import Database, open_database
from storage.ledger_proof import prove
from storage.members import Member
from storage.points import Balance
from storage.sealing import Vault
from tests.club import MASTER_KEY, NOON, a_club

GOLD = Tier("gold", {"en": "Gold"}, 300, discount=10)
CLUB = a_club(welcome_points=0, tiers=TierRules(tiers=(GOLD,)))
BEANS = Line("Beans", 2, 31_800)
STRANGER: dict[str, Any] = {"name": "Ana", "username": None, "language": "en", "zone": "UTC", "now": NOON}


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    """Ana is a member, Bo is not (yet)."""
    opened = await open_database(any_url, Vault(MASTER_KEY))
    ana = await opened.write(partial(members.meet, telegram_id=501, **STRANGER))
    await opened.write(lambda db: members.join(db, ana, Application("Ana", None, None, "UTC", None, False), CLUB, NOON))
    await opened.write(partial(members.meet, telegram_id=502, **STRANGER))
    yield opened
    proof = await opened.read(prove)
    await opened.close()
    assert proof.disagreements == ()


def person(db: Connection, member_id: int) -> Member:
    return people.by_id(db, member_id)


def sell(db: Connection, *lines: Line, who: int = 1, number: str | None = None, club: Club = CLUB) -> Sale:
    return purchases.sell(db, person(db, who), lines, order_number=number, branch_id=None, club=club, now=NOON)


def selling(*lines: Line, **more: Any) -> Callable[[Connection], Sale]:
    return lambda db: sell(db, *lines, **more)


def back(db: Connection, quantity: int, purchase_id: int = 1, now: datetime = NOON, club: Club = CLUB) -> Returned:
    return purchases.take_back(db, purchase_id, quantity, staff_id=9, club=club, now=now)


def has(db: Connection, who: int = 1, now: datetime = NOON) -> Balance:
    return points.balance(db, who, now)


async def test_a_sale_earns_points_line_by_line_and_the_tier_that_follows(database: Database) -> None:
    tea = Line("Tea", 1, 1_001, points_percent=200)
    sale = await database.write(lambda db: sell(db, BEANS, tea))
    assert (sale.total, sale.points, sale.fresh) == (32_801, 318 + 21, True)
    assert await database.read(has) == Balance(available=339)
    assert await database.read(lambda db: tiers.tier_of(db, 1, CLUB)) == GOLD


async def test_points_of_a_sale_wait_as_long_as_it_may_be_brought_back(database: Database) -> None:
    waiting = replace(CLUB, points=PointRules(pending_days=14))
    await database.write(lambda db: sell(db, BEANS, club=waiting))
    assert await database.read(has) == Balance(pending=318)
    assert await database.read(lambda db: has(db, now=NOON + timedelta(days=14))) == Balance(available=318)


async def test_who_is_no_member_buys_without_points(database: Database) -> None:
    sale = await database.write(lambda db: sell(db, BEANS, who=2))
    assert sale.points == 318, "what it would have earned"
    assert await database.read(lambda db: has(db, 2)) == Balance()
    assert (await database.write(lambda db: back(db, 2))).points == 0


async def test_the_same_order_again_changes_nothing_and_another_under_its_number_is_refused(database: Database) -> None:
    first = await database.write(lambda db: sell(db, BEANS, number="A-1"))
    again = await database.write(lambda db: sell(db, BEANS, number="A-1"))
    assert (first.fresh, again.fresh, again.points) == (True, False, 318)
    others: list[tuple[list[Line], int]] = [
        ([replace(BEANS, amount=1)], 1),
        ([BEANS, Line("Tea", 1, 1)], 1),
        ([BEANS], 2),
    ]
    for lines, who in others:
        with pytest.raises(Refused) as refusal:
            await database.write(selling(*lines, who=who, number="A-1"))
        assert refusal.value.template == "sales/order_known"
    assert await database.read(has) == Balance(available=318)


async def test_the_same_product_twice_in_an_order_is_more_pieces_of_it(database: Database) -> None:
    sale = await database.write(lambda db: sell(db, BEANS, BEANS))
    assert sale.lines == (Line("Beans", 4, 63_600),)
    assert len({(await database.write(lambda db: sell(db, BEANS))).order_number for _ in range(5)}) == 5


async def test_pieces_come_back_with_their_share_and_the_last_one_takes_the_rest(database: Database) -> None:
    await database.write(lambda db: sell(db, Line("Cups", 3, 1_000)))
    found = [await database.write(lambda db: back(db, 1)) for _ in range(3)]
    assert [(one.amount, one.points) for one in found] == [(334, 3), (333, 3), (333, 4)]
    assert await database.read(has) == Balance()
    with pytest.raises(Refused) as refusal:
        await database.write(lambda db: back(db, 1))
    assert refusal.value.template == "returns/all_back"


async def test_more_than_was_bought_does_not_come_back(database: Database) -> None:
    await database.write(lambda db: sell(db, BEANS))
    with pytest.raises(Refused) as refusal:
        await database.write(lambda db: back(db, 3))
    assert (refusal.value.template, refusal.value.facts["left"]) == ("returns/too_many", 2)
    assert await database.read(has) == Balance(available=318)


async def test_of_two_tills_that_take_the_last_piece_back_at_once_one_wins(database: Database) -> None:
    await database.write(lambda db: sell(db, replace(BEANS, quantity=1)))
    tills = [database.write(lambda db: back(db, 1)) for _ in range(4)]
    ended = await asyncio.gather(*tills, return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Refused", "Refused", "Refused", "Returned"]
    assert await database.read(has) == Balance()


async def test_of_two_tills_with_one_order_number_one_wins(database: Database) -> None:
    tills = [database.write(selling(BEANS, who=who, number="A-1")) for who in (1, 2, 1, 2)]
    ended = await asyncio.gather(*tills, return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Refused", "Refused", "Sale", "Sale"]
    assert len(await database.read(lambda db: sold.of_order(db, "A-1"))) == 1


async def test_spent_points_are_owed_and_a_tier_that_was_bought_with_the_goods_goes_with_them(
    database: Database,
) -> None:
    await database.write(lambda db: sell(db, BEANS))
    await database.write(lambda db: points.spend(db, 1, 300, reason="reward", key="r", now=NOON))
    found = await database.write(lambda db: back(db, 2))
    assert (found.points, found.back.taken, found.back.owed) == (318, 18, 300)
    assert await database.read(lambda db: tiers.tier_of(db, 1, CLUB)) is None


async def test_a_return_under_every_policy_leaves_the_books_right(database: Database) -> None:
    for policy in ("pending", "balance", "unlimited"):
        club = replace(CLUB, points=PointRules(per_unit=Fraction(1, 3), returns=policy))
        number = f"P-{policy}"
        await database.write(selling(BEANS, number=number, club=club))
        bought = (await database.read(partial(sold.of_order, order_number=number)))[0]
        found = [await database.write(partial(back, quantity=1, purchase_id=bought.id, club=club)) for _ in range(2)]
        assert sum(one.points for one in found) == 106


async def test_a_warranty_holds_all_of_its_last_day_where_the_club_is_and_not_the_day_after(database: Database) -> None:
    taipei = a_club(zone="Asia/Taipei")

    def kettle(db: Connection) -> None:
        product_id = products.add(db, "Kettle")
        assert product_id is not None
        products.change(db, product_id, warranty_months=12)
        sell(db, Line("Kettle", 1, 100, product_id), Line("Mug", 1, 100))

    await database.write(kettle)
    last_moment = datetime(2027, 11, 22, 15, 59, 59, tzinfo=UTC)
    for now, valid in ((last_moment, True), (last_moment + timedelta(seconds=1), False)):
        mug, found = await database.read(partial(purchases.warranties, member_id=1, club=taipei, now=now))
        assert (found.product, str(found.last_day), found.valid) == ("Kettle", "2027-11-22", valid)
        assert (mug.product, mug.last_day, mug.valid) == ("Mug", None, False)
    await database.write(lambda db: back(db, 1))
    assert len(await database.read(lambda db: purchases.warranties(db, 1, taipei, NOON))) == 1
