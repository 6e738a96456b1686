"""What a member reads of their points: /points, the lines behind it, and the notices that come by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from club import benefits, frequency, points, tiers
from club.frequency import Draft
from storage import members, purchases
from storage.points import Balance
from storage.words import Words
from tests.club import NOON, OWNER, ClubHouse, Person


async def bought(club: ClubHouse, person: Person, amount: int, order: str = "A-1", **when: Any) -> None:
    """A purchase as the till writes it: the row, its points, and a look at the tier. Minor units."""

    def unit(db: Connection) -> None:
        member = members.by_telegram_id(db, person.id)
        assert member is not None
        now = club.clock.now()
        line = purchases.add(
            db, member.id, order_number=order, product="tea", quantity=1, amount=amount, currency="EUR", bought_at=now
        )
        house = club.work.terms.club
        points.earn(
            db,
            member.id,
            points.for_amount(amount, 2, house.points.per_unit),
            house,
            reason="purchase",
            key=f"purchase:{line}",
            now=now,
            **when,
        )
        tiers.review(db, member.id, house, now)

    await club.work.database.write(unit)
    club.work.delivery.wake()
    await club.settled()


async def test_a_new_member_sees_the_welcome_points_and_how_more_come(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    said = await ana.says("/points")
    assert "<b>20</b> points" in said
    assert "480 more" not in said  # points for joining are a present: they bring nobody into a tier
    assert "500 more until Silver" in said
    assert "▱▱▱▱▱▱▱▱▱▱" in said


async def test_a_purchase_brings_points_a_tier_and_one_notice(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await bought(club, ana, 60_000)
    assert "you are Silver now" in ana.sees()
    assert "1,400 points more until Gold" in ana.sees()
    notices = [text for text in ana.screen() if "Silver now" in text]
    await club.work.plan()
    await club.settled()
    assert [text for text in ana.screen() if "Silver now" in text] == notices
    said = await ana.says("/points")
    assert "<b>620</b> points · Silver" in said
    assert "▰▰▰▱▱▱▱▱▱▱" in said


async def test_what_a_tier_brings_is_told_before_and_when_it_is_reached(any_club: ClubHouse) -> None:
    def offer(db: Connection) -> None:
        for name, tier in (("Tasting", "silver"), ("Fitting", "silver"), ("Adviser", "gold"), ("Parking", None)):
            benefits.begin(db, benefits.Draft(name, tier, 1, "year"))

    await any_club.database.write(offer)
    ana = await any_club.member("Ana")
    assert "It brings you: Tasting, Fitting. What you bought" in await ana.says("/points")
    await bought(any_club, ana, 60_000)
    assert "you are Silver now. It brings you: Tasting, Fitting." in ana.sees()
    assert "1 of 1 left" in await ana.presses("Benefits")
    assert "It brings you: Adviser." in await ana.says("/points")


async def test_the_lines_tell_where_points_came_from_page_by_page(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    for number in range(10):
        await bought(club, ana, 100 * (number + 1), order=f"A-{number}")
    await ana.says("/points")
    first = await ana.presses("Line by line")
    assert "<b>+10</b> for a purchase" in first
    assert "<b>+20</b> for joining" not in first
    second = await ana.presses("Older")
    assert "<b>+20</b> for joining" in second
    assert "<b>+10</b> for a purchase" in await ana.presses("Newest")


async def test_spending_costs_no_standing_and_time_does(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await bought(club, ana, 60_000)
    await club.work.database.write(
        lambda db: points.spend(db, 1, 600, reason="reward", key="spent", now=club.clock.now())
    )
    assert "<b>20</b> points · Silver" in await ana.says("/points")
    club.clock.move_to(NOON + timedelta(days=366))
    await club.work.plan()
    await club.settled()
    assert "you are not in a tier any more" in ana.sees()
    assert "500 more until Silver" in await ana.says("/points")


async def test_who_buys_again_keeps_the_tier_without_a_word(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await bought(club, ana, 60_000)
    club.clock.move_to(NOON + timedelta(days=300))
    await bought(club, ana, 50_000, order="A-2")
    club.clock.move_to(NOON + timedelta(days=366))
    await club.work.plan()
    await club.settled()
    assert len([text for text in ana.screen() if "Silver" in text]) == 1
    assert "· Silver" in await ana.says("/points")


async def test_points_that_lapse_are_told_two_weeks_before_and_written_down_once(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    club.clock.move_to(NOON + timedelta(days=720))
    await club.passes(days=2)
    assert "your 20 points are good until the end of 22 November 2028" in ana.sees()
    told = [text for text in ana.screen() if "good until" in text]
    await club.passes(days=1)
    assert [text for text in ana.screen() if "good until" in text] == told
    club.clock.move_to(NOON + timedelta(days=735))
    await club.work.plan()
    assert await club.query(lambda db: points.balance(db, 1, club.clock.now())) == Balance()
    await ana.says("/points")
    assert "<b>−20</b> past their last day" in await ana.presses("Line by line")


@pytest.mark.parametrize(
    ("language", "expected"), [("zh-hans", "离银卡还差 500 分"), ("zh-hant", "再 500 點就升等為銀卡")]
)
async def test_in_chinese(club: ClubHouse, language: str, expected: str) -> None:
    mei = await club.member("Mei", language)
    assert expected in await mei.says("/points")


@pytest.mark.parametrize("word", ["/points", "/rewards", "/benefits", "/stamps", "/card", "/edit", "/resume"])
async def test_who_is_no_member_is_told_how_to_become_one_and_has_the_button(club: ClubHouse, word: str) -> None:
    bo = club.person("Bo")
    assert "/join" in await bo.says(word)
    assert bo.buttons() == ["Join the club", "Menu"]
    assert "Before you join" in await bo.presses("Join the club")


async def test_points_of_a_programme_say_of_which_one(any_club: ClubHouse) -> None:
    """Two full cards are two lines; after them, one that is no programme's."""
    ana = await any_club.member("Ana")
    names = Words({"en": "Third coffee", "zh-Hans": "第三杯", "zh-Hant": "第三杯咖啡"})
    coffee, tea = (Draft(name, "quantity", 3, "ever", points=50) for name in (names, "Every third tea"))
    now = any_club.clock.now()
    await any_club.database.write(lambda db: [frequency.begin(db, draft, now) for draft in (coffee, tea)])
    await any_club.staff(OWNER).says("/sale 10017 coffee x3 30")
    await ana.says("/points")
    lines = (await ana.presses("Line by line")).splitlines()
    assert [line.partition(": ")[2] for line in lines if line.startswith("22 November")] == [
        "<b>+50</b> as a thank-you: “Every third tea”",
        "<b>+50</b> as a thank-you: “Third coffee”",
        "<b>+30</b> for a purchase",
        "<b>+20</b> for joining",
    ]
    await ana.says("/language")
    await ana.presses("繁體")
    await ana.says("/points")
    assert "：「第三杯咖啡」" in await ana.presses("明細")
