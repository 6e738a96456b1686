"""The real process behind a webhook: updates come over HTTP, answers go out as ever."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from tests.process.real import Telegram, a_bot, a_telegram

pytestmark = pytest.mark.process

ANA = 1001


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answered(telegram: Telegram, text: str) -> bool:
    for _ in range(500):
        if any(text in line for line in await telegram.heard(ANA)):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_updates_come_by_webhook_and_one_that_came_while_it_was_down_is_not_lost(tmp_path: Path) -> None:
    port = free_port()
    web = {"GUANXI_WEB__PORT": str(port), "GUANXI_WEB__PUBLIC_URL": f"http://127.0.0.1:{port}"}
    url = f"sqlite+aiosqlite:///{tmp_path / 'club.db'}"
    async with a_telegram() as telegram, a_bot(telegram, url, tmp_path, **web) as bot:
        await bot.starts()
        await telegram.says(ANA, "/complain The cup was cracked")
        assert await answered(telegram, "#1001")
        bot.kill()
        await telegram.says(ANA, "/complain And the tea was cold")
        await bot.starts()
        assert await answered(telegram, "#1002")
        assert "getUpdates" not in await telegram.calls()
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as health:
            assert health.status == 200
            assert (await health.json())["role"] == "leader"
        code, seconds = await bot.ends()
        assert code == 0
        assert seconds < 5
