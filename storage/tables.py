"""Every table, in one place. Personal columns end in `_sealed`: bytes that only the member's key opens."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import Id, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# ---- who ----------------------------------------------------------------------------------------------------------

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("telegram_id", Id, unique=True),  # null once erased
    Column("key_wrapped", LargeBinary),  # null once erased: nothing sealed for this member opens again
    Column("status", Text, nullable=False),
    Column("number", Text, unique=True),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("name_sealed", LargeBinary),
    Column("username_sealed", LargeBinary),
    Column("city_sealed", LargeBinary),
    Column("interests_sealed", LargeBinary),
    Column("birth_year_sealed", LargeBinary),
    # Day and month stay readable, without them the nightly look for birthdays would open every member's file.
    Column("birthday_calendar", Text),
    Column("birthday_month", SmallInteger),
    Column("birthday_day", SmallInteger),
    Column("source", Text),
    Column("marketing", SmallInteger, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    Column("joined_at", Instant),
    Column("left_at", Instant),
    Column("unreachable_at", Instant),
    CheckConstraint("status IN ('prospect', 'member', 'left', 'erased')", name="status"),
    CheckConstraint("birthday_calendar IN ('solar', 'lunar')", name="birthday_calendar"),
    CheckConstraint("marketing IN (0, 1)", name="marketing"),
    Index("ix_member_birthday", "birthday_calendar", "birthday_month", "birthday_day"),
    Index("ix_member_joined_at", "joined_at"),
)

consent = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("topic", Text, nullable=False),
    Column("given", SmallInteger, nullable=False),
    Column("version", Text),
    Column("source", Text, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("topic IN ('membership', 'marketing')", name="topic"),
)

staff = Table(
    "staff",
    metadata,
    Column("telegram_id", Id, primary_key=True, autoincrement=False),
    Column("role", Text, nullable=False),
    Column("name_sealed", LargeBinary),  # under the installation's key
    Column("since", Instant, nullable=False),
    Column("left_at", Instant),
    CheckConstraint("role IN ('owner', 'manager', 'marketer', 'clerk')", name="role"),
)

invitation = Table(
    "invitation",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True),
    Column("role", Text, nullable=False),
    Column("created_by", Id, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_by", Id),
    Column("used_at", Instant),
)

# ---- what they did ------------------------------------------------------------------------------------------------

ticket = Table(
    "ticket",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("owner_id", Id),  # the staff member's Telegram id
    Column("opened_at", Instant, nullable=False),
    Column("resolved_at", Instant),
    CheckConstraint("kind IN ('complaint', 'question')", name="kind"),
    CheckConstraint("state IN ('new', 'taken', 'resolved')", name="state"),
    CheckConstraint("state = 'new' OR owner_id IS NOT NULL", name="owned"),
    Index("ix_ticket_open", "state", "opened_at"),
)

ticket_message = Table(
    "ticket_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("author_id", Id),
    Column("text_sealed", LargeBinary),
    Column("media", Text),  # photo, document, voice …; the file stays with Telegram
    Column("file_sealed", LargeBinary),  # its file_id
    Column("album", Text),  # what Telegram ties the pictures of one message together with
    Column("source_message_id", Id),  # in the author's chat, so that an edit finds what it edits
    Column("at", Instant, nullable=False),
    CheckConstraint("author IN ('member', 'staff')", name="author"),
)

ticket_event = Table(
    "ticket_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", Id, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("actor_id", Id),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("kind IN ('opened', 'taken', 'replied', 'resolved')", name="kind"),
)

purchase = Table(
    "purchase",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("order_number", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("amount", Id, nullable=False),  # minor units of the currency
    Column("currency", Text, nullable=False),
    Column("bought_at", Instant, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    UniqueConstraint("order_number", "product"),
    Index("ix_purchase_member", "member_id", "bought_at"),
)

point_entry = Table(
    "point_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False, index=True),
    Column("points", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
)

# ---- what arrives and what leaves ---------------------------------------------------------------------------------

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("update_id", Id, nullable=False, unique=True),
    Column("chat_id", Id, nullable=False),  # what is kept in order; 0 where an update names no chat
    Column("raw_sealed", LargeBinary),  # null once its person was erased
    Column("state", Text, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("received_at", Instant, nullable=False),
    Column("done_at", Instant),
    CheckConstraint("state IN ('new', 'done', 'dead')", name="state"),
    Index("ix_inbox_open", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
    Index("ix_inbox_done", "done_at"),
    sqlite_autoincrement=True,  # order of arrival must survive the purge of the newest rows
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lane", SmallInteger, nullable=False),
    Column("chat_id", Id, nullable=False),
    Column("method", Text, nullable=False),
    Column("payload_sealed", LargeBinary),  # null for a posted card or an occasion: rendered when claimed
    Column("posted_id", Id, ForeignKey("posted.id")),
    Column("campaign", Text),
    Column("member_id", Id, ForeignKey("member.id")),
    Column("occasion", Text),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("not_before", Instant, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("ambiguous", SmallInteger, nullable=False, server_default=text("0")),
    Column("owner", Text),
    Column("lease_until", Instant),
    Column("message_id", Id),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('queued', 'sending', 'sent', 'failed', 'unknown', 'skipped')", name="state"),
    UniqueConstraint("campaign", "member_id", "occasion"),
    Index(
        "ix_outbox_queued",
        "lane",
        "not_before",
        "id",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
    Index(
        "ix_outbox_sending",
        "lease_until",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_outbox_ended", "ended_at"),
    Index("ix_outbox_posted", "posted_id"),
    sqlite_autoincrement=True,
)

posted = Table(
    "posted",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slot", Text, nullable=False),
    Column("chat_id", Id, nullable=False),
    Column("message_id", Id),  # null until it is out, and again once somebody deleted it
    Column("wanted_sealed", LargeBinary, nullable=False),
    Column("wanted_version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("slot", "chat_id"),
    Index("ix_posted_message", "chat_id", "message_id"),
)

# ---- where things stand -------------------------------------------------------------------------------------------

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
