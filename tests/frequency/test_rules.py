"""Programmes on both databases: what is reached gives one reward, and a period that is over gives one rebate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from club import frequency, members, points, purchases, rebates, visits
from club.frequency import Card, Draft, Gift
from club.members import Application
from club.orders import Line
from club.periods import period_of
from club.refusal import Refused
from storage import frequency as programmes
from storage import members as people
from storage import vouchers
from storage.database import Database, open_database
from storage.ledger_proof import prove
from storage.sealing import Vault
from storage.tables import outbox
from tests.club import MASTER_KEY, NOON, a_club

CLUB = a_club(welcome_points=0, zone="Asia/Taipei")
STRANGER: dict[str, Any] = {"username": None, "language": "en", "zone": "UTC", "now": NOON}
COFFEE = Draft("Every third coffee", "quantity", 3, "ever", points=50, repeats=True)
GOAL = Draft("Three this quarter", "orders", 3, "quarter", points=30)
CUP = Gift("A free coffee", 30)
REBATE = Draft("Back each quarter", "amount", 1, "quarter", percent=10)


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    """Ana (1) and Bo (2) are members, Cai (3) is not."""
    opened = await open_database(any_url, Vault(MASTER_KEY))
    for number, name in enumerate(("Ana", "Bo", "Cai"), 501):
        person = await opened.write(partial(members.meet, telegram_id=number, name=name, **STRANGER))
        if name != "Cai":
            application = Application(name, None, None, "UTC", None, False)
            await opened.write(partial(members.join, member=person, application=application, club=CLUB, now=NOON))
    yield opened
    proof = await opened.read(prove)
    await opened.close()
    assert proof.disagreements == ()


def begins(draft: Draft, now: datetime = NOON) -> Callable[[Connection], Any]:
    return lambda db: frequency.begin(db, draft, now)


def buys(quantity: int = 1, amount: int = 1_000, *, who: int = 1, at: datetime = NOON) -> Callable[[Connection], Any]:
    def unit(db: Connection) -> Any:
        line = Line("Coffee", quantity, amount)
        return purchases.sell(db, people.by_id(db, who), [line], order_number=None, branch_id=None, club=CLUB, now=at)

    return unit


def returns(purchase_id: int, quantity: int = 1) -> Callable[[Connection], Any]:
    return lambda db: purchases.take_back(db, purchase_id, quantity, staff_id=9, club=CLUB, now=NOON)


def closes(now: datetime, limit: int = rebates.CLOSED_AT_ONCE) -> Callable[[Connection], int]:
    return lambda db: rebates.close_due(db, CLUB, now, limit)


async def given(database: Database, who: int = 1) -> list[tuple[str, int]]:
    """What a member was given: for which occasion, how many points. Each has exactly one notice."""
    awards = await database.read(lambda db: programmes.awards_of(db, who))
    notices = select(func.count()).where(outbox.c.member_id == who, outbox.c.campaign == "programme")
    assert await database.read(lambda db: db.execute(notices).scalar_one()) == len(awards)
    return [(award.occasion, award.points) for award in awards]


async def card(database: Database, who: int = 1, now: datetime = NOON) -> Card:
    return (await database.read(lambda db: frequency.cards(db, who, CLUB, now)))[0]


async def test_below_the_threshold_there_is_nothing(database: Database) -> None:
    await database.write(begins(COFFEE))
    await database.write(buys(2))
    assert await given(database) == []
    assert (await card(database)).counts[0].missing == 1


async def test_crossing_it_gives_one_reward_and_looking_again_none(database: Database) -> None:
    await database.write(begins(COFFEE))
    await database.write(buys(2))
    await database.write(buys(1))
    assert await given(database) == [("ever:1", 50)]
    for _ in range(3):
        assert await database.write(lambda db: frequency.review(db, 1, CLUB, NOON)) == []
    assert await given(database) == [("ever:1", 50)]
    assert (await database.read(lambda db: points.balance(db, 1, NOON))).available == 20 + 50


async def test_a_stamp_card_starts_again_and_several_full_ones_are_one_reward(database: Database) -> None:
    await database.write(begins(COFFEE))
    await database.write(buys(7))
    assert await given(database) == [("ever:2", 100)]
    assert (await card(database)).counts[0].done == 1
    await database.write(buys(2))
    assert await given(database) == [("ever:2", 100), ("ever:3", 50)]


async def test_what_comes_back_counts_down_and_is_not_rewarded_twice(database: Database) -> None:
    await database.write(begins(COFFEE))
    await database.write(buys(3))
    await database.write(returns(1, 2))
    assert (await card(database)).counts[0] == frequency.Count("quantity", 3, 0, 5)
    await database.write(buys(2))
    assert await given(database) == [("ever:1", 50)]
    await database.write(buys(3))
    assert await given(database) == [("ever:1", 50), ("ever:2", 50)]


async def test_either_of_two_is_enough_and_both_at_once_are_one_reward(database: Database) -> None:
    either = Draft("Two coffees or 50 euros", "quantity", 2, "ever", points=50, second=("amount", 5_000))
    await database.write(begins(either))
    await database.write(buys(2, 5_000))
    await database.write(buys(1, 5_000, who=2))
    await database.write(buys(1, 100, who=2))
    assert await given(database) == [("ever", 50)]
    assert await given(database, 2) == [("ever", 50)]


async def test_a_goal_can_be_reached_once_in_each_quarter_of_the_clubs_own_calendar(database: Database) -> None:
    await database.write(begins(GOAL))
    for _ in range(4):
        await database.write(buys())
    # 16:00 UTC on the last day of the year is the first moment of January in Taipei
    new_year = datetime(2026, 12, 31, 16, tzinfo=UTC)
    for _ in range(2):
        await database.write(buys(at=new_year))
    assert await given(database) == [("2026-Q4", 30)]
    await database.write(buys(at=new_year))
    assert await given(database) == [("2026-Q4", 30), ("2027-Q1", 30)]


async def test_what_was_bought_before_it_began_does_not_count(database: Database) -> None:
    await database.write(buys(3, at=NOON - timedelta(hours=1)))
    await database.write(begins(COFFEE))
    await database.write(buys(1))
    assert await given(database) == []


async def test_who_is_no_member_gets_nothing_until_they_are(database: Database) -> None:
    await database.write(begins(COFFEE))
    await database.write(buys(3, who=3))
    assert await given(database, 3) == []


async def test_two_tills_at_once_fill_a_card_once(database: Database) -> None:
    await database.write(begins(COFFEE))
    await asyncio.gather(*[database.write(buys(1)) for _ in range(5)])
    assert await given(database) == [("ever:1", 50)]


async def test_a_visit_counts_once_for_each_branch_and_day(database: Database) -> None:
    await database.write(begins(Draft("Two visits", "visits", 2, "month", points=5)))

    def comes(at: datetime) -> Callable[[Connection], bool]:
        return lambda db: visits.check_in(db, people.by_id(db, 1), None, staff_id=9, club=CLUB, now=at)

    assert await database.write(comes(NOON))
    assert not await database.write(comes(NOON + timedelta(hours=3)))  # 23:00 in Taipei
    assert await given(database) == []
    assert await database.write(comes(NOON + timedelta(hours=5)))  # 01:00 there: another day
    assert await given(database) == [("2026-11", 5)]
    with pytest.raises(Refused, match="visits/not_a_member"):
        await database.write(lambda db: visits.check_in(db, people.by_id(db, 3), None, staff_id=9, club=CLUB, now=NOON))


def held(who: int = 1) -> Callable[[Connection], list[tuple[str, int | None]]]:
    return lambda db: [(one.name, one.value) for one in vouchers.usable(db, who, NOON)]


async def test_a_voucher_comes_for_each_card_that_is_full_and_once(database: Database) -> None:
    await database.write(begins(Draft("Third one free", "quantity", 3, "ever", voucher=CUP, repeats=True)))
    await database.write(buys(7))
    assert await given(database) == [("ever:2", 0)]
    assert await database.read(held()) == [("A free coffee", None)] * 2
    for _ in range(3):
        assert await database.write(lambda db: frequency.review(db, 1, CLUB, NOON)) == []
    await asyncio.gather(*[database.write(buys(1)) for _ in range(2)])
    assert await given(database) == [("ever:2", 0), ("ever:3", 0)]
    assert len({one.code for one in await database.read(lambda db: vouchers.usable(db, 1, NOON))}) == 3


async def test_a_voucher_that_is_money_is_good_for_its_days(database: Database) -> None:
    await database.write(begins(Draft("Five off", "orders", 1, "month", voucher=Gift("Five off", 30, 500))))
    await database.write(buys())
    (voucher,) = await database.read(lambda db: vouchers.usable(db, 1, NOON))
    assert (voucher.value, voucher.left, voucher.currency) == (500, 500, "EUR")
    assert voucher.valid_until == datetime(2026, 12, 22, 16, tzinfo=UTC)  # midnight in Taipei
    assert (await database.read(lambda db: points.balance(db, 1, NOON))).available == 10


async def test_a_voucher_stays_given_when_something_comes_back(database: Database) -> None:
    await database.write(begins(Draft("Third one free", "quantity", 3, "ever", voucher=CUP, repeats=True)))
    await database.write(buys(3))
    await database.write(returns(1, 3))
    await database.write(buys(3))
    assert await database.read(held()) == [("A free coffee", None)]


async def test_nights_count_as_many_as_somebody_stays(database: Database) -> None:
    await database.write(begins(Draft("Ten nights", "stays", 10, "year", points=100, second=("amount", 100_000))))

    def stays(nights: int, day: int, who: int = 1) -> Callable[[Connection], bool]:
        at = NOON + timedelta(days=day)
        return lambda db: visits.check_in(db, people.by_id(db, who), None, staff_id=9, club=CLUB, now=at, nights=nights)

    assert await database.write(stays(7, 0))
    assert not await database.write(stays(7, 0))
    assert (await card(database)).counts[0].done == 7
    assert await database.write(stays(8, 0)), "a slip is put right on the same day"
    assert not await database.write(stays(0, 0)), "a visit on the day of a stay takes no night away"
    assert (await card(database)).counts[0].done == 8
    assert await database.write(stays(2, 8))
    assert await given(database) == [("2026", 100)]
    await database.write(buys(1, 100_000))
    await database.write(buys(1, 100_000, who=2))
    await database.write(stays(10, 1, who=2))
    assert await given(database) == [("2026", 100)], "both reached: one reward"
    assert await given(database, 2) == [("2026", 100)]


async def test_the_rebate_comes_once_when_the_quarter_is_over(database: Database) -> None:
    await database.write(begins(REBATE))
    await database.write(buys(1, 10_101))
    await database.write(buys(1, 5_000, who=2))
    await database.write(returns(2))
    await database.write(buys(1, 9_900, who=3))
    over = period_of(NOON, "quarter", CLUB.zone).end
    assert await database.write(closes(over - timedelta(seconds=1))) == 0
    assert await database.write(closes(over)) == 1
    assert await database.write(closes(over)) == 0
    assert await given(database) == [("2026-Q4", 11)]  # 10% of €101.01, rounded up in Ana's favour
    assert await given(database, 2) == []  # brought it back
    assert await given(database, 3) == []  # no member
    assert (await database.read(lambda db: programmes.running(db)))[0].closed_until == over


async def test_rebates_in_small_lots_and_after_a_long_sleep_are_the_same(database: Database) -> None:
    await database.write(begins(REBATE))
    next_quarter = period_of(NOON, "quarter", CLUB.zone).end
    for who in (1, 2):
        await database.write(buys(1, 10_000, who=who))
        await database.write(buys(1, 20_000, who=who, at=next_quarter))
    much_later = NOON + timedelta(days=400)
    lots = [await database.write(closes(much_later, limit=1)) for _ in range(8)]
    assert sum(lots) == 4
    for who in (1, 2):
        assert await given(database, who) == [("2026-Q4", 10), ("2027-Q1", 20)]


async def test_two_closings_at_once_are_one(database: Database) -> None:
    await database.write(begins(REBATE))
    await database.write(buys(1, 10_000))
    over = period_of(NOON, "quarter", CLUB.zone).end
    await asyncio.gather(*[database.write(closes(over)) for _ in range(3)])
    assert await given(database) == [("2026-Q4", 10)]


async def test_nobody_is_told_of_a_rebate_at_midnight(database: Database) -> None:
    await database.write(begins(REBATE))
    await database.write(buys(1, 10_000))
    over = period_of(NOON, "quarter", CLUB.zone).end
    await database.write(closes(over))
    due = await database.read(
        lambda db: db.execute(select(outbox.c.not_before).where(outbox.c.campaign == "programme")).scalar_one()
    )
    assert timedelta(0) <= due - over - timedelta(hours=9) < timedelta(seconds=1)


async def test_programmes_have_names_of_their_own_and_a_limit(database: Database) -> None:
    await database.write(begins(COFFEE))
    with pytest.raises(Refused, match="frequency/known"):
        await database.write(begins(COFFEE))
    for number in range(frequency.MAX_RUNNING - 1):
        await database.write(begins(Draft(f"Card {number}", "visits", 2, "ever", points=1)))
    with pytest.raises(Refused, match="frequency/enough"):
        await database.write(begins(GOAL))


@pytest.mark.parametrize(
    ("kind", "key"), [("month", "2026-11"), ("quarter", "2026-Q4"), ("year", "2026"), ("ever", "ever")]
)
def test_a_period_is_called_as_on_the_calendar(kind: str, key: str) -> None:
    found = period_of(NOON, kind, "Asia/Taipei")
    assert found.key == key
    assert found.start <= NOON < found.end
