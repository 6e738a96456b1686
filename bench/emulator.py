"""The sandbox as a process of its own, and what a bench asks of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp

from bench.program import PYTHON, Program, running

TALKERS = 32
"""Requests under way while a crowd talks: they are queued before the clock starts."""


class Send(NamedTuple):
    """A message that arrived: when (the monotonic clock, one for all processes), where, by which method."""

    at: float
    chat: int
    method: str


@dataclass
class Emulator:
    """One sandbox. Everything goes over HTTP, as for any other program."""

    url: str
    program: Program
    session: aiohttp.ClientSession

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        async with self.session.post(f"{self.url}/sandbox/{path}", json=body) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def look(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/sandbox/{path}") as answer:
            answer.raise_for_status()
            return await answer.json()

    async def add_people(self, ids: Sequence[int]) -> None:
        await self._all("personas", [{"id": one, "name": f"Guest {one}"} for one in ids])

    async def say(self, person: int, text: str) -> float:
        """Somebody writes; the moment just before."""
        said = time.monotonic()
        await self.post("say", {"persona": person, "text": text})
        return said

    async def say_all(self, people: Sequence[int], text: str) -> None:
        """A crowd writes, each one in their place of the order."""
        await self._all("say", [{"persona": one, "text": text} for one in people])

    async def _all(self, path: str, bodies: Collection[dict[str, Any]]) -> None:
        waiting = iter(bodies)

        async def talk() -> None:
            for body in waiting:
                await self.post(path, body)

        await asyncio.gather(*(talk() for _ in range(TALKERS)))

    async def calls(self, method: str) -> int:
        return int((await self.look("stats"))["calls"].get(method, 0))

    async def sent(self) -> int:
        return int((await self.look("stats"))["sent"])

    async def refused(self) -> int:
        return int((await self.look("stats"))["refused"])

    async def sends(self) -> list[Send]:
        return [Send(at, int(chat), method) for at, chat, method in await self.look("sends")]

    async def sent_reaches(self, count: int, timeout: float) -> bool:
        """Wait until so many messages have arrived; False where the time is up before."""
        ends = time.monotonic() + timeout
        while await self.sent() < count:
            if time.monotonic() > ends:
                return False
            await asyncio.sleep(0.05)
        return True

    async def polled(self, times: int = 1, timeout: float = 20.0) -> None:
        """Wait until a bot has asked for updates so many times: it is up and listens."""
        async with asyncio.timeout(timeout):
            while await self.calls("getUpdates") < times:  # noqa: ASYNC110 - it is in another process
                await asyncio.sleep(0.02)


@asynccontextmanager
async def emulator(*, keep: int = 0, **limits: float) -> AsyncIterator[Emulator]:
    """A fresh sandbox in which everybody exists; `limits` as in /sandbox/limits. `keep`: messages of a chat that can be
    looked at."""
    command = [PYTHON, "-m", "sandbox", "--anyone", "--keep", str(keep), "--port", "0"]
    with running("sandbox", command, speaks=True) as program:
        url = await asyncio.to_thread(program.first_line)
        async with aiohttp.ClientSession() as session:
            sandbox = Emulator(url.rstrip("/"), program, session)
            if limits:
                await sandbox.post("limits", dict(limits))
            yield sandbox
