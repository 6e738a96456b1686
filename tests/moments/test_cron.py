"""Schedules in the way of cron: the days that cron itself would find, in every zone once, and none at night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger

from campaigns import calendars, cron, moments, occasions
from campaigns.problems import Invalid
from tests.club import a_club

FIRST, LAST = date(2027, 1, 1), date(2028, 12, 31)


def by_cron(schedule: str) -> list[date]:
    """The days that the library finds, to whose mind weeks begin on Monday: named here, so that both mean the same."""
    trigger, found, at = CronTrigger.from_crontab(schedule, timezone=UTC), [], datetime(2027, 1, 1, tzinfo=UTC)
    while (fires := trigger.get_next_fire_time(None, at)) is not None and fires.date() <= LAST:
        found.append(fires.date())
        at = fires + timedelta(minutes=1)
    return found


@pytest.mark.parametrize(
    "schedule",
    [
        "30 10 * * *",
        "30 10 * * mon-fri",
        "0 9 1,15 * *",
        "0 9 31 * *",
        "0 9 29 feb *",
        "15 8 */7 * *",
        "15 8 1-10/3 jan-mar,oct *",
        "0 20 * 6 sat,sun",
    ],
)
def test_it_means_the_days_that_cron_would_find(schedule: str) -> None:
    rule, at = cron.read(schedule)
    minute, hour = schedule.split()[:2]
    assert at == time(int(hour), int(minute))
    assert calendars.rule_days(rule, FIRST, FIRST, LAST) == by_cron(schedule)


def test_sunday_is_0_and_7_and_monday_is_1() -> None:
    assert cron.read("0 9 * * 0") == cron.read("0 9 * * 7") == ("FREQ=WEEKLY;BYDAY=SU", time(9))
    assert cron.read("0 9 * * 1-5") == cron.read("0 9 * * mon-fri")


@pytest.mark.parametrize(
    "said",
    [
        "", "* * * * *", "0 9 * *", "60 9 * * *", "0 24 * * *", "0 9 0 * *", "0 9 32 * *", "0 9 * 13 *", "0 9 * * 8",
        "0 9 1 * mon", "0,30 9 * * *", "0 9 5-1 * *", "0 9 */0 * *", "0 9 *-3 * *", "0 9 ² * *", "@daily",
        "0 9 * * mon#1",
        "0 9 " + "1," * 200 + "1 * *",
    ],
)  # fmt: skip
def test_what_is_no_schedule_of_days_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        cron.read(said)


def test_as_a_moment_it_is_the_rule_and_says_so_in_words() -> None:
    found = moments.parse({"when": "recurring", "cron": "30 10 * * 1-5", "starts": "2027-01-01"})
    assert found.as_data() == {
        "when": "recurring",
        "rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "starts": "2027-01-01",
        "at": "10:30",
    }
    assert "10:30" in moments.sentence(found, "en")
    for wrong in ({"cron": "0 3 * * *"}, {"cron": "0 9 * * *", "at": "10:00"}, {"cron": "soon"}):
        with pytest.raises(Invalid) as refused:
            moments.parse({"when": "recurring", "starts": "2027-01-01"} | wrong)
        assert refused.value.problems[0].place in ("moment.cron", "moment.at")


def test_in_every_zone_each_day_comes_once_and_none_at_night() -> None:
    """Over two years with their changes to summer time and back."""
    found = moments.parse({"when": "recurring", "cron": "30 7 * * *", "starts": "2027-01-01"})
    club, begins = a_club(), datetime(2026, 12, 31, 12, tzinfo=UTC)
    days = (LAST - FIRST).days + 1
    for zone in sorted(available_timezones())[::12]:
        local = [
            at.astimezone(ZoneInfo(zone)) for at in occasions.next_occurrences(found, club, begins, zone, days - 2)
        ]
        assert len({at.date() for at in local}) == len(local) == days - 2
        assert {at.time() for at in local} <= {time(7, 30)}, zone
        assert {(after.date() - before.date()).days for before, after in pairwise(local)} == {1}, zone
