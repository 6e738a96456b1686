"""What comes of a call, written down: one word for each row, its consequences, and who has to hear of it."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection

from bot.clock import Clock
from bot.metrics import Metrics
from bot.pace import Pace
from bot.telegram_api import Rejected
from club.club import Club
from handlers import reports, tasks
from storage import members, outbox, posted, sends
from storage.outbox import Claimed

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
        self._metrics.sent(row.lane, state)
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
        again = row.ambiguous + 1 < AMBIGUOUS_TRIES and not row.lane.at_most_once
        if again and row.method != outbox.ANSWER:
            outbox.requeue(db, row.id, ambiguous=True)
            self._metrics.sent(row.lane, "retried")
        else:
            self.last_word(db, row, "unknown", reason)
            reports.unsettled(db, self._club, row, reason, self._clock.now())
            reports.lost(db, self._club, row, self._clock.now())

    def rejected(self, db: Connection, row: Claimed, error: Rejected) -> None:
        """Telegram answered, and did not do it."""
        if error.code == 429:
            self._too_many(row, error.retry_after or 1)
            outbox.requeue(db, row.id)
        elif NOT_MODIFIED in error.description:
            outbox.mark_sent(db, [(row.id, None)], self._clock.now())
        elif row.posted_id is not None and NOT_FOUND in error.description:
            posted.lost(db, row.posted_id)
            outbox.requeue(db, row.id)
        elif error.migrate_to_chat_id is not None:
            self.failed(db, row, "the group became a supergroup: set staff.chat to its new id")
        else:
            self.failed(db, row, f"{error.code} {error.description}")
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


def _word_of(state: str, reason: str) -> str:
    """The last word of a campaign's line; what was skipped says why in a word."""
    if state == "failed" and any(gone in reason for gone in GONE):
        return sends.BLOCKED
    return reason if state == "skipped" else state
