"""The points ledger's rows: entries, the lots that credits open, and what each debit took from which lot.

Nothing here decides how much; `club/points.py` does. Points are whole numbers, moments are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, case, cast, func, insert, literal, or_, select, update

from storage.sealing import seal, unseal
from storage.tables import (
    frequency_award,
    frequency_programme,
    member,
    point_allocation,
    point_debt,
    point_entry,
    point_lot,
)


@dataclass(frozen=True)
class Entry:
    """One line of the ledger, as it is written. `reverses`: the entry that this one takes back, wholly or in part."""

    member_id: int
    kind: str  # earn | burn | expire | adjust | reverse | transfer
    points: int
    reason: str
    key: str
    payload_hash: bytes
    at: datetime
    reverses: int | None = None
    actor_id: int | None = None
    note: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of the history, as a member reads it. `programme`: the name of the one that they are from."""

    id: int
    kind: str
    points: int
    reason: str
    note: str | None
    at: datetime
    programme: str | None = None


@dataclass(frozen=True)
class Written:
    """An entry that is in the ledger: what was written under its key."""

    id: int
    member_id: int
    points: int
    payload_hash: bytes


@dataclass(frozen=True)
class Lot:
    """A credit, and what is left of it."""

    id: int
    member_id: int
    points: int
    left: int
    activates_at: datetime
    expires_at: datetime | None

    def lapsed(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True)
class Debt:
    """Points to be taken back that were not there any more. `posted`: their entry stands in the ledger already."""

    id: int
    left: int
    entry_id: int | None

    @property
    def posted(self) -> bool:
        return self.entry_id is not None


@dataclass(frozen=True)
class Balance:
    """What a member has: `available` now, `pending` until a later day, `owed` to be made up by the next points."""

    available: int = 0
    pending: int = 0
    owed: int = 0


# ---- entries ------------------------------------------------------------------------------------------------------


_LOCK = select(member.c.id).where(member.c.id == bindparam("id")).with_for_update()
_BY_KEY = select(point_entry.c.id, point_entry.c.member_id, point_entry.c.points, point_entry.c.payload_hash).where(
    point_entry.c.idempotency_key == bindparam("key")
)
_ADD = insert(point_entry)
_OPEN_LOT = insert(point_lot)


def lock(db: Connection, member_id: int) -> None:
    """Nobody else touches this member's points until the unit ends. On SQLite nobody else writes anyway."""
    if db.dialect.name == "postgresql":
        db.execute(_LOCK, {"id": member_id})


def by_key(db: Connection, key: str) -> Written | None:
    row = db.execute(_BY_KEY, {"key": key}).one_or_none()
    return None if row is None else Written(*row)


def add_entry(db: Connection, entry: Entry) -> int:
    """Write a line; its id. Raises `IntegrityError` where the key was used."""
    values = {
        "member_id": entry.member_id,
        "kind": entry.kind,
        "points": entry.points,
        "reason": entry.reason,
        "note_sealed": seal(db, entry.member_id, entry.note) if entry.note else None,
        "idempotency_key": entry.key,
        "payload_hash": entry.payload_hash,
        "reverses": entry.reverses,
        "actor_id": entry.actor_id,
        "at": entry.at,
    }
    return _new_id(db.execute(_ADD, values).inserted_primary_key)


def _new_id(key: Any) -> int:
    assert key is not None
    return int(key[0])


FROM_PROGRAMME = "programme:"
"""What the key of an entry begins with whose points a programme gave; its award stands behind it."""
_AWARDED = and_(
    frequency_award.c.member_id == point_entry.c.member_id,
    point_entry.c.idempotency_key == literal(FROM_PROGRAMME) + cast(frequency_award.c.id, Text),
)
_WITH_PROGRAMME = point_entry.outerjoin(frequency_award, _AWARDED).outerjoin(
    frequency_programme, frequency_programme.c.id == frequency_award.c.programme_id
)


