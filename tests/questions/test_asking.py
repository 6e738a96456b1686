"""/ask: with the question behind it, or without."""

from __future__ import annotations

from storage import tickets
from tests.club import ClubHouse


async def test_ask_asks_for_the_question(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    assert "What would you like to know?" in await ana.presses("Ask a question")
    assert "Its number is <b>#1001</b>" in await ana.says("When do you open?")
    assert (await club.query(lambda db: tickets.by_id(db, 1))).kind == "question"


async def test_the_question_may_stand_behind_the_command(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "#1001" in await ana.says("/ask When do you open?")
    assert "When do you open?" in await ana.says("/status")
    assert "#1002" in await ana.says("/ask\nWhere are you?\nI cannot find you."), "each /ask is a question of its own"
    assert any("Where are you?\nI cannot find you." in line for line in club.staff().in_group().screen())


async def test_王小明_asks_with_a_photo(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    assert "您想问什么" in await xiaoming.says("/ask")
    assert "#1001" in await xiaoming.sends("photo", b"", "这是什么茶？")


async def test_a_question_says_what_happens_next(club: ClubHouse) -> None:
    ana = club.person("Ana")
    heard = await ana.says("/ask When do you open?")
    assert "You get an answer here by" in heard
    assert ana.buttons() == ["Menu"]
