"""Moves campaigns on, one small step at a time: writes audiences down, gives whose turn it is a message or their word.

Each step is a transaction of its own of at most a few thousand rows, so that an answer never waits for a broadcast.
What was done is in the rows: a restart goes on where it stopped, and doing a step twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection

from campaigns import audiences, campaigns, draw, lessons, occasions, steps, travelling
from campaigns.campaigns import definition
from campaigns.definition import Definition
from campaigns.kinds import KINDS
from campaigns.moments import CALENDAR
from campaigns.occasions import Due
from campaigns.problems import Invalid
from campaigns.turns import guard, may_leave_at, survey_of
from club.club import Club
from club.days import day_of
from storage import campaigns as rows
from storage import journeys, sends, turns
from storage.campaigns import Campaign
from storage.outbox import Lane

CHUNK = 5_000
"""Members looked at, or lines ended, in one step."""
EVERYBODY = 1_000_000_000
FED = 250
"""Lines whose turn it is in one step."""
LEAST_FED = 8
"""A lane gets more when so large a part of its room is free: to feed ten lines costs nearly as much as to feed all."""
LOOKED_AT = 50
ONCE = "once"
POLL = timedelta(seconds=1)
OWN_POLL = timedelta(minutes=1)
"""What is a member's own is looked for so often: nobody expects a word about it within the minute, and whoever tells us
on the day that it is their birthday is greeted."""


def step(db: Connection, club: Club, now: datetime, room: int) -> bool:
    """Do the most urgent thing there is; False where there is nothing. `room`: messages that may wait in a lane."""
    full: set[Lane] = set()
    for campaign in rows.to_look_at(db, now, tuple(KINDS), LOOKED_AT):
        kind = KINDS[campaign.kind]
        if campaign.state == steps.CANCELLED:
            _cancel_some(db, campaign, now)
            return True
        if kind.lane in full:
            continue
        free = room - sends.on_their_way(db, kind.lane, room)
        if free * LEAST_FED < room:
            full.add(kind.lane)
        elif _advance(db, campaign, club, now, min(free, FED)):
            return True
    return False


def _cancel_some(db: Connection, campaign: Campaign, now: datetime) -> None:
    ended = sends.end_waiting(db, campaign.id, sends.CANCELLED, now, CHUNK)
    if ended < CHUNK and travelling.end(db, campaign, now) < travelling.CHUNK:
        rows.change(db, campaign.id, look_at=None)


def _advance(db: Connection, campaign: Campaign, club: Club, now: datetime, free: int) -> bool:
    try:
        return _advanced(db, campaign, definition(campaign, club), club, now, free)
    except Invalid:  # the club has forgotten a language since: somebody has to look at it
        campaigns.pause(db, campaign, None, now)
        return True


def _advanced(db: Connection, campaign: Campaign, found: Definition, club: Club, now: datetime, free: int) -> bool:
    if campaign.planning_at is not None:
        _expand(db, campaign, found, club, campaign.planning_at)
        return True
    if _over(found, club, now) and (
        sends.end_waiting(db, campaign.id, sends.LATE, now, CHUNK) or travelling.end(db, campaign, now)
    ):
        return True
    if travelling.step(db, campaign, found, club, now):
        return True
    if _feed(db, campaign, found, club, now, free):
        return True
    if campaign.plan_at is not None and campaign.plan_at <= now:
        if _plan(db, campaign, found, club, now):
            return True
        campaign = campaigns.existing(db, campaign.id)  # nothing was due: it may rest in the same breath
    return _rest(db, campaign, club, now)


def _over(found: Definition, club: Club, now: datetime) -> bool:
    """Has the last day of the offer passed?"""
    return found.ends_on is not None and day_of(now, club.zone) > found.ends_on


# ---- writing the audience down ------------------------------------------------------------------------------------


def _plan(db: Connection, campaign: Campaign, found: Definition, club: Club, now: datetime) -> bool:
    """Begin with what has come due; where that is nothing, when to look again, and False."""
    if _over(found, club, now) or not _dues(db, campaign, found, club, now):
        _planned(db, campaign, found, club, now)
        return found.moment is None
    if campaign.state == steps.APPROVED:
        campaigns.begin(db, campaign, now)
    rows.change(db, campaign.id, planning_at=now, cursor=0)
    if _chunk(found) == EVERYBODY:  # so few that they are written down in the same breath
        return _expand(db, replace(campaign, planning_at=now, cursor=0), found, club, now) > 0
    return True


def _chunk(found: Definition) -> int:
    """How many members are looked at in one step: all, where the moment is their own."""
    return CHUNK if found.moment is None or found.moment.when in CALENDAR else EVERYBODY


def _dues(db: Connection, campaign: Campaign, found: Definition, club: Club, now: datetime) -> list[Due]:
    """What has come due since the campaign was looked at last."""
    if found.moment is None:
        return [Due(ONCE, ())]
    approved = rows.last_event(db, campaign.id, steps.APPROVE)
    since = campaign.planned_until or (approved.at if approved else now)
    return occasions.due(found.moment, club, since, now, _zones(db, club))


def _expand(db: Connection, campaign: Campaign, found: Definition, club: Club, at: datetime) -> int:
    """A line for each of the audience among the next few thousand members; among all, where the moment is their own.
    How many are new, or began a journey."""
    new = 0
    last = sends.last_of(db, campaign.cursor, _chunk(found))
    if last is None:
        _planned(db, campaign, found, club, at)
        return 0
    audience = audiences.condition(found.audience, club, at, (campaign.cursor + 1, last))
    for due in _dues(db, campaign, found, club, at):
        among: ColumnElement[bool] = audience
        word: str | ColumnElement[str] = due.occasion
        if found.moment is not None:
            among, word = audience & occasions.people(db, found.moment, club, due), occasions.word_of(found.moment, due)
        ids = (campaign.cursor, last)
        if found.journey is not None:
            new += 1
            travelling.enter(
                db, campaign, found.journey, word, between=ids, among=among, club=club, at=at, late=due.late
            )
        else:
            variant = sends.variant_by(lambda number: draw.part_of(number, campaign.key), found.edges())
            new += sends.expand(db, campaign.id, word, between=ids, among=among, variant=variant, at=at, late=due.late)
    if _chunk(found) == EVERYBODY:
        _planned(db, campaign, found, club, at)
    else:
        rows.change(db, campaign.id, cursor=last)
    return new


def _planned(db: Connection, campaign: Campaign, found: Definition, club: Club, at: datetime) -> None:
    """What came due up to then is written down."""
    again = None if _over(found, club, at) else looks_again(db, found, club, at)
    rows.change(db, campaign.id, planned_until=at, planning_at=None, plan_at=again)


def looks_again(db: Connection, found: Definition, club: Club, now: datetime) -> datetime | None:
    """When something new may come due; None: never again."""
    if found.moment is None:
        return None
    if found.moment.when not in CALENDAR:
        return now + OWN_POLL
    return occasions.looked_at_next(found.moment, club, now, _zones(db, club))


# ---- whose turn it is ---------------------------------------------------------------------------------------------


def _feed(db: Connection, campaign: Campaign, found: Definition, club: Club, now: datetime, free: int) -> int:
    """The lines whose turn it is; how many they were. Where it is night they wait for the morning, and where the day is
    over that they are about, they are too late."""
    lines = turns.due(db, campaign.id, now, free)
    asleep: defaultdict[datetime, list[int]] = defaultdict(list)
    late, awake = [], []
    times: dict[tuple[str, datetime, int | None, str | None], datetime | None] = {}
    for line in lines:
        where = line.zone, line.due_at, line.version, line.step
        if where not in times:
            said = campaigns.spoken(db, campaign, line.version, line.step, club)
            times[where] = may_leave_at(said, club, line.due_at, now, line.zone)
        leaves = times[where]
        if leaves is None:
            late.append(line.id)
        elif leaves > now:
            asleep[leaves].append(line.id)
        else:
            awake.append(line.id)
    for morning, ids in asleep.items():
        turns.put_off(db, ids, morning)
    if late:
        turns.drop(db, late, now)
    if awake:
        asks = survey_of(found, club, _round_of(db, campaign, found, now))
        turns.feed(db, awake, found.kind.key, guard(club, now), found.kind.lane, now, asks)
    return len(lines)


def _round_of(db: Connection, campaign: Campaign, found: Definition, now: datetime) -> datetime:
    """The moment by which a survey's round is called: a one-off has one, however late its last messages leave."""
    approved = rows.last_event(db, campaign.id, steps.APPROVE) if found.survey is not None else None
    return approved.at if approved is not None and found.moment is None and found.journey is None else now


def _rest(db: Connection, campaign: Campaign, club: Club, now: datetime) -> bool:
    """Nothing to do now: when to look again, or that all is said. False: as if nobody had looked."""
    inside = travelling.looks_again(db, campaign, now)
    ahead = [moment for moment in (sends.next_due(db, campaign.id), campaign.plan_at, inside) if moment is not None]
    if inside is not None and (sends.any_line(db, campaign.id, sends.QUEUED) or journeys.any_answered(db, campaign.id)):
        ahead.append(now)  # whoever gets a message of a journey goes on as soon as it has arrived
    if ahead:
        rows.change(db, campaign.id, look_at=max(min(ahead), now + POLL))
    elif sends.any_line(db, campaign.id, sends.QUEUED):
        rows.change(db, campaign.id, look_at=now + POLL)
    else:  # one without an audience, or whose day had passed, has never begun
        begun = campaigns.begin(db, campaign, now) if campaign.state == steps.APPROVED else campaign
        lessons.ask_author(db, campaigns.finish(db, begun, now), club, now)
    return False


def _zones(db: Connection, club: Club) -> list[str]:
    """Where members live; and where the club is, so that one that nobody has joined yet is not done for ever."""
    return sorted({*sends.zones(db), club.zone})
