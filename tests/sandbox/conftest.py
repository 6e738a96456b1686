"""A world with people in it, served, and a bot that calls it the plainest way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest

from sandbox.server import running
from sandbox.world import TOKEN, World, demo_world
from tests.bot_api import Contract


class Refused(Exception):
    """The error object of an answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["description"])
        self.code: int = answer["error_code"]
        self.parameters: dict[str, int] = answer.get("parameters", {})


class Api:
    """`await api.sendMessage(chat_id=…)` posts JSON and gives the result."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str = TOKEN) -> None:
        self.session, self.url, self.token = session, url, token

    def __getattr__(self, method: str) -> Any:
        async def call(**params: Any) -> Any:
            return await self.post(method, json=params)

        return call

    async def post(self, method: str, **body: Any) -> Any:
        """Posts any body."""
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", **body) as response:
            answer = await response.json()
        if not answer["ok"]:
            assert response.status == answer["error_code"]
            raise Refused(answer)
        return answer["result"]


@pytest.fixture
def contract() -> Contract:
    return Contract()


@pytest.fixture
def world(contract: Contract) -> Iterator[World]:
    """The demo, in which Ana has started the bot; whatever the sandbox answers is held against the contract."""
    world = demo_world()
    world.bot.known.add(1001)
    world.observers.append(contract)
    yield world
    assert contract.problems == []


@pytest.fixture
async def url(world: World) -> AsyncIterator[str]:
    async with running(world) as url:
        yield url


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def api(session: aiohttp.ClientSession, url: str) -> Api:
    return Api(session, url)
