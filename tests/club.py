"""A whole club in one process: the real bot over a real database, and the sandbox's people who talk to it.

ana = club.person("Ana")
assert "Welcome" in await ana.says("/start")
await ana.presses("Join")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, bindparam, or_, select
from telegram import Update

from bot.clock import ShiftedClock
from bot.metrics import Metrics
from bot.pace import Pace
from bot.rules import club_of
from bot.settings import Settings
from bot.telegram_api import TelegramApi
from bot.vitals import Vitals
from bot.work import Terms, Work
from club import knowledge
from club.club import Club, Tier, TierRules
from club.matching import Answers, Gate, Model
from handlers import membership
from handlers.chat import Chat
from sandbox.api import ApiError
from sandbox.commands import shown_to
from sandbox.server import running
from sandbox.state import TOKEN
from sandbox.world import World
from storage import inbox, members
from storage.database import Database, open_database
from storage.sealing import Vault
from storage.tables import outbox
from tests.bot_api import Contract

MASTER_KEY = bytes(range(32))
OWNER, CLERK, MARKETER = 9001, 9002, 9003
STAFF_CHAT = -1001234567890
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
Json = dict[str, Any]
GREETINGS = ("birthday", "family", "follow-up")
"""What a club says of itself from the first day on, unless somebody switches it off."""
TIERS = TierRules(
    (
        Tier("silver", {"en": "Silver", "zh-Hans": "银卡", "zh-Hant": "銀卡"}, 500),
        Tier("gold", {"en": "Gold", "zh-Hans": "金卡", "zh-Hant": "金卡"}, 2000, discount=5),
    )
)


_DUE = (
    select(outbox.c.id)
    .where(or_(outbox.c.state == "sending", and_(outbox.c.state == "queued", outbox.c.not_before <= bindparam("now"))))
    .limit(1)
)


class Person:
    """Somebody in the sandbox who talks to the bot, in private or in the staff group."""

    def __init__(self, house: ClubHouse, persona_id: int, chat_id: int) -> None:
        self._house = house
        self.id = persona_id
        self.chat_id = chat_id

    def in_group(self) -> Person:
        """The same person, speaking in the staff group."""
        return Person(self._house, self.id, STAFF_CHAT)

    async def says(self, text: str, **where: Any) -> str:
        """Type something; what the bot answers (several messages by blank lines), as Telegram HTML."""
        return await self._heard(self._house.world.say(self.id, text, self.chat_id, **where))

    async def sends(self, kind: str, *content: Any, **where: Any) -> str:
        """Send a photo, voice, sticker, document, location, contact or album; what the bot answers."""
        act = getattr(self._house.world, f"send_{kind}")
        return await self._heard(act(self.id, *content, chat=self.chat_id, **where))

    async def edits(self, message_id: int, text: str) -> str:
        return await self._heard(self._house.world.edit(self.id, message_id, text, self.chat_id))

    async def forwards(self, origin: Json) -> str:
        return await self._heard(self._house.world.forward(self.id, origin, self.chat_id))

    async def presses(self, label: str) -> str:
        """Press the newest button whose text contains the label; what the bot says or changes then, pop-up included."""
        message, data = self.button(label)
        before = self._house.snapshot(self.chat_id)
        pressed = self._house.world.press(self.id, self.chat_id, message["message_id"], data)
        await self._house.settled()
        answer = await self._house.world.pressed(pressed.callback_id)
        after = self._house.snapshot(self.chat_id)
        changed = [text for message_id, text in after.items() if before.get(message_id) != text]
        return "\n\n".join(filter(None, [answer.text, *changed]))

    async def presses_data(self, message_id: int, data: str) -> str:
        """Press a button that is not (any more) under that message; the pop-up."""
        pressed = self._house.world.press(self.id, self.chat_id, message_id, data, stale=True)
        await self._house.settled()
        return (await self._house.world.pressed(pressed.callback_id)).text or ""

    def button(self, label: str) -> tuple[Json, str]:
        """The newest message with such a button, and the button's data."""
        for message in reversed(self._house.world.messages(self.chat_id)):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"]:
                        return message, button["callback_data"]
        raise AssertionError(f"no button '{label}' on screen: {self.buttons()}")

    def buttons(self) -> list[str]:
        """The labels under the newest message that has any."""
        for message in reversed(self._house.world.messages(self.chat_id)):
            if rows := message.get("reply_markup", {}).get("inline_keyboard"):
                return [button["text"] for row in rows for button in row]
        return []

    def screen(self) -> list[str]:
        """All that the bot has written in this chat and that still stands there, oldest first, as HTML."""
        messages = self._house.world.messages(self.chat_id)
        return [self._house.world.html(message) for message in messages if message["from"].get("is_bot")]

    def sees(self) -> str:
        """The bot's newest message."""
        return self.screen()[-1]

    def menu(self) -> dict[str, str]:
        """The command menu that Telegram shows them here: each command with its words."""
        world = self._house.world
        shown = shown_to(world.bot, world.room(self.chat_id), world.persona(self.id))
        return {entry["command"]: entry["description"] for entry in shown}

    async def _heard(self, _what: Any) -> str:
        before = self._house.mark(self.chat_id)
        await self._house.settled()
        return "\n\n".join(self._house.since(self.chat_id, before))


