"""What is promised to a customer, who is reminded of it, and what is said when it was not kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from bot.rules import club_of
from bot.service_settings import ServiceSettings, TargetSettings
from bot.settings import Settings
from club.deadlines import clock_of
from storage import tickets
from tests.club import CLERK, OWNER, ClubHouse, open_house
from tests.tickets.test_queue import hire

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def ticket_of(club: ClubHouse, ticket_id: int = 1) -> tickets.Ticket:
    found = await club.query(lambda db: tickets.by_id(db, ticket_id))
    assert isinstance(found, tickets.Ticket)
    await agrees(club, ticket_id)
    return found


def minute(moment: datetime | None) -> datetime | None:
    """A test takes a second or two."""
    return moment and moment.replace(second=0, microsecond=0)


async def agrees(club: ClubHouse, ticket_id: int = 1) -> None:
    """What is kept is what follows from the history."""

    def unit(db: Connection) -> None:
        ticket = tickets.by_id(db, ticket_id)
        assert ticket is not None
        clock = clock_of(tickets.events(db, ticket_id), ticket.kind, club.work.terms.club.service)
        assert (clock.answer_by, clock.resolve_by) == (ticket.answer_by, ticket.resolve_by)
        assert clock.alarm_at == ticket.alarm_at

    await club.query(unit)


async def test_who_complains_on_sunday_is_promised_an_answer_on_monday(club: ClubHouse) -> None:
    ana = club.person("Ana")
    answer = await ana.says("/complain The cup was cracked")
    assert "#1001" in answer
    assert "by <b>23 November 2026, 13:00</b>" in answer, "four working hours, on Monday from nine"
    assert minute((await ticket_of(club)).answer_by) == MONDAY + timedelta(hours=4)
    assert "Answer by 23 November 2026, 13:00" in club.staff(OWNER).in_group().sees()


async def test_in_chinese_too(club: ClubHouse) -> None:
    hans, hant = club.person("王小明", "zh-hans"), club.person("林美玲", "zh-hant")
    assert "最晚 <b>2026年11月23日 13:00</b> 在这里给您答复" in await hans.says("/complain 杯子裂了")
    assert "最晚 <b>2026年11月23日 下午1:00</b> 在這裡回覆您" in await hant.says("/complain 杯子裂了")


async def test_an_answer_keeps_the_first_promise_and_the_second_one_goes_on(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    await club.staff(OWNER).says("/reply 1001 We are looking for it.")
    ticket = await ticket_of(club)
    assert ticket.answer_by is None
    assert ticket.resolve_by == datetime(2026, 11, 25, 15, tzinfo=UTC), "24 working hours, nine a day"


async def test_while_the_customer_is_waited_for_the_clock_stands_still(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    club.clock.move_to(MONDAY)
    await ana.says("/complain The cup was cracked")
    await owner.says("/take 1001")
    await club.passes(hours=3)
    await owner.presses("Ask")
    await owner.says("Which cup was it?")
    assert (await ticket_of(club)).resolve_by is None
    await club.passes(days=3)
    await ana.says("The white one.")
    ticket = await ticket_of(club)
    assert minute(ticket.resolve_by) == datetime(2026, 11, 28, 15, tzinfo=UTC), "21 hours are left, on Thursday at noon"


async def test_whoever_has_it_is_reminded_and_of_a_broken_promise_everybody_hears(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana, owner, clerk = club.person("Ana"), club.staff(OWNER), club.staff(CLERK)
    club.clock.move_to(MONDAY)
    await ana.says("/complain The cup was cracked")
    await clerk.says("/take 1001")
    heard, told = len(owner.screen()), len(ana.screen())
    await club.passes(hours=3, minutes=1)
    assert "an answer was promised by 23 November 2026, 13:00" in clerk.sees()
    assert len(owner.screen()) == heard
    await club.passes(hours=1)
    assert "is overdue" in clerk.sees()
    assert "Chen Wei has it" in owner.sees()
    assert "still working on your complaint" in ana.sees()
    assert "The cup was cracked" in await owner.presses("Show all")
    await club.passes(days=6)
    await agrees(club)
    assert len(ana.screen()) == told + 1, "whatever else is late, the customer is told once"
    assert sum("is overdue" in line for line in clerk.screen()) == 2, "the answer, and the solution"


async def test_nobody_is_told_twice_after_a_restart(sqlite_url: str) -> None:
    async with open_house(sqlite_url, now=MONDAY) as club:
        await club.person("Ana").says("/complain The cup was cracked")
        await club.staff(OWNER).says("/take 1001")
        await club.passes(hours=5)
        world = club.world
    async with open_house(sqlite_url, now=MONDAY + timedelta(hours=5), world=world) as club:
        await club.passes(minutes=5)
        assert sum("is overdue" in line for line in club.staff(OWNER).screen()) == 1


async def test_what_is_urgent_is_promised_sooner_and_comes_first(any_club: ClubHouse) -> None:
    ana, ben, owner = any_club.person("Ana"), any_club.person("Ben"), any_club.staff(OWNER)
    any_club.clock.move_to(MONDAY)
    await ana.says("/complain The cup was cracked")
    await ben.says("Is the shop on fire?")
    await owner.says("/case 1002")
    assert "It counts as urgent now" in await owner.presses("Urgent")
    assert minute((await ticket_of(any_club, 2)).answer_by) == MONDAY + timedelta(hours=1)
    queue = await owner.says("/queue")
    assert queue.index("#1002") < queue.index("#1001")
    await owner.says("/case 1002")
    await owner.presses("Can wait")
    assert minute((await ticket_of(any_club, 2)).answer_by) == MONDAY + timedelta(hours=4)


async def test_of_equals_members_of_higher_tiers_come_first_and_may_be_promised_more(sqlite_url: str) -> None:
    service = ServiceSettings(
        targets=(
            TargetSettings(answer=Decimal(4), resolve=Decimal(24)),
            TargetSettings(tier="Gold", answer=Decimal(2), resolve=Decimal(16)),
        )
    )
    rules = club_of(Settings(service=service)).service
    async with open_house(sqlite_url, now=MONDAY, service=rules) as club:
        ana, ben, owner = await club.member("Ana"), await club.member("Ben"), club.staff(OWNER)
        await owner.says("/sale @nobody")
        await owner.says("/cancel")
        await owner.says("/sale 10025 tea 2500")
        await ana.says("/complain The cup was cracked")
        await ben.says("/complain The kettle leaks")
        queue = await owner.says("/queue")
        assert queue.index("#1002") < queue.index("#1001")
        assert (await ticket_of(club, 2)).tier == "gold"
        assert minute((await ticket_of(club, 2)).answer_by) == MONDAY + timedelta(hours=2)
        assert minute((await ticket_of(club, 1)).answer_by) == MONDAY + timedelta(hours=4)


async def test_the_morning_begins_with_what_is_overdue_and_what_nobody_has(any_club: ClubHouse) -> None:
    ana, owner = any_club.person("Ana"), any_club.staff(OWNER)
    any_club.clock.move_to(MONDAY - timedelta(hours=1))
    await ana.says("/complain The cup was cracked")
    await any_club.passes(hours=1)
    assert "Good morning" in owner.sees()
    assert "0 overdue, 1 that nobody has" in owner.sees()
    await any_club.passes(hours=8)
    assert sum("Good morning" in line for line in owner.screen()) == 1
    await any_club.passes(days=1)
    assert "1 overdue, 1 that nobody has" in [line for line in owner.screen() if "Good morning" in line][-1]
    assert "The cup was cracked" in await owner.presses("Overdue")


async def test_parts_of_the_queue(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    club.clock.move_to(MONDAY)
    for name in ("Ana", "Ben", "Eva"):
        await club.person(name).says(f"/complain {name} is not content")
    await owner.says("/take 1002")
    await owner.says("/queue")
    mine = await owner.presses("Mine")
    assert "#1002" in mine
    assert "#1001" not in mine
    assert "#1002" not in await owner.presses("Untaken")
    assert "Nothing is overdue" in await owner.presses("Overdue")
    await club.passes(hours=5)
    assert "3 overdue" in await owner.says("/queue overdue")
    assert "3 open" in await owner.presses("All open")


async def test_a_promise_to_somebody_who_was_forgotten_is_nobodys_any_more(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await club.forgets(ana)
    heard = len(owner.screen())
    await club.passes(days=4)
    assert not any("overdue" in line for line in owner.screen()[heard:])
