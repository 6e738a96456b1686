"""Rewards as people meet them: owner and manager fill the shelf, members take from it."""

from __future__ import annotations

from functools import partial

import pytest

from club import points
from storage import staff
from tests.club import CLERK, ClubHouse, Person, open_house
from tests.membership.test_joining import on_file
from tests.rewards.shelf import CLUB, put


async def rich(club: ClubHouse, name: str, amount: int, language: str = "en") -> Person:
    """A member with so many points."""
    person = await club.member(name, language)
    known = await on_file(club, person)
    now = club.clock.now()
    have = await club.query(lambda db: points.balance(db, known.id, now).available)
    await club.database.write(
        partial(points.earn, member_id=known.id, amount=amount - have, club=CLUB, reason="purchase", key=name, now=now)
    )
    return person


async def test_an_owner_puts_a_reward_on_the_shelf_and_a_member_takes_it(any_club: ClubHouse) -> None:
    owner = any_club.staff()
    assert "no rewards yet" in await owner.says("/reward")
    await owner.presses("Add a reward")
    for words in ("Tin of tea", "Green, 100 g", "１２０"):
        await owner.says(words)
    await owner.presses("A thing")
    await owner.says("3")
    await owner.presses("No limit")
    await owner.presses("30")
    await owner.presses("Everybody")
    await owner.presses("Financial")
    assert "on the shelf" in await owner.sends("photo", b"a picture of tea")
    assert owner.buttons()[:3] == ["Price", "Stock", "Take off the shelf"]

    ana = await rich(any_club, "Ana", 150)
    shown = await ana.says("/rewards")
    assert "Within your reach now.\n3 left." in shown
    assert "Green, 100 g" in await ana.presses("Tin of tea")
    assert "leaves you 30" in await ana.presses("Redeem for 120 points")
    done = await ana.presses("Redeem for 120 points")
    assert "Your balance is 30 points" in done
    assert "Good to the end of 22 December 2026" in done
    assert "Tin of tea" in await ana.says("/vouchers")
    assert "90 more points" in await ana.says("/redeem")


async def test_who_has_had_all_they_can_have_is_not_asked_for_more_points(club: ClubHouse) -> None:
    """Nor asked once more by an old button, only to be refused then."""
    await put(club.database, per_member=1)
    ana = await rich(club, "Ana", 150)
    await ana.says("/rewards")
    await ana.presses("Tin of tea")
    message, want = ana.button("Redeem for 120 points")
    await ana.presses("Redeem for 120 points")
    await ana.presses("Redeem for 120 points")
    await ana.says("/rewards")
    shown = await ana.presses("Tin of tea")
    assert "you have had 1" in shown
    assert "more points" not in shown
    assert "and you have. No points were spent" in await ana.presses_data(message["message_id"], want)


async def test_pressing_the_same_button_twice_spends_once(club: ClubHouse) -> None:
    await put(club.database)
    ana = await rich(club, "Ana", 500)
    await ana.says("/rewards")
    await ana.presses("Tin of tea")
    await ana.presses("Redeem for 120 points")
    message, data = ana.button("Redeem for 120 points")
    await ana.presses("Redeem for 120 points")
    assert "done already" in await ana.presses_data(message["message_id"], data)
    assert "<b>380</b>" in await ana.says("/points")


async def test_one_point_short_is_told_and_nothing_is_offered(club: ClubHouse) -> None:
    await put(club.database)
    ana = await rich(club, "Ana", 119)
    assert "1 more point." in await ana.says("/rewards")
    assert "1 more point, and it is yours" in await ana.presses("Tin of tea")
    assert "Redeem for 120 points" not in ana.buttons()


