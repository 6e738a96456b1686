"""A broadcast at the paid rate: tens of thousands of messages, each a row before and after, at up to 1,000 a second."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.bots import FIRST_MEMBER, OURS, Installation, installation, stock
from bench.emulator import emulator
from bench.figures import Table, ratio, spread
from bench.program import Program

RATE = 1_000
LATENCY = 0.05
MESSAGES, QUICK = 60_000, 5_000
RAMP = 1_000
"""Messages after which the clock starts: the start itself is another bench's."""
LONGEST = 30.0
"""Seconds after which a slower program is judged by what it has done."""
STOCK = "stock, `AIORateLimiter(1000, 1)`, 32 workers"
Start = Callable[[Installation, int], AbstractContextManager[Program]]


@dataclass(frozen=True)
class Run:
    """One measured run; `refused` as a share of what was tried."""

    per_second: float
    cpu_ms: float
    refused: float
    resident_mb: float


def _ours(place: Installation, _: int) -> AbstractContextManager[Program]:
    return place.running()


def _theirs(place: Installation, messages: int) -> AbstractContextManager[Program]:
    broadcast = ("--broadcast", f"{FIRST_MEMBER}:{messages}", "--rate", str(RATE))
    return stock(place.api_url, "--concurrent", "0", *broadcast)


async def run(quick: bool) -> list[Table]:
    rounds, messages = (1, QUICK) if quick else (3, MESSAGES)
    runs: dict[str, list[Run]] = defaultdict(list)
    for _ in range(rounds):
        runs[OURS].append(await _measure(_ours, messages))
        runs[STOCK].append(await _measure(_theirs, messages))
    ours = [one.per_second for one in runs[OURS]]
    return [
        Table(
            f"A broadcast where {RATE:,}/s are let through",
            f"Greetings to {messages:,} members, `telegram.paid_broadcast` on, each call takes {LATENCY * 1000:.0f} "
            f"ms; from the {RAMP:,}th message to the last, or for {LONGEST:.0f} s where a program is slower. Ours is "
            "planned, claimed, rendered for each member and written down as sent in the database "
            "(`synchronous=FULL`); stock sends the same words from memory. Targets: 950/s, 0.9 ms of CPU a message, "
            "0.1 % refused, 200 MB.",
            ["program", "messages/s", "ours is", "CPU ms a message", "refused, %", "RSS, MB"],
            [
                [
                    name,
                    spread([one.per_second for one in each]),
                    "" if name == OURS else ratio(ours, [one.per_second for one in each]),
                    spread([one.cpu_ms for one in each], digits=2),
                    spread([100 * one.refused for one in each], digits=2),
                    spread([one.resident_mb for one in each]),
                ]
                for name, each in runs.items()
            ],
        )
    ]


async def _measure(start: Start, messages: int) -> Run:
    longest = LONGEST if start is _theirs else 2 * messages / RATE
    with installation(RATE) as place:
        if start is _ours:
            await asyncio.to_thread(place.celebrate, range(FIRST_MEMBER, FIRST_MEMBER + messages))
        async with emulator(per_second=RATE, latency=LATENCY) as sandbox:
            place.api_url = sandbox.url
            with start(place, messages) as program:
                if not await sandbox.sent_reaches(RAMP, timeout=60):
                    raise RuntimeError(f"{program.name} does not begin to send: {program.complaints()}")
                done, used, began = await sandbox.sent(), program.cpu_seconds(), time.monotonic()
                await sandbox.sent_reaches(messages, longest)
                sends, refused = await sandbox.sends(), await sandbox.refused()
                done, used = len(sends) - done, program.cpu_seconds() - used
                seconds = sends[-1].at - began
                return Run(done / seconds, 1000 * used / done, refused / (refused + len(sends)), program.resident_mb())
