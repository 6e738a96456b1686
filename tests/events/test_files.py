"""What becomes of a seat when a file changes: leaving, being forgotten, two files that are one; and the copy of one's
data."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from club import merges
from storage import events as rows
from storage import members
from storage.events import COMING, WAITING
from tests.club import OWNER, ClubHouse, Person
from tests.events.calendar import planned, signs_up
from tests.privacy.test_export import files


async def test_whoever_leaves_the_club_frees_their_seat(club: ClubHouse) -> None:
    await planned(club, seats="1")
    ana, ben = await signs_up(club, "Ana"), await signs_up(club, "Ben")
    await ana.says("/leave")
    await ana.presses("Leave, keep my data")
    await club.passes(minutes=1)
    assert "Ben, a seat has come free" in ben.sees()


async def test_whoever_is_forgotten_is_on_no_list_any_more(club: ClubHouse) -> None:
    await planned(club, seats="1", when="1 March 15:00")
    ana, ben = await signs_up(club, "Ana"), await signs_up(club, "Ben")
    await club.forgets(ana)
    await club.passes(minutes=1)
    assert "Ben, a seat has come free" in ben.screen()[-1]
    owner = club.staff(OWNER)
    await owner.says("/event 1")
    assert "Ana" not in await owner.presses("Guests")


async def test_of_two_files_of_one_person_the_better_place_holds(any_club: ClubHouse) -> None:
    club = any_club
    await planned(club, seats="2")
    ana, bea = await signs_up(club, "Ana"), await signs_up(club, "Bea")
    cho, dan = await signs_up(club, "Cho"), await signs_up(club, "Dan")
    await club.database.write(partial(_join, club=club, source=ana, target=cho))
    assert await _states(club, bea, cho, dan) == [COMING, COMING, WAITING]
    await club.database.write(partial(_join, club=club, source=bea, target=cho))
    assert await _states(club, cho, dan) == [COMING, COMING], "two seats of one person: one is free"
    await club.passes(minutes=1)
    assert "Dan, a seat has come free" in dan.sees()


def _join(db: Any, club: ClubHouse, source: Person, target: Person) -> None:
    one, other = members.by_telegram_id(db, source.id), members.by_telegram_id(db, target.id)
    assert one is not None
    assert other is not None
    merges.join(db, one.id, other.id, "the same", staff_id=OWNER, club=club.work.terms.club, now=club.clock.now())


async def _states(club: ClubHouse, *people: Person) -> list[str | None]:
    def look(db: Any) -> list[str | None]:
        found = [members.by_telegram_id(db, one.id) for one in people]
        guests = [rows.guest(db, 1, one.id) if one else None for one in found]
        return [guest.state if guest else None for guest in guests]

    states: list[str | None] = await club.query(look)
    return states


async def test_the_copy_of_ones_data_has_what_one_signed_up_for(club: ClubHouse) -> None:
    await planned(club, title="Tasting / 品茶会 / 品茶會")
    ming = await signs_up(club, "小明", "zh-hans")
    await ming.says("/export")
    sent = files(club, ming)
    page, data = (next(sent[name] for name in sent if name.endswith(end)).decode() for end in (".html", ".json"))
    assert "品茶会" in page
    assert "已报名" in page
    event = json.loads(data)["events"][0]
    assert (event["title"], event["state"], event["seats"]) == ("品茶会", "coming", 1)
