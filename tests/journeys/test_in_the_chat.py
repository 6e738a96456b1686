"""A marketer composes a journey by buttons, changes it while members are inside, and reads how it goes."""

from __future__ import annotations

from storage.tables import journey_position
from tests.campaigns.test_in_the_chat import marketer, state
from tests.club import ClubHouse, Person
from tests.journeys.road import later, places


async def composed(person: Person) -> str:
    """A draft whose first message greets whoever joins; the card."""
    await person.says("/campaigns")
    await person.presses("New journey")
    await person.says("Warm welcome")
    await person.says("/skip")
    await person.presses("Service notice")
    await person.presses("All members")
    await person.presses("Once it is approved")
    await person.presses("Whoever replies")
    await person.says("Hello {{ name }}, all well?")
    await person.says("/skip")
    await person.says("/skip")
    return await person.presses("No button")


async def adds(person: Person, what: str, *answers: str, where: str = "Add a step") -> str:
    await person.presses(where)
    heard = await person.presses(what)
    for answer in answers:
        heard = await person.says(answer)
    return heard


async def test_a_journey_is_composed_by_buttons_and_goes_its_way(any_club: ClubHouse) -> None:
    ana, maria = await any_club.member("Ana"), await marketer(any_club)
    card = await composed(maria)
    assert "1. 💬 Hello {{ name }}, all well?" in card
    assert "for whoever replies, complains, or leaves the club" in card
    await maria.presses("Steps")
    await adds(maria, "Wait", "3")
    await adds(maria, "Condition", "Never bought")
    await maria.presses("3. ❓")
    await adds(maria, "Message", "Shall we show you round?", "/skip", "/skip", "Yes, please", where="Add under yes")
    await maria.presses("3. ❓")
    await adds(maria, "End", where="Add under no")
    card = await maria.presses("The campaign")
    assert "3. ❓ " in card
    assert "┊ yes → 4. 💬 Shall we show you round?" in card
    assert "┊ no → 5. 🏁 the end" in card
    await maria.presses("Submit")
    await maria.presses("Approve")
    await later(any_club)
    assert "Hello Ana, all well?" in ana.sees()
    assert "2. ⏳ 3 days · <b>1</b>" in await maria.says("/campaign warm-welcome")
    assert "goes on 25 Nov 2026" in await maria.says("/why 10017 warm-welcome")
    await later(any_club, days=3)
    assert any("Shall we show you round?" in text for text in ana.screen())
    await ana.presses("Yes, please")
    report = await maria.says("/campaign report warm-welcome")
    assert "4. 💬 Shall we show you round?: 1 came · sent 1 · replied 1" in report
    assert "they had come to its end" in await maria.says("/why 10017 warm-welcome")


async def test_a_condition_may_be_what_they_did_with_its_own_messages(any_club: ClubHouse) -> None:
    ana, bo = await any_club.member("Ana"), await any_club.member("Bo")
    maria = await marketer(any_club)
    await maria.says("/campaigns")
    await maria.presses("New journey")
    await maria.says("Warm welcome")
    await maria.says("/skip")
    for label in ("Service notice", "All members", "Once it is approved", "Nobody else"):
        await maria.presses(label)
    await maria.says("Hello {{ name }}, all well?")
    await maria.says("/skip")
    await maria.says("/skip")
    await maria.presses("Yes, please")
    await maria.presses("Steps")
    await adds(maria, "Wait", "1")
    await adds(maria, "Condition", "Pressed a button")
    await maria.presses("3. ❓")
    await adds(maria, "Message", "Shall we go on, {{ name }}?", "/skip", "/skip", "No button", where="Add under yes")
    await maria.presses("3. ❓")
    await adds(maria, "Condition", "Replied", where="Add under no")
    card = await maria.presses("The campaign")
    assert "pressed a button of the campaign “warm-welcome”" in card
    assert "replied to the campaign “warm-welcome”" in card
    await maria.presses("Submit")
    await maria.presses("Approve")
    await later(any_club)
    await ana.presses("Yes, please")
    await later(any_club, days=1)
    assert any("Shall we go on, Ana?" in text for text in ana.screen())
    assert not any("Shall we go on" in text for text in bo.screen())


