"""Rebates: what a programme gives back when its month or quarter is over, in portions, so that nobody waits for it.

A person has it once for all that they spent. Two of their files may be joined between two portions: what one of them
was given is left out of the rest, and who was passed already gets the rest at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from club.club import Club
from club.days import day_of, end_of, start_of
from club.frequency import counted_of, counting, give, known, rebate
from club.periods import Period
from storage import frequency, merges, points
from storage.frequency import AMOUNT, Programme

CLOSED_AT_ONCE = 500
"""Rebates in one transaction."""


def close_due(db: Connection, club: Club, now: datetime, limit: int = CLOSED_AT_ONCE) -> int:
    """Give the rebates of periods that are over; how many. Fewer than `limit` means that all is done."""
    done = 0
    for programme in frequency.running(db):
        current = programme
        while programme.rebate_percent and done < limit:
            period = counting(current, club, current.closed_until)
            if period.end > now:
                break
            done += _close(db, current, period, club, now, limit - done)
            current = known(db, programme.id)
    return done


def told_next(db: Connection, club: Club, now: datetime) -> datetime | None:
    """When somebody hears of a rebate next (UTC): the morning after the period at hand, where anybody spent enough."""
    ends = [
        period.end
        for programme in frequency.running(db)
        if programme.rebate_percent
        for period in [counting(programme, club, now)]
        if frequency.spenders(db, club.currency, programme.threshold, period.start, period.end, 0, 1)
    ]
    return _decent(club, min(ends)) if ends else None


def _close(db: Connection, programme: Programme, period: Period, club: Club, now: datetime, limit: int) -> int:
    """Some rebates of one period, by the members' ids; with the last of them the period is closed."""
    after = frequency.last_given(db, programme.id, period.key)
    found = frequency.spenders(db, club.currency, programme.threshold, period.start, period.end, after, limit)
    for member_id in found:
        points.lock(db, member_id)
        holder_id = merges.holder(db, member_id)  # another one where they were joined since they were found
        if holder_id == member_id:
            _give_rest(db, programme, member_id, period, club, now, period.key, least=0)
        else:
            _give_missing(db, programme, member_id, holder_id, period, club, now)
    if len(found) < limit:
        frequency.change(db, programme.id, closed_until=period.end)
    return len(found)


def joined(db: Connection, source_id: int, target_id: int, club: Club, now: datetime) -> None:
    """Two files are one now, with all that was bought: where the closing of a period has passed the one that stays
    already, it gets what is missing."""
    for programme in frequency.running(db):
        period = counting(programme, club, programme.closed_until)
        passed = target_id <= frequency.last_given(db, programme.id, period.key)
        if programme.rebate_percent and period.end <= now and passed:
            _give_missing(db, programme, source_id, target_id, period, club, now)


def _give_missing(
    db: Connection, programme: Programme, source_id: int, target_id: int, period: Period, club: Club, now: datetime
) -> None:
    """Nothing where the two have all of it: a line of nothing would say nothing."""
    _give_rest(db, programme, target_id, period, club, now, f"{period.key}:joined:{source_id}", least=1)


def _give_rest(
    db: Connection, programme: Programme, member_id: int, period: Period, club: Club, now: datetime, occasion: str,
    *, least: int,
) -> None:  # fmt: skip
    """The points of somebody's rebate that none of their files was given, where they are as many as `least`; none are
    due where too little was spent (`counted`, in minor units) for one."""
    net, missing = counted_of(db, member_id, AMOUNT, club, period), 0
    if net >= programme.threshold:
        missing = max(0, rebate(net, programme, club) - frequency.points_given(db, programme.id, member_id, period.key))
    if missing >= least:
        give(
            db, programme, member_id, period, club, now,
            occasion=occasion, cards=1, counted=net, amount=missing, tell_at=_decent(club, now),
        )  # fmt: skip


def _decent(club: Club, now: datetime) -> datetime:
    """Now, or where it is night at the club, the next morning: a quarter ends at midnight."""
    today = day_of(now, club.zone)
    since_midnight = timedelta(hours=club.greeting_at.hour, minutes=club.greeting_at.minute)
    opens = start_of(today, club.zone) + since_midnight
    if now < opens:
        return opens
    return now if now < opens + club.greeting_late_after else end_of(today, club.zone) + since_midnight
