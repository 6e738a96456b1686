"""What people do in chats: write, send, forward, edit, delete, press, react."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from sandbox import content
from sandbox.chat import Chat, Json
from sandbox.content import Media
from sandbox.state import Bot, Callback, State

ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


class Posted(NamedTuple):
    """What somebody sent: where it stands in the chat, and the update that tells the bot (0: the bot is not told)."""

    message_id: int
    update_id: int


class Pressed(NamedTuple):
    """A press of a button: the update, and the id of the callback query in it."""

    update_id: int
    callback_id: str


class Acts(State):
    """People act through these methods; `bot` is the default bot unless another is named."""

    def say(
        self,
        persona: int,
        text: str,
        chat: int | None = None,
        reply_to: int | None = None,
        *,
        thread: int | None = None,
        bot: Bot | None = None,
    ) -> Posted:
        """Writes a message; without a chat, to the bot in private. `/start ref_abc` is what a deep link does."""
        return self.post(persona, content.text(text), chat, reply_to, thread=thread, bot=bot)

    def send_photo(
        self, persona: int, data: bytes = b"", caption: str = "", chat: int | None = None, **at: Any
    ) -> Posted:
        """Sends a picture."""
        return self.send(persona, Media("photo", data, "photo.jpg", "image/jpeg"), caption, chat, **at)

    def send_document(
        self,
        persona: int,
        data: bytes = b"%PDF",
        name: str = "file.pdf",
        caption: str = "",
        chat: int | None = None,
        **at: Any,
    ) -> Posted:
        """Sends a file."""
        return self.send(persona, Media("document", data, name), caption, chat, **at)

    def send_voice(self, persona: int, data: bytes = b"OggS", chat: int | None = None, **at: Any) -> Posted:
        """Sends a voice message."""
        return self.send(persona, Media("voice", data, "voice.ogg", "audio/ogg"), "", chat, **at)

    def send_sticker(self, persona: int, emoji: str = "👍", chat: int | None = None, **at: Any) -> Posted:
        """Sends a sticker."""
        media = Media("sticker", b"RIFF", "sticker.webp", "image/webp", {"emoji": emoji})
        return self.send(persona, media, "", chat, **at)

    def send_location(
        self, persona: int, latitude: float = 31.23, longitude: float = 121.47, chat: int | None = None, **at: Any
    ) -> Posted:
        """Sends a place."""
        return self.post(persona, {"location": {"latitude": latitude, "longitude": longitude}}, chat, **at)

    def send_contact(
        self, persona: int, phone: str, owner: int | None = None, chat: int | None = None, **at: Any
    ) -> Posted:
        """Shares a telephone number: the person's own, unless it is of `owner`."""
        card = self.persona(owner or persona)
        contact = {"phone_number": phone, "first_name": card.name, "user_id": card.id}
        return self.post(persona, {"contact": contact}, chat, **at)

    def send_album(
        self, persona: int, pictures: Iterable[bytes], caption: str = "", chat: int | None = None, **at: Any
    ) -> list[Posted]:
        """Sends pictures as one album: one message each, with one media_group_id; the caption is on the first."""
        group = {"media_group_id": self.new_album()}
        media = [Media("photo", data, "photo.jpg", "image/jpeg") for data in pictures]
        return [
            self.send(persona, one, "" if position else caption, chat, extra=group, **at)
            for position, one in enumerate(media)
        ]

    def new_album(self) -> str:
        """A media_group_id."""
        return str(next(self.album_ids))

    def send(
        self,
        persona: int,
        media: Media,
        caption: str = "",
        chat: int | None = None,
        *,
        extra: Json | None = None,
        **at: Any,
    ) -> Posted:
        """Sends any media."""
        message = {**(extra or {}), **content.media(self.files, media), **content.caption(caption)}
        return self.post(persona, message, chat, **at)

    def forward(
        self, persona: int, message: Json, chat: int | None = None, *, hidden: bool = False, bot: Bot | None = None
    ) -> Posted:
        """Forwards a message; `hidden` senders do not let forwards link to them."""
        origin = content.origin(message, hidden=hidden)
        return self.post(persona, {"forward_origin": origin, **content.of(message)}, chat, bot=bot)

    def say_anonymously(
        self, group: int, text: str, *, thread: int | None = None, reply_to: int | None = None
    ) -> Posted:
        """A group administrator who hides behind the group writes."""
        chat = self.room(group)
        return self._place(chat, None, {"sender_chat": chat.card, **content.text(text)}, ANONYMOUS, reply_to, thread)

    def post(
        self,
        persona: int,
        what: Json,
        chat: int | None = None,
        reply_to: int | None = None,
        *,
        thread: int | None = None,
        bot: Bot | None = None,
    ) -> Posted:
        """Puts a person's message into a chat and tells the bots that are there."""
        who = self.persona(persona)
        bot = bot or self.bot
        room = self.room(persona if chat is None else chat, bot)
        if persona not in room.members:
            raise ValueError(f"chat: found {chat}, expected one that {who.name} is a member of")
        if room.type == "private":
            if persona in bot.blocked:
                raise ValueError(f"persona: {who.name} has blocked the bot; expected it to be unblocked first")
            bot.known.add(persona)
        if room.migrated_to:
            raise ValueError(f"chat: found {chat}, which has become {room.migrated_to}")
        return self._place(room, bot, what, who.user(), reply_to, thread)

    def _place(
        self,
        room: Chat,
        bot: Bot | None,
        what: Json,
        sender: Json,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> Posted:
        number = next(room.numbers)
        message: Json = {"message_id": number, "from": sender, "chat": room.card, "date": self.clock.timestamp()}
        message |= content.place(room, reply_to, thread) | what
        room.add(message)
        bots = [bot] if room.type == "private" and bot else self.hearers(room, message)
        update_ids = [bot.push("message", message) for bot in bots]
        self.emit("message", room, message=message)
        return Posted(number, update_ids[0] if update_ids else 0)

    def _announce(self, room: Chat, what: Json, by: int) -> Posted:
        return self._place(room, self.bot, what, self.persona(by).user())

    def edit(self, persona: int, message_id: int, text: str, chat: int | None = None, bot: Bot | None = None) -> int:
        """Changes the text (or caption) of an own message; the update id."""
        bot = bot or self.bot
        room = self.room(persona if chat is None else chat, bot)
        old = room.find(message_id)
        if old is None or old["from"]["id"] != persona:
            raise ValueError(f"message_id: found {message_id}, expected a message of {self.persona(persona).name}")
        words = content.text(text) if "text" in old else content.caption(text)
        new = {**old, **words, "edit_date": self.clock.timestamp()}
        room.history[message_id] = new
        bots = [bot] if room.type == "private" else self.hearers(room, new)
        update_ids = [one.push("edited_message", new) for one in bots]
        self.emit("edited", room, message=new)
        return update_ids[0] if update_ids else 0

    def delete(self, chat: int, message_id: int, bot: Bot | None = None) -> None:
        """A person deletes a message; the bot is not told, as in Telegram."""
        room = self.room(chat, bot)
        room.deleted.add(message_id)
        self.emit("deleted", room, message_id=message_id)

    def press(
        self, persona: int, chat: int, message_id: int, data: str, *, stale: bool = False, bot: Bot | None = None
    ) -> Pressed:
        """Presses an inline button. `stale`: the person still sees a button that is gone by now."""
        bot = bot or self.bot
        room = self.room(chat, bot)
        message = room.find(message_id)
        if message is None:
            raise ValueError(f"message_id: found {message_id}, expected a message in {room.title}")
        buttons = content.callback_data(message)
        if data not in buttons and not stale:
            raise ValueError(f"data: found {data!r}, expected one of {buttons}")
        callback_id = str(next(self.callback_ids))
        self.callbacks[callback_id] = Callback(persona, bot, time.monotonic())
        who = self.persona(persona).user()
        query = {"id": callback_id, "from": who, "message": message, "chat_instance": room.instance(), "data": data}
        return Pressed(bot.push("callback_query", query), callback_id)

    def react(self, persona: int, chat: int, message_id: int, emoji: str = "👍", bot: Bot | None = None) -> int:
        """Puts an emoji on a message; bots hear of it only where they asked for message_reaction."""
        room = self.room(chat, bot)
        reaction: Json = {"chat": room.card, "message_id": message_id, "date": self.clock.timestamp()}
        reaction |= {"user": self.persona(persona).user(), "old_reaction": []}
        reaction["new_reaction"] = [{"type": "emoji", "emoji": emoji}]
        return (bot or self.bot).push("message_reaction", reaction)
