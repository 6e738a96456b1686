"""Moments as marketers write them: read, said in a sentence, or refused with everything that is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from campaigns import moments
from campaigns.calendars import FESTIVALS
from campaigns.moments import KINDS, Moment
from campaigns.problems import Invalid
from templates import LANGUAGES
from tests.templates.samples import MOMENTS


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: str(moment.as_data()))
def test_a_moment_is_read_from_what_it_is_written_as(moment: Moment) -> None:
    assert moments.parse(moment.as_data()) == moment


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: str(moment.as_data()))
def test_every_moment_is_said_in_a_sentence(moment: Moment, language: str) -> None:
    said = moments.sentence(moment, language)
    assert said
    assert "None" not in said
    assert "  " not in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"when": "birthday"}, "on their birthday, at the club’s greeting hour where each member lives"),
        ({"when": "joined", "days": 3}, "3 days after joining"),
        ({"when": "points_expiry", "days": -14}, "14 days before points lapse"),
        (
            {"when": "festival", "festival": "mid_autumn", "days": -1, "at": "10:30"},
            "1 day before the Mid-Autumn Festival, at 10:30 where each member lives",
        ),
        ({"when": "event", "days": -1}, "1 day before an event that they come to"),
        ({"when": "event", "days": 1}, "1 day after an event that they came to"),
        (
            {"when": "recurring", "rule": "RRULE:FREQ=MONTHLY;BYMONTHDAY=1", "starts": "2027-01-01"},
            "every month, on day 1, from 1 January 2027, at the club’s greeting hour where each member lives",
        ),
    ],
)
def test_the_sentence_says_when(data: dict[str, object], said: str) -> None:
    assert moments.sentence(moments.parse(data), "en") == said


@pytest.mark.parametrize(
    ("days", "simplified", "traditional"),
    [
        (-2, "报了名的线下活动前 2 天", "報了名的實體活動前 2 天"),
        (0, "报了名的线下活动开始时", "報了名的實體活動開始時"),
        (1, "参加过的线下活动后 1 天", "參加過的實體活動後 1 天"),
    ],
)
def test_before_an_event_they_signed_up_for_it_and_afterwards_they_were_there(
    days: int, simplified: str, traditional: str
) -> None:
    moment = moments.parse({"when": "event", "days": days})
    assert [moments.sentence(moment, one) for one in ("zh-Hans", "zh-Hant")] == [simplified, traditional]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ("birthday", "moment: found 'birthday', expected fields such as when: birthday."),
        ({}, "moment.when: found nothing, expected one of once, recurring"),
        ({"when": "tomorrow"}, "moment.when: found 'tomorrow', expected one of once, recurring"),
        ({"when": "once"}, "moment.on: found nothing, expected a day like 2027-02-06"),
        ({"when": "once", "on": "2027-02-30"}, "moment.on: found '2027-02-30', expected a day like 2027-02-06"),
        ({"when": "birthday", "at": "03:00"}, "moment.at: found '03:00', expected a time from 07:00 to 21:00"),
        ({"when": "birthday", "at": "noon"}, "moment.at: found 'noon', expected a time like '10:00'"),
        ({"when": "birthday", "days": 400}, "moment.days: found '400', expected a whole number from -366 to 366"),
        ({"when": "birthday", "days": True}, "moment.days: found 'True', expected a whole number"),
        (
            {"when": "birthday", "on": "2027-02-06"},
            "moment.on: found '2027-02-06', expected for birthday only",
        ),
        (
            {"when": "festival", "festival": "easter"},
            "moment.festival: found 'easter', expected one of spring",
        ),
        (
            {"when": "once", "on": "2027-02-06", "zone": "Mars"},
            "moment.zone: found 'Mars', expected 'member' or",
        ),
        ({"when": "holiday", "region": "XX", "holiday": "x"}, "moment.region: found 'XX', expected a country"),
        ({"when": "holiday", "region": "CN", "holiday": "x"}, "moment.holiday: found 'x', expected one of"),
        ({"when": "silent", "intervals": 0.5}, "moment.intervals: found '0.5', expected a number from 1 to 20"),
        ({"when": "points_milestone"}, "moment.points: found nothing, expected a whole number from 1"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data: object, problem: str) -> None:
    with pytest.raises(Invalid) as invalid:
        moments.parse(data)
    assert str(invalid.value).startswith(problem)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as invalid:
        moments.parse({"when": "once", "at": "25:00", "zone": "Mars", "colour": "red"})
    assert {one.place for one in invalid.value.problems} == {
        "moment.on", "moment.at", "moment.zone", "moment.colour"
    }  # fmt: skip


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "every monday",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;INTERVAL=1",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=DAILY;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=DAILY;UNTIL=20100101",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;UNTIL=never",
        "FREQ=DAILY;COUNT=many",
        "FREQ=DAILY\nDTSTART:20200101",
        "FREQ=DAILY;" * 50,
    ],
)
def test_a_rule_that_no_calendar_knows_is_refused(rule: str) -> None:
    with pytest.raises(Invalid, match=r"moment\.rule"):
        moments.parse({"when": "recurring", "rule": rule, "starts": "2027-01-01"})


def test_the_marketers_page_lists_every_kind_of_moment_and_every_festival() -> None:
    page = (Path(__file__).parents[2] / "docs" / "marketers.md").read_text()
    section = page.partition("## Moments")[2].partition("\n## ")[0]
    assert {*KINDS, *FESTIVALS} <= set(re.findall(r"`(\w+)`", section))
