"""A marketer composes, asks for approval, watches and reads the report; all of it in the chat."""

from __future__ import annotations

from sqlalchemy import Connection

from storage import staff
from tests.campaigns.desk import goes_on
from tests.club import MARKETER, ClubHouse, Person


async def marketer(club: ClubHouse) -> Person:
    """Maria, taken on as a marketer."""

    def unit(db: Connection) -> None:
        staff.put(db, MARKETER, "marketer", club.clock.now())
        staff.set_name(db, MARKETER, "Maria")

    await club.database.write(unit)
    return club.staff(MARKETER)


async def composed(maria: Person, *, kind: str = "News", text: str = "Hello {{ name }}, shall we?") -> str:
    """A draft by the form, in English only."""
    await maria.says("/campaign new")
    await maria.says("Autumn tea")
    await maria.says("Bring regulars back")
    await maria.presses(kind)
    await maria.presses("All members")
    await maria.presses("Once it is approved")
    await maria.says(text)
    await maria.says("/skip")
    await maria.says("/skip")
    await maria.presses("Yes, please")
    if kind == "Promotion":
        await maria.presses("In two weeks")
    return await maria.says("/skip")


async def test_a_marketer_composes_sends_and_reads_the_report(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    maria = await marketer(any_club)
    card = await composed(maria)
    assert "Saved as a draft" in card
    assert "Autumn tea" in card
    assert "At this moment: <b>1</b>" in card
    assert "Hello" in await maria.presses("Test to me")
    assert "shall we?" not in ana.sees()
    await maria.presses("Submit")
    await maria.presses("Approve")
    await goes_on(any_club)
    assert "Hello Ana, shall we?" in ana.sees()
    assert "Thank you" in await ana.presses("Yes, please")
    report = await maria.says("/campaign report autumn-tea")
    assert "<b>Sent:</b> 1\n<b>Replied:</b> 1\n<b>Pressed a button:</b> 1" in report
    assert "got <b>Autumn tea</b>" in await maria.says("/why 10017 autumn-tea")
