"""Something new: hints on three days, and what it is not a moment before its time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from campaigns import campaigns, reading, shipped_campaigns
from campaigns.journey_edit import INSTEAD, put
from campaigns.problems import Invalid
from club.club import CampaignRules, Club, Launch, RelationshipRules
from storage import campaigns as rows
from storage.words import words_of
from tests.campaigns.desk import approved, goes_on, tally
from tests.campaigns.test_in_the_chat import taken_on
from tests.club import MARKETER, ClubHouse, Person, open_house

DAY = date(2026, 12, 10)
NAMED_IN = (("Ana", "en"), ("美玲", "zh-hant"), ("小明", "zh-hans"))
LAUNCH = Launch("Da Hong Pao <2026>", DAY, time(10))
HINTS = ("in a week there will be something", "three days to go", "tomorrow the cloth comes off")
SECRET = "here it is: <b>Da Hong Pao &lt;2026&gt;</b>"


@pytest.fixture
async def patient(any_url: str) -> AsyncIterator[ClubHouse]:
    """A club whose members may be written to often."""
    async with open_house(any_url, campaigns=CampaignRules(contacts_most=9), relationship=RelationshipRules()) as club:
        yield club


async def switched_on(club: ClubHouse, launch: Launch | None = LAUNCH) -> Club:
    """The settings name the teaser."""
    rules: Club = replace(club.work.terms.club, launch=launch)
    club.work.campaigning._club = club.work.delivery._claiming._club = rules
    await club.database.write(lambda db: shipped_campaigns.switch(db, "teaser", rules, club.clock.now(), wanted=True))
    return rules


async def at(club: ClubHouse, moment: datetime) -> None:
    """It is that time, and what is due then happens."""
    club.clock.move_to(moment)
    for _ in range(4):
        await goes_on(club)
        club.clock.move_to(club.clock.now() + timedelta(seconds=1, milliseconds=100))


def morning(days_before: int) -> datetime:
    return datetime(2026, 12, 10, 9, 0, 5, tzinfo=UTC) - timedelta(days=days_before)


def heard(person: Person) -> list[int]:
    """How often each hint, and the secret, was heard."""
    return [sum(words in text for text in person.screen()) for words in (*HINTS, SECRET)]


async def test_three_hints_come_in_order_and_the_secret_at_its_moment(patient: ClubHouse) -> None:
    club, ana = patient, await patient.member("Ana")
    await switched_on(club)
    await at(club, morning(8))
    assert heard(ana) == [0, 0, 0, 0]
    for day, heard_then in ((7, [1, 0, 0, 0]), (6, [1, 0, 0, 0]), (3, [1, 1, 0, 0]), (1, [1, 1, 1, 0])):
        await at(club, morning(day))
        assert heard(ana) == heard_then
    await at(club, datetime(2026, 12, 10, 9, 59, 50, tzinfo=UTC))
    assert heard(ana) == [1, 1, 1, 0], "not ten seconds too early"
    await at(club, datetime(2026, 12, 10, 10, 0, 1, tzinfo=UTC))
    assert heard(ana) == [1, 1, 1, 1]
    await at(club, morning(-1))
    assert heard(ana) == [1, 1, 1, 1]


async def test_where_the_day_begins_earlier_nobody_hears_it_earlier(patient: ClubHouse) -> None:
    club, kim = patient, await patient.member("Kim", city="Auckland")
    await switched_on(club)
    for day in (7, 3, 1):
        await at(club, morning(day))
    await at(club, datetime(2026, 12, 9, 22, tzinfo=UTC))  # eleven in the morning of the day itself, there
    assert heard(kim)[3] == 0
    await at(club, datetime(2026, 12, 10, 9, 59, tzinfo=UTC))
    assert heard(kim)[3] == 0
    await at(club, datetime(2026, 12, 10, 21, tzinfo=UTC))  # ten in the morning; it was night at the moment itself
    assert heard(kim)[3] == 1


async def test_who_joins_late_gets_only_the_rest(patient: ClubHouse) -> None:
    club, ana = patient, await patient.member("Ana")
    await switched_on(club)
    await at(club, morning(7))
    await at(club, morning(3))
    bo = await club.member("Bo")
    await at(club, morning(2))
    assert heard(bo) == [0, 0, 0, 0] or heard(bo) == [0, 1, 0, 0]
    await at(club, morning(1))
    assert heard(bo)[2:] == [1, 0]
    assert heard(bo)[0] == 0
    await at(club, datetime(2026, 12, 10, 10, 0, 1, tzinfo=UTC))
    assert heard(bo)[3] == 1
    assert heard(ana) == [1, 1, 1, 1]


async def test_whoever_has_had_enough_misses_a_hint_and_not_the_secret(any_club: ClubHouse) -> None:
    club = any_club
    ana, lia = await club.member("Ana"), await club.member("Lia", city="Lisbon")
    await switched_on(club)
    for day in (7, 3, 1):
        await at(club, morning(day))
    await at(club, datetime(2026, 12, 10, 10, 0, 1, tzinfo=UTC))
    await at(club, datetime(2026, 12, 10, 12, tzinfo=UTC))
    assert [heard(ana), heard(lia)] == [[1, 1, 0, 1], [1, 1, 0, 1]]


async def test_it_is_told_in_chinese(patient: ClubHouse) -> None:
    club, mei = patient, await patient.member("美玲", "zh-hant")
    await switched_on(club)
    await at(club, morning(7))
    assert "再過一週，店裡要擺上一樣從來沒有過的東西" in mei.sees()
    await at(club, datetime(2026, 12, 10, 10, 0, 1, tzinfo=UTC))
    assert "謎底揭曉：<b>Da Hong Pao &lt;2026&gt;</b>" in mei.sees()


async def test_everybody_reads_its_name_in_their_language_or_the_nearest(patient: ClubHouse) -> None:
    club, ana, mei, ming = patient, *[await patient.member(*one) for one in NAMED_IN]
    product = words_of({"en": "Da Hong Pao", "zh-Hans": "大红袍"})
    await switched_on(club, replace(LAUNCH, product=product))
    await at(club, morning(7))
    await at(club, datetime(2026, 12, 10, 10, 0, 1, tzinfo=UTC))
    assert "here it is: <b>Da Hong Pao</b>" in ana.sees()
    assert "謎底揭曉：<b>大红袍</b>" in mei.sees()
    assert "谜底揭晓：<b>大红袍</b>" in ming.sees()


async def test_without_a_day_it_rests_and_says_so(club: ClubHouse) -> None:
    maria = await taken_on(club, MARKETER, "marketer", "Maria")
    await switched_on(club, launch=None)
    assert await club.query(lambda db: rows.by_key(db, "teaser")) is None
    await maria.says("/campaigns")
    assert "rests until the settings say what it is and when: launch.product, launch.day" in await maria.presses(
        "By itself"
    )
    await switched_on(club, replace(LAUNCH, day=date(2026, 11, 1)))
    assert await club.query(lambda db: rows.by_key(db, "teaser")) is None, "that day is over"


async def test_another_day_in_the_settings_moves_what_has_not_been_said(patient: ClubHouse) -> None:
    club, ana = patient, await patient.member("Ana")
    await switched_on(club)
    await at(club, morning(7))
    await switched_on(club, replace(LAUNCH, day=date(2026, 12, 17)))
    await at(club, morning(3))
    assert heard(ana) == [1, 0, 0, 0]
    await at(club, datetime(2026, 12, 10, 10, 0, 1, tzinfo=UTC))
    assert heard(ana) == [1, 0, 0, 0], "the day was put off by a week"
    for day in (-4, -6):
        await at(club, morning(day))
    await at(club, datetime(2026, 12, 17, 10, 0, 1, tzinfo=UTC))
    assert heard(ana) == [1, 1, 1, 1]


async def test_the_next_launch_begins_anew(patient: ClubHouse) -> None:
    club, ana = patient, await patient.member("Ana")
    await switched_on(club)
    for day in (7, 3, 1):
        await at(club, morning(day))
    await at(club, datetime(2026, 12, 10, 10, 0, 1, tzinfo=UTC))
    for day in (-1, -2):
        await at(club, morning(day))
    assert (await club.query(lambda db: campaigns.named(db, "teaser"))).state == "done"
    await switched_on(club, replace(LAUNCH, day=date(2027, 3, 10)))
    await at(club, datetime(2027, 3, 3, 9, 0, 5, tzinfo=UTC))
    assert heard(ana) == [2, 1, 1, 1]


async def test_nothing_leaves_before_its_embargo_whatever_the_moment_says(any_url: str) -> None:
    async with open_house(any_url) as club:
        ana = await club.member("Ana")
        campaign = await approved(club, embargo="2026-11-22 15:30")
        await goes_on(club)
        assert await tally(club, campaign) == {"waiting": 1}
        club.clock.move_to(datetime(2026, 11, 22, 15, 28, tzinfo=UTC))
        await goes_on(club)
        assert "shall we" not in ana.sees()
        club.clock.move_to(datetime(2026, 11, 22, 15, 30, 1, tzinfo=UTC))
        await goes_on(club)
        assert "shall we" in ana.sees()


def test_other_words_keep_the_embargo() -> None:
    steps = [{"name": "reveal", "texts": {"en": "Here?"}, "embargo": "2026-12-10 10:00"}]
    assert put(steps, {"texts": {"en": "There?"}}, INSTEAD, "reveal")[0]["embargo"] == "2026-12-10 10:00"


@pytest.mark.parametrize("said", ["soon", "2026-12-10", "2026-12-10 10:00:30", "2026-12-10T10:00+08:00", 7])
def test_an_embargo_that_is_no_moment_is_refused_with_what_would_work(said: object) -> None:
    data = {"key": "tea", "kind": "content", "texts": {"en": "Shall we?"}, "embargo": said}
    with pytest.raises(Invalid) as refused:
        reading.parse(data, ["en"])
    assert refused.value.problems[0].place == "embargo"
    assert "2027-02-06 10:00" in refused.value.problems[0].expected


def test_what_is_read_is_written_the_same() -> None:
    data = {"key": "tea", "kind": "content", "texts": {"en": "Shall we?"}, "embargo": "2026-12-10 10:00"}
    found = reading.parse(data, ["en"])
    assert reading.parse(json.loads(json.dumps(found.as_data())), ["en"]) == found
