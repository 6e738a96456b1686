"""Somebody finds the club and comes in."""

from __future__ import annotations

from tests.club import ClubHouse


async def test_a_stranger_is_greeted_and_shown_what_to_do(any_club: ClubHouse) -> None:
    ana = any_club.person("Ana")
    assert "Ana" in await ana.says("/start")
    assert any("Join" in label for label in ana.buttons())


async def test_ana_joins_and_gets_a_number_and_a_card(any_club: ClubHouse) -> None:
    ana = any_club.person("Ana")
    await ana.says("/start")
    await ana.presses("Join")
    await ana.presses("I agree")
    await ana.presses("Ana")
    await ana.says("14 March 1990")
    await ana.says("Berlin")
    await ana.says("coffee, books")
    end = await ana.presses("Yes")
    print(end)
    assert "10" in end
