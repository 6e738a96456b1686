"""/report complaints, causes and service: figures that can be counted by hand."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from PIL import Image

from bot import pictures
from storage import members, points
from tests.club import CLERK, MARKETER, OWNER, ClubHouse, Person
from tests.service.test_human import knows_the_hours
from tests.tickets.test_queue import hire

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def number_of(club: ClubHouse, person: Person) -> str:
    found = await club.query(lambda db: members.by_telegram_id(db, person.id))
    return str(found.number)


async def solves(club: ClubHouse, number: int, cause: str) -> None:
    owner = club.staff(OWNER)
    await owner.says(f"/fix {number} It is put right.")
    await owner.says(f"/resolve {number}")
    await owner.presses(cause)


async def two_complaints(club: ClubHouse) -> tuple[Person, Person]:
    """One is answered after an hour and resolved after two, its customer buys again; the other is only taken."""
    ana, ben, owner = await club.member("Ana"), await club.member("Ben"), club.staff(OWNER)
    club.clock.move_to(MONDAY)
    await owner.says(f"/sale {await number_of(club, ana)} cup 12")
    await owner.says(f"/sale {await number_of(club, ben)} kettle 40")
    await ana.says("/complain The cup was cracked")
    await ben.says("/complain The kettle leaks")
    await club.passes(hours=1)
    await owner.says("/reply 1001 We are looking for it.")
    await club.passes(hours=1)
    await solves(club, 1001, "Product")
    await owner.says("/take 1002")
    await owner.says(f"/sale {await number_of(club, ana)} tea 5")
    return ana, ben


async def test_complaints_in_figures(any_club: ClubHouse) -> None:
    await two_complaints(any_club)
    report = await any_club.staff(OWNER).says("/report complaints")
    assert "Filed: 2, resolved: 1" in report
    assert "Open now: 1, overdue: 0" in report
    assert "First answer: 1 h 0 min" in report
    assert "Resolved after: 2 h 0 min" in report
    assert "Opened again: 0%" in report
    assert "Bought again after it was resolved: 100%" in report
    await any_club.passes(days=1, hours=3)
    await any_club.person("Ana").presses("🙁")
    report = await any_club.staff(OWNER).says("/report complaints 30")
    assert "of the last 30 days" in report
    assert "Opened again: 100%" in report
    assert "Customers' score: 2.0 of 5 (1 answer)" in report
    assert "overdue: 1" in report, "Ben waits for an answer"


async def test_causes_with_a_chart_and_what_was_bought(any_club: ClubHouse) -> None:
    await two_complaints(any_club)
    owner = any_club.staff(OWNER)
    report = await owner.says("/report causes")
    assert "Product: 1" in report
    assert "Not named yet: 1" in report
    assert "· cup: 1" in report
    assert "· kettle: 1" in report
    assert "tea" not in report, "that was bought after the complaint"
    assert "photo" in any_club.world.messages(owner.chat_id)[-1]
    await owner.says("/language")
    await owner.presses("繁體中文")
    assert "產品：1" in await owner.says("/report causes")


async def test_who_answers_whom_how_quickly(any_club: ClubHouse) -> None:
    await knows_the_hours(any_club)
    any_club.clock.move_to(MONDAY)
    ana, owner = any_club.person("Ana"), any_club.staff(OWNER)
    await ana.says("When do you open?")
    await ana.presses("Yes")
    await ana.says("/human Do you repair cups?")
    await any_club.passes(hours=5)
    await owner.says("/reply 1001 We do.")
    report = await owner.says("/report service")
    assert "Asked of the bot: 1, answered by it: <b>100%</b>" in report
    assert "Helped: 1" in report
    assert "First answer to a question: 5 h 0 min" in report
    assert "Answered as promised: <b>0%</b>" in report


async def test_the_reports_lead_to_each_other_and_a_wrong_word_is_answered(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    marketer = club.staff(MARKETER)
    await marketer.says("/report")
    assert "Filed: 0" in await marketer.presses("Complaints")
    assert "There was no complaint" in await marketer.presses("Causes")
    assert "There is no such report" in await marketer.says("/report weather")
    assert "There is no such report" in await marketer.says("/report complaints soon")


async def test_a_clerk_reads_no_reports(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    assert "you are a clerk" in await club.staff(CLERK).says("/report complaints")


async def test_a_complaint_costs_its_customer_nothing(any_club: ClubHouse) -> None:
    ana, owner = await any_club.member("Ana"), any_club.staff(OWNER)
    await owner.says(f"/sale {await number_of(any_club, ana)} tea 600")
    member = await any_club.query(lambda db: members.by_telegram_id(db, ana.id))
    before = await any_club.query(lambda db: points.balance(db, member.id, any_club.clock.now()))
    me = await ana.says("/points")
    for words in ("It was cold", "It was late", "It was dear"):
        await ana.says(f"/complain {words}")
    await any_club.passes(days=3)
    assert await any_club.query(lambda db: points.balance(db, member.id, any_club.clock.now())) == before
    assert await ana.says("/points") == me


async def test_while_the_customer_is_waited_for_the_clock_stands_still(any_club: ClubHouse) -> None:
    ana, owner = any_club.person("Ana"), any_club.staff(OWNER)
    any_club.clock.move_to(MONDAY)
    await ana.says("/complain The cup was cracked")
    await any_club.passes(hours=1)
    await owner.says("/take 1001")
    await owner.presses("Ask")
    await owner.says("Which cup was it?")
    await any_club.passes(hours=5)
    await ana.says("The blue one")
    await any_club.passes(hours=1)
    await solves(any_club, 1001, "Product")
    report = await owner.says("/report complaints")
    assert "First answer: 1 h 0 min" in report
    assert "Resolved after: 2 h 0 min" in report, "five of the seven hours were Ana's"


async def test_a_promise_counts_once_it_is_kept_or_broken(any_club: ClubHouse) -> None:
    """Four working hours for an answer, 24 to have it done; the desk works nine hours a day."""
    ana, ben, owner = any_club.person("Ana"), any_club.person("Ben"), any_club.staff(OWNER)
    any_club.clock.move_to(MONDAY)
    await ana.says("/complain The cup was cracked")
    assert "as promised" not in await owner.says("/report service"), "nothing is decided yet"
    await any_club.passes(hours=1)
    await owner.says("/reply 1001 We are looking for it.")
    assert "Answered as promised: <b>100%</b> of 1" in await owner.says("/report service")
    await any_club.passes(days=3)
    await ben.says("/complain The kettle leaks")
    report = await owner.says("/report service")
    assert "Answered as promised: <b>100%</b> of 1" in report, "Ben's is not decided"
    assert "Resolved as promised: <b>0%</b> of 1" in report, "nobody has put Ana's right"
    await owner.says("/fix 1002 A new one is here.")
    await owner.says("/resolve 1002")
    await owner.presses("Product")
    report = await owner.says("/report service")
    assert "Answered as promised: <b>100%</b> of 2" in report
    assert "Resolved as promised: <b>50%</b> of 2" in report


async def test_a_week_is_held_against_the_week_before_it_as_it_was_then(any_club: ClubHouse) -> None:
    await two_complaints(any_club)
    owner = any_club.staff(OWNER)
    assert "before" not in await owner.says("/report complaints 7")
    await any_club.passes(days=7)
    await solves(any_club, 1002, "Delivery")
    await any_club.person("Cara").says("/complain The lid is missing")
    report = await owner.says("/report complaints 7")
    assert "Filed: 1 (2), resolved: 0 (1)" in report, "the kettle was put right after that week"
    assert "photo" in any_club.world.messages(owner.chat_id)[-1]
    report = await owner.presses("Quarter")
    assert "Filed: 3, resolved: 2" in report
    assert "Not named yet: 1 (0)" in (await owner.says("/report causes 7"))


async def test_the_reports_speak_chinese(club: ClubHouse) -> None:
    await two_complaints(club)
    owner = club.staff(OWNER)
    await owner.says("/language")
    await owner.presses("简体中文")
    assert "收到 2 件，已解决 1 件" in await owner.says("/report complaints")
    assert "最近 7 天的服务" in (await owner.presses("服务") and await owner.presses("一周"))


def test_the_days_under_a_chart_are_read_on_a_phone() -> None:
    """A phone shows a thousand pixels on three hundred: letters of 17 were six there, and nobody could read them."""
    chart = {"recipe": "columns", "labels": ["11/23", "11/30"], "values": [[1, 2], [1, 1]], "names": ["收到", "已解决"]}
    picture = Image.open(io.BytesIO(pictures.draw(chart))).convert("L").crop((88, 462, 912, 512))
    rows = (picture.crop((0, row, picture.width, row + 1)).tobytes() for row in range(picture.height))
    inked = [row for row in rows if min(row) < 160]
    assert len(inked) >= 24


async def test_the_report_that_is_shown_stands_not_under_itself(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/report complaints 30")
    assert owner.buttons()[:2] == ["Week", "Quarter"]
    assert "Complaints" not in owner.buttons()
