"""Cards and programmes in the chat: set up by buttons, filled at the till and at the door, read by their member."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from club import frequency
from club.frequency import Draft
from storage import staff
from tests.club import CLERK, MARKETER, OWNER, ClubHouse, Person, open_house

VISITS = Draft("Five visits", "visits", 5, "ever", points=50, repeats=True)


async def begin(club: ClubHouse, draft: Draft) -> None:
    await club.database.write(lambda db: frequency.begin(db, draft, club.clock.now()))


async def hire(club: ClubHouse, person: int, role: str) -> Person:
    def unit(db: Connection) -> None:
        staff.put(db, person, role, club.clock.now())

    await club.database.write(unit)
    return club.staff(person)


async def test_the_owner_sets_up_a_stamp_card_by_buttons(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    assert "No programme is on yet" in await owner.says("/programmes")
    assert "What shall the programme be called?" in await owner.presses("Add a programme")
    assert "What does it give" in await owner.says("Every third coffee")
    assert "What is counted?" in await owner.presses("Points at once")
    assert "How many does it take?" in await owner.presses("Pieces")
    assert "We could not read a number" in await owner.says("some")
    assert "something else be reached" in await owner.says("3")
    assert "And from which amount on" in await owner.presses("Money spent")
    assert "In which time" in await owner.says("50")
    assert "start again at once" in await owner.presses("No end")
    assert "How many points" in await owner.presses("Yes, a stamp card")
    assert "What keeps people coming" in await owner.says("50")
    saved = await owner.presses("Financial")
    assert "<b>Every third coffee</b>: 50 points for every 3 pieces or €50.00 spent" in saved
    assert "All that the club gives is about price" in saved
    assert "All that the club gives is about price" in await owner.presses("Programmes")
    ana = await club.member("Ana")
    await owner.says("/sale 10025 coffee x2 9.00")
    shown = await ana.says("/stamps")
    assert "●●○ 1 more piece" in shown
    assert "or €41.00 more for 50 points" in shown
    await owner.says("/sale 10025 coffee 4.50")
    assert [text for text in ana.screen() if "is full: 50 points" in text] != []
    assert "○○○ 3 more pieces" in await ana.says("/stamps")


async def test_a_rebate_by_buttons_comes_when_the_month_is_over(club: ClubHouse) -> None:
    marketer = await hire(club, MARKETER, "marketer")
    await marketer.says("/programmes")
    await marketer.presses("Add a programme")
    await marketer.says("Month's end")
    assert "after each month" in await marketer.presses("Extra points later")
    assert "How many percent" in await marketer.presses("A month")
    await marketer.says("10%")
    assert "10% extra points on all purchases, at the end of each month" in await marketer.presses("Social")
    ana = await club.member("Ana")
    await club.staff(OWNER).says("/sale 10025 coffee 100")
    assert "So far: <b>10</b>" in await ana.says("/stamps")
    await club.passes(days=9)
    assert "are on your card: 10" in ana.sees()
    assert "<b>130</b>" in ana.sees()
    await club.passes(hours=3)
    assert len([text for text in ana.screen() if "extra points of" in text]) == 1


async def test_a_card_that_gives_a_voucher_by_buttons(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/programmes")
    await owner.presses("Add a programme")
    await owner.says("Third one free")
    await owner.presses("Voucher at once")
    await owner.presses("Pieces")
    await owner.says("3")
    await owner.presses("Skip")
    await owner.presses("No end")
    assert "What is the voucher good for?" in await owner.presses("Yes, a stamp card")
    assert "Is it worth money?" in await owner.says("A free coffee")
    assert "For how many days" in await owner.presses("Skip")
    await owner.presses("30")
    saved = await owner.presses("Financial")
    assert "a voucher “A free coffee”, good for 30 days, for every 3 pieces" in saved
    ana = await club.member("Ana")
    assert "3 more pieces for a voucher: A free coffee" in await ana.says("/stamps")
    await owner.says("/sale 10025 coffee x7 31.50")
    (notice,) = [text for text in ana.screen() if "is full" in text]
    assert "2 times over: 2 vouchers “A free coffee” for you" in notice
    assert "Good to the end of 22 December 2026" in notice
    assert (await ana.presses("My vouchers")).count("A free coffee") == 2


async def test_nights_are_noted_with_the_visit(club: ClubHouse) -> None:
    ana, clerk = await club.member("Ana"), await hire(club, CLERK, "clerk")
    await begin(club, Draft("Ten nights", "stays", 10, "ever", points=100))
    heard = await clerk.says("/visit 10017 3")
    assert "3 nights are noted" in heard
    assert "7 more nights for 100 points" in heard
    assert "Your stay of 3 nights is noted" in ana.sees()
    assert "nothing was counted twice" in await clerk.says("/visit 10017 3")
    assert "from 1 to 99" in await clerk.says("/visit 10017 1000")
    assert "from 1 to 99" in await clerk.says("/visit 10017 three")
    assert "4 nights are noted" in await clerk.says("/visit 10017 ４")
    assert "6 more nights" in await ana.says("/stamps")


async def test_nights_are_asked_for_by_button_where_they_count(club: ClubHouse) -> None:
    await club.member("Ana")
    clerk = await hire(club, CLERK, "clerk")
    await begin(club, Draft("Ten nights", "stays", 10, "ever", points=100))
    await clerk.says("/start")
    assert "Who has come in?" in await clerk.presses("Note a visit")
    assert "For how many nights does <b>Ana</b> stay?" in await clerk.presses("Ana · 10017")
    assert "from 1 to 99" in await clerk.says("none")
    assert "2 nights are noted" in await clerk.presses("2")
    await clerk.says("10017")
    await clerk.presses("Note a visit")
    assert "noted here today already" in await clerk.presses("Skip")


async def test_a_visit_is_noted_at_the_door_once_a_day(club: ClubHouse) -> None:
    ana, clerk = await club.member("Ana"), await hire(club, CLERK, "clerk")
    await begin(club, VISITS)
    await clerk.says("/scan 10017")
    heard = await clerk.presses("Note a visit")
    assert "Ana · 10017: the visit is noted" in heard
    assert "●○○○○ 4 more visits for 50 points" in heard
    assert "Good to see you" in ana.sees()
    assert "nothing was counted twice" in await clerk.says("/visit 10017")
    bo = club.person("Bo")
    await bo.says("/start")
    assert "no number" not in bo.sees()
    for _ in range(4):
        await club.passes(days=1)
        assert "is full" not in clerk.sees()
        heard = await clerk.says("/visit 10017")
    assert "The last one is full, thank you. Here is the next:\n○○○○○ 5 more visits" in heard
    assert [text for text in ana.screen() if "is full: 50 points" in text] != []
    assert "for our team only" in await ana.says("/visit 10017")


async def test_the_cards_in_traditional_chinese(club: ClubHouse) -> None:
    ming = await club.member("Ming", "zh-hant")
    assert "目前沒有進行中的集點卡" in await ming.says("/stamps")
    await begin(club, VISITS)
    await club.staff(OWNER).says("/visit 10017")
    assert "歡迎來到" in ming.sees()
    assert "●○○○○ 再來 4 次，就送 50 點" in await ming.says("/stamps")


async def test_a_programme_that_was_ended_counts_no_more(any_club: ClubHouse) -> None:
    ana, owner = await any_club.member("Ana"), any_club.staff(OWNER)
    await begin(any_club, VISITS)
    await owner.says("/programmes")
    await owner.presses("Five visits")
    message, data = owner.button("End it")
    assert "is over" in await owner.presses("End it")
    assert "done already" in await owner.presses_data(message["message_id"], data)
    assert "No stamp card is open" in await ana.says("/stamps")


async def test_programmes_are_not_for_clerks_nor_for_customers(club: ClubHouse) -> None:
    clerk, ana = await hire(club, CLERK, "clerk"), await club.member("Ana")
    for person, no in (
        (clerk, "This is for owners, managers and marketers; you are a clerk."),
        (ana, "for our team only"),
    ):
        assert no in await person.says("/programmes")
        assert "/programmes" not in await person.says("/help")
    bo = club.person("Bo")
    await bo.says("/start")
    assert "/join" in await bo.says("/stamps")


async def test_a_quarter_goal_says_until_when_in_the_clubs_calendar(any_url: str) -> None:
    async with open_house(any_url, now=datetime(2026, 12, 31, 20, tzinfo=UTC), zone="Asia/Taipei") as club:
        ana = await club.member("Ana")
        await begin(club, Draft("Goal", "orders", 2, "quarter", points=30))
        assert "Open until the end of 31 March 2027" in await ana.says("/stamps")
