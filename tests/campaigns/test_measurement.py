"""Whether a message made a difference is said with bounds, or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from campaigns import draw, measurement
from campaigns.measurement import extra, lift, wilson
from storage.campaign_figures import Bought
from storage.tables import member, purchase
from tests.campaigns.desk import sent
from tests.club import ClubHouse


def test_the_bounds_of_a_difference_are_newcombes() -> None:
    found = lift(Bought(70, 56), Bought(80, 48))  # the first example in his paper: 0.2, from 0.0524 to 0.3339
    assert found is not None
    assert found.by == pytest.approx(0.2)
    assert [found.low, found.high] == pytest.approx([0.0524, 0.3339], abs=1e-4)
    assert found.sure
    assert list(wilson(81, 263)) == pytest.approx([0.2553, 0.3662], abs=1e-4)


def test_what_may_be_chance_is_called_so() -> None:
    found = lift(Bought(100, 11), Bought(100, 10))
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize(
    ("written", "held"),
    [
        (Bought(), Bought()),
        (Bought(900, 90), Bought()),
        (Bought(900, 90), Bought(100, 4)),
        (Bought(900, 4), Bought(100, 50)),
        (Bought(9, 5), Bought(100, 50)),
    ],
)
def test_too_little_is_no_result(written: Bought, held: Bought) -> None:
    assert lift(written, held) is None
    assert extra(written, held) is None


def test_what_each_spent_more_has_bounds_too() -> None:
    found = extra(Bought(10, 5, 100, 2_000.0), Bought(10, 5, 50, 500.0))
    assert found is not None
    assert found.by == pytest.approx(5.0)
    assert found.low == pytest.approx(5.0 - 1.959964 * ((1000 / 9 / 10) + (250 / 9 / 10)) ** 0.5)


async def test_only_what_is_bought_in_time_counts_and_those_held_out_are_counted_alike(any_club: ClubHouse) -> None:
    for number in range(6):
        await any_club.member(f"Person {number}")
    campaign = await sent(any_club, kind="promotion", ends_on="2026-12-24", holdout=50)
    now, club = any_club.clock.now(), any_club.work.terms.club
    ids = await any_club.query(lambda db: db.execute(member.select().order_by(member.c.id)).scalars().all())
    edges = draw.bounds(50, [1])
    held = [one for one in ids if draw.variant_of(draw.part_of(one, campaign.key), edges) == 0]
    written = [one for one in ids if one not in held]

    lines = [
        (written[0], 500, 1),
        (written[0], 300, 2),
        (held[0], 200, 13),
        (written[1], 900, -1),
        (written[1], 900, 15),
    ]

    def buy(db: Connection) -> None:
        for order, (who, amount, days) in enumerate(lines):
            row = {"order_number": f"A{order}", "product": "Tea", "quantity": 1, "currency": club.currency}
            at = now + timedelta(days=days)
            db.execute(purchase.insert().values(member_id=who, amount=amount, bought_at=at, **row))

    await any_club.database.write(buy)
    found = await any_club.query(lambda db: measurement.report(db, campaign, club, now))
    assert (found.written.people, found.written.bought, found.written.spent) == (len(written), 1, 800)
    assert (found.held.people, found.held.bought, found.held.spent) == (len(held), 1, 200)
    assert found.lift is None
