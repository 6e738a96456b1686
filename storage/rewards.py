"""The rewards on the shelf, and how many of each are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.tables import reward


@dataclass(frozen=True)
class Reward:
    """Something to be had for points. `price` in points; `value` in minor units, None for a thing; `stock` and
    `per_member`: None for no end; `tier`: the key of the lowest one it is for."""

    id: int
    name: str
    description: str
    picture: str | None
    price: int
    value: int | None
    stock: int | None
    per_member: int | None
    valid_days: int
    tier: str | None
    kind: str
    active: bool


def by_id(db: Connection, reward_id: int) -> Reward | None:
    row = db.execute(select(reward).where(reward.c.id == reward_id)).one_or_none()
    return None if row is None else _reward(row)


def on_shelf(db: Connection) -> list[Reward]:
    """What is offered now, cheapest first; what has run out is in it too."""
    query = select(reward).where(reward.c.active == 1).order_by(reward.c.price, reward.c.id)
    return [_reward(row) for row in db.execute(query)]


def everything(db: Connection) -> list[Reward]:
    """What is offered, cheapest first, then what was taken from the shelf."""
    query = select(reward).order_by(reward.c.active.desc(), reward.c.price, reward.c.id)
    return [_reward(row) for row in db.execute(query)]


def add(db: Connection, **columns: Any) -> int:
    """Put a new reward on the shelf; its id."""
    reward_id: int = db.execute(insert(reward).values(**columns).returning(reward.c.id)).scalar_one()
    return reward_id


def change(db: Connection, reward_id: int, **columns: Any) -> None:
    db.execute(update(reward).where(reward.c.id == reward_id).values(**columns))


def take_one(db: Connection, reward_id: int) -> bool:
    """One less of a counted reward; False where none is left, or where it was taken from the shelf."""
    taken = (
        update(reward)
        .where(reward.c.id == reward_id, reward.c.active == 1, reward.c.stock > 0)
        .values(stock=reward.c.stock - 1)
    )
    return db.execute(taken).rowcount == 1


def put_back(db: Connection, reward_id: int) -> None:
    """One more of a counted reward; of others there is no end anyway."""
    counted = update(reward).where(reward.c.id == reward_id, reward.c.stock.is_not(None))
    db.execute(counted.values(stock=reward.c.stock + 1))


def _reward(row: Any) -> Reward:
    columns = row._asdict()
    return Reward(**(columns | {"active": bool(columns["active"])}))