class ClubHouse:
    """The running club and its sandbox."""

    def __init__(self, world: World, work: Work, database: Database, clock: ShiftedClock) -> None:
        self.world = world
        self.work = work
        self.database = database
        self.clock = clock
        self._people: dict[str, Person] = {}

    def person(self, name: str, language: str = "en", **more: Any) -> Person:
        """A person by name; the first call brings them to life."""
        if name not in self._people:
            persona = self.world.add_persona(name, language=language, **more)
            self._people[name] = Person(self, persona.id, persona.id)
        return self._people[name]

    def staff(self, persona_id: int = OWNER) -> Person:
        """The owner, the clerk or the marketer, in private."""
        return Person(self, persona_id, persona_id)

    async def member(self, name: str, language: str = "en", **answers: str) -> Person:
        """A person who has joined, with a birthday and a city if given.

        The form is not played: its questions are tried in tests/membership, and here each would cost a tenth of a test.
        """
        person = self.person(name, language)
        await person.says("/start")
        given = {field: answers.get(field) for field in ("birthday", "city")}
        await self.database.write(partial(self._joins, person.id, answers.get("called", name), given))
        self.work.delivery.wake()
        await self.settled()
        return person

    def _joins(self, telegram_id: int, name: str, given: dict[str, str | None], db: Connection) -> None:
        """What the joining form does with its answers, once the last is given."""
        club, now, nobody = self.work.terms.club, self.clock.now(), Update(0)
        one = members.by_telegram_id(db, telegram_id)
        assert one is not None
        chat = Chat(db, now, club, "", nobody, telegram_id, telegram_id, True, None, one.language, one, Answers())
        fields: Json = {"name": name, "interests": None, "news": True, "birthday": None, "city": None}
        parsers = {"birthday": membership.parse_birthday, "city": membership.parse_city}
        fields |= {field: parsers[field](chat, text, {}) for field, text in given.items() if text is not None}
        membership.JOIN.done(chat, fields)
        chat.flush()

    async def learns(self) -> None:
        """What the worker does, here and now: questions are answered from what the knowledge base says."""
        model = Model.from_bytes(_learnt(tuple(await self.query(knowledge.lessons))))
        model.gate = Gate(sure=0.25, maybe=0.2)
        self.work.answers.model = model

    async def forgets(self, person: Person) -> str:
        """Somebody asks to be forgotten, and the time passes; the last word they read."""
        await person.says("/forget")
        await person.presses("Yes, delete it all")
        self.clock.move_to(self.clock.now() + timedelta(hours=24))
        for _ in range(2):  # while something is on its way to the staff nobody is erased: the next look finds them
            await self.passes(minutes=1)
        return person.sees()

    async def query(self, unit: Any) -> Any:
        """Look into the database."""
        return await self.database.read(unit)

    async def passes(self, **time_passed: float) -> None:
        """Let time go by, hour by hour and over days in steps of three, and everything that is due in it happen."""
        span = timedelta(**time_passed)
        target, stride = self.clock.now() + span, timedelta(hours=1 if span < timedelta(days=1) else 3)
        while self.clock.now() < target:
            self.clock.move_to(min(target, self.clock.now() + stride))
            await self.work.plan()
            await self.settled()

    async def settled(self, timeout: float = 10.0) -> None:
        """Wait until nothing waits: no update, no message that is due."""
        async with asyncio.timeout(timeout):
            while self._has_in_hand() or await self.query(self._open):  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    def _has_in_hand(self) -> bool:
        """Does the bot know itself that it is not done? Then the database need not be asked: that, every few
        milliseconds, was a tenth of what a conversation cost."""
        dispatch = self.work.dispatch
        handling = dispatch is not None and (dispatch._news or dispatch._held)
        return bool(self.world.bot.updates or handling or self.work.delivery._busy)

    def _open(self, db: Connection) -> bool:
        return inbox.count_waiting(db) > 0 or db.execute(_DUE, {"now": self.clock.now()}).first() is not None

    def snapshot(self, chat_id: int) -> dict[int, str]:
        """What the bot's messages in a chat say right now."""
        return {
            message["message_id"]: self.world.html(message)
            for message in self.world.messages(chat_id)
            if message["from"].get("is_bot")
        }

    def mark(self, chat_id: int) -> int:
        """The newest message of a person in a chat: what the bot says after it is the answer."""
        said = [one["message_id"] for one in self.world.messages(chat_id) if not one["from"].get("is_bot")]
        return int(said[-1]) if said else 0

    def since(self, chat_id: int, message_id: int) -> list[str]:
        return [
            self.world.html(message)
            for message in self.world.messages(chat_id)
            if message["from"].get("is_bot") and message["message_id"] > message_id
        ]


