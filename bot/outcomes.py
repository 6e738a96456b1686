"""What comes of a call, written down: one word for each row, its consequences, and who has to hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy import Connection

from bot import forum
from bot.clock import Clock
from bot.metrics import Metrics
from bot.outgoing import Outgoing
from bot.pace import Pace
from bot.telegram_api import Rejected
from club.club import Club
from handlers import reports, staff_group, tasks
from storage import members, outbox, posted, sends
from storage.claims import Claimed
from storage.database import after_commit

log = structlog.get_logger(__name__)

AMBIGUOUS_TRIES = 2
NOT_MODIFIED, NOT_FOUND = "message is not modified", "message to edit not found"
GONE = ("bot was blocked by the user", "user is deactivated", "chat not found", "can't initiate conversation")


class Outcomes:
    """Each within a unit of work of its caller's."""

    def __init__(self, club: Club, clock: Clock, metrics: Metrics, pace: Pace) -> None:
        self._club = club
        self._clock = clock
        self._metrics = metrics
        self._pace = pace

    def last_word(self, db: Connection, row: Claimed, state: str, reason: str) -> None:
        """How it ended, where that was not well; a campaign's line ends with it."""
        now = self._clock.now()
        outbox.mark(db, row.id, state, reason, now)
        after_commit(db, partial(self._metrics.sent, row.lane, state))
        if row.send_id is not None:
            sends.end(db, row.send_id, _word_of(state, reason), reason, now)

    def failed(self, db: Connection, row: Claimed, reason: str) -> None:
        """It is not going to be sent."""
        self.last_word(db, row, "failed", reason)
        if not any(gone in reason for gone in GONE):
            reports.lost(db, self._club, row, self._clock.now())
        if row.method not in outbox.UNORDERED:
            log.warning("a message was refused", row=row.id, lane=row.lane.name.lower(), reason=reason)

    def unclear(self, db: Connection, row: Claimed, reason: str) -> None:
        """Once more for an answer, never for a greeting; what stays unclear is listed."""
        if forum.unclear(db, row):
            return
        again = row.ambiguous + 1 < AMBIGUOUS_TRIES and not row.lane.at_most_once
        if again and row.method != outbox.ANSWER:
            outbox.requeue(db, row.id, ambiguous=True)
            after_commit(db, partial(self._metrics.sent, row.lane, "retried"))
        else:
            self.last_word(db, row, "unknown", reason)
            reports.unsettled(db, self._club, row, reason, self._clock.now())
            reports.lost(db, self._club, row, self._clock.now())

    def rejected(self, db: Connection, outgoing: Outgoing, error: Rejected) -> None:
        """Telegram answered, and did not do it."""
        row, now, moved_to = outgoing.row, self._clock.now(), error.migrate_to_chat_id
        if error.code == 429:
            self._too_many(db, row, error.retry_after or 1)
            outbox.requeue(db, row.id)
        elif moved_to is not None and staff_group.moved(db, self._club, row.chat_id, moved_to, now):
            outbox.requeue(db, row.id)
        elif forum.refused(db, outgoing, error, self._club, now):
            return
        elif NOT_MODIFIED in error.description:
            outbox.mark_sent(db, [(row.id, None)], now)
        elif row.posted_id is not None and NOT_FOUND in error.description:
            posted.lost(db, row.posted_id)
            outbox.requeue(db, row.id)
        else:
            self.failed(db, row, f"{error.code} {error.description}")
            self._tell_staff(db, row, error)

    def sent(self, db: Connection, lot: Sequence[tuple[Outgoing, tuple[int, ...]]]) -> None:
        """Many at once, each with the messages that it became; a card shows now what it did when it was claimed."""
        now = self._clock.now()
        over = [(outgoing, next(iter(ids), None)) for outgoing, ids in lot if not forum.done(db, outgoing, ids, now)]
        if not over:
            return
        outbox.mark_sent(db, [(outgoing.row.id, message_id) for outgoing, message_id in over], now)
        sends.mark_sent(db, [outgoing.row.send_id for outgoing, _ in over if outgoing.row.send_id is not None], now)
        for outgoing, message_id in over:
            if outgoing.row.posted_id is not None:
                posted.shown(db, outgoing.row.posted_id, message_id=message_id, version=outgoing.version)

    def _too_many(self, db: Connection, row: Claimed, seconds: float) -> None:
        after_commit(db, self._metrics.too_many_requests)
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


def _word_of(state: str, reason: str) -> str:
    """The last word of a campaign's line; what was skipped says why in a word."""
    if state == "failed" and any(gone in reason for gone in GONE):
        return sends.BLOCKED
    return reason if state == "skipped" else state
