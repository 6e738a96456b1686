"""Birthdays: how they are written, which there are, and on which days they are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from club.birthdays import LUNAR, SOLAR, lunar_days_kept_on, next_kept, parse, solar_days_kept_on
from club.refusal import Refused
from storage.members import Birthday
from tests.members import attempt

TODAY = date(2026, 11, 22)


def solar(month: int, day: int, year: int | None = None) -> Birthday:
    return Birthday(SOLAR, month, day, year)


def lunar(month: int, day: int, year: int | None = None) -> Birthday:
    return Birthday(LUNAR, month, day, year)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1990-03-14", solar(3, 14, 1990)),
        ("1990/3/14", solar(3, 14, 1990)),
        ("1990.3.14", solar(3, 14, 1990)),
        ("14.3.1990", solar(3, 14, 1990)),
        ("14.03.", solar(3, 14)),
        ("3-14", solar(3, 14)),
        ("14 March", solar(3, 14)),
        ("14th of March, 1990", solar(3, 14, 1990)),
        ("  march 14TH 1990 ", solar(3, 14, 1990)),
        ("Sept. 1", solar(9, 1)),
        ("3月14日", solar(3, 14)),
        ("1990年3月14日", solar(3, 14, 1990)),
        ("３月１４号", solar(3, 14)),
        ("三月十四日", solar(3, 14)),
        ("14/03/1990", solar(3, 14, 1990)),
        ("03/14/1990", solar(3, 14, 1990)),
        ("5/5/1990", solar(5, 5, 1990)),
        ("14/3", solar(3, 14)),
        ("3/14", solar(3, 14)),
        ("5/5", solar(5, 5)),
        ("公历3月14日", solar(3, 14)),
        ("阳历：1990年3月14日", solar(3, 14, 1990)),
        ("國曆 3月14日", solar(3, 14)),
        ("国历八月十五", solar(8, 15)),
        ("民國79年3月14日", solar(3, 14, 1990)),
        ("国历民国79年3月14号", solar(3, 14, 1990)),
        ("民國 79/3/14", solar(3, 14, 1990)),
        ("民國100年10月10日", solar(10, 10, 2011)),
        ("民國79年農曆八月十五", lunar(8, 15, 1990)),
        ("1990年农历八月十五", lunar(8, 15, 1990)),
        ("lunar 8/5", lunar(8, 5)),
        ("29.2.", solar(2, 29)),
        ("29.2.2000", solar(2, 29, 2000)),
        ("农历八月十五", lunar(8, 15)),
        ("農曆 8月15日", lunar(8, 15)),
        ("八月十五", lunar(8, 15)),
        ("一九九〇年八月十五", lunar(8, 15, 1990)),
        ("1990年正月初一", lunar(1, 1, 1990)),
        ("腊月廿三", lunar(12, 23)),
        ("臘月三十", lunar(12, 30)),
        ("冬月初十", lunar(11, 10)),
        ("闰六月初五", lunar(6, 5)),
        ("lunar 8-15", lunar(8, 15)),
        ("Lunar: 1990-8-15", lunar(8, 15, 1990)),
        ("8th lunar month, day 15", lunar(8, 15)),
        ("1st lunar month, day 2, 1990", lunar(1, 2, 1990)),
    ],
)
def test_a_date_is_read_as_people_write_it(written: str, meant: Birthday) -> None:
    assert parse(written, TODAY) == meant


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("soon", "unclear"),
        ("", "unclear"),
        ("March", "unclear"),
        ("14", "unclear"),
        ("03/04/1990", "either_way"),
        ("3/4", "either_way"),
        ("12/1", "either_way"),
        ("13/14/1990", "no_such_day"),
        ("0/3", "no_such_day"),
        ("民國200年3月14日", "future"),
        ("79年3月14日", "unclear"),
        ("Smarch 13", "unclear"),
        ("一二十月十十", "unclear"),
        ("八月二廿", "unclear"),
        ("30 February", "no_such_day"),
        ("29.2.1999", "no_such_day"),
        ("2035-13-01", "no_such_day"),
        ("31.4.", "no_such_day"),
        ("0-0", "no_such_day"),
        ("农历十三月初一", "no_such_day"),
        ("lunar 8-31", "no_such_day"),
        ("2026-11-23", "future"),
        ("2035-01-01", "future"),
        ("lunar 2026-12-29", "future"),
        ("lunar 2027-1-1", "future"),
        ("1899-01-01", "long_ago"),
        ("0000-01-01", "long_ago"),
    ],
)
def test_what_is_no_birthday_is_refused_with_its_reason(written: str, answer: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(written, TODAY)
    assert refused.value.template == f"membership/birthday_{answer}"


def test_today_and_a_lunar_day_of_this_year_that_has_been_are_birthdays() -> None:
    assert parse("2026-11-22", TODAY).year == 2026
    assert parse("lunar 2026-8-15", TODAY).year == 2026


LETTERS = "0123456789-/. 年月日号初一二三四五六七八九十廿卅正腊闰农历marchlun"


@given(some.text(max_size=30) | some.text(LETTERS, max_size=14), some.sampled_from([SOLAR, LUNAR]))
def test_whatever_is_written_is_a_day_of_the_calendar_or_refused(text: str, calendar: str) -> None:
    born, refused = attempt(parse, text, TODAY, calendar)
    if born is None:
        assert str(refused).startswith("membership/birthday_")
    else:
        assert TODAY <= next_kept(born, TODAY) <= TODAY + timedelta(days=800)


@given(some.dates(date(1910, 1, 1), TODAY))
def test_every_day_that_was_can_be_told_in_every_way(day: date) -> None:
    born = solar(day.month, day.day, day.year)
    written = [day.isoformat(), f"{day.day}.{day.month}.{day.year}", f"{day:%B} {day.day}, {day.year}"]
    written += [f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%b} {day.year}"]
    assert [parse(text, TODAY) for text in written] == [born] * len(written)


# ---- when they are kept


@pytest.mark.parametrize(
    ("day", "new_year"),
    [
        (date(2024, 2, 10), 2024),
        (date(2025, 1, 29), 2025),
        (date(2026, 2, 17), 2026),
        (date(2027, 2, 6), 2027),
        (date(2033, 1, 31), 2033),
    ],
)
def test_lunar_new_year_falls_on_the_published_day(day: date, new_year: int) -> None:
    assert lunar_days_kept_on(day) == (new_year, [(1, 1)])
    assert lunar_days_kept_on(day - timedelta(days=1))[0] == new_year - 1


@pytest.mark.parametrize("day", [date(2025, 10, 6), date(2026, 9, 25)])
def test_mid_autumn_falls_on_the_published_day(day: date) -> None:
    assert lunar_days_kept_on(day)[1] == [(8, 15)]


def test_the_leap_month_of_2025_repeats_no_birthday() -> None:
    sixth, leap_sixth = date(2025, 6, 29), date(2025, 7, 29)
    assert lunar_days_kept_on(sixth)[1] == [(6, 5)]
    assert lunar_days_kept_on(leap_sixth) == (2025, [])
    kept = [date(2025, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    assert [day for day in kept if (6, 5) in lunar_days_kept_on(day)[1]] == [sixth]


def test_the_thirtieth_is_kept_on_the_twenty_ninth_of_a_short_month() -> None:
    assert next_kept(lunar(12, 30), date(2026, 1, 1)) == date(2026, 2, 16), "29 days: new year's eve is the 29th"
    assert next_kept(lunar(12, 30), date(2024, 1, 20)) == date(2024, 2, 9), "30 days"


def test_the_29th_of_february_is_kept_every_year() -> None:
    assert next_kept(solar(2, 29), date(2027, 1, 1)) == date(2027, 2, 28)
    assert next_kept(solar(2, 29), date(2028, 1, 1)) == date(2028, 2, 29)
    assert solar_days_kept_on(date(2028, 2, 28)) == [(2, 28)]


@pytest.mark.parametrize("year", range(2024, 2034))
def test_every_lunar_birthday_is_kept_once_in_a_lunar_year(year: int) -> None:
    start = date(year, 1, 1)
    kept: dict[tuple[int, int, int], int] = {}
    for ahead in range(800):
        lunar_year, days = lunar_days_kept_on(start + timedelta(days=ahead))
        for month, day in days:
            kept[lunar_year, month, day] = kept.get((lunar_year, month, day), 0) + 1
    this_year = {key: times for key, times in kept.items() if key[0] == year}
    assert set(this_year.values()) == {1}
    assert {key[1:] for key in this_year} == {(month, day) for month in range(1, 13) for day in range(1, 31)}
