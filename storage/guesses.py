"""Wrong voucher codes of one staff member: the moments of the latest, so that guessing can be slowed down."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from storage.tables import bot_state
from storage.upsert import insert_new


def of(db: Connection, staff_id: int, since: datetime) -> list[datetime]:
    """When this staff member tried wrong codes, from `since` on, oldest first."""
    value = db.execute(select(bot_state.c.value).where(bot_state.c.key == _key(staff_id))).scalar_one_or_none()
    moments = [datetime.fromtimestamp(int(second), UTC) for second in (value or "").split()]
    return [moment for moment in moments if moment >= since]


def put(db: Connection, staff_id: int, moments: list[datetime]) -> None:
    value = " ".join(str(int(moment.timestamp())) for moment in moments)
    if not insert_new(db, bot_state, key=_key(staff_id), value=value):
        db.execute(update(bot_state).where(bot_state.c.key == _key(staff_id)).values(value=value))


def _key(staff_id: int) -> str:
    return f"wrong_codes:{staff_id}"
