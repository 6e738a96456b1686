"""Looks now and then how it stands with the staff group: nobody tells a bot that topics were switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from bot.clock import Clock
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear
from club import staff
from club.club import Club
from handlers import staff_group
from storage.database import Database

log = structlog.get_logger(__name__)

EVERY = 30.0
SECONDS = 5.0
"""How long Telegram may take for an answer."""


class StaffGroup:
    """The staff group of this club, as Telegram tells of it."""

    def __init__(
        self, api: TelegramApi, database: Database, club: Club, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._api = api
        self._database = database
        self._club = club
        self._clock = clock
        self._wake = wake

    async def look(self, bot_id: int) -> None:
        """Has it topics, may the bot make them, has it another id by now? Without an answer nothing changes."""
        group = await self._database.read(lambda db: staff.group(db, self._club))
        if group is None:
            return
        try:
            chat = await self._ask("getChat", chat_id=group.id)
            member = await self._ask("getChatMember", chat_id=group.id, user_id=bot_id) if chat.get("is_forum") else {}
        except Rejected as error:
            if (new := error.migrate_to_chat_id) is not None:
                await self._database.write(
                    lambda db: staff_group.moved(db, self._club, group.id, new, self._clock.now())
                )
                self._wake()
        except (NotSent, Unclear) as error:
            log.debug("the staff group could not be looked at", reason=str(error))
        else:
            forum, may = bool(chat.get("is_forum")), bool(member.get("can_manage_topics"))
            await self._database.write(
                lambda db: staff_group.stands(db, self._club, group.id, forum=forum, may=may, now=self._clock.now())
            )

    async def _ask(self, method: str, **parameters: int) -> dict[str, Any]:
        answer: dict[str, Any] = await self._api.call(method, parameters, timeout=SECONDS)
        return answer
