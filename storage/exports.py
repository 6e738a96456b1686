"""Everything that is stored about one person, row by row, for a copy that they can take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select

from storage.sealing import unseal
from storage.tables import (
    benefit,
    benefit_claim,
    branch,
    frequency_award,
    frequency_programme,
    inbox,
    outbox,
    point_allocation,
    point_debt,
    point_entry,
    point_lot,
    purchase,
    purchase_return,
    visit,
    voucher,
    voucher_use,
)
from storage.types import last_moment


@dataclass(frozen=True)
class Returned:
    """Something brought back. `amount` in minor units."""

    quantity: int
    amount: int
    points: int
    at: datetime


@dataclass(frozen=True)
class Purchase:
    """A line of an order. `amount` in minor units of `currency`."""

    order_number: str
    product: str
    branch: str | None
    quantity: int
    amount: int
    currency: str
    bought_at: datetime
    returns: list[Returned]


@dataclass(frozen=True)
class Taken:
    """So many points came from the lot that the entry `lot` opened; below 0: went back to it."""

    lot: int
    points: int


@dataclass(frozen=True)
class PointLine:
    """A line of the ledger. A credit has `left` of what it brought, good from `activates_at` to `expires_at`."""

    id: int
    at: datetime
    kind: str
    points: int
    reason: str
    note: str | None
    reverses: int | None
    left: int | None
    activates_at: datetime | None
    expires_at: datetime | None
    taken: list[Taken]

    @property
    def last_moment(self) -> datetime | None:
        """A moment of the last day on which it is good."""
        return self.expires_at and last_moment(self.expires_at)


@dataclass(frozen=True)
class Owed:
    """Points to be made up."""

    points: int
    left: int
    at: datetime


@dataclass(frozen=True)
class Used:
    """`amount` in minor units; None where it was good for one thing."""

    amount: int | None
    at: datetime


@dataclass(frozen=True)
class Voucher:
    """`value` and `left` in minor units of `currency`."""

    name: str
    code: str | None
    value: int | None
    left: int | None
    currency: str | None
    state: str
    issued_at: datetime
    valid_until: datetime
    uses: list[Used]

    @property
    def last_moment(self) -> datetime:
        """A moment of the last day on which it is good."""
        return last_moment(self.valid_until)


@dataclass(frozen=True)
class Event:
    """What somebody did in the club besides buying. `kind`: visit, benefit (used) or programme (reached); `name`: of
    the branch, the benefit, the programme; `points` and `nights` where there were some."""

    kind: str
    name: str | None
    at: datetime
    points: int | None = None
    nights: int | None = None


@dataclass(frozen=True)
class Message:
    """Something the club sends of itself: planned, or sent."""

    campaign: str
    occasion: str
    state: str
    planned_for: datetime
    ended_at: datetime | None


def purchases(db: Connection, member_id: int) -> list[Purchase]:
    """All that was bought, oldest first."""
    back = _by(db, purchase_return, purchase_return.c.purchase_id, _ids(purchase, member_id))
    query = (
        select(purchase, branch.c.name.label("branch"))
        .join(branch, branch.c.id == purchase.c.branch_id, isouter=True)
        .where(purchase.c.member_id == member_id)
        .order_by(purchase.c.bought_at, purchase.c.id)
    )
    return [
        Purchase(
            row.order_number,
            row.product,
            row.branch,
            row.quantity,
            row.amount,
            row.currency,
            row.bought_at,
            [Returned(one.quantity, one.amount, one.points, one.at) for one in back.get(row.id, [])],
        )
        for row in db.execute(query)
    ]


def point_lines(db: Connection, member_id: int) -> list[PointLine]:
    """The ledger of one member, oldest first, each debit with the lots it took from."""
    taken = _by(db, point_allocation, point_allocation.c.entry_id, _ids(point_entry, member_id))
    query = (
        select(point_entry, point_lot.c.left, point_lot.c.activates_at, point_lot.c.expires_at)
        .join(point_lot, point_lot.c.entry_id == point_entry.c.id, isouter=True)
        .where(point_entry.c.member_id == member_id)
        .order_by(point_entry.c.id)
    )
    return [
        PointLine(
            row.id,
            row.at,
            row.kind,
            row.points,
            row.reason,
            unseal(db, member_id, row.note_sealed),
            row.reverses,
            row.left,
            row.activates_at,
            row.expires_at,
            [Taken(one.lot_id, one.points) for one in taken.get(row.id, [])],
        )
        for row in db.execute(query)
    ]


def owed(db: Connection, member_id: int) -> list[Owed]:
    """What was to be made up, oldest first."""
    query = select(point_debt).where(point_debt.c.member_id == member_id).order_by(point_debt.c.id)
    return [Owed(row.points, row.left, row.at) for row in db.execute(query)]


def vouchers(db: Connection, member_id: int) -> list[Voucher]:
    """All vouchers a member ever had, oldest first."""
    uses = _by(db, voucher_use, voucher_use.c.voucher_id, _ids(voucher, member_id))
    query = select(voucher).where(voucher.c.member_id == member_id).order_by(voucher.c.id)
    return [
        Voucher(
            row.name,
            unseal(db, member_id, row.code_sealed),
            row.value,
            row.left,
            row.currency,
            row.state,
            row.issued_at,
            row.valid_until,
            [Used(one.amount, one.at) for one in uses.get(row.id, [])],
        )
        for row in db.execute(query)
    ]


def events(db: Connection, member_id: int) -> list[Event]:
    """Visits, benefits used, programmes reached, oldest first."""
    came = (
        select(branch.c.name, visit.c.at, visit.c.nights)
        .select_from(visit.join(branch, branch.c.id == visit.c.branch_id, isouter=True))
        .where(visit.c.member_id == member_id)
    )
    used = (
        select(benefit.c.name, benefit_claim.c.at)
        .select_from(benefit_claim.join(benefit, benefit.c.id == benefit_claim.c.benefit_id))
        .where(benefit_claim.c.member_id == member_id)
    )
    reached = (
        select(frequency_programme.c.name, frequency_award.c.at, frequency_award.c.points)
        .select_from(
            frequency_award.join(frequency_programme, frequency_programme.c.id == frequency_award.c.programme_id)
        )
        .where(frequency_award.c.member_id == member_id)
    )
    found = [Event("visit", row.name, row.at, nights=row.nights or None) for row in db.execute(came)]
    found += [Event("benefit", row.name, row.at) for row in db.execute(used)]
    found += [Event("programme", row.name, row.at, row.points) for row in db.execute(reached)]
    return sorted(found, key=lambda one: one.at)


def count_events(db: Connection, member_id: int) -> dict[str, int]:
    """How many of each kind."""
    kinds = {"visit": visit, "benefit": benefit_claim, "programme": frequency_award}
    counts = {kind: select(func.count()).where(table.c.member_id == member_id) for kind, table in kinds.items()}
    return {kind: int(db.execute(query).scalar_one()) for kind, query in counts.items()}


def messages(db: Connection, member_id: int) -> list[Message]:
    """What the club planned to send of itself, oldest first."""
    query = select(outbox).where(outbox.c.member_id == member_id).order_by(outbox.c.not_before, outbox.c.id)
    return [Message(row.campaign, row.occasion, row.state, row.not_before, row.ended_at) for row in db.execute(query)]


def kept_briefly(db: Connection, chat_id: int) -> tuple[int, int]:
    """How many updates of a chat, and messages to it, are kept as they came and went."""
    came = select(func.count()).where(inbox.c.chat_id == chat_id, inbox.c.raw_sealed.is_not(None))
    went = select(func.count()).where(outbox.c.chat_id == chat_id, outbox.c.payload_sealed.is_not(None))
    return db.execute(came).scalar_one(), db.execute(went).scalar_one()


def _ids(table: Table, member_id: int) -> Any:
    return select(table.c.id).where(table.c.member_id == member_id).scalar_subquery()


def _by(db: Connection, table: Table, column: Any, ids: Any) -> dict[int, list[Any]]:
    """The rows of a table that belong to these, by what they belong to."""
    found: dict[int, list[Any]] = {}
    for row in db.execute(select(table).where(column.in_(ids)).order_by(table.c.id)):
        found.setdefault(row._mapping[column], []).append(row)
    return found
