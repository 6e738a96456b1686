"""Whoever complains is not sent greetings as if nothing had happened; what they need to know still reaches them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from club import points
from storage import members, tiers
from tests.club import OWNER, ClubHouse
from tests.programmes.test_clock import outcome

pytestmark = pytest.mark.greetings


def standing(db: Connection, member_id: int, now: datetime) -> tuple[int, str]:
    """Points, and the tier."""
    tier = tiers.standing(db, member_id)
    return points.balance(db, member_id, now).available, tier.tier if tier else ""


async def on(club: ClubHouse, day: int) -> None:
    """It is a little after noon on that day of November."""
    club.clock.move_to(datetime(2026, 11, day, 12, 5, tzinfo=UTC))
    await club.work.plan()
    await club.settled()


async def test_an_open_complaint_keeps_greetings_and_follow_ups_back(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana", birthday="25 November")
    await ana.says("/complain The cup was cracked")
    await on(any_club, 25)
    skipped = ("complaint", None)
    assert [found[1:] for found in await outcome(any_club, "birthday")] == [skipped]
    assert [found[1:] for found in await outcome(any_club, "follow-up")] == [skipped]
    assert await outcome(any_club, "welcome_points") == [("joined", "sent", None)]


async def test_so_do_some_days_after_it_and_notices_go_on(club: ClubHouse) -> None:
    ana, ben = await club.member("Ana", birthday="28 November"), await club.member("Ben", birthday="30 November")
    for person, number in ((ana, 1001), (ben, 1002)):
        await person.says("/complain The cup was cracked")
        await club.staff(OWNER).says(f"/fix {number} A new one.")
        await club.staff(OWNER).says(f"/resolve {number}")
        await club.staff(OWNER).presses("Product")
    await on(club, 28)
    assert [found[1:] for found in await outcome(club, "birthday")] == [("complaint", None)]
    assert [state for _, state, _ in await outcome(club, "feedback")] == ["sent", "sent"]
    await on(club, 30)
    assert [found[1:] for found in await outcome(club, "birthday")][1:] == [("sent", None)], "a week is over"


async def test_a_question_keeps_nothing_back(club: ClubHouse) -> None:
    ana = await club.member("Ana", birthday="25 November")
    await ana.says("When do you open?")
    await on(club, 25)
    assert [state for _, state, _ in await outcome(club, "birthday")] == ["sent"]


async def test_a_complaint_lowers_neither_points_nor_tier(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    person = await club.query(lambda db: members.by_telegram_id(db, ana.id))
    owner = club.staff(OWNER)
    await owner.says(f"/sale {person.number} beans 600.00")
    before = await club.query(lambda db: standing(db, person.id, club.clock.now()))
    assert before[0] > 600
    assert before[1] == "silver"
    await ana.says("/complain The beans were stale")
    await owner.says("/fix 1001 A fresh bag.")
    await owner.says("/resolve 1001")
    await owner.presses("Product")
    club.clock.advance(timedelta(hours=25))
    await club.work.plan()
    await club.settled()
    await ana.presses("😞")
    after = await club.query(lambda db: standing(db, person.id, club.clock.now()))
    assert after == before
