"""The people's side over HTTP, as the page uses it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from yarl import URL

from sandbox import clock
from sandbox.world import ANA, CLERK, STAFF_GROUP, World
from tests.sandbox.conftest import Api


class Page:
    """What the page may ask."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session, self.url = session, url

    async def post(self, path: str, /, http: str = "POST", **body: Any) -> dict[str, Any]:
        async with self.session.request(http, f"{self.url}/sandbox/{path}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == (400 if "error" in answer else 200)
            return answer

    async def get(self, name: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/sandbox/{name}") as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def send(self, files: dict[str, bytes] | None = None, **fields: object) -> dict[str, Any]:
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            form.add_field(name, str(value))
        for name, data in (files or {}).items():
            form.add_field("file", data, filename=name)
        async with self.session.post(f"{self.url}/sandbox/send", data=form) as response:
            answer: dict[str, Any] = await response.json()
            return answer


@pytest.fixture
def page(session: aiohttp.ClientSession, url: str) -> Page:
    return Page(session, url)


async def test_the_state_shows_everybody_and_everything(world: World, api: Api, page: Page) -> None:
    await api.setMyCommands(commands=[{"command": "points", "description": "My points"}])
    await api.sendMessage(chat_id=ANA, text="You have <b>70</b> points", parse_mode="HTML")
    state = await page.get("state")
    assert [one["name"] for one in state["personas"]] == ["Ana", "王小明", "林美玲", "Chen Wei", "Maria", "Lao Li"]
    assert state["bot"]["username"] == "guanxi_sandbox_bot"
    chats = {chat["id"]: chat for chat in state["chats"]}
    assert chats[STAFF_GROUP]["members"] == [9002, 9003, 9001]
    assert chats[ANA]["commands"] == {str(ANA): [{"command": "points", "description": "My points"}]}
    shown = chats[ANA]["messages"][0]
    assert (shown["html"], shown["edited"], shown["deleted"]) == ("You have <b>70</b> points", False, False)


async def test_a_person_says_edits_presses_and_deletes(world: World, api: Api, page: Page) -> None:
    said = await page.post("say", persona=ANA, text="Hi")
    await page.post("edit", persona=ANA, chat=ANA, message_id=said["message_id"], text="Hello")
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    sent = await api.sendMessage(chat_id=ANA, text="Sure?", reply_markup=markup)
    pressed = await page.post("press", persona=ANA, chat=ANA, message_id=sent["message_id"], data="yes")
    kinds = [next(kind for kind in update if kind != "update_id") for update in await api.getUpdates()]
    assert kinds == ["message", "edited_message", "callback_query"]
    assert pressed["callback_id"] in world.callbacks
    await page.post("delete", chat=ANA, message_id=said["message_id"])
    assert [message["text"] for message in world.messages(ANA)] == ["Sure?"]
    deleted = [one["deleted"] for one in (await page.get("state"))["chats"][0]["messages"]]
    assert deleted == [True, False]


async def test_a_person_sends_pictures_and_a_place(world: World, api: Api, page: Page) -> None:
    await page.send({"cup.png": b"picture"}, persona=ANA, kind="photo", caption="Broken", album="1")
    await page.send({"lid.png": b"another"}, persona=ANA, kind="photo", album="1")
    await page.send(persona=CLERK, chat=STAFF_GROUP, kind="voice")
    await page.send(persona=ANA, kind="location", latitude=1.5, longitude=2.5)
    await page.send(persona=ANA, kind="contact", phone_number="+44")
    first, second, voice, place, contact = (update["message"] for update in await api.getUpdates())
    assert first["media_group_id"] == second["media_group_id"]
    assert (voice["chat"]["id"], place["location"]["latitude"]) == (STAFF_GROUP, 1.5)
    assert (contact["contact"]["phone_number"], contact["contact"]["user_id"]) == ("+44", ANA)
    shown = (await page.get("state"))["chats"][0]["messages"][0]
    async with page.session.get(page.url + shown["media_url"]) as response:
        assert await response.read() == b"picture"


async def test_a_file_that_could_run_is_downloaded_not_shown(page: Page, world: World) -> None:
    world.send_document(ANA, b"<script>", "evil.html")
    file_id = world.last(ANA)["document"]["file_id"]
    async with page.session.get(f"{page.url}/sandbox/media/{file_id}") as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"


async def test_a_new_person_can_write(world: World, page: Page) -> None:
    persona = await page.post("personas", name="Otto", language="de")
    await page.post("say", persona=persona["id"], text="Hallo")
    assert world.last(persona["id"])["from"]["language_code"] == "de"
    group = await page.post("groups", title="Friends", members=[persona["id"], ANA])
    assert (group["type"], group["members"]) == ("supergroup", [persona["id"], ANA])
    await page.post("language", persona=ANA, language="zh-hant")
    await page.post("block", persona=ANA, blocked=True)
    ana = (await page.get("state"))["personas"][0]
    assert (ana["language"], ana["blocked"]) == ("zh-hant", True)


async def test_mistakes_are_explained(page: Page) -> None:
    assert await page.post("say", persona=ANA) == {"error": "text: missing"}
    assert "persona: found 5, expected one of" in (await page.post("say", persona=5, text="x"))["error"]
    assert await page.post("limits", speed=1) == {
        "error": "speed: expected one of per_second, per_chat, group_per_minute, latency"
    }
    assert "kind: found 'song'" in (await page.send(persona=ANA, kind="song"))["error"]


async def test_limits_and_faults_are_set(world: World, page: Page) -> None:
    await page.post("limits", per_second=30, latency=0.001)
    await page.post("limits", per_second=None)
    assert (world.limits.per_second, world.limits.latency) == (None, 0.001)
    await page.post("faults", kind="429", times=3, methods=["sendMessage"], retry_after=5)
    assert (world.faults.waiting[0].times, world.faults.waiting[0].retry_after) == (3, 5)


async def test_events_tell_what_happens(world: World, api: Api, page: Page) -> None:
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    async with page.session.get(f"{page.url}/sandbox/events") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": welcome\n"
        world.say(ANA, "/start")
        await api.sendChatAction(chat_id=ANA, action="typing")
        sent = await api.sendMessage(chat_id=ANA, text="Sure?", reply_markup=markup)
        pressed = world.press(ANA, ANA, sent["message_id"], "yes")
        await api.answerCallbackQuery(callback_query_id=pressed.callback_id, text="Done")
        await api.editMessageText(chat_id=ANA, message_id=sent["message_id"], text="Done")
        await api.deleteMessage(chat_id=ANA, message_id=sent["message_id"])
        world.block(ANA)
        world.clock.advance(60)
        events = [event async for event in read(response, 8)]
    kinds = [event["kind"] for event in events]
    assert kinds == ["message", "typing", "message", "answer", "edited", "deleted", "persona", "clock"]
    assert events[0]["message"]["html"] == '<span class="command">/start</span>'
    assert (events[3]["persona"], events[3]["text"], events[3]["alert"]) == (ANA, "Done", False)
    assert events[4]["message"]["edited"] is True


async def read(response: aiohttp.ClientResponse, count: int) -> Any:
    while count:
        line = (await response.content.readline()).decode()
        if line.startswith("data: "):
            count -= 1
            yield json.loads(line.removeprefix("data: "))


async def test_the_clock_jumps_where_nobody_follows(world: World, page: Page) -> None:
    before = world.clock.now()
    await page.post("clock", advance=86400)
    assert timedelta(days=1) <= world.clock.now() - before < timedelta(days=1, seconds=10)
    shown = await page.post("clock", to="2030-02-28T08:00:00Z")
    assert shown["now"].startswith("2030-02-28T08:00:0")
    assert "expected a time after" in (await page.post("clock", to="2020-01-01"))["error"]


async def test_a_follower_walks_to_the_target_in_its_own_steps(world: World, page: Page) -> None:
    start = (await page.get("clock?follow=1"))["target"]
    following = asyncio.create_task(page.get(f"clock?follow=1&since={start}"))
    await asyncio.sleep(0.05)
    asked = await page.post("clock", advance=7200)
    target = (await following)["target"]
    assert (target, asked["follower"]) == (asked["target"], True)
    assert clock.parse(target) - world.clock.now() > timedelta(hours=1)
    label = {"en": "Ana's birthday"}
    await page.post("clock", http="PUT", bookmarks=[{"label": label, "at": target}])
    shown = await page.post("clock", http="PUT", now=target)
    assert (shown["now"][:19], shown["bookmarks"][0]["label"]) == (target[:19], label)


async def test_the_clock_does_not_wait_for_a_follower_that_went_away(world: World, page: Page) -> None:
    await page.get("clock?follow=1")
    asked = await page.post("clock", advance=7200)
    world.clock.followed -= 41
    arrived = await page.get("clock")
    assert (arrived["now"][:16], arrived["follower"]) == (asked["target"][:16], False)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Host": "evil.example:8081"}]
)
@pytest.mark.parametrize("path", ["/sandbox/say", "/bot1000000001:SANDBOX/sendMessage"])
async def test_other_sites_cannot_reach_the_sandbox(page: Page, headers: dict[str, str], path: str) -> None:
    async with page.session.post(page.url + path, json={"persona": ANA, "text": "x"}, headers=headers) as response:
        assert response.status == 403


async def test_a_form_of_another_site_cannot_speak(page: Page) -> None:
    async with page.session.post(f"{page.url}/sandbox/say", data='{"persona": 1001, "text": "x"}') as response:
        assert response.status == 415


async def test_the_page_is_served_fresh_and_nothing_beside_it(page: Page) -> None:
    async with page.session.get(f"{page.url}/") as response:
        assert (response.status, response.headers["Cache-Control"]) == (200, "no-store")
    for path in ("/page/%2e%2e%2fserver.py", "/page/..%2F..%2Fpyproject.toml", "/page/nothing.js"):
        async with page.session.get(URL(page.url + path, encoded=True)) as response:
            assert response.status == 404
