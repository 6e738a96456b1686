"""Moves members on in a journey: in sets of a few thousand, each set in one transaction, so that a crash loses nothing
and repeats nothing.

Somebody is at one step at a time. At a message they wait until it has its word, sent or why not, and go on then; at a
wait, until it is over; through a branch, a task or an exit they go at once. Before each step it is asked whether there
is a reason to leave; and once an hour for all inside, so that nobody is counted who is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection

from campaigns import audiences, campaigns, draw
from campaigns.definition import Definition
from campaigns.journey import ENDED, FINISHED, KEEP, TAKE_OUT, TAKEN_OUT, Branch, Exit, Journey, Say, Task, Wait
from club.club import Club
from club.days import day_of, moment_on
from storage import campaigns as rows
from storage import journey_tasks, journeys, sends
from storage.campaigns import Campaign
from storage.journeys import Group
from storage.turns import Turn

CHUNK = 5_000
"""Members moved in one step."""
SWEPT_EVERY = timedelta(hours=1)


def step(db: Connection, campaign: Campaign, found: Definition, club: Club, now: datetime) -> bool:
    """Move some of those on whose time it is; False where there are none."""
    if found.journey is None:
        return False
    if campaign.inside is not None:
        _settle(db, campaign, found.journey, club, now)
        return True
    if groups := journeys.answered(db, campaign.id, CHUNK):
        for group in groups:
            journey = _journey(db, campaign, group, club)
            _leave(db, group, journey, now)
            _go(db, group.where, journey, journey.ways[group.step].next, club, now)
        journeys.hear(db, campaign.id, CHUNK)
        return True
    if journeys.hear(db, campaign.id, CHUNK):  # lines of those who had left meanwhile
        return True
    if groups := journeys.due(db, campaign.id, now, CHUNK):
        for group in groups:
            _act(db, campaign, group, club, now)
        return True
    return _sweep(db, campaign, found.journey, now)


def _journey(db: Connection, campaign: Campaign, group: Group, club: Club) -> Journey:
    journey = campaigns.at_version(db, campaign, group.version, club).journey
    if journey is None:
        raise LookupError(f"version {group.version} of {campaign.key} is no journey")
    return journey


# ---- coming in ----------------------------------------------------------------------------------------------------


def enter(
    db: Connection,
    campaign: Campaign,
    journey: Journey,
    word: str | ColumnElement[str],
    *,
    between: tuple[int, int],
    among: ColumnElement[bool],
    club: Club,
    at: datetime,
    late: bool,
) -> None:
    """Those come in: they stand before the first step."""
    due_at = _until(db, journey, journey.first, club, at, entering=True)
    journeys.enter(
        db,
        campaign.id,
        word,
        between=between,
        among=among,
        version=campaign.version,
        step=journey.first,
        due_at=due_at,
        at=at,
        late=late,
    )


# ---- going on -----------------------------------------------------------------------------------------------------


def _act(db: Connection, campaign: Campaign, group: Group, club: Club, now: datetime) -> None:
    """What the step does to those who stand there and may go on."""
    found = campaigns.at_version(db, campaign, group.version, club)
    journey = _journey(db, campaign, group, club)
    way = journey.ways[group.step]
    _leave(db, group, journey, now)
    match way.step:
        case Say(last_day=last_day) if last_day is not None and day_of(now, club.zone) > last_day:
            _go(db, group.where, journey, way.next, club, now)
        case Say(name=name):
            variant = sends.variant_by(lambda number: draw.part_of(number, campaign.key), found.saying(name).edges())
            journeys.say(db, group.where, campaign.id, name, variant, now)
            _go(db, group.where, journey, way.next, club, now)  # whoever had this message before: nobody else is left
        case Branch(audience=audience):
            meant = journeys.of_members(audiences.condition(audience, club, now, group.members))
            _go(db, group.where & meant, journey, way.next, club, now)
            _go(db, group.where, journey, way.otherwise, club, now)
        case Task(name=name):
            journey_tasks.add(db, group.where, name, now)
            _go(db, group.where, journey, way.next, club, now)
        case Wait():
            _go(db, group.where, journey, way.next, club, now)
        case Exit():
            journeys.leave(db, group.where, FINISHED, now)


def _go(
    db: Connection, where: ColumnElement[bool], journey: Journey, to: str | None, club: Club, now: datetime
) -> None:
    """On to that step, or out."""
    if to is None:
        journeys.leave(db, where, FINISHED, now)
    else:
        journeys.move(db, where, to, _until(db, journey, to, club, now), now)


def _until(
    db: Connection, journey: Journey, name: str, club: Club, now: datetime, *, entering: bool = False
) -> datetime | ColumnElement[Any]:
    """Until when one who comes to this step now stands there."""
    step = journey.ways[name].step
    if not isinstance(step, Wait):
        return now
    if step.until is None:
        return now + timedelta(days=step.days or 1)
    hour = step.at or club.greeting_at
    times = {zone: max(now, moment_on(step.until, hour, zone)) for zone in sends.zones(db)}
    return journeys.by_zone(times, max(now, moment_on(step.until, hour, club.zone)), entering=entering)


# ---- leaving ------------------------------------------------------------------------------------------------------


def _leave(db: Connection, group: Group, journey: Journey, now: datetime) -> None:
    """Those of them who have a reason to."""
    holds, why = journeys.reason_to_leave(journey.exits)
    journeys.leave(db, group.where & holds, why, now)


def _sweep(db: Connection, campaign: Campaign, journey: Journey, now: datetime) -> bool:
    """All inside are asked for a reason to leave, some at a time; False where that was done within the hour."""
    if campaign.swept_at is not None and now - campaign.swept_at < SWEPT_EVERY:
        return False
    chunk = journeys.inside_after(db, campaign.id, campaign.swept_to, CHUNK)
    if chunk is None:
        rows.change(db, campaign.id, swept_at=now, swept_to=0)
        return False
    where, last = chunk
    holds, why = journeys.reason_to_leave(journey.exits)
    journeys.leave(db, where & holds, why, now)
    rows.change(db, campaign.id, swept_to=last)
    return True


def end(db: Connection, campaign: Campaign, now: datetime) -> int:
    """The journey is over: some of those inside are out; how many."""
    chunk = journeys.inside_after(db, campaign.id, 0, CHUNK)
    return 0 if chunk is None else journeys.leave(db, chunk[0], ENDED, now)


def leaving_now(db: Connection, turns: Sequence[Turn], known: Mapping[int, Campaign], club: Club) -> set[int]:
    """The positions of those whose message is about to leave, and who are to leave the journey now, so that they do not
    get it. One query for all who go the same version."""
    by_version: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for turn in turns:
        if turn.position_id is not None and turn.version is not None:
            by_version[turn.campaign_id, turn.version].append(turn.position_id)
    found: set[int] = set()
    for (campaign_id, version), positions in by_version.items():
        journey = campaigns.at_version(db, known[campaign_id], version, club).journey
        found |= journeys.to_leave(db, positions, journey.exits if journey else ())
    return found


# ---- another version ----------------------------------------------------------------------------------------------


def _settle(db: Connection, campaign: Campaign, journey: Journey, club: Club, now: datetime) -> None:
    """What was decided for those inside when the new version was approved: done to some of them."""
    groups = [] if campaign.inside == KEEP else journeys.stragglers(db, campaign.id, campaign.version, CHUNK)
    for group in groups:
        old = _journey(db, campaign, group, club)
        to = None if campaign.inside == TAKE_OUT else old.after_gone(group.step, journey)
        if to is None:
            journeys.leave(db, group.where, TAKEN_OUT, now)
        elif to == group.step:
            journeys.renew(db, group.where, campaign.version, _another_day(db, old, journey, to, club, now))
        else:
            until = _until(db, journey, to, club, now)
            journeys.transfer(db, group.where, campaign.version, to, until, now)
    if not groups:
        rows.change(db, campaign.id, inside=None)


def looks_again(db: Connection, campaign: Campaign, now: datetime) -> datetime | None:
    """When somebody inside goes on next, or is to be looked at; None where nobody is inside."""
    if not journeys.anybody(db, campaign.id):
        return None
    swept = (campaign.swept_at or now) + SWEPT_EVERY
    due = journeys.next_due(db, campaign.id)
    return swept if due is None else min(due, swept)


def _another_day(
    db: Connection, old: Journey, new: Journey, name: str, club: Club, now: datetime
) -> datetime | ColumnElement[Any] | None:
    """Until when those wait now who stand at the step of this name, where the new version names another day."""
    step = new.ways[name].step
    moved = isinstance(step, Wait) and step.until is not None and step != old.ways[name].step
    return _until(db, new, name, club, now) if moved else None
