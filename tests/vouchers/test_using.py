"""Vouchers on both databases: issued once, good to the last minute, used once, in parts where they are money."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, select

from club import vouchers
from club.refusal import Refused
from storage import members as people
from storage import staff
from storage import vouchers as held
from storage.database import Database
from storage.tables import voucher as table
from storage.vouchers import Voucher
from tests.club import CLERK, NOON
from tests.rewards.shelf import CLUB, a_member

CLUB_IN_TAIPEI = replace(CLUB, zone="Asia/Taipei")


async def issued(database: Database, value: int | None = None, **changes: Any) -> Voucher:
    def unit(db: Connection) -> Voucher:
        ana = people.by_telegram_id(db, 501) or a_member(db, 501, 0)
        staff.put(db, CLERK, "clerk", NOON)
        staff.set_name(db, CLERK, "Chen Wei")
        facts: dict[str, Any] = {
            "name": "Tin of tea", "value": value, "valid_days": 30, "origin": "gift:1", "club": CLUB, "now": NOON,
        }  # fmt: skip
        return vouchers.issue(db, ana.id, **(facts | changes))

    voucher: Voucher = await database.write(unit)
    return voucher


def using(voucher: Voucher, amount: int | None = None, key: str = "k", now: datetime = NOON, club: Any = CLUB) -> Any:
    return partial(vouchers.use, voucher_id=voucher.id, amount=amount, staff_id=CLERK, key=key, club=club, now=now)


async def refused(database: Database, unit: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        await database.write(unit)
    return refusal.value


async def test_the_same_origin_twice_is_one_voucher(database: Database) -> None:
    first, again, other = [await issued(database, origin=origin) for origin in ("gift:1", "gift:1", "gift:2")]
    assert first == again
    assert first.code != other.code


async def test_twenty_at_once_for_one_origin_are_one_voucher(database: Database) -> None:
    await issued(database, origin="the first")
    all_of_them = await asyncio.gather(*[issued(database, origin="gift:3") for _ in range(20)])
    assert len({voucher.id for voucher in all_of_them}) == 1


async def test_the_table_alone_gives_nobody_a_code(database: Database) -> None:
    voucher = await issued(database)
    assert voucher.code is not None
    row = (await database.read(lambda db: db.execute(select(table)).one()))._asdict()
    assert not [name for name, value in row.items() if voucher.code in str(value)]
    assert voucher.code.encode() not in row["code_hash"] + row["code_sealed"]
    found = await database.read(lambda db: vouchers.by_code(db, str(voucher.code).lower()))
    assert found == voucher


async def test_it_is_good_on_its_last_day_and_refused_the_day_after(database: Database) -> None:
    voucher = await issued(database, valid_days=3, club=CLUB_IN_TAIPEI)
    over = datetime(2026, 11, 25, 16, tzinfo=UTC)  # 22 November there, and three days: the first moment of the 26th
    assert voucher.valid_until == over
    refusal = await refused(database, using(voucher, now=over, club=CLUB_IN_TAIPEI))
    assert refusal.template == "vouchers/past"
    assert refusal.facts["last"] == over - timedelta(seconds=1)
    used = await database.write(using(voucher, now=over - timedelta(seconds=1), club=CLUB_IN_TAIPEI))
    assert used.state == "used"


async def test_a_thing_is_handed_out_once_and_the_second_till_hears_who_and_when(database: Database) -> None:
    voucher = await issued(database)
    tills = [using(voucher, key=f"till {number}") for number in range(10)]
    answers = await asyncio.gather(*map(database.write, tills), return_exceptions=True)
    lost = [answer for answer in answers if isinstance(answer, Refused)]
    assert (len(answers) - len(lost), len(lost)) == (1, 9)
    assert {refusal.template for refusal in lost} == {"vouchers/used_already"}
    assert lost[0].facts == {"name": "Chen Wei", "at": NOON, "zone": "UTC"}


async def test_money_may_be_used_in_parts(database: Database) -> None:
    voucher = await issued(database, 2_000)
    after: Voucher = await database.write(using(voucher, 1_250, "a"))
    assert (after.left, after.state) == (750, "open")
    refusal = await refused(database, using(voucher, 751, "b"))
    assert (refusal.template, refusal.facts) == (
        "vouchers/too_little_left", {"left": 750, "need": 751, "currency": "EUR"},
    )  # fmt: skip
    after = await database.write(using(voucher, 750, "c"))
    assert (after.left, after.state) == (0, "used")


async def test_the_same_key_is_used_once(database: Database) -> None:
    voucher = await issued(database, 2_000)
    for _ in range(3):
        after: Voucher = await database.write(using(voucher, 500))
        assert after.left == 1_500


async def test_two_tills_cannot_take_more_than_there_is(database: Database) -> None:
    voucher = await issued(database, 1_000)
    tills = [using(voucher, 300, str(number)) for number in range(12)]
    answers = await asyncio.gather(*map(database.write, tills), return_exceptions=True)
    assert sum(isinstance(answer, Voucher) for answer in answers) == 3
    left = await database.read(lambda db: held.by_id(db, voucher.id))
    assert left is not None
    assert left.left == 100


@pytest.mark.parametrize("amount", [0, -1])
async def test_nothing_and_less_is_no_amount(database: Database, amount: int) -> None:
    voucher = await issued(database, 1_000)
    assert (await refused(database, using(voucher, amount))).template == "vouchers/no_amount"


@pytest.mark.parametrize(("value", "amount"), [(None, 5), (1_000, None)])
async def test_a_thing_is_no_money_and_money_no_thing(
    database: Database, value: int | None, amount: int | None
) -> None:
    voucher = await issued(database, value)
    assert (await refused(database, using(voucher, amount))).template == "buttons/unknown"


async def test_guessing_stops_after_ten_wrong_codes_and_goes_on_after_an_hour(database: Database) -> None:
    def guess(minute: int, staff_id: int = CLERK) -> Any:
        def unit(db: Connection) -> None:
            now = NOON + timedelta(minutes=minute)
            vouchers.may_try(db, staff_id, now)
            vouchers.note_wrong(db, staff_id, now)

        return unit

    for minute in range(10):
        await database.write(guess(minute))
    refusal = await refused(database, guess(10))
    assert (refusal.template, refusal.facts) == ("vouchers/pause", {"minutes": 50})
    await database.write(guess(10, staff_id=CLERK + 1))
    await database.write(guess(61))


async def test_who_was_erased_leaves_no_code_behind(database: Database) -> None:
    voucher = await issued(database)
    await database.write(lambda db: held.forget(db, voucher.member_id))
    found = await database.read(lambda db: held.by_id(db, voucher.id))
    assert found is not None
    assert found.code is None
    assert (found.state, found.value, found.left) == ("cancelled", voucher.value, voucher.left), "the sums stay"
