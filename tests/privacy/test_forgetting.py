"""Somebody asks to be forgotten, thinks it over, and is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from club import points, vouchers
from storage import tiers
from storage import vouchers as held
from storage.tables import bot_state, member, member_tier, point_entry, voucher
from tests.club import NOON, ClubHouse, a_club, open_house
from tests.membership.test_joining import on_file

YES = "Yes, delete it all"


@pytest.fixture
async def hasty_club(sqlite_url: str) -> AsyncIterator[ClubHouse]:
    """A club where nobody has to wait."""
    async with open_house(sqlite_url, erase_after=timedelta(0)) as house:
        yield house


async def with_something_to_lose(club: ClubHouse, person_id: int) -> None:
    """A thousand points, a tier and a voucher."""

    def unit(db: Connection) -> None:
        points.earn(db, person_id, 1000, a_club(), reason="purchase", key="purchase:1", now=NOON)
        tiers.put(db, person_id, "silver", NOON, NOON + timedelta(days=365))
        vouchers.issue(db, person_id, name="A pot of tea", valid_days=30, origin="gift:1", club=a_club(), now=NOON)

    await club.database.write(unit)


async def test_who_asks_reads_what_goes_what_stays_and_what_they_lose(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await with_something_to_lose(any_club, (await on_file(any_club, ana)).id)
    await ana.says("/complain The cup was cracked")
    asked = await ana.says("/forget")
    told = (
        "Goes:",
        "Stays:",
        "1,020 points",
        "your tier Silver",
        "1 voucher",
        "answer to 1 open request",
        "24 hours",
    )
    assert [part for part in told if part not in asked] == []
    assert ana.buttons() == ["Keep things as is", "A copy of my data", YES]
    await any_club.passes(hours=30)
    assert (await on_file(any_club, ana)).joined, "nothing happens before the button is pressed"


async def test_a_day_to_think_it_over_and_one_tap_takes_it_back(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await ana.says("/forget")
    assert "23 Nov 2026 12:0" in await ana.presses(YES)
    assert "Everything is deleted on" in await ana.says("/me")
    assert "Delete all my data" not in ana.buttons(), "it is on its way already"
    assert ana.buttons()[0] == "Keep my data"
    assert "Until then everything works as before" in await ana.says("/forget")
    await any_club.passes(hours=23)
    assert "nothing is deleted" in await ana.presses("Keep my data")
    await any_club.passes(hours=30)
    assert (await on_file(any_club, ana)).joined
    assert "Everything is deleted" not in await ana.says("/me")
    assert "Nothing of yours is about to be deleted" in await ana.says("/stay")


async def test_after_that_day_everything_is_gone_but_the_sums(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    number = (await on_file(any_club, ana)).id
    await with_something_to_lose(any_club, number)
    assert "we meet for the first time" in await any_club.forgets(ana)
    row = await any_club.query(lambda db: db.execute(select(member).where(member.c.id == number)).one())
    assert (row.status, row.telegram_id, row.name_sealed, row.key_wrapped, row.erase_at) == ("erased", *[None] * 4)
    assert await any_club.query(lambda db: db.scalar(select(voucher.c.code_sealed))) is None
    assert await any_club.query(lambda db: db.execute(select(member_tier)).all()) == []
    sums = await any_club.query(lambda db: list(db.scalars(select(point_entry.c.points).order_by(point_entry.c.id))))
    assert sums == [20, 1000]


async def test_a_voucher_of_somebody_forgotten_is_good_for_nothing(any_club: ClubHouse) -> None:
    ana, owner = await any_club.member("Ana"), any_club.staff()
    number = (await on_file(any_club, ana)).id
    await with_something_to_lose(any_club, number)
    code = (await any_club.query(lambda db: held.usable(db, number, NOON)))[0].code
    await owner.says(f"/voucher {code}")
    await any_club.forgets(ana)
    assert "had their data deleted" in await owner.presses("Redeem now")
    assert "had their data deleted" in await owner.says(f"/voucher {code}")


async def test_welcome_points_come_once_also_for_who_was_forgotten_and_is_new_again(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    assert "<b>20</b> points" in await ana.says("/points")
    assert "welcome points come only once" in await ana.says("/forget")
    assert "Members start with 20 points" in await any_club.person("Bo").says("/start")
    for _ in range(2):
        await any_club.forgets(ana)
        assert "Members get a greeting on their birthday" in await ana.says("/start"), "no promise that is not kept"
        await any_club.member("Ana")
        assert "<b>0</b> points" in await ana.says("/points")
    await any_club.passes(hours=3)
    assert sum("welcome points on your card" in text for text in ana.screen()) == 1, "told once, as they were given"
    assert "welcome points" not in await ana.says("/forget")


async def test_a_year_later_nothing_is_known_any_more_of_who_was_forgotten(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await any_club.forgets(ana)
    kept = select(bot_state.c.key).where(bot_state.c.key.startswith("welcomed:"))
    assert len(await any_club.query(lambda db: db.execute(kept).all())) == 1
    any_club.clock.move_to(any_club.clock.now() + timedelta(days=366))
    await any_club.work.clean()
    assert await any_club.query(lambda db: db.execute(kept).all()) == []
    await any_club.member("Ana")
    assert "<b>20</b> points" in await ana.says("/points")


async def test_when_the_time_is_over_nothing_takes_it_back(club: ClubHouse) -> None:
    """It may stand in the list of erasures already: what is listed is carried out."""
    ana = await club.member("Ana")
    await ana.says("/forget")
    await ana.presses(YES)
    club.clock.move_to(NOON + timedelta(hours=24, minutes=1))
    assert "being deleted right now" in await ana.presses("Keep my data")
    await club.work.plan()
    await club.settled()
    assert await on_file(club, ana) is None


async def test_a_club_that_waits_for_nothing_forgets_at_the_next_tick(hasty_club: ClubHouse) -> None:
    ana = await hasty_club.member("Ana")
    assert "It happens at once" in await ana.says("/forget")
    assert "We delete everything about you now" in await ana.presses(YES)
    await hasty_club.work.plan()
    await hasty_club.settled()
    assert "It is done" in ana.sees()
    assert await on_file(hasty_club, ana) is None


async def test_who_blocked_the_bot_is_forgotten_without_a_word(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/forget")
    await ana.presses(YES)
    seen = len(ana.screen())
    gone = update(member).where(member.c.telegram_id == ana.id).values(unreachable_at=NOON)
    await club.database.write(lambda db: db.execute(gone) and None)
    await club.passes(hours=25)
    assert await on_file(club, ana) is None
    assert len(ana.screen()) == seen


async def test_王小明_反悔_又想走_最后真的走了(club: ClubHouse) -> None:
    xiaoming = await club.member("王小明", "zh-hans")
    assert "20 积分" in await xiaoming.says("/forget")
    assert "在那之前一切照常" in await xiaoming.presses("确定，全部删除")
    assert "什么都没有删" in await xiaoming.says("/stay")
    assert "没有要删除的资料" in await xiaoming.says("/stay")
    await xiaoming.says("/forget")
    await xiaoming.presses("确定，全部删除")
    await club.passes(hours=25)
    assert "都办好了" in xiaoming.sees()
    assert "会员：还没有加入" in await xiaoming.says("/me")
