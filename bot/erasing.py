"""Forgetting people when their time has come, so that neither a crash nor a restored backup brings them back.

The list of erasures is written first, and on the disk before the database is touched. Once an erasure is due nobody can
take it back, so a stop in between costs nothing: what is due is found again, and who is listed is erased at the next
start. The other way round, a crash could leave somebody erased here and back with the next restored backup.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from club import privacy
from club.club import Club
from storage import members
from storage import privacy as rows
from storage.database import Database, DatabaseProblem
from storage.erasures import ErasureList
from storage.privacy import Erasure

log = structlog.get_logger(__name__)


class Erasing:
    """Carries out what is due. Without a list (a club that forgets everything anyway) only in the database."""

    def __init__(self, database: Database, erasures: ErasureList | None, club: Club) -> None:
        self._database = database
        self._list = erasures
        self._club = club
        self._log_is_clear = False  # the last run may have ended before it cleared the log
        self._list_is_whole = False  # on PostgreSQL another process may have erased since this one opened the database

    async def carry_out(self, now: datetime) -> int:
        """Forget everybody who is due, some at a time; how many. What fails is tried again at the next tick."""
        due = await self._database.read(lambda db: rows.due(db, now, privacy.ERASED_AT_ONCE))
        if not await self._listed(due):
            return 0
        done = 0
        for one in due:
            try:
                done += await self._database.write(partial(self._forget, member_id=one.member_id, now=now))
            except Exception as error:  # the others are not to wait for this one
                log.error("an erasure failed, it is tried again", member=one.member_id, error=type(error).__name__)
        self._log_is_clear = self._log_is_clear and not done
        if not self._log_is_clear:
            self._log_is_clear = await self._database.clear_log()
        return done

    async def _listed(self, due: list[Erasure]) -> bool:
        """Are these on the list, on the disk?"""
        if self._list is None:
            return True
        missing = due if self._list_is_whole else due + await self._database.read(rows.erased)
        try:
            if missing:
                await asyncio.to_thread(self._list.add, missing)
        except OSError as error:
            log.error("the list of erasures cannot be written, nobody is erased", error=error.strerror)
            return False
        self._list_is_whole = True
        return True

    def _forget(self, db: Connection, member_id: int, now: datetime) -> bool:
        from handlers.privacy import forget

        person = members.by_id(db, member_id)
        if not privacy.may_be_erased(db, person, self._club, now):
            return False
        forget(db, person, self._club, now)
        return True


async def replay(database: Database, erasures: ErasureList, club: Club, now: datetime) -> int:
    """Erase again whom a restored backup brought back, and complete the list from the rows; how many came back.

    Raises `DatabaseProblem` where the list cannot be kept.
    """
    try:
        listed = await asyncio.to_thread(erasures.read)
        back = await database.read(lambda db: privacy.came_back(db, listed))
        for member_id in back:
            await database.write(partial(_forget_again, member_id=member_id, club=club, now=now))
            log.warning("somebody who had been erased was in the database, and is erased again", member=member_id)
        known = await database.read(rows.erased)
        await asyncio.to_thread(erasures.add, known)
    except OSError as error:
        raise DatabaseProblem(
            f"storage.erasures_file: '{erasures.path}' cannot be used ({error.strerror}), "
            "expected a file that can be read and written"
        ) from error
    if back:
        await database.clear_log()
    return len(back)


def _forget_again(db: Connection, member_id: int, club: Club, now: datetime) -> None:
    from handlers.privacy import forget  # hardly ever needed, and every command opens the storage

    person = members.by_id(db, member_id)
    if person.telegram_id is not None:
        forget(db, person, club, now, restored=True)
