"""Keeps campaigns moving, and their cards telling how far they are."""

from __future__ import annotations

import time
from asyncio import Lock
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from bot.clock import Clock
from campaigns import advance, steps
from club.club import Club
from handlers import campaigns as cards
from storage import campaigns, posted, sends
from storage.campaigns import Campaign
from storage.database import Database

ROOM = 4.0
"""Seconds' worth of messages that may wait in a lane: enough that the sender never idles, few enough that a pause takes
them back at once."""
LEAST_ROOM = 200
SHOWN_EVERY = 2.0
"""Seconds between two changes of a card: it hangs in chats that Telegram limits too."""
SHARE = 0.1
"""Of the time at most goes into counting how far campaigns are: of a million lines that is no trifle."""
SMOOTHED = 0.3
"""How much the newest rate counts against those before it."""
WATCHED = 20
"""Running campaigns whose cards move at the same time."""


@dataclass
class Progress:
    """How far a campaign was when it was looked at last; `at` in seconds of a clock that cannot be moved."""

    state: str
    done: int
    open: int
    at: float
    rate: float | None = None

    def after(self, state: str, done: int, left: int, at: float) -> Progress:
        """The next look, with the rate of what was done meanwhile smoothed into those before."""
        rate = (done - self.done) / max(at - self.at, 0.001)
        smooth = rate if self.rate is None else SMOOTHED * rate + (1 - SMOOTHED) * self.rate
        return Progress(state, done, left, at, smooth)

    @property
    def left(self) -> float | None:
        """Seconds until all is done at this rate; None where nothing moves."""
        return self.open / self.rate if self.rate and self.open else None


class Campaigning:
    """One step after another, each in a transaction of its own."""

    def __init__(self, database: Database, club: Club, clock: Clock, rate: float, wake: Callable[[], None]) -> None:
        self._database = database
        self._club = club
        self._clock = clock
        self._room = max(LEAST_ROOM, round(rate * ROOM))
        self._wake = wake
        self._one_at_a_time = Lock()
        self._seen: dict[int, Progress] = {}
        self._shown_next = 0.0
        self._event: int | None = None

    async def tick(self) -> None:
        """Do what can be done, and show how far it is."""
        await self.advance()
        if time.monotonic() >= self._shown_next:
            began = time.monotonic()
            await self.show()
            self._shown_next = began + max(SHOWN_EVERY, (time.monotonic() - began) / SHARE)

    async def advance(self) -> int:
        """Do all that can be done now; how many steps that were. Between two steps others get their turn."""
        done = 0
        if self._event is None:
            self._event = await self._database.read(campaigns.newest_event)
        async with self._one_at_a_time:
            while await self._database.write(
                partial(advance.step, club=self._club, now=self._clock.now(), room=self._room), patient=True
            ):
                done += 1
                self._wake()
        return done

    async def show(self) -> None:
        """Renew the cards of those that have moved, and of those that took a step of themselves."""
        moving, self._event = await self._database.read(self._moving)
        for one, counts in moving:
            left = sum(counts.get(word, 0) for word in sends.OPEN)
            moved = self._moved(one, sum(counts.values()) - left, left)
            if moved is not None:
                await self._database.write(partial(self._renew, campaign=one, progress=moved), patient=True)
                self._wake()

    def _moving(self, db: Connection) -> tuple[list[tuple[Campaign, Mapping[str, int]]], int]:
        """Those whose cards may have to change, with how far they are; and the newest step."""
        newest = campaigns.newest_event(db)
        running = {one.id: one for one in campaigns.of_states(db, (steps.RUNNING,), limit=WATCHED)}
        since = newest if self._event is None else self._event
        changed = [campaigns.by_id(db, one) for one in campaigns.changed_after(db, since) if one not in running]
        found = [*running.values(), *(one for one in changed if one is not None)]
        hung = [one for one in found if posted.places(db, cards.slot_of(one.id))]
        return [(one, sends.counts(db, one.id)) for one in hung], newest

    def _moved(self, one: Campaign, done: int, left: int) -> Progress | None:
        """How far it is now; None where its card says so already."""
        before, now = self._seen.get(one.id), time.monotonic()
        if before is not None and (before.state, before.done, before.open) == (one.state, done, left):
            return None
        progress = before.after(one.state, done, left, now) if before else Progress(one.state, done, left, now)
        if one.state == steps.RUNNING:
            self._seen[one.id] = progress
        else:
            self._seen.pop(one.id, None)
        return progress

    def _renew(self, db: Connection, campaign: Campaign, progress: Progress) -> None:
        """As it is by now: since it was looked at, somebody may have taken a step."""
        now, current = self._clock.now(), campaigns.by_id(db, campaign.id, lock=True) or campaign
        cards.renew_cards(db, self._club, current, now, progress.rate, progress.left)
