"""What rules may name, such as products, branches and tags: which of it is there, and what is common."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Connection, func, select

from storage.tables import branch, campaign, member, outbox, product, purchase, tag


def products(db: Connection, names: Collection[str]) -> set[str]:
    """Those of the names that are in the catalogue, or were sold without being in it."""
    sold = select(purchase.c.product).where(purchase.c.product_id.is_(None), purchase.c.product.in_(names))
    return _of(db, product.c.name, names) | set(db.execute(sold.distinct()).scalars())


def categories(db: Connection, names: Collection[str]) -> set[str]:
    return _of(db, product.c.category, names)


def branches(db: Connection, names: Collection[str]) -> set[str]:
    return _of(db, branch.c.name, names)


def tags(db: Connection, names: Collection[str]) -> set[str]:
    return _of(db, tag.c.name, names)


def campaigns(db: Connection, keys: Collection[str]) -> set[str]:
    """Those of the keys that a campaign has, or a programme of which something was planned."""
    known = set(db.execute(select(campaign.c.key).where(campaign.c.key.in_(keys))).scalars())
    rest = [key for key in keys if key not in known]
    return known | {
        key for key in rest if db.execute(select(outbox.c.id).where(outbox.c.campaign == key).limit(1)).first()
    }


def common_categories(db: Connection, limit: int) -> list[str]:
    """Of the products on sale, those with most products first."""
    return _common(db, product.c.category, limit, product.c.active == 1)


def common_zones(db: Connection, limit: int) -> list[str]:
    """Where most members live."""
    return _common(db, member.c.zone, limit, member.c.status == "member")


def common_sources(db: Connection, limit: int) -> list[str]:
    """The links by which most came."""
    return _common(db, member.c.source, limit)


def _of(db: Connection, column: Column[Any], names: Collection[str]) -> set[str]:
    return set(db.execute(select(column).where(column.in_(names)).distinct()).scalars())


def _common(db: Connection, column: Column[Any], limit: int, *where: Any) -> list[str]:
    query = select(column).where(column.is_not(None), *where).group_by(column)
    return list(db.execute(query.order_by(func.count().desc(), column).limit(limit)).scalars())
