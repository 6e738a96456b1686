"""Methods by which a bot learns who it is and what happened."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from sandbox import delivery
from sandbox.api import ApiError, Call, Json, bad_request, method
from sandbox.state import Bot, Webhook

MOST_AT_ONCE = 100
LONGEST_POLL = 50
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
HAS_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@method
def get_me(call: Call) -> Json:
    """The bot itself."""
    groups = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**call.bot.user, **groups, "can_connect_to_business": False, "has_main_web_app": False}


@method
def log_out(call: Call) -> bool:
    """Nothing to log out of."""
    return True


@method
def close(call: Call) -> bool:
    """Nothing to close."""
    return True


@method
async def get_updates(call: Call) -> list[Json]:
    """Updates from `offset` on; whatever is below it is confirmed and gone. Waits up to `timeout` for the first."""
    bot = call.bot
    if bot.webhook:
        raise ApiError(409, HAS_WEBHOOK)
    bot.poll += 1
    bot.arrived.beat()
    turn = bot.poll
    _allow(call)
    _confirm(bot, call.number("offset") or 0)
    call.world.changed.beat()
    limit = call.number("limit") or MOST_AT_ONCE
    limit = limit if 1 <= limit <= MOST_AT_ONCE else MOST_AT_ONCE
    if not bot.updates:
        await _first(bot, turn, min(call.number("timeout") or 0, LONGEST_POLL))
    if bot.poll != turn:
        raise ApiError(409, "Conflict: terminated by setWebhook request" if bot.webhook else OTHER_POLL)
    return [update for update, _ in zip(bot.updates, range(limit), strict=False)]


async def _first(bot: Bot, turn: int, seconds: int) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not bot.updates and bot.poll == turn:
                await bot.arrived.next()
    except TimeoutError:
        pass


def _confirm(bot: Bot, offset: int) -> None:
    if offset < 0:
        # Only the last ones are wanted; the others are forgotten.
        while len(bot.updates) > -offset:
            bot.updates.popleft()
        return
    while bot.updates and bot.updates[0]["update_id"] < offset:
        bot.updates.popleft()


def _allow(call: Call) -> None:
    """Which kinds of update the bot wants; the choice stays until another is made."""
    if "allowed_updates" in call.params:
        kinds = call.parsed("allowed_updates") or []
        call.bot.allowed = frozenset(kinds) or None


@method
def set_webhook(call: Call) -> bool:
    """Posts updates to an address from now on. http is good enough for an address on this machine."""
    url = call.text("url")
    if not url:
        _stop(call)
        return True
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.text("secret_token")
    if len(secret) > 256 or not all(character.isalnum() or character in "_-" for character in secret):
        raise bad_request("secret token contains unallowed characters")
    _stop(call)
    _allow(call)
    connections = call.number("max_connections") or 40
    call.bot.webhook = Webhook(url, secret, connections, call.text("ip_address") or None)
    call.bot.webhook.task = asyncio.create_task(delivery.deliver(call.world, call.bot, call.bot.webhook))
    # A poll under way must end now.
    call.bot.poll += 1
    call.bot.arrived.beat()
    return True


@method
def delete_webhook(call: Call) -> bool:
    """Back to getUpdates."""
    _stop(call)
    return True


def _stop(call: Call) -> None:
    if call.flag("drop_pending_updates"):
        call.bot.updates.clear()
    webhook, call.bot.webhook = call.bot.webhook, None
    if webhook and webhook.task:
        webhook.task.cancel()


@method
def get_webhook_info(call: Call) -> Json:
    """Where updates go, how many wait, and what went wrong last."""
    webhook = call.bot.webhook
    info: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(call.bot.updates),
    }
    if webhook:
        info["max_connections"] = webhook.max_connections
        if webhook.ip_address:
            info["ip_address"] = webhook.ip_address
        if webhook.last_error_date:
            info |= {"last_error_date": webhook.last_error_date, "last_error_message": webhook.last_error_message}
    if call.bot.allowed:
        info["allowed_updates"] = sorted(call.bot.allowed)
    return info
