"""Vouchers: what members hold, and who used each when. Codes are hashed for look-up, and sealed to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, insert, or_, select, update

from storage.sealing import hash_of_code, seal, unseal
from storage.tables import voucher, voucher_use
from storage.types import last_moment
from storage.upsert import insert_new


@dataclass(frozen=True)
class Voucher:
    """`value` and `left` in minor units of `currency`, None for a thing. Valid before `valid_until`. `code` is None
    once its member was erased."""

    id: int
    member_id: int
    reward_id: int | None
    entry_id: int | None
    name: str
    code: str | None
    value: int | None
    left: int | None
    currency: str | None
    state: str  # open | used | cancelled
    origin: str
    issued_at: datetime
    valid_until: datetime

    @property
    def last_moment(self) -> datetime:
        """A moment of the last day on which it is good."""
        return last_moment(self.valid_until)


@dataclass(frozen=True)
class Use:
    """`amount` in minor units; None where it was good for one thing."""

    amount: int | None
    staff_id: int
    at: datetime


def add(db: Connection, code: str, **columns: Any) -> bool:
    """A new open voucher; False where its origin (or its code) was used before."""
    sealed = seal(db, columns["member_id"], code)
    return insert_new(
        db,
        voucher,
        code_hash=hash_of_code(db, code),
        code_sealed=sealed,
        state="open",
        left=columns["value"],
        **columns,
    )


def by_id(db: Connection, voucher_id: int) -> Voucher | None:
    return _one(db, voucher.c.id == voucher_id)


def by_code(db: Connection, code: str) -> Voucher | None:
    """The voucher with this code, written as it was issued."""
    return _one(db, voucher.c.code_hash == hash_of_code(db, code))


def by_origin(db: Connection, origin: str) -> Voucher | None:
    return _one(db, voucher.c.origin == origin)


def usable(db: Connection, member_id: int, now: datetime) -> list[Voucher]:
    """What a member can still use, what ends first on top."""
    query = (
        select(voucher)
        .where(voucher.c.member_id == member_id, voucher.c.state == "open", voucher.c.valid_until > now)
        .order_by(voucher.c.valid_until, voucher.c.id)
    )
    return [_voucher(db, row) for row in db.execute(query)]


def count_of_reward(db: Connection, member_id: int, reward_id: int) -> int:
    """How many vouchers of a reward a member has had; cancelled ones do not count."""
    query = select(func.count()).where(
        voucher.c.member_id == member_id, voucher.c.reward_id == reward_id, voucher.c.state != "cancelled"
    )
    return int(db.execute(query).scalar_one())


def use(db: Connection, voucher_id: int, amount: int | None, now: datetime) -> bool:
    """Take `amount` minor units from an open voucher, or all of it (None: one thing). False where it is not so open."""
    row = voucher.c
    fits = row.value.is_(None) if amount is None else row.left >= amount
    open_ones = update(voucher).where(row.id == voucher_id, row.state == "open", row.valid_until > now, fits)
    left = None if amount is None else row.left - amount
    state = "used" if amount is None else case((row.left == amount, "used"), else_="open")
    return db.execute(open_ones.values(left=left, state=state)).rowcount == 1


def add_use(db: Connection, voucher_id: int, amount: int | None, staff_id: int, key: str, at: datetime) -> None:
    db.execute(
        insert(voucher_use).values(voucher_id=voucher_id, amount=amount, staff_id=staff_id, idempotency_key=key, at=at)
    )


def used_by_key(db: Connection, key: str) -> bool:
    return db.execute(select(voucher_use.c.id).where(voucher_use.c.idempotency_key == key)).first() is not None


def last_use(db: Connection, voucher_id: int) -> Use | None:
    query = (
        select(voucher_use.c.amount, voucher_use.c.staff_id, voucher_use.c.at)
        .where(voucher_use.c.voucher_id == voucher_id)
        .order_by(voucher_use.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else Use(*row)


def cancel(db: Connection, voucher_id: int) -> bool:
    """Cancel an open voucher of which nothing was used; False where it is not so."""
    row = voucher.c
    whole = or_(row.value.is_(None), row.left == row.value)
    untouched = update(voucher).where(row.id == voucher_id, row.state == "open", whole)
    return db.execute(untouched.values(state="cancelled")).rowcount == 1


def move(db: Connection, source_id: int, target_id: int) -> None:
    """All vouchers of one member become another's, whose key shows their codes from now on."""
    for row in db.execute(select(voucher.c.id, voucher.c.code_sealed).where(voucher.c.member_id == source_id)).all():
        code = seal(db, target_id, unseal(db, source_id, row.code_sealed))
        db.execute(update(voucher).where(voucher.c.id == row.id).values(member_id=target_id, code_sealed=code))


def withdraw(db: Connection, voucher_id: int) -> None:
    """Cancel an open voucher, whatever is left of it."""
    still_open = update(voucher).where(voucher.c.id == voucher_id, voucher.c.state == "open")
    db.execute(still_open.values(state="cancelled"))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: nobody shows these codes any more, and what was still open is cancelled. Its sums stay."""
    theirs = update(voucher).where(voucher.c.member_id == member_id)
    db.execute(theirs.values(code_sealed=None))
    db.execute(theirs.where(voucher.c.state == "open").values(state="cancelled"))


def _one(db: Connection, condition: Any) -> Voucher | None:
    row = db.execute(select(voucher).where(condition)).one_or_none()
    return None if row is None else _voucher(db, row)


def _voucher(db: Connection, row: Any) -> Voucher:
    columns = row._asdict()
    del columns["code_hash"]
    code = unseal(db, row.member_id, columns.pop("code_sealed"))
    return Voucher(code=code, **columns)
