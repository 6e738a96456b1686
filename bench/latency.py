"""How long a person waits for an answer, when nothing else happens and in the middle of a broadcast."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bench import broadcast
from bench.bots import FIRST_GUEST, OURS, installation, stock
from bench.broadcast import LATENCY, RATE, STOCK
from bench.emulator import Emulator, emulator
from bench.figures import Table, percentile, ratio, spread

EVERY = 0.33
"""Seconds from one question to the next."""
LASTS = 60.0
IDLE_LASTS = 20.0
LONGEST = 30.0
"""Seconds that the last questions get to be answered."""
Begin = Callable[[], AbstractAsyncContextManager[Emulator]]


async def run(quick: bool) -> list[Table]:
    rounds, busy, idle = (1, 8.0, 4.0) if quick else (3, LASTS, IDLE_LASTS)
    chats = int((busy + 10) * RATE)
    return [
        await _table("Reply latency, idle", "Nothing else happens.", _idle_ours, _idle_theirs, rounds, idle),
        await _table(
            f"Reply latency while a {RATE}/s broadcast runs",
            f"Birthday greetings to {chats:,} chats are under way; the sandbox enforces {RATE}/s. Target: p99 at most "
            "150 ms.",
            lambda: broadcast.ours(chats),
            lambda: broadcast.theirs(chats),
            rounds,
            busy,
        ),
    ]


async def _table(title: str, what: str, ours: Begin, theirs: Begin, rounds: int, seconds: float) -> Table:
    waits: dict[str, list[list[float]]] = {OURS: [], STOCK: []}
    for _ in range(rounds):
        both = await asyncio.gather(measure(ours, seconds), measure(theirs, seconds))
        for each, one in zip(waits.values(), both, strict=True):
            each.append(one)
    marks = {name: _marks(each) for name, each in waits.items()}
    return Table(
        title,
        f"{what} Somebody new sends `/start` every {EVERY:.2f} s for {seconds:.0f} s; from there until the answer has "
        f"arrived, {LATENCY * 1000:.0f} ms of network included. In milliseconds.",
        ["program", "p50", "p99", "longest", "answered", "p99: theirs / ours"],
        [
            [
                name,
                *(spread(values) for values in marks[name]),
                f"{sum(map(len, waits[name]))} of {rounds * int(seconds / EVERY)}",
                "" if name == OURS else ratio(marks[name][1], marks[OURS][1]),
            ]
            for name in waits
        ],
    )


def _marks(runs: list[list[float]]) -> tuple[list[float], list[float], list[float]]:
    """p50, p99 and the longest of each run, in milliseconds."""
    return (
        [1000 * percentile(run, 0.50) for run in runs],
        [1000 * percentile(run, 0.99) for run in runs],
        [1000 * max(run) for run in runs],
    )


async def measure(begin: Begin, seconds: float) -> list[float]:
    """The seconds that each answered question took."""
    people = range(FIRST_GUEST, FIRST_GUEST + int(seconds / EVERY))
    async with begin() as sandbox:
        await sandbox.add_people(people)
        asked: dict[int, float] = {}
        began = time.monotonic()
        for turn, person in enumerate(people):
            await asyncio.sleep(began + turn * EVERY - time.monotonic())
            asked[person] = await sandbox.say(person, "/start")
        answered = await _answers(sandbox, asked)
    return [answered[person] - asked[person] for person in people if person in answered]


async def _answers(sandbox: Emulator, asked: dict[int, float]) -> dict[int, float]:
    """When each one's answer arrived; waits for the last of them, but not for ever."""
    ends = time.monotonic() + LONGEST
    while True:
        answered = {send.chat: send.at for send in await sandbox.sends() if send.chat in asked}
        if len(answered) == len(asked) or time.monotonic() > ends:
            return answered
        await asyncio.sleep(0.5)


@asynccontextmanager
async def _idle_ours() -> AsyncIterator[Emulator]:
    with installation(RATE) as place:
        async with emulator(latency=LATENCY) as sandbox:
            place.api_url = sandbox.url
            with place.running():
                await sandbox.polled()
                yield sandbox


@asynccontextmanager
async def _idle_theirs() -> AsyncIterator[Emulator]:
    async with emulator(latency=LATENCY) as sandbox:
        with stock(sandbox.url, "--concurrent", "0"):
            await sandbox.polled()
            yield sandbox
