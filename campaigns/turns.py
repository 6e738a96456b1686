"""When one line of a campaign may be said, and to whom not: the same rules when its turn comes and when it leaves."""

from __future__ import annotations

from datetime import datetime, timedelta

from campaigns.definition import Definition
from campaigns.hours import decent_hours, next_decent
from campaigns.kinds import GREETING, KINDS, SURVEY
from campaigns.moments import PERSONAL
from campaigns.occasions import own_hour
from club import surveys
from club.club import Club
from club.days import day_of, moment_on, start_of
from storage.relationships import LEVELS
from storage.turns import Guard, Survey

ONE_DAY = timedelta(days=1)
OF_A_DAY = PERSONAL | {"festival", "holiday"}


def guard(club: Club, now: datetime) -> Guard:
    """Whom a campaign does not write to now, by its kind."""
    rules = club.campaigns
    return Guard(
        asking=tuple(one.key for one in KINDS.values() if one.asks),
        limited=tuple(one.key for one in KINDS.values() if one.limited),
        counted=tuple(one.key for one in KINDS.values() if one.counts),
        calm_since=now - club.desk.quiet_after,
        # whole days: what comes every week at about this hour must not stand in its own way, whichever second it leaves
        contacts_since=start_of(day_of(now, club.zone) - rules.contacts_within + ONE_DAY, club.zone),
        most=tuple(club.contacts_most(level) for level in LEVELS),
    )


def survey_of(found: Definition, club: Club, now: datetime) -> Survey | None:
    """What a campaign of this kind asks: nobody is asked twice in a period. None: it asks nothing."""
    return Survey(found.survey, surveys.period(club, now)) if found.kind.key == SURVEY else None


def is_about_a_day(found: Definition) -> bool:
    """Would it be embarrassing on the next one? What only waits for the morning, such as news, is not."""
    return found.moment is not None and (found.moment.when in OF_A_DAY or found.kind.key == GREETING)


def may_leave_at(found: Definition, club: Club, due_at: datetime, now: datetime, zone: str) -> datetime | None:
    """From when on (UTC) it may be said to somebody who lives there: now, a morning, or when its embargo is over. None:
    the day is over that it is about."""
    if found.last_day is not None and day_of(now, club.zone) > found.last_day:
        return None
    free = max(now, released_at(found, club) or now)
    if is_about_a_day(found):
        day = day_of(due_at, zone)
        opens, closes = decent_hours(club, day, zone, own_hour(found.moment, day, zone))
        if free >= closes:
            return None
        return max(free, opens) if found.kind.quiet else free
    if not found.kind.quiet:
        return free
    return next_decent(club, free, zone, own_hour(found.moment, day_of(free, zone), zone))


def released_at(found: Definition, club: Club) -> datetime | None:
    """When its embargo is over (UTC); None where it has none."""
    return None if found.embargo is None else moment_on(found.embargo.date(), found.embargo.time(), club.zone)
