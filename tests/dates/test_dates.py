"""A day to come, and the hour on it, as people write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from club import dates
from club.refusal import Refused

TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2027-03-01", date(2027, 3, 1)),
        ("1 March", date(2027, 3, 1)),
        ("22 November", date(2027, 11, 22)),
        ("3月1日", date(2027, 3, 1)),
        ("民國116年3月1日", date(2027, 3, 1)),
        ("正月初一", date(2027, 2, 6)),
    ],
)
def test_a_day_is_read_as_people_write_it(written: str, meant: date) -> None:
    assert dates.read_day(written, TODAY) == meant


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("soon", "dates/unclear"),
        ("3/4", "dates/unclear"),
        ("2027-02-30", "dates/unclear"),
        ("2027-02-29", "dates/unclear"),
        ("29 February", "dates/unclear"),
        ("Monday 5 December", "dates/weekday"),
        ("12月5日星期一", "dates/weekday"),
        ("下这周六", "dates/unclear"),
        ("这周六", "dates/passed"),
        ("2026-11-22", "dates/passed"),
        ("1999-01-01", "dates/passed"),
        ("2030-01-01", "dates/far"),
    ],
)
def test_what_is_no_day_to_come_is_told(written: str, answer: str) -> None:
    with pytest.raises(Refused, match=answer):
        dates.read_day(written, TODAY)


@pytest.mark.parametrize(
    ("written", "day", "hour"),
    [
        ("5 December 15:00", date(2026, 12, 5), time(15)),
        ("Saturday, 5 December, 15:00", date(2026, 12, 5), time(15)),
        ("Sat at 3:30pm", date(2026, 11, 28), time(15, 30)),
        ("on Saturday at 3 p.m.", date(2026, 11, 28), time(15)),
        ("tomorrow 18:30", date(2026, 11, 23), time(18, 30)),
        ("today 23:00", date(2026, 11, 22), time(23)),
        ("2027-03-01, 10:00", date(2027, 3, 1), time(10)),
        ("５ Dec １５：００", date(2026, 12, 5), time(15)),
        ("5 December 12am", date(2026, 12, 5), time(0)),
        ("12月5日下午3点", date(2026, 12, 5), time(15)),
        ("12月5日星期六 15:00", date(2026, 12, 5), time(15)),
        ("12月5號晚上七點半", date(2026, 12, 5), time(19, 30)),
        ("明天中午十二点", date(2026, 11, 23), time(12)),
        ("周六 14:00", date(2026, 11, 28), time(14)),
        ("本周日 14:00", date(2026, 11, 22), time(14)),
        ("12月5日中午1点", date(2026, 12, 5), time(13)),
        ("on Tuesday 1 December 15:00", date(2026, 12, 1), time(15)),
        ("下个周六下午3点15分", date(2026, 11, 28), time(15, 15)),
        ("下週日 9:00", date(2026, 11, 29), time(9)),
    ],
)
def test_a_day_and_an_hour_are_read_as_people_write_them(written: str, day: date, hour: time) -> None:
    assert dates.read_moment(written, TODAY) == (day, hour)


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("5 December", "dates/hour_please"),
        ("Saturday", "dates/hour_please"),
        ("5 December 25:00", "dates/hour_please"),
        ("5 December 13pm", "dates/hour_please"),
        ("15:00", "dates/unclear"),
        ("5 December 15", "dates/unclear"),
        ("12月5日晚上12点", "dates/hour_please"),
        ("12月5日晚上0点", "dates/hour_please"),
        ("12月5日上午15点", "dates/hour_please"),
        ("这周三 15:00", "dates/passed_today"),
        ("5 December 2015 12:00", "dates/passed_today"),
        ("21 November 2026 12:00", "dates/passed_today"),
        ("5 December 2030 12:00", "dates/far"),
        ("", "dates/unclear"),
        ("9" * 4000 + ":00", "dates/unclear"),
    ],
)
def test_what_is_no_moment_to_come_is_told(written: str, answer: str) -> None:
    with pytest.raises(Refused, match=answer):
        dates.read_moment(written, TODAY)
