"""What colleagues say again and again, ready to be sent."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, SmallInteger, Table, Text, text

from storage.tables.base import metadata
from storage.types import Id

ready_reply = Table(
    "ready_reply",
    metadata,
    Column("id", Id, primary_key=True),
    Column("shortcut", Text, nullable=False, unique=True),  # the short word that stands for it
    Column("active", SmallInteger, nullable=False, server_default=text("1")),
    Column("used", Id, nullable=False, server_default=text("0")),  # how often it was sent
    CheckConstraint("active IN (0, 1)", name="active"),
)

ready_reply_text = Table(
    "ready_reply_text",
    metadata,
    Column("reply_id", Id, ForeignKey("ready_reply.id"), primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
    Column("text", Text, nullable=False),  # with fields such as {name}
)
