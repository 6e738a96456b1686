"""Vouchers and cards at the till: looked at, redeemed, in parts, by two at once, and by those who guess."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from sqlalchemy import Connection

from club import vouchers
from club.codes import grouped
from storage import staff
from storage.vouchers import Voucher
from tests.club import CLERK, MARKETER, ClubHouse, Person
from tests.membership.test_joining import on_file
from tests.rewards.shelf import CLUB

UNKNOWN = "7KQ4-M2XW-9HTB-F"


@pytest.fixture
async def house(any_club: ClubHouse) -> ClubHouse:
    """A club with a clerk and a manager, who is called Maria."""

    def employ(db: Connection) -> None:
        for telegram_id, role, name in ((CLERK, "clerk", "Chen Wei"), (MARKETER, "manager", "Maria")):
            staff.put(db, telegram_id, role, any_club.clock.now())
            staff.set_name(db, telegram_id, name)

    await any_club.database.write(employ)
    return any_club


async def holds(club: ClubHouse, person: Person, value: int | None = None, name: str = "Tin of tea") -> str:
    """Give somebody a voucher; its code as it is written on it."""
    known = await on_file(club, person)
    facts: dict[str, Any] = {"name": name, "value": value, "valid_days": 3, "origin": f"gift:{name}", "club": CLUB}
    voucher: Voucher = await club.database.write(lambda db: vouchers.issue(db, known.id, **facts, now=club.clock.now()))
    assert voucher.code is not None
    return grouped(voucher.code)


async def test_a_clerk_looks_at_a_voucher_and_redeems_it(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana)
    seen = await clerk.says(f"/voucher {code.lower().replace('-', ' ')}")
    assert "<b>Tin of tea</b>\nAna · 10017\nGood to the end of 25 November 2026" in seen
    assert "You can hand it out now" in await clerk.presses("Redeem now")
    assert "<b>Tin of tea</b> of yours has just been used" in ana.sees()
    assert "was used already" in await clerk.says(f"/voucher {code}")
    assert "Redeem now" not in clerk.buttons()[:1]


async def test_of_two_tills_one_wins_and_the_other_reads_who_and_when(house: ClubHouse) -> None:
    ana, clerk, manager = await house.member("Ana"), house.staff(CLERK), house.staff(MARKETER)
    code = await holds(house, ana)
    for till in (clerk, manager):
        await till.says(f"/voucher {code}")
    answers = await asyncio.gather(clerk.presses("Redeem now"), manager.presses("Redeem now"))
    lost = [answer for answer in answers if "hand it out" not in answer]
    assert len(lost) == 1
    assert re.search(r"was used already, on 22 Nov 2026.* by (Chen Wei|Maria)\.", lost[0])


async def test_money_is_taken_in_parts_and_all_that_is_left_is_proposed(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana, 2_000, "Voucher")
    assert "€20.00 of €20.00 left" in await clerk.says(f"/voucher {code}")
    assert "€20.00 left" in await clerk.presses("Redeem now")
    assert clerk.buttons()[0] == "All: €20.00"
    assert "could not read an amount" in await clerk.says("a bit")
    assert "above zero" in await clerk.says("0")
    assert "less than €20.01" in await clerk.says("20.01")
    assert "€12.50 taken from <b>Voucher</b>; €7.50 left" in await clerk.says("12,50 €")
    assert "€12.50, and €7.50 left" in ana.sees()
    await clerk.says(f"/scan {code}")
    await clerk.presses("Redeem now")
    assert "it is used up" in await clerk.presses("All: €7.50")
    assert "You have no vouchers now" in await ana.says("/vouchers")


async def test_of_two_tills_that_take_money_the_second_goes_on_from_what_is_left(
    house: ClubHouse,
) -> None:
    ana, clerk, manager = await house.member("Ana"), house.staff(CLERK), house.staff(MARKETER)
    code = await holds(house, ana, 650, "Voucher")
    for till in (clerk, manager):
        await till.says(f"/voucher {code}")
        await till.presses("Redeem now")
    assert "€2.50 left" in await manager.says("4")
    late = await clerk.presses("All: €6.50")
    assert "€2.50 of €6.50 left" in late
    assert "Nothing was taken" in late
    assert "€2.50 left" in await clerk.presses("Redeem now")
    assert "it is used up" in await clerk.presses("All: €2.50")


async def test_the_second_till_hears_that_nothing_is_left_and_has_no_button_for_it(house: ClubHouse) -> None:
    ana, clerk, manager = await house.member("Ana"), house.staff(CLERK), house.staff(MARKETER)
    code = await holds(house, ana, 650, "Voucher")
    for till in (clerk, manager):
        await till.says(f"/voucher {code}")
        await till.presses("Redeem now")
    await manager.presses("All: €6.50")
    assert "was used already" in await clerk.says("6.50")
    assert clerk.buttons() == ["Menu"]


async def test_a_voucher_is_good_on_its_last_day_and_not_the_day_after(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana)
    await house.passes(days=3, hours=11)
    await clerk.says(f"/voucher {code}")
    assert clerk.buttons()[0] == "Redeem now"
    await house.passes(hours=1)
    assert "The last day of this voucher was 25 November 2026" in await clerk.presses("Redeem now")
    assert "last day" in await clerk.says(f"/voucher {code}")
    assert "You have no vouchers now" in await ana.says("/vouchers")


async def test_the_staff_group_redeems_too(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK).in_group()
    code = await holds(house, ana)
    await clerk.says(f"/voucher {code}")
    assert "hand it out" in await clerk.presses("Redeem now")


async def test_in_the_group_where_a_question_has_no_buttons_all_of_it_is_a_word(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK).in_group()
    code = await holds(house, ana, 2_000, "Voucher")
    for words, heard in (("/cancel", "nothing of it was kept."), ("All", "it is used up")):
        await clerk.says(f"/voucher {code}")
        assert "Write an amount, or <b>all</b>." in await clerk.presses("Redeem now")
        question = house.world.messages(clerk.chat_id)[-1]["message_id"]
        said = await clerk.says(words, reply_to=question)
        assert heard in said
        assert "menu" not in said, "a group has none"


async def test_a_slip_is_told_apart_from_an_unknown_code(house: ClubHouse) -> None:
    clerk = house.staff(CLERK)
    assert "check character does not fit" in await clerk.says("/voucher 7KQ4-M2XW-9HTB-G")
    assert "check character does not fit" in await clerk.says("/scan 7KQ4-2MXW-9HTB-F")
    assert "there is no such voucher" in await clerk.says(f"/voucher {UNKNOWN}")


@pytest.mark.parametrize("code", ["A" * 4_000, "<b>&amp;</b>", "'; DROP TABLE voucher; --", "🫖" * 13, "/voucher"])
async def test_hostile_codes_are_answered_like_any_other(house: ClubHouse, code: str) -> None:
    assert "That is no voucher code" in await house.staff(CLERK).says(f"/voucher {code}")


async def test_guessing_ends_in_a_pause_that_a_colleague_does_not_share(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana)
    for _ in range(10):
        assert "no such voucher" in await clerk.says(f"/voucher {UNKNOWN}")
    assert "pause of 60 more minutes" in await clerk.says(f"/voucher {code}")
    assert "Tin of tea" in await house.staff(MARKETER).says(f"/voucher {code}")
    await house.passes(hours=1, minutes=1)
    assert "Tin of tea" in await clerk.says(f"/voucher {code}")


async def test_a_card_shows_its_member_to_the_staff(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    await holds(house, ana)
    for words in ("/scan 10017", "/scan #10017", "/scan １００１７", "/start card_10017"):
        seen = await clerk.says(words)
        assert "<b>Ana</b> · 10017\n20 points" in seen
        assert "Tin of tea, until 25 November 2026" in seen
    await clerk.presses("Tin of tea")
    assert "hand it out" in await clerk.presses("Redeem now")
    await clerk.says("/scan 10017")
    assert clerk.buttons() == ["Sale", "Return", "Note a visit", "Customer card", "Menu"]
    assert "one digit is wrong" in await clerk.says("/scan 10018")
    assert "Nobody has the member number" in await clerk.says("/scan 10025")


async def test_scan_alone_asks_and_takes_a_button_a_number_or_a_code(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana)
    await clerk.says("/start")
    assert "Whose card, or which voucher?" in await clerk.presses("Card or voucher")
    assert "one digit is wrong" in await clerk.says("10018")
    assert "<b>Ana</b> · 10017" in await clerk.presses("Ana · 10017")
    assert "Whose card, or which voucher?" in await clerk.says("/voucher")
    assert "<b>Tin of tea</b>" in await clerk.says(code.lower())
    group = clerk.in_group()
    assert "Whose card, or which voucher?" in await group.says("/scan")
    question = house.world.messages(group.chat_id)[-1]["message_id"]
    assert "<b>Ana</b> · 10017" in await group.says("10017", reply_to=question)


async def test_a_number_or_a_code_alone_is_enough_for_whoever_serves(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana)
    assert "<b>Ana</b> · 10017" in await clerk.says("１００１７")
    assert "one digit is wrong" in await clerk.says("10018")
    assert "<b>Tin of tea</b>" in await clerk.says(code)
    assert "Nothing was sent" in await clerk.says("2026")
    assert "Ana" not in await house.person("Bo").says("10017")


async def test_wrong_codes_count_where_scan_asks_too(house: ClubHouse) -> None:
    clerk = house.staff(CLERK)
    await clerk.says("/scan")
    for _ in range(10):
        assert "no such voucher" in await clerk.says(UNKNOWN)
    assert "pause of 60 more minutes" in await clerk.says(UNKNOWN)


async def test_for_anybody_else_the_link_on_a_card_only_opens_the_bot(house: ClubHouse) -> None:
    await house.member("Ana")
    bo = house.person("Bo")
    seen = await bo.says("/start card_10017")
    assert "welcome to Tea &amp; Time" in seen
    assert "Ana" not in seen


async def test_the_link_on_a_voucher_opens_it_for_the_staff_alone(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = (await holds(house, ana)).replace("-", "")
    assert "Tin of tea" in await clerk.says(f"/start voucher_{code}")
    assert "Tin of tea" not in await ana.says(f"/start voucher_{code}")


async def test_a_code_is_not_kept_as_the_word_by_which_somebody_came(house: ClubHouse) -> None:
    ana, bo = await house.member("Ana"), house.person("Bo")
    code = (await holds(house, ana)).replace("-", "")
    await bo.says(f"/start voucher_{code}")
    assert (await on_file(house, bo)).source == "voucher"


async def test_who_is_dismissed_while_the_amount_is_asked_takes_nothing(house: ClubHouse) -> None:
    ana, clerk = await house.member("Ana"), house.staff(CLERK)
    code = await holds(house, ana, 2_000)
    await clerk.says(f"/voucher {code}")
    await clerk.presses("Redeem now")
    await house.database.write(lambda db: staff.remove(db, CLERK, house.clock.now()))
    assert "for our team only" in await clerk.says("5")
    assert "€20.00 left" in await ana.says("/vouchers")


async def test_somebody_elses_voucher_is_not_shown(house: ClubHouse) -> None:
    ana, bo = await house.member("Ana"), await house.member("Bo")
    await holds(house, ana)
    await ana.says("/vouchers")
    _, data = ana.button("Tin of tea")
    await bo.says("/vouchers")
    message, _ = bo.button("Menu")
    assert "no such voucher of yours" in await bo.presses_data(message["message_id"], data)


async def test_in_traditional_chinese_a_voucher_is_shown_and_used(house: ClubHouse) -> None:
    xiaoyu, clerk = await house.member("林小雨", "zh-hant"), house.staff(CLERK)
    code = await holds(house, xiaoyu, 1_000, "抵用券")
    assert "還剩 €10.00，使用期限到 2026年11月25日" in await xiaoyu.says("/vouchers")
    assert f"<code>{code}</code>" in await xiaoyu.presses("抵用券")
    await clerk.says(f"/voucher {code}")
    await clerk.presses("Redeem now")
    await clerk.says("4")
    assert "剛剛使用了 €4.00，還剩 €6.00" in xiaoyu.sees()
