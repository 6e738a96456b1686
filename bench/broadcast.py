"""A broadcast of thousands of greetings where 30 a second are let through, and people who ask something meanwhile.

Measured once for two tables: `latency` (how long those people wait) and `delivery` (how fast it all goes out).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from dataclasses import dataclass

from bench import questions
from bench.bots import FIRST_MEMBER, OURS, aiogram, installation, stock
from bench.emulator import Emulator, emulator
from bench.program import Program

RATE = 30
LATENCY = 0.05
LASTS, QUICK = 45.0, 8.0
STOCK, AIOGRAM = "stock, `AIORateLimiter(30, 1)`, 32 workers", "aiogram, `sleep(0.05)` after each"


@dataclass(frozen=True)
class Run:
    """One measured run: when each message arrived, how many were refused, how long each question waited."""

    seconds: float
    arrivals: list[float]
    refused: int
    waits: list[float]

    @property
    def per_second(self) -> float:
        return len(self.arrivals) / self.seconds

    @property
    def fullest_second(self) -> int:
        """The greatest number of arrivals within any second."""
        most = first = 0
        for last, at in enumerate(self.arrivals):
            while self.arrivals[first] <= at - 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most


_known: dict[bool, dict[str, list[Run]]] = {}


async def measured(quick: bool) -> dict[str, list[Run]]:
    """The programs in turn, several times: side by side, one would answer for what the other does to the cores."""
    if quick not in _known:
        rounds, seconds = (1, QUICK) if quick else (3, LASTS)
        found: dict[str, list[Run]] = {OURS: [], STOCK: [], AIOGRAM: []}
        for _ in range(rounds):
            for name, begin in ((OURS, _ours), (STOCK, _theirs), (AIOGRAM, _aiograms)):
                found[name].append(await _measure(begin, seconds))
        _known[quick] = found
    return _known[quick]


def chats(quick: bool) -> int:
    """To how many the greetings go: as many as can leave, and some more."""
    return int(((QUICK if quick else LASTS) + 10) * RATE)


async def _measure(begin: Callable[[int], AbstractAsyncContextManager[Emulator]], seconds: float) -> Run:
    """What happens in so many seconds of a broadcast that is under way already."""
    async with begin(int((seconds + 10) * RATE)) as sandbox:
        before, began = await sandbox.refused(), time.monotonic()
        asking = asyncio.create_task(questions.ask(sandbox, seconds))
        await asyncio.sleep(began + seconds - time.monotonic())
        refused = await sandbox.refused() - before
        arrivals = [send.at for send in await sandbox.sends() if began < send.at <= began + seconds]
        return Run(seconds, arrivals, refused, await asking)


@asynccontextmanager
async def _ours(chats: int) -> AsyncIterator[Emulator]:
    """Guanxi, with so many members whose birthday it is: the planner finds them as it does every day."""
    with installation(RATE) as place:
        await asyncio.to_thread(place.celebrate, range(FIRST_MEMBER, FIRST_MEMBER + chats))
        async with emulator(per_second=RATE, latency=LATENCY) as sandbox:
            place.api_url = sandbox.url
            async with _begun(sandbox, place.running()):
                yield sandbox


@asynccontextmanager
async def _theirs(chats: int) -> AsyncIterator[Emulator]:
    """The stock program, with as many chats to greet."""
    async with emulator(per_second=RATE, latency=LATENCY) as sandbox:
        bot = stock(sandbox.url, "--concurrent", "0", "--broadcast", f"{FIRST_MEMBER}:{chats}")
        async with _begun(sandbox, bot):
            yield sandbox


@asynccontextmanager
async def _aiograms(chats: int) -> AsyncIterator[Emulator]:
    """The loop of aiogram's documentation, with as many chats to greet."""
    async with (
        emulator(per_second=RATE, latency=LATENCY) as sandbox,
        _begun(sandbox, aiogram(sandbox.url, f"{FIRST_MEMBER}:{chats}", 0.05)),
    ):
        yield sandbox


@asynccontextmanager
async def _begun(sandbox: Emulator, bot: AbstractContextManager[Program]) -> AsyncIterator[None]:
    with bot as program:
        if not await sandbox.sent_reaches(2 * RATE, timeout=30):
            raise RuntimeError(f"{program.name} does not begin to send: {program.complaints()}")
        yield
