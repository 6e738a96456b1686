"""The web server over a real socket and a real database, with clocks that a test can move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.metrics import Metrics
from bot.opening import open_storage
from bot.settings import Settings, StorageSettings
from bot.vitals import Vitals
from bot.web import Surroundings, Webhook, serving, webhook_path, webhook_secret
from storage import inbox, outbox
from storage.database import Database
from storage.outbox import Lane

TOKEN = "123456789:AAcanaryCANARYcanaryCANARYcanaryCAN"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass
class Clock:
    """Wall clock and stop watch, moving together."""

    now: datetime = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    seconds: float = 1000.0

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class House:
    database: Database
    clock: Clock
    vitals: Vitals
    metrics: Metrics
    session: aiohttp.ClientSession
    address: str = ""
    accepted: list[dict[str, Any]] = field(default_factory=list)
    disk_full: bool = False

    async def accept(self, update: dict[str, Any]) -> None:
        if self.disk_full:
            raise OSError("disk full")
        self.accepted.append(update)

    async def delivers(self, body: Any, *, path: str | None = None, secret: str | None = None) -> int:
        """What Telegram does; the status it gets."""
        headers = {HEADER: webhook_secret(TOKEN) if secret is None else secret, "Content-Type": "application/json"}
        url = self.address + (webhook_path(TOKEN) if path is None else path)
        async with self.session.post(
            url, data=body, headers={name: value for name, value in headers.items() if value}
        ) as answer:
            return answer.status

    async def health(self) -> tuple[int, dict[str, Any]]:
        async with self.session.get(self.address + "/healthz") as answer:
            return answer.status, await answer.json()

    async def figures(self) -> dict[str, float]:
        """What Prometheus reads, by name and labels."""
        async with self.session.get(self.address + "/metrics") as answer:
            lines = (await answer.text()).splitlines()
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    async def an_update_arrives(self, update_id: int = 1) -> None:
        now = self.clock.now
        await self.database.write(lambda db: inbox.store(db, [(update_id, 7, {"update_id": update_id})], now))

    async def a_message_is_due(self, lane: Lane = Lane.REPLY) -> None:
        now = self.clock.now
        await self.database.write(
            lambda db: outbox.put(db, lane=lane, chat_id=7, method="sendMessage", payload={"text": "hi"}, at=now)
        )


def settings_in(path: Path) -> Settings:
    return Settings(storage=StorageSettings(url=f"sqlite+aiosqlite:///{path}/guanxi.db", key_file=path / "guanxi.key"))


@asynccontextmanager
async def open_house(path: Path) -> AsyncIterator[House]:
    database = await open_storage(settings_in(path))
    clock = Clock()
    vitals = Vitals(clock=lambda: clock.now, monotonic=lambda: clock.seconds)
    async with aiohttp.ClientSession() as session:
        house = House(database, clock, vitals, Metrics(lambda: clock.now), session)
        around = Surroundings(database, vitals, house.metrics, Webhook(TOKEN, house.accept))
        async with serving(around, "127.0.0.1", 0) as port:
            house.address = f"http://127.0.0.1:{port}"
            yield house
    await database.close()
