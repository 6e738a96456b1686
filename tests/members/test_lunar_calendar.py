"""The lunar calendar as it is published, and what becomes of days that a year has not, or twice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest
from borax.calendars.lunardate import LCalendars, LunarDate

from campaigns.calendars import FESTIVALS, festival_day, festival_days
from club.birthdays import LUNAR, SOLAR, lunar_days_kept_on, next_kept, solar_days_kept_on
from club.club import AFTER, BEFORE, SECOND, SKIPPED, DayRules
from storage.members import Birthday
from tests.members.lunar_facts import CLOSE_TO_MIDNIGHT, FACTS

YEARS = {
    int(year): (date(int(year), int(day[:2]), int(day[2:])), int(leap), months)
    for year, day, leap, months in (line.split() for line in FACTS.replace("\n", ",").split(",") if line.strip())
}


def test_the_facts_cover_two_centuries() -> None:
    assert sorted(YEARS) == list(range(1900, 2101))


@pytest.mark.parametrize("year", YEARS)
def test_new_year_leap_month_and_the_lengths_of_months_are_those_published(year: int) -> None:
    new_year, leap, months = YEARS[year]
    assert festival_day("spring_festival", year) == new_year
    assert LCalendars.leap_month(year) == leap
    ours = "".join("1" if days == 30 else "0" for _, days, _ in LCalendars.iter_year_month(year))
    if year in CLOSE_TO_MIDNIGHT:
        different = [at for at, (one, other) in enumerate(zip(ours, months, strict=True)) if one != other]
        assert [different[0], different[0] + 1] == different, "one month begins a day earlier or later"
    else:
        assert ours == months


def test_each_day_follows_the_day_before_it() -> None:
    day, last = YEARS[2020][0], YEARS[2050][0]
    before = LunarDate.from_solar(day)
    while day < last:
        day += timedelta(days=1)
        lunar = LunarDate.from_solar(day)
        assert lunar.day == before.day + 1 or (lunar.day == 1 and before.day in (29, 30)), day
        before = lunar


@pytest.mark.parametrize(
    ("festival", "days"),
    [
        ("spring_festival", "2025-01-29 2026-02-17 2027-02-06 2028-01-26"),
        ("new_years_eve", "2026-02-16 2027-02-05 2028-01-25"),
        ("lantern", "2025-02-12 2026-03-03 2027-02-20"),
        ("dragon_boat", "2025-05-31 2026-06-19 2027-06-09"),
        ("qixi", "2025-08-29 2026-08-19 2027-08-08"),
        ("ghost", "2025-09-06 2026-08-27"),
        ("mid_autumn", "2025-10-06 2026-09-25 2027-09-15 2028-10-03"),
        ("double_ninth", "2025-10-29 2026-10-18 2027-10-08"),
        ("qingming", "2025-04-04 2026-04-05 2027-04-05 2028-04-04"),
        ("winter_solstice", "2025-12-21 2026-12-22 2027-12-22 2028-12-21"),
    ],
)
def test_festivals_fall_on_the_published_days(festival: str, days: str) -> None:
    published = [date.fromisoformat(day) for day in days.split()]
    assert festival_days(festival, published[0], published[-1]) == published


@pytest.mark.parametrize("festival", FESTIVALS)
def test_every_festival_comes_once_a_year_for_two_centuries(festival: str) -> None:
    days = [festival_day(festival, year) for year in range(1900, 2101)]
    assert festival_days(festival, date(1900, 1, 1), date(2101, 12, 31)) == days
    assert len({LunarDate.from_solar(day).year for day in days}) == 201 or festival in ("qingming", "winter_solstice")
    assert all(330 <= (later - earlier).days <= 400 for earlier, later in pairwise(days))


ALL_RULES = [
    DayRules(leap_day, thirtieth, leap_month)
    for leap_day in (BEFORE, AFTER, SKIPPED)
    for thirtieth in (BEFORE, SKIPPED)
    for leap_month in ("first", SECOND)
]


@pytest.mark.parametrize("rules", ALL_RULES, ids=str)
def test_by_every_rule_no_day_of_ones_own_comes_twice_in_a_year(rules: DayRules) -> None:
    start = date(2024, 3, 1)
    days = [start + timedelta(days=ahead) for ahead in range(365 * 10)]
    solar = [(day.year, *kept) for day in days for kept in solar_days_kept_on(day, rules)]
    lunar = [(year, *kept) for year, found in (lunar_days_kept_on(day, rules) for day in days) for kept in found]
    assert len(set(solar)) == len(solar)
    assert len(set(lunar)) == len(lunar)
    whole = [year for year, _ in groupby(sorted(year for year, *_ in lunar))][1:-1]
    for year in whole:
        kept = {(month, day) for one, month, day in lunar if one == year}
        everything = {(month, day) for month in range(1, 13) for day in range(1, 31)}
        assert kept == everything if rules.thirtieth == BEFORE else everything - kept <= {(m, 30) for m in range(1, 13)}


@pytest.mark.parametrize(
    ("rule", "kept"), [(BEFORE, date(2027, 2, 28)), (AFTER, date(2027, 3, 1)), (SKIPPED, date(2028, 2, 29))]
)
def test_a_29th_of_february_goes_by_the_rule(rule: str, kept: date) -> None:
    assert next_kept(Birthday(SOLAR, 2, 29), date(2027, 1, 1), DayRules(leap_day=rule)) == kept


def test_a_thirtieth_that_is_skipped_waits_for_a_year_that_has_it() -> None:
    born = Birthday(LUNAR, 12, 30)
    assert next_kept(born, date(2025, 1, 1), DayRules()) == date(2025, 1, 28), "the month has 29 days"
    assert LunarDate.from_solar(next_kept(born, date(2025, 1, 1), DayRules(thirtieth=SKIPPED))).day == 30


def test_a_month_that_comes_twice_is_kept_in_the_one_that_is_set() -> None:
    born = Birthday(LUNAR, 6, 5)
    assert next_kept(born, date(2025, 1, 1), DayRules()) == date(2025, 6, 29)
    assert next_kept(born, date(2025, 1, 1), DayRules(leap_month=SECOND)) == date(2025, 7, 29)
    assert next_kept(born, date(2026, 1, 1), DayRules(leap_month=SECOND)) == date(2026, 7, 18)
