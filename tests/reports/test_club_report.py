"""/report club: what ties members to the club, who comes and goes, what is owed, who buys again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from club import benefits, figures, frequency
from club.benefits import Draft
from club.club import MembershipRules
from storage.database import UnitTimedOut
from tests.club import CLERK, MARKETER, NOON, OWNER, ClubHouse, open_house
from tests.frequency.test_cards import hire
from tests.rewards.shelf import put


async def test_an_empty_club_has_a_report_too(any_club: ClubHouse) -> None:
    report = await any_club.staff(OWNER).says("/report club")
    for part in ("0 members", "nobody has been a member for 90 days yet", "Nobody has bought anything yet"):
        assert part in report
    assert "There is no such report" in await any_club.staff(OWNER).says("/report moon")


async def test_each_member_is_counted_once_at_what_ties_them_most(any_club: ClubHouse) -> None:
    owner = any_club.staff(OWNER)
    numbers = ("10025", "10033", "10041", "10058")
    await owner.says("/start")
    people = [await any_club.member(name) for name in ("Ana", "Bo", "Cai", "Dan")]

    def offer(db: Connection) -> None:
        benefits.begin(db, Draft("Free fitting", None, 1, "ever", kind="structural"))

    await any_club.database.write(offer)
    await any_club.person("Eva", username="eva_guest").says("/start")
    await any_club.person("Fei").says("/start")
    await owner.says("/sale @eva_guest #E1 tea 1")
    for number in numbers[:3]:  # everybody but Dan buys
        await owner.says(f"/sale {number} tea 10")
    await owner.says(f"/sale {numbers[0]} tea 5")
    await owner.says(f"/visit {numbers[1]}")
    await people[2].says("/benefits")
    await people[2].presses("Free fitting")
    await people[2].presses("Use it now")
    report = await owner.says("/report")
    for part in (
        "4 members",
        "1 customer who is no member",
        "1 prospect",
        "a service others do not have: 1",
        "people: 1",
        "price only: 1",
        "nothing used yet: 1",
        "Last 30 days: 4 joined, 0 left",
        "Points outstanding: 115",
        "Bought twice or more: <b>25%</b> of 4 customers",
    ):
        assert part in report


async def test_what_was_brought_back_is_no_second_purchase_and_a_price_programme_ties_by_price(
    any_club: ClubHouse,
) -> None:
    owner = any_club.staff(OWNER)
    await owner.says("/start")
    await any_club.member("Ana")
    now = any_club.clock.now()
    await any_club.database.write(
        lambda db: frequency.begin(db, frequency.Draft("First tea", "orders", 1, "ever", points=5), now)
    )
    await owner.says("/sale 10025 #A1 tea 10")
    assert "cake" in await owner.says("/sale 10025 #A2 cake 10")
    assert "<b>100%</b> of 1 customer" in await owner.says("/report")
    await owner.says("/return A2 x1")
    report = await owner.says("/report")
    assert "<b>0%</b> of 1 customer" in report
    assert "price only: 1" in report
    assert "tied by price" in report


async def test_a_reward_ties_as_its_kind_does_and_one_given_back_does_not(any_club: ClubHouse) -> None:
    ana, owner = await any_club.member("Ana"), any_club.staff(OWNER)
    await put(any_club.database, name="Tasting for two", price=20, kind="social")
    await ana.says("/rewards")
    for label in ("Tasting for two", "Redeem", "Redeem"):
        await ana.presses(label)
    assert "people: 1" in await owner.says("/report")
    await ana.presses("Give it back")
    await ana.presses("Give it back")
    assert "nothing used yet: 1" in await owner.says("/report")


async def test_whose_last_day_went_by_is_told_apart_from_who_left(any_url: str) -> None:
    rules = MembershipRules(months=1, grace_days=0)
    async with open_house(any_url, membership=rules) as club:
        ana, bo, owner = await club.member("Ana"), await club.member("Bo"), await hire(club, OWNER, "owner")
        await bo.says("/leave")
        await bo.presses("Leave, keep my data")
        club.clock.move_to(NOON + timedelta(days=31))
        await club.work.plan()
        await club.settled()
        assert "has ended" in ana.sees()
        assert "Last 90 days: 0 joined, 1 left, 1 lapsed" in await owner.says("/report")


async def test_where_they_cannot_be_counted_it_says_so(any_club: ClubHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def takes_too_long(*_: object) -> None:
        raise UnitTimedOut

    monkeypatch.setattr(figures, "club_figures", takes_too_long)
    assert "could not be counted this time" in await any_club.staff(OWNER).says("/report")


async def test_retention_is_held_against_the_target_line(any_url: str) -> None:
    async with open_house(any_url, retention_target=60, erase_after=timedelta(0)) as club:
        people = [await club.member(name) for name in ("Ana", "Bo", "Cai")]
        owner = await hire(club, OWNER, "owner")
        for days in (60, 31):
            await club.work.plan()
            club.clock.move_to(club.clock.now().replace(hour=12) + timedelta(days=days))
        await club.member("Dan")
        assert "Retention over 90 days: <b>100%</b>, the target of 60% is met" in await owner.says("/report")
        await people[0].says("/leave")
        await people[0].presses("Leave, keep my data")
        assert "<b>66%</b>, the target of 60% is met" in await owner.says("/report")
        await people[1].says("/forget")
        await people[1].presses("Yes, delete it all")
        await club.work.plan()
        report = await owner.says("/report")
        assert "<b>33%</b>, below the target of 60%" in report
        assert "Last 30 days: 1 joined, 2 left" in report


async def test_the_marketer_reads_it_in_simplified_chinese_and_a_clerk_does_not(any_club: ClubHouse) -> None:
    marketer, clerk = await hire(any_club, MARKETER, "marketer"), await hire(any_club, CLERK, "clerk")
    await marketer.says("/language")
    await marketer.presses("简体中文")
    assert "他们为什么留下" in await marketer.says("/report club")
    assert "you are a clerk" in await clerk.says("/report")
