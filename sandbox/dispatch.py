"""One call, from the method's name to the result: latency, faults, limits, counters, and the method itself."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from sandbox.api import METHODS, ApiError, Call, Json, bad_request
from sandbox.limits import SENDING, Fault
from sandbox.outgoing import not_emulated
from sandbox.state import Bot
from sandbox.world import World


class ConnectionLost(Exception):
    """The connection breaks: no answer at all."""


async def answer(world: World, bot: Bot, name: str, params: Json) -> Any:
    """The result of a call, as the caller gets it."""
    entry = METHODS.get(name) or METHODS.get(name.lower())
    if entry is None:
        raise not_emulated(name)
    name, function, waits = entry
    world.stats.calls[name] += 1
    if world.limits.latency:
        await asyncio.sleep(world.limits.latency)
    fault = world.faults.take(name) if world.faults.waiting else None
    if fault:
        await _suffer(world, fault)
    try:
        if name in SENDING:
            _admit(world, params)
        result = function(Call(world, bot, params))
        if waits:
            result = await result
    except ApiError as error:
        world.stats.errors[f"{error.code} {error.description}"[:80]] += 1
        _observe(world, name, params, error)
        if fault and fault.kind == "cut":
            raise ConnectionLost from None
        raise
    if name in SENDING:
        world.stats.count_send(time.monotonic(), str(params["chat_id"]), name)
    if world.observers:
        _observe(world, name, params, result)
    if fault and fault.kind == "cut":
        raise ConnectionLost
    return result


def _admit(world: World, params: Json) -> None:
    if not world.limits.on():
        return
    wait = world.limits.retry_after(str(params.get("chat_id", "")), time.monotonic())
    if wait:
        world.stats.refused += 1
        raise too_many(wait)


async def _suffer(world: World, fault: Fault) -> None:
    if fault.kind == "429":
        world.stats.refused += 1
        raise too_many(fault.retry_after)
    if fault.kind == "500":
        raise ApiError(500, "Internal Server Error")
    if fault.kind == "reset":
        raise ConnectionLost
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)


def too_many(seconds: int) -> ApiError:
    """Error 429."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def _observe(world: World, name: str, params: Json, result: Any) -> None:
    for observer in world.observers:
        observer(name, params, result)


def parse_json(body: bytes) -> Json:
    """The parameters of a JSON body."""
    try:
        params = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(params, dict):
        raise bad_request("object expected")
    return params