async def test_an_empty_shelf_says_that_the_points_wait(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    assert "Your 20 points wait" in await ana.says("/rewards")
    assert ana.buttons() == ["Menu"]


async def test_an_owner_who_is_a_member_is_told_how_to_add_one(club: ClubHouse) -> None:
    owner = club.staff()
    assert "no rewards yet" in await owner.says("/rewards")
    await owner.says("/join")
    await owner.presses("I agree")
    await owner.says("Lao Li")
    for _ in range(3):
        await owner.says("/skip")
    await owner.presses("Yes")
    assert "send /reward" in await owner.says("/rewards")
    assert "What is the reward called" in await owner.presses("Add a reward")


async def test_a_voucher_is_given_back_and_the_points_are_there_again(club: ClubHouse) -> None:
    await put(club.database, stock=1)
    ana = await rich(club, "Ana", 120)
    await ana.says("/rewards")
    for label in ("Tin of tea", "Redeem for", "Redeem for", "Give it back"):
        await ana.presses(label)
    assert "120 points went back. Your balance is <b>" in await ana.presses("Give it back")
    assert "You have no vouchers now" in await ana.says("/vouchers")
    assert "1 left" in await ana.says("/rewards")


async def test_what_is_gone_is_not_promised_for_more_points(club: ClubHouse) -> None:
    """Somebody else has had the last one while the list still stood there."""
    await put(club.database, stock=1)
    ana, bo = await rich(club, "Ana", 120), await rich(club, "Bo", 30)
    await bo.says("/rewards")
    await ana.says("/rewards")
    for label in ("Tin of tea", "Redeem for", "Redeem for"):
        await ana.presses(label)
    card = await bo.presses("Tin of tea")
    assert "There are none left at the moment." in card
    assert "it is yours" not in card


async def test_after_a_day_it_cannot_be_given_back_any_more(club: ClubHouse) -> None:
    await put(club.database)
    ana = await rich(club, "Ana", 120)
    await ana.says("/rewards")
    for label in ("Tin of tea", "Redeem for", "Redeem for", "Give it back"):
        await ana.presses(label)
    await club.passes(hours=24)
    assert "that time is over" in await ana.presses("Give it back")
    assert "Tin of tea" in await ana.says("/vouchers")
    await ana.presses("Tin of tea")
    assert "Give it back" not in ana.buttons()


async def test_prices_and_stock_change_and_what_is_off_the_shelf_is_gone(club: ClubHouse) -> None:
    await put(club.database)
    ana, owner = await rich(club, "Ana", 120), club.staff()
    await owner.says("/reward")
    await owner.presses("Tin of tea")
    await owner.presses("Price")
    assert "whole number" in await owner.says("free")
    assert "100 points" in await owner.says("100")
    await owner.presses("Stock")
    assert "Stock: 0" in await owner.says("0")
    assert "nothing to choose from" in await ana.says("/rewards")
    await owner.presses("Stock")
    await owner.presses("No end of it")
    await ana.says("/rewards")
    await ana.presses("Tin of tea")
    assert "off the shelf" in await owner.presses("Take off the shelf")
    assert "not on offer any more" in await ana.presses("Redeem for 100 points")


@pytest.mark.parametrize("word", ["/reward", "/scan 10017", "/voucher 7KQ4-M2XW-9HTB-F"])
async def test_members_keep_their_hands_off_the_till_and_the_shelf(club: ClubHouse, word: str) -> None:
    ana = await club.member("Ana")
    assert "for our team only" in await ana.says(word)


async def test_a_clerk_does_not_run_the_shelf(club: ClubHouse) -> None:
    await club.database.write(lambda db: staff.put(db, CLERK, "clerk", club.clock.now()))
    assert "This is for owners and managers; you are a clerk." in await club.staff(CLERK).says("/reward")


async def test_the_pages_of_a_long_catalogue(club: ClubHouse) -> None:
    for number in range(1, 8):
        await put(club.database, name=f"Reward {number}", price=number)
    ana = await rich(club, "Ana", 100)
    assert "Page 1 of 2" in await ana.says("/rewards")
    second = await ana.presses("Next")
    assert "Reward 6" in second
    assert "Reward 5" not in second
    assert "Reward 1" in await ana.presses("Previous")


async def test_names_that_mean_trouble_are_shown_as_they_are(club: ClubHouse) -> None:
    await put(club.database, name='<b>Tea</b> & "co"', description="<script>")
    ana = await rich(club, "Ana", 120)
    assert "&lt;b&gt;Tea&lt;/b&gt; &amp;" in await ana.says("/rewards")
    for label in ("Tea", "Redeem for", "Redeem for"):
        assert "&lt;b&gt;Tea" in await ana.presses(label)


async def test_in_simplified_chinese_a_reward_is_taken_and_given_back(sqlite_url: str) -> None:
    """美玲用积分换一罐茶，改了主意，退回去。"""
    async with open_house(sqlite_url, zone="Asia/Shanghai") as club:
        await put(club.database, name="绿茶一罐", stock=2)
        meiling = await rich(club, "陈美玲", 130, "zh-hans")
        shown = await meiling.says("/rewards")
        assert "<b>绿茶一罐</b>：120 分\n现在就能换。\n还剩 2 份。" in shown
        await meiling.presses("绿茶一罐")
        assert "换后您还有 10 分" in await meiling.presses("用 120 分兑换")
        done = await meiling.presses("用 120 分兑换")
        assert "换好了" in done
        assert "2026年12月22日当天结束前有效" in done
        await meiling.presses("退回这张券")
        assert "120 分已退回，现在余额是" in await meiling.presses("退回这张券")
        assert "<b>130</b>" in await meiling.says("/points")
