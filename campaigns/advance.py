"""Moves campaigns on, one small step at a time: writes audiences down, gives whose turn it is a message or their word.

Each step is a transaction of its own of at most a few thousand rows, so that an answer never waits for a broadcast.
What was done is in the rows: a restart goes on where it stopped, and doing a step twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection

from campaigns import audiences, campaigns, draw, occasions, steps
from campaigns.campaigns import definition
from campaigns.definition import Definition
from campaigns.hours import DAY, decent_hours
from campaigns.kinds import KINDS, Kind
from campaigns.moments import CALENDAR, EVENTS
from campaigns.occasions import Due
from campaigns.problems import Invalid
from club.club import Club
from club.days import day_of
from storage import campaigns as rows
from storage import sends
from storage.campaigns import Campaign
from storage.outbox import Lane
from storage.sends import Guard

CHUNK = 5_000
"""Members looked at, or lines ended, in one step."""
EVERYBODY = 1_000_000_000
FED = 1_000
"""Lines whose turn it is in one step."""
LOOKED_AT = 50
ONCE = "once"
POLL = timedelta(seconds=1)
EVENTS_POLL = timedelta(minutes=1)
"""What happened to members is looked for so often: nobody expects a word about it within the minute."""


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
        if free <= 0:
            full.add(kind.lane)
        elif _advance(db, campaign, club, now, min(free, FED)):
            return True
    return False


def _cancel_some(db: Connection, campaign: Campaign, now: datetime) -> None:
    if sends.end_waiting(db, campaign.id, sends.CANCELLED, now, CHUNK) < CHUNK:
        rows.change(db, campaign.id, look_at=None)


def _advance(db: Connection, campaign: Campaign, club: Club, now: datetime, free: int) -> bool:
    try:
        found = definition(campaign, club)
    except Invalid:  # the club has forgotten a language since: somebody has to look at it
        campaigns.pause(db, campaign, None, now)
        return True
    if campaign.planning_at is not None:
        _expand(db, campaign, found, club, campaign.planning_at)
        return True
    if _over(found, club, now) and sends.end_waiting(db, campaign.id, sends.LATE, now, CHUNK):
        return True
    if _feed(db, campaign, found.kind, club, now, free, "sendPhoto" if found.picture else "sendMessage"):
        return True
    if campaign.plan_at is not None and campaign.plan_at <= now:
        _plan(db, campaign, found, club, now)
        return True
    return _rest(db, campaign, now)


def _over(found: Definition, club: Club, now: datetime) -> bool:
    """Has the last day of the offer passed?"""
    return found.ends_on is not None and day_of(now, club.zone) > found.ends_on


# ---- writing the audience down ------------------------------------------------------------------------------------


def _plan(db: Connection, campaign: Campaign, found: Definition, club: Club, now: datetime) -> None:
    """Begin with what has come due; where that is nothing, when to look again."""
    if _over(found, club, now) or not _dues(db, campaign, found, club, now):
        _planned(db, campaign, found, club, now)
        return
    if campaign.state == steps.APPROVED:
        campaigns.begin(db, campaign, now)
    rows.change(db, campaign.id, planning_at=now, cursor=0)
    if _chunk(found) == EVERYBODY:  # so few that they are written down in the same breath
        _expand(db, replace(campaign, planning_at=now, cursor=0), found, club, now)


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


def _expand(db: Connection, campaign: Campaign, found: Definition, club: Club, at: datetime) -> None:
    """A line for each of the audience among the next few thousand members; among all, where the moment is their own."""
    last = sends.last_of(db, campaign.cursor, _chunk(found))
    if last is None:
        _planned(db, campaign, found, club, at)
        return
    audience = audiences.condition(found.audience, club, at, (campaign.cursor + 1, last))
    variant = sends.variant_by(lambda number: draw.part_of(number, campaign.key), found.edges())
    for due in _dues(db, campaign, found, club, at):
        among: ColumnElement[bool] = audience
        word: str | ColumnElement[str] = due.occasion
        if found.moment is not None:
            among, word = audience & occasions.people(found.moment, club, due), occasions.word_of(found.moment, due)
        ids = (campaign.cursor, last)
        sends.expand(db, campaign.id, word, between=ids, among=among, variant=variant, at=at, late=due.late)
    if _chunk(found) == EVERYBODY:
        _planned(db, campaign, found, club, at)
    else:
        rows.change(db, campaign.id, cursor=last)


def _planned(db: Connection, campaign: Campaign, found: Definition, club: Club, at: datetime) -> None:
    """What came due up to then is written down."""
    again = None if _over(found, club, at) else looks_again(db, found, club, at)
    rows.change(db, campaign.id, planned_until=at, planning_at=None, plan_at=again)


def looks_again(db: Connection, found: Definition, club: Club, now: datetime) -> datetime | None:
    """When something new may come due; None: never again."""
    if found.moment is None:
        return None
    if found.moment.when in EVENTS:
        return now + EVENTS_POLL
    return occasions.looked_at_next(found.moment, club, now, _zones(db, club))


# ---- whose turn it is ---------------------------------------------------------------------------------------------


def _feed(db: Connection, campaign: Campaign, kind: Kind, club: Club, now: datetime, free: int, method: str) -> int:
    """The lines whose turn it is; how many they were. Where it is night, they wait for the morning."""
    lines = sends.due(db, campaign.id, now, free)
    awake = _awake(db, lines, club, now) if kind.quiet else [line for line, _ in lines]
    if awake:
        sends.feed(db, awake, guard_of(kind, club, now), kind.lane, method, now)
    return len(lines)


def _awake(db: Connection, lines: Sequence[tuple[int, str]], club: Club, now: datetime) -> list[int]:
    by_zone: defaultdict[str, list[int]] = defaultdict(list)
    for line, zone in lines:
        by_zone[zone].append(line)
    awake: set[int] = set()
    for zone, ids in by_zone.items():
        morning = next_decent(club, now, zone)
        if morning > now:
            sends.put_off(db, ids, morning)
        else:
            awake.update(ids)
    return [line for line, _ in lines if line in awake]


def next_decent(club: Club, now: datetime, zone: str) -> datetime:
    """The next moment (UTC) at which one may be written to there: now, or a morning."""
    today: date = day_of(now, zone)
    opens, closes = decent_hours(club, today, zone)
    if now >= closes:
        opens, _ = decent_hours(club, today + DAY, zone)
    return max(now, opens)


def guard_of(kind: Kind, club: Club, now: datetime) -> Guard:
    """Whom a campaign of this kind does not write to now."""
    rules = club.campaigns
    return Guard(
        asks=kind.asks,
        calm_since=now - club.desk.quiet_after,
        limited=[one.key for one in KINDS.values() if one.counts] if kind.limited else (),
        contacts_since=now - rules.contacts_within,
        most=rules.contacts_most,
    )


def _rest(db: Connection, campaign: Campaign, now: datetime) -> bool:
    """Nothing to do now: when to look again, or that all is said. False: as if nobody had looked."""
    ahead = [moment for moment in (sends.next_due(db, campaign.id), campaign.plan_at) if moment is not None]
    if ahead:
        rows.change(db, campaign.id, look_at=max(min(ahead), now + POLL))
    elif sends.any_queued(db, campaign.id):
        rows.change(db, campaign.id, look_at=now + POLL)
    else:  # one without an audience, or whose day had passed, has never begun
        begun = campaigns.begin(db, campaign, now) if campaign.state == steps.APPROVED else campaign
        campaigns.finish(db, begun, now)
    return False


def _zones(db: Connection, club: Club) -> list[str]:
    """Where members live; and where the club is, so that one that nobody has joined yet is not done for ever."""
    return sorted({*sends.zones(db), club.zone})
