"""Takes what is due out of the outbox and makes it ready to be called, a batch at a time.

What is only known now is filled in now: an occasion's text, a campaign's message, a card's state. Who they are, and
whether they may still be written to, is asked once for the whole batch, in the transaction that claims it.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot import forum
from bot.clock import Clock
from bot.outcomes import Outcomes
from bot.outgoing import Outgoing, plainly
from campaigns import programmes, sending
from campaigns.hours import Later
from campaigns.programmes import REMINDERS, Planned, Skipped
from club.club import Club
from storage import claims, outbox, posted, sends, topics
from storage.claims import Claimed
from storage.database import is_passing, savepoint, utc_now
from storage.outbox import Lane

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=25)
"""Longer than any call may take, with the moment that a claimed row waits for its slot."""


TRIES = 5
"""Claims lost in a row to trouble of the database, before rows are claimed one by one; and tries of one by itself."""
CAREFUL = 20
"""Rows claimed one by one before it is taken for granted that none of them was to blame."""
TROUBLE = "it could not be made ready: the database came into trouble over it each time"


class Caution:
    """Trouble of the database is nobody's fault, and tried again; but where the same row brings it about each time, all
    others would wait behind it for ever. After some lost claims each row goes by itself, and one that is lost so often
    is given up."""

    def __init__(self) -> None:
        self._lost_in_a_row = 0
        self._well = 0
        self._lost_alone: Counter[int] = Counter()

    def most(self, limit: int) -> int:
        """How many rows to claim at once."""
        return 1 if self._lost_in_a_row >= TRIES else limit

    def given_up(self, rows: Sequence[Claimed]) -> bool:
        """Was this row, by itself, lost often enough?"""
        return len(rows) == 1 and self._lost_alone[rows[0].id] >= TRIES

    def lost(self, rows: Sequence[Claimed]) -> None:
        self._lost_in_a_row += 1
        self._well = 0
        if len(rows) == 1:
            self._lost_alone[rows[0].id] += 1

    def went_well(self, rows: Sequence[Claimed]) -> None:
        self._well += len(rows)
        if self._lost_in_a_row < TRIES or self._well >= CAREFUL:
            self.over()

    def over(self) -> None:
        """Rows go together again."""
        self._lost_in_a_row = self._well = 0
        self._lost_alone.clear()


class Claiming:
    """`paid`: what goes to many is paid for, where that is more than goes for nothing."""

    def __init__(self, club: Club, clock: Clock, outcomes: Outcomes, *, paid: bool) -> None:
        self._club = club
        self._clock = clock
        self._outcomes = outcomes
        self._paid = paid
        self.owner = secrets.token_hex(8)
        self._caution = Caution()

    def claim(
        self, db: Connection, limit: int, busy: Collection[int], before: Lane | None = None
    ) -> tuple[list[Outgoing], bool]:
        """Up to so many rows that may leave now, none for a `busy` chat; with `before`, of lanes that go before it.
        They are `sending` from here on. And whether something else waits for a chat."""
        lease = utc_now() + LEASE
        now = self._clock.now()
        most = self._caution.most(limit)
        rows, passed_over = claims.claim(
            db, owner=self.owner, now=now, lease_until=lease, limit=most, busy=busy, before=before
        )
        if self._caution.given_up(rows):
            self._outcomes.failed(db, rows[0], TROUBLE)
            self._caution.over()
            return [], passed_over
        try:
            ready = self._made_ready(db, rows)
        except Exception:
            self._caution.lost(rows)
            raise
        self._caution.went_well(rows)
        return ready, passed_over

    def _made_ready(self, db: Connection, rows: Sequence[Claimed]) -> list[Outgoing]:
        """A row that cannot be made ready fails by itself: what was claimed with it goes out. Trouble that the database
        is in is no fault of a row: the whole claim is tried again."""
        if not rows:
            return []
        try:
            with savepoint(db):
                return self._make_ready(db, rows)
        except Exception as error:
            if is_passing(error):
                raise
            if len(rows) == 1:
                self._not_ready(db, rows[0], error)
                return []
            return [one for row in rows for one in self._made_ready(db, [row])]

    def _not_ready(self, db: Connection, row: Claimed, error: Exception) -> None:
        log.error("a message could not be made ready", row=row.id, error=type(error).__name__)
        self._outcomes.failed(db, row, f"it could not be made ready: {type(error).__name__}")

    def _make_ready(self, db: Connection, rows: Sequence[Claimed]) -> list[Outgoing]:
        now = self._clock.now()
        planned = {row.id: one for row in rows if (one := _planned(row)) is not None}
        occasions = dict(zip(planned, programmes.payloads(db, list(planned.values()), self._club, now), strict=True))
        lines = sending.payloads(db, [row.send_id for row in rows if row.send_id is not None], self._club, now)
        found = (self._outgoing(db, row, occasions.get(row.id) or lines.get(row.send_id or 0)) for row in rows)
        return [one for one in found if one is not None]

    def _outgoing(self, db: Connection, row: Claimed, made: programmes.Ready | sending.Ready | None) -> Outgoing | None:
        """None where it is not to be sent, or not now."""
        if row.method == topics.METHOD:
            return self._topic(db, row)
        if row.posted_id is not None:
            return forum.placed(db, _card(db, row, row.posted_id))
        if made is None:
            return forum.placed(db, plainly(db, row))
        if isinstance(made, dict):
            method = "sendPhoto" if "photo" in made else row.method
            return Outgoing(row, method, made | {"allow_paid_broadcast": True} if self._pays(row) else made)
        if isinstance(made, Later):
            self._put_off(db, row, made)
        elif isinstance(made, Exception):
            self._not_ready(db, row, made)
        else:
            self._outcomes.last_word(db, row, "skipped", made.reason if isinstance(made, Skipped) else made.word)
        return None

    def _topic(self, db: Connection, row: Claimed) -> Outgoing | None:
        call = forum.due(db, row)
        if call is None:
            self._outcomes.last_word(db, row, "skipped", forum.NOTHING)
        return None if call is None else Outgoing(row, *call)

    def _put_off(self, db: Connection, row: Claimed, later: Later) -> None:
        if row.send_id is not None:
            sends.take_back(db, row.id, row.send_id, later.until, later.reason)
        else:
            outbox.postpone(db, row.id, later.until)

    def _pays(self, row: Claimed) -> bool:
        """Is it one of many? An answer costs nothing."""
        return self._paid and (row.send_id is not None or row.campaign in REMINDERS)


def _planned(row: Claimed) -> Planned | None:
    if row.campaign is None or row.member_id is None or row.posted_id is not None:
        return None
    return Planned(row.campaign, row.member_id, row.occasion or "", row.not_before)


def _card(db: Connection, row: Claimed, posted_id: int) -> Outgoing:
    card = posted.by_id(db, posted_id)
    if card.message_id is None:
        return Outgoing(row, "sendMessage", card.wanted, card.version)
    return Outgoing(row, "editMessageText", card.wanted | {"message_id": card.message_id}, card.version)
