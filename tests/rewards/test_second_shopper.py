"""The second shopper: wants to spend a point twice, and is quick. Whatever happens at the same moment, for each tin of
tea 120 points are gone, and no point is in two places.

On PostgreSQL two processes do it, each with its own connections; on SQLite there is one writer anyway.
GUANXI_SHOPPER_ROUNDS: how often each of it is tried.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from club import expiry, members, merges, points, purchases, rewards, vouchers
from club.club import Club, PointRules
from club.orders import Line
from club.refusal import Refused
from storage import members as people
from storage import points as ledger
from storage.database import Database, open_database
from storage.ledger_proof import prove
from storage.members import Member
from storage.sealing import Vault
from storage.tables import voucher
from storage.vouchers import Voucher
from tests.club import MASTER_KEY, NOON, a_club
from tests.rewards.shelf import CLUB, a_member, put

ROUNDS = int(os.environ.get("GUANXI_SHOPPER_ROUNDS", "15"))
PRICE, CLERK = 120, 7
Unit = Callable[[Connection], Any]


class Replicas:
    """One database, and whoever works on it."""

    def __init__(self, processes: list[Database]) -> None:
        self.processes = processes
        self.first = processes[0]
        self._people = 0

    async def at_once(self, *units: Unit) -> list[Any]:
        """What came of each: a value, or the word of its refusal. Any other error is one."""
        work = [self.processes[place % len(self.processes)].write(unit) for place, unit in enumerate(units)]
        answers = await asyncio.gather(*work, return_exceptions=True)
        wrong = [one for one in answers if isinstance(one, BaseException) and not isinstance(one, Refused)]
        assert wrong == []
        return [one.template if isinstance(one, Refused) else one for one in answers]

    async def somebody(self, amount: int = 0) -> Member:
        """A new member with so many points."""
        self._people += 1
        who = 500 + self._people
        return await self.first.write(lambda db: a_member(db, who, amount))

    async def has(self, member: Member, now: datetime = NOON) -> ledger.Balance:
        return await self.first.read(lambda db: points.balance(db, member.id, now))

    async def tins(self, *who: Member) -> int:
        """Vouchers of these that were not given back: open ones, and such as were used."""
        query = select(func.count()).where(
            voucher.c.member_id.in_([one.id for one in who]), voucher.c.state.in_(("open", "used"))
        )
        return int(await self.first.read(lambda db: db.execute(query).scalar_one()))


@pytest.fixture
async def shop(any_url: str) -> AsyncIterator[Replicas]:
    count = 2 if any_url.startswith("postgresql") else 1
    shop = Replicas([await open_database(any_url, Vault(MASTER_KEY)) for _ in range(count)])
    yield shop
    proof = await shop.first.read(prove)
    for process in shop.processes:
        await process.close()
    assert proof.disagreements == ()


def redeems(member: Member, reward_id: int, key: str, now: datetime = NOON) -> Unit:
    """A press on the button, by somebody who is read when the press is handled, as a handler does."""
    return lambda db: rewards.redeem(db, people.by_id(db, member.id), reward_id, key, CLUB, now)


def gives_back(member: Member, one: Voucher, now: datetime = NOON) -> Unit:
    return lambda db: rewards.cancel(db, people.by_id(db, member.id), one.id, CLUB, now)


def uses(one: Voucher, till: str) -> Unit:
    return lambda db: vouchers.use(db, one.id, None, staff_id=CLERK, key=till, club=CLUB, now=NOON)


def joins(source: Member, target: Member) -> Unit:
    return lambda db: merges.join(db, source.id, target.id, "one", staff_id=CLERK, club=CLUB, now=NOON)


async def test_points_for_one_tin_buy_one_tin_however_many_buttons_are_pressed(shop: Replicas) -> None:
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        ana = await shop.somebody(PRICE)
        presses = [redeems(ana, tea, f"{turn}:{press % 4}") for press in range(8)]  # each button twice
        await shop.at_once(*presses)
        assert (await shop.tins(ana), (await shop.has(ana)).available) == (1, 0)


async def test_a_voucher_is_used_or_given_back_and_never_both(shop: Replicas) -> None:
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        ana = await shop.somebody(PRICE)
        one: Voucher = await shop.first.write(redeems(ana, tea, f"{turn}"))
        tills = [uses(one, f"{turn}:{till}") for till in range(3)]
        back = [gives_back(ana, one)] * 3
        answers = await shop.at_once(back[0], tills[0], back[1], tills[1], back[2], tills[2])
        used = sum(isinstance(answer, Voucher) for answer in answers)
        returned = sum(isinstance(answer, int) for answer in answers)
        assert used + returned == 1
        assert (await shop.has(ana)).available == PRICE * returned


async def test_points_given_back_and_spent_again_at_once_are_spent_once(shop: Replicas) -> None:
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        ana = await shop.somebody(PRICE)
        one: Voucher = await shop.first.write(redeems(ana, tea, f"{turn}"))
        await shop.at_once(
            gives_back(ana, one), redeems(ana, tea, f"{turn}:a"), gives_back(ana, one), redeems(ana, tea, f"{turn}:b")
        )
        assert PRICE * await shop.tins(ana) + (await shop.has(ana)).available == PRICE


async def test_while_two_files_become_one_no_point_is_spent_from_both(shop: Replicas) -> None:
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        old, new = await shop.somebody(PRICE), await shop.somebody(PRICE)
        await shop.at_once(
            redeems(old, tea, f"{turn}:a"),
            joins(old, new),
            redeems(new, tea, f"{turn}:b"),
            redeems(old, tea, f"{turn}:c"),
            redeems(new, tea, f"{turn}:d"),
            redeems(new, tea, f"{turn}:e"),
        )
        assert PRICE * await shop.tins(old, new) + (await shop.has(new)).available == 2 * PRICE
        assert await shop.has(old) == ledger.Balance()
        assert await shop.tins(old) == 0, "what was bought with the old file is in the one that stays"


async def test_while_two_files_become_one_a_voucher_is_given_back_once(shop: Replicas) -> None:
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        old, new = await shop.somebody(PRICE), await shop.somebody()
        one: Voucher = await shop.first.write(redeems(old, tea, f"{turn}"))
        await shop.at_once(gives_back(old, one), joins(old, new), gives_back(new, one), gives_back(old, one))
        assert PRICE * await shop.tins(old, new) + (await shop.has(new)).available == PRICE
        assert await shop.has(old) == ledger.Balance()


async def test_three_files_that_go_into_each_other_at_once_lose_and_make_nothing(shop: Replicas) -> None:
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        a, b, c = [await shop.somebody(PRICE) for _ in range(3)]
        await shop.at_once(joins(a, b), joins(b, a), joins(b, c), redeems(b, tea, f"{turn}"), joins(c, a))
        held = sum([(await shop.has(one)).available for one in (a, b, c)])
        assert PRICE * await shop.tins(a, b, c) + held == 3 * PRICE


@pytest.mark.parametrize("policy", ["pending", "balance", "unlimited"])
async def test_what_is_brought_back_while_its_points_are_spent_is_taken_back_or_owed(
    shop: Replicas, policy: str
) -> None:
    club: Club = replace(CLUB, points=PointRules(returns=policy))
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        ana = await shop.somebody()
        order = f"R-{turn}"
        sold = [Line("Kettle", 1, PRICE * 100)]

        def sells(db: Connection, who: Member = ana, lines: list[Line] = sold, number: str = order) -> int:
            purchases.sell(db, who, lines, order_number=number, branch_id=None, club=club, now=NOON)
            return purchases.in_order(db, number).id

        bought = await shop.first.write(sells)

        def comes_back(db: Connection, line: int = bought) -> Any:
            return purchases.take_back(db, line, 1, staff_id=CLERK, club=club, now=NOON)

        answers = await shop.at_once(
            comes_back, redeems(ana, tea, f"{turn}:a"), comes_back, redeems(ana, tea, f"{turn}:b")
        )
        assert sum(isinstance(answer, purchases.Returned) for answer in answers) == 1
        tins, balance = await shop.tins(ana), await shop.has(ana)
        spent = PRICE * tins + balance.available
        if policy == "pending":
            assert spent == PRICE, "what could be spent already stays theirs"
        else:
            assert (spent, balance.owed) in ((0, 0), (PRICE, PRICE)), "spent, and to be made up"
        await shop.at_once(redeems(ana, tea, f"{turn}:c"))
        assert await shop.tins(ana) <= 1


async def test_at_midnight_a_point_is_spent_or_lapses(shop: Replicas) -> None:
    tea = await put(shop.first)
    short = a_club(points=PointRules(last_months=1))
    for turn in range(ROUNDS):
        ana = await shop.somebody()

        def earns(db: Connection, who: int = ana.id, number: int = turn) -> None:
            points.earn(db, who, PRICE, short, reason="purchase", key=f"short:{number}", now=NOON)

        await shop.first.write(earns)
        midnight = points.lapse_of(NOON, short)
        assert midnight is not None
        before = midnight - timedelta(seconds=1)
        lapses = partial(expiry.expire_due, now=midnight)
        await shop.at_once(
            lapses,
            redeems(ana, tea, f"{turn}:a", before),
            lapses,
            redeems(ana, tea, f"{turn}:b", before),
        )
        assert await shop.at_once(redeems(ana, tea, f"{turn}:c", midnight)) == ["points/too_few"]
        assert await shop.at_once(redeems(ana, tea, f"{turn}:d", before)) == ["points/too_few"], "the clock went back"
        assert await shop.tins(ana) <= 1


async def test_a_clock_that_is_put_back_gives_no_voucher_and_no_point_a_second_time(shop: Replicas) -> None:
    tea = await put(shop.first)
    ana = await shop.somebody(PRICE)
    one: Voucher = await shop.first.write(redeems(ana, tea, "k"))
    assert await shop.at_once(gives_back(ana, one, NOON + timedelta(hours=25))) == ["vouchers/too_late"]
    yesterday = NOON - timedelta(days=1)
    assert await shop.at_once(gives_back(ana, one, yesterday)) == [PRICE]
    assert await shop.at_once(gives_back(ana, one, yesterday)) == ["vouchers/not_to_be_cancelled"]
    again = (await shop.at_once(redeems(ana, tea, "k", yesterday)))[0]
    assert again.state == "cancelled", "the same press is the same voucher, and that was given back"
    assert await shop.tins(ana) == 0


async def test_who_is_forgotten_while_they_redeem_holds_no_voucher_that_is_good(shop: Replicas) -> None:
    tea = await put(shop.first)
    for turn in range(ROUNDS):
        ana = await shop.somebody(PRICE)

        def forgets(db: Connection, who: int = ana.id) -> None:
            members.erase(db, people.by_id(db, who), CLUB, NOON)

        await shop.at_once(redeems(ana, tea, f"{turn}:a"), forgets, redeems(ana, tea, f"{turn}:b"))
        assert await shop.tins(ana) == 0
