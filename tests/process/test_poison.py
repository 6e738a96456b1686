"""One update that nobody can handle: it is given up after five tries, and nobody else notices."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot import dispatch
from handlers import router
from handlers.chat import Chat
from storage import inbox
from storage.inbox import DeadLetter
from storage.tables import inbox as inbox_table
from tests.bot_api import Contract
from tests.club import STAFF_CHAT, ClubHouse, Person, open_house
from tests.process.real import a_bot, a_telegram, eventually

APOLOGY = "Something went wrong on our side"
TO_STAFF = "One message could not be handled"
CROWD = 60


@pytest.fixture
async def club(any_url: str) -> AsyncIterator[ClubHouse]:
    async with open_house(any_url) as house:
        yield house


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Chat], None]], None]:
    """Have every handler do something else first."""

    def install(first: Callable[[Chat], None]) -> None:
        handle = router._handle

        def both(chat: Chat) -> None:
            first(chat)
            handle(chat)

        monkeypatch.setattr(router, "_handle", both)

    return install


def _raises(chat: Chat) -> None:
    if chat.text == "poison":
        raise ZeroDivisionError("a secret that must not be told")


async def _dead_letters(club: ClubHouse) -> list[DeadLetter]:
    letters: list[DeadLetter] = await club.query(inbox.dead_letters)
    return letters


def _forgive_telegram(club: ClubHouse) -> None:
    """What was sent here on purpose is no update of the Bot API."""
    for observer in club.world.observers:
        if isinstance(observer, Contract):
            observer.problems.clear()


async def _is_given_up(club: ClubHouse, count: int = 1) -> list[DeadLetter]:
    async with asyncio.timeout(30):
        while len(letters := await _dead_letters(club)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await club.settled(timeout=30)
    return letters


# ---- what becomes of it ---------------------------------------------------------------------------------------------


async def test_an_update_whose_handler_always_raises_is_given_up_and_everybody_is_told(
    club: ClubHouse, breaks: Callable[[Callable[[Chat], None]], None]
) -> None:
    breaks(_raises)
    ana = club.person("Ana")
    club.world.say(ana.id, "poison")
    letters = await _is_given_up(club)
    assert [letter.error for letter in letters] == ["ZeroDivisionError"]
    assert APOLOGY in ana.sees()
    staff = club.world.html(club.world.last(STAFF_CHAT))
    assert TO_STAFF in staff
    assert f"Update {letters[0].update_id} (message): ZeroDivisionError" in staff
    assert "secret" not in staff


async def test_its_own_chat_waits_a_few_seconds_and_goes_on(
    club: ClubHouse, breaks: Callable[[Callable[[Chat], None]], None]
) -> None:
    breaks(_raises)
    ana = club.person("Ana")
    started = time.monotonic()
    club.world.say(ana.id, "poison")
    club.world.say(ana.id, "/help")
    await club.world.wait_for(lambda: any("/ask" in said for said in ana.screen()), timeout=30)
    assert time.monotonic() - started < sum(dispatch.RETRY_AFTER) + 3
    assert APOLOGY in ana.screen()[0]


UNPARSEABLE: list[dict[str, Any]] = [
    {"message": {"message_id": 1, "date": "yesterday", "chat": {"id": 1, "type": "group"}}},
    {"message": "no message at all"},
    {"callback_query": {"id": "1", "from": 7, "data": "x"}},
    {"message": {"message_id": 1, "date": 10**18, "chat": {"id": 2, "type": "group", "title": "\ud800"}}},
]
"""The last one also holds half a surrogate pair, which UTF-8 does not know."""


async def test_updates_that_cannot_be_parsed_are_given_up_one_by_one(club: ClubHouse) -> None:
    for raw in UNPARSEABLE:
        club.world.bot.updates.append({"update_id": next(club.world.bot.update_ids), **raw})
    club.world.bot.arrived.beat()
    bo = club.person("Bo")
    assert "welcome" in await _answered(club, bo, "/start")
    letters = await _is_given_up(club, len(UNPARSEABLE))
    _forgive_telegram(club)
    assert all(letter.error for letter in letters)


async def test_the_person_behind_an_update_that_cannot_be_parsed_hears_of_it(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    place = {"id": ana.id, "type": "private", "first_name": "Ana"}
    club.world.bot.push("message", {"message_id": 1, "date": "yesterday", "chat": place, "from": {"id": ana.id}})
    await _is_given_up(club)
    _forgive_telegram(club)
    assert APOLOGY in ana.sees()


async def test_a_stored_update_that_does_not_open_stops_nobody(club: ClubHouse) -> None:
    """A bit fell over on the disk."""

    def corrupt(db: Connection) -> None:
        inbox.store(db, [(5, 7, {"update_id": 5})], club.clock.now())
        db.execute(update(inbox_table).where(inbox_table.c.update_id == 5).values(raw_sealed=b"nonsense"))

    await club.database.write(corrupt)
    assert "welcome" in await _answered(club, club.person("Ana"), "/start")
    assert len(await _is_given_up(club)) == 1


# ---- the others -----------------------------------------------------------------------------------------------------


async def _answered(club: ClubHouse, person: Person, text: str) -> str:
    """What the bot answers, whatever else it is busy with."""
    before = len(person.screen())
    club.world.say(person.id, text)
    await club.world.wait_for(lambda: len(person.screen()) > before, timeout=30)
    return person.sees()


async def _worst_wait(club: ClubHouse, crowd: list[Person]) -> float:
    """All of them write, a few at a time; how long the slowest but one in a hundred waited for the answer."""

    async def waits(person: Person, position: int) -> float:
        await asyncio.sleep(position * 0.03)
        started = time.monotonic()
        await _answered(club, person, "/help")
        return time.monotonic() - started

    times = sorted(await asyncio.gather(*(waits(person, position) for position, person in enumerate(crowd))))
    return times[int(len(times) * 0.99) - 1]


async def test_poison_in_other_chats_delays_nobody(
    club: ClubHouse, breaks: Callable[[Callable[[Chat], None]], None]
) -> None:
    crowd = [club.person(f"Guest {number}") for number in range(CROWD)]
    normal = await _worst_wait(club, crowd)
    breaks(_raises)
    for number in range(10):
        club.world.say(club.person(f"Poisoner {number}").id, "poison")
    poisoned = await _worst_wait(club, crowd)
    print(f"\np99 of a reply: {normal * 1000:.0f} ms, with 10 poisoned chats beside: {poisoned * 1000:.0f} ms")
    assert poisoned < max(1.0, 3 * normal)
    await _is_given_up(club, 10)


async def test_a_handler_that_never_ends_is_interrupted_and_given_up(
    club: ClubHouse, breaks: Callable[[Callable[[Chat], None]], None]
) -> None:
    def loops(chat: Chat) -> None:
        while chat.text == "hang":
            pass

    breaks(loops)
    club.database._deadline = 0.1  # type: ignore[attr-defined]
    ana, bo = club.person("Ana"), club.person("Bo")
    club.world.say(ana.id, "hang")
    assert "welcome" in await _answered(club, bo, "/start")
    assert [letter.error for letter in await _is_given_up(club)] == ["UnitTimedOut"]
    assert APOLOGY in ana.sees()


# ---- it takes the process with it -----------------------------------------------------------------------------------


@pytest.mark.process
@pytest.mark.parametrize(("word", "code"), [("drop dead", 1), ("hang", 70)])
async def test_an_update_that_kills_the_process_is_given_up_at_the_sixth_start(
    tmp_path: Path, word: str, code: int
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/club.db"
    async with a_telegram() as telegram, a_bot(telegram, url, tmp_path, module="tests.process.fragile") as bot:
        killer, innocent = 10_000, range(10_001, 10_011)
        await telegram.meets(killer, *innocent)
        await bot.starts()
        for person in innocent:
            await telegram.says(person, "/start")
        await telegram.says(killer, word)
        for person in innocent:
            await telegram.says(person, "/help")
        assert await bot.ended() == code
        for _ in range(4):
            bot.spawns()
            assert await bot.ended() == code
        await bot.starts()
        await eventually(lambda: "an update was given up" in bot.said(), what="it is given up")
        await telegram.wrote_to([killer])
        assert APOLOGY in (await telegram.heard(killer))[0]
        assert (await bot.ends())[0] == 0
        async with bot.storage() as database:
            assert len(await database.read(inbox.dead_letters)) == 1
            assert await database.read(inbox.count_waiting) == 0
        chats = await telegram.chats()
        assert all(len(chats[person]) >= 2 for person in innocent)
