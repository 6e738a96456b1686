"""Recomputes the ledger from its entries, and says where anything does not agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, func, select, union_all
from sqlalchemy.sql.expression import literal_column

from storage.tables import point_allocation, point_debt, point_entry, point_lot

SHOWN = 100
"""Disagreements listed of each kind: where there are more, one cause explains many."""


@dataclass(frozen=True)
class Disagreement:
    """`what` (lot, entry or member) number `id` says `found` where the entries add up to `expected` points."""

    what: str
    id: int
    found: int
    expected: int


@dataclass(frozen=True)
class Proof:
    """What was looked at, and what does not agree."""

    entries: int
    members: int
    points: int
    disagreements: tuple[Disagreement, ...]


def prove(db: Connection) -> Proof:
    """Hold every lot, entry and balance against what the ledger's lines add up to. Changes nothing."""
    entries, members, total = db.execute(
        select(
            func.count(),
            func.count(point_entry.c.member_id.distinct()),
            func.coalesce(func.sum(point_entry.c.points), 0),
        )
    ).one()
    disagreements = tuple(
        Disagreement(what, row[0], int(row[1]), int(row[2]))
        for what, query in (("lot", _lots()), ("entry", _entries()), ("member", _members()))
        for row in db.execute(query.limit(SHOWN))
    )
    return Proof(entries, members, int(total), disagreements)


def _taken_from_lots() -> Select[Any]:
    return select(point_allocation.c.lot_id, func.sum(point_allocation.c.points).label("taken")).group_by(
        point_allocation.c.lot_id
    )


@cache
def _lots() -> Select[Any]:
    """What is left of a lot is what it began with, less what was taken from it."""
    taken = _taken_from_lots().subquery()
    expected = point_lot.c.points - func.coalesce(taken.c.taken, 0)
    return (
        select(point_lot.c.entry_id, point_lot.c.left, expected)
        .select_from(point_lot.outerjoin(taken, taken.c.lot_id == point_lot.c.entry_id))
        .where(point_lot.c.left != expected)
    )


@cache
def _entries() -> Select[Any]:
    """An entry is the lot it opened, less what it took from lots, less what is still owed of it."""
    by_entry = (
        select(point_allocation.c.entry_id, func.sum(point_allocation.c.points).label("taken"))
        .group_by(point_allocation.c.entry_id)
        .subquery()
    )
    owed = (
        select(point_debt.c.entry_id, func.sum(point_debt.c.left).label("left"))
        .where(point_debt.c.entry_id.is_not(None))
        .group_by(point_debt.c.entry_id)
        .subquery()
    )
    expected = func.coalesce(point_lot.c.points, 0) - func.coalesce(by_entry.c.taken, 0) - func.coalesce(owed.c.left, 0)
    return (
        select(point_entry.c.id, point_entry.c.points, expected)
        .select_from(
            point_entry.outerjoin(point_lot, point_lot.c.entry_id == point_entry.c.id)
            .outerjoin(by_entry, by_entry.c.entry_id == point_entry.c.id)
            .outerjoin(owed, owed.c.entry_id == point_entry.c.id)
        )
        .where(point_entry.c.points != expected)
    )


@cache
def _members() -> Select[Any]:
    """What a member's lots hold, less what they owe, is the sum of their entries."""
    nothing: ColumnElement[int] = literal_column("0", Integer)
    parts = union_all(
        select(point_lot.c.member_id, point_lot.c.left.label("held"), nothing.label("entered")),
        select(point_debt.c.member_id, -point_debt.c.left, nothing).where(point_debt.c.entry_id.is_not(None)),
        select(point_entry.c.member_id, nothing, point_entry.c.points),
    ).subquery()
    held, entered = func.sum(parts.c.held), func.sum(parts.c.entered)
    return select(parts.c.member_id, held, entered).group_by(parts.c.member_id).having(held != entered)
