"""Limits and faults, as harsh as the experimenter likes."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import pytest

from sandbox.limits import Limits
from sandbox.world import ANA, CLERK, STAFF_GROUP, World
from tests.sandbox.conftest import Api, Refused


def test_no_second_holds_more_than_thirty() -> None:
    limits = Limits(per_second=30)
    assert [limits.retry_after("1", now / 100) for now in range(30)] == [0] * 30
    assert limits.retry_after("1", 0.5) == 1
    assert limits.retry_after("1", 0.999) == 1
    # The first one is a second old: one place is free, and only one.
    assert [limits.retry_after("1", 1.0), limits.retry_after("1", 1.0)] == [0, 1]


def test_what_was_refused_uses_nothing_up() -> None:
    limits = Limits(per_second=1)
    assert limits.retry_after("1", 0.0) == 0
    assert [limits.retry_after("1", now / 10) for now in range(1, 10)] == [1] * 9
    assert limits.retry_after("1", 1.0) == 0


def test_a_chat_has_its_own_second_and_a_group_its_minute() -> None:
    limits = Limits(per_chat=1, group_per_minute=2)
    assert [limits.retry_after(chat, 0.0) for chat in ("1", "2", "1", "-5")] == [0, 0, 1, 0]
    assert [limits.retry_after("-5", 10.0), limits.retry_after("-5", 20.0)] == [0, 40]
    assert limits.retry_after("-5", 60.0) == 0


async def test_the_thirty_first_message_of_a_second_is_told_to_wait(world: World, api: Api) -> None:
    world.limits.per_second = 30
    sends = [api.sendMessage(chat_id=ANA, text=str(number)) for number in range(31)]
    results = await asyncio.gather(*sends, return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refused)]
    assert [(one.code, str(one), one.parameters) for one in refused] == [
        (429, "Too Many Requests: retry after 1", {"retry_after": 1})
    ]
    assert (world.stats.sent, world.stats.refused) == (30, 1)


async def test_only_sending_is_limited(world: World, api: Api) -> None:
    world.limits.per_second = 1
    sent = await api.sendMessage(chat_id=ANA, text="one")
    assert await api.editMessageText(chat_id=ANA, message_id=sent["message_id"], text="two")
    assert await api.sendChatAction(chat_id=ANA, action="typing")
    assert await api.getMe()


async def test_latency_delays_every_call(world: World, api: Api) -> None:
    world.limits.latency = 0.05
    began = time.monotonic()
    await api.getMe()
    assert time.monotonic() - began >= 0.05


async def test_a_fault_hits_the_next_calls_of_its_methods(world: World, api: Api) -> None:
    world.faults.add("429", times=2, methods=["sendMessage"], retry_after=7)
    world.faults.add("500")
    for _ in range(2):
        with pytest.raises(Refused, match="retry after 7"):
            await api.sendMessage(chat_id=ANA, text="x")
    assert await api.getUpdates() == []
    with pytest.raises(Refused, match="Internal Server Error") as refused:
        await api.getMe()
    assert refused.value.code == 500
    assert await api.sendMessage(chat_id=ANA, text="x")


@pytest.mark.parametrize(("kind", "arrived"), [("reset", 0), ("cut", 1)])
async def test_a_broken_line_loses_the_call_or_only_the_answer(world: World, api: Api, kind: str, arrived: int) -> None:
    world.faults.add(kind, methods=["sendMessage"])
    with pytest.raises(aiohttp.ClientError):
        await api.sendMessage(chat_id=ANA, text="x")
    assert len(world.messages(ANA)) == arrived


async def test_a_slow_call_is_answered_late_and_none_takes_faults_back(world: World, api: Api) -> None:
    world.faults.add("slow", seconds=0.05)
    world.faults.add("500", times=9)
    began = time.monotonic()
    await api.getMe()
    assert time.monotonic() - began >= 0.05
    world.faults.add("none")
    await api.getMe()
    with pytest.raises(ValueError, match="kind: found 'rain', expected one of 429, 500"):
        world.faults.add("rain")


async def test_what_was_called_is_counted(world: World, api: Api) -> None:
    world.say(CLERK, "hi", chat=STAFF_GROUP)
    await api.sendMessage(chat_id=ANA, text="x")
    await api.sendMessage(chat_id=STAFF_GROUP, text="x")
    with pytest.raises(Refused):
        await api.sendMessage(chat_id=5, text="x")
    async with api.session.get(f"{api.url}/sandbox/stats") as response:
        stats = await response.json()
    assert (stats["calls"], stats["sent"], stats["refused"]) == ({"sendMessage": 3}, 2, 0)
    assert stats["errors"] == {"400 Bad Request: chat not found": 1}
    async with api.session.get(f"{api.url}/sandbox/sends") as response:
        sends = await response.json()
    assert [send[1:] for send in sends] == [[str(ANA), "sendMessage"], [str(STAFF_GROUP), "sendMessage"]]
    assert [sends[0][0], sends[1][0]] == [stats["first_sent"], stats["last_sent"]]
    await api.session.post(f"{api.url}/sandbox/stats/reset", json={})
    assert world.stats.sent == 0
