"""Requests are found by what was said in them, though nobody reads it without the key."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, select

from club import find
from storage import state
from storage.tables import ticket_word
from tests.club import CLERK, OWNER, ClubHouse
from tests.tickets.test_queue import hire


async def said(club: ClubHouse) -> None:
    """Four people complain, each in their own way."""
    await club.person("Ana").says("/complain The blue cup was cracked")
    await club.person("Ben").says("/complain The kettle is leaking into my cups!")
    await club.person("王小明", "zh-hans").says("/complain 昨天买的杯子裂了，积分也没到账")
    await club.person("林美玲", "zh-hant").says("/complain 茶壺漏水，積分沒有入帳")


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("cup", {1001, 1002}),
        ("cups", {1001, 1002}),
        ("CUP cracks", {1001}),
        ("blue kettle", set()),
        ("杯子", {1003}),
        ("积分", {1003, 1004}),
        ("積分", {1003, 1004}),
        ("漏", {1004}),
        ("杯子 積分", {1003}),
        ("Ana", {1001}),
        ("王小明", {1003}),
    ],
)
async def test_what_was_said_is_found(club: ClubHouse, words: str, numbers: set[int]) -> None:
    await said(club)
    answer = await club.staff(OWNER).says(f"/find {words}")
    assert {number for number in range(1001, 1005) if f"#{number}" in answer} == numbers


async def test_on_either_database_by_buttons_and_with_notes(any_club: ClubHouse) -> None:
    await said(any_club)
    owner = any_club.staff(OWNER)
    await owner.says("/note 1002 Second one from Hangzhou")
    await owner.says("/queue")
    await owner.presses("Search")
    assert "#1002" in await owner.says("hangzhou")
    assert "leaking into my cups" in await owner.presses("#1002")


async def test_in_a_language_of_ones_own_and_where_nothing_is_found(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    clerk = club.staff(CLERK)
    await clerk.says("/language")
    await clerk.presses("繁體中文")
    assert "沒有找到" in await clerk.says("/find 雨傘")
    assert "請加上要找的內容" in await clerk.says("/find ???")


async def test_in_the_database_nobody_reads_a_word(any_club: ClubHouse) -> None:
    await said(any_club)
    rows: list[Any] = await any_club.query(lambda db: db.execute(select(ticket_word)).all())
    assert rows
    assert all(isinstance(value, int) for row in rows for value in row)


async def test_the_words_of_somebody_forgotten_find_nothing(any_club: ClubHouse) -> None:
    await said(any_club)
    await any_club.forgets(any_club.person("Ana"))
    owner = any_club.staff(OWNER)
    assert "Nothing was found" in await owner.says("/find cracked")
    assert "Nothing was found" in await owner.says("/find Ana")
    left = await any_club.query(
        lambda db: db.execute(select(func.count()).where(ticket_word.c.ticket_id == 1)).scalar_one()
    )
    assert left == 0


async def test_what_was_joined_is_found_under_the_old_number(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/fix 1001 A new one is on its way.")
    await owner.says("/resolve 1001")
    await owner.presses("Product")
    await ana.says("The saucer as well!")
    await ana.presses("The same as #1001")
    answer = await owner.says("/find saucer")
    assert "#1001" in answer
    assert "#1002" not in answer


async def test_what_was_said_before_there_was_an_index_is_taken_up(any_club: ClubHouse) -> None:
    await said(any_club)

    def before(db: Connection) -> None:
        db.execute(delete(ticket_word))
        state.put(db, find.LEFT, "1000")

    await any_club.database.write(before)
    assert "Nothing was found" in await any_club.staff(OWNER).says("/find cracked")
    assert await any_club.database.write(lambda db: find.take_up(db, 3)) == 3
    await any_club.work.plan()
    assert "#1001" in await any_club.staff(OWNER).says("/find cracked")
    assert await any_club.database.write(find.take_up) == 0


async def test_customers_find_nothing(club: ClubHouse) -> None:
    await said(club)
    assert "our team" in await club.person("Eva").says("/find cup")
