"""Figures for Prometheus: counted as things happen, queues looked up when somebody scrapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Connection

from storage import inbox, outbox
from storage.database import Database, utc_now
from storage.outbox import Lane

HANDLER_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""From a plain answer on an idle machine to the deadline of a unit of work."""
QUEUED_STATES = ("queued", "sending")


@dataclass(frozen=True)
class _Queues:
    inbox_waiting: int
    inbox_since: datetime | None
    outbox: dict[tuple[str, Lane], int]
    outbox_since: datetime | None


class Metrics:
    """One set of figures in a registry of its own, so that tests and the sandbox can have several."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self.registry = registry = CollectorRegistry()
        self._clock = clock
        self._updates = Counter("guanxi_updates", "Updates by how they ended.", ["outcome"], registry=registry)
        self._seconds = Histogram(
            "guanxi_handler_seconds",
            "From picking an update to its commit.",
            buckets=HANDLER_SECONDS,
            registry=registry,
        )
        self._sent = Counter("guanxi_sent", "Bot API calls by lane and result.", ["lane", "result"], registry=registry)
        self._ends: dict[tuple[Lane, str], Counter] = {}
        self._refused = Counter("guanxi_too_many_requests", "Answers 429 from Telegram.", registry=registry)
        self._inbox = Gauge("guanxi_inbox", "Updates that wait to be handled.", registry=registry)
        self._inbox_age = Gauge("guanxi_inbox_age_seconds", "Age of the oldest waiting update.", registry=registry)
        self._outbox = Gauge("guanxi_outbox", "Messages not sent yet.", ["state", "lane"], registry=registry)
        self._outbox_age = Gauge("guanxi_outbox_age_seconds", "How long the first due one waits.", registry=registry)

    def update_handled(self, outcome: str, seconds: float) -> None:
        """`outcome` is done, failed (tried again) or dead."""
        self._updates.labels(outcome).inc()
        self._seconds.observe(seconds)

    def sent(self, lane: Lane, result: str) -> None:
        """`result` is the row's last word: sent, failed, unknown, skipped; or retried."""
        ends = self._ends.get((lane, result))
        if ends is None:
            ends = self._ends[lane, result] = self._sent.labels(lane.name.lower(), result)
        ends.inc()

    def too_many_requests(self) -> None:
        self._refused.inc()

    async def exposition(self, database: Database) -> bytes:
        """The text that Prometheus reads, queues as they stand now."""
        now = self._clock()
        self._show(await database.read(lambda db: _queues(db, now)), now)
        return generate_latest(self.registry)

    def _show(self, queues: _Queues, now: datetime) -> None:
        self._inbox.set(queues.inbox_waiting)
        self._inbox_age.set(_seconds(queues.inbox_since, now))
        self._outbox_age.set(_seconds(queues.outbox_since, now))
        for state in QUEUED_STATES:
            for lane in Lane:
                self._outbox.labels(state, lane.name.lower()).set(queues.outbox.get((state, lane), 0))


def _queues(db: Connection, now: datetime) -> _Queues:
    return _Queues(
        inbox.count_waiting(db), inbox.oldest_waiting(db), outbox.count_by_lane(db), outbox.oldest_due(db, now)
    )


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
