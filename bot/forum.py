"""Topics on their way out. What is about a request goes to its topic in the staff group, if that has topics.

The first message that finds no topic makes one, and waits behind it; so does the first one after somebody deleted it.
Where the bot may not make topics, everything goes to General. Telegram has no key by which making a topic could be
repeated without harm: after an unclear try it is made once more, and an empty one of the same name may stay behind.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from bot.outgoing import Outgoing
from bot.telegram_api import Rejected
from club.club import Club
from handlers import staff_group
from handlers.tickets import slot_of
from storage import groups, links, outbox, posted, tickets, topics
from storage.claims import Claimed
from storage.topics import Topic

CREATE, RENAME, CLOSE, REOPEN = "createForumTopic", "editForumTopic", "closeForumTopic", "reopenForumTopic"
CALLS = frozenset({CREATE, RENAME, CLOSE, REOPEN})
THREAD = "message_thread_id"
COLOURS = {"complaint": 16478047, "question": 7322096}
"""Red and blue, of the six that Telegram has."""
NOTHING = "the topic is as it is wanted, or gone"
AS_WANTED = "TOPIC_NOT_MODIFIED"
DELETED = ("message thread not found", "topic_deleted", "topic_id_invalid")
NO_RIGHT = ("not enough rights", "chat_admin_required")
CLOSED = "topic_closed"
NO_FORUM = ("chat is not a forum", "channel_forum_missing")
"""How Telegram words its refusals, in small letters."""
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""A card that is hung in a new topic goes before whatever waits for the topic."""


# ---- making ready -------------------------------------------------------------------------------------------------


def due(db: Connection, row: Claimed) -> tuple[str, dict[str, Any]] | None:
    """What a topic needs now to look as it is wanted; None where it needs nothing, or is not there."""
    topic = _topic(db, row)
    if topic is None or topic.thread_id is None:
        return None
    if topic.renamed:
        return RENAME, {THREAD: topic.thread_id, "name": topic.title}
    return (CLOSE if topic.closed else REOPEN, {THREAD: topic.thread_id}) if topic.turned else None


def placed(db: Connection, ready: Outgoing) -> Outgoing:
    """The message in the topic where it belongs; the call that makes the topic first where there is none."""
    topic = _topic(db, ready.row) if ready.method.startswith("send") else None
    if topic is None:
        return ready
    if topic.thread_id is not None:
        return replace(ready, payload=ready.payload | {THREAD: topic.thread_id})
    kind = tickets.kind_of(db, topic.ticket_id)
    return replace(ready, method=CREATE, payload={"name": topic.title, "icon_color": COLOURS[kind]})


def _topic(db: Connection, row: Claimed) -> Topic | None:
    """The topic that a row is for; None where it goes to no topic."""
    if row.ticket_id is None or row.chat_id > 0:
        return None
    group = groups.find(db, row.chat_id)
    if group is None or group.topics != groups.ON:
        return None
    topic = topics.of_ticket(db, row.chat_id, row.ticket_id)
    return None if topic is None or topic.given_up else topic


# ---- what came of it ----------------------------------------------------------------------------------------------


def done(db: Connection, outgoing: Outgoing, ids: tuple[int, ...], now: datetime) -> bool:
    """A call succeeded. True where the row's own turn is still to come."""
    row = outgoing.row
    if outgoing.method not in CALLS:
        if row.quotes and row.ticket_id is not None:
            links.add(db, row.chat_id, ids, row.ticket_id)
        return False
    topic = _topic(db, row)
    if topic is None:
        return outgoing.method == CREATE and _back(db, row)
    as_named = outgoing.payload.get("name") == topic.title  # else it changed while the call was on its way
    if outgoing.method == CREATE:
        topics.made(db, topic, ids[0], named=as_named)
        if topic.closed or not as_named:
            topics.see_to(db, topic, now)
        return _back(db, row)
    if outgoing.method != RENAME:
        topics.turned(db, topic)
    elif as_named:
        topics.renamed(db, topic)
    return due(db, row) is not None and _back(db, row)


def refused(db: Connection, outgoing: Outgoing, error: Rejected, club: Club, now: datetime) -> bool:
    """Telegram said no for a reason that has to do with topics: see to it. True where the row has been dealt with."""
    row, why = outgoing.row, error.description.casefold()
    concerned = outgoing.method in CALLS or THREAD in outgoing.payload
    if not concerned or error.code == 429 or error.migrate_to_chat_id is not None:
        return False
    if AS_WANTED.casefold() in why:
        return done(db, outgoing, (), now) or _over(db, row, now)
    if any(words in why for words in DELETED):
        _gone(db, row, now)
    elif any(words in why for words in NO_FORUM):
        groups.set_topics(db, row.chat_id, groups.NONE)
    elif CLOSED in why or (outgoing.method in CALLS and any(words in why for words in NO_RIGHT)):
        staff_group.stands(db, club, row.chat_id, forum=True, may=False, now=now)
    elif outgoing.method == CREATE and (topic := _topic(db, row)) is not None:
        topics.give_up(db, topic.id)
    else:
        return False
    if row.method == topics.METHOD:
        return _over(db, row, now)
    if row.payload is None or THREAD not in row.payload:
        return _back(db, row)
    return _back(db, row, {name: value for name, value in row.payload.items() if name != THREAD})


def unclear(db: Connection, row: Claimed) -> bool:
    """Nobody knows whether a topic was made: once more, then General. True where that was what was unclear."""
    topic = _topic(db, row)
    if topic is None or topic.thread_id is not None or row.method == topics.METHOD:
        return False
    if row.ambiguous == 0:
        outbox.requeue(db, row.id, ambiguous=True)
        return True
    topics.give_up(db, topic.id)
    return _back(db, row)


def _gone(db: Connection, row: Claimed, now: datetime) -> None:
    """Somebody deleted the topic: it will be made anew, and its card hung in it, before anything else is said there."""
    topic = _topic(db, row)
    if topic is None:
        return
    topics.lost(db, topic.id)
    card = posted.in_slot(db, slot_of(topic.ticket_id), row.chat_id)
    if card is not None and row.method != topics.METHOD and row.posted_id is None:
        posted.lost(db, card.id)
        if not outbox.queued_card(db, card.id):
            posted.send(db, row.chat_id, card.id, FIRST, topic.ticket_id)


def _back(db: Connection, row: Claimed, payload: dict[str, Any] | None = None) -> bool:
    outbox.put_back(db, row.id, payload)
    return True


def _over(db: Connection, row: Claimed, now: datetime) -> bool:
    outbox.mark(db, row.id, "skipped", NOTHING, now)
    return True
