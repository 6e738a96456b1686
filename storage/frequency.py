"""Programmes for those who come often or buy much: what they ask for, what somebody reached, what they gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from storage.merges import files
from storage.tables import frequency_award, frequency_programme, member, purchase, purchase_return, visit
from storage.upsert import insert_new

ORDERS, QUANTITY, AMOUNT, VISITS, STAYS = "orders", "quantity", "amount", "visits", "stays"
METRICS = (ORDERS, QUANTITY, AMOUNT, VISITS, STAYS)


@dataclass(frozen=True)
class Programme:
    """Reach `threshold` of `metric` (or the second of the second) in a `period`, and get points or a voucher; or, with
    a rebate, get so many percent of the points for the net spending once the period is over. Amounts are in minor
    units, stays are nights."""

    id: int
    name: str
    metric: str  # orders | quantity | amount | visits | stays
    threshold: int
    second_metric: str | None
    second_threshold: int | None
    period: str  # ever | month | quarter | year
    repeats: bool
    reward_points: int | None
    rebate_percent: int | None
    kind: str  # financial | social | structural
    active: bool
    starts_at: datetime
    closed_until: datetime
    voucher_name: str | None = None
    voucher_value: int | None = None  # None: it is good for one thing
    voucher_days: int | None = None

    @property
    def measures(self) -> tuple[tuple[str, int], ...]:
        """What may be reached, each as (metric, threshold): one is enough."""
        second = ((self.second_metric, self.second_threshold),) if self.second_metric and self.second_threshold else ()
        return ((self.metric, self.threshold), *second)


@dataclass(frozen=True)
class Award:
    """What a programme gave somebody for an occasion. `cards`: how many thresholds were reached at once."""

    id: int
    programme_id: int
    programme: str
    member_id: int
    occasion: str
    cards: int
    points: int
    rebate: bool


# ---- programmes ---------------------------------------------------------------------------------------------------

_PROGRAMME = (
    frequency_programme.c.id,
    frequency_programme.c.name,
    frequency_programme.c.metric,
    frequency_programme.c.threshold,
    frequency_programme.c.second_metric,
    frequency_programme.c.second_threshold,
    frequency_programme.c.period,
    frequency_programme.c.repeats,
    frequency_programme.c.reward_points,
    frequency_programme.c.rebate_percent,
    frequency_programme.c.kind,
    frequency_programme.c.active,
    frequency_programme.c.starts_at,
    frequency_programme.c.closed_until,
    frequency_programme.c.voucher_name,
    frequency_programme.c.voucher_value,
    frequency_programme.c.voucher_days,
)
_RUNNING = select(*_PROGRAMME).where(frequency_programme.c.active == 1).order_by(frequency_programme.c.id)


def running(db: Connection) -> list[Programme]:
    """The programmes that are on, the oldest first."""
    return [_programme(row) for row in db.execute(_RUNNING)]


def by_id(db: Connection, programme_id: int) -> Programme | None:
    row = db.execute(select(*_PROGRAMME).where(frequency_programme.c.id == programme_id)).one_or_none()
    return None if row is None else _programme(row)


def add(db: Connection, **values: Any) -> int:
    """A new programme; its id."""
    key = db.execute(insert(frequency_programme).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def change(db: Connection, programme_id: int, **values: Any) -> None:
    """Change columns of a programme."""
    db.execute(update(frequency_programme).where(frequency_programme.c.id == programme_id).values(**values))


def _programme(row: Any) -> Programme:
    values = dict(row._mapping)
    return Programme(**(values | {"active": bool(values["active"]), "repeats": bool(values["repeats"])}))


# ---- counting -----------------------------------------------------------------------------------------------------


def counted(db: Connection, member_id: int, metric: str, currency: str, start: datetime, end: datetime) -> int:
    """Orders, pieces, minor units, visits or nights of [start, end); what was brought back does not count."""
    if metric in (VISITS, STAYS):
        mine = (visit.c.member_id == member_id, visit.c.at >= start, visit.c.at < end)
        much = func.count() if metric == VISITS else func.coalesce(func.sum(visit.c.nights), 0)
        return int(db.execute(select(much).select_from(visit).where(*mine)).scalar_one())
    what, among = {
        ORDERS: (func.count(purchase.c.order_number.distinct()), purchase.c.quantity > _back(_RETURNED)),
        QUANTITY: (func.sum(purchase.c.quantity - _back(_RETURNED)), purchase.c.quantity > 0),
        AMOUNT: (_NET, purchase.c.currency == currency),
    }[metric]
    then = (purchase.c.member_id == member_id, purchase.c.bought_at >= start, purchase.c.bought_at < end)
    return int(db.execute(select(func.coalesce(what, 0)).where(*then, among)).scalar_one())


def _back(what: ColumnElement[Any]) -> Any:
    """Summed up over the returns of the purchase that is looked at."""
    of_it = purchase_return.c.purchase_id == purchase.c.id
    return select(func.coalesce(what, 0)).where(of_it).correlate(purchase).scalar_subquery()


_RETURNED: ColumnElement[Any] = func.sum(purchase_return.c.quantity)
_NET: ColumnElement[Any] = func.sum(purchase.c.amount - _back(func.sum(purchase_return.c.amount)))


def spenders(
    db: Connection, currency: str, least: int, start: datetime, end: datetime, after: int, limit: int
) -> list[int]:
    """Members above the id `after` whose net spending in [start, end) is at least so much, by their ids."""
    query = (
        select(purchase.c.member_id)
        .select_from(purchase.join(member, member.c.id == purchase.c.member_id))
        .where(
            purchase.c.member_id > after,
            purchase.c.currency == currency,
            purchase.c.bought_at >= start,
            purchase.c.bought_at < end,
            member.c.status == "member",
        )
        .group_by(purchase.c.member_id)
        .having(least <= _NET)
        .order_by(purchase.c.member_id)
        .limit(limit)
    )
    return list(db.execute(query).scalars())


# ---- awards -------------------------------------------------------------------------------------------------------


def given(db: Connection, programme_id: int, member_id: int, period_key: str) -> int:
    """How often somebody has been rewarded in a period."""
    return _sum(db, frequency_award.c.cards, programme_id, member_id, period_key)


def points_given(db: Connection, programme_id: int, member_id: int, period_key: str) -> int:
    """How many points somebody was given in a period."""
    return _sum(db, frequency_award.c.points, programme_id, member_id, period_key)


def _sum(db: Connection, column: ColumnElement[int], programme_id: int, member_id: int, period_key: str) -> int:
    """Over all files of theirs."""
    mine = _of(programme_id, period_key) & frequency_award.c.member_id.in_(files(member_id))
    return int(db.execute(select(func.coalesce(func.sum(column), 0)).where(mine)).scalar_one())


def last_given(db: Connection, programme_id: int, period_key: str) -> int:
    """The highest id of a member who was rewarded for a period; 0: nobody yet."""
    highest = func.coalesce(func.max(frequency_award.c.member_id), 0)
    return int(db.execute(select(highest).where(_of(programme_id, period_key))).scalar_one())


def _of(programme_id: int, period_key: str) -> ColumnElement[bool]:
    return (frequency_award.c.programme_id == programme_id) & (frequency_award.c.period_key == period_key)


def award(db: Connection, programme_id: int, member_id: int, occasion: str, **values: Any) -> int | None:
    """Write down a reward; its id. None where it was given for this occasion before."""
    key = {"programme_id": programme_id, "member_id": member_id, "occasion": occasion}
    if not insert_new(db, frequency_award, **key, **values):
        return None
    column = frequency_award.c
    mine = (column.programme_id == programme_id, column.member_id == member_id, column.occasion == occasion)
    return int(db.execute(select(column.id).where(*mine)).scalar_one())


def award_by_id(db: Connection, award_id: int) -> Award:
    """Raises `NoResultFound` for an id that never was."""
    column = frequency_award.c
    query = select(
        column.id,
        column.programme_id,
        frequency_programme.c.name,
        column.member_id,
        column.occasion,
        column.cards,
        column.points,
        frequency_programme.c.rebate_percent.is_not(None),
    ).join(frequency_programme, frequency_programme.c.id == column.programme_id)
    row = db.execute(query.where(column.id == award_id)).one()
    return Award(*row)


def awards_of(db: Connection, member_id: int) -> list[Award]:
    """What somebody was given, the oldest first."""
    ids = select(frequency_award.c.id).where(frequency_award.c.member_id == member_id).order_by(frequency_award.c.id)
    return [award_by_id(db, award_id) for award_id in db.execute(ids).scalars().all()]
