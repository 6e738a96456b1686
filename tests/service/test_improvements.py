"""What people complain about is made better, and each of them is thanked, once."""

from __future__ import annotations

from tests.club import CLERK, OWNER, ClubHouse
from tests.tickets.test_queue import hire


async def test_each_who_complained_is_thanked_once(any_club: ClubHouse) -> None:
    await hire(any_club, "Clerk", CLERK)
    ana, hans, hant = any_club.person("Ana"), any_club.person("小明", "zh-hans"), any_club.person("美玲", "zh-hant")
    clerk, owner = any_club.staff(CLERK), any_club.staff(OWNER)
    for person, words in ((ana, "The cup was cracked"), (hans, "杯子裂了"), (hant, "杯子裂開了")):
        await person.says(f"/complain {words}")
    await ana.says("/complain Another cup was cracked")
    assert "leads to improvement 1" in await clerk.says("/improve 1001 Another supplier")
    for number in (1002, 1003, 1004):
        await clerk.says(f"/improve {number} 1")
    assert "4 complaints" in await owner.says("/improvements")
    assert "3 customers are being told" in await owner.presses("Another supplier")
    assert sum("thanks to you" in line for line in ana.screen()) == 1
    assert "多亏您告诉我们" in hans.sees()
    assert "多虧您告訴我們" in hant.sees()
    assert "Nothing is being made better" in await owner.says("/improvements")
    assert "is done, or does not exist" in await clerk.says("/improve 1001 1")


async def test_an_improvement_is_done_once_and_not_by_a_clerk(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana, owner, clerk = club.person("Ana"), club.staff(OWNER), club.staff(CLERK)
    await ana.says("/complain The cup was cracked")
    await clerk.says("/improve 1001 Another supplier")
    assert "owners and managers" in await clerk.says("/improvements")
    await owner.says("/improvements")
    message, data = owner.button("Another supplier")
    await owner.presses("Another supplier")
    assert "is done, or does not exist" in await owner.presses_data(message["message_id"], data)
    assert sum("thanks to you" in line for line in ana.screen()) == 1


async def test_a_question_leads_to_none_and_nothing_is_asked_for_in_vain(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("When do you open?")
    assert "is a question" in await owner.says("/improve 1001 Open earlier")
    assert "Please add what shall be made better" in await owner.says("/improve 1001")
