"""What the club knows about somebody, shown to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from club import benefits, frequency
from storage import members, privacy
from tests.club import OWNER, ClubHouse
from tests.membership.test_joining import on_file


async def test_me_shows_everything_that_is_stored(club: ClubHouse) -> None:
    ana = club.person("Ana", username="ana_lopez")
    await ana.says("/start ref_10025")
    await club.member("Ana", birthday="14 March 1990", city="Berlin")
    await ana.says("/edit")
    await ana.presses("Interests")
    await ana.says("green tea")
    shown = await ana.says("/me")
    told = (
        "<b>Ana</b>", "14 March 1990", "Berlin", "13:00", "green tea", "@ana_lopez", f"id {ana.id}", "English",
        "10017", "22 November 2026", "<b>20</b>", "ref_10025", "yes to membership (text 2026-11)", "yes to greetings",
    )  # fmt: skip
    assert [part for part in told if part not in shown.replace("November 22, 2026", "22 November 2026")] == []


async def test_nothing_on_file_is_left_out_of_me(club: ClubHouse) -> None:
    """Whoever adds a column for a person must show it: change the person in each way, and /me must change."""
    ana = await club.member("Ana")
    plain = await ana.says("/me")
    known = await on_file(club, ana)
    changed = {
        "name": lambda db: members.set_name(db, known.id, "Anita"),
        "username": lambda db: members.update_username(db, known.id, "anita"),
        "city": lambda db: members.set_city(db, known.id, "Bonn", "UTC"),
        "zone": lambda db: members.set_city(db, known.id, None, "Asia/Tokyo"),
        "interests": lambda db: members.set_interests(db, known.id, "tea"),
        "birthday": lambda db: members.set_birthday(db, known.id, members.Birthday("lunar", 1, 2, 1980)),
        "source": lambda db: members.set_source(db, known.id, "ref_1"),
        "marketing": lambda db: members.set_marketing(db, known.id, False),
        "exported_at": lambda db: privacy.set_exported(db, known.id, club.clock.now()),
        "erase_at": lambda db: privacy.set_erase_at(db, known.id, club.clock.now() + timedelta(days=1)),
    }
    internal = {"id", "status", "number", "language", "telegram_id", "created_at", "joined_at", "left_at", "findable"}
    assert set(changed) | internal | {"unreachable_at"} == set(replace(known).__dict__)
    for name, change in changed.items():
        if name == "username":
            club.world.personas[ana.id].username = "anita"
        await club.database.write(change)
        shown = await ana.says("/me")
        assert shown != plain, name
        plain = shown


async def test_visits_benefits_and_rewards_are_told_of_too_and_the_last_day_of_the_tier(any_club: ClubHouse) -> None:
    def offer(db: Connection) -> None:
        benefits.begin(db, benefits.Draft("Fitting", None, 3, "ever"))
        frequency.begin(db, frequency.Draft("First visit", "visits", 1, "ever", points=5), any_club.clock.now())

    await any_club.database.write(offer)
    ana, owner = await any_club.member("Ana"), any_club.staff(OWNER)
    await owner.says("/visit 10017")
    await owner.says("/sale 10017 tea 600")
    await ana.says("/benefits")
    await ana.presses("Fitting")
    await ana.presses("Use it now")
    shown = await ana.says("/me")
    told = (
        "Visits noted: 1",
        "Benefits used: 1",
        "Rewards from programmes: 1",
        "yours until 22 November 2027 at least",
    )
    assert [part for part in told if part not in shown] == []
    assert "until 22 November 2027 at least" in "\n".join(ana.screen()[:-1]), "as the notice said"


async def test_a_guest_reads_what_little_is_known(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    shown = await xiaoming.says("/me")
    assert "<b>王小明</b>" in shown
    assert "会员：还没有加入" in shown
    assert "城市：未填\n" in shown
    assert "/points" not in shown, "points are for members"
    assert xiaoming.buttons() == ["加入会员", "导出我的资料", "删除全部资料", "隐私说明", "主菜单"]


async def test_who_left_reads_that_the_number_stays(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/leave")
    await ana.presses("Leave, keep")
    assert "the number 10017 stays yours" in await ana.says("/me")


async def test_a_new_username_is_noticed(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    club.world.personas[ana.id].username = "ana_the_second"
    assert "@ana_the_second" in await ana.says("/me")
