"""The ledger on both databases: what lapses, what refunds and returns do, what the database itself refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from club import clawbacks, expiry, members, points
from club.clawbacks import TakenBack
from club.club import Club, PointRules
from club.points import KeyReused
from club.refusal import Refused
from storage.database import Database, open_database
from storage.ledger_proof import Disagreement, prove
from storage.points import Balance
from storage.sealing import Vault
from tests.club import MASTER_KEY, NOON, a_club

ANA, BO = 1, 2
LATER = NOON + timedelta(days=1)


def rules(**changes: Any) -> Club:
    return a_club(points=PointRules(**changes))


CLUB = rules()
STRANGER: dict[str, Any] = {"name": "", "username": None, "language": "en", "zone": "UTC", "now": NOON}


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    """Two members who have no points yet."""
    opened = await open_database(any_url, Vault(MASTER_KEY))
    for telegram_id in (501, 502):
        await opened.write(partial(members.meet, telegram_id=telegram_id, **STRANGER))
    yield opened
    proof = await opened.read(prove)
    await opened.close()
    assert proof.disagreements == ()


def earn(db: Connection, amount: int, key: str, club: Club = CLUB, **more: Any) -> bool:
    return points.earn(db, ANA, amount, club, reason="purchase", key=key, **({"now": NOON} | more))


def spend(db: Connection, amount: int, key: str, now: datetime = NOON) -> bool:
    return points.spend(db, ANA, amount, reason="reward", key=key, now=now)


def has(db: Connection, now: datetime = NOON) -> Balance:
    return points.balance(db, ANA, now)


async def steps(database: Database, *units: Callable[[Connection], Any]) -> list[Any]:
    return [await database.write(unit) for unit in units]


async def test_the_same_key_is_done_once_and_another_content_under_it_is_an_error(database: Database) -> None:
    assert await steps(database, lambda db: earn(db, 50, "a"), lambda db: earn(db, 50, "a")) == [True, False]
    with pytest.raises(KeyReused):
        await database.write(lambda db: earn(db, 51, "a"))
    assert await steps(database, lambda db: spend(db, 20, "b"), lambda db: spend(db, 20, "b")) == [True, False]
    with pytest.raises(KeyReused):
        await database.write(lambda db: spend(db, 21, "b"))
    assert await database.read(has) == Balance(available=30)


async def test_one_point_short_is_refused_and_changes_nothing(database: Database) -> None:
    await database.write(lambda db: earn(db, 119, "a"))
    with pytest.raises(Refused) as refusal:
        await database.write(lambda db: spend(db, 120, "b"))
    assert refusal.value.facts == {"have": 119, "need": 120}
    assert await database.read(has) == Balance(available=119)


async def test_what_lapses_first_is_spent_first_and_what_never_lapses_last(database: Database) -> None:
    for_ever = rules(last_months=0)
    await steps(
        database,
        lambda db: earn(db, 10, "for ever", for_ever),
        lambda db: earn(db, 10, "two years"),
        lambda db: earn(db, 10, "one year", rules(last_months=12)),
        lambda db: spend(db, 15, "spent"),
    )
    in_a_year = datetime(2027, 11, 23, tzinfo=UTC)
    assert await database.read(lambda db: has(db, in_a_year - timedelta(seconds=1))) == Balance(available=15)
    assert await database.read(lambda db: has(db, in_a_year)) == Balance(available=15)
    in_two_years = datetime(2028, 11, 23, tzinfo=UTC)
    assert await database.read(lambda db: has(db, in_two_years)) == Balance(available=10)


async def test_points_are_good_to_the_last_minute_of_the_last_day_in_the_clubs_zone(database: Database) -> None:
    taipei = replace(rules(last_months=1), zone="Asia/Taipei")
    await database.write(lambda db: earn(db, 10, "a", taipei))  # the evening of 22 November there
    over = datetime(2026, 12, 22, 16, tzinfo=UTC)  # the first moment of 23 December there
    assert await database.read(lambda db: has(db, over - timedelta(seconds=1))) == Balance(available=10)
    assert await database.read(lambda db: has(db, over)) == Balance()


async def test_pending_points_cannot_be_spent_before_their_day(database: Database) -> None:
    await database.write(lambda db: earn(db, 10, "a", pending=timedelta(days=14)))
    assert await database.read(has) == Balance(pending=10)
    with pytest.raises(Refused):
        await database.write(lambda db: spend(db, 1, "b"))
    assert await database.write(lambda db: spend(db, 10, "c", NOON + timedelta(days=14)))


async def test_what_lapses_is_written_down_once(database: Database) -> None:
    await steps(database, lambda db: earn(db, 10, "a", rules(last_months=1)), lambda db: spend(db, 4, "b"))
    much_later = NOON + timedelta(days=40)
    assert await steps(
        database, lambda db: expiry.expire_due(db, much_later), lambda db: expiry.expire_due(db, much_later)
    ) == [1, 0]
    assert await database.read(lambda db: has(db, much_later)) == Balance()


async def test_a_refund_goes_back_to_the_lots_it_came_from(database: Database) -> None:
    short = rules(last_months=1)
    await steps(database, lambda db: earn(db, 10, "short", short), lambda db: earn(db, 10, "long"))
    await database.write(lambda db: spend(db, 15, "spent"))

    def refund(db: Connection) -> int:
        return points.refund(db, "spent", short, reason="reward_cancelled", key="back", now=LATER)

    assert await steps(database, refund, refund) == [15, 0]
    assert await database.read(lambda db: has(db, LATER)) == Balance(available=20)
    assert await database.read(lambda db: has(db, NOON + timedelta(days=40))) == Balance(available=10)


@pytest.mark.parametrize(("grace", "left"), [(0, 0), (30, 10)])
async def test_a_refund_to_a_lot_that_has_lapsed_is_good_for_the_days_of_grace(
    database: Database, grace: int, left: int
) -> None:
    club = rules(last_months=1, refund_grace_days=grace)
    much_later = NOON + timedelta(days=40)
    await steps(
        database,
        lambda db: earn(db, 10, "a", club),
        lambda db: spend(db, 10, "spent"),
        lambda db: points.refund(db, "spent", club, reason="reward_cancelled", key="back", now=much_later),
        lambda db: expiry.expire_due(db, much_later),
    )
    assert await database.read(lambda db: has(db, much_later)) == Balance(available=left)
    assert await database.read(lambda db: has(db, much_later + timedelta(days=31))) == Balance()


async def test_points_in_their_days_of_grace_get_no_further_ones(database: Database) -> None:
    """To redeem and to give back, again and again, kept points alive for ever."""
    club, at = rules(last_months=1, refund_grace_days=30), NOON
    await database.write(lambda db: earn(db, 10, "a", club))
    left = []
    for turn in range(2):
        key = f"spent:{turn}"
        taken_at, at = at, at + timedelta(days=40)
        await steps(
            database,
            partial(spend, amount=10, key=key, now=taken_at),
            partial(points.refund, spent_key=key, club=club, reason="reward_cancelled", key=f"back:{key}", now=at),
            partial(expiry.expire_due, now=at),
        )
        left.append(await database.read(partial(has, now=at)))
    assert left == [Balance(available=10), Balance()]


@pytest.mark.parametrize(
    ("policy", "pending", "expected", "balance"),
    [
        ("pending", 14, TakenBack(taken=50, owed=0, forgiven=0), Balance()),
        ("pending", 0, TakenBack(taken=0, owed=0, forgiven=50), Balance(available=20)),
        ("balance", 0, TakenBack(taken=20, owed=30, forgiven=0), Balance(owed=30)),
        ("unlimited", 0, TakenBack(taken=20, owed=30, forgiven=0), Balance(owed=30)),
    ],
)
async def test_a_return_takes_back_as_far_as_the_policy_goes(
    database: Database, policy: str, pending: int, expected: TakenBack, balance: Balance
) -> None:
    club = rules(returns=policy)
    await database.write(lambda db: earn(db, 50, "bought", club, pending=timedelta(days=pending)))
    if not pending:
        await database.write(lambda db: spend(db, 30, "spent"))
    taken = await database.write(
        lambda db: clawbacks.take_back(db, "bought", 50, club, reason="return", key="returned", now=NOON)
    )
    assert taken == expected
    assert await database.read(has) == balance


async def test_what_comes_back_into_a_lapsed_lot_lapses_again_as_often_as_it_comes(database: Database) -> None:
    """The same points under the same key stopped the night's work, and with it every erasure and every greeting."""
    club, long_after = rules(last_months=1, refund_grace_days=0), NOON + timedelta(days=40)

    def back(key: str) -> Callable[[Connection], int]:
        return lambda db: points.refund(db, key, club, reason="reward_cancelled", key=f"undo:{key}", now=long_after)

    def night(db: Connection) -> int:
        return expiry.expire_due(db, long_after)

    await steps(database, lambda db: earn(db, 150, "a", club))
    await steps(database, lambda db: spend(db, 50, "b"), lambda db: spend(db, 50, "c"))
    assert await steps(database, night, back("b"), night, back("c"), night, night) == [1, 50, 1, 50, 1, 0]
    assert await database.read(lambda db: has(db, long_after)) == Balance()


