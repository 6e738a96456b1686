"""Killed with SIGKILL again and again while members go through a journey: everybody is in one place, comes to each step
once, in its order, and leaves at its end; a promotion's steps reach nobody twice, a service notice's everybody.

    GUANXI_JOURNEY_KILLS=100 GUANXI_JOURNEY_MEMBERS=2000 pytest tests/process/test_journey_killed.py -s
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

from campaigns import campaigns
from club.club import CampaignRules
from storage.database import Database
from storage.tables import campaign, campaign_send, journey_position, journey_visit, member
from tests.club import a_club
from tests.process.real import Telegram, a_bot, a_telegram, where_it_is_noon
from tests.process.test_broadcast_killed import FIRST, LATENCY, SEED, dies, people, under_way

KILLS = int(os.environ.get("GUANXI_JOURNEY_KILLS", "3"))
MEMBERS = int(os.environ.get("GUANXI_JOURNEY_MEMBERS", "40"))
SAYS = ("one", "two", "three")
STEPS = [
    {"name": "one", "texts": {"en": "one: shall we?"}},
    {"name": "wait-one", "wait": {"days": 1}},
    {"name": "two", "texts": {"en": "two: shall we?"}},
    {"name": "wait-two", "wait": {"days": 1}},
    {"name": "three", "texts": {"en": "three: shall we?"}},
]
Copies = dict[int, list[str]]
"""What each member has on their screen, in the order in which it came."""


def _begins(db: Connection, kind: str) -> int:
    """The journey is on; its id."""
    now, club = datetime.now(UTC), a_club(campaigns=CampaignRules(approve_above=10**9))
    data = {"key": f"way-{kind}", "kind": kind, "moment": {"when": "now"}, "steps": STEPS, "holdout": 0}
    if kind == "promotion":
        data |= {"ends_on": "2099-12-31"}
    submitted = campaigns.submit(db, campaigns.create(db, data, None, club, now), None, club, now)
    return campaigns.approve(db, submitted, None, "owner", club, now).id


def _a_day_passes(db: Connection, parts: int = 1, which: int = 0) -> None:
    """For those who wait; of so many parts of them for one only, so that members are all over the journey."""
    now, here = datetime.now(UTC), journey_position.c
    waits = (here.due_at > now, here.id % parts == which)
    db.execute(update(journey_position).where(*waits).values(due_at=now))
    db.execute(update(campaign).where(campaign.c.look_at.is_not(None)).values(look_at=now))


def _inside(db: Connection) -> int:
    on_the_way = journey_position.c.left_at.is_(None)
    count = int(db.execute(select(func.count()).select_from(journey_position).where(on_the_way)).scalar_one())
    come = int(db.execute(select(func.count()).select_from(journey_position)).scalar_one())
    return count + MEMBERS - come


async def _all_arrive(database: Database) -> None:
    async with asyncio.timeout(120 + MEMBERS / 10):
        while await database.read(_inside):
            await database.write(_a_day_passes)
            await asyncio.sleep(0.2)


async def _survives(kind: str, home: Path) -> tuple[Copies, Counter[str], int]:
    """What arrived, the words of the lines, and how many messages were under way at all kills together."""
    print(f"\nGUANXI_KILL_SEED={SEED}")
    chance, began, cut = random.Random(f"{SEED}journey{kind}"), time.monotonic(), []
    rate = str(max(20, min(1000, 2 * MEMBERS // max(KILLS, 1))))  # so that each kill cuts something
    more = {
        "GUANXI_TELEGRAM__RATE": rate,
        "GUANXI_CLUB__TIME_ZONE": where_it_is_noon(),
        "GUANXI_CAMPAIGNS__CONTACTS_MOST": "100",
    }
    url = f"sqlite+aiosqlite:///{home}/club.db"
    async with a_telegram(latency=LATENCY) as telegram, a_bot(telegram, url, home, **more) as bot:
        await bot.starts()
        await bot.ends()
        async with bot.storage() as database:
            await database.write(lambda db: people(db, MEMBERS))
            await database.write(lambda db: _begins(db, kind))
            for _ in range(KILLS):
                bot.spawns()
                await dies(bot, telegram, chance)
                cut.append(await database.read(under_way))
                await database.write(partial(_a_day_passes, parts=3, which=chance.randrange(3)))
            await bot.starts()
            await _all_arrive(database)
            assert (await bot.ends())[0] == 0
            words = await database.read(_settled)
        copies = await _copies(telegram)
    seen = Counter(len(found) for found in copies.values())
    took = time.monotonic() - began
    print(
        f"{kind}: {KILLS} kills, {MEMBERS} members, {dict(words)}, messages each {dict(seen)}, cut {cut}, {took:.0f} s"
    )
    return copies, words, sum(cut)


def _settled(db: Connection) -> Counter[str]:
    """Everybody was in one place and came to every step; each has one line for each message. Their words."""
    ways = db.execute(select(journey_position.c.member_id, journey_position.c.exit)).all()
    assert len({one.member_id for one in ways}) == len(ways) == MEMBERS
    assert {one.exit for one in ways} == {"finished"}
    steps = db.execute(select(journey_visit.c.step, func.count().label("times")).group_by(journey_visit.c.step)).all()
    assert {one.step: one.times for one in steps} == {one["name"]: MEMBERS for one in STEPS}
    line = campaign_send.c
    lines = db.execute(select(line.member_id, line.step, line.state)).all()
    assert Counter(Counter((one.member_id, one.step) for one in lines).values()) == {1: 3 * MEMBERS}
    assert db.execute(select(func.count()).select_from(member)).scalar_one() == MEMBERS
    return Counter(one.state for one in lines)


async def _copies(telegram: Telegram) -> Copies:
    chats = await telegram.chats()
    mine = range(FIRST, FIRST + MEMBERS)
    return {one: [said["text"].partition(":")[0] for said in chats.get(one, []) if ":" in said["text"]] for one in mine}


def _in_order(found: list[str]) -> bool:
    """A later step never comes before an earlier one, be it sent once or twice."""
    return [SAYS.index(one) for one in found] == sorted(SAYS.index(one) for one in found)


@pytest.mark.process
@pytest.mark.timeout(300 + 15 * KILLS + MEMBERS)
async def test_no_step_of_a_promotion_comes_twice_however_often_the_process_is_killed(tmp_path: Path) -> None:
    copies, words, cut = await _survives("promotion", tmp_path)
    assert all(len(set(found)) == len(found) for found in copies.values()), "somebody has a step twice"
    assert all(_in_order(found) for found in copies.values())
    assert set(words) <= {"sent", "unknown"}
    missing = 3 * MEMBERS - sum(len(found) for found in copies.values())
    assert missing <= words["unknown"] <= cut


@pytest.mark.process
@pytest.mark.timeout(300 + 15 * KILLS + MEMBERS)
async def test_no_step_of_a_service_notice_is_lost_and_each_comes_twice_at_most(tmp_path: Path) -> None:
    copies, words, _ = await _survives("service", tmp_path)
    assert all(set(found) == set(SAYS) for found in copies.values()), "somebody lost a step"
    assert max(Counter(found).most_common(1)[0][1] for found in copies.values()) <= 2
    assert all(_in_order(found) for found in copies.values())
    assert set(words) <= {"sent", "unknown"}
