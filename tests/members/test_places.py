"""From the city somebody names, or the time on their wall, to the zone they live by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from club.places import local_time, zone_by_clock, zone_of
from club.refusal import Refused
from tests.members import attempt

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("city", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("  münchen ", "Europe/Berlin"),
        ("新北市", "Asia/Taipei"),
        ("桃園", "Asia/Taipei"),
        ("基隆", "Asia/Taipei"),
        ("嘉義縣", "Asia/Taipei"),
        ("Taipei", "Asia/Taipei"),
        ("New Taipei", "Asia/Taipei"),
        ("無錫", "Asia/Shanghai"),
        ("佛山市", "Asia/Shanghai"),
        ("东莞", "Asia/Shanghai"),
        ("東莞", "Asia/Shanghai"),
        ("珠海", "Asia/Shanghai"),
        ("温州", "Asia/Shanghai"),
        ("石家庄", "Asia/Shanghai"),
        ("太原", "Asia/Shanghai"),
        ("南昌", "Asia/Shanghai"),
        ("贵阳", "Asia/Shanghai"),
        ("兰州", "Asia/Shanghai"),
        ("南宁", "Asia/Shanghai"),
        ("乌鲁木齐", "Asia/Urumqi"),
        ("HK", "Asia/Hong_Kong"),
        ("Hongkong", "Asia/Hong_Kong"),
        ("Munich", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("北京市", "Asia/Shanghai"),
        ("臺北", "Asia/Taipei"),
        ("台北市", "Asia/Taipei"),
        ("Berlin, Germany", "Europe/Berlin"),
        ("中国，杭州", "Asia/Shanghai"),
        ("Zürich", "Europe/Zurich"),
        ("Little Snoring", None),
        ("", None),
        ("🍵", None),
    ],
)
def test_a_city_is_known_by_the_ways_it_is_written(city: str, zone: str | None) -> None:
    assert zone_of(city) == zone


@pytest.mark.parametrize(
    ("clock", "zone"),
    [
        ("12:00", "Etc/UTC"),
        ("20:00", "Etc/GMT-8"),
        ("8 pm", "Etc/GMT-8"),
        ("8:00 p.m.", "Etc/GMT-8"),
        ("晚上8点", "Etc/GMT-8"),
        ("下午五点半", None),
        ("下午5点半", "Asia/Kolkata"),
        ("17:30", "Asia/Kolkata"),
        ("1730", "Asia/Kolkata"),
        ("07.00", "Etc/GMT+5"),
        ("早上7点", "Etc/GMT+5"),
        ("7h", "Etc/GMT+5"),
        ("8:31", "America/St_Johns"),
        ("12:04", "Etc/UTC"),
        ("25:00", None),
        ("12:60", None),
        ("tea time", None),
        ("", None),
    ],
)
def test_the_time_on_the_wall_tells_the_zone(clock: str, zone: str | None) -> None:
    if zone is None:
        with pytest.raises(Refused):
            zone_by_clock(clock, NOON, "Asia/Tokyo")
    else:
        assert zone_by_clock(clock, NOON, "Asia/Tokyo") == zone


def test_who_has_the_clubs_own_time_gets_its_zone_with_its_summer_time() -> None:
    assert zone_by_clock("13:02", NOON, "Europe/Berlin") == "Europe/Berlin"
    assert local_time(NOON, "Europe/Berlin").hour == 13


@given(some.text(max_size=30) | some.text("0123456789:.点半上下午 apm", max_size=10), some.text(max_size=50))
def test_whatever_is_written_is_a_zone_there_is_or_refused(clock: str, city: str) -> None:
    zone = zone_of(city)
    assert zone is None or ZoneInfo(zone)
    by_clock, refused = attempt(zone_by_clock, clock, NOON, "UTC")
    assert refused == "membership/clock_unclear" if by_clock is None else ZoneInfo(by_clock)


@given(some.integers(0, 23), some.integers(0, 59), some.integers(0, 2 * 365 * 24 * 60))
def test_the_zone_of_a_clock_shows_that_time_to_the_half_hour(hour: int, minute: int, later: int) -> None:
    moment = NOON + timedelta(minutes=later)
    there = local_time(moment, zone_by_clock(f"{hour}:{minute:02}", moment, "UTC")).replace(tzinfo=None)
    said = there.replace(hour=hour, minute=minute)
    apart = abs((there - said + timedelta(hours=12)) % timedelta(days=1) - timedelta(hours=12))
    assert apart <= timedelta(minutes=46), "the nearest zone; odd quarters have none in the list"
