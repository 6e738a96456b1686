"""Two processes over one database: on SQLite the second refuses, on PostgreSQL it stands by and takes over."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from storage.database import open_database
from storage.sealing import Vault, read_key
from tests.own_postgres import own_database
from tests.process.real import a_bot, a_telegram, patience

pytestmark = pytest.mark.process

ANA = 10_000


@pytest.fixture
def postgres() -> Iterator[str]:
    with own_database() as url:
        yield url


async def test_a_second_process_on_the_same_file_refuses_and_names_the_holder(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with a_telegram() as telegram, a_bot(telegram, url, tmp_path) as first, a_bot(telegram, url, tmp_path) as two:
        await first.starts()
        two.log = tmp_path / "second.log"
        two.spawns()
        assert await two.ended() == 2
        lines = two.said().splitlines()
        assert len(lines) == 1
        assert f"club.db is held by process {first.pid} on {socket.gethostname()} since" in lines[0]
        await telegram.meets(ANA)
        await telegram.says(ANA, "/start")
        await telegram.wrote_to([ANA])


async def test_on_postgresql_the_second_stands_by_and_takes_over_when_the_first_is_killed(
    tmp_path: Path, postgres: str
) -> None:
    ports = [_free_port(), _free_port()]
    async with (
        a_telegram() as telegram,
        a_bot(telegram, postgres, tmp_path, GUANXI_WEB__PORT=str(ports[0])) as first,
        a_bot(telegram, postgres, tmp_path, GUANXI_WEB__PORT=str(ports[1])) as second,
    ):
        second.log = tmp_path / "second.log"
        await telegram.meets(ANA)
        await first.starts()
        await second.starts(until="standing by")
        assert [(await _health(port))["role"] for port in ports] == ["leader", "standby"]
        await telegram.says(ANA, "/start")
        await telegram.wrote_to([ANA])
        first.kill()
        killed = time.monotonic()
        await telegram.says(ANA, "/help")
        await telegram.wrote_to([ANA], 2)
        seconds = time.monotonic() - killed
        print(f"\nthe standby answered {seconds:.1f} s after the leader was killed")
        assert seconds < 10
        assert (await _health(ports[1]))["role"] == "leader"
        assert (await second.ends())[0] == 0


async def test_a_standby_ends_when_it_is_asked_to(tmp_path: Path, postgres: str) -> None:
    async with (
        a_telegram() as telegram,
        a_bot(telegram, postgres, tmp_path) as first,
        a_bot(telegram, postgres, tmp_path) as second,
    ):
        second.log = tmp_path / "second.log"
        await first.starts()
        await second.starts(until="standing by")
        code, seconds = await second.ends()
        assert (code, seconds < 5) == (0, True)
        assert first.alive


async def test_a_leader_whose_connection_is_cut_stops_so_that_only_one_polls(tmp_path: Path, postgres: str) -> None:
    """The server restarts: the process says so and ends, for its supervisor to start it anew."""
    async with a_telegram() as telegram, a_bot(telegram, postgres, tmp_path) as bot:
        await bot.starts()
        vault = Vault(read_key(tmp_path / "guanxi.key"))
        database = await open_database(postgres, vault)
        await database.write(_end_all_connections)
        await database.close()
        code = await bot.ended()
        assert code == 2, bot.said()
        assert "another process may lead now" in bot.said()
        assert "Traceback" not in bot.said()


def _end_all_connections(db: Any) -> None:
    db.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid != pg_backend_pid()"
    )


async def _health(port: int) -> dict[str, Any]:
    async with patience(20, "healthz answers"), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    health: dict[str, Any] = await answer.json()
                    return health
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
