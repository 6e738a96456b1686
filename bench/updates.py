"""Updates a second, end to end: a crowd has written, and the clock runs until the last of them has their answer."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.bots import FIRST_GUEST, OURS, Installation, installation, stock
from bench.emulator import Emulator, emulator
from bench.figures import Table, ratio, spread
from bench.program import Program

PEOPLE = 1_000
EACH = 2
"""Messages of each person: with the one before, our pace lets six within six seconds through to one chat."""
STRANGERS = 50
"""So many are enough to warm up a stock program, which knows nobody anyway."""
LATENCIES = (0.0, 0.05)
LONGEST = 4.0
"""Seconds after which a program that is not through yet is judged by what it has done."""
QUICK = (OURS, "stock, one after another", "stock, 16 at once")
Start = Callable[[Installation], AbstractContextManager[Program]]


@dataclass(frozen=True)
class Run:
    """One measured run."""

    per_second: float
    cpu_ms: float
    sandbox_cpu_ms: float


def programs() -> dict[str, Start]:
    """What is measured, ours first."""
    return {
        OURS: lambda place: place.running(),
        "stock, one after another": lambda place: stock(place.api_url),
        "stock, one after another, an INSERT each": lambda place: stock(
            place.api_url, "--durable", str(place.folder / "seen.db")
        ),
        "stock, 16 at once": lambda place: stock(place.api_url, "--concurrent", "16"),
        "stock, `concurrent_updates=True`": lambda place: stock(place.api_url, "--concurrent", "0"),
    }


async def run(quick: bool) -> list[Table]:
    rounds, people, longest = (1, 100, 1.0) if quick else (3, PEOPLE, LONGEST)
    return [await _at(latency, rounds, people, longest) for latency in LATENCIES]


async def _at(latency: float, rounds: int, people: int, longest: float) -> Table:
    runs: dict[str, list[Run]] = defaultdict(list)
    chosen = [(name, start) for name, start in programs().items() if name in QUICK or people == PEOPLE]
    for _ in range(rounds):
        for name, start in chosen:
            runs[name].append(await measure(start, latency, people, longest))
    ours = [one.per_second for one in runs[OURS]]
    return Table(
        f"Updates a second, {latency * 1000:.0f} ms latency",
        f"{people * EACH:,} × `/start` by {people:,} known prospects, all waiting when the clock starts; it stops with "
        f"the last answer, or after {longest:.0f} s: then what was done by then counts. Ours is durable, through "
        "inbox, handler and outbox with `synchronous=FULL`; stock answers the same words from memory. Floor: 500/s.",
        ["program", "updates/s", "ours is", "CPU ms an update", "sandbox CPU ms"],
        [
            [
                name,
                spread([one.per_second for one in each]),
                "" if name == OURS else ratio(ours, [one.per_second for one in each]),
                spread([one.cpu_ms for one in each], digits=2),
                spread([one.sandbox_cpu_ms for one in each], digits=2),
            ]
            for name, each in runs.items()
        ],
    )


async def measure(start: Start, latency: float, people: int, longest: float) -> Run:
    crowd = range(FIRST_GUEST, FIRST_GUEST + people)
    with installation(rate=10_000) as place:
        async with emulator() as sandbox:
            place.api_url = sandbox.url
            await sandbox.add_people(crowd)
            with start(place) as program:
                await sandbox.polled()
                await _meet(sandbox, crowd if program.name == OURS else crowd[:STRANGERS])
                await sandbox.post("limits", {"latency": latency})
                return await _measured(sandbox, program, list(crowd) * EACH, longest)


async def _meet(sandbox: Emulator, crowd: range) -> None:
    """Each one says /start: caches are warm, and nobody is a stranger any more."""
    await sandbox.say_all(crowd, "/start")
    if not await sandbox.sent_reaches(len(crowd), timeout=60):
        raise RuntimeError(f"only {await sandbox.sent()} of {len(crowd)} were answered before the clock started")


async def _measured(sandbox: Emulator, program: Program, messages: list[int], longest: float) -> Run:
    with program.paused():
        await sandbox.post("stats/reset", {})
        await sandbox.say_all(messages, "/start")
        used, used_by_sandbox = program.cpu_seconds(), sandbox.program.cpu_seconds()
        started = time.monotonic()
    await sandbox.sent_reaches(len(messages), longest)
    used, used_by_sandbox = program.cpu_seconds() - used, sandbox.program.cpu_seconds() - used_by_sandbox
    sends = await sandbox.sends()
    done = len(sends)
    return Run(
        done / (sends[-1].at - started),
        1000 * used / done,
        1000 * used_by_sandbox / done,
    )
