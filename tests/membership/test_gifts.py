"""A first purchase that brings membership and a voucher, both until the same day."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from club.club import APPROVAL, PURCHASES, MembershipRules
from storage import gifts, membership, purchases, vouchers
from storage.vouchers import Voucher
from tests.club import NOON, OWNER, ClubHouse, Person, open_house
from tests.membership.test_joining import on_file
from tests.membership.test_terms import at, states
from tests.membership.test_ways_in import fills_in
from tests.purchases.test_till import put_on_sale

CLOSED = MembershipRules((PURCHASES,), pieces=100, months=6)
LAST_MOMENT = datetime(2027, 11, 22, 15, 59, 59, tzinfo=UTC)
"""The end of the day, in Taipei, a year after the purchase."""


async def machine_on_sale(club: ClubHouse) -> None:
    await put_on_sale(club, "Espresso machine", price=90_000, gift_months=12, gift_value=5_000)


async def known_guest(club: ClubHouse) -> Person:
    ana = club.person("Ana", username="ana_l")
    await ana.says("/start")
    return ana


async def held(club: ClubHouse, person: Person) -> list[Voucher]:
    known = await on_file(club, person)
    found: list[Voucher] = await club.query(lambda db: vouchers.usable(db, known.id, club.clock.now()))
    return found


async def test_a_guest_gets_both_on_joining_whatever_the_ways_in_are(any_url: str) -> None:
    async with open_house(any_url, zone="Asia/Taipei", membership=CLOSED) as club:
        await machine_on_sale(club)
        ana, owner = await known_guest(club), club.staff(OWNER)
        sold = await owner.says("/sale @ana_l #M1 espresso machine")
        assert "First purchase: membership and a voucher over €50.00, to the end of 22 November 2027" in sold
        assert "Your first purchase brings you membership and a voucher over €50.00" in ana.sees()
        assert "Waiting for you when you join: membership and a voucher" in await ana.says("/me")
        assert await held(club, ana) == []
        await at(club, NOON + timedelta(days=30))
        await fills_in(ana)
        assert "with a purchase, to the end of 22 November 2027" in "\n".join(ana.screen())
        assert "€50.00 left, until 22 November 2027" in await ana.presses("My vouchers"), "under the new card"
        (voucher,) = await held(club, ana)
        assert voucher.last_moment == LAST_MOMENT
        terms = await club.query(lambda db: membership.of_member(db, voucher.member_id))
        assert [one.ends_at for one in terms] == [voucher.valid_until], "the same day"

        await owner.says("/sale @ana_l #M2 espresso machine")
        assert "first purchase" not in ana.sees()
        assert len(await held(club, ana)) == 1


async def test_the_voucher_is_used_in_parts_up_to_the_last_minute_and_refused_the_day_after(any_url: str) -> None:
    async with open_house(any_url, zone="Asia/Taipei") as club:
        await machine_on_sale(club)
        await known_guest(club)
        ana, owner = await club.member("Ana"), club.staff(OWNER)
        await owner.says("/sale @ana_l espresso machine")
        (voucher,) = await held(club, ana)
        assert (voucher.value, voucher.last_moment) == (5_000, LAST_MOMENT)
        assert "free of charge, no last day" in await ana.says("/me"), "for ever is longer than a year"
        await at(club, LAST_MOMENT - timedelta(seconds=20))
        await owner.says(f"/voucher {voucher.code}")
        await owner.presses("Redeem now")
        assert "€20.00 left" in await owner.says("30")
        await at(club, LAST_MOMENT + timedelta(seconds=1))
        assert "The last day of this voucher was 22 November 2027" in await owner.says(f"/voucher {voucher.code}")


async def test_a_member_whose_term_ends_sooner_gets_the_longer_one(any_url: str) -> None:
    async with open_house(any_url, membership=MembershipRules(months=6)) as club:
        await machine_on_sale(club)
        await known_guest(club)
        ana = await club.member("Ana")
        await club.staff(OWNER).says("/sale @ana_l #M1 espresso machine")
        assert "with a purchase, to the end of 22 November 2027" in await ana.says("/me")
        assert await states(club, ana) == ["renewed", "running"]
        heard = await club.staff(OWNER).says("/return M1")
        assert "What it had brought goes back: the rest of the membership, and €50.00 of the voucher" in heard
        assert "€50.00 that were left of the voucher" in ana.screen()[-2]
        assert await held(club, ana) == []
        assert "to the end of 22 May 2027" in await ana.says("/me"), "as it would have been without it"


async def test_what_comes_back_takes_the_unused_rest_along_and_ends_the_membership_that_day(any_url: str) -> None:
    async with open_house(any_url, membership=CLOSED) as club:
        await machine_on_sale(club)
        ana, owner = await known_guest(club), club.staff(OWNER)
        await owner.says("/sale @ana_l #M1 espresso machine x2")
        await fills_in(ana)
        (voucher,) = await held(club, ana)
        await owner.says(f"/voucher {voucher.code}")
        await owner.presses("Redeem now")
        await owner.says("30")
        assert "goes back:" not in await owner.says("/return M1 x1"), "one of two is still there"
        assert len(await held(club, ana)) == 1
        assert "€20.00 of the voucher" in await owner.says("/return M1 x1")
        assert "was given back, or taken back" in await owner.says(f"/voucher {voucher.code}")
        assert "to the end of 22 November 2026" in await ana.says("/me")
        await owner.says("/sale @ana_l #M2 espresso machine")
        assert await held(club, ana) == [], "some of it had been used"


async def test_before_joining_it_comes_back_whole_and_another_first_purchase_brings_it_again(any_url: str) -> None:
    async with open_house(any_url, membership=CLOSED) as club:
        await machine_on_sale(club)
        ana, owner = await known_guest(club), club.staff(OWNER)
        await owner.says("/sale @ana_l #M1 espresso machine")
        await owner.says("/return M1")
        assert "100 pieces bought here make a member" in await ana.says("/join")
        await owner.says("/sale @ana_l #M2 espresso machine")
        await fills_in(ana)
        assert len(await held(club, ana)) == 1


async def test_a_gift_whose_day_is_over_opens_no_door(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=CLOSED) as club:
        await machine_on_sale(club)
        ana = await known_guest(club)
        await club.staff(OWNER).says("/sale @ana_l espresso machine")
        await at(club, LAST_MOMENT + timedelta(days=1))
        assert "You have bought 1 of the 100" in await ana.says("/join")


async def test_who_bought_it_before_does_not_buy_it_first(any_url: str) -> None:
    async with open_house(any_url, membership=CLOSED) as club:
        ana, owner = await known_guest(club), club.staff(OWNER)
        known = await on_file(club, ana)

        def long_ago(db: Connection) -> None:
            purchases.add(
                db, known.id, order_number="OLD", product="Espresso machine", quantity=1, amount=1, currency="EUR",
                bought_at=NOON - timedelta(days=900),
            )  # fmt: skip

        await club.database.write(long_ago)
        await machine_on_sale(club)
        assert "First purchase" not in await owner.says("/sale @ana_l espresso machine")
        assert await club.query(lambda db: gifts.of_member(db, known.id)) == []


async def test_it_is_all_in_the_copy_of_ones_data(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=MembershipRules((APPROVAL,), months=6)) as club:
        await machine_on_sale(club)
        ana = await known_guest(club)
        await fills_in(ana)
        await club.staff(OWNER).says("/sale @ana_l espresso machine")
        await ana.presses("Join the club")
        await ana.says("/export")
        sent = [message["document"] for message in club.world.messages(ana.chat_id) if "document" in message]
        data = json.loads(club.world.files.by_id[sent[1]["file_id"]].data)
        assert [(one["route"], one["state"]) for one in data["memberships"]] == [("gift", "running")]
        assert [one["state"] for one in data["applications"]] == ["accepted"]
        assert [(one["value"], one["state"]) for one in data["gifts"]] == [(5_000, "given")]
