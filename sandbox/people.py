"""The people's side over HTTP: the page and end-to-end tests act through it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox import clock, view
from sandbox.acts import Posted
from sandbox.api import ApiError, Json
from sandbox.content import KINDS, Media
from sandbox.limits import Stats
from sandbox.state import Event
from sandbox.world import World

FOLLOW_FOR = 25.0
HEARTBEAT = 15.0
MOST_WAITING = 5000
SHOWN = ("image/png", "image/jpeg", "image/webp", "image/gif", "audio/ogg", "audio/mpeg", "video/mp4")
SAMPLES = {
    "photo": ("photo.jpg", "image/jpeg"),
    "voice": ("voice.ogg", "audio/ogg"),
    "sticker": ("s.webp", "image/webp"),
}
LIMITS = ("per_second", "per_chat", "group_per_minute", "latency")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[Json], Json | Awaitable[Json]]


def add_routes(app: web.Application, world: World) -> None:
    """Adds /sandbox/… to the application."""
    side = PeopleSide(world)
    add = app.router.add_route
    for path, look in side.looks.items():
        add("GET", f"/sandbox/{path}", look)
    for path, act in side.acts.items():
        add("POST", f"/sandbox/{path}", _posted(act))
    add("POST", "/sandbox/send", side.send)
    add("PUT", "/sandbox/clock", _posted(side.arrive))


def _posted(act: Act) -> Handler:
    """A handler that gives the JSON body to a function and answers what it says; wrong input is 400 with the reason."""

    async def handle(request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            return web.json_response({"error": "content type: expected application/json"}, status=415)
        return await _answered(act, json.loads(await request.read() or b"{}"))

    return handle


async def _answered(act: Act, body: Json) -> web.Response:
    try:
        result = act(body)
        return web.json_response(await result if isinstance(result, Awaitable) else result)
    except KeyError as error:
        return web.json_response({"error": f"{error.args[0]}: missing"}, status=400)
    except (ValueError, TypeError, ApiError) as error:
        return web.json_response({"error": str(error)}, status=400)


def _where(posted: Posted) -> Json:
    return {"message_id": posted.message_id, "update_id": posted.update_id}


class PeopleSide:
    """The calls of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.albums: dict[str, str] = {}
        self.looks: dict[str, Handler] = {
            "state": self.state,
            "events": self.events,
            "clock": self.clock,
            "media/{file_id}": self.media,
            "stats": self.stats,
            "sends": self.sends,
        }
        self.acts: dict[str, Act] = {
            "personas": self.add_persona,
            "groups": self.add_group,
            "language": self.language,
            "say": self.say,
            "press": self.press,
            "edit": self.edit,
            "block": self.block,
            "delete": self.delete,
            "delete_topic": self.delete_topic,
            "forum": self.forum,
            "clock": self.move,
            "faults": self.faults,
            "limits": self.limits,
            "stats/reset": self.reset,
        }

    # What can be looked at.

    async def state(self, request: web.Request) -> web.Response:
        """Everything."""
        return web.json_response(view.state_view(self.world))

    async def stats(self, request: web.Request) -> web.Response:
        """Counters."""
        return web.json_response(self.world.stats.view())

    async def sends(self, request: web.Request) -> web.Response:
        """When what was sent where: [[monotonic time, chat, method], …]."""
        return web.json_response(list(self.world.stats.sends))

    async def media(self, request: web.Request) -> web.Response:
        """A file that was sent; what is no picture or sound is downloaded, never shown."""
        stored = self.world.files.by_id.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
        if stored.mime in SHOWN:
            return web.Response(body=stored.data, content_type=stored.mime, headers=headers)
        headers["Content-Disposition"] = "attachment"
        return web.Response(body=stored.data, content_type="application/octet-stream", headers=headers)

    async def clock(self, request: web.Request) -> web.Response:
        """The clock; followers wait here for another target."""
        if "follow" not in request.query:
            return web.json_response(self.world.clock.view())
        since = request.query.get("since")
        self.world.clock.follow()
        try:
            async with asyncio.timeout(FOLLOW_FOR):
                while clock.iso(self.world.clock.target) == since:
                    await self.world.changed.next()
        except TimeoutError:
            pass
        return web.json_response(self.world.clock.view())

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events, until the page goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        waiting: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)
        hear = _hearing(waiting)
        self.world.listeners.append(hear)
        try:
            await response.prepare(request)
            await response.write(b": welcome\n\n")
            while not waiting.full():
                await self._tell(response, waiting)
        except ConnectionError:
            pass
        finally:
            self.world.listeners.remove(hear)
        return response

    async def _tell(self, response: web.StreamResponse, waiting: asyncio.Queue[Event]) -> None:
        try:
            async with asyncio.timeout(HEARTBEAT):
                event = await waiting.get()
        except TimeoutError:
            await response.write(b": still here\n\n")
            return
        for told in view.event_views(self.world, event):
            await response.write(f"data: {json.dumps(told)}\n\n".encode())

    # What people do.

    def add_persona(self, body: Json) -> Json:
        """A new person."""
        persona = self.world.add_persona(
            body["name"], id=body.get("id"), username=body.get("username"), language=body.get("language", "en")
        )
        self.world.emit("chat", self.world.room(persona.id))
        return view.persona_view(self.world, persona)

    def add_group(self, body: Json) -> Json:
        """A new group."""
        members = [self.world.persona(number).id for number in body["members"]]
        group = self.world.add_group(body["title"], members, forum=bool(body.get("forum")), owner=body.get("owner"))
        return view.chat_view(self.world, group)

    def language(self, body: Json) -> Json:
        """Another Telegram language."""
        self.world.set_language(body["persona"], body["language"])
        return {}

    def say(self, body: Json) -> Json:
        """Writes a message."""
        if not str(body["text"]).strip():
            raise ValueError("text: found nothing, expected some")
        chat, reply_to, thread = body.get("chat"), body.get("reply_to"), body.get("topic")
        return _where(self.world.say(body["persona"], body["text"], chat, reply_to, thread=thread))

    def press(self, body: Json) -> Json:
        """Presses a button."""
        pressed = self.world.press(body["persona"], body["chat"], body["message_id"], body["data"])
        return {"update_id": pressed.update_id, "callback_id": pressed.callback_id}

    def edit(self, body: Json) -> Json:
        """Edits an own message."""
        return {"update_id": self.world.edit(body["persona"], body["message_id"], body["text"], body.get("chat"))}

    def block(self, body: Json) -> Json:
        """Blocks or unblocks the bot."""
        self.world.block(body["persona"], bool(body.get("blocked", True)))
        return {}

    def delete(self, body: Json) -> Json:
        """Deletes a message."""
        self.world.delete(body["chat"], body["message_id"])
        return {}

    def delete_topic(self, body: Json) -> Json:
        """Deletes a thread."""
        self.world.delete_topic(body["chat"], body["topic"])
        return {}

    def forum(self, body: Json) -> Json:
        """Switches the topics of a group on or off."""
        self.world.set_forum(body["chat"], bool(body["on"]))
        return {}

    async def send(self, request: web.Request) -> web.Response:
        """Sends media or a place, as a multipart form."""
        fields: Json = {}
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name:
                data = bytes(await part.read())
                is_file = part.filename is not None
                mime = part.headers.get("Content-Type", "").partition(";")[0]
                fields[part.name] = (part.filename, mime, data) if is_file else data.decode()
        return await _answered(self._sent, fields)

    def _sent(self, fields: Json) -> Json:
        persona, kind = int(fields["persona"]), fields["kind"]
        chat = int(fields["chat"]) if fields.get("chat") else None
        at = {
            name: int(fields[key]) for name, key in (("thread", "topic"), ("reply_to", "reply_to")) if fields.get(key)
        }
        if kind == "location":
            place = (float(fields.get("latitude", 31.23)), float(fields.get("longitude", 121.47)))
            return _where(self.world.send_location(persona, *place, chat, **at))
        if kind == "contact":
            return _where(
                self.world.send_contact(persona, fields.get("phone_number", "+8613800000000"), chat=chat, **at)
            )
        if kind not in KINDS:
            raise ValueError(f"kind: found {kind!r}, expected one of {', '.join((*KINDS, 'location', 'contact'))}")
        name, mime, data = fields.get("file") or (*SAMPLES.get(kind, ("file.bin", "")), b"sandbox")
        media = Media(kind, data, name, mime, {"emoji": "👍"} if kind == "sticker" else {})
        extra = {"media_group_id": self._album(fields["album"])} if fields.get("album") else None
        return _where(self.world.send(persona, media, fields.get("caption", ""), chat, extra=extra, **at))

    def _album(self, name: str) -> str:
        """Pictures that are sent under one album name belong together."""
        return self.albums.setdefault(name, self.world.new_album())

    # What the experimenter does.

    def move(self, body: Json) -> Json:
        """Moves the clock, or asks its follower to."""
        if "advance" in body:
            self.world.clock.advance(float(body["advance"]))
        else:
            target = clock.parse(body["to"])
            if target < self.world.clock.now():
                raise ValueError(f"to: found {body['to']}, expected a time after {clock.iso(self.world.clock.now())}")
            self.world.clock.move_to(target)
        return self.world.clock.view()

    def arrive(self, body: Json) -> Json:
        """The follower says where it is, and which moments are worth a visit."""
        self.world.clock.follow()
        if "bookmarks" in body:
            self.world.clock.bookmarks = list(body["bookmarks"])
            self.world.emit("clock")
        if "now" in body:
            self.world.clock.arrive(clock.parse(body["now"]))
        return self.world.clock.view()

    def faults(self, body: Json) -> Json:
        """Troubles for the next calls."""
        more: dict[str, Any] = {key: body[key] for key in ("retry_after", "seconds") if body.get(key) is not None}
        self.world.faults.add(str(body["kind"]), int(body.get("times", 1)), body.get("methods"), **more)
        return {}

    def limits(self, body: Json) -> Json:
        """Rate limits and latency; null switches off, what is not named stays."""
        unknown = set(body) - set(LIMITS)
        if unknown:
            raise ValueError(f"{min(unknown)}: expected one of {', '.join(LIMITS)}")
        for name, value in body.items():
            setattr(self.world.limits, name, (value or 0.0) if name == "latency" else value)
        return {}

    def reset(self, body: Json) -> Json:
        """Counts from zero."""
        self.world.stats = Stats()
        return {}


def _hearing(waiting: asyncio.Queue[Event]) -> Callable[[Event], None]:
    def hear(event: Event) -> None:
        if not waiting.full():
            waiting.put_nowait(event)

    return hear
