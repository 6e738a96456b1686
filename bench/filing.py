"""A complaint is filed while fifty updates a second come in: how long until its card stands in the outbox."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from bench.bots import FIRST_GUEST, installation
from bench.emulator import Emulator, emulator
from bench.figures import Table, percentile, spread

RATE = 50
"""Updates a second."""
ONE_IN = 5
"""Of so many updates one is a complaint; the others are `/start`."""
LASTS, QUICK = 30.0, 5.0
ROUNDS = 3
OWNER = FIRST_GUEST - 2
LOOKED = 0.003
"""Seconds from one look at the outbox to the next: so much too long a figure may be."""
LONGEST = 20.0
LEARNT = 120.0
WORDS = "The cup was cracked when it arrived, number"
CARDS = """
    SELECT member.telegram_id, count(outbox.id) FROM ticket JOIN member ON member.id = ticket.member_id
    LEFT JOIN outbox ON outbox.ticket_id = ticket.id AND outbox.posted_id IS NOT NULL
    WHERE ticket.id > ? GROUP BY ticket.id, member.telegram_id
"""


async def run(quick: bool) -> Table:
    """The real process on SQLite; its one owner reads the cards in private."""
    seconds, rounds = (QUICK, 1) if quick else (LASTS, ROUNDS)
    found = [await _measure(seconds) for _ in range(rounds)]
    asked = int(seconds * RATE) // ONE_IN
    marks = [[1000 * value for value in (percentile(one, 0.5), percentile(one, 0.99), max(one))] for one in found]
    return Table(
        "A complaint and its card",
        f"{RATE} updates come in each second for {seconds:.0f} s, every {ONE_IN}th of them a complaint in one message, "
        "the others `/start`. From the moment at which somebody writes until the card for the staff is committed to "
        "the outbox (long poll, inbox, dispatch, handler), as somebody sees it who looks into the database every "
        f"{1000 * LOOKED:.0f} ms. In milliseconds, SQLite. Target: p99 at most 100.",
        ["p50", "p99", "longest", "filed"],
        [[*(spread(values) for values in zip(*marks, strict=True)), f"{sum(map(len, found))} of {rounds * asked}"]],
    )


async def _measure(seconds: float) -> list[float]:
    with installation(rate=10 * RATE) as place:
        place.more["GUANXI_STAFF__OWNERS"] = str(OWNER)
        async with emulator() as sandbox:
            place.api_url = sandbox.url
            with place.running():
                await sandbox.polled()
                people = range(FIRST_GUEST, FIRST_GUEST + int(seconds * RATE))
                await sandbox.add_people([FIRST_GUEST - 1, *people])
                await _warm(sandbox, place.folder / "club.db")
                return await _waits(sandbox, people, place.folder / "club.db")


async def _warm(sandbox: Emulator, path: Path) -> None:
    """The owner is known, the first complaint has been, and the bot has learnt what it knows: what is loaded once is
    loaded.
    """
    await sandbox.say(OWNER, "/start")
    await sandbox.say(FIRST_GUEST - 1, f"/complain {WORDS} 0")
    async with asyncio.timeout(LONGEST):
        while not _cards(path, 0):  # noqa: ASYNC110 - it is in another process
            await asyncio.sleep(0.1)
    async with asyncio.timeout(LEARNT):
        while not _rows(path, "SELECT 1 FROM knowledge_model WHERE estimated = 1"):  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.5)


async def _waits(sandbox: Emulator, people: Sequence[int], path: Path) -> list[float]:
    """Seconds that each complaint took; who got no card is not in it."""
    said: dict[int, float] = {}
    seen: dict[int, float] = {}
    talking = asyncio.create_task(_talk(sandbox, people, said))
    ends = time.monotonic() + len(people) / RATE + LONGEST
    while time.monotonic() < ends and not (talking.done() and len(seen) == len(said)):
        found, now = _cards(path, 1), time.monotonic()
        seen |= {person: now for person in found if person not in seen}
        await asyncio.sleep(LOOKED)
    await talking
    return [seen[person] - at for person, at in said.items() if person in seen]


async def _talk(sandbox: Emulator, people: Sequence[int], said: dict[int, float]) -> None:
    """Everybody writes in their moment, whether the one before was through or not."""
    began, under_way = time.monotonic(), set()
    for turn, person in enumerate(people):
        await asyncio.sleep(began + turn / RATE - time.monotonic())
        if turn % ONE_IN == 0:
            said[person] = time.monotonic()
        words = f"/complain {WORDS} {turn}" if turn % ONE_IN == 0 else "/start"
        under_way.add(asyncio.create_task(sandbox.say(person, words)))
    await asyncio.gather(*under_way)


def _cards(path: Path, after: int) -> list[int]:
    """Whose complaints, filed after that one, have a card in the outbox."""
    return [person for person, cards in _rows(path, CARDS, after) if cards]


def _rows(path: Path, query: str, *values: int) -> list[tuple[int, ...]]:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return db.execute(query, values).fetchall()
    finally:
        db.close()
