"""The reminder on the day before, the thanks on the day after: to whom, when, and once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from club import events
from tests.club import ClubHouse, Person, open_house
from tests.events.calendar import planned, signs_up
from tests.membership.test_joining import on_file
from tests.programmes.test_clock import outcome

EVE, DAY_AFTER = datetime(2026, 12, 4, 14, 30, tzinfo=UTC), datetime(2026, 12, 6, 14, 30, tzinfo=UTC)
"""Half an hour before the hour of the event."""


@pytest.fixture
async def house(any_url: str) -> AsyncIterator[ClubHouse]:
    async with open_house(any_url, shipped=("event-reminder", "event-thanks")) as opened:
        yield opened


async def _reaches(club: ClubHouse, moment: datetime) -> None:
    """It is then, and half an hour later all is done that was due."""
    club.clock.move_to(moment)
    await club.passes(minutes=31)
    for _ in range(3):
        await club.work.plan()
        await club.settled()


def _reminders(person: Person) -> int:
    return sum("is the day" in text for text in person.screen())


async def test_who_comes_is_reminded_once_the_day_before_and_thanked_the_day_after(house: ClubHouse) -> None:
    await planned(house, seats="2")
    ana, ben, cho = [await signs_up(house, name) for name in ("Ana", "Ben", "Cho")]
    await _reaches(house, EVE)
    assert ana.sees() == (
        "Ana, tomorrow is the day: <b>Tasting</b>\nSaturday, 5 December, 15:00 · The tea house, 3 Nanjing Road\n\n"
        "Your seat is kept. If something has come up, tell us here, so that somebody else can have it."
    )
    assert (_reminders(ben), _reminders(cho)) == (1, 0), "who waits is not reminded"
    assert "You are coming.</b>" in await ben.presses("Details and my seat")
    await ben.presses("I can't come")
    await house.passes(minutes=1)
    assert "Cho, a seat has come free" in cho.sees()
    await _reaches(house, DAY_AFTER)
    assert "Ana, thank you for coming to “Tasting”." in ana.sees()
    assert "thank you for coming" in cho.sees()
    assert "thank you for coming" not in ben.sees()
    assert (_reminders(ana), _reminders(cho)) == (1, 0), "who was let in that evening knows"


async def test_what_was_moved_to_another_day_is_reminded_of_on_the_eve_of_that(house: ClubHouse) -> None:
    owner, ana = await planned(house), await signs_up(house, "Ana")
    await _reaches(house, EVE)
    assert _reminders(ana) == 1
    await _moves(owner, "5 December 18:00")
    await _reaches(house, EVE.replace(hour=17))
    assert _reminders(ana) == 1, "she has read that it begins later that day"
    await _moves(owner, "9 December 15:00")
    await _reaches(house, datetime(2026, 12, 8, 14, 30, tzinfo=UTC))
    assert "tomorrow is the day: <b>Tasting</b>\nWednesday, 9 December, 15:00" in ana.sees()
    assert _reminders(ana) == 2


async def _moves(owner: Person, when: str) -> None:
    await owner.says("/event 1")
    await owner.presses("Change")
    await owner.presses("Time")
    await owner.says(when)


async def test_nobody_is_reminded_of_what_was_called_off_or_signed_off_the_evening_before(house: ClubHouse) -> None:
    owner = await planned(house)
    ana, ben = await signs_up(house, "Ana"), await signs_up(house, "Ben")
    await ana.says("/events")
    await ana.presses("I can't come")
    await owner.says("/event 1")
    await owner.presses("Call it off")
    await owner.presses("Yes, call it off")
    await _reaches(house, EVE)
    assert (_reminders(ana), _reminders(ben)) == (0, 0)


async def test_whoever_signs_off_between_the_planning_and_the_sending_reads_nothing(sqlite_url: str) -> None:
    async with open_house(sqlite_url, shipped=("event-reminder",)) as house:
        await _signs_off_in_between(house)


async def _signs_off_in_between(house: ClubHouse) -> None:
    await planned(house)
    ana = await signs_up(house, "Ana")
    house.work.pace.pause(1.5)
    house.clock.move_to(EVE.replace(hour=15, minute=1))
    await house.work.plan()
    one = await on_file(house, ana)
    await house.database.write(lambda db: events.sign_off(db, 1, one.id, house.clock.now()))
    await house.settled()
    assert _reminders(ana) == 0
    assert await outcome(house, "event-reminder") == [("event:1:2026-12-05", "cancelled", "cancelled")]


async def test_in_chinese(house: ClubHouse) -> None:
    await planned(house, title="Tasting / 品茶会 / 品茶會")
    ming, mei = await signs_up(house, "小明", "zh-hans"), await signs_up(house, "美玲", "zh-hant")
    await _reaches(house, EVE)
    assert "小明，明天就是您报名的活动：<b>品茶会</b>\n12月5日星期六 15:00" in ming.sees()
    assert "美玲，明天就是您報名的活動：<b>品茶會</b>\n12月5日星期六 下午3:00" in mei.sees()
    await _reaches(house, DAY_AFTER)
    assert "小明，谢谢您来参加“品茶会”" in ming.sees()
    assert "美玲，謝謝您來參加「品茶會」" in mei.sees()
