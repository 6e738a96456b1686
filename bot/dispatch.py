"""Understands what was stored: updates of one chat in order, different chats side by side.

The attempt is counted before the work starts (with the storing, where it starts at once), so that an update which
hangs or kills the process is given up after five. Those that were under way when a process died are tried one at a
time: who shared a crash with a culprit is not counted down with it.
"""

from __future__ import annotations

import asyncio
import time
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection
from telegram import Update

from bot.clock import Clock
from bot.metrics import Metrics
from bot.vitals import Vitals
from handlers import reports
from handlers.chat import Codes, Unread
from handlers.router import House, describe, receive
from storage import inbox
from storage.database import Database, UnitTimedOut
from storage.inbox import Arrived

log = structlog.get_logger(__name__)

ATTEMPTS = 5
RETRY_AFTER = (0.1, 0.3, 0.6, 1.0)
"""Seconds before each further try: its own chat waits two seconds in all."""
TROUBLE_PAUSE = 1.0
"""Seconds until the next try where the database itself fails."""
LOOK_EVERY = 1.0
HELD = 1_000
"""Updates read ahead at most."""
ABREAST = 32
"""Chats served side by side: enough to fill the shared transactions, few enough to be fair."""


class Outbox(Protocol):
    """Whoever sends what is written there."""

    def expect(self) -> None:
        """Something is about to be written."""
        ...

    def wake(self) -> None:
        """Something was written."""
        ...


