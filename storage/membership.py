"""Terms of membership: by which way somebody is in, from when and until when. What ended stays on file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from storage.tables import member, membership, purchase, purchase_return
from storage.types import last_moment

OPEN = ("running", "grace")


@dataclass(frozen=True)
class Term:
    """Valid before `ends_at`; None: it has no last day. `state`: running, grace, renewed, left or lapsed."""

    id: int
    member_id: int
    route: str  # free | purchases | approval | gift
    starts_at: datetime
    ends_at: datetime | None
    state: str

    @property
    def last_moment(self) -> datetime | None:
        """A moment of its last day."""
        return None if self.ends_at is None else last_moment(self.ends_at)


def add(db: Connection, member_id: int, route: str, starts_at: datetime, ends_at: datetime | None) -> None:
    """Begin a term. Its member has no open one: the table sees to it."""
    db.execute(
        insert(membership).values(
            member_id=member_id, route=route, starts_at=starts_at, ends_at=ends_at, state="running"
        )
    )


def change(db: Connection, term_id: int, **values: Any) -> None:
    """Change columns of a term."""
    db.execute(update(membership).where(membership.c.id == term_id).values(**values))


def open_term(db: Connection, member_id: int) -> Term | None:
    """The term that runs, or is in its days of grace."""
    row = db.execute(
        select(membership).where(membership.c.member_id == member_id, membership.c.state.in_(OPEN))
    ).one_or_none()
    return None if row is None else Term(*row)


def of_member(db: Connection, member_id: int) -> list[Term]:
    """Every term of somebody, oldest first."""
    query = select(membership).where(membership.c.member_id == member_id).order_by(membership.c.id)
    return [Term(*row) for row in db.execute(query)]


def end(db: Connection, member_id: int, state: str) -> None:
    """The open term of this member, if any, is over: they left, or it lapsed."""
    mine = update(membership).where(membership.c.member_id == member_id, membership.c.state.in_(OPEN))
    db.execute(mine.values(state=state))


def due(db: Connection, now: datetime, grace_over: datetime, limit: int) -> list[Term]:
    """Terms whose last day is over, and those in grace that ended by `grace_over`; what ended first on top."""
    term = membership.c
    ended = or_(
        and_(term.state == "running", term.ends_at <= now), and_(term.state == "grace", term.ends_at <= grace_over)
    )
    query = (
        select(membership)
        .join(member, member.c.id == term.member_id)
        .where(term.state.in_(OPEN), ended, member.c.status == "member")
        .order_by(term.ends_at, term.id)
        .limit(limit)
    )
    return [Term(*row) for row in db.execute(query)]


def pieces(db: Connection, member_id: int, since: datetime | None) -> int:
    """How many pieces somebody bought at this moment or later (None: ever) and has kept."""
    mine = [purchase.c.member_id == member_id]
    if since is not None:
        mine.append(purchase.c.bought_at >= since)
    bought = select(func.coalesce(func.sum(purchase.c.quantity), 0)).where(*mine)
    back = (
        select(func.coalesce(func.sum(purchase_return.c.quantity), 0))
        .join(purchase, purchase.c.id == purchase_return.c.purchase_id)
        .where(*mine)
    )
    return int(db.execute(bought).scalar_one()) - int(db.execute(back).scalar_one())
