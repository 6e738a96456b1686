"""The program stops and starts again: whoever was in the middle of something goes on."""

from __future__ import annotations

from tests.club import ClubHouse, Person, open_house


def again(club: ClubHouse, person: Person) -> Person:
    """The same person, talking to the club that has just come up."""
    return Person(club, person.id, person.chat_id)


async def test_a_form_goes_on_where_it_was(any_url: str) -> None:
    async with open_house(any_url) as club:
        ana = club.person("Ana")
        await ana.says("/join")
        await ana.presses("I agree")
        await ana.says("Ana")
    async with open_house(any_url, world=club.world) as club:
        ana = again(club, ana)
        assert "Which city" in await ana.says("14 March")
    async with open_house(any_url, world=club.world) as club:
        ana = again(club, ana)
        assert "What do you care about?" in await ana.presses("Skip")
        await ana.presses("Skip")
        assert "Welcome, <b>Ana</b>" in await ana.presses("Yes")
        assert "14 March" in await ana.says("/me")


async def test_what_was_put_aside_survives_too(sqlite_url: str) -> None:
    async with open_house(sqlite_url) as club:
        ana = club.person("Ana")
        await ana.says("/join")
        await ana.presses("I agree")
        await ana.says("/complain")
    async with open_house(sqlite_url, world=club.world) as club:
        heard = await again(club, ana).says("The cup was cracked")
        assert "#1001" in heard
        assert "What may we call you?" in heard


async def test_what_was_said_while_nobody_was_there_is_answered_in_order(sqlite_url: str) -> None:
    async with open_house(sqlite_url) as club:
        ana = club.person("Ana")
        await ana.says("/join")
        await ana.presses("I agree")
    for words in ("Ana", "14 March", "Berlin"):
        club.world.say(ana.id, words)
    async with open_house(sqlite_url, world=club.world) as club:
        await club.settled()
        assert "What do you care about?" in again(club, ana).sees()


async def test_a_form_that_this_version_no_longer_knows_is_none(club: ClubHouse) -> None:
    from sqlalchemy import update

    from storage.tables import form

    ana = club.person("Ana")
    await ana.says("/join")
    await club.database.write(lambda db: db.execute(update(form).values(field="shoe_size")))
    assert "#1001" in await ana.says("44")
    await club.database.write(lambda db: db.execute(update(form).values(name="survey")))
    assert "No question is open" in await ana.says("/cancel")
