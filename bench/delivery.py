"""How fast a broadcast goes out where 30 a second are let through, and how often it is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from bench import broadcast
from bench.bots import OURS
from bench.broadcast import LATENCY, RATE, STOCK
from bench.emulator import Emulator
from bench.figures import Table, spread

LASTS = 65.0


@dataclass(frozen=True)
class Run:
    """One measured run."""

    per_second: float
    refused: int
    fullest_second: int


async def run(quick: bool) -> list[Table]:
    rounds, seconds = (1, 10.0) if quick else (3, LASTS)
    runs: dict[str, list[Run]] = {OURS: [], STOCK: []}
    for _ in range(rounds):
        # Side by side: at this pace neither needs a tenth of a core.
        both = await asyncio.gather(measure(broadcast.ours, seconds), measure(broadcast.theirs, seconds))
        for each, one in zip(runs.values(), both, strict=True):
            each.append(one)
    return [
        Table(
            f"Delivery where {RATE}/s are enforced",
            f"A broadcast to {_chats(seconds):,} chats, for {seconds:.0f} s; the sandbox refuses what would be more than "
            f"{RATE} in any second, and each call takes {LATENCY * 1000:.0f} ms. Both programs at the same time. Target: "
            "at least 29.5/s and no refusal.",
            ["program", "messages/s", "refused (429)", "most in any second"],
            [
                [
                    name,
                    spread([one.per_second for one in each], digits=2),
                    spread([one.refused for one in each]),
                    str(max(one.fullest_second for one in each)),
                ]
                for name, each in runs.items()
            ],
        )
    ]


def _chats(seconds: float) -> int:
    return int((seconds + 5) * RATE)


async def measure(begin: Callable[[int], AbstractAsyncContextManager[Emulator]], seconds: float) -> Run:
    """What arrives in so many seconds of a broadcast that is under way already."""
    async with begin(_chats(seconds)) as sandbox:
        before = await sandbox.refused()
        began = (await sandbox.sends())[-1].at
        await asyncio.sleep(seconds)
        arrived = [send.at for send in await sandbox.sends() if began < send.at <= began + seconds]
        return Run(len(arrived) / seconds, await sandbox.refused() - before, fullest_second(arrived))


def fullest_second(times: list[float]) -> int:
    """The greatest number of arrivals within any second."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
