"""An owner or a manager corrects somebody's points, and says why."""

from __future__ import annotations

import pytest

from club import adjustments
from club.refusal import Refused
from storage.ledger_proof import prove
from tests.club import CLERK, MARKETER, OWNER, ClubHouse
from tests.frequency.test_cards import hire


async def test_one_line_gives_points_with_a_reason_that_the_member_reads(club: ClubHouse) -> None:
    ana, owner = await club.member("Ana"), club.staff(OWNER)
    done = await owner.says("/adjust 10017 +50 the till was down on Friday")
    assert "<b>Ana</b> · 10017: +50, “the till was down on Friday”" in done
    assert "New balance: <b>70</b>" in done
    assert "“the till was down on Friday”" in ana.sees()
    assert "Your balance is <b>70</b>" in ana.sees()
    assert "<b>+50</b> by our team: “the till was down on Friday”" in await ana.presses("Line by line")
    assert (await club.query(prove)).disagreements == ()


async def test_by_buttons_from_the_customer_card_nothing_changes_before_the_last_one(club: ClubHouse) -> None:
    ana, owner = await club.member("Ana"), club.staff(OWNER)
    await owner.says("/customer 10017")
    assert "has 20 points" in await owner.presses("Correct points")
    assert "could not read a number of points" in await owner.says("a few")
    assert "And why?" in await owner.says("−５")
    assert "<b>−5</b> points: “sold twice”" in await owner.says("sold twice")
    assert "20" in await ana.says("/points")
    message, data = owner.button("Correct them")
    assert "New balance: <b>15</b>" in await owner.presses("Correct them")
    assert "earlier question" in await owner.presses_data(message["message_id"], data)
    assert "<b>15</b> points" in await ana.says("/points")


async def test_what_cannot_be_is_refused_and_changes_nothing(club: ClubHouse) -> None:
    ana, owner, bo = await club.member("Ana"), club.staff(OWNER), club.person("Bo", username="bo_guest")
    await bo.says("/start")
    assert "only 20 to take" in await owner.says("/adjust 10017 -21 sold twice")
    assert "Who, how many and why" in await owner.says("/adjust 10017 +50")
    assert "up to 1,000,000" in await owner.says("/adjust 10017 2000000 a present")
    assert "They are no member" in await owner.says("/adjust @bo_guest 5 a present")
    assert "<b>20</b> points" in await ana.says("/points")


async def test_it_is_for_owner_and_manager(club: ClubHouse) -> None:
    await club.member("Ana")
    clerk, manager = await hire(club, CLERK, "clerk"), await hire(club, MARKETER, "manager")
    assert "you are a clerk" in await clerk.says("/adjust 10017 5 a present")
    await clerk.says("/customer 10017")
    assert "Correct points" not in clerk.buttons()
    assert "New balance: <b>25</b>" in await manager.says("/adjust 10017 5 a present")


async def test_林小雨的點數更正了_她收到一句話(club: ClubHouse) -> None:
    xiaoyu, owner = await club.member("林小雨", "zh-hant"), club.staff(OWNER)
    await owner.says("/language")
    await owner.presses("繁體中文")
    assert "目前餘額：<b>50</b> 點" in await owner.says("/adjust 10017 ＋30 週五收銀機故障")
    assert "更正了您的點數：週五收銀機故障" in xiaoyu.sees()


@pytest.mark.parametrize("text", ["", "0", "+", "--5", "1.5", "5 points", "99999999", "五"])
def test_anything_but_a_whole_number_is_no_change(text: str) -> None:
    with pytest.raises(Refused, match="adjustments/unclear"):
        adjustments.change(text)
