"""What people bought, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from storage import purchases
from storage.purchases import Bought
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
