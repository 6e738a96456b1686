"""An event that the owner plans as people do: by the questions of the form."""

from __future__ import annotations

from tests.club import OWNER, ClubHouse, Person


async def planned(
    club: ClubHouse, *, seats: str = "2", when: str = "5 December 15:00", title: str = "Tasting"
) -> Person:
    """The owner, in front of the card of a new event."""
    owner = club.staff(OWNER)
    await owner.says("/event new")
    for answer in (title, when, "The tea house, 3 Nanjing Road", seats, "Five teas, one hour, free of charge."):
        await owner.says(answer)
    return owner


async def signs_up(club: ClubHouse, name: str, language: str = "en") -> Person:
    """A member who presses the button under the only event; in English, 简体 or 繁體."""
    person = await club.member(name, language)
    await person.says("/events")
    known = {"I'm coming", "Wait for a seat", "我要报名", "我要候补", "我要報名", "我要候補"}
    await person.presses(next(label for label in person.buttons() if label in known))
    return person
