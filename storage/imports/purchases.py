"""Purchases by the thousand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from storage.imports.points import Crediting, Earned, credit
from storage.imports.rows import Imported, Refusal, among, free_ids, insert, instants, one_import_at_a_time
from storage.tables import member, member_merge, point_debt, product, purchase
from storage.types import Microseconds

_DATA = ("quantity", "amount", "currency", "bought_at")


class NewPurchase(NamedTuple):
    """One line of an order; the amount in minor units. `points`: what it earns a member, usable from `activates_at`,
    good before `expires_at` (None: for ever). Moments are whole microseconds since 1970: a datetime takes ten times as
    long on its way from one process to the other, and SQLite wants the number anyway."""

    telegram_id: int
    order_number: str
    product: str
    quantity: int
    amount: int
    currency: str
    bought_at: int
    points: int = 0
    activates_at: int | None = None
    expires_at: int | None = None


class _Buyer(NamedTuple):
    """Whose file a purchase goes into."""

    id: int
    joined_at: int | None
    """None for somebody who is no member: they earn nothing."""


class _Product(NamedTuple):
    id: int
    points_percent: int


_Sold = tuple[_Buyer, NewPurchase]


def add_purchases(db: Connection, lines: Sequence[NewPurchase], crediting: Crediting | None = None) -> Imported:
    """Insert order lines that are new, and what they earn. An order line is known by its order number and product."""
    one_import_at_a_time(db)
    buyers = _buyers(db, {line.telegram_id for line in lines})
    catalogue = _catalogue(db)
    sold, refused = _new(db, lines, buyers)
    # By member: rows of one member, and of their neighbours, stand on the same pages of most indexes.
    sold.sort(key=_member_of)
    numbers = free_ids(db, purchase, len(sold))
    stored = instants(db)
    rows = []
    for number, (buyer, line) in zip(numbers, sold, strict=True):
        known = catalogue.get(line.product)
        rows.append((number, buyer.id, known and known.id, *line[1:6], stored(line.bought_at)))
    columns = ("id", "member_id", "product_id", "order_number", "product", *_DATA)
    inserted = insert(db, purchase, columns, rows)
    if crediting is not None:
        credit(db, _earned(numbers, sold, catalogue, crediting), crediting)
    return Imported(inserted, 0, len(lines) - inserted - len(refused), tuple(refused))


def _member_of(sold: _Sold) -> int:
    return sold[0].id


def _new(
    db: Connection, lines: Sequence[NewPurchase], buyers: Mapping[int, _Buyer]
) -> tuple[list[_Sold], list[Refusal]]:
    """The lines that are not on file yet, each with its buyer; and what is refused."""
    owners, on_file = _orders(db, {line.order_number for line in lines})
    new: list[_Sold] = []
    refused: list[Refusal] = []
    for place, line in enumerate(lines):
        buyer = buyers.get(line.telegram_id)
        there = (line.order_number, line.product) in on_file
        if buyer is None or there or owners.get(line.order_number, buyer.id) != buyer.id:
            refusal = _against(place, line, buyer, owners, on_file)
            refused += [] if refusal is None else [refusal]
        else:
            owners[line.order_number] = buyer.id
            on_file[line.order_number, line.product] = _data(line)
            new.append((buyer, line))
    return new, refused


def with_debts(db: Connection, telegram_ids: Collection[int]) -> list[int]:
    """The members among these who still have points to make up."""
    if db.execute(select(point_debt.c.id).where(point_debt.c.left > 0).limit(1)).first() is None:
        return []
    ids = [buyer.id for buyer in _buyers(db, telegram_ids).values()]
    query = select(point_debt.c.member_id).where(among(db, point_debt.c.member_id, ids), point_debt.c.left > 0)
    return list(db.execute(query.distinct()).scalars())


def _buyers(db: Connection, telegram_ids: Collection[int]) -> dict[int, _Buyer]:
    """By the Telegram ids that the file names. An account whose file became part of another one buys as that one."""
    account = member.alias()
    merged = account.outerjoin(member_merge, member_merge.c.source_id == account.c.id)
    owner = merged.join(member, member.c.id == func.coalesce(member_merge.c.target_id, account.c.id))
    query = (
        select(account.c.telegram_id, member.c.id, Microseconds(member.c.joined_at), member.c.status)
        .select_from(owner)
        .where(among(db, account.c.telegram_id, telegram_ids))
    )
    return {row[0]: _Buyer(row[1], row[2] if row[3] == "member" else None) for row in db.execute(query)}


def _catalogue(db: Connection) -> dict[str, _Product]:
    query = select(product.c.name, product.c.id, product.c.points_percent)
    return {name: _Product(number, percent) for name, number, percent in db.execute(query)}


def _earned(
    numbers: Sequence[int], sold: Sequence[_Sold], catalogue: Mapping[str, _Product], crediting: Crediting
) -> list[Earned]:
    """What these lines, each with its id, earn their members."""
    counts_from = crediting.counts_from
    earned = []
    for number, (buyer, line) in zip(numbers, sold, strict=True):
        known, points = catalogue.get(line.product), line.points
        if known is not None and known.points_percent != 100:
            points = crediting.percent(line.amount, line.currency, known.points_percent)
        if points and buyer.joined_at is not None and line.bought_at >= counts_from(buyer.joined_at):
            earned.append(Earned(number, buyer.id, points, line.bought_at, line.activates_at, line.expires_at))
    return earned


_Data = tuple[int, int, str, int]


def _against(
    place: int,
    line: NewPurchase,
    buyer: _Buyer | None,
    owners: Mapping[str, int],
    on_file: Mapping[tuple[str, str], _Data],
) -> Refusal | None:
    """What the database has against a line; None where it is on file with the same data."""
    if buyer is None:
        return Refusal(place, "telegram_id", "a known person: no member with this telegram_id; import members first")
    if owners[line.order_number] != buyer.id:
        return Refusal(place, "order", "an order of this member; this order number belongs to another one")
    found = on_file[line.order_number, line.product]
    if found == _data(line):
        return None
    column = next(name for name, old, new in zip(_DATA, found, _data(line), strict=True) if old != new)
    return Refusal(place, column, f"the same {column} as on file for this order and product; an import changes nothing")


def _data(line: NewPurchase) -> _Data:
    return line.quantity, line.amount, line.currency, line.bought_at


def _orders(db: Connection, numbers: Collection[str]) -> tuple[dict[str, int], dict[tuple[str, str], _Data]]:
    """Whose these orders are, and what is on file for each of their products."""
    query = select(
        purchase.c.order_number,
        purchase.c.product,
        purchase.c.member_id,
        purchase.c.quantity,
        purchase.c.amount,
        purchase.c.currency,
        Microseconds(purchase.c.bought_at),
    ).where(among(db, purchase.c.order_number, numbers))
    owners: dict[str, int] = {}
    on_file: dict[tuple[str, str], _Data] = {}
    for number, name, member_id, *data in db.execute(query):
        owners[number] = member_id
        on_file[number, name] = (data[0], data[1], data[2], data[3])
    return owners, on_file
