"""Plans that staff and a member make together: one at a time with each, and the steps of each as they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from storage.sealing import seal, unseal
from storage.tables import joint_plan, joint_plan_event, member

PROPOSED, AGREED, REACHED, DROPPED = "proposed", "agreed", "reached", "dropped"
OPEN = (PROPOSED, AGREED)
PROPOSE, AGREE, COUNTER, CHANGE, MOVE, REACH, DROP = "propose", "agree", "counter", "change", "move", "reach", "drop"
_plan, _event = joint_plan.c, joint_plan_event.c


@dataclass(frozen=True)
class Plan:
    """`goal`: in the words of whoever wrote it down; "" once its member was forgotten. `owner_id`: who looks after it.
    `due_at`: the morning of its day. `told_at`: when they heard that the day has come."""

    id: int
    member_id: int
    goal: str
    owner_id: int
    due_at: datetime
    state: str
    told_at: datetime | None

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True)
class Event:
    """A step, and the day that held from then on. `actor_id` None: the member."""

    step: str
    actor_id: int | None
    due_at: datetime
    at: datetime


def add(db: Connection, member_id: int, goal: str, owner_id: int, due_at: datetime) -> int:
    """A new one, proposed; its id. Raises `IntegrityError` where there is an open one."""
    values = {"goal_sealed": seal(db, member_id, goal), "owner_id": owner_id, "due_at": due_at, "state": PROPOSED}
    row = db.execute(insert(joint_plan).values(member_id=member_id, **values).returning(_plan.id))
    return int(row.scalar_one())


def add_event(db: Connection, plan: Plan, step: str, actor_id: int | None, at: datetime) -> None:
    """What happened to a plan as it stands now."""
    values = {"plan_id": plan.id, "step": step, "actor_id": actor_id, "due_at": plan.due_at, "at": at}
    db.execute(insert(joint_plan_event).values(**values))


def by_id(db: Connection, plan_id: int) -> Plan | None:
    """None for an id that never was."""
    row = db.execute(select(joint_plan).where(_plan.id == plan_id)).one_or_none()
    return None if row is None else _from(db, row)


def of_member(db: Connection, member_id: int) -> list[Plan]:
    """All that were made with somebody, the newest first."""
    query = select(joint_plan).where(_plan.member_id == member_id).order_by(_plan.id.desc())
    return [_from(db, row) for row in db.execute(query)]


def open_of(db: Connection, member_id: int) -> Plan | None:
    """The one that holds now."""
    query = select(joint_plan).where(_plan.member_id == member_id, _plan.state.in_(OPEN))
    row = db.execute(query).one_or_none()
    return None if row is None else _from(db, row)


def history(db: Connection, plan_id: int) -> list[Event]:
    """Its steps, the oldest first."""
    query = select(_event.step, _event.actor_id, _event.due_at, _event.at).where(_event.plan_id == plan_id)
    return [Event(*row) for row in db.execute(query.order_by(_event.id))]


def change(db: Connection, plan: Plan, goal: str, owner_id: int, due_at: datetime) -> None:
    """Other words, another day, other hands: it is proposed anew, and its day is still to come."""
    values = {"goal_sealed": seal(db, plan.member_id, goal), "owner_id": owner_id, "due_at": due_at}
    db.execute(update(joint_plan).where(_plan.id == plan.id).values(state=PROPOSED, told_at=None, **values))


def move(db: Connection, plan_id: int, before: str, after: str) -> bool:
    """From one state to another; False where somebody was quicker."""
    mine = update(joint_plan).where(_plan.id == plan_id, _plan.state == before)
    return db.execute(mine.values(state=after)).rowcount == 1


def due(db: Connection, at: datetime, limit: int) -> list[Plan]:
    """Those whose day has come and that are neither reached nor dropped, the longest due first."""
    query = _due(select(joint_plan), at).order_by(_plan.due_at, _plan.id).limit(limit)
    return [_from(db, row) for row in db.execute(query)]


def count_due(db: Connection, at: datetime) -> int:
    return int(db.execute(_due(select(func.count()).select_from(joint_plan), at)).scalar_one())


def untold(db: Connection, at: datetime, limit: int) -> list[Plan]:
    """Of those that are due, some that nobody has heard of."""
    query = _due(select(joint_plan), at).where(_plan.told_at.is_(None)).order_by(_plan.id).limit(limit)
    return [_from(db, row) for row in db.execute(query)]


def set_told(db: Connection, plan_id: int, at: datetime) -> None:
    db.execute(update(joint_plan).where(_plan.id == plan_id).values(told_at=at))


def give_to(db: Connection, source_id: int, target_id: int) -> None:
    """All of one member become another's, under the other's key."""
    for plan in of_member(db, source_id):
        sealed = seal(db, target_id, plan.goal)
        db.execute(update(joint_plan).where(_plan.id == plan.id).values(member_id=target_id, goal_sealed=sealed))


def forget(db: Connection, member_id: int) -> None:
    """Erasure: no words are left, and nobody has anything to do about it. That there was a plan stays."""
    mine = update(joint_plan).where(_plan.member_id == member_id)
    db.execute(mine.values(goal_sealed=None))
    db.execute(mine.where(_plan.state.in_(OPEN)).values(state=DROPPED))


def _due(query: Select[Any], at: datetime) -> Select[Any]:
    there = and_(member.c.id == _plan.member_id, member.c.status != "erased")
    return query.join(member, there).where(_plan.state.in_(OPEN), _plan.due_at <= at)


def _from(db: Connection, row: Row[Any]) -> Plan:
    goal = unseal(db, row.member_id, row.goal_sealed) or ""
    return Plan(row.id, row.member_id, goal, row.owner_id, row.due_at, row.state, row.told_at)
