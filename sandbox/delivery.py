"""Posts updates to a webhook, in order, again and again until it takes them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from sandbox import dispatch
from sandbox.api import ApiError

if TYPE_CHECKING:
    from sandbox.state import Bot, Webhook
    from sandbox.world import World

LONGEST_WAIT = 30.0
HEADER = "X-Telegram-Bot-Api-Secret-Token"


async def deliver(world: World, bot: Bot, webhook: Webhook) -> None:
    """Runs until the webhook is taken away."""
    headers = {HEADER: webhook.secret} if webhook.secret else {}
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=60)) as session:
        wait = world.webhook_retry
        while True:
            while not bot.updates:
                await bot.arrived.next()
            update = bot.updates[0]
            trouble = await _post(world, bot, session, webhook.url, update)
            if trouble:
                webhook.last_error_date, webhook.last_error_message = world.clock.timestamp(), trouble
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            wait = world.webhook_retry
            if bot.updates and bot.updates[0] is update:
                bot.updates.popleft()
                world.changed.beat()


async def _post(world: World, bot: Bot, session: aiohttp.ClientSession, url: str, update: dict[str, object]) -> str:
    """Delivers one update; what went wrong, or nothing."""
    try:
        async with session.post(url, json=update) as response:
            if not 200 <= response.status < 300:
                return f"Wrong response from the webhook: {response.status} {response.reason}"
            body = await response.read()
            if b'"method"' in body:
                await _reply(world, bot, response, body)
            return ""
    except TimeoutError:
        return "Read timeout expired"
    except aiohttp.ClientError as error:
        return f"Connection refused ({type(error).__name__})"


async def _reply(world: World, bot: Bot, response: aiohttp.ClientResponse, body: bytes) -> None:
    """A webhook may answer with a method to call; nobody is told the result."""
    params = dispatch.parse_json(body)
    name = str(params.pop("method", ""))
    try:
        await dispatch.answer(world, bot, name, params)
    except ApiError:
        return
