"""Making up for a complaint: what is given, who has to approve it, and how it goes back."""

from __future__ import annotations

from club import points
from storage import compensations, members, vouchers
from tests.club import CLERK, OWNER, ClubHouse, Person
from tests.membership.test_ways_in import fills_in
from tests.tickets.test_desk import state_of, steps_of
from tests.tickets.test_queue import hire


async def put_right(club: ClubHouse, by: int = OWNER, language: str = "en") -> Person:
    """A member's complaint that was put right."""
    ana = await club.member("Ana", language)
    await ana.says("/complain The cup was cracked")
    await club.staff(by).says("/fix 1001 A new one is at the till.")
    return ana


async def balance_of(club: ClubHouse) -> int:
    ana = await club.query(lambda db: members.by_telegram_id(db, club.person("Ana").id))
    found = await club.query(lambda db: points.balance(db, ana.id, club.clock.now()))
    return int(found.available)


async def test_points_with_two_taps_and_the_customer_hears_a_warm_word(any_club: ClubHouse) -> None:
    ana = await put_right(any_club)
    before = await balance_of(any_club)
    owner = any_club.staff(OWNER).in_group()
    await owner.presses("Make up for it")
    _, pressed = owner.button("500 points")
    message = any_club.world.messages(owner.chat_id)[-1]
    assert "500 points" in await owner.presses("500 points")
    assert "500 points are in your account" in ana.sees()
    assert "thankful that you told us" in ana.sees()
    assert "Made up for with 500 points" in await any_club.staff(OWNER).says("/case 1001")
    assert await state_of(any_club) == "compensated"
    assert "to make up for a complaint" in await ana.presses("My points") + await ana.presses("Line by line")
    await owner.presses_data(message["message_id"], pressed)
    assert await balance_of(any_club) == before + 500, "a second press gives nothing more"


async def test_a_voucher_in_chinese(club: ClubHouse) -> None:
    meiling = await put_right(club, language="zh-hant")
    await club.staff(OWNER).says("/compensate 1001 12.50")
    assert "一點心意" in meiling.sees()
    assert "12.50" in meiling.sees()
    found = await club.query(lambda db: vouchers.by_origin(db, "compensation:1"))
    assert found.left == 1250
    await club.staff(OWNER).says("/compensate 1001 ２００")
    assert "200 點" in meiling.sees(), "wide digits are points as well"


