"""Sends what is in the outbox: best lane first, in order within a chat, at the platform's pace.

`sending` is committed before the call, the outcome after it. What came of a call is one of four things: sent; refused
for good; not sent, so try again; or unclear. An unclear greeting is left alone and listed, an unclear answer is sent
once more, and listed for the staff after the second time.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot import forum, recipes
from bot.clock import Clock
from bot.metrics import Metrics
from bot.outgoing import Outgoing, ids_in, plainly
from bot.pace import Pace
from bot.recipes import Kitchen
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear
from bot.vitals import Vitals
from campaigns import programmes, sending
from campaigns.programmes import Skipped
from club.club import Club
from handlers import reports, staff_group, tasks
from storage import members, outbox, posted, sends, topics
from storage.database import Database, UnitTimedOut, savepoint, utc_now
from storage.outbox import RECIPE, Claimed

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=25)
"""Longer than any call may take, with the moment that a claimed row waits for its slot."""
AMBIGUOUS_TRIES = 2
NO_CONNECTION_PAUSE = 1.0
AHEAD = 0.02
"""Seconds of slots that are claimed at once: what is claimed cannot be overtaken by a reply any more."""
BATCH = 64
QUIET = "editMessageReplyMarkup"
"""Takes buttons away: nobody reads it, so it does not count as a message to its chat."""
IDLE = 0.5
LONGEST_WAIT = 0.5
"""Seconds that a claimed row may wait for its slot; when Telegram asks for more, it goes back into the queue."""
TROUBLE_PAUSE = 1.0
"""Seconds until the next try where the database took nothing."""
LAST_CALLS = 2.0
"""Seconds that calls under way get when the process ends."""
ENDED = "the process ended while it was being sent"
NOT_MODIFIED, NOT_FOUND = "message is not modified", "message to edit not found"
GONE = ("bot was blocked by the user", "user is deactivated", "chat not found", "can't initiate conversation")


def _word_of(state: str, reason: str) -> str:
    """The last word of a campaign's line; what was skipped says why in a word."""
    if state == "failed" and any(gone in reason for gone in GONE):
        return sends.BLOCKED
    return reason if state == "skipped" else state


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
    ) -> None:
        self._database = database
        self._api = api
        self._pace = pace
        self._club = club
        self._clock = clock
        self._metrics = metrics
        self._vitals = vitals
        self._paid = paid
        self._kitchen = Kitchen(database, club, clock)
        self._owner = secrets.token_hex(8)
        self._busy: set[int] = set()
        self._calls: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._sent: list[tuple[Outgoing, tuple[int, ...]]] = []
        self._marking: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._wake.set()

    async def run(self) -> None:
        """Send until `stop`; then claim nothing more, and finish the calls under way."""
        while not self._stopping:
            self._wake.clear()
            try:
                busy = await self._send_some()
            except Exception as error:
                log.error("nothing could be claimed, trying again", error=type(error).__name__)
                await asyncio.sleep(TROUBLE_PAUSE)
            else:
                if not busy:
                    await self._rest()
        await self._last_calls()

    async def _last_calls(self) -> None:
        """Wait for the calls under way; what is not answered by then is settled as unclear."""
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=LAST_CALLS)
            for call in late:
                call.cancel()
            if late:
                await asyncio.wait(late)
        if self._marking is not None:
            await self._marking

    def stop(self) -> None:
        """Come to an end: what is claimed and not yet called goes back into the queue."""
        self._stopping = True
        self._wake.set()

    async def sweep(self, *, all_of_them: bool = False) -> int:
        """Settle rows whose sender died in the middle: all at the start of the only process, else expired ones."""
        now = None if all_of_them else utc_now()

        def unit(db: Connection) -> int:
            left = outbox.abandoned(db, now=now)
            for row in left:
                self._settle_unclear(db, row, ENDED)
            return len(left)

        count = await self._database.write(unit)
        self.wake()
        return count

    # ---- claiming ---------------------------------------------------------------------------------------------

    async def _send_some(self) -> bool:
        """Claim what may leave now and start its calls; False where nothing is due or nothing may leave."""
        slots = min(self._pace.slots_within(AHEAD), BATCH)
        if slots == 0:
            await asyncio.sleep(max(0.0, min(self._pace.ready_in() - AHEAD, IDLE)))
            return True
        blocked = self._busy | self._pace.blocked_chats()
        claimed = await self._database.write(lambda db: self._claim(db, slots, blocked))
        for position, outgoing in enumerate(claimed):
            slot = await self._pace.take(LONGEST_WAIT) if outgoing.ordered else None
            if self._stopping or (outgoing.ordered and slot is None):
                unsent = [later.row.id for later in claimed[position:]]
                await self._database.write(partial(outbox.release, row_ids=unsent))
                break
            if outgoing.ordered:
                self._busy.add(outgoing.row.chat_id)
                if outgoing.method != QUIET:
                    self._pace.chat_sent(outgoing.row.chat_id)
            task = asyncio.create_task(self._call(outgoing, slot))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        return bool(claimed)

    def _claim(self, db: Connection, limit: int, blocked: set[int]) -> list[Outgoing]:
        rows = outbox.claim(
            db,
            owner=self._owner,
            now=self._clock.now(),
            lease_until=utc_now() + LEASE,
            limit=limit,
            busy=blocked,
        )
        return [ready for row in rows if (ready := self._prepare_safely(db, row)) is not None]

    def _prepare_safely(self, db: Connection, row: Claimed) -> Outgoing | None:
        """A row that cannot be made ready fails by itself: what was claimed with it goes out."""
        try:
            with savepoint(db):
                return self._prepare(db, row)
        except UnitTimedOut:
            raise
        except Exception as error:
            log.error("a message could not be made ready", row=row.id, error=type(error).__name__)
            self._fail(db, row, f"it could not be made ready: {type(error).__name__}")
            return None

    def _prepare(self, db: Connection, row: Claimed) -> Outgoing | None:
        """The call that a row needs now, in the topic where it belongs. None where it is not to be sent."""
        if row.method == topics.METHOD:
            call = forum.due(db, row)
            if call is None:
                self._last_word(db, row, "skipped", "the topic is as it is wanted")
            return None if call is None else Outgoing(row, *call)
        ready = self._filled_in(db, row)
        return None if ready is None else forum.placed(db, ready)

    def _filled_in(self, db: Connection, row: Claimed) -> Outgoing | None:
        """Fill in what is only known now: an occasion's text, a card's state. None where it is not to be sent."""
        if row.posted_id is not None:
            card = posted.by_id(db, row.posted_id)
            if card.message_id is None:
                return Outgoing(row, "sendMessage", card.wanted, card.version)
            return Outgoing(row, "editMessageText", card.wanted | {"message_id": card.message_id}, card.version)
        if row.campaign is not None and row.member_id is not None:
            now, occasion = self._clock.now(), row.occasion or ""
            payload = programmes.payload(db, row.campaign, row.member_id, self._club, now, occasion)
            if isinstance(payload, Skipped):
                self._last_word(db, row, "skipped", payload.reason)
                return None
            return Outgoing(row, row.method, self._paid_for(row, payload))
        if row.send_id is not None:
            return self._campaign_message(db, row, row.send_id)
        return plainly(db, row)

    def _campaign_message(self, db: Connection, row: Claimed, send_id: int) -> Outgoing | None:
        """One member's message of a campaign as it is to be now, if at all."""
        payload = sending.payload(db, send_id, self._club, self._clock.now())
        if isinstance(payload, sending.Later):
            sends.take_back(db, row.id, send_id, payload.until, payload.reason)
            return None
        if isinstance(payload, sending.Ended):
            self._last_word(db, row, "skipped", payload.word)
            return None
        return Outgoing(row, row.method, self._paid_for(row, payload))

    def _paid_for(self, row: Claimed, payload: dict[str, Any]) -> dict[str, Any]:
        return payload | {"allow_paid_broadcast": True} if self._paid and row.lane.at_most_once else payload

    def _last_word(self, db: Connection, row: Claimed, state: str, reason: str) -> None:
        """How it ended, where that was not well; a campaign's line ends with it."""
        now = self._clock.now()
        outbox.mark(db, row.id, state, reason, now)
        self._metrics.sent(row.lane, state)
        if row.send_id is not None:
            sends.end(db, row.send_id, _word_of(state, reason), reason, now)

    async def _rest(self) -> None:
        """Wait for news, the next due row, or a chat that opens again; at most half a second."""
        opens = self._pace.next_chat_in()
        seconds = IDLE if opens is None else max(0.001, min(IDLE, opens))
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    # ---- calling ----------------------------------------------------------------------------------------------

    async def _call(self, outgoing: Outgoing, slot: float | None) -> None:
        row = outgoing.row
        try:
            payload = outgoing.payload
            if outgoing.ordered:
                payload = {"chat_id": row.chat_id, **payload}
            result = await self._post(outgoing.method, row.chat_id, payload)
        except Rejected as error:
            await self._settle(partial(self._settle_rejected, outgoing=outgoing, error=error), outgoing)
        except NotSent as error:
            self._pace.pause(NO_CONNECTION_PAUSE)
            await self._settle(partial(outbox.requeue, row_id=row.id), outgoing)
            log.warning("no connection to Telegram, trying again", reason=str(error))
        except Unclear as error:
            await self._settle(partial(self._settle_unclear, row=row, reason=str(error)), outgoing)
        except asyncio.CancelledError:
            await self._settle(partial(self._settle_unclear, row=row, reason=ENDED), outgoing)
        except Exception as error:  # such as a text that no encoding knows: it never left
            await self._settle(partial(self._fail, row=row, reason=type(error).__name__), outgoing)
        else:
            if slot is not None:
                self._pace.arrived(slot)
            self._metrics.sent(row.lane, "sent")
            self._sent.append((outgoing, ids_in(result)))
            if self._marking is None or self._marking.done():
                self._marking = asyncio.create_task(self._mark())

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
        """Write down what was sent; all that came together while the last lot was being written goes together."""
        while self._sent:
            lot, self._sent = self._sent, []
            await self._settle_safely(partial(self._mark_lot, lot=lot))
            for outgoing, _ in lot:
                self._let_go(outgoing)

    def _mark_lot(self, db: Connection, lot: list[tuple[Outgoing, tuple[int, ...]]]) -> None:
        now = self._clock.now()
        over = [(outgoing, next(iter(ids), None)) for outgoing, ids in lot if not forum.done(db, outgoing, ids, now)]
        if over:
            self._mark_over(db, over, now)

    def _mark_over(self, db: Connection, lot: list[tuple[Outgoing, int | None]], now: datetime) -> None:
        outbox.mark_sent(db, [(outgoing.row.id, message_id) for outgoing, message_id in lot], now)
        sends.mark_sent(db, [outgoing.row.send_id for outgoing, _ in lot if outgoing.row.send_id is not None], now)
        for outgoing, message_id in lot:
            if outgoing.row.posted_id is not None:
                posted.shown(db, outgoing.row.posted_id, message_id=message_id, version=outgoing.version)

    async def _settle(self, unit: Callable[[Connection], None], outgoing: Outgoing) -> None:
        await self._settle_safely(unit)
        self._let_go(outgoing)

    def _let_go(self, outgoing: Outgoing) -> None:
        """The next message to this chat may leave. An answered press says nothing about the message before it."""
        if outgoing.ordered:
            self._busy.discard(outgoing.row.chat_id)
        self._wake.set()

    async def _settle_safely(self, unit: Callable[[Connection], None]) -> None:
        """An outcome that cannot be written (disk full) leaves the row in `sending`: the sweep will take it up."""
        self._vitals.delivered()
        try:
            await self._database.write(unit)
        except Exception as error:
            log.error("an outcome could not be written down", error=type(error).__name__)

    # ---- outcomes ---------------------------------------------------------------------------------------------

    def _settle_rejected(self, db: Connection, outgoing: Outgoing, error: Rejected) -> None:
        row, now = outgoing.row, self._clock.now()
        if error.code == 429:
            self._too_many(row, error.retry_after or 1)
            outbox.requeue(db, row.id)
        elif error.migrate_to_chat_id is not None and staff_group.moved(
            db, self._club, row.chat_id, error.migrate_to_chat_id, now
        ):
            outbox.requeue(db, row.id)
        elif forum.refused(db, outgoing, error, self._club, now):
            return
        elif NOT_MODIFIED in error.description:
            outbox.mark_sent(db, [(row.id, None)], now)
        elif row.posted_id is not None and NOT_FOUND in error.description:
            posted.lost(db, row.posted_id)
            outbox.requeue(db, row.id)
        else:
            self._fail(db, row, f"{error.code} {error.description}")
            self._tell_staff(db, row, error)

    def _too_many(self, row: Claimed, seconds: float) -> None:
        self._metrics.too_many_requests()
        log.warning("Telegram asks to wait", seconds=seconds, lane=row.lane.name.lower())
        if row.chat_id < 0:
            self._pace.pause_chat(row.chat_id, seconds)  # a group has a limit of its own
        else:
            self._pace.pause(seconds)

    def _tell_staff(self, db: Connection, row: Claimed, error: Rejected) -> None:
        """Somebody who blocked the bot is not written to any more; the staff hears if an answer of theirs was lost."""
        now = self._clock.now()
        if row.chat_id > 0 and any(reason in error.description for reason in GONE):
            members.set_unreachable(db, row.chat_id, now)
            if not tasks.not_reached(db, self._club, row.chat_id, now):
                reports.unreachable(db, self._club, row, now)
        else:
            reports.refused(db, self._club, row, error.description, now)

    def _settle_unclear(self, db: Connection, row: Claimed, reason: str) -> None:
        """Once more for an answer, never for a greeting; what stays unclear is listed."""
        if forum.unclear(db, row):
            return
        again = row.ambiguous + 1 < AMBIGUOUS_TRIES and not row.lane.at_most_once
        if again and row.method != outbox.ANSWER:
            outbox.requeue(db, row.id, ambiguous=True)
            self._metrics.sent(row.lane, "retried")
        else:
            self._last_word(db, row, "unknown", reason)
            reports.unsettled(db, self._club, row, reason, self._clock.now())
            reports.lost(db, self._club, row, self._clock.now())

    def _fail(self, db: Connection, row: Claimed, reason: str) -> None:
        self._last_word(db, row, "failed", reason)
        if not any(gone in reason for gone in GONE):
            reports.lost(db, self._club, row, self._clock.now())
        if row.method not in outbox.UNORDERED:
            log.warning("a message was refused", row=row.id, lane=row.lane.name.lower(), reason=reason)
