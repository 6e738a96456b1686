"""Somebody goes, and somebody comes back."""

from __future__ import annotations

from tests.club import ClubHouse
from tests.membership.test_joining import on_file


async def test_who_leaves_is_asked_once_and_told_what_each_button_does(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    asked = await ana.says("/leave")
    assert "Nothing happens until you press a button" in asked
    assert ana.buttons() == ["Keep things as is", "Leave, keep my data", "Delete all my data"]
    assert "good to see you" in await ana.presses("Keep things")
    assert (await on_file(club, ana)).joined


async def test_who_leaves_and_comes_back_keeps_number_and_points_and_is_not_asked_again(club: ClubHouse) -> None:
    ana = await club.member("Ana", birthday="14 March 1990", city="Berlin")
    before = await on_file(club, ana)
    await ana.says("/leave")
    assert before.number is not None
    assert before.number in await ana.presses("Leave, keep")
    assert (await on_file(club, ana)).status == "left"
    assert not (await on_file(club, ana)).marketing
    assert "join" in ana.menu()

    await ana.presses("Join")
    assert "What do you care about?" in await ana.presses("I agree")
    await ana.presses("Skip")
    assert f"<code>{before.number}</code>" in await ana.presses("Yes")
    after = await on_file(club, ana)
    assert (after.number, after.birthday, after.city) == (before.number, before.birthday, "Berlin")
    assert "<b>20</b> points" in await ana.says("/start")


async def test_a_press_that_telegram_sends_twice_leaves_once(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/leave")
    message, data = ana.button("Leave, keep")
    await ana.presses("Leave, keep")
    assert "done already" in await ana.presses_data(message["message_id"], data)
    await club.member("Ana")
    assert "done already" in await ana.presses_data(message["message_id"], data)
    assert (await on_file(club, ana)).joined


async def test_王小明_who_is_no_member_may_be_forgotten_too(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    assert "还不是会员" in await xiaoming.says("/leave")
    assert xiaoming.buttons() == ["保持原样", "删除全部资料"]
    assert "要把您的资料全部删除吗" in await xiaoming.presses("删除全部资料")
    assert "/stay" in await xiaoming.presses("确定，全部删除")
    await club.passes(hours=25)
    assert "初次见面" in xiaoming.sees()
    assert await on_file(club, xiaoming) is None
