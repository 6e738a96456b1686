"""Asked to end, in the middle of everything: within five seconds, with nothing left half sent."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from storage import members, outbox
from storage.database import Database
from storage.outbox import Lane
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table
from tests.process.real import (
    PATIENCE,
    Bot,
    Telegram,
    a_bot,
    a_telegram,
    campaigns_look_again,
    eventually,
    patience,
    where_it_is_noon,
)

pytestmark = pytest.mark.process

CROWD = range(10_000, 10_060)
BROADCAST = 600
LIMIT = 5.0


def _broadcast(db: Connection) -> None:
    """Promotions for hundreds of people, of which thirty a second go out."""
    now = datetime.now(UTC)
    for number in range(BROADCAST):
        payload = {"text": f"promotion {number}"}
        outbox.put(db, lane=Lane.PROMOTION, chat_id=20_000 + number, method="sendMessage", payload=payload, at=now)


async def _states(database: Database) -> dict[str, int]:
    states = select(outbox_table.c.state)
    return Counter(await database.read(lambda db: db.execute(states).scalars().all()))


async def _everybody_starts(telegram: Telegram) -> None:
    for person in CROWD:
        await telegram.says(person, "/start")


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_within_five_seconds_while_a_broadcast_and_updates_run(
    tmp_path: Path, by: signal.Signals
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with (
        a_telegram(latency=0.05) as telegram,
        a_bot(telegram, url, tmp_path, GUANXI_TELEGRAM__RATE="30", GUANXI_TELEGRAM__PAID_BROADCAST="false") as bot,
    ):
        await telegram.meets(*CROWD)
        await bot.starts()
        async with bot.storage() as database:
            await database.write(_broadcast)
            talking = asyncio.create_task(_everybody_starts(telegram))
            await asyncio.sleep(1.5)
            code, seconds = await bot.ends(by)
            print(f"\n{by.name}: exit code {code} after {seconds:.2f} s")
            assert (code, seconds < LIMIT) == (0, True)
            states = await _states(database)
            assert set(states) <= {"queued", "sent"}
            assert states["sent"] < BROADCAST
            assert "Traceback" not in bot.said()
            await talking
            await bot.starts()
            await _all_were_answered(telegram)
            assert await database.read(_updates) == len(CROWD)


def _updates(db: Connection) -> int:
    return db.execute(select(func.count()).select_from(inbox_table)).scalar_one()


async def _all_were_heard(database: Database) -> None:
    async with patience(PATIENCE, "everybody was heard"):
        while await database.read(_handled) < len(CROWD):  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.05)


def _handled(db: Connection) -> int:
    done = select(func.count()).select_from(inbox_table).where(inbox_table.c.state == "done")
    return db.execute(done).scalar_one()


async def _all_were_answered(telegram: Telegram) -> None:
    await telegram.wrote_to(CROWD)
    chats = await telegram.chats()
    assert {len(chats[person]) for person in CROWD} == {1}


@pytest.mark.parametrize(
    ("trouble", "ends_as"),
    [({"kind": "slow", "seconds": 30}, "queued"), ({"kind": "429", "retry_after": 60}, "queued")],
)
async def test_it_ends_as_soon_while_telegram_keeps_it_waiting(
    tmp_path: Path, trouble: dict[str, object], ends_as: str
) -> None:
    """Calls that are not answered in time are settled as unclear: a reply goes out once more at the next start."""
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with a_telegram() as telegram, a_bot(telegram, url, tmp_path) as bot:
        await telegram.meets(*CROWD)
        await bot.starts()
        await telegram.tell("faults", times=1000, methods=["sendMessage"], **trouble)
        await _everybody_starts(telegram)
        await _waits_in_vain(telegram)
        async with bot.storage() as database:
            await _all_were_heard(database)
        code, seconds = await bot.ends()
        print(f"\n{trouble['kind']}: exit code {code} after {seconds:.2f} s")
        assert (code, seconds < LIMIT) == (0, True), bot.said()
        async with bot.storage() as database:
            states = await _states(database)
            assert set(states) == {ends_as}
            assert states[ends_as] == len(CROWD)
        await telegram.faults("none")
        await bot.starts()
        await telegram.wrote_to(CROWD)


async def _waits_in_vain(telegram: Telegram) -> None:
    async with asyncio.timeout(30):
        while not (await telegram.calls()).get("sendMessage"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)


async def test_it_ends_while_telegram_does_not_answer_at_all(tmp_path: Path) -> None:
    bot = Bot("http://127.0.0.1:9", f"sqlite+aiosqlite:///{tmp_path}/club.db", tmp_path)
    bot.spawns()
    await eventually(lambda: "Telegram does not answer" in bot.said())
    code, seconds = await bot.ends()
    assert (code, seconds < LIMIT) == (0, True)


async def test_members_who_were_told_of_nothing_yet_are_greeted_after_the_next_start(tmp_path: Path) -> None:
    """Not one of a campaign is forgotten because the process ended in the middle of it."""
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"

    def joins(db: Connection) -> None:
        now = datetime.now(UTC)
        for number in range(90):
            one = members.add(
                db, 30_000 + number, name="M", username=None, language="en", zone=where_it_is_noon(), at=now
            )
            members.set_marketing(db, one.id, True)
            members.set_joined(db, one.id, f"GX-{number}", now.replace(microsecond=0) - timedelta(days=3, minutes=1))
        campaigns_look_again(db)

    async with (
        a_telegram() as telegram,
        a_bot(telegram, url, tmp_path, GUANXI_TELEGRAM__RATE="30", GUANXI_TELEGRAM__PAID_BROADCAST="false") as bot,
    ):
        await bot.starts()
        await bot.ends()
        async with bot.storage() as database:
            await database.write(joins)
            await bot.starts()
            await asyncio.sleep(1.0)
            assert (await bot.ends())[0] == 0
            states = await _states(database)
            assert states["queued"] > 0
            assert "sending" not in states
            await bot.starts()
            async with asyncio.timeout(60):
                while await _states(database) != {"sent": 90}:  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        chats = await telegram.chats()
        assert [len(chats[30_000 + number]) for number in range(90)] == [1] * 90
