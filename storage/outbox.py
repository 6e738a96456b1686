"""Whatever leaves: a row before it is sent, and one word at the end: sent, or the reason why not."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, insert, select, update

from storage.sealing import seal_shared, unseal_shared
from storage.tables import outbox

MAX_REASON = 300
MAX_ATTEMPTS = 30_000
ANSWER = "answerCallbackQuery"
RECIPE = "recipe"
"""What a payload holds in the place of a file that is made when its turn comes (`bot/recipes.py`)."""
GROUPED = "sendMediaGroup"
UNDER = "under"
"""What a payload holds in the place of the message that it is to hang under: the slot of a card in the same chat."""
ALBUM_WAITS = timedelta(seconds=1)
"""The pictures of an album come as several updates: the first one waits so long for the others."""
MOST_IN_ALBUM = 10
UNORDERED = frozenset({ANSWER, "setMyCommands"})
"""Methods that say nothing in a chat: they wait for no message before them, and for no pace."""


class Lane(IntEnum):
    """Who goes first when the platform's rate is the bottleneck."""

    REPLY = 0
    STAFF = 1
    SERVICE = 2
    GREETING = 3
    PROMOTION = 4

    @property
    def at_most_once(self) -> bool:
        """A greeting that may have arrived is not sent again; an answer that may have been lost is."""
        return self >= Lane.GREETING


@dataclass(frozen=True)
class Unsettled:
    """A message of which nobody knows whether it arrived, or that could not be sent."""

    id: int
    chat_id: int
    lane: Lane
    state: str
    reason: str
    ended_at: datetime


# What runs for every message is built once: building a statement takes five times as long as running it.
_PUT = insert(outbox).returning(outbox.c.id)
_SENT = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"))
    .values(state="sent", ended_at=bindparam("at"), owner=None, lease_until=None, message_id=bindparam("given_id"))
)


def put(
    db: Connection,
    *,
    lane: Lane,
    chat_id: int,
    method: str,
    payload: dict[str, Any] | None,
    at: datetime,
    posted_id: int | None = None,
    ticket_id: int | None = None,
    quotes: bool = False,
    album: str | None = None,
) -> int:
    """Queue one Bot API call. `payload` without `chat_id`; None for a posted card.

    `ticket_id`: the request that it is about, in whose topic it belongs; `quotes`: a reply to it is one to whoever made
    the request, or, in their own chat, about it. `album`: what its pictures are tied together with.
    """
    sealed = None if payload is None else seal_shared(db, json.dumps(payload, ensure_ascii=False))
    row = {
        "lane": lane,
        "chat_id": chat_id,
        "method": method,
        "payload_sealed": sealed,
        "posted_id": posted_id,
        "ticket_id": ticket_id,
        "quotes": int(quotes),
        "album": album,
        "state": "queued",
        "not_before": at,
        "created_at": at,
    }
    row_id: int = db.execute(_PUT, row).scalar_one()
    return row_id


def put_or_join(db: Connection, *, at: datetime, album: str | None = None, **call: Any) -> int:
    """The same; a picture of an album joins those that still wait to go to the same chat. The row."""
    if album is None:
        return put(db, at=at, **call)
    row = _waiting_album(db, call["chat_id"], album)
    if row is None:
        return put(db, at=at + ALBUM_WAITS, album=album, **call)
    payload = json.loads(unseal_shared(db, row.payload_sealed))
    payload["media"] += call["payload"]["media"]
    sealed = seal_shared(db, json.dumps(payload, ensure_ascii=False))
    # Once it is full the next picture begins another.
    rest = {"album": None} if len(payload["media"]) == MOST_IN_ALBUM else {}
    db.execute(update(outbox).where(outbox.c.id == row.id).values(payload_sealed=sealed, **rest))
    found: int = row.id
    return found


def _waiting_album(db: Connection, chat_id: int, album: str) -> Any:
    """The row of this album that has not been claimed yet, held against a claim until this unit ends."""
    lanes = [Lane.STAFF, Lane.SERVICE]
    query = select(outbox.c.id, outbox.c.payload_sealed).where(
        outbox.c.state == "queued", outbox.c.lane.in_(lanes), outbox.c.chat_id == chat_id, outbox.c.album == album
    )
    return db.execute(query.with_for_update()).first()


def payload(db: Connection, row_id: int) -> dict[str, Any]:
    """What a row carries, as it stands now."""
    sealed = db.execute(select(outbox.c.payload_sealed).where(outbox.c.id == row_id)).scalar_one()
    found: dict[str, Any] = json.loads(unseal_shared(db, sealed))
    return found


def message_id(db: Connection, row_id: int) -> int | None:
    """The message that a row became; None where it is not out (or not known any more)."""
    return db.execute(select(outbox.c.message_id).where(outbox.c.id == row_id)).scalar_one_or_none()


def mark_sent(db: Connection, sent: Sequence[tuple[int, int | None]], at: datetime) -> None:
    """Many rows at once, each with the message id that Telegram gave it."""
    db.execute(_SENT, [{"row_id": row_id, "given_id": message_id, "at": at} for row_id, message_id in sent])


def mark(db: Connection, row_id: int, state: str, reason: str, at: datetime) -> None:
    """The row's last word, with its reason: failed, unknown or skipped."""
    db.execute(
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(state=state, reason=reason[:MAX_REASON], ended_at=at, owner=None, lease_until=None)
    )


def requeue(db: Connection, row_id: int, *, ambiguous: bool = False) -> None:
    """Back to its old place in the queue after a failed try; an ambiguous one is counted apart."""
    # A night without a connection makes many attempts: they are counted only as far as the column goes.
    tried = case((outbox.c.attempts < MAX_ATTEMPTS, outbox.c.attempts + 1), else_=outbox.c.attempts)
    counter = {"ambiguous": outbox.c.ambiguous + 1} if ambiguous else {"attempts": tried}
    db.execute(
        update(outbox).where(outbox.c.id == row_id).values(state="queued", owner=None, lease_until=None, **counter)
    )


