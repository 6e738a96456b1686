"""The topics of requests in a staff group that has topics: how each should look, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from storage import outbox
from storage.outbox import Lane
from storage.sealing import seal_shared, unseal_shared
from storage.tables import outbox as outbox_table
from storage.tables import topic

METHOD = "topic"
"""The outbox method that brings a topic to what is wanted when its turn comes: its name, closed or open."""


@dataclass(frozen=True)
class Topic:
    """`thread_id`: None until it is made, and once it was deleted. `version` is of the title that is wanted.

    `renamed`, `turned`: does its name, or its being closed, differ from what is wanted? `given_up`: it cannot be made.
    """

    id: int
    chat_id: int
    ticket_id: int
    thread_id: int | None
    title: str
    version: int
    closed: bool
    renamed: bool
    turned: bool
    given_up: bool


def of_ticket(db: Connection, chat_id: int, ticket_id: int) -> Topic | None:
    """The topic of a request; None where it has none."""
    query = select(topic).where(topic.c.chat_id == chat_id, topic.c.ticket_id == ticket_id)
    return _topic(db, db.execute(query).one_or_none())


def ticket_of_thread(db: Connection, chat_id: int, thread_id: int) -> int | None:
    """The request whose topic this is; None for any other topic."""
    query = select(topic.c.ticket_id).where(topic.c.chat_id == chat_id, topic.c.thread_id == thread_id)
    return db.execute(query).scalar_one_or_none()


def want(db: Connection, chat_id: int, ticket_id: int, title: str, *, closed: bool, at: datetime) -> bool:
    """Say how a topic should look. Several wishes before its turn become one call; True for the first one ever."""
    known = of_ticket(db, chat_id, ticket_id)
    if known is None:
        row = {"chat_id": chat_id, "ticket_id": ticket_id, "title_sealed": seal_shared(db, title)}
        db.execute(insert(topic).values(row | {"wanted_version": 1, "closed": int(closed)}))
        return True
    if (known.title, known.closed) == (title, closed):
        return False
    version = known.version + (title != known.title)
    looks = {"title_sealed": seal_shared(db, title), "wanted_version": version, "closed": int(closed)}
    db.execute(update(topic).where(topic.c.id == known.id).values(looks))
    if known.thread_id is not None:
        see_to(db, known, at)
    return False


def forget(db: Connection, titles: Mapping[int, str], at: datetime) -> None:
    """Erasure: the topics of these requests have these titles from now on and are closed, in whatever group they are
    and whether or not the bot can tell Telegram."""
    for row in db.execute(select(topic).where(topic.c.ticket_id.in_(titles)).order_by(topic.c.id)).all():
        want(db, row.chat_id, row.ticket_id, titles[row.ticket_id], closed=True, at=at)


def catch_up(db: Connection, chat_id: int, at: datetime) -> None:
    """The bot may see to a group's topics again: those that do not look as they are wanted are brought to it."""
    differs = or_(topic.c.wanted_version != topic.c.shown_version, topic.c.closed != topic.c.shown_closed)
    query = select(topic).where(topic.c.chat_id == chat_id, topic.c.thread_id.is_not(None), differs)
    for row in db.execute(query.order_by(topic.c.id)).all():
        if (one := _topic(db, row)) is not None:
            see_to(db, one, at)


def see_to(db: Connection, one: Topic, at: datetime) -> None:
    """Have it brought to what is wanted, once."""
    waits = select(outbox_table.c.id).where(
        outbox_table.c.chat_id == one.chat_id,
        outbox_table.c.state == "queued",
        outbox_table.c.lane == int(Lane.STAFF),
        outbox_table.c.method == METHOD,
        outbox_table.c.ticket_id == one.ticket_id,
    )
    if db.execute(waits.limit(1)).first() is None:
        outbox.put(
            db, lane=Lane.STAFF, chat_id=one.chat_id, method=METHOD, payload=None, at=at, ticket_id=one.ticket_id
        )


def made(db: Connection, one: Topic, thread_id: int, *, named: bool) -> None:
    """It is there now, open. `named`: under the title that is wanted, else under one from before."""
    looks = {"thread_id": thread_id, "shown_version": one.version if named else one.version - 1, "shown_closed": 0}
    db.execute(update(topic).where(topic.c.id == one.id).values(looks))


def renamed(db: Connection, one: Topic) -> None:
    """It has the name now that was wanted when this was read."""
    db.execute(update(topic).where(topic.c.id == one.id).values(shown_version=one.version))


def turned(db: Connection, one: Topic) -> None:
    """It was closed, or opened again."""
    db.execute(update(topic).where(topic.c.id == one.id).values(shown_closed=int(one.closed)))


def lost(db: Connection, topic_id: int) -> None:
    """Somebody deleted it: it is to be made anew when something is to be said in it."""
    db.execute(update(topic).where(topic.c.id == topic_id).values(thread_id=None))


def give_up(db: Connection, topic_id: int) -> None:
    """It could not be made: what belongs to it goes to General."""
    db.execute(update(topic).where(topic.c.id == topic_id).values(given_up=1))


def _topic(db: Connection, row: Row[Any] | None) -> Topic | None:
    if row is None:
        return None
    return Topic(
        id=row.id,
        chat_id=row.chat_id,
        ticket_id=row.ticket_id,
        thread_id=row.thread_id,
        title=unseal_shared(db, row.title_sealed),
        version=row.wanted_version,
        closed=bool(row.closed),
        renamed=row.wanted_version != row.shown_version,
        turned=row.closed != row.shown_closed,
        given_up=bool(row.given_up),
    )
