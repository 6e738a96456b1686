"""The same thing comes twice: a press under a new update id, an update that was answered already."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from storage.tables import ticket_event
from tests.club import STAFF_CHAT, ClubHouse, Refusals


async def _events(club: ClubHouse, step: str) -> int:
    query = select(ticket_event).where(ticket_event.c.step == step)
    return len(await club.query(lambda db: db.execute(query).all()))


def _press_again(club: ClubHouse, body: dict[str, Any], times: int) -> None:
    """What a client does that got no answer: the same press, each time under a new update id."""
    for _ in range(times):
        club.world.bot.push("callback_query", body)


def _forgive_late_answers(club: ClubHouse) -> None:
    """A press can be answered once; the second and third answer are told so, and nobody minds."""
    for observer in club.world.observers:
        if isinstance(observer, Refusals):
            observer.unexpected = [one for one in observer.unexpected if "query is too old" not in one]


async def test_a_press_that_telegram_brings_three_times_takes_the_ticket_once(any_club: ClubHouse) -> None:
    club = any_club
    ana, owner = club.person("Ana"), club.staff().in_group()
    await ana.says("/complain the cup was cracked")
    heard_before = len(ana.screen())
    message, data = owner.button("I take it")
    pressed = club.world.press(owner.id, STAFF_CHAT, message["message_id"], data)
    body = club.world.bot.updates[-1]["callback_query"] if club.world.bot.updates else None
    assert body is not None
    assert body["id"] == pressed.callback_id
    _press_again(club, body, 2)
    await club.settled()
    _forgive_late_answers(club)
    assert await _events(club, "take") == 1
    assert len(ana.screen()) == heard_before + 1


async def test_an_update_that_comes_again_is_not_handled_again(any_club: ClubHouse) -> None:
    club = any_club
    ana = club.person("Ana")
    club.world.say(ana.id, "/complain the cup was cracked")
    update = club.world.bot.updates[-1]
    await club.settled()
    await club.work.intake.accept(update)
    await club.work.intake.accept(update)
    await club.settled()
    assert await _events(club, "open") == 1
    assert len(ana.screen()) == 1
