"""People and purchases by the thousand. What is there already stays as it is, so an import can be repeated at will.

The writer is held only while rows go in: keys are made and names sealed before, without a database. Rows enter some
hundred to a statement, past SQLAlchemy's work for each row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Table,
    any_,
    bindparam,
    func,
    literal,
    select,
    text,
    update,
)

from storage.members import Birthday, sealed_anew
from storage.sealing import Vault
from storage.tables import consent, member, member_merge, point_debt, point_entry, point_lot, product, purchase
from storage.types import Instant

T = TypeVar("T")

SOURCE = "import"
"""Where imported people came from, and who says that they agreed to marketing."""

ROWS_A_STATEMENT = 500

_IMPORT_LOCK = 0x67786D
"""PostgreSQL advisory lock: of several imports, one writes."""


class NewMember(NamedTuple):
    """A person as an import file describes them. Without `joined_at` they are a prospect.

    A tuple, as everything here that is made for each row: a frozen dataclass takes four times as long.
    """

    telegram_id: int
    name: str
    language: str
    zone: str
    birthday: Birthday | None = None
    joined_at: datetime | None = None
    username: str | None = None
    city: str | None = None
    interests: str | None = None
    marketing: bool | None = None


class NewPurchase(NamedTuple):
    """One line of an order; the amount in minor units. `points`: what it earns a member, usable from `activates_at`,
    good before `expires_at` (None: for ever)."""

    telegram_id: int
    order_number: str
    product: str
    quantity: int
    amount: int
    currency: str
    bought_at: datetime
    points: int = 0
    activates_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Crediting:
    """How an import gives points. `counts_from`: the first moment that counts for somebody who joined then; `percent`:
    points of a line at so many percent of the usual; `payload_hash`: of an entry for a member and so many points."""

    counts_from: Callable[[datetime], datetime]
    percent: Callable[[NewPurchase, int], int]
    payload_hash: Callable[[int, int], bytes]
    key: Callable[[int], str]


@dataclass(frozen=True)
class Refusal:
    """A row that the database has a reason against: its place in the batch, the column, and what would work."""

    place: int
    column: str
    expected: str


@dataclass(frozen=True)
class Imported:
    """What came of a batch. `joined`: prospects of ours who became members; `known`: rows that changed nothing."""

    new: int = 0
    joined: int = 0
    known: int = 0
    refused: tuple[Refusal, ...] = ()


# ---- members ------------------------------------------------------------------------------------------------------


class SealedMember(NamedTuple):
    """A person ready to be stored, personal data sealed under a key of their own."""

    telegram_id: int
    joined_at: datetime | None
    marketing: bool | None
    stored: tuple[Any, ...]
    """What goes into `_STORED`."""


_SEALED = (
    "key_wrapped",
    "name_sealed",
    "username_sealed",
    "username_hash",
    "city_sealed",
    "interests_sealed",
    "birth_year_sealed",
    "birthday_calendar",
    "birthday_month",
    "birthday_day",
)
_STORED = ("language", "zone", "marketing", *_SEALED)
_in_order = itemgetter(*_SEALED)


def seal_member(vault: Vault, person: NewMember) -> SealedMember:
    """Half of the work of an import, and it needs no database."""
    columns, _cipher = sealed_anew(
        vault,
        name=person.name,
        username=person.username,
        city=person.city,
        interests=person.interests,
        birthday=person.birthday,
    )
    stored = (person.language, person.zone, 1 if person.marketing else 0, *_in_order(columns))
    return SealedMember(person.telegram_id, person.joined_at, person.marketing, stored)


def add_members(
    db: Connection, people: Sequence[SealedMember], number_of: Callable[[int], str], now: datetime
) -> Imported:
    """Insert those who are new; prospects of ours whom the file calls members join; nobody else is touched.

    Where somebody stands twice in the file, the first row holds.
    """
    _one_import_at_a_time(db)
    known = _ids(db, [person.telegram_id for person in people])
    first = {person.telegram_id: person for person in reversed(people) if person.telegram_id not in known}
    new = _insert_people(db, list(reversed(first.values())), number_of, now)
    _record_marketing(db, [(member_id, first[telegram_id].marketing) for telegram_id, member_id in new.items()], now)
    others = [person for person in people if person.telegram_id not in new or person is not first[person.telegram_id]]
    joined = _join_prospects(db, others, number_of)
    return Imported(len(new), joined, len(others) - joined)


def _insert_people(
    db: Connection, people: Sequence[SealedMember], number_of: Callable[[int], str], now: datetime
) -> dict[int, int]:
    """The ids of those who were inserted, by Telegram id."""
    stored = _moments(db)
    at = stored(now)
    rows = [
        (
            member_id,
            person.telegram_id,
            "member" if person.joined_at else "prospect",
            number_of(member_id) if person.joined_at else None,
            SOURCE,
            at,
            stored(person.joined_at),
            *person.stored,
        )
        for member_id, person in zip(_free_ids(db, member, len(people)), people, strict=True)
    ]
    columns = ("id", "telegram_id", "status", "number", "source", "created_at", "joined_at", *_STORED)
    ids = {row[1]: row[0] for row in rows}
    if _insert(db, member, columns, rows) == len(rows):
        return ids
    known = _ids(db, ids)  # some of them wrote to the bot a moment ago
    return {telegram_id: ours for telegram_id, ours in ids.items() if known.get(telegram_id) == ours}


def _record_marketing(db: Connection, said: Sequence[tuple[int, bool | None]], now: datetime) -> None:
    """What the file says, on the consent ledger. An empty cell says nothing."""
    at = _moments(db)(now)
    rows = [(member_id, "marketing", int(given), SOURCE, at) for member_id, given in said if given is not None]
    _insert(db, consent, ("member_id", "topic", "given", "source", "at"), rows)


def _join_prospects(db: Connection, people: Sequence[SealedMember], number_of: Callable[[int], str]) -> int:
    joining = {person.telegram_id: person.joined_at for person in reversed(people) if person.joined_at}
    prospects = _ids(db, joining, member.c.status == "prospect")
    if not prospects:
        return 0
    change = (
        update(member)
        .where(member.c.id == bindparam("prospect"), member.c.status == "prospect")
        .values(status="member", number=bindparam("its_number"), joined_at=bindparam("since"), left_at=None)
    )
    changed = db.execute(
        change,
        [
            {"prospect": member_id, "its_number": number_of(member_id), "since": joining[telegram_id]}
            for telegram_id, member_id in sorted(prospects.items(), key=lambda pair: pair[1])
        ],
    )
    return changed.rowcount


# ---- purchases ----------------------------------------------------------------------------------------------------

_DATA = ("quantity", "amount", "currency", "bought_at")


def add_purchases(db: Connection, lines: Sequence[NewPurchase], crediting: Crediting | None = None) -> Imported:
    """Insert order lines that are new, and what they earn. An order line is known by its order number and product."""
    _one_import_at_a_time(db)
    buyers = _buyers(db, {line.telegram_id for line in lines})
    ids = {telegram_id: buyer.id for telegram_id, buyer in buyers.items()}
    catalogue = _catalogue(db)
    owners, on_file = _orders(db, {line.order_number for line in lines})
    new: list[NewPurchase] = []
    refused: list[Refusal] = []
    for place, line in enumerate(lines):
        refusal = _against(place, line, ids, owners, on_file)
        if refusal is not None:
            refused.append(refusal)
        elif (line.order_number, line.product) not in on_file:
            owners[line.order_number] = ids[line.telegram_id]
            on_file[line.order_number, line.product] = _data(line)
            new.append(line)
    stored = _moments(db)
    sold = list(zip(_free_ids(db, purchase, len(new)), new, strict=True))
    rows = [
        (
            number,
            ids[line.telegram_id],
            line.order_number,
            line.product,
            catalogue[line.product].id if line.product in catalogue else None,
            *_data(line)[:3],
            stored(line.bought_at),
        )
        for number, line in sold
    ]
    columns = ("id", "member_id", "order_number", "product", "product_id", *_DATA)
    inserted = _insert(db, purchase, columns, rows)
    if crediting is not None:
        _credit(db, sold, buyers, catalogue, crediting)
    return Imported(inserted, 0, len(lines) - inserted - len(refused), tuple(refused))


class _Buyer(NamedTuple):
    id: int
    joined_at: datetime | None
    """None for somebody who is no member: they earn nothing."""


class _Product(NamedTuple):
    id: int
    points_percent: int


def _buyers(db: Connection, telegram_ids: Collection[int]) -> dict[int, _Buyer]:
    """By the Telegram ids that the file names. An account whose file became part of another one buys as that one."""
    account = member.alias()
    merged = account.outerjoin(member_merge, member_merge.c.source_id == account.c.id)
    owner = merged.join(member, member.c.id == func.coalesce(member_merge.c.target_id, account.c.id))
    query = (
        select(account.c.telegram_id, member.c.id, member.c.joined_at, member.c.status)
        .select_from(owner)
        .where(_among(db, account.c.telegram_id, telegram_ids))
    )
    return {row[0]: _Buyer(row[1], row[2] if row[3] == "member" else None) for row in db.execute(query)}


def _catalogue(db: Connection) -> dict[str, _Product]:
    query = select(product.c.name, product.c.id, product.c.points_percent)
    return {name: _Product(number, percent) for name, number, percent in db.execute(query)}


def _credit(
    db: Connection,
    sold: Sequence[tuple[int, NewPurchase]],
    buyers: Mapping[int, _Buyer],
    catalogue: Mapping[str, _Product],
    crediting: Crediting,
) -> None:
    """An entry and a lot for each line that earns something."""
    stored = _moments(db)
    earning = []
    for number, line in sold:
        buyer, known = buyers[line.telegram_id], catalogue.get(line.product)
        usual = known is None or known.points_percent == 100
        points = line.points if known is None or usual else crediting.percent(line, known.points_percent)
        counts = buyer.joined_at is not None and line.bought_at >= crediting.counts_from(buyer.joined_at)
        if points and counts:
            earning.append((number, buyer.id, points, line))
    numbered = list(zip(_free_ids(db, point_entry, len(earning)), earning, strict=True))
    entries = [
        (entry, owner, "earn", points, "purchase", crediting.key(number), crediting.payload_hash(owner, points),
         stored(line.bought_at))
        for entry, (number, owner, points, line) in numbered
    ]  # fmt: skip
    lots = [
        (entry, owner, points, points, stored(line.activates_at), stored(line.expires_at))
        for entry, (_, owner, points, line) in numbered
    ]
    _insert(db, point_entry, _ENTRY, entries)
    _insert(db, point_lot, _LOT, lots)


_ENTRY = ("id", "member_id", "kind", "points", "reason", "idempotency_key", "payload_hash", "at")
_LOT = ("entry_id", "member_id", "points", '"left"', "activates_at", "expires_at")


def with_debts(db: Connection, telegram_ids: Collection[int]) -> list[int]:
    """The members among these who still have points to make up."""
    ids = [buyer.id for buyer in _buyers(db, telegram_ids).values()]
    query = select(point_debt.c.member_id).where(_among(db, point_debt.c.member_id, ids), point_debt.c.left > 0)
    return list(db.execute(query.distinct()).scalars())


_Data = tuple[int, int, str, datetime]


def _against(
    place: int,
    line: NewPurchase,
    ids: Mapping[int, int],
    owners: Mapping[str, int],
    on_file: Mapping[tuple[str, str], _Data],
) -> Refusal | None:
    """What the database has against a line; None where it is new, or on file with the same data."""
    member_id = ids.get(line.telegram_id)
    if member_id is None:
        return Refusal(place, "telegram_id", "a known person: no member with this telegram_id; import members first")
    if owners.get(line.order_number, member_id) != member_id:
        return Refusal(place, "order", "an order of this member; this order number belongs to another one")
    found = on_file.get((line.order_number, line.product))
    if found is None or found == _data(line):
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
        purchase.c.bought_at,
    ).where(_among(db, purchase.c.order_number, numbers))
    owners: dict[str, int] = {}
    on_file: dict[tuple[str, str], _Data] = {}
    for number, name, member_id, *data in db.execute(query):
        owners[number] = member_id
        on_file[number, name] = (data[0], data[1], data[2], data[3])
    return owners, on_file


# ---- both ---------------------------------------------------------------------------------------------------------


def _ids(db: Connection, telegram_ids: Collection[int], *further: ColumnElement[bool]) -> dict[int, int]:
    """The ids of those of them whom the club knows."""
    query = select(member.c.telegram_id, member.c.id).where(_among(db, member.c.telegram_id, telegram_ids), *further)
    return {telegram_id: member_id for telegram_id, member_id in db.execute(query)}  # noqa: C416 - Row is no pair to mypy


def _free_ids(db: Connection, table: Table, count: int) -> list[int]:
    """Ids for new rows. On SQLite nobody else writes meanwhile; PostgreSQL has a sequence."""
    if db.dialect.name == "sqlite":
        highest = db.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(highest + 1, highest + 1 + count))
    query = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(db.execute(query, {"table": table.name, "count": count}).scalars())


def _among(db: Connection, column: Column[T], values: Collection[T]) -> ColumnElement[bool]:
    """One parameter, however many values: thousands of them cost more than the search does."""
    if db.dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(list(values))).table_valued("value").c.value))
    return column == any_(literal(list(values), ARRAY(column.type)))


def _moments(db: Connection) -> Callable[[datetime | None], Any]:
    """How this database stores a moment."""
    return lru_cache(1024)(partial(Instant().process_bind_param, dialect=db.dialect))


def _insert(db: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert what is not there yet; how many rows were new. Columns that all rows leave empty are left out."""
    if not rows:
        return 0
    by_column = zip(columns, zip(*rows, strict=True), strict=True)
    filled = [(name, values) for name, values in by_column if values.count(None) < len(values)]
    into = f"INSERT INTO {table.name} ({', '.join(name for name, _ in filled)}) VALUES"
    cells = list(zip(*(values for _, values in filled), strict=True))
    if db.dialect.name != "sqlite":
        row = ", ".join(["%s"] * len(filled))
        return db.exec_driver_sql(f"{into} ({row}) ON CONFLICT DO NOTHING", cells).rowcount
    row = f"({', '.join('?' * len(filled))})"
    inserted = 0
    for start in range(0, len(cells), ROWS_A_STATEMENT):
        chunk = cells[start : start + ROWS_A_STATEMENT]
        statement = f"{into} {', '.join([row] * len(chunk))} ON CONFLICT DO NOTHING"
        inserted += db.exec_driver_sql(statement, tuple(chain.from_iterable(chunk))).rowcount
    return inserted


def _one_import_at_a_time(db: Connection) -> None:
    """SQLite has one writer anyway."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _IMPORT_LOCK})
