"""Where somebody stands in a form: one row per person and chat, so that a restart loses no answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.sealing import seal_shared, unseal_shared
from storage.tables import form


@dataclass(frozen=True)
class OpenForm:
    """A form under way: which one, the field that is asked now, and the answers so far."""

    chat_id: int
    user_id: int
    name: str
    field: str
    nonce: str
    answers: dict[str, Any]
    expires_at: datetime
    question_row: int | None = None


_CURRENT = select(form).where(
    form.c.chat_id == bindparam("chat"), form.c.user_id == bindparam("user"), form.c.expires_at > bindparam("now")
)


def current(db: Connection, chat_id: int, user_id: int, now: datetime) -> OpenForm | None:
    """The form this person fills in here; an expired one is none."""
    row = db.execute(_CURRENT, {"chat": chat_id, "user": user_id, "now": now}).one_or_none()
    if row is None:
        return None
    answers = json.loads(unseal_shared(db, row.answers_sealed))
    return OpenForm(row.chat_id, row.user_id, row.name, row.field, row.nonce, answers, row.expires_at, row.question_row)


def save(db: Connection, open_form: OpenForm) -> int | None:
    """One form per person and chat: a new one replaces what was there. The outbox row of the question it replaces."""
    replaced = close(db, open_form.chat_id, open_form.user_id)
    db.execute(
        insert(form).values(
            chat_id=open_form.chat_id,
            user_id=open_form.user_id,
            name=open_form.name,
            field=open_form.field,
            nonce=open_form.nonce,
            answers_sealed=seal_shared(db, json.dumps(open_form.answers, ensure_ascii=False)),
            expires_at=open_form.expires_at,
        )
    )
    return replaced


def set_question(db: Connection, chat_id: int, user_id: int, outbox_id: int) -> None:
    """Which outbox row carries the open question."""
    db.execute(update(form).where(form.c.chat_id == chat_id, form.c.user_id == user_id).values(question_row=outbox_id))


def close(db: Connection, chat_id: int, user_id: int) -> int | None:
    """End the form; the outbox row of the question that was open."""
    mine = delete(form).where(form.c.chat_id == chat_id, form.c.user_id == user_id).returning(form.c.question_row)
    return db.execute(mine).scalar_one_or_none()


def purge(db: Connection, now: datetime) -> int:
    """Delete expired forms; how many went."""
    return db.execute(delete(form).where(form.c.expires_at <= now)).rowcount
