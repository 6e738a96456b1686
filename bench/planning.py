"""What campaigns cost before anything is sent: writing an audience down, having thousands of them scheduled. And how
soon a pause stops one that is going out."""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from bench import promotion
from bench.bots import installation
from bench.emulator import Emulator, emulator
from bench.figures import Table, spread
from bench.program import HOME, PYTHON, running
from bot.campaigning import Campaigning
from bot.clock import SystemClock
from campaigns import advance
from storage import campaigns as rows
from storage import migrate
from storage.database import open_database
from storage.sealing import Vault

SIZES, QUICK = (10_000, 100_000, 1_000_000), (10_000, 50_000)
SCHEDULED, FEW = 10_000, 1_000
TICKS = 30
OWNER = 9001
"""Somebody whom the sandbox knows anyway."""
RATES = (30, 1_000)
HELD_OUT = promotion.PROMOTION | {"holdout": 10}
_PEOPLE = """
INSERT INTO member (id, telegram_id, status, number, language, zone, marketing, created_at, joined_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)
SELECT i, 100000 + i, 'member', CAST(i AS TEXT), 'en', 'UTC', 1, 0, 0 FROM n
"""


async def run(quick: bool) -> list[Table]:
    return [await _planned(quick), await _idle(quick), await _paused(quick)]


# ---- an audience written down ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    """One audience written down. Seconds and MB; `longest`: the longest transaction, for which a reply has to wait."""

    seconds: float
    cpu: float
    longest: float
    resident_mb: float
    lines: int


async def _planned(quick: bool) -> Table:
    sizes = QUICK if quick else SIZES
    found = [(size, *await asyncio.to_thread(_in_its_own_process, size)) for size in sizes]
    first = found[0]
    growth = [1e6 * ours.seconds / size for size, ours, _ in found]
    return Table(
        "An audience written down",
        "A promotion to everybody who wants offers, a tenth held out: one line for each member, in transactions of "
        f"{advance.CHUNK:,}, on SQLite with `synchronous=FULL`, in a process of its own. Beside it what one writes "
        "with a loop: read the members, draw each, insert a row each, in one transaction. Targets at a million: 10 s, "
        "200 MB.",
        [
            "members", "s", "µs a member", "against the smallest", "CPU, s", "longest transaction, ms", "RSS, MB",
            "a loop, s", "nobody else writes for, ms", "its RSS, MB",
        ],
        [
            [
                f"{size:,}",
                f"{ours.seconds:.2f}",
                f"{1e6 * ours.seconds / size:.1f}",
                f"{one / growth[0]:.2f} ×",
                f"{ours.cpu:.2f}",
                f"{1000 * ours.longest:.0f}",
                f"{ours.resident_mb:.0f}",
                f"{loop.seconds:.2f}",
                f"{1000 * loop.longest:,.0f}",
                f"{loop.resident_mb:.0f}",
            ]
            for (size, ours, loop), one in zip(found, growth, strict=True)
        ],
        remarks=[f"Linear would be 1.00 × in each row, from {first[0]:,} members on."],
    )  # fmt: skip


def _in_its_own_process(size: int) -> tuple[Planned, Planned]:
    """Ours, and the loop, each over a database of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        database = f"{folder}/club.db"
        asyncio.run(_furnish(database, size))
        return _child(database, "ours"), _child(database, "loop")


def _child(database: str, which: str) -> Planned:
    with running(
        which, [PYTHON, "-m", "bench.planning", database, which], {"PYTHONPATH": str(HOME)}, speaks=True
    ) as one:
        return Planned(**json.loads(one.first_line()))


async def _furnish(path: str, size: int) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{path}", Vault(bytes(32)), deadline=600)
    try:
        await database.write(migrate.upgrade)
        await database.write(lambda db: db.execute(text(_PEOPLE), {"count": size}))
        await database.write(lambda db: promotion.approve(db, HELD_OUT))
    finally:
        await database.close()


async def _write_down(path: str) -> Planned:
    """Step after step as the bot does it, until the whole audience is written down."""
    database = await open_database(f"sqlite+aiosqlite:///{path}", Vault(bytes(32)))
    clock, longest, began, used = SystemClock(), 0.0, time.monotonic(), time.process_time()
    try:
        while True:
            at = time.monotonic()
            await database.write(lambda db: advance.step(db, promotion.CLUB, clock.now(), 600))
            longest = max(longest, time.monotonic() - at)
            campaign = await database.read(lambda db: rows.by_key(db, promotion.KEY))
            if campaign is not None and campaign.planned_until is not None:
                break
        seconds, cpu = time.monotonic() - began, time.process_time() - used
        lines = await database.read(lambda db: db.execute(text("SELECT count(*) FROM campaign_send")).scalar_one())
        return Planned(seconds, cpu, longest, _most_resident(), lines)
    finally:
        await database.close()


def _loop(path: str) -> Planned:
    """The same as one writes it: everybody read, drawn and inserted, one by one."""
    import random

    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE plain (member_id INTEGER PRIMARY KEY, variant INTEGER, state TEXT, due_at INTEGER)")
    began, used, lines = time.monotonic(), time.process_time(), 0
    database.execute("BEGIN IMMEDIATE")
    for member_id, marketing in database.execute("SELECT id, marketing FROM member").fetchall():
        if marketing:
            values = (member_id, int(random.random() >= 0.1), "waiting", 0)
            database.execute("INSERT INTO plain VALUES (?, ?, ?, ?)", values)
            lines += 1
    database.execute("COMMIT")
    seconds = time.monotonic() - began
    return Planned(seconds, time.process_time() - used, seconds, _most_resident(), lines)


def _most_resident() -> float:
    """The most memory that this process ever held, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


