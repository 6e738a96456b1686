"""Signs of life: who marks them, how old they are, and what counts as ill.

A long queue is no illness as long as it moves: a broadcast waits for hours by design. A queue that waits while nothing
is done is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from storage import inbox, outbox
from storage.database import Database, utc_now

Role = Literal["leader", "standby"]

INTAKE_LIMIT = 150.0
"""Seconds without an answer to getUpdates; one long poll takes at most a third of that."""
ANSWER_SECONDS = 5.0
"""How long the database may take before it counts as ill."""
STUCK_LIMIT = 120.0
"""Seconds that something waits while nothing of its kind is done."""


@dataclass
class Vitals:
    """Marks that the parts of the program set as they work. `polling`: is somebody to hear from Telegram regularly?"""

    role: Role = "standby"
    polling: bool = False
    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    _heard: float = field(default=0.0, init=False)
    _handled: float = field(default=0.0, init=False)
    _delivered: float = field(default=0.0, init=False)
    _started: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        self._started = self.monotonic()

    def leads(self) -> None:
        """From here on this process works, and the time it stood by does not count against it."""
        self.role = "leader"
        self._started = self.monotonic()

    def heard(self) -> None:
        """Telegram answered getUpdates, with or without updates, or sent one to the webhook."""
        self._heard = self.monotonic()

    def handled(self) -> None:
        """An update had its handling."""
        self._handled = self.monotonic()

    def delivered(self) -> None:
        """A queued message had its last word, or its next time."""
        self._delivered = self.monotonic()

    def age(self, mark: float) -> float:
        """Seconds since the mark, or since this process started to work."""
        return self.monotonic() - max(mark, self._started)


@dataclass(frozen=True)
class Pulse:
    """What was measured, in seconds. Ages are None where nothing waits; `idle_…` is since the last one was done."""

    role: Role
    database: bool
    intake_age_seconds: float | None = None
    inbox_waiting_age_seconds: float | None = None
    outbox_age_seconds: float | None = None
    polling: bool = False
    idle_handling: float = 0.0
    idle_delivery: float = 0.0

    def ill(self) -> list[str]:
        """The parts that do not work; empty when all is well. A standby works when its database does."""
        parts = {
            "database": not self.database,
            "intake": self.polling and (self.intake_age_seconds or 0) > INTAKE_LIMIT,
            "dispatch": min(self.inbox_waiting_age_seconds or 0, self.idle_handling) > STUCK_LIMIT,
            "delivery": min(self.outbox_age_seconds or 0, self.idle_delivery) > STUCK_LIMIT,
        }
        seen = parts if self.role == "leader" else ["database"]
        return [part for part in seen if parts[part]]

    def report(self) -> dict[str, Any]:
        """What `/healthz` says."""
        ill = self.ill()
        shown = {
            key: round(value, 1) if isinstance(value, float) else value
            for key, value in asdict(self).items()
            if key not in ("database", "polling", "idle_handling", "idle_delivery")
        }
        return {"status": "ill" if ill else "ok", "ill": ill, "database": "ok" if self.database else "ill", **shown}


@dataclass(frozen=True)
class Queues:
    """Since when the first in each queue has waited; None for an empty one."""

    inbox: datetime | None
    outbox: datetime | None


async def feel(database: Database, vitals: Vitals) -> Pulse:
    """Measure now. A database that does not answer is a finding, not an error."""
    now = vitals.clock()

    def queues(db: Connection) -> Queues:
        return Queues(inbox.oldest_waiting(db), outbox.oldest_due(db, now))

    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            waiting = await database.read(queues)
    except Exception:
        return Pulse(vitals.role, database=False)
    return Pulse(
        vitals.role,
        database=True,
        intake_age_seconds=vitals.age(vitals._heard) if vitals.role == "leader" else None,
        inbox_waiting_age_seconds=_since(waiting.inbox, now),
        outbox_age_seconds=_since(waiting.outbox, now),
        polling=vitals.polling,
        idle_handling=vitals.age(vitals._handled),
        idle_delivery=vitals.age(vitals._delivered),
    )


def _since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max(0.0, (now - moment).total_seconds())
