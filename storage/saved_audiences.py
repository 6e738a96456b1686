"""Audiences that were given a name, with all their versions. A rule is kept as JSON, and means nothing here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, select, update

from storage.tables import audience, audience_version
from storage.upsert import insert_new


@dataclass(frozen=True)
class Row:
    """A saved audience as it holds now. `by`: the Telegram id of whoever changed it last."""

    id: int
    name: str
    version: int
    active: bool
    rule: Any
    by: int
    at: datetime


_ROW = select(
    audience.c.id,
    audience.c.name,
    audience.c.version,
    audience.c.active,
    audience_version.c.rule,
    audience_version.c.staff_id,
    audience_version.c.at,
).join(
    audience_version,
    and_(audience_version.c.audience_id == audience.c.id, audience_version.c.version == audience.c.version),
)


def every(db: Connection) -> list[Row]:
    """Those that are on, by name."""
    return [_row(row) for row in db.execute(_ROW.where(audience.c.active == 1).order_by(audience.c.name))]


def by_id(db: Connection, audience_id: int) -> Row | None:
    row = db.execute(_ROW.where(audience.c.id == audience_id)).one_or_none()
    return None if row is None else _row(row)


def by_name(db: Connection, name: str) -> Row | None:
    """The one of exactly this name, on or off."""
    row = db.execute(_ROW.where(audience.c.name == name)).one_or_none()
    return None if row is None else _row(row)


def add(db: Connection, name: str, rule: Any, *, staff_id: int, at: datetime) -> int | None:
    """A new audience's id; None where there is one of that name."""
    if not insert_new(db, audience, name=name, version=1):
        return None
    audience_id = int(db.execute(select(audience.c.id).where(audience.c.name == name)).scalar_one())
    _write(db, audience_id, 1, rule, staff_id, at)
    return audience_id


def change(db: Connection, known: Row, rule: Any, *, staff_id: int, at: datetime) -> bool:
    """Its next version. False where somebody else has made one meanwhile."""
    mine = (audience.c.id == known.id, audience.c.version == known.version)
    if db.execute(update(audience).where(*mine).values(version=known.version + 1, active=1)).rowcount != 1:
        return False
    _write(db, known.id, known.version + 1, rule, staff_id, at)
    return True


def turn_off(db: Connection, audience_id: int) -> None:
    """It is offered no more. Its versions stay."""
    db.execute(update(audience).where(audience.c.id == audience_id).values(active=0))


def _write(db: Connection, audience_id: int, number: int, rule: Any, staff_id: int, at: datetime) -> None:
    content = json.dumps(rule, ensure_ascii=False)
    values = {"audience_id": audience_id, "version": number, "rule": content, "staff_id": staff_id, "at": at}
    db.execute(insert(audience_version).values(**values))


def _row(row: Any) -> Row:
    values = dict(row._mapping)
    rule, by = json.loads(values.pop("rule")), values.pop("staff_id")
    return Row(**(values | {"active": bool(values["active"]), "rule": rule, "by": by}))
