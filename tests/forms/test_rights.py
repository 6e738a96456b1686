"""A form may be open for hours, and whoever began it may have another role by then, or none."""

from __future__ import annotations

import pytest

import handlers.buttons  # noqa: F401 - every form there is
from club.staff import MARKETER
from handlers.forms import FORMS
from storage import staff
from tests.club import CLERK, NOON, STAFF_CHAT, ClubHouse
from tests.tickets.test_queue import hire

FOR_EVERYBODY = {
    "complaints",
    "edit_birthday",
    "edit_city",
    "edit_interests",
    "edit_name",
    "family",
    "nearest",
    "plan_answer",
    "feedback",
    "membership",
    "preferences",
    "questions",
    "survey_complaint",
    "survey_words",
}


def test_each_form_says_whom_it_is_for() -> None:
    assert {name for name, form in FORMS.items() if not form.roles} == FOR_EVERYBODY


@pytest.mark.parametrize("way", ["10017", "/back", "/skip", "Cancel"])
async def test_who_serves_no_more_reads_no_further_question_about_a_customer(club: ClubHouse, way: str) -> None:
    await club.member("Ana")
    await hire(club, "Clerk", CLERK)
    clerk = club.staff(CLERK)
    await clerk.says("/sale")
    await clerk.says("10017")
    await club.database.write(lambda db: staff.put(db, CLERK, MARKETER, NOON))
    heard = await clerk.says(way)
    assert "Ana" not in heard
    assert ("Closed" in heard) == (way == "Cancel"), heard
    assert ("you are a marketer" in heard) == (way != "Cancel"), heard
    assert "No question is open" in await clerk.says("/cancel")


async def test_in_the_staff_group_the_form_asks_who_left_the_team_nothing_more(club: ClubHouse) -> None:
    await club.member("Ana")
    await hire(club, "Clerk", CLERK)
    clerk = club.staff(CLERK).in_group()
    await clerk.says("/sale")
    question = club.world.messages(STAFF_CHAT)[-1]["message_id"]
    await clerk.says("10017", reply_to=question)
    await club.database.write(lambda db: staff.remove(db, CLERK, NOON))
    assert "for our team only" in await clerk.says("/back")
