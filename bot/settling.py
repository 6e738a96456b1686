"""Writes down what came of a call, also while the database is in trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.vitals import Vitals
from storage.database import Database, is_passing

log = structlog.get_logger(__name__)

AGAIN_AFTER = 0.1, 0.5, 1.0, 2.0, 4.0
"""Seconds until the next tries: the database may start anew."""


class Settling:
    """Of the one sender."""

    def __init__(self, database: Database, vitals: Vitals) -> None:
        self._database = database
        self._vitals = vitals
        self._ending = False

    def end(self) -> None:
        """The process ends: nothing is waited for long."""
        self._ending = True

    async def safely(
        self, unit: Callable[[Connection], None], pauses: Iterator[float] | None = None, **whose: Any
    ) -> None:
        """An outcome that cannot be written (disk full) leaves the row in `sending`: the sweep will take it up. `whose`
        is told to the operator."""
        try:
            await self.write(unit, iter(AGAIN_AFTER) if pauses is None else pauses)
        except Exception as error:
            log.error("an outcome could not be written down", error=type(error).__name__, **whose)

    async def write(
        self, unit: Callable[[Connection], None], pauses: Iterator[float], *, patient: bool = False
    ) -> None:
        """While the database is in trouble, again after each of the pauses (seconds); then it raises."""
        self._vitals.delivered()
        while True:
            try:
                return await self._database.write(unit, patient=patient)
            except Exception as error:
                pause = next(pauses, None)
                if pause is None or not is_passing(error):
                    raise
            await asyncio.sleep(AGAIN_AFTER[0] if self._ending else pause)
