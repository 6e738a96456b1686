"""What marketers send: campaigns, how each came to be what it is, and what became of every member of an audience."""

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

campaign = Table(
    "campaign",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # as in the newest version: what limits contacts counts by it
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),  # the one that holds
    Column("author_id", Id),  # the colleague's Telegram id; null: a file
    Column("cloned_from", Id, ForeignKey("campaign.id")),
    Column("planned_until", Instant),  # what came due up to then is written down, line by line
    Column("planning_at", Instant),  # what came due up to then is being written down now; null: nothing
    Column("cursor", Id, nullable=False, server_default=text("0")),  # the last member who was looked at for it
    Column("plan_at", Instant),  # when something may come due next; null: never again
    Column("look_at", Instant),  # when there is something to do about it next; null: nothing
    Column("inside", Text),  # what its new version does with those inside; null: that is settled
    Column("held", Integer),  # the version that held before it was opened to be changed; null: it is not open
    Column("swept_at", Instant),  # when those inside a journey were last looked at for a reason to leave it
    Column("swept_to", Id, nullable=False, server_default=text("0")),  # up to which position, this time
    CheckConstraint("kind IN ('promotion', 'greeting', 'content', 'service', 'loyalty', 'survey')", name="kind"),
    CheckConstraint(
        "state IN ('draft', 'submitted', 'approved', 'running', 'paused', 'done', 'cancelled')", name="state"
    ),
    Index(
        "ix_campaign_look_at",
        "look_at",
        sqlite_where=text("look_at IS NOT NULL"),
        postgresql_where=text("look_at IS NOT NULL"),
    ),
)

campaign_version = append_only(
    Table(
        "campaign_version",
        metadata,
        Column("campaign_id", Id, ForeignKey("campaign.id"), primary_key=True, autoincrement=False),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("content", Text, nullable=False),  # the whole definition, as JSON
        Column("actor_id", Id),
        Column("at", Instant, nullable=False),
    )
)

campaign_event = append_only(
    Table(
        "campaign_event",
        metadata,
        Column("id", Id, primary_key=True),
        Column("campaign_id", Id, ForeignKey("campaign.id"), nullable=False, index=True),
        Column("step", Text, nullable=False),
        Column("actor_id", Id),  # null: the club itself, or whoever holds the machine
        Column("state", Text, nullable=False),  # from now on
        Column("audience", Id),  # how many they were at that moment, where it was counted
        Column("at", Instant, nullable=False),
    )
)

campaign_send = Table(
    "campaign_send",
    metadata,
    Column("id", Id, primary_key=True),
    Column("campaign_id", Id, ForeignKey("campaign.id"), nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("occasion", Text, nullable=False),
    Column("variant", SmallInteger, nullable=False),  # 0: held out, to compare with; else which wording, from 1 on
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("due_at", Instant, nullable=False),
    Column("fed_at", Instant),  # when it was their turn: the same moment for those written to and those held out
    Column("ended_at", Instant),
    Column("replied_at", Instant),
    Column("stopped_at", Instant),
    Column("version", Integer),  # of a journey: whose words these are
    Column("step", Text),  # and which of its messages
    Column("position_id", Id),  # whoever waits for the word of this line to go on; null: nobody any more
    CheckConstraint(
        "state IN ('waiting', 'queued', 'sent', 'held_out', 'capped', 'no_consent', 'complaint', 'blocked', 'gone', "
        "'late', 'failed', 'unknown', 'cancelled')",
        name="state",
    ),
    UniqueConstraint("campaign_id", "member_id", "occasion"),
    Index(
        "ix_campaign_send_waiting",
        "campaign_id",
        "due_at",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_campaign_send_state", "campaign_id", "state"),
    Index("ix_campaign_send_member", "member_id", "fed_at"),
    Index(
        "ix_campaign_send_position",
        "position_id",
        sqlite_where=text("position_id IS NOT NULL"),
        postgresql_where=text("position_id IS NOT NULL"),
    ),
    Index(
        "ix_campaign_send_awaited",
        "campaign_id",
        "id",
        sqlite_where=text("position_id IS NOT NULL AND ended_at IS NOT NULL"),
        postgresql_where=text("position_id IS NOT NULL AND ended_at IS NOT NULL"),
    ),
)

campaign_press = append_only(
    Table(
        "campaign_press",
        metadata,
        Column("id", Id, primary_key=True),
        Column("send_id", Id, ForeignKey("campaign_send.id"), nullable=False, index=True),
        Column("button", SmallInteger, nullable=False),  # its place, from 0 on
        Column("at", Instant, nullable=False),
    )
)

campaign_lesson = append_only(
    Table(
        "campaign_lesson",
        metadata,
        Column("id", Id, primary_key=True),
        Column("campaign_id", Id, ForeignKey("campaign.id"), nullable=False, index=True),
        Column("worked", Text),  # what went well, in a colleague's words
        Column("differently", Text),  # what to do otherwise next time
        Column("actor_id", Id),
        Column("at", Instant, nullable=False),
    )
)
