"""Killed with SIGKILL again and again in the middle of a broadcast: a promotion reaches nobody twice, a service notice
everybody, and each member of the audience ends in exactly one word.

    GUANXI_BROADCAST_KILLS=200 GUANXI_BROADCAST_MEMBERS=20000 pytest tests/process/test_broadcast_killed.py -s
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from campaigns import campaigns
from campaigns.steps import DONE
from club.club import CampaignRules
from storage import members
from storage.database import Database
from storage.tables import campaign_send, member
from storage.tables import outbox as outbox_table
from tests.club import a_club
from tests.process.real import Bot, Telegram, a_bot, a_telegram, where_it_is_noon

SEED = int(os.environ.get("GUANXI_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
KILLS = int(os.environ.get("GUANXI_BROADCAST_KILLS", "4"))
MEMBERS = int(os.environ.get("GUANXI_BROADCAST_MEMBERS", "600"))
FIRST = 50_000
LATENCY = 0.03
"""Seconds that Telegram takes for each call: there is always something under way to be cut."""
BEGINS_WITHIN = 20.0
"""Seconds after which there is nothing left to be sent."""
ALL_SENT = {"sent", "unknown"}


def people(db: Connection, count: int = MEMBERS) -> None:
    """Members who want to hear from the club, where it is noon."""
    now = datetime.now(UTC)
    one = members.add(db, FIRST, name="M", username=None, language="en", zone=where_it_is_noon(), at=now)
    columns = {"status": "member", "language": "en", "zone": one.zone, "marketing": 1, "created_at": now}
    db.execute(member.update().values(status="member", number="GX-0", marketing=1, joined_at=now))
    rows = [
        columns | {"telegram_id": FIRST + number, "number": f"GX-{number}", "joined_at": now}
        for number in range(1, count)
    ]
    for start in range(0, len(rows), 5_000):
        db.execute(insert(member), rows[start : start + 5_000])


def _begins(db: Connection, kind: str) -> int:
    """The campaign is on; its id."""
    now, club = datetime.now(UTC), a_club(campaigns=CampaignRules(approve_above=10**9))
    texts = {"en": "Tea for {{ name|default('you') }}: shall we put one aside?"}
    data = {"key": f"tea-{kind}", "kind": kind, "texts": texts, "holdout": 0}
    if kind == "promotion":
        data |= {"ends_on": "2099-12-31"}
    draft = campaigns.create(db, data, None, club, now)
    submitted = campaigns.submit(db, draft, None, club, now)
    return campaigns.approve(db, submitted, None, "owner", club, now).id


async def dies(bot: Bot, telegram: Telegram, chance: random.Random) -> bool:
    """It is killed in the middle of its work; False where there was nothing left to be sent."""
    before = await _sent(telegram)
    await bot.says('"ready"')
    try:
        async with asyncio.timeout(BEGINS_WITHIN):
            while await _sent(telegram) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    except TimeoutError:
        return False
    finally:
        await asyncio.sleep(chance.uniform(0.0, 0.5))
        bot.kill()
    return True


async def _sent(telegram: Telegram) -> int:
    return int((await telegram.ask("stats"))["sent"])


def under_way(db: Connection) -> int:
    """Messages of the campaign that are neither waiting nor known to have arrived."""
    sending = (outbox_table.c.state == "sending", outbox_table.c.send_id.is_not(None))
    return int(db.execute(select(func.count()).select_from(outbox_table).where(*sending)).scalar_one())


async def _ends(database: Database, campaign_id: int) -> None:
    async with asyncio.timeout(120 + MEMBERS / 50):
        while (await database.read(lambda db: campaigns.existing(db, campaign_id))).state != DONE:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def _survives(kind: str, home: Path) -> tuple[Counter[str], Counter[int], list[int]]:
    """Words of the lines, copies that each member got, and how many were under way at each kill."""
    print(f"\nGUANXI_KILL_SEED={SEED}")
    chance, began, cut = random.Random(f"{SEED}{kind}"), time.monotonic(), []
    # slow enough that the broadcast lasts for all the kills, so that each of them cuts something
    rate = str(max(60, min(1000, MEMBERS // max(KILLS, 1) * 2)))
    url = f"sqlite+aiosqlite:///{home}/club.db"
    more = {"GUANXI_TELEGRAM__RATE": rate, "GUANXI_CLUB__TIME_ZONE": where_it_is_noon()}
    async with a_telegram(latency=LATENCY) as telegram, a_bot(telegram, url, home, **more) as bot:
        await bot.starts()
        await bot.ends()
        async with bot.storage() as database:
            await database.write(people)
            campaign_id = await database.write(lambda db: _begins(db, kind))
            for _ in range(KILLS):
                bot.spawns()
                left = await dies(bot, telegram, chance)
                cut.append(await database.read(under_way))
                if not left:
                    break
            await bot.starts()
            await _ends(database, campaign_id)
            assert (await bot.ends())[0] == 0
            words = await database.read(lambda db: _words(db, campaign_id))
        copies = await _copies(telegram)
    assert sum(words.values()) == MEMBERS
    await _agree(kind, words, copies)
    print(
        f"{kind}: {len(cut)} kills, {MEMBERS} members, {dict(words)}, copies {dict(Counter(copies.values()))}, "
        f"under way at the kills {sum(cut)} (most {max(cut)}), {time.monotonic() - began:.0f} s"
    )
    return words, copies, cut


def _words(db: Connection, campaign_id: int) -> Counter[str]:
    """How many lines ended with each word; each member has one."""
    rows = db.execute(
        select(campaign_send.c.member_id, campaign_send.c.state).where(campaign_send.c.campaign_id == campaign_id)
    ).all()
    assert len({row.member_id for row in rows}) == len(rows)
    return Counter(row.state for row in rows)


async def _copies(telegram: Telegram) -> Counter[int]:
    """How often each member has the message on their screen."""
    copies: Counter[int] = Counter(dict.fromkeys(range(FIRST, FIRST + MEMBERS), 0))
    for _, chat, method in await telegram.ask("sends"):
        if method == "sendMessage" and int(chat) in copies:
            copies[int(chat)] += 1
    return copies


async def _agree(kind: str, words: Counter[str], copies: Counter[int]) -> None:
    """What is called sent has arrived, and who got nothing is listed as unclear."""
    assert set(words) <= ALL_SENT, words
    missing = sum(times == 0 for times in copies.values())
    assert missing <= words["unknown"], f"{kind}: {missing} got nothing, {words['unknown']} are listed"


@pytest.mark.process
@pytest.mark.timeout(300 + 10 * KILLS + MEMBERS // 20)
async def test_a_promotion_reaches_nobody_twice_however_often_the_process_is_killed(tmp_path: Path) -> None:
    words, copies, cut = await _survives("promotion", tmp_path)
    assert max(copies.values()) == 1, "somebody has it twice"
    assert words["unknown"] <= sum(cut), "more are unclear than were under way"


@pytest.mark.process
@pytest.mark.timeout(300 + 10 * KILLS + MEMBERS // 20)
async def test_a_service_notice_is_lost_to_nobody_and_comes_twice_at_most(tmp_path: Path) -> None:
    _, copies, _ = await _survives("service", tmp_path)
    assert max(copies.values()) <= 2
    assert [chat for chat, times in copies.items() if times == 0] == []
