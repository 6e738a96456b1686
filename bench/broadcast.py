"""A broadcast under way: thousands of birthday greetings that leave at 30 a second, as far as the sandbox lets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

from bench.bots import FIRST_MEMBER, installation, stock
from bench.emulator import Emulator, emulator
from bench.program import Program

RATE = 30
LATENCY = 0.05
STOCK = "stock, `AIORateLimiter(30, 1)`, 32 workers"


@asynccontextmanager
async def ours(chats: int) -> AsyncIterator[Emulator]:
    """Guanxi, with so many members whose birthday it is: the planner finds them as it does every day."""
    with installation(RATE) as place:
        await asyncio.to_thread(place.celebrate, range(FIRST_MEMBER, FIRST_MEMBER + chats))
        async with _enforcing() as sandbox:
            place.api_url = sandbox.url
            async with _begun(sandbox, place.running()):
                yield sandbox


@asynccontextmanager
async def theirs(chats: int) -> AsyncIterator[Emulator]:
    """The stock program, with as many chats to greet."""
    async with _enforcing() as sandbox:
        bot = stock(sandbox.url, "--concurrent", "0", "--broadcast", f"{FIRST_MEMBER}:{chats}")
        async with _begun(sandbox, bot):
            yield sandbox


@asynccontextmanager
async def _enforcing() -> AsyncIterator[Emulator]:
    async with emulator(per_second=RATE, latency=LATENCY) as sandbox:
        yield sandbox


@asynccontextmanager
async def _begun(sandbox: Emulator, bot: AbstractContextManager[Program]) -> AsyncIterator[None]:
    with bot as program:
        if not await sandbox.sent_reaches(2 * RATE, timeout=30):
            raise RuntimeError(f"{program.name} does not begin to send: {program.complaints()}")
        yield
