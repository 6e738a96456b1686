"""Telegram fails in every way it knows: each message still ends in one word, and work goes on when it is over."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage import members
from storage.database import Database
from storage.outbox import Lane
from storage.tables import outbox as outbox_table
from tests.process.real import Bot, a_bot, a_telegram, campaigns_look_again, patience, where_it_is_noon

pytestmark = pytest.mark.process

CROWD = range(10_000, 10_040)
MEMBERS = range(20_000, 20_040)
STORM = 60
"""Calls that fail one after another."""
CANARY = "1000000001:AAcanaryCANARYcanaryCANARYcanaryCANARY"
RESUMES_WITHIN = 5.0


def _they_joined(db: Connection) -> None:
    """Three days ago: a follow-up is due for each."""
    now = datetime.now(UTC)
    for person in MEMBERS:
        one = members.add(db, person, name="M", username=None, language="en", zone=where_it_is_noon(), at=now)
        members.set_joined(db, one.id, f"GX-{person}", now - timedelta(days=3, minutes=1))
        members.set_marketing(db, one.id, True)
    campaigns_look_again(db)


async def _rows(database: Database) -> list[Any]:
    return list(await database.read(lambda db: db.execute(select(outbox_table)).all()))


async def _ends_in_words(database: Database) -> list[Any]:
    """Wait until nothing is open but what the staff group's own limit holds back."""
    async with patience(60, "every message has ended in a word"):
        while True:
            rows = await _rows(database)
            if rows and all(row.ended_at is not None or row.lane == Lane.STAFF for row in rows):
                return rows
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    "trouble",
    [{"kind": "429", "retry_after": 1}, {"kind": "500"}, {"kind": "reset"}, {"kind": "cut"}],
    ids=lambda trouble: str(trouble["kind"]),
)
async def test_whatever_telegram_does_every_message_ends_in_a_word(tmp_path: Path, trouble: dict[str, Any]) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with a_telegram() as telegram, a_bot(telegram, url, tmp_path) as bot:
        await telegram.meets(*CROWD)
        await bot.starts()
        await bot.ends()
        async with bot.storage() as database:
            await database.write(_they_joined)
            await telegram.tell("faults", times=STORM, methods=["sendMessage"], **trouble)
            await bot.starts()
            for person in CROWD:
                await telegram.says(person, "/start")
            await asyncio.sleep(2)
            await telegram.faults("none")
            rows = await _ends_in_words(database)
            chats = await telegram.chats()
        replies, greetings = _copies(chats, CROWD), _copies(chats, MEMBERS)
        words = Counter((Lane(row.lane).name, row.state) for row in rows if row.lane != Lane.STAFF)
        print(f"\n{trouble['kind']}: {dict(words)}, copies of replies {replies}, of greetings {greetings}")
        assert set(replies) <= {0, 1, 2}
        assert set(greetings) <= {0, 1}
        _who_got_nothing_is_listed(rows, chats)


def _copies(chats: dict[int, list[Any]], people: range) -> Counter[int]:
    return Counter(len(chats.get(person, [])) for person in people)


def _who_got_nothing_is_listed(rows: list[Any], chats: dict[int, list[Any]]) -> None:
    unknown = {row.chat_id for row in rows if row.state == "unknown"}
    missing = {person for person in (*CROWD, *MEMBERS) if not chats.get(person)}
    assert missing <= unknown


async def test_after_a_storm_of_429_work_goes_on_within_five_seconds(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with a_telegram() as telegram, a_bot(telegram, url, tmp_path) as bot:
        await telegram.meets(*CROWD)
        await bot.starts()
        await telegram.tell("faults", kind="429", times=10_000, methods=["sendMessage"], retry_after=2)
        for person in CROWD:
            await telegram.says(person, "/start")
        await asyncio.sleep(5)
        refused = (await telegram.ask("stats"))["refused"]
        await telegram.faults("none")
        cleared = time.monotonic()
        await telegram.wrote_to(CROWD[:1])
        assert time.monotonic() - cleared < RESUMES_WITHIN
        await telegram.wrote_to(CROWD)
        print(f"\n{refused} refusals in the storm, everybody served {time.monotonic() - cleared:.1f} s after it")
        assert _copies(await telegram.chats(), CROWD) == {1: len(CROWD)}


async def test_updates_that_cannot_be_fetched_for_a_while_are_fetched_afterwards(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with a_telegram() as telegram, a_bot(telegram, url, tmp_path) as bot:
        await telegram.meets(*CROWD)
        await bot.starts()
        for kind in ("500", "reset", "cut", "429"):
            await telegram.faults(kind, 1, methods=["getUpdates"])
        for person in CROWD:
            await telegram.says(person, "/start")
        await telegram.wrote_to(CROWD)
        assert _copies(await telegram.chats(), CROWD) == {1: len(CROWD)}


async def test_the_token_is_never_logged(tmp_path: Path) -> None:
    """Every failure there is, at the level that says most."""
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with (
        a_telegram() as telegram,
        a_bot(telegram, url, tmp_path, "--log", "debug", GUANXI_TELEGRAM__TOKEN=CANARY) as bot,
    ):
        for kind in ("500", "reset", "cut", "429"):
            await telegram.faults(kind, 2)
            await telegram.faults(kind, 2, methods=["getUpdates"])
        await bot.starts()
        for kind in ("500", "reset", "cut", "429"):
            await telegram.faults(kind, 3)
        await asyncio.sleep(4)
        assert (await bot.ends())[0] == 0
        _no_canary(bot)
    await _nobody_listens(tmp_path)


async def _nobody_listens(tmp_path: Path) -> None:
    bot = Bot(
        "http://127.0.0.1:9", f"sqlite+aiosqlite:///{tmp_path}/club.db", tmp_path, "--log", "debug",
        GUANXI_TELEGRAM__TOKEN=CANARY,
    )  # fmt: skip
    bot.spawns()
    await bot.says("Telegram does not answer")
    await bot.ends()
    _no_canary(bot)


async def test_a_token_that_telegram_does_not_know_ends_the_start_with_one_line(tmp_path: Path) -> None:
    async with a_telegram() as telegram:
        bot = Bot(telegram.address, f"sqlite+aiosqlite:///{tmp_path}/club.db", tmp_path, GUANXI_TELEGRAM__TOKEN="1:x")
        bot.spawns()
        assert await bot.ended() == 2
        last = bot.said().splitlines()[-1]
        assert last.startswith("telegram.token: Telegram says")
        assert "Traceback" not in bot.said()


def _no_canary(bot: Bot) -> None:
    log = bot.log.read_text()
    assert log
    assert CANARY.partition(":")[2] not in log
    assert "Traceback" not in log