def put_back(db: Connection, row_id: int, payload: dict[str, Any] | None = None) -> None:
    """Into the queue, as if it had not been tried: something else had to be done first. With another payload, if so."""
    changed = {} if payload is None else {"payload_sealed": seal_shared(db, json.dumps(payload, ensure_ascii=False))}
    again = update(outbox).where(outbox.c.id == row_id)
    db.execute(again.values(state="queued", owner=None, lease_until=None, ambiguous=0, **changed))


def busy_with(db: Connection, chat_id: int, since: datetime, most: int) -> int:
    """How many messages went to a chat since that moment or still wait for it; counted up to `most`."""
    here = outbox.c.chat_id == chat_id
    sent = select(outbox.c.id).where(here, outbox.c.ended_at > since, outbox.c.state == "sent").limit(most)
    talk = outbox.c.lane.in_([Lane.REPLY, Lane.STAFF])
    waiting = select(outbox.c.id).where(here, outbox.c.state == "queued", talk).limit(most)
    return len(db.execute(sent).all()) + len(db.execute(waiting).all())


def postpone(db: Connection, row_id: int, until: datetime) -> None:
    """Not now after all: later."""
    later = {"state": "queued", "not_before": until, "owner": None, "lease_until": None}
    db.execute(update(outbox).where(outbox.c.id == row_id).values(**later))


def queued_card(db: Connection, posted_id: int) -> bool:
    """Is a change of this card waiting already? It will show what is wanted by then."""
    # Where a claim of the row is under way elsewhere, its end is waited for: it may show what was wanted before.
    query = select(outbox.c.id).where(outbox.c.posted_id == posted_id, outbox.c.state == "queued").with_for_update()
    return db.execute(query).first() is not None


def unsettled(db: Connection, limit: int = 20) -> list[Unsettled]:
    """Messages of which the outcome is unknown, newest first."""
    query = (
        select(outbox.c.id, outbox.c.chat_id, outbox.c.lane, outbox.c.state, outbox.c.reason, outbox.c.ended_at)
        .where(outbox.c.state == "unknown")
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return [
        Unsettled(row.id, row.chat_id, Lane(row.lane), row.state, row.reason or "", row.ended_at)
        for row in db.execute(query)
    ]


def count_by_lane(db: Connection) -> dict[tuple[str, Lane], int]:
    """How many rows are queued or sending, by state and lane."""
    query = (
        select(outbox.c.state, outbox.c.lane, func.count())
        .where(outbox.c.state.in_(["queued", "sending"]))
        .group_by(outbox.c.state, outbox.c.lane)
    )
    return {(state, Lane(lane)): count for state, lane, count in db.execute(query)}


def oldest_due(db: Connection, now: datetime) -> datetime | None:
    """Since when the longest-waiting due row has been due."""
    query = select(func.min(outbox.c.not_before)).where(outbox.c.state == "queued", outbox.c.not_before <= now)
    moment: datetime | None = db.execute(query).scalar_one()
    return moment


def purge(db: Connection, before: datetime, limit: int) -> int:
    """Delete ended rows; an occasion stays (without any text), so that nobody is greeted twice. How many went."""
    ended = (
        select(outbox.c.id)
        .where(outbox.c.ended_at < before, outbox.c.campaign.is_(None), outbox.c.state.not_in(["queued", "sending"]))
        .limit(limit)
        .scalar_subquery()
    )
    return db.execute(delete(outbox).where(outbox.c.id.in_(ended))).rowcount


def under_way(db: Connection, chats: Collection[int]) -> bool:
    """Is something being sent to one of these chats at this moment? What came of it is not written down yet."""
    query = select(outbox.c.id).where(outbox.c.chat_id.in_(chats), outbox.c.state == "sending").limit(1)
    return db.execute(query).first() is not None


def forget_chat(db: Connection, chat_id: int, *, restored: bool = False) -> None:
    """Erasure: what was sent to this chat, and what still waits for it. In a restored copy nothing is on its way."""
    sent = [] if restored else [outbox.c.state != "sending"]
    db.execute(delete(outbox).where(outbox.c.chat_id == chat_id, *sent))


def drop_waiting(
    db: Connection,
    chats: Collection[int],
    quotes: Callable[[str], bool],
    ticket_ids: Collection[int] = (),
    *,
    restored: bool = False,
) -> None:
    """Erasure: what still waits for other people's chats and quotes the person, or is about a request of theirs, does
    not leave any more."""
    states = ["queued", "sending"] if restored else ["queued"]
    waiting = select(outbox.c.id, outbox.c.ticket_id, outbox.c.payload_sealed).where(
        outbox.c.chat_id.in_(chats), outbox.c.state.in_(states), outbox.c.payload_sealed.is_not(None)
    )
    found = [
        row.id
        for row in db.execute(waiting)
        if row.ticket_id in ticket_ids or quotes(_words(json.loads(unseal_shared(db, row.payload_sealed))))
    ]
    if found:
        db.execute(delete(outbox).where(outbox.c.id.in_(found)))


def _words(payload: dict[str, Any]) -> str:
    return f"{payload.get('text', '')}\n{payload.get('caption', '')}"


def empty(db: Connection, chats: Collection[int]) -> None:
    """Erasure: what was sent to other people's chats may quote the person. That it was sent stays known."""
    ended = update(outbox).where(outbox.c.chat_id.in_(chats), outbox.c.state.not_in(["queued", "sending"]))
    db.execute(ended.values(payload_sealed=None))
