"""What people bought, on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, select

from storage import points as ledger
from storage import purchases, tiers
from storage.database import utc_now
from storage.imports.points import Crediting
from storage.imports.purchases import NewPurchase, add_purchases
from storage.imports.rows import Imported
from storage.ledger_proof import prove
from storage.points import Balance
from storage.purchases import Bought
from storage.tables import outbox
from tests.imports.office import Office


async def test_an_order_of_two_products_is_one_purchase_of_two_lines(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-01")
    told = await office.purchases(
        "42,A1,Green tea,2,12.50,EUR,2024-03-14T18:30+01:00", "42,A1,茶杯,1,1200,jpy,2024-03-14"
    )
    assert (told.code, await office.counts()) == (0, (1, 0, 2))
    ana = await office.person(42)
    assert await office.ask(partial(purchases.count, member_id=ana.id)) == 1
    assert await office.ask(partial(purchases.latest, member_id=ana.id)) == Bought(
        "A1", "Green tea", 2, 1250, "EUR", datetime(2024, 3, 14, 17, 30, tzinfo=UTC)
    )


async def test_importing_the_same_purchases_again_changes_nothing(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-01")
    rows = ["42,A1,Tea,2,12.50,EUR,2024-03-14", "42,A1,Cup,1,5,EUR,2024-03-14", "42,A2,Tea,1,6.25,EUR,2024-04-01"]
    assert "3 new, 0 already there" in (await office.purchases(*rows)).said
    told = await office.purchases(*rows, *rows)
    assert (told.code, await office.counts()) == (0, (1, 0, 3))
    assert "0 new, 6 already there, 0 refused" in told.said


async def test_a_line_that_says_something_else_than_before_is_refused(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-01")
    await office.purchases("42,A1,Tea,2,12.50,EUR,2024-03-14")
    told = await office.purchases("42,A1,Tea,2,13.50,EUR,2024-03-14", "42,A1,Tea,3,12.50,EUR,2024-03-14")
    assert told.code == 1
    assert [row[:4] for row in told.refused] == [
        ["2", "amount", "13.50", "the same amount as on file for this order and product; an import changes nothing"],
        ["3", "quantity", "3", "the same quantity as on file for this order and product; an import changes nothing"],
    ]


async def test_nobody_buys_before_they_are_known(office: Office) -> None:
    told = await office.purchases("42,A1,Tea,2,12.50,EUR,2024-03-14")
    assert told.code == 1
    reason = "a known person: no member with this telegram_id; import members first"
    assert told.refused[0][:4] == ["2", "telegram_id", "42", reason]
    assert f"line 2, telegram_id: found '42', expected {reason}" in told.said
    assert await office.counts() == (0, 0, 0)


async def test_an_order_belongs_to_one_person(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-01", "43,Bo,en,,2020-01-01")
    told = await office.purchases(
        "42,A1,Tea,1,1,EUR,2024-03-14", "43,A1,Cup,1,1,EUR,2024-03-14", "43,A1,Tea,1,1,EUR,2024-03-14"
    )
    again = await office.purchases("43,A1,Pot,1,1,EUR,2024-03-14")
    for told_of, lines in ((told, ["3", "4"]), (again, ["2"])):
        assert [(row[0], row[1], row[2]) for row in told_of.refused] == [(line, "order", "A1") for line in lines]
    assert await office.counts() == (2, 0, 1)


async def test_two_orders_of_the_same_line_in_one_file_that_differ_are_not_both_true(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-01")
    told = await office.purchases("42,A1,Tea,1,1,EUR,2024-03-14", "42,A1,Tea,1,2,EUR,2024-03-14")
    assert [row[:3] for row in told.refused] == [["3", "amount", "2"]]


async def test_what_members_bought_since_they_joined_earns_points_once(office: Office) -> None:
    await office.members("42,Ana,en,,2026-01-10", "43,Bo,en,,")
    rows = [
        "42,A1,Tea,2,12.50,EUR,2026-01-10",  # the day of joining counts
        "42,A2,Tea,2,12.01,EUR,2026-03-01",  # a fraction of a point counts as one
        "42,A3,Tea,2,99.00,EUR,2026-01-09",
        "42,A4,Tea,2,1200,JPY,2026-03-01",  # points are for the club's own money
        "43,B1,Tea,2,50.00,EUR,2026-03-01",  # no member, no points
    ]
    await office.purchases(*rows)
    await office.purchases(*rows)
    ana, bo = await office.person(42), await office.person(43)
    now = utc_now()
    assert await office.ask(lambda db: ledger.balance(db, ana.id, now)) == Balance(available=26)
    assert await office.ask(lambda db: ledger.balance(db, bo.id, now)) == Balance()
    assert (await office.ask(prove)).disagreements == ()


async def test_what_has_lapsed_by_now_earns_nothing(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-10")
    await office.purchases("42,A1,Tea,2,12.50,EUR,2021-01-10")
    ana = await office.person(42)
    assert await office.ask(lambda db: ledger.history(db, ana.id, before=None, limit=9)) == []


async def test_purchases_lead_into_a_tier_and_nobody_is_told(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-10")
    day = (utc_now() - timedelta(days=30)).date()
    await office.purchases(f"42,A1,Tea,2,700.00,EUR,{day}")
    ana = await office.person(42)
    standing = await office.ask(lambda db: tiers.standing(db, ana.id))
    assert standing is not None
    assert standing.tier == "silver"
    assert await office.ask(lambda db: db.execute(select(outbox.c.id)).all()) == []


async def test_points_that_were_given_elsewhere_are_not_given_again(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-10")
    day = (utc_now() - timedelta(days=30)).date()
    await office.purchases(f"42,A1,Tea,2,700.00,EUR,{day}", points=False)
    ana = await office.person(42)
    assert await office.ask(lambda db: ledger.balance(db, ana.id, utc_now())) == Balance()


async def test_imported_points_make_up_what_is_owed_first(office: Office) -> None:
    await office.members("42,Ana,en,,2020-01-10")
    ana, day = await office.person(42), (utc_now() - timedelta(days=30)).date()
    await office.ask(lambda db: ledger.add_debt(db, ana.id, 30, entry_id=None, key="owed", at=utc_now()))
    await office.purchases(f"42,A1,Tea,2,100.00,EUR,{day}")
    assert await office.ask(lambda db: ledger.balance(db, ana.id, utc_now())) == Balance(available=70)
    assert (await office.ask(prove)).disagreements == ()


async def test_a_batch_may_take_longer_than_what_people_do(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand rows on a slow disk: the import went down with `UnitTimedOut`."""
    await small_office.members("42,Ana,en,,2020-01-01")
    monkeypatch.setattr("bot.opening.open_storage.__defaults__", (0.4,))

    def slow(db: Connection, lines: Sequence[NewPurchase], crediting: Crediting | None = None) -> Imported:
        time.sleep(1.0)
        return add_purchases(db, lines, crediting)

    monkeypatch.setattr("bot.importing.add_purchases", slow)
    assert "1 new" in (await small_office.purchases("42,A1,Tea,2,12.50,EUR,2024-03-14")).said
