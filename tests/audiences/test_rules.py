"""What the database counts is what one finds by asking each member; and what is read is what was written."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, select

from campaigns import audiences
from campaigns.audience_fields import FIELDS
from campaigns.audiences import Audience
from storage.database import open_database
from storage.sealing import Vault
from storage.tables import member
from tests.audiences import naive, random_rules
from tests.audiences.people import CLUB, NOW, People, drawn
from tests.club import MASTER_KEY

SEEDS = (1, 2)
RULES = 80
"""For each field some, and as many trees."""


def _rules(random: Random) -> list[Any]:
    single = [random_rules.condition(random, field) for field in FIELDS for _ in range(8)]
    return single + [{"not": one} for one in single[::3]] + [random_rules.rule(random) for _ in range(RULES)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_database_means_whom_one_finds_by_asking_each_member(any_url: str, seed: int) -> None:
    people, random = drawn(seed), Random(seed)
    rules = [audiences.parse(data) for data in _rules(random)]
    database = await open_database(any_url, Vault(MASTER_KEY), deadline=60)
    try:
        await database.write(people.put)
        found = await database.write(lambda db: [_found(db, one) for one in rules])
    finally:
        await database.close()
    for audience, (ids, count) in zip(rules, found, strict=True):
        assert (ids, count) == (naive.meant(audience, people), len(ids)), audience.as_data()
    _every_field_tells_somebody_apart(rules, people)


def _found(db: Connection, audience: Audience) -> tuple[set[int], int]:
    """By parts, so that each person is in one; and the count of the whole."""
    ids: list[int] = []
    for span in ((1, 13), (14, 30), (31, 1_000)):
        ids += db.execute(select(member.c.id).where(audiences.condition(audience, CLUB, NOW, span))).scalars()
    assert len(ids) == len(set(ids))
    return set(ids), audiences.count(db, audience, CLUB, NOW)


def _every_field_tells_somebody_apart(rules: list[Audience], people: People) -> None:
    """Else the test would hold for a condition that is always or never so."""
    everybody = naive.meant(Audience(), people)
    apart = {
        next(iter(data))
        for data in (one.as_data() for one in rules)
        if 0 < len(naive.meant(audiences.parse(data), people)) < len(everybody)
    }
    assert set(FIELDS) - {"status"} <= apart


def test_what_is_read_is_what_was_written() -> None:
    random = Random(7)
    for _ in range(500):
        audience = audiences.parse(random_rules.rule(random))
        assert audiences.parse(audience.as_data()) == audience
