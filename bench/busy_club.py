"""A club in which much happened: purchases, returns, points, visits, complaints, messages. Made by a few statements."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from storage.types import EPOCH

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PRODUCTS, BRANCHES, TAGS = 50, 5, 10


def furnish(db: Connection, members: int) -> None:
    """Write the club: who they are, what they bought, and what happened to them. For an empty database."""
    on_sqlite = db.dialect.name == "sqlite"
    now: object = (NOW - EPOCH) // timedelta(microseconds=1) if on_sqlite else NOW
    for count, statement in _STATEMENTS:
        db.execute(text(_sql(statement, on_sqlite)), {"count": count or members, "now": now, "members": members})


def _sql(statement: str, on_sqlite: bool) -> str:
    """`n(i)` counts from 0; `{ago X}` is X days before now."""
    statement = " ".join(statement.split()).replace("{nothing}", "x''" if on_sqlite else "CAST('' AS BYTEA)")
    if on_sqlite:
        table, _, select = statement.partition(" SELECT ")
        numbers = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :count - 1)"
        return re.sub(r"\{ago ([^}]*)\}", r":now - (\1) * 86400000000", f"{table} {numbers} SELECT {select}")
    counted = statement.replace(" FROM n", " FROM generate_series(0, :count - 1) AS n(i)")
    return re.sub(r"\{ago ([^}]*)\}", r"CAST(:now AS timestamptz) - (\1) * interval '1 day'", counted)


_MEMBERS = """
    INSERT INTO member (id, telegram_id, status, number, language, zone, marketing, created_at, joined_at,
                        birthday_calendar, birthday_month, birthday_day)
    SELECT i + 1, 100000 + i, CASE WHEN i % 20 = 0 THEN 'left' ELSE 'member' END, CAST(i + 1 AS TEXT),
           CASE i % 3 WHEN 0 THEN 'en' WHEN 1 THEN 'zh-Hans' ELSE 'zh-Hant' END,
           CASE i % 4 WHEN 0 THEN 'UTC' ELSE 'Asia/Taipei' END, CASE WHEN i % 5 < 4 THEN 1 ELSE 0 END,
           {ago i % 1500}, {ago i % 1500},
           CASE WHEN i % 6 = 0 THEN 'lunar' ELSE 'solar' END, i % 12 + 1, i % 28 + 1 FROM n
"""
_PURCHASES = """
    INSERT INTO purchase (member_id, order_number, product, product_id, branch_id,
                          quantity, amount, currency, bought_at)
    SELECT (i * 7 + LINE) % :members + 1, 'oLINE-' || i, 'Product ' || (i * 31 + LINE) % 50, (i * 31 + LINE) % 50 + 1,
           i % 5 + 1, 1 + i % 2, 1000 + i % 97 * 100, 'EUR', {ago (i * 13 + LINE * 101) % 900} FROM n
"""
_RETURNS = """
    INSERT INTO purchase_return (purchase_id, quantity, amount, points, idempotency_key, at)
    SELECT i * 4 + 1, 1, 1000, 0, 'r' || i, {ago 1} FROM n WHERE i % 12 = 0
"""
_ENTRIES = """
    INSERT INTO point_entry (id, member_id, kind, points, reason, idempotency_key, payload_hash, at)
    SELECT i * 3 + LOT + 1, i + 1, 'earn', 100, 'purchase', 'eLOT-' || i, {nothing}, {ago 100} FROM n
"""
_LOTS = """
    INSERT INTO point_lot (entry_id, member_id, points, "left", activates_at, expires_at)
    SELECT i * 3 + LOT + 1, i + 1, 100, i % 100 + 1, {ago 100}, {ago -(i % 700)} FROM n
"""
_TIERS = """
    INSERT INTO member_tier (member_id, tier, since, until)
    SELECT i + 1, CASE WHEN i % 9 = 0 THEN 'gold' ELSE 'silver' END, {ago 30}, {ago -300} FROM n WHERE i % 4 = 0
"""
_TAGS = """
    INSERT INTO member_tag (member_id, tag_id, staff_id, at)
    SELECT i + 1, i % 10 + 1, 1, {ago 30} FROM n WHERE i % 3 = 0
"""
_VISITS = """
    INSERT INTO visit (member_id, branch_id, staff_id, idempotency_key, at)
    SELECT (i * 11 + TURN) % :members + 1, i % 5 + 1, 1, 'vTURN-' || i, {ago (i * 17 + TURN * 31) % 400} FROM n
"""
_COMPLAINTS = """
    INSERT INTO ticket (kind, member_id, state, owner_id, opened_at, resolved_at)
    SELECT CASE WHEN i % 40 = 1 THEN 'complaint' ELSE 'question' END, i + 1,
           CASE WHEN i % 200 = 1 THEN 'taken' ELSE 'closed' END, 1, {ago i % 700},
           CASE WHEN i % 200 = 1 THEN NULL ELSE {ago 1} END FROM n WHERE i % 20 = 1
"""
_MESSAGES = """
    INSERT INTO outbox (lane, chat_id, method, campaign, member_id, occasion, state, not_before, created_at, ended_at)
    SELECT 4, 100000 + i, 'sendMessage', 'KEY', i + 1, 'once', CASE WHEN i % 7 = 0 THEN 'failed' ELSE 'sent' END,
           {ago 20}, {ago 20}, {ago 20} FROM n
"""
_STATEMENTS: tuple[tuple[int, str], ...] = (
    (
        PRODUCTS,
        "INSERT INTO product (id, name, category) SELECT i + 1, 'Product ' || i, 'Category ' || (i % 8) FROM n",
    ),
    (BRANCHES, "INSERT INTO branch (id, name) SELECT i + 1, 'Branch ' || i FROM n"),
    (TAGS, "INSERT INTO tag (id, name, value) SELECT i + 1, 'tag ' || i, '' FROM n"),
    (0, _MEMBERS),
    *((0, _PURCHASES.replace("LINE", str(line))) for line in range(4)),
    (0, _RETURNS),
    *((0, _ENTRIES.replace("LOT", str(lot))) for lot in range(3)),
    *((0, _LOTS.replace("LOT", str(lot))) for lot in range(3)),
    (0, _TIERS),
    (0, _TAGS),
    *((0, _VISITS.replace("TURN", str(turn))) for turn in range(2)),
    (0, _COMPLAINTS),
    *((0, _MESSAGES.replace("KEY", key)) for key in ("spring", "birthday")),
)
