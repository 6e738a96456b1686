"""How a bot hears what happened: by asking, or by webhook."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from sandbox.world import ANA, CLERK, STAFF_GROUP, TOKEN, World
from tests.sandbox.conftest import Api, Refused

SECRET = "X-Telegram-Bot-Api-Secret-Token"


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_update_is_given_again_until_it_is_confirmed(world: World, api: Api) -> None:
    first, second = world.say(ANA, "one"), world.say(ANA, "two")
    assert texts(await api.getUpdates()) == ["one", "two"]
    assert texts(await api.getUpdates(offset=second.update_id)) == ["two"]
    assert texts(await api.getUpdates(offset=first.update_id)) == ["two"]
    assert await api.getUpdates(offset=second.update_id + 1) == []
    assert second.update_id == first.update_id + 1


async def test_limit_takes_the_oldest_and_a_negative_offset_the_newest(world: World, api: Api) -> None:
    for text in ("one", "two", "three"):
        world.say(ANA, text)
    assert texts(await api.getUpdates(limit=2)) == ["one", "two"]
    assert texts(await api.getUpdates(offset=-1)) == ["three"]
    assert texts(await api.getUpdates()) == ["three"]


async def test_a_long_poll_ends_when_somebody_speaks(world: World, api: Api) -> None:
    poll = asyncio.create_task(api.getUpdates(timeout=10))
    await asyncio.sleep(0.05)
    assert not poll.done()
    world.say(ANA, "Hello")
    assert texts(await poll) == ["Hello"]


async def test_a_long_poll_ends_empty_after_its_time(api: Api) -> None:
    began = time.monotonic()
    assert await api.getUpdates(timeout=1) == []
    assert 0.9 < time.monotonic() - began < 3


async def test_a_second_poll_ends_the_first(world: World, api: Api) -> None:
    first = asyncio.create_task(api.getUpdates(timeout=10))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(api.getUpdates(timeout=10))
    with pytest.raises(Refused, match="Conflict: terminated by other getUpdates request") as refused:
        await first
    assert refused.value.code == 409
    world.say(ANA, "Hello")
    assert texts(await second) == ["Hello"]


async def test_only_what_was_asked_for_is_queued(world: World, api: Api) -> None:
    await api.getUpdates(allowed_updates=["callback_query"])
    world.say(ANA, "unheard")
    await api.getUpdates(allowed_updates=[])
    world.say(ANA, "heard")
    world.react(ANA, ANA, 1)
    assert texts(await api.getUpdates()) == ["heard"]


async def test_a_person_speaks_in_the_language_of_the_day(world: World, api: Api) -> None:
    world.set_language(ANA, "zh-hans")
    world.say(ANA, "/start ref_abc")
    message = (await api.getUpdates())[0]["message"]
    assert message["from"]["language_code"] == "zh-hans"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]
    assert message["date"] == world.clock.timestamp()


async def test_blocking_and_leaving_are_told(world: World, api: Api) -> None:
    world.block(ANA)
    change = (await api.getUpdates())[0]["my_chat_member"]
    states = (change["old_chat_member"]["status"], change["new_chat_member"]["status"])
    assert (change["chat"]["id"], states) == (ANA, ("member", "kicked"))


async def test_an_anonymous_administrator_is_the_group_itself(world: World, api: Api) -> None:
    world.say_anonymously(STAFF_GROUP, "Closed today")
    message = (await api.getUpdates())[0]["message"]
    assert (message["from"]["username"], message["sender_chat"]["id"]) == ("GroupAnonymousBot", STAFF_GROUP)


async def test_a_bot_that_is_no_administrator_hears_only_what_concerns_it(world: World, api: Api) -> None:
    group = world.add_group("Friends", [CLERK], bot_is_admin=False).id
    sent = await api.sendMessage(chat_id=group, text="Anybody?")
    for text in ("nothing", "/points", "@guanxi_sandbox_bot hi"):
        world.say(CLERK, text, chat=group)
    world.say(CLERK, "me", chat=group, reply_to=sent["message_id"])
    assert texts(await api.getUpdates()) == ["/points", "@guanxi_sandbox_bot hi", "me"]


async def test_two_bots_do_not_hear_each_others_chats(world: World, api: Api) -> None:
    other = Api(api.session, api.url, "777:OTHER")
    assert (await other.getMe())["id"] == 777
    world.say(ANA, "to the first")
    world.say(ANA, "to the other", bot=world.bots["777:OTHER"])
    assert texts(await api.getUpdates()) == ["to the first"]
    assert texts(await other.getUpdates()) == ["to the other"]


@pytest.mark.parametrize(("token", "code"), [("nonsense", 404), ("12:", 401), (TOKEN, 200)])
async def test_a_token_must_look_like_one(api: Api, token: str, code: int) -> None:
    async with api.session.get(f"{api.url}/bot{token}/getMe") as response:
        assert response.status == code


class Hook:
    """A program that takes updates by HTTP."""

    def __init__(self) -> None:
        self.requests: list[tuple[str | None, dict[str, Any]]] = []
        self.answers: list[web.Response] = []

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append((request.headers.get(SECRET), await request.json()))
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return texts([update for _, update in self.requests])


@pytest.fixture
async def hook(world: World) -> AsyncIterator[Hook]:
    """A webhook at `hook.url`, which takes everything unless told otherwise."""
    world.webhook_retry = 0.01
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"  # type: ignore[attr-defined]
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_each_update_once_in_order_with_the_secret(world: World, api: Api, hook: Any) -> None:
    world.say(ANA, "before")
    await api.setWebhook(url=hook.url, secret_token="quiet")
    world.say(ANA, "after")
    await world.wait_for(lambda: not world.bot.updates)
    assert (hook.texts(), {secret for secret, _ in hook.requests}) == (["before", "after"], {"quiet"})


async def test_a_webhook_that_fails_gets_the_update_again(world: World, api: Api, hook: Any) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=503)]
    await api.setWebhook(url=hook.url)
    world.say(ANA, "one")
    world.say(ANA, "two")
    await world.wait_for(lambda: not world.bot.updates)
    assert hook.texts() == ["one", "one", "one", "two"]
    info = await api.getWebhookInfo()
    assert (info["url"], info["pending_update_count"]) == (hook.url, 0)
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_webhook_may_answer_with_a_method(world: World, api: Api, hook: Any) -> None:
    reply = {"method": "sendMessage", "chat_id": ANA, "text": "Welcome"}
    hook.answers = [web.Response(body=json.dumps(reply).encode(), content_type="application/json")]
    await api.setWebhook(url=hook.url)
    world.say(ANA, "/start")
    await world.wait_for(lambda: world.last(ANA).get("text") == "Welcome")


async def test_a_webhook_and_polling_exclude_each_other(world: World, api: Api, hook: Any) -> None:
    poll = asyncio.create_task(api.getUpdates(timeout=10))
    await asyncio.sleep(0.05)
    await api.setWebhook(url=hook.url)
    with pytest.raises(Refused, match="Conflict: terminated by setWebhook request"):
        await poll
    with pytest.raises(Refused, match="Conflict: can't use getUpdates method while webhook is active"):
        await api.getUpdates()
    await api.deleteWebhook()
    assert await api.getUpdates() == []


async def test_a_webhook_on_another_machine_must_be_https(api: Api) -> None:
    with pytest.raises(Refused, match="An HTTPS URL must be provided for webhook"):
        await api.setWebhook(url="http://example.com/hook")