class Dispatch:
    """Hands each stored update to its handler, once."""

    def __init__(
        self,
        database: Database,
        house: House,
        clock: Clock,
        metrics: Metrics,
        vitals: Vitals,
        outbox: Outbox,
        read: Callable[[str], Awaitable[Sequence[str]]],
    ) -> None:
        self._database = database
        self._house = house
        self._clock = clock
        self._metrics = metrics
        self._vitals = vitals
        self._outbox = outbox
        self._read_picture = read
        self._chats: dict[int, deque[Arrived]] = {}
        self._held = 0
        self._seen = 0
        self._ready: deque[int] = deque()
        self._since: int | None = None
        self._wake = asyncio.Event()
        self._news = True
        self._looked = 0.0
        self._stopping = False
        self._alone = asyncio.Lock()
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There is something new in the inbox."""
        self._news = True
        self._wake.set()

    def begins(self, chats: Sequence[int]) -> bool:
        """Would one update of each of these chats, stored now, be started at once, all of them? Then the storing may
        count their first attempt."""
        if self._since is None or self._stopping or self._ready or self._held >= HELD:
            return False
        free = len(chats) <= ABREAST - len(self._running)
        return free and len(set(chats)) == len(chats) and self._chats.keys().isdisjoint(chats)

    async def run(self) -> None:
        """Serve the inbox until `stop`; then start nothing new, and finish what runs."""
        while not self._stopping:
            self._wake.clear()
            await self._look()
            if not (self._ready and len(self._running) < ABREAST) and not self._stopping:
                await self._rest()
        if self._running:
            await asyncio.wait(self._running)

    async def _rest(self) -> None:
        """Wait for news; at most a second, for a webhook may have been taken by a process that stands by."""
        try:
            async with asyncio.timeout(LOOK_EVERY):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _look(self) -> None:
        """Read what is new and start what can start. A database that does not answer is asked again."""
        try:
            if self._since is None:
                self._since = await self._database.read(inbox.newest)
            if self._held < HELD and (self._news or time.monotonic() - self._looked >= LOOK_EVERY):
                await self._read()
            await self._start_ready()
        except Exception as error:
            log.error("the inbox could not be read, trying again", error=type(error).__name__)
            await asyncio.sleep(TROUBLE_PAUSE)
            self.wake()

    def stop(self) -> None:
        """Come to an end: what is not handled yet waits in the inbox for the next start."""
        self._stopping = True
        self._wake.set()

    async def _read(self) -> None:
        self._news, self._looked = False, time.monotonic()
        if not self._held:
            self._seen = 0  # rows of another process may have been committed behind the newest one seen
        arrived = await self._database.read(lambda db: inbox.waiting(db, self._seen, HELD // 2))
        for update in arrived:
            self._seen = update.id
            self._held += 1
            chat = self._chats.get(update.chat_id)
            if chat is None:
                self._chats[update.chat_id] = deque([update])
                self._ready.append(update.chat_id)
            else:
                chat.append(update)
        if len(arrived) == HELD // 2:
            self.wake()

    async def _start_ready(self) -> None:
        """Start the first update of each chat that waits, after one count for all of them."""
        chats = list(islice(self._ready, ABREAST - len(self._running)))
        heads = [self._chats[chat][0] for chat in chats]
        fresh = [update.id for update in heads if not update.attempts]
        if fresh:
            await self._database.write(lambda db: inbox.count_attempt(db, fresh))
        for update in heads:
            self._ready.popleft()
            task = asyncio.create_task(self._serve(update))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _serve(self, update: Arrived) -> None:
        try:
            if update.attempts >= ATTEMPTS:
                await self._bury(update, UnitTimedOut("the process died over it each time"))
            elif update.attempts and not self._counted_with_storing(update):
                async with self._alone:
                    if await self._count_again(update):
                        await self._handle(update, update.attempts + 1)
            else:
                await self._handle(update, 1)
        finally:
            self._next_of(update.chat_id)

    def _counted_with_storing(self, update: Arrived) -> bool:
        """Is this its first try, counted already? What was counted once and is older than this process, another has
        tried."""
        return update.attempts == 1 and self._since is not None and update.id > self._since

    def _next_of(self, chat_id: int) -> None:
        chat = self._chats[chat_id]
        chat.popleft()
        self._held -= 1
        if chat:
            self._ready.append(chat_id)
        else:
            del self._chats[chat_id]
        self._wake.set()

    async def _handle(self, update: Arrived, attempt: int) -> None:
        """Try until it works or is given up; the first try was counted together with those of other chats."""
        codes: dict[str, Sequence[str]] = {}
        while True:
            started = time.monotonic()
            try:
                handling = asyncio.ensure_future(self._database.write(lambda db: self._unit(db, update, codes)))
                self._outbox.expect()  # in this order: the claim stands in line for the writer right behind it
                await handling
            except Unread as picture:
                codes[picture.file_id] = await self._read_picture(picture.file_id)
            except Exception as error:
                self._metrics.update_handled("failed", time.monotonic() - started)
                if attempt >= ATTEMPTS:
                    await self._bury(update, error)
                    return
                if self._stopping:
                    return
                log.warning(
                    "an update failed, trying again",
                    update_id=update.update_id,
                    kind=describe(update.raw),
                    attempt=attempt,
                    error=type(error).__name__,
                )
                await asyncio.sleep(RETRY_AFTER[min(attempt, len(RETRY_AFTER)) - 1])
                if not await self._count_again(update):
                    return
                attempt += 1
            else:
                self._metrics.update_handled("done", time.monotonic() - started)
                self._vitals.handled()
                self._outbox.wake()
                return

    async def _count_again(self, update: Arrived) -> bool:
        """Where not even this can be written, it is the database that fails, not the update: wait for it. False where
        the process is to end."""
        while not self._stopping:
            try:
                await self._database.write(lambda db: inbox.count_attempt(db, [update.id]))
            except Exception as error:
                log.error("an attempt could not be counted, trying again", error=type(error).__name__)
                await asyncio.sleep(TROUBLE_PAUSE)
            else:
                return True
        return False

    def _unit(self, db: Connection, update: Arrived, codes: Codes) -> None:
        now = self._clock.now()
        if not inbox.finish(db, update.id, now):
            return  # handled before a commit whose answer was lost
        parsed = Update.de_json(update.raw, None)
        receive(db, parsed, self._house, now, codes)

    async def _bury(self, update: Arrived, error: Exception) -> None:
        kind = describe(update.raw)
        log.error(
            "an update was given up",
            update_id=update.update_id,
            kind=kind,
            error=type(error).__name__,
            where=_where(error),
        )

        def unit(db: Connection) -> None:
            if inbox.bury(db, update.id, type(error).__name__, self._clock.now()):
                self._tell(db, update, kind, type(error).__name__)

        try:
            await self._database.write(unit)
        except Exception as worse:
            log.error("a dead letter could not be written, it is tried again", error=type(worse).__name__)
        else:
            self._metrics.update_handled("dead", 0.0)
        self._vitals.handled()
        self._outbox.wake()

    def _tell(self, db: Connection, update: Arrived, kind: str, error: str) -> None:
        """The person and the staff hear of it; where even that fails, the dead letter stays."""
        now, club = self._clock.now(), self._house.club
        try:
            with db.begin_nested():
                reports.broken(db, club, _private_chat(update.raw), now)
                reports.dead_letter(db, club, update.update_id, kind, error, now)
        except Exception as worse:
            log.error("nobody could be told of a dead letter", error=type(worse).__name__)


def _private_chat(raw: dict[str, Any]) -> int | None:
    """Whom to tell that something broke: the private chat of a raw update, if it is one."""
    for value in raw.values():
        if isinstance(value, dict):
            message = value.get("message")
            inner = message if isinstance(message, dict) else value
            chat = inner.get("chat")
            if isinstance(chat, dict) and chat.get("type") == "private" and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return None


def _where(error: BaseException) -> str:
    """The places an error came through, without its text, which may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
