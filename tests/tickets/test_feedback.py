"""A day after a complaint was resolved: is it well now?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage import tickets
from tests.club import CLERK, OWNER, ClubHouse, Person, open_house
from tests.programmes.test_clock import outcome
from tests.tickets.test_desk import state_of, steps_of
from tests.tickets.test_queue import hire

GOOD, BAD = "🙂", "😞"


async def resolved(club: ClubHouse, by: int = OWNER, language: str = "en") -> Person:
    """A complaint that was put right and resolved, a day and a bit ago."""
    ana, owner = club.person("Ana", language), club.staff(by)
    await ana.says("/complain The cup was cracked")
    await owner.says("/fix 1001 A new one is at the till.")
    await owner.says("/resolve 1001")
    await owner.presses("Product")
    return ana


async def later(club: ClubHouse, **time_passed: float) -> None:
    """One jump: what is due then happens."""
    club.clock.advance(timedelta(**time_passed))
    await club.work.plan()
    await club.settled()


async def test_a_day_later_one_question_with_five_faces_and_a_good_answer_closes_it(club: ClubHouse) -> None:
    ana = await resolved(club)
    await later(club, hours=23)
    assert await outcome(club, "feedback") == []
    await later(club, hours=2)
    assert "Is everything well now with your complaint <b>#1001</b>" in ana.sees()
    assert len(ana.buttons()) == 5
    await later(club, days=1)
    assert [state for _, state, _ in await outcome(club, "feedback")] == ["sent"], "once"
    message, bad = ana.button(BAD)
    assert "Thank you" in await ana.presses(GOOD)
    assert "with us already" in await ana.presses_data(message["message_id"], bad)
    assert await state_of(club) == "closed"
    assert (await steps_of(club))[-2:] == ["ask_feedback", "settle"]
    await ana.presses("Add a few words")
    assert "has your words" in await ana.says("Chen Wei was very kind.")
    assert "Chen Wei was very kind." in await club.staff(OWNER).says("/case 1001")


async def test_nobody_is_asked_at_night_and_no_restart_asks_twice(sqlite_url: str) -> None:
    evening = datetime(2026, 11, 22, 20, tzinfo=UTC)
    async with open_house(sqlite_url, now=evening) as club:
        world, ana = club.world, await resolved(club)
        await later(club, hours=25)
        assert await outcome(club, "feedback") == []
    async with open_house(sqlite_url, now=evening + timedelta(hours=37, minutes=30), world=world) as club:
        await later(club, minutes=1)
        assert [state for _, state, _ in await outcome(club, "feedback")] == ["sent"]
    async with open_house(sqlite_url, now=evening + timedelta(hours=38), world=world) as club:
        await later(club, minutes=1)
        assert len(await outcome(club, "feedback")) == 1
        assert sum("Is everything well now" in club.world.html(one) for one in world.messages(ana.id)) == 1


async def test_a_low_score_opens_it_again_in_other_hands_and_the_manager_hears(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana = await resolved(club, CLERK)
    await hire(club, "Clerk", club.person("Mia").id)
    await later(club, hours=25)
    answered = await ana.presses(BAD)
    assert "not well yet" in answered
    ticket = await club.query(lambda db: tickets.by_id(db, 1))
    assert ticket.state == "taken"
    assert ticket.owner_id not in (None, CLERK), "not who had it before"
    assert "1 of 5" in club.staff(OWNER).sees()
    assert "The cup was cracked" in await club.staff(OWNER).says("/case 1001")
    await ana.says("The handle came off.")
    assert "The handle came off." in await club.staff(OWNER).says("/case 1001")


async def test_where_there_is_nobody_else_it_waits_for_whoever_takes_it(club: ClubHouse) -> None:
    ana = await resolved(club, language="zh-hans")
    await later(club, hours=25)
    assert "现在都妥当了吗" in ana.sees()
    assert "实在抱歉" in await ana.presses("🙁")
    assert await state_of(club) == "new"
    assert "waits for somebody" in club.staff(OWNER).sees()
    await club.staff(OWNER).says("/fix 1001 Another one.")
    await club.staff(OWNER).says("/resolve 1001")
    await later(club, hours=25)
    assert len(await outcome(club, "feedback")) == 2, "resolved anew, asked anew"


async def test_no_answer_for_a_week_closes_it(club: ClubHouse) -> None:
    ana = await resolved(club)
    await later(club, hours=25)
    await later(club, days=6, hours=23)
    assert await state_of(club) == "feedback"
    await later(club, hours=2)
    assert await state_of(club) == "closed"
    assert "closed meanwhile" in await ana.presses(BAD)


async def test_a_face_under_the_complaint_of_somebody_else_does_nothing(club: ClubHouse) -> None:
    await resolved(club)
    eva = club.person("Eva")
    await eva.says("/start")
    await eva.presses_data(club.world.messages(eva.id)[-1]["message_id"], "score:1001.1")
    assert await state_of(club) == "feedback"
