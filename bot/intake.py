"""What arrives is stored as it came, committed, and only then confirmed to Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.clock import Clock
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear
from bot.vitals import Vitals
from storage import inbox, state
from storage.database import Database

log = structlog.get_logger(__name__)

LONG_POLL = 25
PAGE = 100
OFFSET = "intake_offset"
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
CONFLICTS = 5


class Conflict(Exception):
    """Another program takes this bot's updates."""


class Intake:
    """Polls for updates, or takes them from the webhook; either way `stored` is called after each commit.

    `begins`: would updates of these chats be started as soon as they are stored? Then their first attempt is counted in
    the same transaction: whoever wrote waits for one commit less.
    """

    def __init__(
        self,
        api: TelegramApi,
        database: Database,
        clock: Clock,
        vitals: Vitals,
        begins: Callable[[Sequence[int]], bool],
        stored: Callable[[], None],
    ) -> None:
        self._api = api
        self._database = database
        self._clock = clock
        self._begins = begins
        self._stored = stored
        self._vitals = vitals
        self._conflicts = 0

    async def poll(self) -> None:
        """Ask for updates for ever. Raises `Conflict` where another program keeps asking too, `Rejected` for a token
        that is not (any more) valid."""
        known = await self._database.read(lambda db: state.get(db, OFFSET))
        offset = int(known) if known else None
        pause = FIRST_PAUSE
        while True:
            try:
                offset = await self._poll_once(offset)
                pause = FIRST_PAUSE
            except Rejected as error:
                await self._bear(error)
            except Exception as error:  # whatever it is: what is not stored is not confirmed, and comes again
                reason = str(error) if isinstance(error, NotSent | Unclear) else type(error).__name__
                log.warning("no updates for now, asking again", reason=reason, seconds=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def accept(self, update: dict[str, Any]) -> None:
        """One update from the webhook; stored when this returns."""
        await self._store([update], None)

    async def _poll_once(self, offset: int | None) -> int | None:
        request: dict[str, Any] = {"timeout": LONG_POLL, "limit": PAGE, "allowed_updates": ALLOWED}
        if offset is not None:
            request["offset"] = offset
        updates = await self._api.call("getUpdates", request, timeout=LONG_POLL + 10)
        self._vitals.heard()
        self._conflicts = 0
        if not updates:
            return offset
        ids = [update["update_id"] for update in updates if _has_id(update)]
        if not ids:
            raise Unclear("getUpdates: not one update with a usable update_id")
        following = int(max(ids)) + 1
        await self._store(updates, following)
        return following

    async def _bear(self, error: Rejected) -> None:
        if error.code == 429:
            await asyncio.sleep(error.retry_after or 1)
        elif error.code == 409:
            self._conflicts += 1
            if self._conflicts >= CONFLICTS:
                raise Conflict(
                    "another program polls this bot, or a webhook is set for it: stop that one first, "
                    "two cannot share the updates of one token"
                ) from error
            await asyncio.sleep(self._conflicts)
        else:
            raise error

    async def _store(self, updates: Sequence[dict[str, Any]], following: int | None) -> None:
        rows = [(update["update_id"], chat_of(update), update) for update in updates if _has_id(update)]
        if len(rows) < len(updates):
            log.error("an update without a usable update_id was dropped", count=len(updates) - len(rows))
        now = self._clock.now()

        begins = self._begins([chat_id for _, chat_id, _ in rows])

        def unit(db: Connection) -> None:
            inbox.store(db, rows, now, counted=begins)
            if following is not None:
                state.put(db, OFFSET, str(following))

        await self._database.write(unit)
        self._vitals.heard()
        self._stored()


def _has_id(update: Any) -> bool:
    return isinstance(update, dict) and isinstance(update.get("update_id"), int) and 0 <= update["update_id"] < 2**63


def chat_of(update: dict[str, Any]) -> int:
    """The chat whose order an update belongs to; 0 where it names none. Trusts nothing: this is raw input."""
    for value in update.values():
        if isinstance(value, dict):
            message = value.get("message")
            inner = message if isinstance(message, dict) else value
            for place in (inner.get("chat"), value.get("from")):
                if isinstance(place, dict) and isinstance(place.get("id"), int) and abs(place["id"]) < 2**63:
                    return int(place["id"])
    return 0