@cache
def _learnt(lessons: tuple[tuple[str, int, bool], ...]) -> bytes:
    """The same lessons are learnt once for all tests."""
    from club.learning import Phrasing, learn

    model = learn([Phrasing(*lesson) for lesson in lessons])
    assert model is not None
    return model.to_bytes()


HARMLESS = (
    "message to edit not found",
    "message is not modified",
    "message thread not found",
    "not enough rights to create a topic",
    "group chat was upgraded to a supergroup chat",
)
"""A person deleted the message or its topic, pressed the same button twice, took a right away, changed the group."""


class Refusals:
    """An observer: what the platform called a bad request, and no person is the cause of."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []

    def __call__(self, method: str, params: Json, result: Any) -> None:
        if (
            isinstance(result, ApiError)
            and result.code == 400
            and not any(words in result.description for words in HARMLESS)
        ):
            self.unexpected.append(f"{method}: {result.description}")


def quick_pace() -> Pace:
    """No test waits for the platform's limits, except the tests of the limits."""
    return Pace(50_000, private=(10_000, 1.0), group=(10_000, 1.0))


def a_club(**changes: Any) -> Club:
    values: Json = {
        "name": "Tea & Time",
        "zone": "UTC",
        "languages": ("en", "zh-Hans", "zh-Hant"),
        "welcome_points": 20,
        "greeting_at": time(9),
        "privacy_contact": "privacy@tea.example",
        "staff_chat": STAFF_CHAT,
        "tiers": TIERS,
        "desk": club_of(Settings()).desk,
        "service": club_of(Settings()).service,
        "relationship": club_of(Settings()).relationship,
    }
    return Club(**(values | changes))


@asynccontextmanager
async def open_house(
    url: str,
    *,
    now: datetime = NOON,
    world: World | None = None,
    pace: Pace | None = None,
    paid: bool = False,
    erasures: Path | None = None,
    called: Path | None = None,
    shipped: tuple[str, ...] = (),
    **changes: Any,
) -> AsyncIterator[ClubHouse]:
    """A club over a migrated database, open for the length of the block. `changes` go to the club.

    Every request that the bot made in it, and every answer, is held against the table of the Bot API at the end.
    """
    world = world or people()
    contract, refused = Contract(), Refusals()
    world.observers += [contract, refused]
    clock = ShiftedClock(now)
    ways: Json = {"alone": True, "paid": paid, "erasures": erasures, "called": called, "shipped": shipped}
    terms = Terms(a_club(**changes), [OWNER], 30, timedelta(days=3), **ways)
    database = await open_database(url, Vault(MASTER_KEY))
    try:
        async with running(world) as address, TelegramApi(TOKEN, address) as api:
            work = Work(terms, database, api, clock, Metrics(clock.now), Vitals(clock=clock.now), pace or quick_pace())
            await work.start()
            try:
                yield ClubHouse(world, work, database, clock)
            finally:
                await work.stop()
    finally:
        world.observers.remove(contract)
        world.observers.remove(refused)
        await database.close()
    assert contract.problems == []
    assert refused.unexpected == []


def people() -> World:
    """A world with the staff in it: owner, clerk, marketer, and their group."""
    world = World()
    for persona_id, name in ((OWNER, "Lao Li"), (CLERK, "Chen Wei"), (MARKETER, "Maria")):
        world.add_persona(name, id=persona_id, started=True)
    world.add_group("Club staff", [OWNER, CLERK, MARKETER], id=STAFF_CHAT, owner=OWNER)
    return world
