"""What is sold, where, and what members bought and brought back."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.base import metadata
from storage.types import Id, Instant

branch = Table(
    "branch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("hours", Text, nullable=False, server_default=""),  # when it is open, in the club's own words
    Column("city", Text, nullable=False, server_default=""),  # as customers write it; several ways with a slash
    Column("latitude", Double),  # degrees; null: nobody has shown where it stands
    Column("longitude", Double),
)

product = Table(
    "product",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("category", Text),
    Column("price", Id),  # minor units of the club's currency; null: said at the till
    Column("warranty_months", SmallInteger),
    Column("life_months", SmallInteger),  # after which most people replace it
    Column("points_percent", SmallInteger, nullable=False, server_default=text("100")),  # of the usual points
    Column("gift_months", SmallInteger),  # of membership, for who buys it first; null: it brings none
    Column("gift_value", Id),  # of the voucher that comes along, minor units; null: none
    Column("active", SmallInteger, nullable=False, server_default=text("1")),
    CheckConstraint("points_percent >= 0", name="points_percent"),
    CheckConstraint("gift_value IS NULL OR gift_months IS NOT NULL", name="gift"),
)

purchase = Table(
    "purchase",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id"), nullable=False),
    Column("order_number", Text, nullable=False),
    Column("product", Text, nullable=False),  # as it was called when it was sold
    Column("product_id", Id, ForeignKey("product.id")),
    Column("branch_id", Id, ForeignKey("branch.id")),
    Column("staff_id", Id),  # who sold it; null: a till or an import
    Column("quantity", Integer, nullable=False),
    Column("amount", Id, nullable=False),  # minor units of the currency
    Column("currency", Text, nullable=False),
    Column("bought_at", Instant, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
    UniqueConstraint("order_number", "product"),
    Index("ix_purchase_member", "member_id", "bought_at", "order_number"),
    Index("ix_purchase_bought", "bought_at", "member_id"),
    Index("ix_purchase_product", "product_id", "member_id", "bought_at"),
)

purchase_return = Table(
    "purchase_return",
    metadata,
    Column("id", Id, primary_key=True),
    Column("purchase_id", Id, ForeignKey("purchase.id"), nullable=False, index=True),
    Column("quantity", Integer, nullable=False),
    Column("amount", Id, nullable=False),  # minor units given back
    Column("points", Id, nullable=False),  # of the earned ones, taken back or owed
    Column("staff_id", Id),
    Column("idempotency_key", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    CheckConstraint("quantity > 0", name="quantity"),
)
