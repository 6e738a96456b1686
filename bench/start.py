"""From the start of the process to the first answer, and the memory that it holds when nothing happens."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass

from bench.bots import FIRST_GUEST, installation, stock
from bench.emulator import Emulator, emulator
from bench.figures import Table, spread
from bench.program import Program

SETTLES = 10.0
"""Seconds after which a process counts as idle."""
FRESH, KNOWN, STOCK = "Guanxi, first start: key, tables", "Guanxi, existing database", "stock"
_people = itertools.count(FIRST_GUEST)


@dataclass(frozen=True)
class Run:
    """One measured run."""

    seconds: float
    resident_mb: float


async def run(quick: bool) -> list[Table]:
    rounds, settles = (1, 3.0) if quick else (3, SETTLES)
    runs: dict[str, list[Run]] = {FRESH: [], KNOWN: [], STOCK: []}
    for _ in range(rounds):
        with installation() as place:
            async with emulator() as sandbox:  # one for both: what it tells the second time is news to the database
                place.api_url = sandbox.url
                runs[FRESH].append(await measure(sandbox, place.running(), settles=0.5))
                runs[KNOWN].append(await measure(sandbox, place.running(), settles))
        async with emulator() as sandbox:
            runs[STOCK].append(await measure(sandbox, stock(sandbox.url), settles))
    return [
        Table(
            "Start and memory",
            "A person has written already; from the start of the process until their answer has "
            f"arrived. Memory (VmRSS) {settles:.0f} s later. Targets: 2 s on an existing database, 150 MB.",
            ["program", "first answer after, s", "idle, MB"],
            [
                [
                    name,
                    spread([one.seconds for one in each], digits=2),
                    "–" if name == FRESH else spread([one.resident_mb for one in each]),
                ]
                for name, each in runs.items()
            ],
        )
    ]


async def measure(sandbox: Emulator, bot: AbstractContextManager[Program], settles: float) -> Run:
    """Somebody has written; the process starts, answers, and then has nothing to do."""
    await sandbox.post("stats/reset", {})
    await sandbox.add_people([person := next(_people)])
    await sandbox.say(person, "/start")
    began = time.monotonic()
    with bot as program:
        if not await sandbox.sent_reaches(1, timeout=30):
            raise RuntimeError(f"{program.name} does not answer: {program.complaints()}")
        answered = (await sandbox.sends())[0].at
        await asyncio.sleep(settles)
        return Run(answered - began, program.resident_mb())
