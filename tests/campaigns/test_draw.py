"""Who is held out is drawn the same way in Python and in either database, fairly, and for each campaign anew."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, literal, select

from campaigns import draw
from storage.database import open_database
from storage.sealing import Vault
from storage.types import Id
from tests.club import MASTER_KEY

IDS = [*range(1, 200), 2**31 - 2, 2**31 - 1, 2**31, 2**53, 2**62 - 1]


async def test_the_database_draws_as_python_does(any_url: str) -> None:
    def drawn(db: Connection) -> list[int]:
        return [db.execute(select(draw.part_of(literal(one, Id), "tea"))).scalar_one() for one in IDS]

    database = await open_database(any_url, Vault(MASTER_KEY))
    try:
        assert await database.read(drawn) == [draw.part_of(number, "tea") for number in IDS]
    finally:
        await database.close()


def test_the_shares_come_out_as_they_are_asked_for() -> None:
    edges = draw.bounds(10, [1, 2])
    found = Counter(draw.variant_of(draw.part_of(number, "tea"), edges) for number in range(1, 30_001))
    assert abs(found[0] - 3_000) < 300
    assert abs(found[1] - 9_000) < 500
    assert abs(found[2] - 18_000) < 500
    assert sum(found.values()) == 30_000


def test_two_campaigns_hold_out_different_people() -> None:
    edges = draw.bounds(10, [1])
    out = {
        key: {number for number in range(30_000) if draw.variant_of(draw.part_of(number, key), edges) == 0}
        for key in ("tea", "coffee")
    }
    assert abs(len(out["tea"] & out["coffee"]) - 300) < 120, "one in a hundred, as by chance"


def test_nobody_is_held_out_where_nobody_shall_be() -> None:
    assert draw.bounds(0, [1]) == [0, 10_000]
    assert draw.variant_of(0, draw.bounds(0, [1])) == 1
