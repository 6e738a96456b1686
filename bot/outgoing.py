"""What leaves next: a claimed row of the outbox, ready to be called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from handlers import media
from storage import outbox, posted
from storage.claims import Claimed
from storage.outbox import GROUPED, UNDER


@dataclass(frozen=True)
class Outgoing:
    """A claimed row, ready to be called. `version` is the state of the card that it shows."""

    row: Claimed
    method: str
    payload: dict[str, Any]
    version: int = 0

    @property
    def ordered(self) -> bool:
        """Does it say something in a chat, so that it has to keep its turn and the pace?"""
        return self.method not in outbox.UNORDERED


def plainly(db: Connection, row: Claimed) -> Outgoing:
    """A row that carries its payload, as Telegram takes it."""
    method, payload = row.method, dict(row.payload or {})
    if method == GROUPED:
        payload = outbox.payload(db, row.id)  # a picture may have joined it up to the moment that it was claimed
        if len(payload["media"]) == 1:
            method, payload = media.alone(payload)
    slot = payload.pop(UNDER, None)
    card = posted.in_slot(db, slot, row.chat_id) if slot else None
    if card is not None and card.message_id is not None:
        payload["reply_parameters"] = {"message_id": card.message_id, "allow_sending_without_reply": True}
    return Outgoing(row, method, payload)


def ids_in(result: Any) -> tuple[int, ...]:
    """The messages that a call made, or the topic; an album is several."""
    made = result if isinstance(result, list) else [result]
    numbers = (one.get("message_id", one.get("message_thread_id")) for one in made if isinstance(one, dict))
    return tuple(number for number in numbers if number is not None)
