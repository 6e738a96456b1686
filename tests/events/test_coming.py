"""/events for members: signing up, bringing somebody, waiting, moving up."""

from __future__ import annotations

import pytest

from tests.club import ClubHouse
from tests.events.calendar import planned, signs_up


async def test_a_member_signs_up_with_one_tap_and_brings_somebody(club: ClubHouse) -> None:
    owner = await planned(club)
    assert "members see it in /events from now on" in owner.screen()[-2]
    ana = await club.member("Ana")
    assert await ana.says("/events") == (
        "<b>Tasting</b>\nSaturday, 5 December, 15:00 · The tea house, 3 Nanjing Road\n\n"
        "Five teas, one hour, free of charge.\n\n2 of 2 seats are free."
    )
    assert "You are coming.</b>" in await ana.presses("I'm coming")
    assert "You are coming, 2 of you.</b>" in await ana.presses("I bring one more")
    assert "I bring one more" not in ana.buttons(), "all seats are taken"
    assert "You are coming.</b>" in await ana.presses("One fewer")
    assert "2 of 2 seats are free" in await ana.presses("I can't come")


async def test_whoever_comes_too_late_waits_and_moves_up_in_turn(club: ClubHouse) -> None:
    await planned(club, seats="1")
    ana, ben, cho = [await signs_up(club, name) for name in ("Ana", "Ben", "Cho")]
    assert "You are on the waiting list.</b> We write to you" in ben.sees()
    assert "1 is before you" in cho.sees()
    await ana.presses("I can't come")
    await club.passes(minutes=1)
    assert "Ben, a seat has come free: <b>you are coming.</b>" in ben.sees()
    assert "waiting list" in cho.sees(), "nothing has come free for the third"
    await ben.presses("Details and my seat")
    await ben.presses("I can't come")
    await club.passes(minutes=1)
    assert "Cho, a seat has come free" in cho.sees()


async def test_a_party_that_does_not_fit_yet_lets_the_next_one_by(club: ClubHouse) -> None:
    await planned(club, seats="2")
    ana, ben = await signs_up(club, "Ana"), await signs_up(club, "Ben")
    cho, dan = await signs_up(club, "Cho"), await signs_up(club, "Dan")
    await cho.presses("I bring one more")
    await ana.presses("I can't come")
    await club.passes(minutes=1)
    assert "a seat has come free" in dan.sees()
    assert "You are on the waiting list, 2 of you.</b>" in cho.sees()
    await ben.presses("I can't come")
    await dan.presses("Details and my seat")
    await dan.presses("I can't come")
    await club.passes(minutes=1)
    assert "<b>you are coming, 2 of you.</b>" in cho.sees()


async def test_whoever_joins_because_of_an_event_has_it_before_them_again(club: ClubHouse) -> None:
    await planned(club)
    ana = club.person("Ana")
    await ana.says("/start")
    assert "This is for members." in await ana.presses("What's on")
    await ana.presses("Join the club")
    await ana.presses("I agree")
    await ana.presses("Ana")
    for _ in range(3):
        await ana.presses("Skip")
    assert "2 of 2 seats are free." in await ana.presses("Yes, please")
    assert "You are coming.</b>" in await ana.presses("I'm coming")


async def test_a_stranger_is_not_led_to_where_nothing_is_planned(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    assert "What's on" not in ana.buttons()


async def test_more_than_fit_in_are_not_let_in(club: ClubHouse) -> None:
    await planned(club, seats="2")
    ana = await signs_up(club, "Ana")
    await signs_up(club, "Ben")
    message, _ = ana.button("I can't come")
    assert await ana.presses_data(message["message_id"], "evseats:1.2") == "There is no seat left for one more."
    assert "no longer works" in await ana.presses_data(message["message_id"], "evseats:1.6"), "nobody brings five more"


@pytest.mark.parametrize(
    ("language", "hour", "come", "off"),
    [
        ("zh-hans", "12月5日星期六 15:00", "我要报名", "我来不了"),
        ("zh-hant", "12月5日星期六 下午3:00", "我要報名", "我不能來"),
    ],
)
async def test_in_chinese(club: ClubHouse, language: str, hour: str, come: str, off: str) -> None:
    await planned(club, title="Tasting / 品茶会 / 品茶會")
    ming = await club.member("小明", language)
    told = await ming.says("/events")
    assert hour in told
    assert "品茶" in told
    assert "您已" in await ming.presses(come)
    assert off in ming.buttons()


async def test_who_is_no_member_reads_what_is_on_and_how_to_come(club: ClubHouse) -> None:
    await planned(club)
    eve = club.person("Eve")
    await eve.says("/start")
    assert "This is for members." in await eve.says("/events")
    assert "Join the club" in eve.buttons()[0]
    message, _ = eve.button("Join the club")
    assert "members" in await eve.presses_data(message["message_id"], "evyes:1")
