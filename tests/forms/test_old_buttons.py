"""Buttons of yesterday, buttons of others, buttons that never were."""

from __future__ import annotations

import random
import string

from sqlalchemy import func, select

from handlers.buttons import BUTTONS
from storage.tables import inbox, outbox
from tests.club import OWNER, ClubHouse
from tests.membership.test_joining import on_file


async def test_a_button_of_an_answered_question_is_out_of_date(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    message, agree = ana.button("I agree")
    await ana.presses("I agree")
    await ana.says("Ana")
    assert "earlier question" in await ana.presses_data(message["message_id"], agree)
    assert "When is your birthday?" in ana.sees()
    await ana.says("/cancel")
    assert "earlier question" in await ana.presses_data(message["message_id"], agree)


async def test_王小明_presses_an_old_button(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("/join")
    message, agree = xiaoming.button("我同意")
    await xiaoming.presses("取消")
    assert "之前那个问题的按钮" in await xiaoming.presses_data(message["message_id"], agree)


async def test_a_question_of_yesterday_has_run_out(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    message, agree = ana.button("I agree")
    club.clock.move_to(club.clock.now().replace(day=23, hour=13))
    assert "earlier question" in await ana.presses_data(message["message_id"], agree)
    assert "No question is open" in await ana.says("/cancel")
    assert "#1001" in await ana.says("What was that about again?"), "what is typed now is no answer to it"
    assert "Do you agree?" in await ana.says("/join")


async def test_within_a_day_a_question_waits(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    club.clock.move_to(club.clock.now().replace(day=23, hour=11))
    assert "What may we call you?" in await ana.presses("I agree")


async def test_an_unknown_button_is_answered_kindly_and_does_nothing(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    message = club.world.messages(ana.id)[-1]["message_id"]
    for data in ("nonsense", "go:nowhere", "go:", ":", "::", "", "f", "f:agree:xxxxxxxx", "x" * 64):
        assert "/start" in await ana.presses_data(message, data), data
    assert len(ana.screen()) == 1


async def test_forged_buttons_neither_break_nor_move_anything(club: ClubHouse) -> None:
    """Telegram lets nobody forge them, but a person with their own client may try."""
    chance = random.Random(7)
    ana, owner = await club.member("Ana"), club.staff(OWNER)
    await owner.says("/start")
    verbs = [*BUTTONS, "go", "f", "", "admin"]
    letters = string.printable + "龍🐉\u202e\u200b"
    for person in (ana, owner):
        message = club.world.messages(person.id)[-1]["message_id"]
        for _ in range(60):
            tail = "".join(chance.choices(letters, k=chance.randint(0, 12)))
            number = chance.choice(["", "9" * 40, "-1", "1001", "٣", "None", tail])
            data = f"{chance.choice(verbs)}:{number}:{tail}".encode()[:64].decode(errors="ignore")
            if not data.startswith(("go:", "leave", "forget", "well")):  # those are anybody's own
                club.world.press(person.id, person.chat_id, message, data, stale=True)
    await club.settled(60)
    dead = select(func.count()).select_from(inbox).where(inbox.c.state == "dead")
    failed = select(outbox.c.method, outbox.c.reason).where(outbox.c.state.in_(["failed", "unknown"]))
    assert await club.query(lambda db: db.scalar(dead)) == 0
    assert await club.query(lambda db: list(db.execute(failed))) == []
    assert (await on_file(club, ana)).joined


async def test_numbers_longer_than_any_ticket_are_refused(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/start")
    message = club.world.messages(owner.id)[-1]["message_id"]
    for verb in ("take", "show", "reply", "resolve", "remove"):
        heard = await owner.presses_data(message, f"{verb}:{'9' * 50}:n")
        assert "no longer works" in heard, verb
    assert "/queue" in await owner.says(f"/take {'9' * 50}")


async def test_a_button_under_somebody_elses_message_answers_for_oneself_only(club: ClubHouse) -> None:
    ana, eva = await club.member("Ana"), await club.member("Eva")
    await ana.says("/leave")
    _, leave = ana.button("Leave, keep")
    await eva.says("/start")
    eve_message = club.world.messages(eva.id)[-1]["message_id"]
    await eva.presses_data(eve_message, leave)
    assert (await on_file(club, ana)).joined
