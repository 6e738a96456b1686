"""What everybody in the staff group reads is in one language; what only one person sees is in theirs."""

from __future__ import annotations

from tests.club import OWNER, ClubHouse, open_house

TRADITIONAL = set("處負責來這個說")


async def _speaks(club: ClubHouse, persona: int, language: str) -> None:
    club.world.set_language(persona, language)
    await club.staff(persona).says("/start")


async def test_cards_questions_and_answers_are_in_the_groups_language_pop_ups_in_ones_own(any_url: str) -> None:
    async with open_house(any_url, staff_language="zh-Hans") as club:
        await _speaks(club, OWNER, "zh-hant")
        await club.person("Ana").says("/complain The cup was cracked")
        owner = club.staff(OWNER).in_group()
        assert "這件事由您處理了" in await owner.presses("我来处理")
        assert "负责：Lao Li" in owner.screen()[0]
        await owner.presses("回复")
        assert "Ana" in owner.sees()
        await owner.says("/queue")
        assert not TRADITIONAL & set("".join(owner.screen()))
        assert "等您處理" in await club.staff(OWNER).says("/queue"), "in private one reads one's own"


async def test_without_a_setting_it_is_the_clubs_own_language(club: ClubHouse) -> None:
    await _speaks(club, OWNER, "zh-hans")
    await club.person("Ana").says("/complain The cup was cracked")
    owner = club.staff(OWNER).in_group()
    await owner.presses("Reply")
    assert "Ana" in owner.sees()
    assert all(line.isascii() or "·" in line or "…" in line for line in owner.screen())


async def test_a_pop_up_is_in_ones_own_language_before_one_has_ever_written_to_the_bot(club: ClubHouse) -> None:
    club.world.set_language(OWNER, "zh-hans")
    await club.person("Ana").says("/complain The cup was cracked")
    assert "这件事由您处理了" in await club.staff(OWNER).in_group().presses("I take it")
