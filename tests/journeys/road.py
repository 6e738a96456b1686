"""What the tests of journeys share: a welcome in three steps, and where everybody is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from campaigns import campaigns
from storage.campaigns import Campaign
from storage.tables import journey_position, journey_visit, member
from tests.campaigns.desk import goes_on
from tests.club import MARKETER, OWNER, ClubHouse

Json = dict[str, Any]


def says(name: str, text: str, **more: Any) -> Json:
    return {"name": name, "texts": {"en": f"{text}, {{{{ name }}}}?"}} | more


WELCOME: Json = {
    "key": "welcome",
    "kind": "service",  # no limit of contacts, no night
    "moment": {"when": "now"},
    "steps": [
        says("hello", "Hello"),
        {"wait": {"days": 3}},
        says("points", "Points"),
        {"wait": {"days": 7}},
        says("more", "More"),
    ],
}


async def on(club: ClubHouse, **changes: Any) -> Campaign:
    """A journey that is on, with all done that can be done now."""
    rules = club.work.terms.club

    def unit(db: Connection) -> Campaign:
        now = club.clock.now()
        submitted = campaigns.submit(
            db, campaigns.create(db, WELCOME | changes, MARKETER, rules, now), None, rules, now
        )
        return campaigns.approve(db, submitted, OWNER, "owner", rules, now)

    made = await club.database.write(unit)
    await later(club)
    return made


async def later(club: ClubHouse, **time_passed: float) -> None:
    """So much time goes by at once, and what is due then happens."""
    club.clock.move_to(club.clock.now() + timedelta(**time_passed))
    for _ in range(3):
        await goes_on(club)
        club.clock.move_to(club.clock.now() + timedelta(seconds=1, milliseconds=100))


async def places(club: ClubHouse) -> dict[str, str]:
    """Where each member is, or why they left; by name of the step, by member number."""
    query = select(member.c.number, journey_position.c.step, journey_position.c.exit).join(
        member, member.c.id == journey_position.c.member_id
    )
    rows = await club.query(lambda db: db.execute(query.order_by(journey_position.c.id)).all())
    return {row.number: row.exit or row.step for row in rows}


async def visits(club: ClubHouse) -> list[str]:
    """The steps that somebody came to, in order."""
    query = select(journey_visit.c.step).order_by(journey_visit.c.at, journey_visit.c.step)
    return list(await club.query(lambda db: db.execute(query).scalars().all()))
