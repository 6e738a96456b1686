"""/event for the team: planning, changing, calling off; the list, who was not there, and the invitation."""

from __future__ import annotations

import pytest

from storage import campaigns as rows
from tests.club import MARKETER, OWNER, ClubHouse
from tests.events.calendar import planned, signs_up
from tests.preferences.test_preferences import number_of
from tests.tags.test_tagging import clerk_of
from tests.tickets.test_queue import hire


async def test_the_questions_say_what_does_not_fit(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    assert "Nothing is planned." in await owner.says("/event")
    assert "What is it called?" in await owner.presses("New event")
    assert "up to 40 fit here" in await owner.says("x" * 41)
    assert "When does it begin?" in await owner.says("Tasting")
    assert "At what time?" in await owner.says("5 December")
    assert "If you mean the afternoon, write 15:00." in await owner.says("5 December 3:00")
    assert "That is over already" in await owner.says("today 11:00")
    assert "Where is it?" in await owner.says("5 December 3 pm")
    assert "For how many" in await owner.says("The tea house")
    assert "from 1 to 10" in await owner.says("0")
    assert "What awaits the guests?" in await owner.presses("No limit")
    await owner.presses("Skip")
    assert owner.sees() == (
        "<b>Tasting</b> · event 1\nSaturday, 5 December, 15:00 · The tea house\n\n"
        "0 are coming; there is room for everybody."
    )


async def test_guests_are_told_once_of_what_has_changed(club: ClubHouse) -> None:
    owner = await planned(club, seats="1")
    ana, ben = await signs_up(club, "Ana"), await signs_up(club, "Ben")
    for way, words in (("Time", "6 December 16:00"), ("Place", "The garden")):
        await owner.says("/event 1")
        await owner.presses("Change")
        await owner.presses(way)
        await owner.says(words)
    await club.passes(minutes=1)
    assert ana.sees() == (
        "Ana, something has changed. This is how it stands now:\n\n"
        "<b>Tasting</b>\nSunday, 6 December, 16:00 · The garden\n\n"
        "Your seat is kept. If it does not suit you now, tell us here."
    )
    assert sum("something has changed" in text for text in ana.screen()) == 1, "two changes, one message"
    assert "You are still on the waiting list." in ben.sees()


async def test_more_seats_let_in_who_waits_and_fewer_than_guests_there_cannot_be(club: ClubHouse) -> None:
    owner = await planned(club, seats="1")
    await signs_up(club, "Ana")
    ben = await signs_up(club, "Ben")
    await owner.says("/event 1")
    assert "1 of 1 seats are taken; 1 is waiting." in owner.sees()
    await owner.presses("Change")
    await owner.presses("Seats")
    assert "2 of 8 seats are taken." in await owner.presses("8")
    await club.passes(minutes=1)
    assert "Ben, a seat has come free" in ben.sees()
    await owner.presses("Change")
    await owner.presses("Seats")
    assert "2 seats are taken already." in await owner.says("1")
    assert "2 of 3 seats are taken." in await owner.says("3"), "the question is still open"


async def test_what_is_called_off_is_told_to_all_on_the_list_and_takes_nobody_any_more(club: ClubHouse) -> None:
    owner = await planned(club, seats="1")
    ana, ben = await signs_up(club, "Ana"), await signs_up(club, "Ben")
    await owner.says("/event 1")
    assert "Everybody on the list is told at once." in await owner.presses("Call it off")
    sure, data = owner.button("Yes, call it off")
    await owner.presses("Yes, call it off")
    assert "has been done" in await owner.presses_data(sure["message_id"], data)
    await club.passes(minutes=1)
    assert "Ana, we are sorry: this has to be called off." in ana.sees()
    assert "Ben, we are sorry" in ben.sees()
    message, _ = ana.button("I can't come")
    assert await ana.presses_data(message["message_id"], "evyes:1") == "“Tasting” was called off."
    assert "Nothing is planned" in await ana.says("/events")


async def test_the_list_at_the_door(club: ClubHouse) -> None:
    await planned(club, seats="3")
    clerk, ana = await clerk_of(club), await signs_up(club, "Ana")
    ben = await club.member("Ben")
    await clerk.says("/event 1")
    await clerk.presses("Add a guest")
    await clerk.says(await number_of(club, ben))
    assert "Ben is on the list of “Tasting”. They read it in their chat." in clerk.sees()
    assert "Ben, you are on the list:" in ben.sees()
    assert "Who comes" in await clerk.presses("Add a guest"), "the next one is a tap away"
    await clerk.says("/cancel")
    await clerk.says("/event 1")
    listed = await clerk.presses("Guests")
    assert "1. Ana · " in listed
    assert "2. Ben · " in listed
    await clerk.presses("Ben")
    assert "Not on the list any more." in await clerk.presses("Take off the list")
    assert "Ben, as you told us, you are not on the list any more:" in ben.sees()
    await club.passes(days=14)
    await clerk.says("/event")
    await clerk.presses("Past events")
    await clerk.presses("Tasting")
    assert "1 came." in clerk.sees()
    await clerk.presses("Guests")
    await clerk.presses("Ana")
    assert "Was on the list, and not there." in await clerk.presses("Was not there")
    assert "Was there." in await clerk.presses("Was there after all")
    assert await ana.presses("I can't come") == "“Tasting” has begun, or is over: its list is closed."


async def test_marketers_plan_and_read_no_names_and_clerks_plan_nothing(club: ClubHouse) -> None:
    await planned(club)
    await signs_up(club, "Ana")
    await hire(club, "Marketer", MARKETER)
    maria = club.staff(MARKETER)
    await maria.says("/event 1")
    assert "1 of 2 seats are taken." in maria.sees()
    assert "Guests" not in maria.buttons()
    message, _ = maria.button("Change")
    assert "Ana" not in await maria.presses_data(message["message_id"], "evguests:1.0")
    clerk = await clerk_of(club)
    await clerk.says("/event 1")
    assert "Change" not in clerk.buttons()
    message, _ = clerk.button("Guests")
    assert "owner" in (await clerk.presses_data(message["message_id"], "evoff:1")).lower()
    assert "New event" not in clerk.buttons()
    assert "What is it called?" not in await clerk.says("/event new")
    ana = club.person("Ana")
    assert "What is it called?" not in await ana.says("/event new")


async def test_an_invitation_is_a_campaign_for_all_who_are_not_on_the_list(club: ClubHouse) -> None:
    owner = await planned(club)
    ana, ben = await signs_up(club, "Ana"), await club.member("Ben")
    await owner.says("/event 1")
    card, data = owner.button("Invite members")
    await owner.presses("Invite members")
    assert "Invitation: Tasting" in owner.sees()
    assert "has been done" in await owner.presses_data(card["message_id"], data), (
        "one draft, however often it is pressed"
    )
    await owner.presses("Submit")
    await club.passes(minutes=2)
    await owner.presses("Approve")
    await club.passes(minutes=5)
    assert "Ben, you are invited: <b>Tasting</b>\nSaturday, 5 December, 15:00" in ben.sees()
    assert "you are invited" not in ana.sees(), "she has signed up"
    assert "2 of 2 seats" not in await ben.presses("Details and sign-up")
    assert "You are coming.</b>" in await ben.presses("I'm coming")
    known = await club.query(lambda db: rows.by_key(db, "tasting"))
    assert known is not None


async def test_nobody_is_invited_to_what_was_called_off_meanwhile(club: ClubHouse) -> None:
    owner = await planned(club)
    ben = await club.member("Ben")
    await owner.says("/event 1")
    await owner.presses("Invite members")
    await owner.presses("Submit")
    await owner.says("/event 1")
    await owner.presses("Call it off")
    await owner.presses("Yes, call it off")
    await club.passes(minutes=2)
    assert await owner.presses("Approve") == "“Tasting” was called off."
    await club.passes(minutes=5)
    assert "you are invited" not in ben.sees()


async def test_an_invitation_to_what_is_over_is_not_handed_in(club: ClubHouse) -> None:
    owner = await planned(club)
    await owner.says("/event 1")
    await owner.presses("Invite members")
    await club.passes(days=14)
    assert await owner.presses("Submit") == "“Tasting” has begun, or is over: its list is closed."


async def test_a_guest_who_is_no_member_is_told_of_to_the_clerk(club: ClubHouse) -> None:
    await planned(club, seats="3")
    clerk, ana = await clerk_of(club), await club.member("Ana")
    number = await number_of(club, ana)
    await ana.says("/leave")
    await ana.presses("Leave, keep my data")
    await clerk.says("/event 1")
    await clerk.presses("Add a guest")
    await clerk.says(number)
    assert "Only members can be on the list." in clerk.sees()


@pytest.mark.parametrize(
    "data", ["event:99", "evguests:99.0", "evguest:99", "evset:1.name", "evset:99.title", "evoff:x"]
)
async def test_made_up_buttons_do_nothing(club: ClubHouse, data: str) -> None:
    owner = await planned(club)
    message, _ = owner.button("Change")
    assert "no longer works" in await owner.presses_data(message["message_id"], data)


async def test_the_customers_card_and_their_own_page_tell_of_it(club: ClubHouse) -> None:
    await planned(club)
    clerk, ana = await clerk_of(club), await signs_up(club, "Ana")
    assert "Events: Tasting (5 Dec)" in await clerk.says(f"/customer {await number_of(club, ana)}")
    assert "Events signed up for: 1" in await ana.says("/me")


async def test_the_question_after_the_day_says_which_day_was_understood(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/event new")
    await owner.says("Tasting")
    assert "5 January 2027, 15:00. Where is it?" in await owner.says("5 January 15:00")
