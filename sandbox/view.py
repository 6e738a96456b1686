"""The world as the page shows it."""

from __future__ import annotations

import time
from typing import Any

from sandbox import content
from sandbox.chat import Chat, Json, Persona
from sandbox.clock import iso
from sandbox.commands import shown_to
from sandbox.render import as_html
from sandbox.state import Bot, Event
from sandbox.world import World


def message_view(chat: Chat, message: Json) -> Json:
    """A Message, and what the page needs besides: safe HTML, edited, deleted, and where its file is."""
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities")
    file_id = content.file_of(message)
    keyboard = chat.keyboards.get(message["message_id"])
    return {
        # Bots are not told of reply keyboards again, but the page must know which to show.
        **({"reply_markup": keyboard} if keyboard else {}),
        **message,
        "html": as_html(text, entities, page=True),
        "edited": "edit_date" in message,
        "deleted": message["message_id"] in chat.deleted,
        **({"media_url": f"/sandbox/media/{file_id}"} if file_id else {}),
    }


def persona_view(world: World, persona: Persona) -> Json:
    """A person."""
    view: Json = {"id": persona.id, "name": persona.name, "username": persona.username, "language": persona.language}
    view["blocked"] = persona.id in world.bot.blocked
    return {**view, "role": persona.role} if persona.role else view


def commands_view(world: World, bot: Bot, chat: Chat) -> dict[str, list[Json]]:
    """The menu of each member."""
    people = [world.personas[number] for number in chat.members if number in world.personas]
    return {str(one.id): shown_to(bot, chat, one) for one in people}


def chat_view(world: World, chat: Chat) -> Json:
    """A chat with everything in it."""
    view: Json = {"id": chat.id, "type": chat.type, "title": chat.title, "members": chat.members}
    if chat.type != "private":
        view["admins"] = sorted({*chat.admins, *([chat.owner] if chat.owner else [])})
        view["forum"] = chat.forum
    if chat.forum:
        view["topics"] = [{"id": one.id, "name": one.name, "closed": one.closed} for one in chat.topics.values()]
    view["commands"] = commands_view(world, world.bot, chat)
    view["messages"] = [message_view(chat, message) for message in chat.history.values()]
    view["pinned"] = chat.pinned
    view["typing"] = chat.typing_until > time.monotonic()
    return view


def chats_of(world: World) -> list[Chat]:
    """The private chats with the default bot, then the groups."""
    return [*world.bot.private.values(), *world.groups.values()]


def state_view(world: World) -> Json:
    """Everything the page shows."""
    user = world.bot.user
    name = world.bot.profile.get(("name", "")) or user["first_name"]
    return {
        "now": iso(world.clock.now()),
        "bot": {"id": user["id"], "name": name, "username": user["username"]},
        "clock": world.clock.view(),
        "personas": [persona_view(world, persona) for persona in world.personas.values()],
        "chats": [chat_view(world, chat) for chat in chats_of(world)],
    }


def event_views(world: World, event: Event) -> list[Json]:
    """What the page is told of an event; nothing of other bots' private affairs."""
    chat, facts = event.chat, event.facts
    if chat and chat.type == "private" and world.bot.private.get(chat.id) is not chat:
        return []
    if facts.get("bot", world.bot) is not world.bot:
        return []
    if chat is not None:
        return [_chat_event(world, event.kind, chat, facts)]
    if event.kind == "answer":
        answer = facts["answer"]
        said = {"text": answer.text, "alert": answer.alert, "url": answer.url}
        return [{"kind": "answer", "persona": answer.persona, "callback_id": answer.callback_id, **said}]
    if event.kind == "clock":
        return [{"kind": "clock", "clock": world.clock.view()}]
    if event.kind == "persona":
        return [{"kind": "persona", "persona": persona_view(world, facts["persona"])}]
    if event.kind == "commands":
        return [_commands_event(world, one) for one in chats_of(world)]
    return []


def _commands_event(world: World, chat: Chat) -> Json:
    return {"kind": "commands", "chat": chat.id, "commands": commands_view(world, world.bot, chat)}


def _chat_event(world: World, kind: str, chat: Chat, facts: dict[str, Any]) -> Json:
    if kind in ("message", "edited"):
        return {"kind": kind, "chat": chat.id, "message": message_view(chat, facts["message"])}
    if kind == "deleted":
        return {"kind": kind, "chat": chat.id, "message_id": facts["message_id"]}
    if kind == "typing":
        return {"kind": kind, "chat": chat.id}
    return {"kind": "chat", "chat": chat_view(world, chat)}
