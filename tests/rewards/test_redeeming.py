"""Points for a reward, in one step: what is refused, what happens once, who gets the last one, what comes back.

GUANXI_REWARD_ROUNDS: how often a hundred members want the last one (a thousand times: `make soak`).
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from club import points, rewards, vouchers
from club.club import PointRules, RewardRules, Tier, TierRules
from club.refusal import Refused
from storage import rewards as shelf
from storage import tiers
from storage.database import Database
from storage.members import Member
from storage.vouchers import Voucher
from tests.club import NOON, a_club
from tests.rewards.shelf import CLUB, a_member, available, members_with, put

ROUNDS, CONTENDERS = int(os.environ.get("GUANXI_REWARD_ROUNDS", "20")), 100


def redeeming(member: Member, reward_id: int, key: str = "k", **more: Any) -> Any:
    values: dict[str, Any] = {"club": CLUB, "now": NOON} | more
    return lambda db: rewards.redeem(db, member, reward_id, key, **values)


async def refused(database: Database, unit: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        await database.write(unit)
    return refusal.value


async def stock_of(database: Database, reward_id: int) -> int | None:
    reward = await database.read(lambda db: shelf.by_id(db, reward_id))
    assert reward is not None
    return reward.stock


async def test_one_point_short_is_refused_and_changes_nothing(database: Database) -> None:
    (ana,) = await members_with(database, 119)
    tea = await put(database, stock=3)
    refusal = await refused(database, redeeming(ana, tea))
    assert (refusal.template, refusal.facts) == ("points/too_few", {"have": 119, "need": 120})
    assert await database.read(available(ana)) == 119
    assert await stock_of(database, tea) == 3


async def test_points_stock_and_voucher_go_together(database: Database) -> None:
    (ana,) = await members_with(database, 200)
    tea = await put(database, stock=3)
    voucher: Voucher = await database.write(redeeming(ana, tea))
    assert (voucher.name, voucher.value, voucher.state) == ("Tin of tea", None, "open")
    assert await database.read(available(ana)) == 80
    assert await stock_of(database, tea) == 2


async def test_the_same_press_again_is_the_same_voucher(database: Database) -> None:
    (ana,) = await members_with(database, 500)
    tea = await put(database)
    first, again = [await database.write(redeeming(ana, tea)) for _ in range(2)]
    assert first == again
    assert await database.read(available(ana)) == 380


@pytest.mark.timeout(7200)
async def test_of_a_hundred_who_want_the_last_one_one_gets_it(database: Database) -> None:
    contenders: list[Member] = await database.write(_crowd)
    for turn in range(ROUNDS):
        tea = await put(database, stock=1)
        units = [redeeming(member, tea, f"{turn}:{member.id}") for member in contenders]
        answers = await asyncio.gather(*map(database.write, units), return_exceptions=True)
        lost = [answer.template for answer in answers if isinstance(answer, Refused)]
        assert sum(isinstance(answer, Voucher) for answer in answers) == 1
        assert lost == ["rewards/sold_out"] * (CONTENDERS - 1)
        assert await stock_of(database, tea) == 0
    left = await database.read(lambda db: [available(member)(db) for member in contenders])
    assert sum(left) == 120 * ROUNDS * (CONTENDERS - 1)


def _crowd(db: Connection) -> list[Member]:
    return [a_member(db, 1_000 + number, 120 * ROUNDS) for number in range(CONTENDERS)]


async def test_one_member_in_a_hurry_gets_no_more_than_the_limit(database: Database) -> None:
    (ana,) = await members_with(database, 10_000)
    tea = await put(database, per_member=2)
    units = [redeeming(ana, tea, str(press)) for press in range(20)]
    answers = await asyncio.gather(*map(database.write, units), return_exceptions=True)
    assert sum(isinstance(answer, Voucher) for answer in answers) == 2
    assert {answer.template for answer in answers if isinstance(answer, Refused)} == {"rewards/all_had"}
    assert await database.read(available(ana)) == 10_000 - 240


async def test_what_takes_a_tier_is_refused_below_it_and_given_from_it_on(database: Database) -> None:
    silver, gold = (Tier(key, {"en": key.title()}, at) for key, at in (("silver", 500), ("gold", 2_000)))
    club = replace(CLUB, tiers=TierRules((silver, gold)))
    (ana,) = await members_with(database, 200)
    tea = await put(database, tier="silver")
    assert (await refused(database, redeeming(ana, tea, club=club))).template == "rewards/tier_first"
    await database.write(lambda db: tiers.put(db, ana.id, "gold", NOON, NOON + timedelta(days=300)))
    assert await database.write(redeeming(ana, tea, club=club))


async def test_what_is_not_on_the_shelf_any_more_is_not_given(database: Database) -> None:
    (ana,) = await members_with(database, 200)
    tea = await put(database, active=0)
    assert (await refused(database, redeeming(ana, tea))).template == "rewards/gone"
    assert (await refused(database, redeeming(ana, 4711))).template == "rewards/gone"


async def test_within_reach_comes_first_and_what_takes_a_tier_last(database: Database) -> None:
    gold = Tier("gold", {"en": "Gold"}, 2_000)
    club = replace(CLUB, tiers=TierRules((gold,)))
    (ana,) = await members_with(database, 130)
    await put(database, name="For gold", price=1, tier="gold")
    await put(database, name="Far", price=900)
    await put(database, name="Near", price=140)
    await put(database, name="Now", price=130)
    await put(database, name="Gone", price=5, stock=0)
    offers = await database.read(lambda db: rewards.catalogue(db, ana, club, NOON))
    assert [(offer.reward.name, offer.missing) for offer in offers] == [
        ("Now", 0), ("Near", 10), ("Far", 770), ("For gold", 0),
    ]  # fmt: skip


# ---- giving it back -----------------------------------------------------------------------------------------------


async def test_a_voucher_given_back_returns_points_to_their_lots_and_the_reward_to_the_shelf(
    database: Database,
) -> None:
    short, long = a_club(points=PointRules(last_months=1)), CLUB
    (ana,) = await members_with(database, 0)
    for club, key in ((short, "short"), (long, "long")):
        await database.write(
            partial(points.earn, member_id=ana.id, amount=100, club=club, reason="purchase", key=key, now=NOON)
        )
    tea = await put(database, stock=1)
    voucher = await database.write(redeeming(ana, tea))
    back = await database.write(lambda db: rewards.cancel(db, ana, voucher.id, CLUB, NOON + timedelta(hours=23)))
    assert back == 120
    assert await stock_of(database, tea) == 1
    assert await database.read(available(ana)) == 200
    assert await database.read(available(ana, NOON + timedelta(days=40))) == 100, "the short ones are short again"


async def test_a_voucher_is_given_back_once_and_in_time(database: Database) -> None:
    (ana,) = await members_with(database, 240)
    tea = await put(database)
    first, second = [await database.write(redeeming(ana, tea, key)) for key in "ab"]

    def cancel(voucher: Voucher, hours: float) -> Any:
        return lambda db: rewards.cancel(db, ana, voucher.id, CLUB, NOON + timedelta(hours=hours))

    assert await database.write(cancel(first, 1)) == 120
    assert (await refused(database, cancel(first, 1))).template == "vouchers/not_to_be_cancelled"
    assert (await refused(database, cancel(second, 24))).template == "vouchers/too_late"
    assert await database.read(available(ana)) == 120


async def test_a_used_voucher_is_not_given_back(database: Database) -> None:
    (ana, bo) = await members_with(database, 120, 2)
    money = await put(database, value=1_000)
    voucher = await database.write(redeeming(ana, money))
    await database.write(
        partial(vouchers.use, voucher_id=voucher.id, amount=1, staff_id=9, key="u", club=CLUB, now=NOON)
    )
    cancel = partial(rewards.cancel, voucher_id=voucher.id, club=CLUB, now=NOON)
    assert (await refused(database, partial(cancel, member=ana))).template == "vouchers/not_to_be_cancelled"
    assert (await refused(database, partial(cancel, member=bo))).template == "vouchers/not_yours"


async def test_no_hours_means_that_nothing_is_given_back(database: Database) -> None:
    (ana,) = await members_with(database, 120)
    club = replace(CLUB, rewards=RewardRules(timedelta(0)))
    voucher = await database.write(redeeming(ana, await put(database), club=club))
    refusal = await refused(database, lambda db: rewards.cancel(db, ana, voucher.id, club, NOON))
    assert refusal.template == "vouchers/too_late"


async def test_a_reward_given_back_may_be_had_again(database: Database) -> None:
    (ana,) = await members_with(database, 120)
    tea = await put(database, per_member=1)
    voucher = await database.write(redeeming(ana, tea))
    await database.write(lambda db: rewards.cancel(db, ana, voucher.id, CLUB, NOON))
    assert await database.write(redeeming(ana, tea, "again"))