@pytest.mark.parametrize("policy", ["balance", "unlimited"])
async def test_what_is_owed_is_made_up_by_the_next_points(database: Database, policy: str) -> None:
    club = rules(returns=policy)
    await steps(
        database,
        lambda db: earn(db, 50, "bought", club),
        lambda db: spend(db, 50, "spent"),
        lambda db: clawbacks.take_back(db, "bought", 50, club, reason="return", key="returned", now=NOON),
        lambda db: earn(db, 20, "next", club),
    )
    assert await database.read(has) == Balance(owed=30)
    await database.write(lambda db: earn(db, 100, "last", club))
    assert await database.read(has) == Balance(available=70)


async def test_points_that_have_lapsed_are_not_asked_for_again(database: Database) -> None:
    club = rules(last_months=1)
    much_later = NOON + timedelta(days=40)
    await steps(
        database,
        lambda db: earn(db, 50, "bought", club),
        lambda db: expiry.expire_due(db, much_later),
        lambda db: earn(db, 10, "other", now=much_later),
    )
    taken = await database.write(
        lambda db: clawbacks.take_back(db, "bought", 50, club, reason="return", key="returned", now=much_later)
    )
    assert taken == TakenBack(taken=0, owed=0, forgiven=50)
    assert await database.read(lambda db: has(db, much_later)) == Balance(available=10)


