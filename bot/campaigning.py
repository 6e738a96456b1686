"""Keeps campaigns moving, and their cards telling how far they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from bot.clock import Clock
from campaigns import advance
from club.club import Club
from storage.database import Database

ROOM = 20.0
"""Seconds' worth of messages that may wait in a lane: enough that the sender never idles, few enough that a pause takes
them back at once."""
LEAST_ROOM = 200


class Campaigning:
    """One step after another, each in a transaction of its own."""

    def __init__(self, database: Database, club: Club, clock: Clock, rate: float, wake: Callable[[], None]) -> None:
        self._database = database
        self._club = club
        self._clock = clock
        self._room = max(LEAST_ROOM, round(rate * ROOM))
        self._wake = wake
        self._one_at_a_time = asyncio.Lock()

    async def advance(self) -> int:
        """Do all that can be done now; how many steps that were. Between two steps others get their turn."""
        done = 0
        async with self._one_at_a_time:
            while await self._database.write(
                partial(advance.step, club=self._club, now=self._clock.now(), room=self._room)
            ):
                done += 1
                self._wake()
        return done
