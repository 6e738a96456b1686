"""Somebody is forgotten: nothing they said can be read anywhere any more."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from storage import inbox
from storage.sealing import Cipher, KeyProblem, vault_of
from storage.tables import member, metadata
from tests.club import CLERK, NOON, OWNER, STAFF_CHAT, ClubHouse, Person, open_house
from tests.tickets.test_queue import hire

CANARY = "Zwitscherlieschen"
HANDLE, WORDS, CITY, TEA, PHOTO = (
    "zwitscher_user",
    "the teapot sang at midnight",
    "Zwitscherhausen",
    "birdsong",
    "a cage",
)
LIKES = ("millet before bed", "a perch by the window", "Nachtigall", "egg sister", "Kuckuck")
SECRETS = (CANARY, HANDLE, WORDS, CITY, TEA, PHOTO, "teapot", "so sorry, dear bird", *LIKES)


def everything(db: Connection) -> str:
    """All that the database holds, opened with every key that is still there."""
    ciphers = [vault_of(db).installation]
    ciphers += [vault_of(db).cipher(wrapped) for wrapped in db.scalars(select(member.c.key_wrapped)) if wrapped]
    rows = [row for table in metadata.sorted_tables for row in db.execute(select(table))]
    return "\n".join(_readable(value, ciphers) for row in rows for value in row)


def _readable(value: Any, ciphers: list[Cipher]) -> str:
    if not isinstance(value, bytes):
        return str(value)
    for cipher in ciphers:
        try:
            text = cipher.open(value).decode()
            return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text
        except (KeyProblem, ValueError):
            continue
    return ""


async def with_a_life(club: ClubHouse, *, dear: bool = False) -> Person:
    """Somebody who used everything, with the staff in the middle of it, and one form left open. `dear`: likes and
    family too."""
    await hire(club, "Clerk", CLERK)
    await hire(club, "Clerk", club.person("Bob").id)
    bird = club.person(CANARY, username=HANDLE)
    await club.member(CANARY, birthday="14 March 1990")
    await bird.says("/edit")
    await bird.presses("City")
    await bird.says(CITY)
    await bird.says("14:30")
    await bird.says("/edit")
    await bird.presses("Interests")
    await bird.says(TEA)
    await bird.says(f"/complain {WORDS}")
    await bird.sends("photo", b"", PHOTO)
    await club.staff(CLERK).in_group().presses("I take it")
    await club.staff(CLERK).says("/reply 1001 We are so sorry, dear bird.")
    await club.staff(OWNER).says("/queue")
    await bird.says("/ask")
    await bird.says(f"Why did {WORDS}?")
    if dear:
        await _with_likes_and_family(club, bird)
    await bird.says("/edit")
    await bird.presses("Birthday")
    await bird.presses("lunar")
    return bird


async def _with_likes_and_family(club: ClubHouse, bird: Person) -> None:
    await bird.says(f"/preferences {LIKES[0]}")
    await club.staff(CLERK).says(f"/pref @{HANDLE} {LIKES[1]}")
    await club.staff(CLERK).says(f"/customer @{HANDLE}")
    for name, answers in ((LIKES[2], ("Yes, write that day", "Skip")), (LIKES[4], ("Never mention it",))):
        await bird.says("/family")
        await bird.presses("Add a person or day")
        await bird.says(LIKES[3])
        await bird.says(name)
        for answer in answers:
            await bird.presses(answer)
    await club.staff(CLERK).says(f"/pref @{HANDLE}")


async def test_a_forgotten_customer_is_readable_nowhere(any_club: ClubHouse) -> None:
    bird = await with_a_life(any_club, dear=True)
    before = await any_club.query(everything)
    assert [secret for secret in SECRETS if secret not in before] == []

    assert "we meet for the first time" in await any_club.forgets(bird)
    after = await any_club.query(everything)
    assert [secret for secret in SECRETS if secret in after] == []
    group = any_club.staff(CLERK).in_group()
    card = next(line for line in group.screen() if "#1001 · Complaint" in line)
    assert "Name deleted" in card
    assert WORDS not in card
    assert "data deleted" in await any_club.staff(CLERK).says("/reply 1001 Are you there?")


async def test_who_was_forgotten_is_met_for_the_first_time(club: ClubHouse) -> None:
    bird = await with_a_life(club)
    await bird.says("/forget")
    message, data = bird.button("Yes, delete it all")
    await bird.presses("Yes, delete it all")
    await club.passes(hours=25)
    assert "join" in bird.menu()
    club.clock.move_to(NOON + timedelta(days=4, hours=2))
    await club.work.clean()
    known = (await club.query(everything)).split("\n")
    assert str(bird.id) not in known, "the number by which Telegram knows them goes with the last goodbye"

    assert "welcome to Tea" in await bird.says("/start")
    assert "no questions or complaints" in await bird.says("/status")
    assert "done already" in await bird.presses_data(message["message_id"], data)
    shown = await bird.says("/me")
    assert "not a member" in shown
    assert HANDLE in shown


async def test_what_a_forgotten_customer_asked_waits_for_nobody(any_club: ClubHouse) -> None:
    bird, owner = await with_a_life(any_club), any_club.staff(OWNER)
    await bird.says("/complain and the kettle too")
    _, take = owner.in_group().button("I take it")
    await any_club.forgets(bird)
    for colleague in (owner, any_club.staff(CLERK)):
        assert "Nothing is waiting" in await colleague.says("/queue")
    cards = [line for line in owner.in_group().screen() if "· closed" in line]
    assert [card for card in cards if "had all their data deleted. Nothing is left to do." not in card] == []
    assert [number for number in (1001, 1002, 1003) if f"#{number} ·" not in "".join(cards)] == []
    assert "I take it" not in owner.in_group().buttons()
    for command in ("take", "reply", "resolve"):
        assert "Nothing is left to do" in await owner.says(f"/{command} 1001 now"), command
    message = any_club.world.messages(owner.in_group().chat_id)[-1]
    assert "Nothing is left to do" in await owner.in_group().presses_data(message["message_id"], take)


async def test_a_reply_that_was_begun_keeps_no_name(any_club: ClubHouse) -> None:
    bird, owner = await with_a_life(any_club), any_club.staff(OWNER)
    await bird.says("/forget")
    await bird.presses("Yes, delete it all")
    await any_club.passes(hours=23, minutes=59)
    await owner.says("/reply 1002")
    assert f"write to <b>{CANARY}</b> about #1002" in owner.sees()
    await any_club.passes(minutes=2)
    after = await any_club.query(everything)
    assert [secret for secret in SECRETS if secret in after] == []
    assert "Nothing is left to do" in await owner.says("We are sorry.")


async def test_what_quotes_them_and_was_not_sent_yet_is_not_sent(any_club: ClubHouse) -> None:
    club, eva = any_club, any_club.person("Eva")
    bird = await club.member(CANARY)
    await eva.says("/complain The cup was cracked")
    await bird.says("/complain first things first")
    await bird.says("/forget")
    await bird.presses("Yes, delete it all")
    club.clock.move_to(NOON + timedelta(hours=23, minutes=59))
    club.work.pace.pause_chat(STAFF_CHAT, 2.5)
    club.world.say(bird.id, WORDS)
    club.world.say(eva.id, "and the saucer")
    while club.world.bot.updates or await club.query(inbox.count_waiting):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.2)
    club.clock.move_to(NOON + timedelta(hours=24, minutes=1))
    await club.work.plan()
    assert WORDS not in await club.query(everything)
    await club.settled()
    group = club.staff(OWNER).in_group().screen()
    assert any("and the saucer" in line for line in group)
    assert not any(WORDS in line for line in group)


async def test_other_peoples_data_stays(club: ClubHouse) -> None:
    eva, bird = club.person("Eva"), club.person(CANARY)
    await eva.says("/complain The cup was cracked")
    await bird.says(f"/complain {WORDS}")
    await club.forgets(bird)
    assert "The cup was cracked" in await eva.says("/status")
    assert "The cup was cracked" in await club.staff(OWNER).says("/queue")


async def test_the_file_itself_never_shows_a_name_or_a_word(sqlite_url: str) -> None:
    path = Path(sqlite_url.partition("///")[2])

    def readable() -> list[str]:
        raw = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
        assert b"SQLite format 3" in raw
        return [secret for secret in SECRETS if secret.encode() in raw]

    async with open_house(sqlite_url) as club:
        bird = await with_a_life(club, dear=True)
        assert readable() == []
        await club.forgets(bird)
        assert readable() == []
    assert readable() == [], "after the last checkpoint"
