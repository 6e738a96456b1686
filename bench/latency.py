"""How long a person waits for an answer, when nothing else happens and in the middle of a broadcast."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bench import broadcast, questions
from bench.bots import OURS, installation, stock
from bench.broadcast import LATENCY, RATE
from bench.emulator import Emulator, emulator
from bench.figures import Table, percentile, ratio, spread

LASTS, QUICK = 15.0, 5.0
STOCK = "stock"
Waits = Mapping[str, Sequence[Sequence[float]]]
"""Of each program, run by run: the seconds that each question waited."""


async def run(quick: bool) -> list[Table]:
    rounds, seconds = (1, QUICK) if quick else (3, LASTS)
    idle = [(await _measure(_ours, seconds), await _measure(_theirs, seconds)) for _ in range(rounds)]
    busy = await broadcast.measured(quick)
    busy_seconds = next(iter(busy.values()))[0].seconds
    return [
        _table(
            "Reply latency, idle",
            "Nothing else happens.",
            {OURS: [ours for ours, _ in idle], STOCK: [theirs for _, theirs in idle]},
            seconds,
        ),
        _table(
            f"Reply latency while a {RATE}/s broadcast runs",
            f"Greetings to {broadcast.chats(quick):,} chats are under way; the sandbox enforces {RATE}/s. "
            "Target: p99 at most 150 ms.",
            {name: [one.waits for one in each] for name, each in busy.items()},
            busy_seconds,
        ),
    ]


def _table(title: str, what: str, waits: Waits, seconds: float) -> Table:
    marks = {name: [_marks(run) for run in runs] for name, runs in waits.items()}
    ours = [p99 for _, p99, _ in marks[OURS]]
    return Table(
        title,
        f"{what} Somebody new sends `/start` every {questions.EVERY:.2f} s for {seconds:.0f} s; from there until the "
        f"answer has arrived, {LATENCY * 1000:.0f} ms of network included. In milliseconds; the programs in turn.",
        ["program", "p50", "p99", "longest", "answered", "p99, times ours"],
        [
            [
                name,
                *(spread(values) for values in zip(*marks[name], strict=True)),
                f"{sum(map(len, runs))} of {len(runs) * questions.asked(seconds)}",
                "" if name == OURS else ratio([p99 for _, p99, _ in marks[name]], ours),
            ]
            for name, runs in waits.items()
        ],
    )


def _marks(run: Sequence[float]) -> tuple[float, float, float]:
    """p50, p99 and the longest, in milliseconds."""
    return 1000 * percentile(run, 0.50), 1000 * percentile(run, 0.99), 1000 * max(run)


async def _measure(begin: Callable[[], AbstractAsyncContextManager[Emulator]], seconds: float) -> list[float]:
    async with begin() as sandbox:
        await sandbox.polled()
        await questions.ask(sandbox, questions.EVERY, first=1)  # the very first answer is what `start` measures
        await sandbox.post("stats/reset", {})
        return await questions.ask(sandbox, seconds)


@asynccontextmanager
async def _ours() -> AsyncIterator[Emulator]:
    with installation(RATE) as place:
        async with emulator(latency=LATENCY) as sandbox:
            place.api_url = sandbox.url
            with place.running():
                yield sandbox


@asynccontextmanager
async def _theirs() -> AsyncIterator[Emulator]:
    async with emulator(latency=LATENCY) as sandbox:
        with stock(sandbox.url):
            yield sandbox
