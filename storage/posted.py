"""Messages that change on screen: what a card should show, what it shows, and where it hangs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage import outbox
from storage.outbox import Lane
from storage.sealing import seal_shared, unseal_shared
from storage.tables import posted

METHOD = "posted"
"""The outbox method of a card: sent or edited, as it stands when its turn comes."""


@dataclass(frozen=True)
class Posted:
    """A card as it should be; `message_id` is None where it is not out (or not any more)."""

    id: int
    chat_id: int
    message_id: int | None
    wanted: dict[str, Any]
    version: int


def want(
    db: Connection, slot: str, chat_id: int, payload: dict[str, Any], at: datetime, ticket_id: int | None = None
) -> None:
    """Say what the card in this slot should show. Several wishes before its turn become one edit.

    `ticket_id`: the request in whose topic it hangs.
    """
    sealed = seal_shared(db, json.dumps(payload, ensure_ascii=False))
    posted_id = db.execute(
        update(posted)
        .where(posted.c.slot == slot, posted.c.chat_id == chat_id)
        .values(wanted_sealed=sealed, wanted_version=posted.c.wanted_version + 1)
        .returning(posted.c.id)
    ).scalar_one_or_none()
    if posted_id is None:
        posted_id = db.execute(
            insert(posted)
            .values(slot=slot, chat_id=chat_id, wanted_sealed=sealed, wanted_version=1)
            .returning(posted.c.id)
        ).scalar_one()
    if not outbox.queued_card(db, posted_id):
        send(db, chat_id, posted_id, at, ticket_id)


def send(db: Connection, chat_id: int, posted_id: int, at: datetime, ticket_id: int | None) -> None:
    """Have a card brought to what it should show."""
    outbox.put(
        db,
        lane=Lane.STAFF,
        chat_id=chat_id,
        method=METHOD,
        payload=None,
        at=at,
        posted_id=posted_id,
        ticket_id=ticket_id,
    )


def by_id(db: Connection, posted_id: int) -> Posted:
    row = db.execute(select(posted).where(posted.c.id == posted_id)).one()
    return Posted(
        row.id, row.chat_id, row.message_id, json.loads(unseal_shared(db, row.wanted_sealed)), row.wanted_version
    )


def places(db: Connection, slot: str) -> list[int]:
    """The chats in which a card hangs."""
    return list(db.execute(select(posted.c.chat_id).where(posted.c.slot == slot).order_by(posted.c.id)).scalars())


def slot_of_message(db: Connection, chat_id: int, message_id: int) -> str | None:
    """Which card a message is; None for any other message."""
    query = select(posted.c.slot).where(posted.c.chat_id == chat_id, posted.c.message_id == message_id)
    return db.execute(query).scalar_one_or_none()


def in_slot(db: Connection, slot: str, chat_id: int) -> Posted | None:
    """The card in this slot of a chat; None where none is wanted there."""
    query = select(posted.c.id).where(posted.c.slot == slot, posted.c.chat_id == chat_id)
    found = db.execute(query).scalar_one_or_none()
    return None if found is None else by_id(db, found)


def shown(db: Connection, posted_id: int, *, message_id: int | None, version: int) -> None:
    """The card is out, as of this version."""
    db.execute(update(posted).where(posted.c.id == posted_id).values(message_id=message_id, shown_version=version))


def hang_again(db: Connection, slot: str, chat_id: int | None = None) -> None:
    """The card has moved far up: it is to be posted anew, at the end of this chat, or of each."""
    here = [] if chat_id is None else [posted.c.chat_id == chat_id]
    db.execute(update(posted).where(posted.c.slot == slot, *here).values(message_id=None))


def lost(db: Connection, posted_id: int) -> None:
    """Somebody deleted the card: it is to be posted anew."""
    db.execute(update(posted).where(posted.c.id == posted_id).values(message_id=None))
