"""The service desk: who has a request, what may be done with it, and what its customer hears."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from threading import Event

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from club import desk
from club.refusal import Refused
from club.steps import ASK, NOTE, REPLY
from club.tickets import Said, take_step
from storage import tickets
from storage.tables import ticket_event
from tests.club import CLERK, OWNER, ClubHouse, Person, a_club
from tests.tickets.test_queue import hire


async def steps_of(club: ClubHouse, ticket_id: int = 1) -> list[str]:
    return [event.step for event in await club.query(lambda db: tickets.events(db, ticket_id))]


async def state_of(club: ClubHouse, ticket_id: int = 1) -> str:
    ticket = await club.query(lambda db: tickets.by_id(db, ticket_id))
    assert ticket is not None
    return str(ticket.state)


async def test_a_complaint_from_its_first_word_to_its_end(any_club: ClubHouse) -> None:
    ana, owner = any_club.person("Ana"), any_club.staff(OWNER).in_group()
    await ana.says("/complain The cup was cracked")
    await owner.presses("I take it")
    assert owner.buttons().count("Reply") == 1
    await owner.presses("Ask")
    question = any_club.world.messages(owner.chat_id)[-1]
    await owner.says("Which cup was it?", reply_to=question["message_id"])
    assert "Your question on" in owner.sees()
    assert "has a question about your complaint #1001" in ana.sees()
    assert await state_of(any_club) == "waiting"
    await ana.says("The white one.")
    assert await state_of(any_club) == "investigating"
    await any_club.staff(OWNER).says("/fix 1001 A new one is at the till for you.")
    assert "We are sorry for the trouble" in ana.sees()
    assert "A new one is at the till" in ana.sees()
    await owner.presses("Resolve")
    await owner.presses("Product")
    assert "closed as resolved" in ana.sees()
    assert await steps_of(any_club) == ["open", "take", "ask", "answer", "fix", "cause", "department", "resolve"]
    timeline = await ana.says("/status")
    assert "you were asked" in timeline
    assert "put right" in timeline
    assert "What you write here" not in timeline, "nothing is open any more"


async def test_a_misunderstanding_is_explained_and_not_apologised_for(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hant")
    await xiaoming.says("/complain 杯子有裂紋")
    await club.staff(OWNER).says("/explain 1001 這是開片釉，紋路是燒出來的。")
    assert "向您說明一下" in xiaoming.sees()
    assert "抱歉" not in xiaoming.sees()


async def test_a_note_stays_among_colleagues(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    heard = len(ana.screen())
    await owner.says("/note 1001 The third one from this supplier.")
    assert len(ana.screen()) == heard
    assert "The third one from this supplier." in await owner.says("/case 1001")
    await ana.says("/status")
    await ana.says("/export")
    assert not any("supplier" in line for line in ana.screen())


async def test_a_complaint_is_not_closed_before_its_customer_was_told_something(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/take 1001")
    assert "has been told nothing yet" in await owner.says("/resolve 1001")
    assert await state_of(club) == "taken"


async def test_after_an_answer_the_next_step_of_a_complaint_is_a_button(club: ClubHouse) -> None:
    """It said "mark it as resolved", and there was nothing to press: first the customer hears how it was put right."""
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    assert "tell them so with a button below" in await owner.says("/reply 1001 We are looking for a new one.")
    assert owner.buttons() == ["Put right", "Explain", "What else waits"]
    await owner.presses("Put right")
    assert "mark it as resolved" in await owner.says("A new one is at the till for you.")
    assert owner.buttons() == ["Resolve", "What else waits"]


async def test_handed_over_with_all_that_was_said_and_everybody_hears_who_has_it(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/take 1001")
    await owner.says("/handover 1001")
    assert "Chen Wei" in await owner.presses("Chen Wei")
    assert "Chen Wei is looking after your complaint" in ana.sees().replace("<b>", "").replace("</b>", "")
    clerk = club.staff(CLERK)
    assert "has handed <b>#1001</b> over to you" in clerk.sees()
    assert "The cup was cracked" in await clerk.presses("Show all")


async def test_put_back_it_waits_for_whoever_takes_it(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/take 1001")
    await owner.says("/handover 1001")
    await owner.presses("Nobody for now")
    await club.staff(CLERK).says("/take 1001")
    assert "Chen Wei" in ana.sees()


async def test_the_same_matter_again_opens_the_old_complaint_with_the_new_words(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/fix 1001 A new one is on its way.")
    await owner.says("/resolve 1001")
    await owner.presses("Delivery")
    assert "or about something new?" in await ana.says("The new one is cracked too.")
    assert "which is open again" in await ana.presses("The same as #1001")
    assert "The new one is cracked too." in await owner.says("/case 1001")
    assert await state_of(club) == "new"
    assert "#1002" not in await ana.says("/status")
    assert "#1002" not in await owner.says("/queue")


async def a_complaint_closed_beside_an_open_question(club: ClubHouse) -> Person:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await ana.says("/ask Could you engrave my name on a teapot?")
    await owner.says("/fix 1001 A new one is on its way.")
    await club.passes(minutes=5)
    await owner.says("/resolve 1001")
    await owner.presses("Delivery")
    await club.passes(minutes=5)
    return ana


async def test_after_a_complaint_is_closed_words_are_not_put_silently_to_an_older_question(any_club: ClubHouse) -> None:
    ana, owner = await a_complaint_closed_beside_an_open_question(any_club), any_club.staff(OWNER)
    asked = await ana.says("It is cracked as well.")
    assert "complaint <b>#1001</b>, which was settled, about your question <b>#1002</b>, which is still open," in asked
    assert "<b>#1001</b> now, which is open again" in await ana.presses("The same as #1001")
    assert "Added to your complaint <b>#1001</b>" in await ana.says("On the handle."), "and what follows goes there too"
    assert "It is cracked as well." in await owner.says("/case 1001")


async def test_words_about_the_question_that_is_still_open_go_to_it_with_one_tap(club: ClubHouse) -> None:
    ana, owner = await a_complaint_closed_beside_an_open_question(club), club.staff(OWNER)
    await ana.says("In gold, if you can.")
    said = await ana.presses("The same as #1002")
    assert "It belongs to <b>#1002</b> now; our team" in said
    assert await state_of(club, 1) == "feedback"
    assert "In gold, if you can." in await owner.says("/case 1002")
    assert "Added to <b>#1002</b>" in await ana.says("Or in silver.")


async def test_a_colleague_who_writes_about_the_open_question_is_answered_there(club: ClubHouse) -> None:
    ana, owner = await a_complaint_closed_beside_an_open_question(club), club.staff(OWNER)
    await owner.says("/reply 1002 Which name?")
    assert "#1002" in await ana.says("Ana, in capitals.")
    assert "Ana, in capitals." in await owner.says("/case 1002")


async def test_something_new_stays_a_request_of_its_own_also_where_nothing_is_pressed(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("When do you open?")
    await owner.says("/reply 1001 At nine.")
    await owner.says("/resolve 1001")
    await ana.says("And on Sundays?")
    assert "And on Sundays?" in await owner.says("/case 1002")
    await ana.presses("Something new")
    assert "#1002" in ana.sees()
    assert await state_of(club, 1) == "closed"


async def test_after_two_weeks_it_is_always_something_new(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("When do you open?")
    await owner.says("/reply 1001 At nine.")
    await owner.says("/resolve 1001")
    club.clock.advance(timedelta(days=14))
    assert "our team has it now" in await ana.says("And on Sundays?")


async def test_nobody_opens_the_request_of_somebody_else(club: ClubHouse) -> None:
    ana, eva, owner = club.person("Ana"), club.person("Eva"), club.staff(OWNER)
    await ana.says("When do you open?")
    await owner.says("/reply 1001 At nine.")
    await owner.says("/resolve 1001")
    await eva.says("Hello there, are you open?")
    world = club.world
    message = world.messages(eva.chat_id)[-1]
    pressed = world.press(eva.id, eva.chat_id, message["message_id"], "same:1002.1001:forged", stale=True)
    await club.settled()
    assert await state_of(club, 1) == "closed"
    assert pressed is not None


async def test_the_history_of_a_request_can_not_be_rewritten(any_club: ClubHouse) -> None:
    await any_club.person("Ana").says("/complain The cup was cracked")
    for statement in (ticket_event.update().values(step="take"), ticket_event.delete()):
        with pytest.raises(DBAPIError, match="append-only"):
            await any_club.database.write(partial(Connection.execute, statement=statement))
    assert await steps_of(any_club) == ["open"]


async def test_a_step_that_knew_another_owner_is_refused_and_undoes_no_hand_over(any_club: ClubHouse) -> None:
    await hire(any_club, "Clerk", CLERK)
    await any_club.person("Ana").says("/complain The cup was cracked")
    await any_club.staff(OWNER).says("/take 1001")
    before = await any_club.query(lambda db: tickets.by_id(db, 1))
    await any_club.database.write(lambda db: desk.hand_over(db, 1001, CLERK, OWNER, a_club(), any_club.clock.now()))
    with pytest.raises(Refused):
        await any_club.database.write(lambda db: take_step(db, before, NOTE, OWNER, a_club(), any_club.clock.now()))
    after = await any_club.query(lambda db: tickets.by_id(db, 1))
    assert after.owner_id == CLERK


# ---- two at the same moment -----------------------------------------------------------------------------------------


async def while_the_owner_writes(
    club: ClubHouse, step: str, happens: Callable[[], Coroutine[None, None, object]]
) -> None:
    """Something happens before what the owner says about #1001 is stored."""
    writing = Event()

    def writes(db: Connection) -> None:
        desk.tell(db, step, 1001, OWNER, Said("From the owner."), club.work.terms.club, club.clock.now())
        writing.set()
        time.sleep(0.3)

    written = asyncio.create_task(club.database.write(writes))
    await asyncio.to_thread(writing.wait)
    await happens()
    await written


@pytest.mark.parametrize("taken", [False, True])
async def test_two_colleagues_who_reply_at_the_same_moment_are_both_read(any_club: ClubHouse, taken: bool) -> None:
    ana = any_club.person("Ana")
    await ana.says("/complain The cup was cracked")
    await hire(any_club, "Clerk", CLERK)
    clerk = any_club.staff(CLERK)
    if taken:
        await any_club.staff(OWNER).says("/take 1001")
    await while_the_owner_writes(any_club, REPLY, partial(clerk.says, "/reply 1001 From the clerk."))
    assert "From the clerk." in ana.sees()
    assert (await any_club.query(lambda db: tickets.by_id(db, 1))).owner_id == OWNER


async def test_a_customer_who_writes_while_they_are_asked_has_answered(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    await club.staff(OWNER).says("/take 1001")
    await while_the_owner_writes(club, ASK, partial(ana.says, "The white one."))
    assert await state_of(club) == "investigating"
