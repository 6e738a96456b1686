"""What the sandbox remembers: people, bots, chats, files, and who wants to know of changes."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sandbox.api import ApiError
from sandbox.chat import Chat, Json, Persona
from sandbox.clock import Clock
from sandbox.files import Files
from sandbox.limits import Faults, Limits, Stats

TOKEN = "1000000001:SANDBOX"  # noqa: S105 - it opens nothing
WELL_FORMED = re.compile(r"\d{3,15}:[A-Za-z0-9_-]{3,80}")
# What getUpdates leaves out until it is asked for by name.
QUIET = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Pulse:
    """Wakes everyone who waits for something to happen."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """It happened."""
        if self._waiting:
            waiting, self._waiting = self._waiting, set()
            for future in waiting:
                if not future.done():
                    future.set_result(None)

    async def next(self) -> None:
        """Returns after the next beat."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)


@dataclass(slots=True)
class Webhook:
    """Where updates are posted to, and how the last attempt went."""

    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str | None = None
    task: asyncio.Task[None] | None = None
    last_error_date: int | None = None
    last_error_message: str | None = None


class Bot:
    """One token: its queue of updates, its private chats, and what it set."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        username = "guanxi_sandbox_bot" if token == TOKEN else f"sandbox_{self.id}_bot"
        self.user: Json = {"id": self.id, "is_bot": True, "first_name": "Sandbox bot", "username": username}
        self.updates: deque[Json] = deque()
        self.arrived = Pulse()
        self.poll = 0
        self.allowed: frozenset[str] | None = None
        self.webhook: Webhook | None = None
        self.private: dict[int, Chat] = {}
        self.known: set[int] = set()
        self.blocked: set[int] = set()
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_button: Json = {"type": "commands"}
        self.message_ids = itertools.count(1)
        self.update_ids = itertools.count(100_000_001)

    def push(self, kind: str, body: Json) -> int:
        """Queues an update, unless the bot did not ask for this kind; the update id (0 if not queued)."""
        wanted = kind in self.allowed if self.allowed else kind not in QUIET
        if not wanted:
            return 0
        update_id = next(self.update_ids)
        self.updates.append({"update_id": update_id, kind: body})
        self.arrived.beat()
        return update_id


@dataclass(frozen=True, slots=True)
class Answer:
    """An answerCallbackQuery, as the person sees it."""

    callback_id: str
    persona: int
    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass(slots=True)
class Callback:
    """A pressed button that is not answered yet."""

    persona: int
    bot: Bot
    at: float


class Event(NamedTuple):
    """Something that a page would show."""

    kind: str
    chat: Chat | None
    facts: Json


Observer = Callable[[str, Json, Any], None]


@dataclass(eq=False)
class State:
    """Everything there is. `keep` messages are remembered per chat; `anyone` welcomes unknown chat ids (benches)."""

    clock: Clock = field(default_factory=Clock)
    keep: int = 500
    anyone: bool = False
    query_lasts: float = 15.0
    webhook_retry: float = 0.25
    personas: dict[int, Persona] = field(default_factory=dict)
    groups: dict[int, Chat] = field(default_factory=dict)
    bots: dict[str, Bot] = field(default_factory=dict)
    files: Files = field(default_factory=Files)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    stats: Stats = field(default_factory=Stats)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    answers: deque[Answer] = field(default_factory=lambda: deque(maxlen=10_000))
    observers: list[Observer] = field(default_factory=list)
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    changed: Pulse = field(default_factory=Pulse)

    def __post_init__(self) -> None:
        self.bot = self.bot_for(TOKEN)
        self.clock.on_change = lambda: self.emit("clock")
        self.ids = itertools.count(2001)
        self.callback_ids = itertools.count(4_382_000_001)
        self.album_ids = itertools.count(13_000_000_001)

    def bot_for(self, token: str) -> Bot:
        """The bot of a token; whatever is well formed becomes a bot."""
        bot = self.bots.get(token)
        if bot is None:
            if not WELL_FORMED.fullmatch(token):
                raise ApiError(404, "Not Found") if ":" not in token else ApiError(401, "Unauthorized")
            bot = self.bots[token] = Bot(token)
        return bot

    def persona(self, persona_id: int) -> Persona:
        """A person by id."""
        try:
            return self.personas[persona_id]
        except KeyError:
            known = ", ".join(f"{one.id} ({one.name})" for one in self.personas.values())
            raise ValueError(f"persona: found {persona_id!r}, expected one of {known}") from None

    def room(self, chat_id: int, bot: Bot | None = None) -> Chat:
        """The chat of that id: a group, or the private chat of a person with the bot."""
        chat = self.find_chat(chat_id, bot or self.bot)
        if chat is None:
            raise ValueError(f"chat: found {chat_id!r}, expected the id of a persona or of a group")
        return chat

    def find_chat(self, chat_id: int, bot: Bot) -> Chat | None:
        """The same, or None."""
        chat = bot.private.get(chat_id) or self.groups.get(chat_id)
        if chat is None and chat_id > 0:
            persona = self.personas.get(chat_id)
            if persona is None and self.anyone:
                persona = self.personas[chat_id] = Persona(chat_id, f"Guest {chat_id}")
            if persona is not None:
                chat = bot.private[chat_id] = self._private_chat(persona, bot)
        return chat

    def _private_chat(self, persona: Persona, bot: Bot) -> Chat:
        card: Json = {"id": persona.id, "first_name": persona.name, "type": "private"}
        if persona.username:
            card["username"] = persona.username
        return Chat(persona.id, card, bot.message_ids, self.keep, members=[persona.id])

    def hearers(self, chat: Chat, message: Json | None = None) -> list[Bot]:
        """The bots that are told what happens in a group (for a private chat, ask its bot alone)."""
        present = [bot for bot in self.bots.values() if bot.id not in chat.absent]
        if message is None or chat.bot_is_admin:
            return present
        return [bot for bot in present if _concerns(bot, message)]

    def emit(self, kind: str, chat: Chat | None = None, **facts: Any) -> None:
        """Tells listeners and wakes those who wait for a change."""
        self.changed.beat()
        if self.listeners:
            event = Event(kind, chat, facts)
            for listener in list(self.listeners):
                listener(event)


def _concerns(bot: Bot, message: Json) -> bool:
    """Privacy mode: a bot that is no administrator hears commands, its name, replies to it, and service messages."""
    text = str(message.get("text") or message.get("caption") or "")
    replied = message.get("reply_to_message", {}).get("from", {}).get("id")
    is_service = "text" not in message and any(
        key.startswith(("new_", "left_", "migrate", "pinned")) for key in message
    )
    return text.startswith("/") or f"@{bot.user['username']}" in text or replied == bot.id or is_service
