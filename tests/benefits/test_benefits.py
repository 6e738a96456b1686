"""What a tier brings: set up by the makers, used by members, never more often than it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from club import benefits, members
from club.benefits import Draft, Offer
from club.members import Application
from club.refusal import Refused
from storage import tiers
from storage.database import Database, open_database
from storage.sealing import Vault
from tests.club import CLERK, MASTER_KEY, NOON, OWNER, STAFF_CHAT, ClubHouse, a_club
from tests.frequency.test_cards import hire
from tests.rewards.shelf import put

CLUB = a_club(welcome_points=0)
TASTING = Draft("Evening tasting", None, 1, "month")
FITTING = Draft("Free fitting", "silver", 2, "quarter", needs_person=True, kind="structural")
STRANGER: dict[str, Any] = {"name": "Ana", "username": None, "language": "en", "zone": "UTC", "now": NOON}


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    opened = await open_database(any_url, Vault(MASTER_KEY))
    ana = await opened.write(partial(members.meet, telegram_id=501, **STRANGER))
    await opened.write(lambda db: members.join(db, ana, Application("Ana", None, None, "UTC", None, False), CLUB, NOON))
    yield opened
    await opened.close()


def begins(draft: Draft) -> Callable[[Connection], Any]:
    return lambda db: benefits.begin(db, draft)


def claims(benefit_id: int = 1, **later: int) -> Callable[[Connection], Offer]:
    return lambda db: benefits.claim(db, benefit_id, 1, CLUB, NOON + timedelta(**later))


def stands(tier: str) -> Callable[[Connection], None]:
    return lambda db: tiers.put(db, 1, tier, NOON, NOON + timedelta(days=365))


async def test_a_quota_is_for_one_period_and_the_next_one_brings_it_anew(database: Database) -> None:
    await database.write(begins(TASTING))
    assert (await database.write(claims())).left == 0
    with pytest.raises(Refused, match="benefits/used_up"):
        await database.write(claims())
    assert (await database.write(claims(days=20))).period.key == "2026-12"


async def test_of_many_presses_at_once_the_quota_lets_through_what_it_allows(database: Database) -> None:
    await database.write(stands("silver"))
    await database.write(begins(FITTING))
    answers = await asyncio.gather(*[database.write(claims()) for _ in range(6)], return_exceptions=True)
    assert sum(isinstance(answer, Offer) for answer in answers) == 2
    assert {answer.template for answer in answers if isinstance(answer, Refused)} == {"benefits/used_up"}


@pytest.mark.parametrize(("tier", "has"), [("silver", True), ("gold", True), ("bronze", False)])
async def test_a_tier_has_what_it_and_those_below_it_bring(database: Database, tier: str, has: bool) -> None:
    await database.write(begins(FITTING))
    with pytest.raises(Refused, match="benefits/not_your_tier"):
        await database.write(claims())
    await database.write(stands(tier))
    assert bool(await database.read(lambda db: benefits.offers(db, 1, CLUB, NOON))) is has


async def test_nobody_claims_what_is_over_nor_who_has_left(database: Database) -> None:
    await database.write(begins(TASTING))
    ana = await database.read(lambda db: members.known(db, 1))
    await database.write(lambda db: members.leave(db, ana, NOON))
    with pytest.raises(Refused, match="membership/not_a_member"):
        await database.write(claims())
    await database.write(lambda db: benefits.end(db, 1))
    with pytest.raises(Refused, match="benefits/gone"):
        await database.write(claims())


async def test_the_same_benefit_stands_there_once(database: Database) -> None:
    await database.write(begins(TASTING))
    with pytest.raises(Refused, match="benefits/known"):
        await database.write(begins(TASTING))


# ---- in the chat --------------------------------------------------------------------------------------------------


async def begin(club: ClubHouse, draft: Draft) -> None:
    await club.database.write(begins(draft))


async def test_the_owner_adds_a_benefit_by_buttons_and_the_price_warning_goes(any_club: ClubHouse) -> None:
    owner = any_club.staff(OWNER)
    await put(any_club.database, name="Tin of tea")
    assert "All that the club gives is about price" in await owner.says("/reward")
    assert "about price" in await owner.says("/programmes")
    assert "No benefit is there yet" in await owner.presses("Benefits")
    assert "What is the benefit called?" in await owner.presses("Add a benefit")
    assert "Who gets it?" in await owner.says("Free fitting")
    assert "How many times" in await owner.presses("Silver")
    assert "what is the period?" in await owner.presses("2")
    assert "becomes a request" in await owner.presses("A quarter")
    assert "What does it tie by" in await owner.presses("Yes, one of us")
    saved = await owner.presses("Structural")
    assert "<b>Free fitting</b>: from Silver on, 2 × a quarter, arranged by us" in saved
    assert "about price" not in await owner.says("/reward")
    await owner.says("/programmes")
    await owner.presses("Benefits")
    await owner.presses("Free fitting")
    assert "is over" in await owner.presses("End it")
    assert "No benefit is there yet" in await owner.presses("Benefits")


async def test_a_member_uses_a_benefit_once_however_often_they_press(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    assert "nothing beside your points" in await ana.says("/benefits")
    await begin(club, TASTING)
    assert "1 of 1 left, until the end of 30 November 2026" in await ana.says("/benefits")
    assert "show what you see then" in await ana.presses("Evening tasting")
    message, data = ana.button("Use it now")
    used = await ana.presses("Use it now")
    assert "Show this to our team. 0 of 1 left" in used
    assert "done already" in await ana.presses_data(message["message_id"], data)
    shown = await ana.says("/benefits")
    assert "All used; there is more after 30 November 2026" in shown
    assert "Press one" not in shown, "there is none to press"
    assert "Evening tasting" not in ana.buttons()


async def test_where_a_person_must_act_it_becomes_a_request_for_both_to_read(
    club: ClubHouse,
) -> None:
    clerk = await hire(club, CLERK, "clerk")
    ming = await club.member("Ming", "zh-hant")
    await begin(club, Draft("免費量身", None, 1, "ever", needs_person=True, kind="structural"))
    assert "共 1 次，還有 1 次" in await ming.says("/benefits")
    assert "與您聯絡安排" in await ming.presses("免費量身")
    assert "我們會轉給同事" in await ming.presses("現在使用")
    assert "#1001" in ming.sees()
    card = clerk.in_group().sees()
    assert "我想使用會員禮遇：免費量身（第 1 次，共 1 次）\nI would like to use my benefit: 免費量身 (1 of 1)" in card
    assert "I would like" not in await ming.says("/status")
    assert "我想使用會員禮遇：免費量身" in ming.sees()
    assert club.snapshot(STAFF_CHAT)


async def test_who_is_no_member_hears_how_to_become_one(club: ClubHouse) -> None:
    bo = club.person("Bo")
    await bo.says("/start")
    assert "/join" in await bo.says("/benefits")