async def test_a_person_may_give_and_take_points_and_says_why(database: Database) -> None:
    def adjust(amount: int, key: str) -> Callable[[Connection], bool]:
        return lambda db: points.adjust(db, ANA, amount, CLUB, note="for the wait", key=key, now=NOON, actor_id=9)

    await steps(database, adjust(30, "a"), adjust(-10, "b"))
    with pytest.raises(Refused):
        await database.write(adjust(-21, "c"))
    assert await database.read(has) == Balance(available=20)


async def test_two_files_of_one_person_become_one_by_entries(database: Database) -> None:
    await steps(database, lambda db: earn(db, 10, "a", rules(last_months=1)), lambda db: earn(db, 10, "b"))
    assert await database.write(lambda db: points.transfer(db, ANA, BO, key="merge:1", now=NOON)) == 20
    assert await database.read(has) == Balance()
    assert await database.read(lambda db: points.balance(db, BO, NOON)) == Balance(available=20)
    assert await database.read(lambda db: points.balance(db, BO, NOON + timedelta(days=40))) == Balance(available=10)


@pytest.mark.parametrize("table", ["point_entry", "point_allocation"])
@pytest.mark.parametrize("change", ["UPDATE {} SET points = 1000000", "DELETE FROM {}"])
async def test_the_database_itself_refuses_to_change_the_past(database: Database, table: str, change: str) -> None:
    await steps(database, lambda db: earn(db, 10, "a"), lambda db: spend(db, 5, "b"))
    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(lambda db: db.execute(text(change.format(table))))


async def test_a_fraction_of_a_point_counts_as_one(database: Database) -> None:
    assert points.for_amount(31_800, 2, Fraction(1)) == 318
    assert points.for_amount(31_801, 2, Fraction(1)) == 319
    assert points.for_amount(1, 2, Fraction(1, 100)) == 1
    assert points.for_amount(1000, 0, Fraction(1, 3)) == 334
    assert points.for_amount(10_000, 2, Fraction(1), percent=150) == 150
    assert points.for_amount(10_000, 2, Fraction(1), percent=0) == 0


async def test_the_proof_finds_what_was_tampered_with(any_url: str) -> None:
    opened = await open_database(any_url, Vault(MASTER_KEY))
    try:
        await opened.write(partial(members.meet, telegram_id=501, **STRANGER))
        await opened.write(lambda db: earn(db, 100, "a"))
        assert (await opened.read(prove)).disagreements == ()
        await opened.write(lambda db: db.execute(text('UPDATE point_lot SET "left" = 90')))
        found = (await opened.read(prove)).disagreements
        assert found == (Disagreement("lot", 1, 90, 100), Disagreement("member", ANA, 90, 100))
    finally:
        await opened.close()
