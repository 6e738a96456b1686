"""Campaigns: the newest version of each, its state, and the steps that led there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, insert, or_, select, true, update

from storage.tables import campaign, campaign_event, campaign_version
from storage.upsert import insert_new


@dataclass(frozen=True)
class Campaign:
    """One campaign as it stands. `content`: the definition that holds, as JSON. `author_id`: None for a file.

    What came due up to `planned_until` is written down, line by line; what came due up to `planning_at` is being
    written down, for members up to the id `cursor`. `plan_at`: when something may come due
    next, None: never again. `look_at`: when there is something to do about it next.

    Of a journey, `inside`: what its new version does with those inside, None once that is done. `held`: the version
    that held before it was opened to be changed. Those inside were looked at for a reason to leave at `swept_at`, and
    are again now up to the position `swept_to`.
    """

    id: int
    key: str
    kind: str
    state: str
    version: int
    author_id: int | None
    cloned_from: int | None
    planned_until: datetime | None
    planning_at: datetime | None
    cursor: int
    plan_at: datetime | None
    look_at: datetime | None
    inside: str | None
    held: int | None
    swept_at: datetime | None
    swept_to: int
    content: str


@dataclass(frozen=True)
class Event:
    """One step. `audience`: how many they were, where that was counted."""

    step: str
    actor_id: int | None
    state: str
    audience: int | None
    at: datetime


def _whole() -> Select[Any]:
    newest = (campaign_version.c.campaign_id == campaign.c.id, campaign_version.c.number == campaign.c.version)
    return select(campaign, campaign_version.c.content).join(campaign_version, newest[0] & newest[1])


def by_id(db: Connection, campaign_id: int, *, lock: bool = False) -> Campaign | None:
    return _one(db, campaign.c.id == campaign_id, lock)


def by_key(db: Connection, key: str, *, lock: bool = False) -> Campaign | None:
    return _one(db, campaign.c.key == key, lock)


def _one(db: Connection, which: ColumnElement[bool], lock: bool) -> Campaign | None:
    """With `lock`, whoever is taking a step with it now is waited for, and nobody takes another meanwhile."""
    query = _whole().where(which)
    row = db.execute(query.with_for_update(of=campaign) if lock else query).one_or_none()
    return None if row is None else Campaign(*row)


def of_states(
    db: Connection, states: Collection[str], *, offset: int = 0, limit: int = 10, without: Collection[str] = ()
) -> list[Campaign]:
    """Those in one of these states, the newest first; `without` those of these keys that nobody wrote."""
    query = _whole().where(campaign.c.state.in_(states), _not_among(without)).order_by(campaign.c.id.desc())
    return [Campaign(*row) for row in db.execute(query.offset(offset).limit(limit))]


def count(db: Connection, states: Collection[str], *, without: Collection[str] = ()) -> int:
    among = (campaign.c.state.in_(states), _not_among(without))
    return db.execute(select(func.count()).select_from(campaign).where(*among)).scalar_one()


def _not_among(keys: Collection[str]) -> ColumnElement[bool]:
    return or_(campaign.c.author_id.is_not(None), campaign.c.key.not_in(keys)) if keys else true()


def to_look_at(db: Connection, now: datetime, kinds: Collection[str], limit: int) -> list[Campaign]:
    """Those that something is to be done about, by their kinds in this order, then whoever waits longest."""
    rank = case({kind: place for place, kind in enumerate(kinds)}, value=campaign.c.kind)
    query = _whole().where(campaign.c.look_at <= now).order_by(rank, campaign.c.look_at, campaign.c.id).limit(limit)
    return [Campaign(*row) for row in db.execute(query)]


def add(db: Connection, key: str, kind: str, author_id: int | None, cloned_from: int | None = None) -> int | None:
    """A new draft's id; None where there is one of that key."""
    values = {"kind": kind, "state": "draft", "version": 0, "author_id": author_id, "cloned_from": cloned_from}
    if not insert_new(db, campaign, key=key, **values):
        return None
    return int(db.execute(select(campaign.c.id).where(campaign.c.key == key)).scalar_one())


def add_version(db: Connection, campaign_id: int, kind: str, content: str, actor_id: int | None, at: datetime) -> None:
    """What holds from now on."""
    number = db.execute(
        update(campaign)
        .where(campaign.c.id == campaign_id)
        .values(version=campaign.c.version + 1, kind=kind)
        .returning(campaign.c.version)
    ).scalar_one()
    values = {"campaign_id": campaign_id, "number": number, "content": content, "actor_id": actor_id, "at": at}
    db.execute(insert(campaign_version).values(**values))


def content_of(db: Connection, campaign_id: int, number: int) -> str:
    """A version's definition, as JSON. Raises `NoResultFound` for one that never was."""
    which = (campaign_version.c.campaign_id == campaign_id, campaign_version.c.number == number)
    return str(db.execute(select(campaign_version.c.content).where(*which)).scalar_one())


def move(db: Connection, campaign_id: int, before: str, after: str, **values: Any) -> bool:
    """Change the state; False where it is not what it was any more."""
    where = (campaign.c.id == campaign_id, campaign.c.state == before)
    return db.execute(update(campaign).where(*where).values(state=after, **values)).rowcount == 1


def change(db: Connection, campaign_id: int, **values: Any) -> None:
    db.execute(update(campaign).where(campaign.c.id == campaign_id).values(**values))


def add_event(
    db: Connection, campaign_id: int, step: str, actor_id: int | None, state: str, audience: int | None, at: datetime
) -> None:
    values = {"campaign_id": campaign_id, "step": step, "actor_id": actor_id, "state": state}
    db.execute(insert(campaign_event).values(**values, audience=audience, at=at))


def last_event(db: Connection, campaign_id: int, step: str) -> Event | None:
    """When this step was done last, and by whom."""
    found = (campaign_event.c.campaign_id == campaign_id, campaign_event.c.step == step)
    query = _EVENTS.where(*found).order_by(campaign_event.c.id.desc()).limit(1)
    row = db.execute(query).one_or_none()
    return None if row is None else Event(*row)


def event_before(db: Connection, campaign_id: int, step: str) -> Event | None:
    """What was done before this step was done last."""
    of_it = campaign_event.c.campaign_id == campaign_id
    last = select(func.max(campaign_event.c.id)).where(of_it, campaign_event.c.step == step).scalar_subquery()
    query = _EVENTS.where(of_it, campaign_event.c.id < last).order_by(campaign_event.c.id.desc()).limit(1)
    row = db.execute(query).one_or_none()
    return None if row is None else Event(*row)


def only_by_itself(db: Connection, campaign_id: int) -> bool:
    """Has no person written a version of it?"""
    theirs = (campaign_version.c.campaign_id == campaign_id, campaign_version.c.actor_id.is_not(None))
    return db.execute(select(campaign_version.c.number).where(*theirs).limit(1)).first() is None


def newest_event(db: Connection) -> int:
    """The number of the step that was taken last; 0 where none was."""
    return int(db.execute(select(func.coalesce(func.max(campaign_event.c.id), 0))).scalar_one())


def changed_after(db: Connection, event_id: int) -> list[int]:
    """The campaigns that took a step after that one."""
    query = select(campaign_event.c.campaign_id).distinct().where(campaign_event.c.id > event_id)
    return list(db.execute(query).scalars())


_EVENTS = select(
    campaign_event.c.step,
    campaign_event.c.actor_id,
    campaign_event.c.state,
    campaign_event.c.audience,
    campaign_event.c.at,
)
