"""Whatever asks at the same moment: one turn for each member and period, on either database."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import Connection, func, insert, select, update

from storage import members, survey_turns, surveys
from storage.database import open_database
from storage.sealing import Vault
from storage.tables import campaign, campaign_send, survey_turn
from tests.club import MASTER_KEY, NOON

PERIOD = "2026-11"
PEOPLE, CAMPAIGNS = 12, 4


def _furnish(db: Connection) -> None:
    for number in range(1, PEOPLE + 1):
        members.add(db, number, name=f"M{number}", username=None, language="en", zone="UTC", at=NOON)
    for number in range(1, CAMPAIGNS + 1):
        surveys.add(db, '{"set": "own", "title": null, "questions": []}', 1, NOON)
        values = {"id": number, "key": f"s{number}", "kind": "survey", "state": "running", "version": 1}
        db.execute(insert(campaign).values(**values))
        lines = [
            {
                "id": number * 100 + one,
                "campaign_id": number,
                "member_id": one,
                "occasion": "once",
                "variant": 1,
                "state": "queued",
                "due_at": NOON,
                "fed_at": NOON,
            }
            for one in range(1, PEOPLE + 1)
        ]
        db.execute(insert(campaign_send), lines)


def _claim(db: Connection, number: int) -> None:
    """A campaign's turn, for all members at once."""
    ids = [number * 100 + one for one in range(1, PEOPLE + 1)]
    survey_turns.claim(db, ids, number, PERIOD, NOON)


def _calls(db: Connection, member_id: int) -> None:
    """A colleague rings somebody up."""
    survey_turns.take(db, member_id, 1 + member_id % CAMPAIGNS, PERIOD, 9, NOON)


def _came_of_it(db: Connection) -> tuple[int, int, int]:
    """Turns, members with one, and lines of campaigns that may still be sent."""
    turns, people = db.execute(select(func.count(), func.count(survey_turn.c.member_id.distinct()))).one()
    queued = select(func.count()).select_from(campaign_send).where(campaign_send.c.state == "queued")
    return turns, people, db.execute(queued).scalar_one()


async def test_of_all_who_ask_at_once_one_gets_the_turn(any_url: str) -> None:
    database = await open_database(any_url, Vault(MASTER_KEY), deadline=60)
    try:
        await database.write(_furnish)
        asks = [partial(_claim, number=number) for number in range(1, CAMPAIGNS + 1)]
        calls = [partial(_calls, member_id=one) for one in range(1, PEOPLE + 1, 3)]
        await asyncio.gather(*(database.write(unit) for unit in (*asks, *calls)))
        turns, people, queued = await database.read(_came_of_it)
        assert (turns, people) == (PEOPLE, PEOPLE)
        by_campaign = select(func.count()).select_from(survey_turn).where(survey_turn.c.send_id.is_not(None))
        assert queued == await database.read(lambda db: db.execute(by_campaign).scalar_one())
        await database.write(lambda db: db.execute(update(campaign_send).values(state="queued")))
        await asyncio.gather(*(database.write(unit) for unit in reversed(asks)))
        assert await database.read(_came_of_it) == (PEOPLE, PEOPLE, queued), "asked again, nothing changes"
    finally:
        await database.close()
