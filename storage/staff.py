"""Who works here, and the single-use invitations by which they came."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from storage.sealing import seal_shared, unseal_shared
from storage.tables import invitation, product_specialist, specialist, staff
from storage.upsert import insert_new


@dataclass(frozen=True)
class Colleague:
    """One person of the staff. `role`: owner, manager, marketer or clerk. `on_duty`: None where they never said."""

    telegram_id: int
    role: str
    name: str
    on_duty: bool | None = None


_ROLE = select(staff.c.role).where(staff.c.telegram_id == bindparam("who"), staff.c.left_at.is_(None))


def role_of(db: Connection, telegram_id: int) -> str | None:
    """The role somebody holds at this very moment; None for everybody else."""
    return db.execute(_ROLE, {"who": telegram_id}).scalar_one_or_none()


def colleague(db: Connection, telegram_id: int) -> Colleague | None:
    """A colleague, present or former: their name still stands in old tickets."""
    row = db.execute(select(staff).where(staff.c.telegram_id == telegram_id)).one_or_none()
    return None if row is None else _colleague(db, row)


def active(db: Connection) -> list[Colleague]:
    """Everybody who works here now, the longest-serving first."""
    query = select(staff).where(staff.c.left_at.is_(None)).order_by(staff.c.since, staff.c.telegram_id)
    return [_colleague(db, row) for row in db.execute(query)]


def ever(db: Connection) -> list[int]:
    """Everybody who works here or did."""
    return list(db.execute(select(staff.c.telegram_id).order_by(staff.c.telegram_id)).scalars())


def put(db: Connection, telegram_id: int, role: str, at: datetime) -> None:
    """Take somebody on, or change their role."""
    changed = db.execute(update(staff).where(staff.c.telegram_id == telegram_id).values(role=role, left_at=None))
    if not changed.rowcount:
        db.execute(insert(staff).values(telegram_id=telegram_id, role=role, since=at))


def set_name(db: Connection, telegram_id: int, name: str) -> None:
    db.execute(update(staff).where(staff.c.telegram_id == telegram_id).values(name_sealed=seal_shared(db, name)))


def set_duty(db: Connection, telegram_id: int, on: bool) -> None:
    """They are at work now, or not."""
    db.execute(update(staff).where(staff.c.telegram_id == telegram_id).values(on_duty=int(on)))


def specialists(db: Connection) -> dict[str, set[int]]:
    """Who looks after which cause, by its key."""
    found: dict[str, set[int]] = {}
    for row in db.execute(select(specialist.c.cause, specialist.c.staff_id)):
        found.setdefault(row.cause, set()).add(row.staff_id)
    return found


def look_after(db: Connection, telegram_id: int, cause: str, yes: bool) -> None:
    """Requests with this cause go to them first, or do not any more."""
    if yes:
        insert_new(db, specialist, staff_id=telegram_id, cause=cause)
    else:
        db.execute(delete(specialist).where(specialist.c.staff_id == telegram_id, specialist.c.cause == cause))


def product_specialists(db: Connection) -> dict[str, set[int]]:
    """Who knows which product or category, by its folded name."""
    found: dict[str, set[int]] = {}
    for row in db.execute(select(product_specialist.c.name, product_specialist.c.staff_id)):
        found.setdefault(row.name, set()).add(row.staff_id)
    return found


def know(db: Connection, telegram_id: int, name: str, yes: bool) -> None:
    """Requests about this product or category go to them first, or do not any more."""
    if yes:
        insert_new(db, product_specialist, staff_id=telegram_id, name=name)
    else:
        of_both = (product_specialist.c.staff_id == telegram_id, product_specialist.c.name == name)
        db.execute(delete(product_specialist).where(*of_both))


def branch_of(db: Connection, telegram_id: int) -> int | None:
    """The branch where this colleague sells now."""
    return db.execute(select(staff.c.branch_id).where(staff.c.telegram_id == telegram_id)).scalar_one_or_none()


def set_branch(db: Connection, telegram_id: int, branch_id: int | None) -> None:
    db.execute(update(staff).where(staff.c.telegram_id == telegram_id).values(branch_id=branch_id))


def remove(db: Connection, telegram_id: int, at: datetime) -> None:
    """From now on this person is a customer like any other."""
    db.execute(update(staff).where(staff.c.telegram_id == telegram_id).values(left_at=at))


def add_invitation(db: Connection, code: str, role: str, *, by: int, at: datetime, expires_at: datetime) -> None:
    """Only a hash of the code is kept: who reads the database cannot come in."""
    db.execute(
        insert(invitation).values(code_hash=_hash(code), role=role, created_by=by, created_at=at, expires_at=expires_at)
    )


def use_invitation(db: Connection, code: str, *, by: int, at: datetime) -> tuple[str, int] | None:
    """The role that an open invitation gives, and who made it; it is used up by this. None where there is none."""
    row = db.execute(
        update(invitation)
        .where(invitation.c.code_hash == _hash(code), invitation.c.used_at.is_(None), invitation.c.expires_at > at)
        .values(used_by=by, used_at=at)
        .returning(invitation.c.role, invitation.c.created_by)
    ).one_or_none()
    return None if row is None else (row.role, row.created_by)


def _colleague(db: Connection, row: Row[Any]) -> Colleague:
    name = unseal_shared(db, row.name_sealed) if row.name_sealed else ""
    return Colleague(row.telegram_id, row.role, name, None if row.on_duty is None else bool(row.on_duty))


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
