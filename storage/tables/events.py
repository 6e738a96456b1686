"""What the club invites to, tastings, courses, outings; and who comes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, text

from storage.tables.base import metadata
from storage.types import Id, Instant
from storage.words import Wording

_UNTOLD = text("news IS NOT NULL")

event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("title", Wording, nullable=False),
    Column("about", Wording, nullable=False, server_default=""),
    Column("starts_at", Instant, nullable=False),
    Column("day", Text, nullable=False),  # of it, where the club is: 2027-03-01; guests are reminded once for each
    Column("branch_id", Id, ForeignKey("branch.id")),  # null: elsewhere
    Column("place", Text, nullable=False, server_default=""),  # where, if it is elsewhere
    Column("seats", Integer),  # null: no end of them
    Column("cancelled", SmallInteger, nullable=False, server_default=text("0")),
    CheckConstraint("seats > 0", name="seats"),
    Index("ix_event_starts", "starts_at"),
    sqlite_autoincrement=True,  # a button of one that is gone must not mean another
)

event_guest = Table(
    "event_guest",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id, ForeignKey("event.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("seats", Integer, nullable=False),  # for themselves and whom they bring
    Column("state", Text, nullable=False),
    Column("at", Instant, nullable=False),  # since when they come, or wait: the order of those who wait
    Column("news", Text),  # what they are still to be told; null: they know how it stands
    CheckConstraint("seats > 0", name="seats"),
    CheckConstraint("state IN ('coming', 'waiting', 'off', 'missed')", name="state"),
    CheckConstraint("news IN ('let_in', 'changed', 'cancelled')", name="news"),
    Index("ix_event_guest_once", "event_id", "member_id", unique=True),
    Index("ix_event_guest_untold", "id", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    sqlite_autoincrement=True,
)