# ---- many that are scheduled -----------------------------------------------------------------------------------------


async def _idle(quick: bool) -> Table:
    """A tick over thousands of campaigns of which none has anything to do."""
    found = []
    for count in (100, FEW if quick else SCHEDULED):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            database = await open_database(f"sqlite+aiosqlite:///{folder}/club.db", Vault(bytes(32)), deadline=600)
            try:
                await database.write(migrate.upgrade)
                await database.write(lambda db, count=count: _schedule(db, count))  # type: ignore[misc]
                ticking = Campaigning(database, promotion.CLUB, SystemClock(), 30, lambda: None)
                took = []
                for _ in range(TICKS):
                    began = time.perf_counter()
                    await ticking.advance()
                    await ticking.show()
                    took.append(1000 * (time.perf_counter() - began))
                found.append([f"{count:,}", f"{statistics.median(took):.1f}", f"{max(took):.1f}"])
            finally:
                await database.close()
    return Table(
        "An idle tick of the campaigns",
        "So many are approved and wait for their day, none has anything to do: what each second's tick takes, the "
        "cards included. Target at 10,000: 50 ms.",
        ["campaigns scheduled", "median, ms", "longest, ms"],
        found,
    )


def _schedule(db: Connection, count: int) -> None:
    """So many that speak on a member's birthday, and are looked at tomorrow."""
    data = {"kind": "greeting", "texts": promotion.TEXTS, "moment": {"when": "birthday"}}
    ids = [promotion.approve(db, data | {"key": f"day-{number}"}) for number in range(count)]
    tomorrow = int((time.time() + 86_400) * 1e6)
    db.execute(text("UPDATE campaign SET look_at = :at, plan_at = :at"), {"at": tomorrow})
    assert len(ids) == count


# ---- a pause ---------------------------------------------------------------------------------------------------------


async def _paused(quick: bool) -> Table:
    """How long messages go on leaving after the owner has pressed Pause."""
    rates, rounds = (RATES[-1:], 1) if quick else (RATES, 5)
    found = []
    for rate in rates:
        waits = [await _pause(rate) for _ in range(rounds)]
        found.append([f"{rate:,}/s", spread([1000 * one for one, _ in waits]), spread([left for _, left in waits])])
    return Table(
        "A pause in the middle of a broadcast",
        "The owner presses Pause on the campaign's card; from there until the last message has arrived, 50 ms of "
        "network included, and how many arrived after the press. Target: 1 s.",
        ["rate", "until nothing arrives any more, ms", "messages after the press"],
        found,
    )


async def _pause(rate: int) -> tuple[float, int]:
    with installation(rate) as place:
        place.more["GUANXI_STAFF__OWNERS"] = str(OWNER)
        await promotion.prepare(place, 4 * rate + 500)
        async with emulator(keep=20, per_second=rate, latency=0.05) as sandbox:
            place.api_url = sandbox.url
            with place.running() as program:
                if not await sandbox.sent_reaches(rate, timeout=60):
                    raise RuntimeError(f"the promotion does not begin: {program.complaints()}")
                await _presses(sandbox, "/campaigns", "camp:")
                before = await _presses(sandbox, None, "cpause:")
                await asyncio.sleep(2.5)
                after = [one.at for one in await sandbox.sends() if one.at > before and one.chat != OWNER]
    return (max(after) - before if after else 0.0), len(after)


async def _presses(sandbox: Emulator, says: str | None, data: str) -> float:
    """The owner writes, if at all, and presses the first button whose data begin so as soon as it is there; the moment
    just before the press."""
    if says is not None:
        await sandbox.say(OWNER, says)
    async with asyncio.timeout(20):
        while (found := await _button(sandbox, data)) is None:  # noqa: ASYNC110 - it is in another process
            await asyncio.sleep(0.2)
    message_id, whole = found
    pressed = time.monotonic()
    await sandbox.post("press", {"persona": OWNER, "chat": OWNER, "message_id": message_id, "data": whole})
    return pressed


async def _button(sandbox: Emulator, data: str) -> tuple[int, str] | None:
    state = await sandbox.look("state")
    messages: list[dict[str, Any]] = next((one["messages"] for one in state["chats"] if one["id"] == OWNER), [])
    for message in reversed(messages):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for one in row:
                if str(one.get("callback_data", "")).startswith(data):
                    return int(message["message_id"]), str(one["callback_data"])
    return None


def main(arguments: Sequence[str] | None = None) -> None:
    """python -m bench.planning DATABASE ours|loop: one audience, its figures as JSON"""
    parser = argparse.ArgumentParser("python -m bench.planning")
    parser.add_argument("database")
    parser.add_argument("which", choices=("ours", "loop"))
    options = parser.parse_args(arguments)
    found = asyncio.run(_write_down(options.database)) if options.which == "ours" else _loop(options.database)
    print(json.dumps(asdict(found)), flush=True)


if __name__ == "__main__":
    main()
