"""The campaigns that come with the program: fit in every language, switched on and off by the settings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot.campaign_settings import SHIPPED
from campaigns import by_itself, campaigns, reading, shipped_campaigns, steps
from campaigns.definition import Definition
from club.club import Launch, PointRules
from club.languages import LANGUAGES
from storage import campaigns as rows
from storage.database import Unit
from storage.sqlite import SqliteDatabase
from storage.tables import campaign
from tests.campaigns.desk import goes_on
from tests.club import OWNER, ClubHouse, a_club, open_house
from tests.preferences.test_preferences import number_of

LAUNCH = Launch("Da Hong Pao", date(2027, 3, 1), time(10))


def definition(name: str) -> Definition:
    return reading.parse(shipped_campaigns.data_of(name, a_club(launch=LAUNCH)), LANGUAGES)


@pytest.mark.parametrize("name", SHIPPED)
def test_each_is_fit_and_speaks_every_language(name: str) -> None:
    found = definition(name)
    for message in found.messages():
        assert set(message.wordings[0].texts) == set(LANGUAGES)
        assert all(set(button.label) == set(LANGUAGES) for button in message.buttons)
    assert found.moment is not None


async def test_they_are_switched_on_and_off_by_name_and_a_pause_in_the_chat_stays(any_url: str) -> None:
    async with open_house(any_url, shipped=()) as house:
        await _switched_on_and_off(house)


async def _switched_on_and_off(any_club: ClubHouse) -> None:
    club, now = any_club.work.terms.club, any_club.clock.now()

    async def state(*wanted: str) -> dict[str, str]:
        for name in shipped_campaigns.names():
            switch = partial(shipped_campaigns.switch, name=name, club=club, now=now, wanted=name in wanted)
            await any_club.database.write(switch)
        known = await any_club.query(lambda db: [rows.by_key(db, name) for name in SHIPPED])
        return {one.key: one.state for one in known if one is not None}

    assert await state() == {}
    assert await state("mid-autumn") == {"mid-autumn": "approved"}
    assert await state("mid-autumn", "win-back") == {"mid-autumn": "approved", "win-back": "approved"}
    assert (await state("win-back"))["mid-autumn"] == "paused"
    assert (await state("mid-autumn", "win-back"))["mid-autumn"] == "approved"
    await any_club.database.write(lambda db: campaigns.pause(db, campaigns.named(db, "win-back"), OWNER, now))
    assert (await state("mid-autumn", "win-back"))["win-back"] == "paused"


async def test_a_start_switches_each_in_a_unit_of_its_own(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit has five seconds, and on a busy machine all of them took longer."""
    write, begun = SqliteDatabase.write, []

    async def watched(database: SqliteDatabase, unit: Unit[Any], *, patient: bool = False) -> Any:
        def counted(db: Connection) -> Any:
            before = _how_many(db)
            found = unit(db)
            begun.append(_how_many(db) - before)
            return found

        return await write(database, counted, patient=patient)

    monkeypatch.setattr(SqliteDatabase, "write", watched)
    async with open_house(sqlite_url, shipped=SHIPPED, launch=LAUNCH):
        assert sum(begun) == len(SHIPPED)
        assert max(begun) == 1


async def _switched_on(house: ClubHouse, name: str) -> None:
    club, now = house.work.terms.club, house.clock.now()
    await house.database.write(lambda db: shipped_campaigns.switch(db, name, club, now, wanted=True))


async def _reaches(house: ClubHouse, moment: datetime) -> None:
    """It is then (UTC), and all is done that can be done."""
    house.clock.move_to(moment)
    await goes_on(house)


def _how_many(db: Connection) -> int:
    return db.execute(select(func.count()).select_from(campaign)).scalar_one()


async def test_a_club_that_nobody_has_joined_yet_keeps_its_campaigns_for_the_first_member(club: ClubHouse) -> None:
    await _switched_on(club, "mid-autumn")
    for _ in range(3):
        await club.work.campaigning.advance()
    known = await club.query(lambda db: rows.by_key(db, "mid-autumn"))
    assert known is not None
    assert known.state in steps.LIVE


async def test_mid_autumn_is_wished_on_its_evening(any_club: ClubHouse) -> None:
    mei = await any_club.member("美玲", "zh-hant")
    await _switched_on(any_club, "mid-autumn")
    await _reaches(any_club, datetime(2027, 9, 15, 9, 1, tzinfo=UTC))
    assert "美玲，中秋佳節愉快！" in mei.sees()


async def test_whose_points_all_run_out_on_one_day_does_not_read_twenty_of_twenty(any_url: str) -> None:
    async with open_house(any_url, points=PointRules(last_months=12)) as house:
        ana, xiaoming = await house.member("Ana"), await house.member("王小明", "zh-hans")
        await _switched_on(house, "points-summary")
        await _reaches(house, datetime(2027, 1, 12, 10, 1, tzinfo=UTC))
        assert "20 points on your card. They are good until the end of" in ana.sees()
        assert "卡里有 20 分。有效期到 2027年" in xiaoming.sees()


async def test_who_presses_that_they_have_something_to_say_is_not_asked_what_they_want_to_know(any_url: str) -> None:
    async with open_house(any_url, shipped=("club-issue",)) as house:
        ana, xiaoming = await house.member("Ana"), await house.member("王小明", "zh-hans")
        await _reaches(house, datetime(2026, 12, 3, 10, 1, tzinfo=UTC))
        assert "We are listening. Write it in one message" in await ana.presses("I have an idea")
        assert "Thank you" in await ana.says("More about Yunnan, and less about prices")
        assert "您请说。用一条消息写下来就好" in await xiaoming.presses("我有想法")


async def test_why_calls_one_by_its_name_in_the_language_of_whoever_asks(any_url: str) -> None:
    async with open_house(any_url, shipped=("welcome-series",)) as house:
        await house.member("Ana")
        owner = house.staff(OWNER)
        await owner.says("/language")
        await owner.presses("简体中文")
        assert "<b>欢迎新会员</b>" in await owner.says("/why 10017 welcome-series")
        await owner.says("/campaign welcome-series")
        await owner.presses("暂停")
        number = await number_of(house, await house.member("Ben"))
        assert "<b>欢迎新会员</b>暂停了" in await owner.says(f"/why {number} welcome-series")


async def test_what_the_club_says_by_itself_is_listed_by_what_it_is_about(any_url: str) -> None:
    async with open_house(any_url, shipped=("welcome-series", "birthday", "family", "win-back")) as house:
        owner = house.staff(OWNER)
        await owner.says("/campaigns")
        shown = await owner.presses("By itself")
        assert (
            "<b>New members</b>\nWelcome 0\n\n<b>Birthdays and festivals</b>\nBirthday 0 · Days of the family 0\n"
            in shown
        )
        assert "<b>After a purchase</b>" not in shown, "nothing of it is on"
        assert owner.buttons()[:3] == ["Welcome", "Birthday", "Days of the family"]
        await owner.presses("Days of the family")
        await owner.presses("Pause")
        await owner.says("/campaigns")
        assert "Birthday 0 · ⏸ Days of the family 0" in await owner.presses("By itself")


def test_all_that_come_with_the_program_have_a_place_in_that_list() -> None:
    assert sorted(key for keys in by_itself.PARTS.values() for key in keys) == shipped_campaigns.names()


def test_the_question_of_the_newsletter_stands_by_itself() -> None:
    found = definition("club-issue").messages()[0].wordings[0].texts
    assert all("{% endif %}\n\n\n" in text for text in found.values()), "the first line break goes with the condition"