async def test_above_the_limit_somebody_else_decides_and_both_hear_of_it(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana, clerk = await put_right(club, CLERK), club.staff(CLERK)
    before = await balance_of(club)
    assert "more than you may give alone" in await clerk.says("/compensate 1001 201")
    assert "still waits" in await clerk.says("/resolve 1001")
    assert "still waits" in await clerk.says("/compensate 1001")
    assert await balance_of(club) == before
    await clerk.in_group().presses("Approve")
    assert await balance_of(club) == before, "a clerk approves nothing"
    await club.staff(OWNER).in_group().presses("Approve")
    assert await balance_of(club) == before + 201
    assert "201 points are in your account" in ana.sees()
    assert "Lao Li has approved 201 points" in clerk.sees()
    assert "Approved by Lao Li" in club.staff(OWNER).in_group().sees()


async def test_the_limit_is_for_the_whole_complaint_and_no_means_nothing_is_given(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    await put_right(club, CLERK)
    clerk = club.staff(CLERK)
    before = await balance_of(club)
    await clerk.says("/compensate 1001 150")
    assert "more than you may give alone" in await clerk.says("/compensate 1001 51")
    await club.staff(OWNER).in_group().presses("Refuse")
    assert "has not approved 51 points" in clerk.sees()
    assert await balance_of(club) == before + 150
    assert await steps_of(club) == ["open", "take", "fix", "compensate"]


async def test_who_is_alone_asks_nobody(club: ClubHouse) -> None:
    ana = await put_right(club)
    await club.staff(OWNER).says("/compensate 1001 9000")
    assert "9,000 points" in ana.sees()


async def test_what_was_made_up_for_is_resolved_from_there(club: ClubHouse) -> None:
    """It said to resolve it next, and had no button for it."""
    await put_right(club)
    owner = club.staff(OWNER)
    await owner.says("/compensate 1001 500")
    assert owner.buttons() == ["Resolve", "Show all"]
    assert "What was the cause of #1001?" in await owner.presses("Resolve")


async def test_what_was_given_by_mistake_goes_back_once(club: ClubHouse) -> None:
    ana, owner = await put_right(club), club.staff(OWNER)
    before = await balance_of(club)
    await owner.says("/compensate 1001 200")
    await owner.says("/compensate 1001 10.00")
    await owner.says("/uncompensate 1001")
    message, pressed = owner.button("200 points")
    await owner.presses("200 points")
    assert "by our mistake, 200 points" in ana.sees()
    await owner.presses_data(message["message_id"], pressed)
    assert await balance_of(club) == before
    assert "goodwill taken back" in await ana.says("/points") + await ana.presses("Line by line")
    await owner.says("/uncompensate 1001")
    await owner.presses("10.00")
    found = await club.query(lambda db: vouchers.by_origin(db, "compensation:2"))
    assert found.state == "cancelled"
    assert "Nothing was given" in await owner.says("/uncompensate 1001")


async def test_what_the_customer_has_spent_stays_theirs(club: ClubHouse) -> None:
    await put_right(club)
    owner = club.staff(OWNER)
    await owner.says("/compensate 1001 200")
    have, now = await balance_of(club), club.clock.now()
    await club.database.write(lambda db: points.spend(db, 1, have - 50, reason="reward", key="spent", now=now))
    await owner.says("/uncompensate 1001")
    assert "stays theirs" in await owner.presses("200 points")
    assert await balance_of(club) == 50
    given = await club.query(lambda db: compensations.by_id(db, 1))
    assert given.state == "given"


async def test_nonsense_and_strangers_are_given_nothing(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await club.person("Eva").says("/complain The tea was cold")
    assert "has been told nothing" not in await owner.says("/compensate 1001 50")
    await owner.says("/fix 1001 A hot one is on its way.")
    assert "is no member" in await owner.says("/compensate 1001 50")
    await put_right_second(club)
    for nonsense in ("0", "9999999999", "many", "-5"):
        await owner.says(f"/compensate 1002 {nonsense}")
    assert await club.query(lambda db: compensations.of_ticket(db, 2)) == []
    assert "150 for points" in await owner.says("/compensate 1002 0")


async def test_before_its_time_it_is_said_what_comes_first_with_the_buttons_for_it(any_club: ClubHouse) -> None:
    ana, owner = await any_club.member("Ana"), any_club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    assert "Please take it first" in await owner.says("/compensate 1001 50")
    assert owner.buttons() == ["I take it", "Menu"]
    await owner.presses("I take it")
    assert "First say what was found about #1001" in await owner.says("/compensate 1001 50")
    assert owner.buttons() == ["Put right", "Explain", "Menu"]
    await owner.presses("Put right")
    await owner.says("A new one is at the till.")
    assert "50 points" in await owner.says("/compensate 1001 50")


async def test_a_question_is_not_made_up_for(club: ClubHouse) -> None:
    ana, owner = await club.member("Ana"), club.staff(OWNER)
    await ana.says("/human Do you repair cups?")
    await owner.says("/take 1001")
    assert "is a question" in await owner.says("/compensate 1001 50")


async def test_in_the_staff_group_the_buttons_stand_there_too(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/complain The cup was cracked")
    owner = club.staff(OWNER).in_group()
    await owner.says("/take 1001")
    assert "First say what was found" in await owner.says("/compensate 1001 50")
    assert owner.buttons() == ["Put right", "Explain"], "a group has no menu"


async def put_right_second(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/complain The cup was cracked")
    await club.staff(OWNER).says("/fix 1002 A new one.")


async def test_the_report_counts_what_complaints_cost(club: ClubHouse) -> None:
    await put_right(club)
    owner = club.staff(OWNER)
    assert "Made up for complaints" not in await owner.says("/report")
    await owner.says("/compensate 1001 200")
    await owner.says("/compensate 1001 10.00 EUR")
    assert "2 times, 200 points and €10.00 in vouchers" in await owner.says("/report")


async def test_nobody_makes_up_for_their_own_complaint(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    owner = club.staff(OWNER)
    await fills_in(owner)
    await owner.says("/complain The cup was cracked")
    await club.staff(CLERK).says("/fix 1001 A new one is at the till.")
    assert "a complaint of your own" in await owner.says("/compensate 1001 100")
    assert await club.query(lambda db: compensations.waiting(db, 1)) is None
