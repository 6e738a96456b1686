"""Calls Telegram, a task for each call, and has written down what came of it.

`sending` is committed before the call, the outcome after it. What came of a call is one of four things: sent; refused
for good; not sent, so try again; or unclear. An unclear greeting is left alone and listed, an unclear answer is sent
once more, and listed for the staff after the second time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from bot import recipes
from bot.called import Called
from bot.metrics import Metrics
from bot.outcomes import Outcomes
from bot.outgoing import Outgoing, ids_in
from bot.pace import Pace
from bot.patience import Patience
from bot.recipes import Kitchen
from bot.settling import AGAIN_AFTER, Settling
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear
from storage import outbox
from storage.outbox import RECIPE

log = structlog.get_logger(__name__)

NO_CONNECTION_PAUSES = 1.0, 4.0
"""Seconds until the next try without a connection: the first time, and at most."""
LAST_CALLS = 2.0
"""Seconds that calls under way get when the process ends."""
ENDED = "the process ended while it was being sent"


class Calling:
    """`over` hears of each message of which it is written down what became of it, or cannot be; `wake` that something
    may leave that could not before."""

    def __init__(
        self,
        api: TelegramApi,
        pace: Pace,
        outcomes: Outcomes,
        settling: Settling,
        kitchen: Kitchen,
        metrics: Metrics,
        called: Called,
        over: Callable[[Outgoing], None],
        wake: Callable[[], None],
    ) -> None:
        self._api = api
        self._pace = pace
        self._outcomes = outcomes
        self._settling = settling
        self._kitchen = kitchen
        self._metrics = metrics
        self._called = called
        self._over = over
        self._wake = wake
        self._patience = Patience(*NO_CONNECTION_PAUSES)
        self._calls: set[asyncio.Task[None]] = set()
        self._sent: list[tuple[Outgoing, tuple[int, ...]]] = []
        self._marking: asyncio.Task[None] | None = None

    def start(self, outgoing: Outgoing, slot: float | None) -> None:
        """Call, in the slot that was taken for it; None for what needs no slot."""
        task = asyncio.create_task(self._call(outgoing, slot))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def end(self) -> None:
        """Calls under way are waited for, and settled as unclear where that is in vain."""
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=LAST_CALLS)
            for call in late:
                call.cancel()
            if late:
                await asyncio.wait(late)
        if self._marking is not None:
            await self._marking

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
            pauses = iter(AGAIN_AFTER)
            try:
                await self._settling.write(partial(self._outcomes.sent, lot=lot), pauses, patient=True)
            except Exception:
                for one in lot:
                    await self._settling.safely(partial(self._outcomes.sent, lot=[one]), pauses, row=one[0].row.id)
            for outgoing, _ in lot:
                self._over(outgoing)
            if any(outgoing.row.send_id is None for outgoing, _ in lot):
                self._wake()  # a card may have changed meanwhile, a topic is there now

    async def _settle(self, unit: Callable[[Connection], None], outgoing: Outgoing) -> None:
        await self._settling.safely(unit, row=outgoing.row.id)
        self._over(outgoing)
        self._wake()
