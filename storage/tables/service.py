"""What people ask and complain about."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, LargeBinary, SmallInteger, Table, Text, text

from storage.tables.base import append_only, metadata
from storage.types import Id, Instant

ticket = Table(
    "ticket",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("owner_id", Id),  # the staff member's Telegram id
    Column("cause", Text),  # its key in the settings: why it came to this
    Column("department", Text),  # its key in the settings: whose matter it is
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    Column("urgent", SmallInteger, nullable=False, server_default=text("0")),
    Column("tier", Text),  # in which its customer stood when it was opened
    # The promises, as they follow from the history: kept here so that what is due can be found.
    Column("answer_by", Instant),
    Column("resolve_by", Instant),
    Column("alarm_at", Instant),  # when somebody has to be told of them next
    Column("joined_to", Id, ForeignKey("ticket.id")),  # it was about the same matter, and its words went there
    CheckConstraint("kind IN ('complaint', 'question')", name="kind"),
    CheckConstraint(
        "state IN ('new', 'taken', 'investigating', 'waiting', 'fixed', 'explained', 'compensated', 'feedback', "
        "'closed')",
        name="state",
    ),
    CheckConstraint("urgent IN (0, 1)", name="urgent"),
    CheckConstraint("state = 'new' OR owner_id IS NOT NULL OR joined_to IS NOT NULL", name="owned"),
    CheckConstraint("(state IN ('feedback', 'closed')) = (resolved_at IS NOT NULL)", name="resolved"),
    Index("ix_ticket_open", "state", "opened_at"),
    Index("ix_ticket_resolved", "resolved_at"),
    Index("ix_ticket_opened", "kind", "opened_at"),
    Index(
        "ix_ticket_waiting",
        "owner_id",
        sqlite_where=text("resolved_at IS NULL"),
        postgresql_where=text("resolved_at IS NULL"),
    ),
    Index(
        "ix_ticket_department",
        "department",
        sqlite_where=text("resolved_at IS NULL AND department IS NOT NULL"),
        postgresql_where=text("resolved_at IS NULL AND department IS NOT NULL"),
    ),
    Index(
        "ix_ticket_alarm_at",
        "alarm_at",
        sqlite_where=text("alarm_at IS NOT NULL"),
        postgresql_where=text("alarm_at IS NOT NULL"),
    ),
)

ticket_message = Table(
    "ticket_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("author", Text, nullable=False),  # `note`: of the staff, for the staff
    Column("author_id", Id),
    Column("text_sealed", LargeBinary),
    Column("media", Text),  # photo, document, voice …; the file stays with Telegram
    Column("file_sealed", LargeBinary),  # its file_id
    Column("album", Text),  # what Telegram ties the pictures of one message together with
    Column("source_message_id", Id),  # in the author's chat, so that an edit finds what it edits
    Column("at", Instant, nullable=False),
    CheckConstraint("author IN ('member', 'staff', 'note')", name="author"),
    Index(
        "ix_ticket_message_album",
        "album",
        sqlite_where=text("album IS NOT NULL"),
        postgresql_where=text("album IS NOT NULL"),
    ),
)

ticket_event = append_only(
    Table(
        "ticket_event",
        metadata,
        Column("id", Id, primary_key=True),
        Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
        Column("step", Text, nullable=False),
        Column("actor_id", Id),  # the colleague's Telegram id; null: the customer, or the club itself
        Column("state", Text, nullable=False),  # from now on
        Column("old", Text),  # what the step changed besides, as it was: an owner, a cause
        Column("new", Text),
        Column("at", Instant, nullable=False),
        # Where requests ended and began again, for the reports: few of all events.
        Index(
            "ix_ticket_event_ends",
            "ticket_id",
            "at",
            sqlite_where=text("step IN ('reopen', 'resolve', 'settle')"),
            postgresql_where=text("step IN ('reopen', 'resolve', 'settle')"),
        ),
    )
)

# Words by which the team sorts requests. They stand readable; the history knows them by their ids only.
desk_tag = Table(
    "desk_tag",
    metadata,
    Column("id", Id, primary_key=True),
    Column("word", Text, nullable=False),
    Column("folded", Text, nullable=False, unique=True),  # VIP and vip, 破损 and 破損 are one
    sqlite_autoincrement=True,  # a button of one that is gone must not mean another
)

ticket_tag = Table(
    "ticket_tag",
    metadata,
    Column("ticket_id", Id, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
    Column("tag_id", Id, ForeignKey("desk_tag.id"), primary_key=True, autoincrement=False, index=True),
)

# What was done so that it does not happen again. Of several about one request the newest counts.
corrective_action = Table(
    "corrective_action",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("author_id", Id, nullable=False),  # the colleague's Telegram id
    Column("text_sealed", LargeBinary),  # for the ticket's member: it may speak of them
    Column("at", Instant, nullable=False, index=True),
)

improvement = Table(
    "improvement",
    metadata,
    Column("id", Id, primary_key=True),
    Column("words_sealed", LargeBinary, nullable=False),  # under the installation's key
    Column("opened_by", Id, nullable=False),  # the colleague's Telegram id
    Column("opened_at", Instant, nullable=False),
    Column("done_at", Instant),
)

ticket_improvement = Table(
    "ticket_improvement",
    metadata,
    Column("improvement_id", Id, ForeignKey("improvement.id"), primary_key=True, autoincrement=False),
    Column("ticket_id", Id, ForeignKey("ticket.id"), primary_key=True, autoincrement=False),
)

task = Table(
    "task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
    Column("owner_id", Id),  # the colleague's Telegram id; null: whoever looks
    Column("opened_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("done_by", Id),  # null: the customer wrote
    Index(
        "ix_task_open",
        "member_id",
        unique=True,
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
    sqlite_autoincrement=True,  # a button of one that is gone must not mean another
)

compensation = Table(
    "compensation",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False),
    Column("points", Id),  # either these
    Column("value", Id),  # or a voucher, in minor units of the club's currency
    Column("state", Text, nullable=False),
    Column("asked_by", Id, nullable=False),  # the colleague's Telegram id
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", Id),  # who approved it, refused it or took it back; null where nobody had to
    Column("decided_at", Instant),
    CheckConstraint("state IN ('asked', 'given', 'declined', 'taken_back')", name="state"),
    CheckConstraint("(points > 0 AND value IS NULL) OR (value > 0 AND points IS NULL)", name="something"),
    Index("ix_compensation_ticket_id", "ticket_id"),
    # One question at a time: what waits for a second person is decided before more is asked.
    Index(
        "ix_compensation_asked",
        "ticket_id",
        unique=True,
        sqlite_where=text("state = 'asked'"),
        postgresql_where=text("state = 'asked'"),
    ),
)
