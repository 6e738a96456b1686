"""The real thing: `guanxi run` and the sandbox as processes of their own, over HTTP.

async with a_telegram() as telegram, a_bot(telegram, url, tmp_path) as bot:
    await telegram.says(1001, "/start")
    bot.kill()
    await bot.starts()
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection, update

from storage.database import Database, open_database
from storage.sealing import Vault, read_key
from storage.tables import campaign

ROOT = Path(__file__).parents[2]
TOKEN = "1000000001:SANDBOX"
OWNER, STAFF_CHAT = 9001, -1001234567890
PATIENCE = 60.0
"""Seconds that anything may take on a busy machine before it counts as stuck."""
Json = dict[str, Any]


class Telegram:
    """The sandbox process, and the people in it."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address = address
        self._session = session

    async def ask(self, path: str) -> Any:
        async with self._session.get(f"{self.address}/sandbox/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def tell(self, act: str, **body: Any) -> Any:
        async with self._session.post(f"{self.address}/sandbox/{act}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def meets(self, *people: int) -> None:
        """These are people with a Telegram account from now on."""
        for person in people:
            await self.tell("personas", name=f"Guest {person}", id=person)

    async def says(self, person: int, text: str) -> int:
        """Somebody writes to the bot; the update's id."""
        said = await self.tell("say", persona=person, text=text)
        return int(said["update_id"])

    async def chats(self) -> dict[int, list[Json]]:
        """What the bot wrote that can be read now, by chat, oldest first."""
        state = await self.ask("state")
        return {
            chat["id"]: [message for message in chat["messages"] if message["from"].get("is_bot")]
            for chat in state["chats"]
        }

    async def heard(self, person: int) -> list[str]:
        """What the bot wrote to one person, as plain text."""
        return [message.get("text", "") for message in (await self.chats()).get(person, [])]

    async def wrote_to(self, people: Iterable[int], least: int = 1, within: float = 2 * PATIENCE) -> None:
        """Wait until the bot has written to each of them, so many messages at least."""
        wanted = list(people)
        async with patience(within, "everybody has heard of the bot"):
            while True:
                chats = await self.chats()
                if all(len(chats.get(person, [])) >= least for person in wanted):
                    return
                await asyncio.sleep(0.1)

    async def faults(self, kind: str, times: int = 1, **more: Any) -> None:
        await self.tell("faults", kind=kind, times=times, **more)

    async def limits(self, **limits: Any) -> None:
        await self.tell("limits", **limits)

    async def calls(self) -> dict[str, int]:
        """How often the bot called each method."""
        calls: dict[str, int] = (await self.ask("stats"))["calls"]
        return calls


@asynccontextmanager
async def a_telegram(**limits: Any) -> AsyncIterator[Telegram]:
    """A sandbox on a free port, for as long as the block runs."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--anyone"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip().rstrip("/")
        async with aiohttp.ClientSession() as session:
            telegram = Telegram(address, session)
            if limits:
                await telegram.limits(**limits)
            yield telegram
    finally:
        process.kill()
        process.communicate()


class Bot:
    """`guanxi run`, started as often as one likes over the same database."""

    def __init__(
        self, api_url: str, storage_url: str, home: Path, *options: str, module: str = "bot", **settings: str
    ) -> None:
        self._module = module
        self.home = home
        self.storage_url = storage_url
        self.log = home / "bot.log"
        self._options = options
        self._environment = _without_settings() | {
            "GUANXI_TELEGRAM__TOKEN": TOKEN,
            "GUANXI_TELEGRAM__API_URL": api_url,
            "GUANXI_TELEGRAM__RATE": "1000",
            "GUANXI_TELEGRAM__PAID_BROADCAST": "true",
            "GUANXI_STORAGE__URL": storage_url,
            "GUANXI_STORAGE__KEY_FILE": str(home / "guanxi.key"),
            "GUANXI_STAFF__OWNERS": str(OWNER),
            "GUANXI_STAFF__CHAT": str(STAFF_CHAT),
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._read_from = 0

    def spawns(self) -> None:
        """Start it, and do not wait."""
        assert self._process is None
        self._read_from = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, "run", *self._options],
                cwd=self.home,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def starts(self, until: str = '"ready"') -> None:
        """Start it, and wait until its log says so."""
        self.spawns()
        await self.says(until)

    async def says(self, word: str, within: float = PATIENCE) -> None:
        """Wait for a word in the log of this start."""
        await eventually(lambda: word in self.said(), within, f"the log says {word}")

    def said(self) -> str:
        """The log since the last start."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(self._read_from)
            return log.read().decode(errors="replace")

    def kill(self) -> None:
        """SIGKILL: no last word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)
        self._process = None

    async def ends(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end; its exit code and how many seconds it took."""
        assert self._process is not None
        asked = time.monotonic()
        self._process.send_signal(by)
        return await self.ended(), time.monotonic() - asked

    async def ended(self) -> int:
        """Wait until it ends of its own; the exit code."""
        process = self._process
        assert process is not None
        await eventually(lambda: process.poll() is not None, PATIENCE, "the process ends")
        self._process = None
        return int(process.returncode)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @asynccontextmanager
    async def storage(self) -> AsyncIterator[Database]:
        """Its database, opened beside it."""
        database = await open_database(self.storage_url, Vault(read_key(self.home / "guanxi.key")))
        try:
            yield database
        finally:
            await database.close()


@asynccontextmanager
async def a_bot(
    telegram: Telegram, storage_url: str, home: Path, *options: str, module: str = "bot", **settings: str
) -> AsyncIterator[Bot]:
    """A bot that is not started yet, and that does not outlive the block."""
    bot = Bot(telegram.address, storage_url, home, *options, module=module, **settings)
    try:
        yield bot
    finally:
        if bot.alive:
            bot.kill()


async def eventually(
    true: Callable[[], Any], within: float = PATIENCE, what: str = "it becomes true", every: float = 0.01
) -> None:
    """Wait until something holds."""
    async with patience(within, what):
        while not true():  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(every)


@asynccontextmanager
async def patience(seconds: float, what: str) -> AsyncIterator[None]:
    """Seconds for what the block waits for."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise AssertionError(f"waited {seconds:.0f} s in vain until {what}") from None


def _without_settings() -> dict[str, str]:
    """The environment, without what somebody set for a bot of their own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GUANXI_")}
    return kept | {"PYTHONPATH": str(ROOT)}


def events(log: str, event: str) -> list[Json]:
    """The lines of a log that tell of this event."""
    lines = (json.loads(line) for line in log.splitlines() if line.startswith("{"))
    return [line for line in lines if line.get("event") == event]


def campaigns_look_again(db: Connection) -> None:
    """What is a member's own is looked for once a minute: not to wait for the next time."""
    now = datetime.now(UTC)
    db.execute(update(campaign).where(campaign.c.plan_at.is_not(None)).values(plan_at=now, look_at=now))


def where_it_is_noon() -> str:
    """A zone in which it is about noon now: nobody is greeted in the night, whenever the tests run."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"  # by the sign of POSIX: GMT-5 is five hours ahead