async def test_a_step_is_changed_and_taken_out_and_a_message_has_to_stay(club: ClubHouse) -> None:
    maria = await marketer(club)
    await composed(maria)
    await maria.presses("Steps")
    await adds(maria, "Task for a colleague", "Call them")
    await maria.presses("2. ☎️")
    await maria.presses("Change it")
    assert "2. ☎️ Write to them" in "".join((await maria.says("Write to them"), *maria.buttons()))
    await maria.presses("1. 💬")
    assert "a message among them" in await maria.presses("Take it out")
    await maria.says("/campaign warm-welcome")
    await maria.presses("Steps")
    await maria.presses("2. ☎️")
    await maria.presses("Take it out")
    assert not any("☎️" in label for label in maria.buttons())


async def test_those_inside_are_asked_about_when_it_is_changed(any_club: ClubHouse) -> None:
    ana, maria = await any_club.member("Ana"), await marketer(any_club)
    await composed(maria)
    await maria.presses("Steps")
    await adds(maria, "Wait", "3")
    await adds(maria, "Message", "And now, {{ name }}?", "/skip", "/skip", "Yes, please")
    await maria.presses("The campaign")
    await maria.presses("Submit")
    await maria.presses("Approve")
    await later(any_club)
    await maria.says("/campaign warm-welcome")
    assert "1 member is inside" in await maria.presses("Change the journey")
    await maria.presses("Go on with the new")
    assert await state(any_club, "warm-welcome") == "draft"
    await later(any_club, days=4)
    assert not any("And now" in text for text in ana.screen()), "it rests while it is changed"
    await maria.says("/campaign warm-welcome")
    await maria.presses("Steps")
    await maria.presses("3. 💬")
    await maria.presses("Change it")
    for answer in ("Something else, {{ name }}?", "/skip", "/skip"):
        await maria.says(answer)
    await maria.presses("Yes, please")
    assert "Then they go on with the new steps" in await maria.says("/campaign warm-welcome")
    await maria.presses("Submit")
    await maria.presses("Approve")
    await later(any_club, seconds=2)
    assert any("Something else, Ana?" in text for text in ana.screen())


async def test_a_change_that_is_not_wanted_is_taken_back(any_club: ClubHouse) -> None:
    await any_club.member("Ana")
    maria = await marketer(any_club)
    await composed(maria)
    await maria.presses("Steps")
    await adds(maria, "Wait", "3")
    await maria.presses("The campaign")
    await maria.presses("Submit")
    await maria.presses("Approve")
    await later(any_club)
    await maria.says("/campaign warm-welcome")
    await maria.presses("Change the journey")
    await maria.presses("Be taken out")
    await adds(maria, "Task for a colleague", "Call them")
    await maria.says("/campaign warm-welcome")
    assert "Call them" not in await maria.presses("Leave it as it was")
    assert await state(any_club, "warm-welcome") == "running"
    await later(any_club, hours=1)
    assert await places(any_club) == {"10017": "wait-1"}
    await later(any_club, days=3)
    assert await places(any_club) == {"10017": "finished"}
    assert len(await any_club.query(lambda db: db.execute(journey_position.select()).all())) == 1


async def test_what_rested_when_it_was_opened_rests_when_it_is_left_as_it_was(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await composed(maria)
    await maria.presses("Steps")
    await adds(maria, "Wait", "3")
    await adds(maria, "Message", "And now, {{ name }}?", "/skip", "/skip", "Yes, please")
    await maria.presses("The campaign")
    await maria.presses("Submit")
    await maria.presses("Approve")
    await later(club)
    await maria.says("/campaign warm-welcome")
    await maria.presses("Pause")
    await maria.presses("Change the journey")
    await maria.presses("Finish the old steps")
    await maria.says("/campaign warm-welcome")
    await maria.presses("Leave it as it was")
    assert await state(club, "warm-welcome") == "paused"
    await later(club, days=4)
    assert not any("And now" in text for text in ana.screen()), "nobody has said that it goes on"
    await maria.says("/campaign warm-welcome")
    await maria.presses("Go on")
    await later(club, seconds=2)
    assert any("And now, Ana?" in text for text in ana.screen())
