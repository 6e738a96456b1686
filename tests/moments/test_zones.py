"""Clocks go forward and back, in every zone in its own way: each occasion comes once, none is lost, none at night."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from campaigns import moments
from campaigns.hours import NIGHT
from campaigns.moments import EARLIEST, Moment
from campaigns.occasions import Due, due, looked_at_next, next_occurrences
from club.club import Club
from tests.templates.samples import CLUB

BEGIN, DAYS = datetime(2026, 11, 28, tzinfo=UTC), 731
WHOLE = "GUANXI_ZONES" in os.environ
"""Every way to change clocks that there is, looked at every hour, and not only some, every three: some minutes."""
HOUR = timedelta(hours=1)
STEP = HOUR if WHOLE else 3 * HOUR
LATE = "21:00" if WHOLE else "19:00"
"""Its day has one hour, or three: as often somebody looks."""
SHANGHAI = "Asia/Shanghai"


@cache
def zones() -> list[str]:
    """One zone for each way to change clocks in these two years: those with the same offset at each hour are alike. Or
    a few of them, some with odd offsets and rules."""
    alike: defaultdict[tuple[timedelta | None, ...], list[str]] = defaultdict(list)
    moments_looked_at = [BEGIN + hour * HOUR for hour in range(0, DAYS * 24, 1 if WHOLE else 24)]
    for zone in sorted(available_timezones()):
        local = ZoneInfo(zone)
        alike[tuple(moment.astimezone(local).utcoffset() for moment in moments_looked_at)].append(zone)
    if WHOLE:
        return [names[0] for names in alike.values()]
    odd = ["Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham", "Africa/Casablanca", "Europe/Berlin"]
    odd += ["America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns"]
    first = [names[0] for names in alike.values() if not set(names) & set(odd)]
    return [*odd, *Random(7).sample(first, 3)]


def looks(zone: str, step: timedelta = STEP) -> Iterator[tuple[datetime, datetime]]:
    """When somebody looked before, and looks now; not on the full hour."""
    chance = Random(zone)
    now = BEGIN + timedelta(minutes=chance.randrange(60))
    while now < BEGIN + timedelta(days=DAYS):
        yield now - step, now
        now += step


def seen(moment: Moment, zone: str, club: Club = CLUB) -> dict[str, datetime]:
    """Each occasion, and when it was due first. Whatever is due later again was there already."""
    found: dict[str, datetime] = {}
    for since, now in looks(zone):
        for one in due(moment, club, since, now, [zone]):
            assert not one.late, (zone, now, one)
            found.setdefault(one.occasion, now)
    return found


@pytest.mark.parametrize("zone", zones())
@pytest.mark.parametrize(
    ("at", "where"), [(None, "member"), ("07:00", "member"), (LATE, "member"), ("10:00", SHANGHAI)]
)
def test_what_comes_daily_comes_once_a_day_and_never_at_night(zone: str, at: str | None, where: str) -> None:
    data = {"when": "recurring", "rule": "FREQ=DAILY", "starts": "2026-01-01", "zone": where}
    found = seen(moments.parse(data if at is None else {**data, "at": at}), zone)
    first = BEGIN.date() + timedelta(days=2)
    days = {(first + timedelta(days=ahead)).isoformat() for ahead in range(DAYS - 4)}
    assert days <= found.keys()
    for day, now in found.items():
        local = now.astimezone(ZoneInfo(zone))
        assert EARLIEST <= local.time() < NIGHT, (zone, now)
        if where == "member":
            assert local.date().isoformat() == day
            assert local.time() >= (time.fromisoformat(at) if at else CLUB.greeting_at)
            assert at is not None or local.time() < time(19)


@pytest.mark.parametrize("zone", zones())
def test_whatever_happened_is_due_once_by_the_next_morning_and_never_at_night(zone: str) -> None:
    chance, moment = Random(zone), moments.parse({"when": "joined", "days": 1})
    happened = sorted(BEGIN + timedelta(days=chance.uniform(1, DAYS - 4)) for _ in range(60))
    windows: list[tuple[datetime, Due]] = []
    for since, now in looks(zone, HOUR):
        found = due(moment, CLUB, since, now, [zone])
        assert not any(one.late for one in found)
        windows += [(now, one) for one in found]
    for at in happened:
        when = [now for now, one in windows if one.between and one.between[0] <= at <= one.between[1]]
        assert when, (zone, at)
        assert timedelta() <= when[0] - (at + timedelta(days=1)) <= 17 * HOUR
        local = {now.astimezone(ZoneInfo(zone)) for now in when}
        assert all(time(9) <= one.time() < time(19) for one in local)
        assert len({one.date() for one in local}) == 1, "and not again on the day after"


@pytest.mark.parametrize("zone", zones())
def test_a_birthday_comes_once_a_year_where_one_lives(zone: str) -> None:
    found: defaultdict[tuple[str, int, int], set[date]] = defaultdict(set)
    for since, now in looks(zone):
        for one in due(moments.parse({"when": "birthday"}), CLUB, since, now, [zone]):
            for kept in one.kept:
                if kept.calendar == "solar":
                    found[one.occasion, kept.month, kept.day].add(now.astimezone(ZoneInfo(zone)).date())
    whole_year = {key: days for key, days in found.items() if key[0] == "birthday:2027"}
    assert len(whole_year) == 366, "29 February among them"
    assert all(len(days) == 1 for days in whole_year.values())


# ---- what is late


def look(data: dict[str, object], since: str, now: str, zone: str = "UTC") -> list[tuple[str, bool]]:
    at = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (since, now)]
    return [(one.occasion, one.late) for one in due(moments.parse(data), CLUB, at[0], at[1], [zone])]


ONCE: dict[str, object] = {"when": "once", "on": "2027-02-06"}


@pytest.mark.parametrize(
    ("since", "now", "found"),
    [
        ("2027-02-06T08:00", "2027-02-06T08:59", []),
        ("2027-02-06T08:00", "2027-02-06T09:00", [("once", False)]),
        ("2027-02-06T08:00", "2027-02-06T18:59", [("once", False)]),
        ("2027-02-06T08:00", "2027-02-06T19:00", [("once", True)]),
        ("2027-02-05T08:00", "2027-02-08T12:00", [("once", True)]),
        ("2027-02-06T12:00", "2027-02-06T19:00", []),
        ("2027-02-06T19:00", "2027-02-07T09:00", []),
    ],
)
def test_what_was_slept_through_is_late_and_what_was_seen_is_not(
    since: str, now: str, found: list[tuple[str, bool]]
) -> None:
    assert look(ONCE, since, now) == found


def test_one_zone_for_all_still_wakes_nobody() -> None:
    """Ten in the morning in Shanghai is nine in the evening before in New York: there it waits for the morning."""
    data = {**ONCE, "at": "10:00", "zone": SHANGHAI}
    assert look(data, "2027-02-06T01:00", "2027-02-06T02:00", SHANGHAI) == [("once", False)]
    assert look(data, "2027-02-06T01:00", "2027-02-06T04:00", "America/New_York") == []
    assert look(data, "2027-02-06T01:00", "2027-02-06T14:00", "America/New_York") == [("once", False)]


def test_days_before_a_festival_are_counted_on_the_calendar() -> None:
    data: dict[str, object] = {"when": "festival", "festival": "spring_festival", "days": -3}
    assert look(data, "2027-02-03T08:00", "2027-02-03T09:30") == [("2027-02-06", False)], "named by the festival"
    assert look(data, "2027-02-04T08:00", "2027-02-04T09:30") == []


def test_a_holiday_that_lasts_for_days_comes_on_the_first() -> None:
    data: dict[str, object] = {"when": "holiday", "region": "CN", "holiday": "National Day"}
    assert look(data, "2027-10-01T08:00", "2027-10-01T09:30") == [("2027-10-01", False)]
    assert look(data, "2027-10-02T08:00", "2027-10-02T09:30") == []


def test_three_days_before_a_birthday_in_the_first_days_of_a_year_is_its_new_year() -> None:
    now = datetime(2026, 12, 30, 10, tzinfo=UTC)
    found = due(moments.parse({"when": "birthday", "days": -3}), CLUB, now, now, ["UTC"])
    assert [(one.occasion, [(kept.month, kept.day) for kept in one.kept]) for one in found] == [
        ("birthday:2027", [(1, 2)]),
        ("birthday:lunar:2026", [(11, 25)]),
    ]


def test_zones_where_the_same_is_due_are_found_together() -> None:
    now = datetime(2027, 2, 6, 12, tzinfo=UTC)
    found = due(moments.parse(ONCE), CLUB, now, now, ["Europe/Berlin", "Europe/Paris", "UTC", "Asia/Tokyo"])
    assert [(one.occasion, one.zones) for one in found] == [("once", ("Europe/Berlin", "Europe/Paris", "UTC"))]


def test_what_comes_next_is_said_in_the_members_own_time() -> None:
    data = {"when": "recurring", "rule": "FREQ=MONTHLY;BYMONTHDAY=-1", "starts": "2026-01-01", "at": "10:00"}
    now = datetime(2027, 2, 6, tzinfo=UTC)
    berlin = next_occurrences(moments.parse(data), CLUB, now, "Europe/Berlin", 3)
    assert berlin == [datetime(2027, 2, 28, 9, tzinfo=UTC), datetime(2027, 3, 31, 8, tzinfo=UTC),
                      datetime(2027, 4, 30, 8, tzinfo=UTC)]  # fmt: skip
    assert next_occurrences(moments.parse({"when": "birthday"}), CLUB, now, "UTC", 3) == []


@pytest.mark.parametrize("data", [ONCE, {"when": "birthday"}, {"when": "festival", "festival": "qingming", "days": 2}])
def test_nothing_new_is_due_before_one_has_to_look_again(data: dict[str, object]) -> None:
    moment, where = moments.parse(data), ["Pacific/Auckland", "UTC", "America/New_York"]
    now, chance, looked = BEGIN, Random(3), 0
    while now < BEGIN + timedelta(days=200):
        again = looked_at_next(moment, CLUB, now, where)
        if again is None:
            break
        before = {one.occasion for one in due(moment, CLUB, now, now, where)}
        between = now + (again - now) * chance.random()
        assert {one.occasion for one in due(moment, CLUB, between, between, where)} <= before
        now, looked = again, looked + 1
    assert looked
