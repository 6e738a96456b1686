"""Working time: nights, lunch breaks, weekends, holidays and the change of the clocks cost nobody their word."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service_settings import week_of
from club.hours import Hours

SHOP = Hours(week_of("mon-fri 09:00-12:30 13:30-18:00, sat 10:00-14:00"), zone="Europe/Berlin")
NEVER = Hours(((),) * 7)


def berlin(text: str) -> datetime:
    """A moment on the wall clock there (winter: an hour before UTC)."""
    return datetime.fromisoformat(f"{text}:00+01:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "hours", "by"),
    [
        ("2026-11-23T09:00", 2, "2026-11-23T11:00"),
        ("2026-11-23T11:30", 2, "2026-11-23T14:30"),  # an hour for lunch
        ("2026-11-23T17:00", 2, "2026-11-24T10:00"),  # over night
        ("2026-11-27T17:00", 2, "2026-11-28T11:00"),  # Saturday begins at ten
        ("2026-11-28T13:00", 2, "2026-11-30T10:00"),  # over Sunday
        ("2026-11-29T12:00", 1, "2026-11-30T10:00"),  # asked on Sunday
    ],
)
def test_so_many_working_hours_later(start: str, hours: int, by: str) -> None:
    assert SHOP.later(berlin(start), timedelta(hours=hours)) == berlin(by)
    assert SHOP.worked(berlin(start), berlin(by)) == timedelta(hours=hours)


def test_a_public_holiday_is_no_working_day() -> None:
    germany = Hours(SHOP.week, "DE", SHOP.zone)
    assert not germany.works_on(date(2026, 12, 25))
    assert SHOP.works_on(date(2026, 12, 25))
    assert germany.later(berlin("2026-12-24T17:00"), timedelta(hours=2)) == berlin("2026-12-28T10:00")


def test_a_part_of_a_country_keeps_days_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert Hours(SHOP.week, "DE", SHOP.zone).works_on(epiphany)
    assert not Hours(SHOP.week, "DE-BY", SHOP.zone).works_on(epiphany)
    assert not Hours(SHOP.week, "CN", "Asia/Shanghai").works_on(date(2026, 2, 17)), "the first day of spring"


def test_the_night_in_which_the_clocks_change_has_an_hour_less() -> None:
    always = Hours(zone="Europe/Berlin")
    midnight = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert always.worked(midnight, midnight + timedelta(days=1)) == timedelta(days=1)
    assert sum((closes - opens for opens, closes in always.spans(date(2026, 3, 29))), timedelta()) == timedelta(
        hours=23
    )


def test_a_desk_that_is_never_open_goes_by_the_clock_on_the_wall() -> None:
    noon = berlin("2026-11-23T12:00")
    assert NEVER.later(noon, timedelta(hours=4)) == noon + timedelta(hours=4)


@given(minutes=st.integers(0, 60 * 24 * 60), first=st.integers(1, 60 * 30), more=st.integers(1, 60 * 30))
def test_time_adds_up(minutes: int, first: int, more: int) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    by = SHOP.later(start, timedelta(minutes=first))
    assert SHOP.worked(start, by) == timedelta(minutes=first)
    assert SHOP.later(by, timedelta(minutes=more)) == SHOP.later(start, timedelta(minutes=first + more))


@pytest.mark.parametrize(
    "text", ["mon 9-18", "mon-fri", "monday 09:00-18:00", "mon 18:00-09:00", "mon 09:00-12:00 11:00-13:00"]
)
def test_hours_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are those of the settings
        week_of(text)


def test_a_week_may_turn_around_and_a_day_may_end_at_midnight() -> None:
    week = week_of("sat-mon 10:00-24:00")
    assert week[0] == week[5] == week[6] == ((time(10), time()),)
    assert week[1] == ()
