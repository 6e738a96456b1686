"""What was learnt is asked before the end and read by whoever does it again; a month is summed up on the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns import words
from campaigns.problems import Problem
from templates.fields import Facts
from tests.campaigns.desk import approved, drafted, goes_on, sent
from tests.campaigns.test_in_the_chat import marketer
from tests.club import OWNER, ClubHouse


async def test_one_that_ends_by_itself_asks_its_author_and_the_copy_tells(any_club: ClubHouse) -> None:
    maria = await marketer(any_club)
    await maria.says("/start")
    await any_club.member("Ana")
    await sent(any_club)
    any_club.clock.move_to(any_club.clock.now() + timedelta(seconds=2))
    await goes_on(any_club)
    await any_club.settled()
    assert "has ended: sent 1" in maria.sees()
    await maria.presses("Say what was learnt")
    assert "differently next time" in await maria.says("The question at the end")
    assert "Noted" in await maria.says("On a Friday")
    await maria.says("/campaign tea")
    copied = await maria.presses("Copy")
    assert "• worked: The question at the end\n• differently: On a Friday" in copied
    report = await maria.says("/campaign report tea-2")
    assert "<b>Before: tea</b>" in report
    assert "• worked: The question at the end" in report


async def test_before_somebody_ends_one_it_is_asked_and_the_end_is_asked_after_it(club: ClubHouse) -> None:
    maria = await marketer(club)
    await club.member("Ana")
    await sent(club, moment={"when": "joined"})
    await maria.says("/campaign tea")
    assert "what worked?" in await maria.presses("End it")
    await maria.says("/skip")
    assert "for good?" in await maria.says("Fewer words")
    assert "• differently: Fewer words" in await maria.says("/campaign report tea")


async def test_of_one_that_reached_nobody_there_is_nothing_to_learn(club: ClubHouse) -> None:
    await club.member("Ana")
    maria = await marketer(club)
    await approved(club, moment={"when": "once", "on": "2026-12-20"})
    card = await maria.says("/campaign tea")
    assert "20 December 2026" in card
    assert "next" not in card
    await maria.presses("Pause")
    assert "for good?" in await maria.presses("End it")


async def test_on_the_first_of_the_month_all_that_was_said_is_summed_up_once(club: ClubHouse) -> None:
    ana, owner, maria = await club.member("Ana"), club.staff(OWNER), await marketer(club)
    await sent(club)
    await ana.presses("No more of these")
    assert "<b>tea</b>: sent 1" in await owner.says("/report campaigns")
    club.clock.move_to(datetime(2026, 12, 1, 8, 59, tzinfo=UTC))
    await club.work.plan()
    await club.settled()
    assert not any("1 November 2026 to 30 November 2026" in line for line in owner.screen())
    for hour in (9, 10):
        club.clock.move_to(datetime(2026, 12, 1, hour, 1, tzinfo=UTC))
        await club.work.plan()
        await club.settled()
    for person in (owner, maria):
        told = [line for line in person.screen() if "1 November 2026 to 30 November 2026" in line]
        assert len(told) == 1
        assert "<b>want no more 1</b>" in told[0]
        assert "<b>Notices:</b> Welcome points 1" in told[0]


async def test_a_report_begins_with_a_chart(club: ClubHouse) -> None:
    await club.member("Ana")
    await sent(club)
    owner = club.staff(OWNER)
    await owner.says("/campaign report tea")
    assert any("photo" in message for message in club.world.messages(owner.chat_id)[-3:])


async def test_a_text_is_tried_on_members_as_they_are_when_it_is_kept_and_approved(
    club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await club.member("Ana")
    await club.member("美玲", "zh-hant")
    tried: list[tuple[str, list[Any]]] = []
    check = words.check

    def spy(text: str, language: str, samples: Sequence[Facts] = (), most: int = words.MAX_TEXT) -> list[Problem]:
        tried.append((language, [one["name"] for one in samples]))
        return [Problem("", "a name", "another")] if spoilt else check(text, language, samples, most)

    spoilt = False
    monkeypatch.setattr(words, "check", spy)
    await drafted(club)
    assert ("en", ["Ana"]) in tried
    assert ("zh-Hant", ["美玲"]) in tried
    owner = club.staff(OWNER)
    await owner.says("/campaign tea")
    await owner.presses("Submit")
    spoilt = True
    assert "cannot be approved like this" in await owner.presses("Approve")
    spoilt = False
    assert "Approved" in await owner.presses("Approve")
