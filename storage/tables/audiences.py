"""Who is meant: saved audiences with all their versions, and the tags by which the team tells members apart."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.base import append_only, metadata
from storage.types import Id, Instant

tag = Table(
    "tag",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False, server_default=""),  # of `shoe size: 42`, the 42
    UniqueConstraint("name", "value"),
)

member_tag = Table(
    "member_tag",
    metadata,
    Column("member_id", Id, ForeignKey("member.id"), primary_key=True, autoincrement=False),
    Column("tag_id", Id, ForeignKey("tag.id"), primary_key=True, autoincrement=False),
    Column("staff_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_member_tag_tag", "tag_id", "member_id"),
)

audience = Table(
    "audience",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),  # the one that holds
    Column("active", SmallInteger, nullable=False, server_default=text("1")),
    CheckConstraint("version > 0", name="version"),
)

audience_version = append_only(
    Table(
        "audience_version",
        metadata,
        Column("audience_id", Id, ForeignKey("audience.id"), primary_key=True, autoincrement=False),
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("rule", Text, nullable=False),  # as JSON
        Column("staff_id", Id, nullable=False),
        Column("at", Instant, nullable=False),
    )
)
