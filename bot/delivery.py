"""Sends what is in the outbox: best lane first, in order within a chat, at the platform's pace.

Three loops share the work. One claims a little ahead of the pace, so that no slot is lost while the database works; one
claims what overtakes something of that, without waiting for the first one's larger lots; and one takes the best of what
is claimed whenever a slot opens.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection

from bot.called import Called
from bot.calling import ENDED, Calling
from bot.claiming import Claiming
from bot.clock import Clock
from bot.metrics import Metrics
from bot.outcomes import Outcomes
from bot.outgoing import Outgoing
from bot.pace import Pace
from bot.recipes import Kitchen
from bot.settling import Settling
from bot.telegram_api import TelegramApi
from bot.vitals import Vitals
from club.club import Club
from storage import claims
from storage.database import Database, utc_now
from storage.outbox import Lane

log = structlog.get_logger(__name__)

AHEAD = 0.04
"""Seconds of slots that are claimed ahead: what is claimed when the process is killed is unclear for good."""
FAR_AHEAD = 0.25
"""Where the next process knows what was called: larger lots cost less each, and a disk that takes its time for one
commit leaves no slot unused."""
BATCH = 50
"""Rows that are claimed at once at most."""
URGENT = 8
"""Rows that are claimed at once beside what waits already."""
QUIET = "editMessageReplyMarkup"
"""Takes buttons away: nobody reads it, so it does not count as a message to its chat."""
IDLE = 0.5
LONGEST_WAIT = 0.5
"""Seconds that a claimed row may wait for its slot; when Telegram asks for more, it goes back into the queue."""
STALE = 2.0
"""Seconds after which a claimed row that others overtook goes back too: what it says may not be so any more."""
TROUBLE_PAUSE = 1.0
"""Seconds until the next try where the database took nothing."""


class Waiting(NamedTuple):
    """A claimed row that waits for its slot; the first goes first."""

    lane: Lane
    place: int
    since: float
    outgoing: Outgoing


class Delivery:
    """The one sender of this installation."""

    def __init__(
        self,
        database: Database,
        api: TelegramApi,
        pace: Pace,
        club: Club,
        clock: Clock,
        metrics: Metrics,
        vitals: Vitals,
        *,
        paid: bool = False,
        called: Called | None = None,
    ) -> None:
        self._database = database
        self._pace = pace
        self._outcomes = Outcomes(club, clock, metrics, pace)
        self._claiming = Claiming(club, clock, self._outcomes, paid=paid)
        self._called = called or Called(None)
        self._settling = Settling(database, vitals)
        self._calling = Calling(
            api,
            pace,
            self._outcomes,
            self._settling,
            Kitchen(database, club, clock),
            metrics,
            self._called,
            self._let_go,
            self.wake,
        )
        self._claimed: list[Waiting] = []
        self._places = count()
        self._busy: set[int] = set()
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        self._filled = asyncio.Event()
        self._more = False
        self._passed_over = False
        self._stopping = False

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._wake.set()
        self._news.set()

    def expect(self) -> None:
        """Something may be in the outbox once what is being written is committed: if it overtakes what is claimed, it
        is claimed right behind that, and often with the same commit. A server has no line for the writer: there it is
        looked for when it is written."""
        if self._database.dialect == "sqlite":
            self._news.set()

    async def run(self) -> None:
        """Send until `stop`; then claim nothing more, and finish the calls under way."""
        others = (self._send_claimed, self._claim_urgent)
        beside = [asyncio.create_task(self._unfailing(step), name=step.__name__) for step in others]
        await self._unfailing(self._claim_some)
        await asyncio.gather(*beside)
        await self._give_back(self._claimed)
        await self._calling.end()
        self._called.close()

    async def _unfailing(self, step: Callable[[], Any]) -> None:
        """One step after another, whatever becomes of one."""
        while not self._stopping:
            try:
                await step()
            except Exception as error:
                log.error("nothing could be claimed, trying again", error=type(error).__name__)
                await asyncio.sleep(TROUBLE_PAUSE)

    def stop(self) -> None:
        """Come to an end: what is claimed and not yet called goes back into the queue."""
        self._stopping = True
        self._settling.end()
        self._wake.set()
        self._news.set()
        self._filled.set()

    async def sweep(self, *, all_of_them: bool = False) -> int:
        """Settle rows whose sender died in the middle: all at the start of the only process, else expired ones. How
        many may have arrived; those that certainly were not called wait again."""
        now = None if all_of_them else utc_now()

        def unit(db: Connection) -> int:
            if all_of_them:
                claims.release(db, self._called.never(db))
            left = claims.abandoned(db, now=now)
            for row in left:
                self._outcomes.unclear(db, row, ENDED)
            return len(left)

        settled = await self._database.write(unit)
        if all_of_them:
            self._called.begin(self._claiming.owner)
        self.wake()
        return settled

    # ---- claiming ---------------------------------------------------------------------------------------------

    async def _claim_some(self) -> None:
        """Claim what may leave soon; where there is nothing to claim, wait for news."""
        self._wake.clear()
        await self._give_back([one for one in self._claimed if one.since < time.monotonic() - STALE])
        if not await self._claim(self._room()):
            await self._rest()

    async def _claim_urgent(self) -> None:
        """Claim what overtakes something that is claimed, whenever there is news. News that come while the first lot is
        still being claimed are kept until it is there: it may have been looked for before them."""
        await self._news.wait()
        await self._filled.wait()
        self._news.clear()
        while (
            self._claimed and not self._stopping and await self._claim(URGENT, max(one.lane for one in self._claimed))
        ):
            pass

    @property
    def _ahead(self) -> float:
        return FAR_AHEAD if self._called.tells else AHEAD

    def _room(self) -> int:
        """How many rows to claim now. What waits is filled up when half of it is gone."""
        waiting = len(self._claimed)
        room = self._pace.slots_within(self._ahead) - waiting
        return min(room, BATCH) if room > 0 and room >= waiting else 0

    async def _claim(self, most: int, before: Lane | None = None) -> bool:
        """Claim, and start what needs no slot; False where there is nothing more."""
        if most == 0 or before == Lane.REPLY:
            return False
        busy = frozenset(self._busy)
        blocked = busy | self._pace.blocked_chats()
        claimed, passed_over = await self._database.write(
            lambda db: self._claiming.claim(db, most, blocked, before), patient=before is None
        )
        since = time.monotonic()
        twice = [one.row.id for one in claimed if one.ordered and one.row.chat_id in self._busy]
        if twice:  # the other loop claimed something for the same chat meanwhile
            await self._settling.safely(partial(claims.release, row_ids=twice), rows=twice)
            passed_over = True
        for outgoing in claimed:
            if outgoing.row.id in twice:
                continue
            if outgoing.ordered:
                self._busy.add(outgoing.row.chat_id)
                heapq.heappush(self._claimed, Waiting(outgoing.row.lane, next(self._places), since, outgoing))
            else:
                self._calling.start(outgoing, None)
        self._filled.set()
        full = len(claimed) == most
        self._more = full or (self._more and before is not None)
        self._passed_over = passed_over or (self._passed_over and before is not None)
        if self._passed_over and not busy <= self._busy:
            self.wake()  # what was waited for is over by now
        return full

    async def _give_back(self, waiting: list[Waiting]) -> None:
        """Claimed rows whose turn has not come go back into the queue."""
        if not waiting:
            return
        gone = {one.place for one in waiting}
        self._claimed = [one for one in self._claimed if one.place not in gone]
        heapq.heapify(self._claimed)
        given = [one.outgoing.row.id for one in waiting]
        await self._settling.safely(partial(claims.release, row_ids=given), rows=given)
        for one in waiting:
            self._let_go(one.outgoing)
        self._wake.set()

    async def _rest(self) -> None:
        """Wait for news, the next slots, the next due row, or a chat that opens again; at most half a second."""
        opens, ready = self._pace.next_chat_in(), self._pace.ready_in() - self._ahead
        ahead = [IDLE, *([opens] if opens is not None else []), *([ready] if ready > 0 else [])]
        try:
            async with asyncio.timeout(max(0.001, min(ahead))):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _send_claimed(self) -> None:
        """Call the best of what is claimed as soon as a slot opens."""
        if not self._claimed:
            self._filled.clear()
            await self._filled.wait()
            return
        slot = await self._pace.take(LONGEST_WAIT)
        if slot is None:
            await self._give_back(self._claimed)
        elif self._claimed and not self._stopping:
            outgoing = heapq.heappop(self._claimed).outgoing
            if outgoing.method != QUIET:
                self._pace.chat_sent(outgoing.row.chat_id)
            self._calling.start(outgoing, slot)
        if self._more and 2 * len(self._claimed) <= self._pace.slots_within(self._ahead):
            self._wake.set()

    def _let_go(self, outgoing: Outgoing) -> None:
        """The next message to this chat may leave, where there is one. An answered press says nothing about the message
        before it."""
        if outgoing.ordered:
            self._busy.discard(outgoing.row.chat_id)
        if self._passed_over:
            self.wake()
