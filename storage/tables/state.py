"""Where things stand."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text

from storage.tables.base import metadata
from storage.types import Id, Instant

form = Table(
    "form",
    metadata,
    Column("chat_id", Id, primary_key=True, autoincrement=False),
    Column("user_id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("nonce", Text, nullable=False),  # of the keyboard shown last; an older one is answered as out of date
    Column("question_row", Id),  # the question in the outbox: once answered, its buttons go
    Column("answers_sealed", LargeBinary, nullable=False),  # under the installation's key
    Column("expires_at", Instant, nullable=False, index=True),
)

pressed = Table(
    "pressed",
    metadata,
    Column("nonce", Text, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
)

bot_state = Table(
    "bot_state",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