def history(db: Connection, member_id: int, *, before: int | None, limit: int) -> list[Line]:
    """The newest lines of a member, from below the entry `before` on."""
    entry = point_entry.c
    query = (
        select(
            entry.id, entry.kind, entry.points, entry.reason, entry.note_sealed, entry.at,
            frequency_programme.c.name.label("programme"),
        )
        .select_from(_WITH_PROGRAMME)
        .where(entry.member_id == member_id, *([entry.id < before] if before is not None else []))
        .order_by(entry.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [
        Line(
            row.id, row.kind, row.points, row.reason, unseal(db, member_id, row.note_sealed), row.at, row.programme
        )
        for row in db.execute(query)
    ]  # fmt: skip


# ---- lots ---------------------------------------------------------------------------------------------------------

LOT = (
    point_lot.c.entry_id,
    point_lot.c.member_id,
    point_lot.c.points,
    point_lot.c.left,
    point_lot.c.activates_at,
    point_lot.c.expires_at,
)
"""The columns of a `Lot`."""
_SOONEST_FIRST = (
    case((point_lot.c.expires_at.is_(None), 1), else_=0),
    point_lot.c.expires_at,
    point_lot.c.activates_at,
    point_lot.c.entry_id,
)
_LIVE = and_(
    point_lot.c.member_id == bindparam("member_id"),
    point_lot.c.left > 0,
    or_(point_lot.c.expires_at.is_(None), point_lot.c.expires_at > bindparam("now", type_=point_lot.c.expires_at.type)),
)
_SPENDABLE = (
    select(*LOT)
    .where(_LIVE, point_lot.c.activates_at <= bindparam("now", type_=point_lot.c.activates_at.type))
    .order_by(*_SOONEST_FIRST)
)
_LIVE_LOTS = select(*LOT).where(_LIVE).order_by(*_SOONEST_FIRST)
_ONE_LOT = select(*LOT).where(point_lot.c.entry_id == bindparam("id"))
_TAKE = (
    update(point_lot).where(point_lot.c.entry_id == bindparam("lot")).values(left=point_lot.c.left - bindparam("taken"))
)
_ALLOCATE = insert(point_allocation)


def open_lot(
    db: Connection, entry_id: int, member_id: int, points: int, activates_at: datetime, expires_at: datetime | None
) -> None:
    """The credit of an entry becomes a lot that can be spent from."""
    db.execute(
        _OPEN_LOT,
        {
            "entry_id": entry_id,
            "member_id": member_id,
            "points": points,
            "left": points,
            "activates_at": activates_at,
            "expires_at": expires_at,
        },
    )


def spendable(db: Connection, member_id: int, now: datetime) -> list[Lot]:
    """What can be spent from now, soonest expiry first, then oldest; what never expires last."""
    return [Lot(*row) for row in db.execute(_SPENDABLE, {"member_id": member_id, "now": now})]


def live(db: Connection, member_id: int, now: datetime) -> list[Lot]:
    """The same with what is still pending."""
    return [Lot(*row) for row in db.execute(_LIVE_LOTS, {"member_id": member_id, "now": now})]


def lot(db: Connection, entry_id: int) -> Lot | None:
    row = db.execute(_ONE_LOT, {"id": entry_id}).one_or_none()
    return None if row is None else Lot(*row)


def allocate(db: Connection, entry_id: int, lot_id: int, points: int) -> None:
    """Take points out of a lot for a debit, or (below 0) give them back to it. Raises `IntegrityError` below 0."""
    db.execute(_TAKE, {"lot": lot_id, "taken": points})
    db.execute(_ALLOCATE, {"entry_id": entry_id, "lot_id": lot_id, "points": points})


def allocations(db: Connection, entry_id: int) -> list[tuple[int, int]]:
    """Which lots an entry took from, and how many points of each, in the order in which it did."""
    allocation = point_allocation.c
    query = select(allocation.lot_id, allocation.points).where(allocation.entry_id == entry_id).order_by(allocation.id)
    return [(lot_id, points) for lot_id, points in db.execute(query)]


_OPENED_BY = select(point_entry.c.kind, point_entry.c.idempotency_key).where(point_entry.c.id == bindparam("lot"))


def opened_by(db: Connection, lot_id: int) -> tuple[str, str]:
    """The kind of the entry that opened a lot, and its key."""
    kind, key = db.execute(_OPENED_BY, {"lot": lot_id}).one()
    return kind, key


# ---- debts --------------------------------------------------------------------------------------------------------


def add_debt(db: Connection, member_id: int, points: int, *, entry_id: int | None, key: str, at: datetime) -> None:
    db.execute(
        insert(point_debt).values(
            member_id=member_id, entry_id=entry_id, points=points, left=points, idempotency_key=key, at=at
        )
    )


_DEBTS = (
    select(point_debt.c.id, point_debt.c.left, point_debt.c.entry_id)
    .where(point_debt.c.member_id == bindparam("member_id"), point_debt.c.left > 0)
    .order_by(point_debt.c.id)
)


def debts(db: Connection, member_id: int) -> list[Debt]:
    """What a member still has to make up, oldest first."""
    return [Debt(*row) for row in db.execute(_DEBTS, {"member_id": member_id})]


def pay_debt(db: Connection, debt_id: int, points: int) -> None:
    db.execute(update(point_debt).where(point_debt.c.id == debt_id).values(left=point_debt.c.left - points))


def move_debt(db: Connection, debt_id: int, member_id: int) -> None:
    """Another member has to make it up: one that no entry shows yet."""
    db.execute(update(point_debt).where(point_debt.c.id == debt_id).values(member_id=member_id))


# ---- balances -----------------------------------------------------------------------------------------------------

_NOW = bindparam("now", type_=point_lot.c.activates_at.type)
_BALANCE = select(
    func.coalesce(func.sum(case((point_lot.c.activates_at <= _NOW, point_lot.c.left), else_=0)), 0),
    func.coalesce(func.sum(case((point_lot.c.activates_at > _NOW, point_lot.c.left), else_=0)), 0),
).where(_LIVE)


def balance(db: Connection, member_id: int, now: datetime) -> Balance:
    """What a member has at this moment. What has lapsed does not count, whether its entry is written yet or not."""
    available, pending = db.execute(_BALANCE, {"member_id": member_id, "now": now}).one()
    owed = sum(debt.left for debt in debts(db, member_id))
    return Balance(int(available), int(pending), owed)
