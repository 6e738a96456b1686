"""Sends what is in the outbox: best lane first, in order within a chat, at the platform's pace.

`sending` is committed before the call, the outcome after it. What came of a call is one of four things: sent; refused
for good; not sent, so try again; or unclear. An unclear greeting is left alone and listed, an unclear answer is sent
once more, and listed for the staff after the second time.

Three loops share the work. One claims a little ahead of the pace, so that no slot is lost while the database works; one
claims what overtakes something of that, without waiting for the first one's larger lots; and one takes the best of what
is claimed whenever a slot opens.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import structlog
from sqlalchemy import Connection

from bot import recipes
from bot.called import Called
from bot.claiming import Claiming
from bot.clock import Clock
from bot.metrics import Metrics
from bot.outcomes import Outcomes
from bot.outgoing import Outgoing, ids_in
from bot.pace import Pace
from bot.patience import Patience
from bot.recipes import Kitchen
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear
from bot.vitals import Vitals
from club.club import Club
from storage import claims, outbox
from storage.database import Database, is_passing, utc_now
from storage.outbox import RECIPE, Lane

log = structlog.get_logger(__name__)

NO_CONNECTION_PAUSES = 1.0, 4.0
"""Seconds until the next try without a connection: the first time, and at most."""
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
SETTLE_AGAIN = 0.1, 0.5, 1.0, 2.0, 4.0
"""Seconds until the next tries to write down an outcome while the database is in trouble: it may start anew."""
LAST_CALLS = 2.0
"""Seconds that calls under way get when the process ends."""
ENDED = "the process ended while it was being sent"


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
        self._api = api
        self._pace = pace
        self._clock = clock
        self._metrics = metrics
        self._vitals = vitals
        self._outcomes = Outcomes(club, clock, metrics, pace)
        self._claiming = Claiming(club, clock, self._outcomes, paid=paid)
        self._called = called or Called(None)
        self._kitchen = Kitchen(database, club, clock)
        self._claimed: list[Waiting] = []
        self._places = count()
        self._patience = Patience(*NO_CONNECTION_PAUSES)
        self._busy: set[int] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        self._filled = asyncio.Event()
        self._more = False
        self._passed_over = False
        self._stopping = False
        self._sent: list[tuple[Outgoing, tuple[int, ...]]] = []
        self._marking: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._wake.set()
        self._news.set()

    def expect(self) -> None:
        """Something may be in the outbox once what is being written is committed: if it overtakes what is claimed, it
        is claimed right behind that, and often with the same commit."""
        self._news.set()

    async def run(self) -> None:
        """Send until `stop`; then claim nothing more, and finish the calls under way."""
        others = (self._send_claimed, self._claim_urgent)
        beside = [asyncio.create_task(self._unfailing(step), name=step.__name__) for step in others]
        await self._unfailing(self._claim_some)
        await asyncio.gather(*beside)
        await self._last_calls()

    async def _unfailing(self, step: Callable[[], Any]) -> None:
        """One step after another, whatever becomes of one."""
        while not self._stopping:
            try:
                await step()
            except Exception as error:
                log.error("nothing could be claimed, trying again", error=type(error).__name__)
                await asyncio.sleep(TROUBLE_PAUSE)

    async def _last_calls(self) -> None:
        """What is claimed goes back; calls under way are waited for, and settled as unclear where that is in vain."""
        await self._give_back(self._claimed)
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=LAST_CALLS)
            for call in late:
                call.cancel()
            if late:
                await asyncio.wait(late)
        if self._marking is not None:
            await self._marking
        self._called.close()

    def stop(self) -> None:
        """Come to an end: what is claimed and not yet called goes back into the queue."""
        self._stopping = True
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
            await self._settle_safely(partial(claims.release, row_ids=twice), iter(SETTLE_AGAIN), rows=twice)
            passed_over = True
        for outgoing in claimed:
            if outgoing.row.id in twice:
                continue
            if outgoing.ordered:
                self._busy.add(outgoing.row.chat_id)
                heapq.heappush(self._claimed, Waiting(outgoing.row.lane, next(self._places), since, outgoing))
            else:
                self._start(outgoing, None)
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
        await self._settle_safely(partial(claims.release, row_ids=given), iter(SETTLE_AGAIN), rows=given)
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
            self._start(outgoing, slot)
        if self._more and 2 * len(self._claimed) <= self._pace.slots_within(self._ahead):
            self._wake.set()

    def _start(self, outgoing: Outgoing, slot: float | None) -> None:
        task = asyncio.create_task(self._call(outgoing, slot))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    # ---- calling ----------------------------------------------------------------------------------------------

    async def _call(self, outgoing: Outgoing, slot: float | None) -> None:
        row = outgoing.row
        try:
            payload = outgoing.payload
            if outgoing.ordered:
                payload = {"chat_id": row.chat_id, **payload}
            self._called.add(row.id)
            result = await self._post(outgoing.method, row.chat_id, payload)
        except Rejected as error:
            await self._settle(partial(self._outcomes.rejected, outgoing=outgoing, error=error), outgoing)
        except NotSent as error:
            self._no_connection(str(error))
            await self._settle(partial(outbox.requeue, row_id=row.id), outgoing)
        except Unclear as error:
            await self._settle(partial(self._outcomes.unclear, row=row, reason=str(error)), outgoing)
        except asyncio.CancelledError:
            await self._settle(partial(self._outcomes.unclear, row=row, reason=ENDED), outgoing)
        except Exception as error:  # such as a text that no encoding knows: it never left
            await self._settle(partial(self._outcomes.failed, row=row, reason=type(error).__name__), outgoing)
        else:
            self._patience.answered()
            if slot is not None:
                self._pace.arrived(slot)
            self._metrics.sent(row.lane, "sent")
            self._sent.append((outgoing, ids_in(result)))
            if self._marking is None or self._marking.done():
                self._marking = asyncio.create_task(self._mark())

    def _no_connection(self, reason: str) -> None:
        """All wait; those that were under way at the same time say nothing new."""
        if self._pace.ready_in() < 0.5:
            self._pace.pause(self._patience.wait())
        if self._patience.worth_saying():
            log.warning("no connection to Telegram, trying again", reason=reason)

    async def _post(self, method: str, chat_id: int, payload: dict[str, Any]) -> Any:
        """Call a method; a file, or a text, that it is to bring is made now."""
        if RECIPE not in payload:
            return await self._api.call(method, payload)
        words = {name: value for name, value in payload.items() if name != RECIPE}
        try:
            field, made = await recipes.make(self._kitchen, chat_id, payload[RECIPE])
        except recipes.NotDrawn as error:  # the words under it say the same
            log.error("a picture could not be drawn, its words go alone", error=str(error))
            return await self._api.call("sendMessage", {"text": words.pop("caption"), **words})
        if isinstance(made, str):
            return await self._api.call(method, words | {field: made})
        return await self._api.upload(method, words, {field: made})

    async def _mark(self) -> None:
        """Write down what was sent; all that came together while the last lot was being written goes together. Where
        that fails it goes one by one: what arrived must not go out again because of another message."""
        while self._sent:
            lot, self._sent = self._sent, []
            pauses = iter(SETTLE_AGAIN)
            try:
                await self._write(partial(self._outcomes.sent, lot=lot), pauses, patient=True)
            except Exception:
                for one in lot:
                    await self._settle_safely(partial(self._outcomes.sent, lot=[one]), pauses, row=one[0].row.id)
            for outgoing, _ in lot:
                self._let_go(outgoing)
            if any(outgoing.row.send_id is None for outgoing, _ in lot):
                self.wake()  # a card may have changed meanwhile, a topic is there now

    async def _settle(self, unit: Callable[[Connection], None], outgoing: Outgoing) -> None:
        await self._settle_safely(unit, iter(SETTLE_AGAIN), row=outgoing.row.id)
        self._let_go(outgoing)
        self.wake()

    def _let_go(self, outgoing: Outgoing) -> None:
        """The next message to this chat may leave, where there is one. An answered press says nothing about the message
        before it."""
        if outgoing.ordered:
            self._busy.discard(outgoing.row.chat_id)
        if self._passed_over:
            self.wake()

    async def _settle_safely(self, unit: Callable[[Connection], None], pauses: Iterator[float], **whose: Any) -> None:
        """An outcome that cannot be written (disk full) leaves the row in `sending`: the sweep will take it up."""
        try:
            await self._write(unit, pauses)
        except Exception as error:
            log.error("an outcome could not be written down", error=type(error).__name__, **whose)

    async def _write(
        self, unit: Callable[[Connection], None], pauses: Iterator[float], *, patient: bool = False
    ) -> None:
        """While the database is in trouble, again after each of the pauses; not for long where the process ends."""
        self._vitals.delivered()
        while True:
            try:
                return await self._database.write(unit, patient=patient)
            except Exception as error:
                pause = next(pauses, None)
                if pause is None or not is_passing(error):
                    raise
            await asyncio.sleep(SETTLE_AGAIN[0] if self._stopping else pause)
