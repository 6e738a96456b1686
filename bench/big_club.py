"""A club with a long history: members with twenty entries each, made by a few statements, and provable.

Of each member's twenty entries fifteen earn 100 points and five spend 200; the five newest lots are open. Entries stand
in the order in which they happened, so that one member's are scattered over the whole table, as in real life.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from storage.types import EPOCH

ENTRIES = 20
EARNED, SPENT = 100, 200
FIRST = datetime(2024, 12, 1, tzinfo=UTC)
EVERY = timedelta(days=36)
"""Between two entries of a member: twenty of them make two years."""
LASTS = timedelta(days=252)
"""So that the oldest open lots of one member in 36 lapse in the night that is measured."""
NOW = FIRST + ENTRIES * EVERY
TIER = "silver"
IN_A_TIER = 3
"""Every third member stands in one."""


def furnish(db: Connection, members: int) -> None:
    """Write the whole history. For an empty database."""
    on_sqlite = db.dialect.name == "sqlite"
    if on_sqlite:  # while it is furnished: the index on members is written all over, and would be read back each time
        db.exec_driver_sql("PRAGMA cache_size = -2000000")
    db.execute(text(_with(on_sqlite, _MEMBERS)), {"count": members, "at": _moment(FIRST, on_sqlite)})
    earned = 0
    emptied: list[dict[str, object]] = []
    for place in range(ENTRIES):
        at = _moment(FIRST + place * EVERY, on_sqlite)
        facts: dict[str, object] = {"count": members, "base": place * members, "at": at}
        db.execute(text(_with(on_sqlite, _entries(on_sqlite, spending=place % 4 == 3))), facts)
        if place % 4 == 3:
            continue
        left = EARNED if earned >= 2 * (ENTRIES // 4) else 0
        lapses = _moment(FIRST + place * EVERY + LASTS, on_sqlite)
        db.execute(text(_with(on_sqlite, _LOTS)), facts | {"left": left, "expires": lapses})
        if not left:
            emptied.append({"count": members, "base": place * members, "burn": (4 * (earned // 2) + 3) * members})
        earned += 1
    for each in emptied:
        db.execute(text(_with(on_sqlite, _ALLOCATIONS)), each)
    until = _moment(NOW, on_sqlite)
    db.execute(text(_with(on_sqlite, _TIERS)), {"count": members, "at": _moment(FIRST, on_sqlite), "until": until})
    if not on_sqlite:
        for table in ("member", "point_entry", "point_allocation"):
            db.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"))
    db.execute(text("ANALYZE"))


def _moment(moment: datetime, on_sqlite: bool) -> object:
    return (moment - EPOCH) // timedelta(microseconds=1) if on_sqlite else moment


def _with(on_sqlite: bool, statement: str) -> str:
    """`n(i)` counts members from 0; `{day}` is a day apart for neighbours, so that not all lapse in one night."""
    if on_sqlite:
        table, select = statement.split(" SELECT ", 1)
        count = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :count - 1)"
        return f"{table} {count} SELECT {select}".replace("{day}", "(i % 36) * 86400000000")
    return statement.replace(" FROM n", " FROM generate_series(0, :count - 1) AS n(i)").replace(
        "{day}", "(i % 36) * interval '1 day'"
    )


_MEMBERS = (
    "INSERT INTO member (id, telegram_id, status, number, language, zone, marketing, created_at, joined_at) "
    "SELECT i + 1, 100000 + i, 'member', CAST(i + 1 AS TEXT), 'en', 'UTC', 1, :at, :at FROM n"
)
_LOTS = (
    'INSERT INTO point_lot (entry_id, member_id, points, "left", activates_at, expires_at) '
    "SELECT :base + i + 1, i + 1, 100, :left, :at + {day}, :expires + {day} FROM n"
)
_ALLOCATIONS = "INSERT INTO point_allocation (entry_id, lot_id, points) SELECT :burn + i + 1, :base + i + 1, 100 FROM n"
_TIERS = (
    "INSERT INTO member_tier (member_id, tier, since, until) "
    f"SELECT i + 1, '{TIER}', :at, :until + {{day}} FROM n WHERE i % {IN_A_TIER} = 0"
)


def _entries(on_sqlite: bool, *, spending: bool) -> str:
    kind, points, reason = ("burn", -SPENT, "reward") if spending else ("earn", EARNED, "purchase")
    nothing = "zeroblob(16)" if on_sqlite else r"decode('00000000000000000000000000000000', 'hex')"
    return (
        "INSERT INTO point_entry (id, member_id, kind, points, reason, idempotency_key, payload_hash, at) "
        f"SELECT :base + i + 1, i + 1, '{kind}', {points}, '{reason}', '{kind}:' || (:base + i + 1), {nothing}, "
        ":at + {day} FROM n"
    )
