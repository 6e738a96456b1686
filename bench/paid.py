"""A broadcast at the paid rate: tens of thousands of messages, each a row before and after, at up to 1,000 a second;
and how long a reply takes meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from bench import promotion, questions
from bench.bots import FIRST_MEMBER, OURS, Installation, aiogram, installation, stock
from bench.emulator import emulator
from bench.figures import Table, percentile, ratio, spread
from bench.program import Program

RATE = 1_000
LATENCY = 0.05
MESSAGES, QUICK = 60_000, 5_000
RAMP = 1_000
"""Messages after which the clock starts: the start itself is another bench's."""
LONGEST = 30.0
"""Seconds after which a slower program is judged by what it has done."""
GREETED, PROMOTED = f"{OURS}, birthday greetings", f"{OURS}, a marketer's promotion"
STOCK, AIOGRAM = "stock, `AIORateLimiter(1000, 1)`, 32 workers", "aiogram, `sleep(0.001)` after each"


@dataclass(frozen=True)
class Runner:
    """A program: what is done before it starts, and how it starts with so many messages to send."""

    begin: Callable[[Installation, int], AbstractContextManager[Program]]
    prepare: Callable[[Installation, int], Awaitable[None]] | None = None


@dataclass(frozen=True)
class Run:
    """One measured run; `refused` as a share of what was tried; `waits`: seconds that replies took."""

    per_second: float
    cpu_ms: float
    refused: float
    resident_mb: float
    waits: list[float] = field(default_factory=list)


async def _celebrate(place: Installation, messages: int) -> None:
    await asyncio.to_thread(place.celebrate, range(FIRST_MEMBER, FIRST_MEMBER + messages))


def _theirs(place: Installation, messages: int) -> AbstractContextManager[Program]:
    broadcast = ("--broadcast", f"{FIRST_MEMBER}:{messages}", "--rate", str(RATE))
    return stock(place.api_url, "--concurrent", "0", *broadcast)


RUNNERS = {
    GREETED: Runner(lambda place, _: place.running(), _celebrate),
    PROMOTED: Runner(lambda place, _: place.running(), promotion.prepare),
    STOCK: Runner(_theirs),
    AIOGRAM: Runner(lambda place, messages: aiogram(place.api_url, f"{FIRST_MEMBER}:{messages}", 1 / RATE)),
}


async def run(quick: bool) -> list[Table]:
    rounds, messages = (1, QUICK) if quick else (3, MESSAGES)
    runs: dict[str, list[Run]] = defaultdict(list)
    for _ in range(rounds):
        for name, runner in RUNNERS.items():
            runs[name].append(await measure(runner, messages))
    ours = [one.per_second for one in runs[PROMOTED]]
    return [
        Table(
            f"A broadcast where {RATE:,}/s are let through",
            f"To {messages:,} members, `telegram.paid_broadcast` on, each call takes {LATENCY * 1000:.0f} ms; from the "
            f"{RAMP:,}th message to the last, or for {LONGEST:.0f} s where a program is slower. Ours is planned, "
            "claimed, rendered for each member and written down as sent in the database (`synchronous=FULL`); the "
            "others send the same words to all, from memory. Somebody new sends `/start` every "
            f"{questions.EVERY:.2f} s. Targets: 950/s, 0.9 ms of CPU a message, 0.1 % refused, 200 MB, a reply within "
            "150 ms at p99.",
            ["program", "messages/s", "ours is", "CPU ms a message", "refused, %", "RSS, MB", "reply p99, ms"],
            [
                [
                    name,
                    spread([one.per_second for one in each]),
                    "" if name.startswith(OURS) else ratio(ours, [one.per_second for one in each]),
                    spread([one.cpu_ms for one in each], digits=2),
                    spread([100 * one.refused for one in each], digits=2),
                    spread([one.resident_mb for one in each]),
                    spread([1000 * percentile(one.waits, 0.99) for one in each if one.waits]),
                ]
                for name, each in runs.items()
            ],
        )
    ]


async def measure(runner: Runner, messages: int) -> Run:
    """One run of a program, in an installation and a sandbox of its own."""
    longest = LONGEST if runner.prepare is None else 2 * messages / RATE
    with installation(RATE) as place:
        if runner.prepare is not None:
            await runner.prepare(place, messages)
        async with emulator(per_second=RATE, latency=LATENCY) as sandbox:
            place.api_url = sandbox.url
            with runner.begin(place, messages) as program:
                if not await sandbox.sent_reaches(RAMP, timeout=120):
                    raise RuntimeError(f"{program.name} does not begin to send: {program.complaints()}")
                done, used, began = await sandbox.sent(), program.cpu_seconds(), time.monotonic()
                asking = asyncio.create_task(questions.ask(sandbox, 0.8 * (messages - RAMP) / RATE))
                await sandbox.sent_reaches(messages, longest)
                sends, refused = await sandbox.sends(), await sandbox.refused()
                done, used = len(sends) - done, program.cpu_seconds() - used
                seconds = sends[-1].at - began
                share = refused / (refused + len(sends))
                return Run(done / seconds, 1000 * used / done, share, program.resident_mb(), await asking)
