"""Forty buttons that do something, each pressed twice in one breath: everything happens once."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, func, select

from club import benefits, points
from storage.ledger_proof import prove
from storage.tables import benefit_claim, voucher
from tests.club import NOON, ClubHouse, Person
from tests.rewards.shelf import a_member, put

PEOPLE, KINDS = 10, ("redeem:1", "redeem:2", "claim:1", "claim:2")


async def at_the_club(club: ClubHouse, number: int) -> Person:
    person = club.person(f"Guest {number}")
    await club.database.write(partial(a_member, telegram_id=person.id, amount=500))
    await person.says("/start")
    return person


async def test_forty_buttons_pressed_twice_do_everything_once(any_club: ClubHouse) -> None:
    def opens(db: Connection) -> None:
        for name in ("Tasting", "Fitting"):
            benefits.begin(db, benefits.Draft(name, None, 9, "month"))

    await any_club.database.write(opens)
    for name in ("Tin of tea", "Pot of tea"):
        await put(any_club.database, name=name)
    people = [await at_the_club(any_club, number) for number in range(PEOPLE)]
    pressed = []
    for person in people:
        (screen,) = [one for one in any_club.world.messages(person.chat_id) if one["from"].get("is_bot")]
        for kind in KINDS:
            data = f"{kind}:{kind[0]}{kind[-1]}-{person.id}"
            for _ in range(2):
                press = any_club.world.press(person.id, person.chat_id, screen["message_id"], data, stale=True)
                pressed.append(press.callback_id)
    await any_club.settled(timeout=60)
    words = [(await any_club.world.pressed(one)).text or "" for one in pressed]
    assert len([said for said in words if "done already" in said]) == PEOPLE * len(KINDS)

    def counts(db: Connection) -> list[int]:
        return [db.execute(select(func.count()).select_from(table)).scalar_one() for table in (voucher, benefit_claim)]

    assert await any_club.query(counts) == [2 * PEOPLE, 2 * PEOPLE]
    ids = await any_club.query(lambda db: db.execute(select(voucher.c.member_id).distinct()).scalars().all())
    left = await any_club.query(lambda db: {points.balance(db, one, NOON).available for one in ids})
    assert (len(ids), left) == (PEOPLE, {500 - 240})
    assert (await any_club.query(prove)).disagreements == ()
