"""The world of the sandbox: people, groups, what can be read in them, and a demo to begin with."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable
from typing import TypeVar

from sandbox.acts import Acts, Posted, Pressed
from sandbox.chat import Chat, Json, Persona, Topic, member_view
from sandbox.clock import Clock
from sandbox.render import as_html
from sandbox.state import TOKEN, Answer, Bot

__all__ = ["TOKEN", "Answer", "Bot", "Chat", "Clock", "Persona", "Posted", "Pressed", "World", "demo_world"]

OWNER, CLERK, MARKETER, ANA, XIAOMING, MEILING = 9001, 9002, 9003, 1001, 1002, 1003
STAFF_GROUP = -1001234567890
Found = TypeVar("Found")


class World(Acts):
    """A small Telegram: who is there, what can be read, and what people do to the bot and to groups."""

    def add_persona(
        self,
        name: str,
        *,
        id: int | None = None,
        username: str | None = None,
        language: str | None = "en",
        role: str | None = None,
        started: bool = False,
    ) -> Persona:
        """A new person; `started` ones have written to the bot before."""
        persona = Persona(id or next(self.ids), name, username, language, role)
        if persona.id in self.personas:
            raise ValueError(f"id: found {persona.id}, which is {self.personas[persona.id].name}; expected a new one")
        self.personas[persona.id] = persona
        if started:
            self.bot.known.add(persona.id)
        self.room(persona.id)
        self.emit("persona", persona=persona)
        return persona

    def add_group(
        self,
        title: str,
        members: Iterable[int],
        *,
        id: int | None = None,
        forum: bool = False,
        basic: bool = False,
        owner: int | None = None,
        admins: Iterable[int] = (),
        bot_is_admin: bool = True,
    ) -> Chat:
        """A group with the bot in it; a supergroup unless it is `basic`."""
        chat_id = id or (-next(self.ids) if basic else -1_002_000_000_000 - next(self.ids))
        card: Json = {"id": chat_id, "title": title, "type": "group" if basic else "supergroup"}
        if forum:
            card["is_forum"] = True
        numbers = self.bot.message_ids if basic else itertools.count(1)
        chat = Chat(chat_id, card, numbers, self.keep, list(members), set(admins), owner, bot_is_admin)
        self.groups[chat_id] = chat
        self.emit("chat", chat)
        return chat

    def add_topic(self, group: int, name: str) -> Topic:
        """A thread in a forum group, opened by a person."""
        chat = self.room(group)
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        number = self._announce(chat, service, by=chat.owner or chat.members[0]).message_id
        chat.topics[number] = Topic(number, name, 7322096)
        self.emit("chat", chat)
        return chat.topics[number]

    def delete_topic(self, group: int, topic: int) -> None:
        """An administrator deletes a thread with all that was said in it; the bot is not told, as in Telegram."""
        chat = self.room(group)
        if topic not in chat.topics:
            raise ValueError(f"topic: found {topic}, expected one of {sorted(chat.topics)}")
        chat.forget_topic(topic)
        self.emit("chat", chat)

    def set_forum(self, group: int, on: bool) -> None:
        """An administrator switches the topics of a supergroup on or off; the bot is not told, as in Telegram."""
        chat = self.room(group)
        if chat.type != "supergroup":
            raise ValueError(f"chat: found {group}, expected a supergroup")
        card = {key: value for key, value in chat.card.items() if key != "is_forum"}
        chat.card = card | {"is_forum": True} if on else card
        self.emit("chat", chat)

    def promote(self, group: int, lacks: Iterable[str] = (), *, admin: bool = True) -> int:
        """The bot becomes an administrator with all rights but these, or a plain member; the update id."""
        chat = self.room(group)
        was = "administrator" if chat.bot_is_admin else "member"
        chat.bot_is_admin, chat.bot_lacks = admin, set(lacks)
        return self._bot_became(
            self.bot, chat, chat.owner or chat.members[0], was, "administrator" if admin else "member"
        )

    def messages(self, chat_id: int, bot: Bot | None = None) -> list[Json]:
        """The messages of a chat, oldest first, without deleted ones."""
        return self.room(chat_id, bot).messages()

    def last(self, chat_id: int, bot: Bot | None = None) -> Json:
        """The newest message of a chat."""
        return self.messages(chat_id, bot)[-1]

    def html(self, message: Json) -> str:
        """Text or caption of a message in Telegram's HTML, as a bot would have sent it."""
        text = message.get("text") or message.get("caption") or ""
        return as_html(text, message.get("entities") or message.get("caption_entities"))

    async def wait_for(self, predicate: Callable[[], Found], timeout: float = 5.0) -> Found:
        """What the predicate says once it is true; looked at after each change."""
        async with asyncio.timeout(timeout):
            while not (found := predicate()):
                await self.changed.next()
        return found

    async def pressed(self, callback_id: str, timeout: float = 5.0) -> Answer:
        """What the bot answered to a press."""
        found = await self.wait_for(lambda: [one for one in self.answers if one.callback_id == callback_id], timeout)
        return found[0]

    def block(self, persona: int, blocked: bool = True, bot: Bot | None = None) -> int:
        """Blocks the bot or unblocks it: my_chat_member, and 403 from then on; the update id."""
        bot = bot or self.bot
        states = ("member", "kicked") if blocked else ("kicked", "member")
        (bot.blocked.add if blocked else bot.blocked.discard)(persona)
        self.emit("persona", persona=self.persona(persona))
        return self._bot_became(bot, self.room(persona, bot), persona, *states)

    def deactivate(self, persona: int) -> None:
        """The account is deleted: 403 user is deactivated."""
        self.persona(persona).gone = True

    def kick(self, group: int, by: int | None = None, bot: Bot | None = None) -> int:
        """Removes the bot from a group."""
        bot, room = bot or self.bot, self.room(group, bot)
        room.absent[bot.id] = "kicked"
        was = "administrator" if room.bot_is_admin else "member"
        return self._bot_became(bot, room, by or room.members[0], was, "kicked")

    def invite(self, group: int, by: int | None = None, bot: Bot | None = None) -> int:
        """Adds the bot to a group again."""
        bot, room = bot or self.bot, self.room(group, bot)
        was = room.absent.pop(bot.id, "left")
        becomes = "administrator" if room.bot_is_admin else "member"
        return self._bot_became(bot, room, by or room.members[0], was, becomes)

    def _bot_became(self, bot: Bot, room: Chat, by: int, was: str, becomes: str) -> int:
        change: Json = {"chat": room.card, "from": self.persona(by).user(), "date": self.clock.timestamp()}
        change["old_chat_member"] = member_view(bot.user, was)
        change["new_chat_member"] = member_view(bot.user, becomes, room.bot_lacks)
        return bot.push("my_chat_member", change)

    def join(self, persona: int, group: int, by: int | None = None) -> Posted:
        """A person enters a group: new_chat_members."""
        room = self.room(group)
        room.members.append(persona)
        self.emit("chat", room)
        return self._announce(room, {"new_chat_members": [self.persona(persona).user()]}, by or persona)

    def leave(self, persona: int, group: int) -> Posted:
        """A person leaves a group: left_chat_member."""
        room = self.room(group)
        room.members.remove(persona)
        room.admins.discard(persona)
        self.emit("chat", room)
        return self._announce(room, {"left_chat_member": self.persona(persona).user()}, persona)

    def migrate(self, group: int) -> Chat:
        """A basic group becomes a supergroup with a new id; the old one answers 400 with migrate_to_chat_id."""
        old = self.room(group)
        by = old.owner or old.members[0]
        new = self.add_group(old.title, old.members, owner=old.owner, admins=old.admins, bot_is_admin=old.bot_is_admin)
        self._announce(old, {"migrate_to_chat_id": new.id}, by)
        self._announce(new, {"migrate_from_chat_id": old.id}, by)
        old.migrated_to = new.id
        return new

    def set_language(self, persona: int, language: str | None) -> None:
        """The language that the person's next updates carry."""
        self.persona(persona).language = language or None
        self.emit("persona", persona=self.persona(persona))
        self.emit("commands", bot=self.bot)


def demo_world(clock: Clock | None = None, *, keep: int = 500, anyone: bool = False) -> World:
    """Three customers, the staff, and the staff's group."""
    world = World(clock or Clock(), keep, anyone)
    world.add_persona("Ana", id=ANA, username="ana_sandbox", language="en", role="customer")
    world.add_persona("王小明", id=XIAOMING, username="xiaoming_sandbox", language="zh-hans", role="顾客")
    world.add_persona("林美玲", id=MEILING, username="meiling_sandbox", language="zh-hant", role="會員")
    world.add_persona("Chen Wei", id=CLERK, username="chenwei_sandbox", language="en", role="clerk")
    world.add_persona("Maria", id=MARKETER, username="maria_sandbox", language="en", role="marketer")
    world.add_persona("Lao Li", id=OWNER, username="laoli_sandbox", language="zh-hans", role="owner")
    world.add_group("Club staff", [CLERK, MARKETER, OWNER], id=STAFF_GROUP, owner=OWNER)
    return world
