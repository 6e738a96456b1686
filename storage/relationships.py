"""How close the shop stays to a customer after a purchase: a level from 1 to 5. Without a row it is the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, delete, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.sealing import seal, unseal
from storage.tables import member, relationship, relationship_event
from storage.types import Instant
from storage.upsert import ignoring_insert

BASIC, LEVELS = 1, (1, 2, 3, 4, 5)
_here, _event = relationship.c, relationship_event.c


@dataclass(frozen=True)
class Relationship:
    """The level and since when. `chosen_by`: the colleague who chose it, for a `reason`; None: the rules did."""

    level: int
    since: datetime
    chosen_by: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Change:
    """The level from then on. `staff_id` None: by the rules."""

    level: int
    at: datetime
    staff_id: int | None


def of(db: Connection, member_id: int) -> Relationship | None:
    """None for whoever never had another level than the first."""
    row = db.execute(select(relationship).where(_here.member_id == member_id)).one_or_none()
    if row is None:
        return None
    return Relationship(row.level, row.since, row.chosen_by, unseal(db, member_id, row.reason_sealed))


def level_of_member() -> ColumnElement[int]:
    """The level of each `member`, for a query."""
    known = select(_here.level).where(_here.member_id == member.c.id).scalar_subquery()
    return func.coalesce(known, BASIC)


def by_rules(
    db: Connection, rules: Sequence[tuple[int, ColumnElement[bool]]], span: tuple[int, int], at: datetime
) -> None:
    """The members of a span (both ends included) have the level of the first rule that they fit, else the first one;
    whom a colleague chose one for keeps it. What changed is written down."""
    level = case(*[(fits, number) for number, fits in rules], else_=BASIC) if rules else literal(BASIC, Integer)
    people = (
        select(member.c.id.label("member_id"), level.label("level"))
        .where(member.c.id.between(*span), member.c.status.in_(["prospect", "member"]))
        .subquery()
    )
    known = select(_here.member_id).where(_here.member_id == people.c.member_id).exists()
    found = select(people.c.member_id, people.c.level, literal(at, Instant)).where(or_(people.c.level > BASIC, known))
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    insert = dialect.insert(relationship).from_select(["member_id", "level", "since"], found, include_defaults=False)
    changed = insert.on_conflict_do_update(
        index_elements=["member_id"],
        set_={"level": insert.excluded.level, "since": insert.excluded.since},
        where=and_(_here.chosen_by.is_(None), _here.level != insert.excluded.level),
    )
    db.execute(changed)
    news = select(_here.member_id, _here.level, _here.since).where(
        _here.member_id.between(*span), _here.since == at, _here.chosen_by.is_(None)
    )
    db.execute(
        ignoring_insert(db, relationship_event).from_select(["member_id", "level", "at"], news, include_defaults=False)
    )


def choose(db: Connection, member_id: int, level: int, reason: str, staff_id: int, at: datetime) -> None:
    """A colleague chose it: it stays until somebody leaves it to the rules again."""
    values = {"level": level, "since": at, "chosen_by": staff_id, "reason_sealed": seal(db, member_id, reason)}
    _put(db, member_id, values)
    _note(db, member_id, level, at, staff_id)


def leave_to_rules(db: Connection, member_id: int) -> None:
    """Nobody chose it any more: the next look at the rules says what it is."""
    db.execute(update(relationship).where(_here.member_id == member_id).values(chosen_by=None, reason_sealed=None))


def history(db: Connection, member_id: int, limit: int) -> list[Change]:
    """How it changed, the latest first."""
    query = select(_event.level, _event.at, _event.staff_id).where(_event.member_id == member_id)
    return [Change(*row) for row in db.execute(query.order_by(_event.id.desc()).limit(limit))]


def counts(db: Connection) -> dict[int, int]:
    """How many members stand at each level."""
    close = (
        select(_here.level, func.count())
        .join(member, member.c.id == _here.member_id)
        .where(member.c.status == "member", _here.level > BASIC)
        .group_by(_here.level)
    )
    found = {row[0]: row[1] for row in db.execute(close)}
    everybody = db.execute(select(func.count()).select_from(member).where(member.c.status == "member")).scalar_one()
    return {level: found.get(level, 0) if level > BASIC else everybody - sum(found.values()) for level in LEVELS}


def move(db: Connection, source_id: int, target_id: int, at: datetime) -> None:
    """Two files are one: what a colleague chose for the first holds for the second, where nobody chose for that."""
    had, has = of(db, source_id), of(db, target_id)
    if had is not None and had.chosen_by is not None and (has is None or has.chosen_by is None):
        choose(db, target_id, had.level, had.reason or "", had.chosen_by, at)
    forget(db, source_id)


def forget(db: Connection, member_id: int) -> None:
    """Erasure. That it changed, stays a number."""
    db.execute(delete(relationship).where(_here.member_id == member_id))


def _put(db: Connection, member_id: int, values: dict[str, object]) -> None:
    if not db.execute(update(relationship).where(_here.member_id == member_id).values(**values)).rowcount:
        db.execute(ignoring_insert(db, relationship).values(member_id=member_id, **values))


def _note(db: Connection, member_id: int, level: int, at: datetime, staff_id: int) -> None:
    values = {"member_id": member_id, "level": level, "at": at, "staff_id": staff_id}
    db.execute(ignoring_insert(db, relationship_event).values(**values))
