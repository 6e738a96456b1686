"""The ways through a form: back, skip, cancel; what was answered loses its buttons."""

from __future__ import annotations

import pytest

from tests.club import OWNER, ClubHouse
from tests.membership.test_joining import on_file


def with_buttons(club: ClubHouse, chat_id: int) -> list[str]:
    """The messages that still have buttons under them."""
    rows = [
        message for message in club.world.messages(chat_id) if message.get("reply_markup", {}).get("inline_keyboard")
    ]
    return [message["text"] for message in rows]


@pytest.mark.parametrize("cancel", ["/cancel", "Cancel"])
async def test_cancel_ends_every_question_of_joining(club: ClubHouse, cancel: str) -> None:
    ana = club.person("Ana")
    steps = ("I agree", "Ana", "14 March", "Berlin", "tea")
    for many in range(len(steps) + 1):
        await ana.says("/join")
        for step in steps[:many]:
            await (ana.presses(step) if step in ("I agree", "Ana") else ana.says(step))
        answer = await (ana.says(cancel) if cancel.startswith("/") else ana.presses(cancel))
        assert "Closed; nothing of it was kept" in answer
        assert ana.buttons() == ["Menu"]
    assert (await on_file(club, ana)).city is None


async def test_cancel_ends_every_other_form(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    for opening in ("/ask", "/complain"):
        await ana.says(opening)
        assert "Closed" in await ana.says("/cancel")
    for line in ("Name", "Birthday", "City", "Interests"):
        await ana.says("/edit")
        await ana.presses(line)
        assert "Closed" in await ana.says("/cancel")
    assert "No question is open" in await ana.says("/cancel")
    await ana.says("/complain The cup was cracked")
    owner = club.staff(OWNER)
    await owner.says("/reply 1001")
    assert "Closed" in await owner.says("/cancel")


async def test_the_reply_that_was_begun_in_the_group_is_cancelled_there(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    group = club.staff(OWNER).in_group()
    await group.presses("Reply")
    assert "Closed" in await group.says("/cancel")
    assert "No question is open" in await group.says("/cancel")


@pytest.mark.parametrize("way", ["/back", "/skip", "/cancel"])
async def test_without_a_question_there_is_no_way_to_go(club: ClubHouse, way: str) -> None:
    ana = club.person("Ana")
    assert "No question is open" in await ana.says(way)
    assert ana.buttons() == ["Menu"]


async def test_back_goes_one_question_at_a_time_to_the_first(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    await ana.presses("I agree")
    await ana.says("Anna")
    assert "What may we call you?" in await ana.presses("Back")
    await ana.says("Ana")
    await ana.says("14 March")
    assert "birthday" in await ana.says("/back")
    assert "What may we call you?" in await ana.says("/back")
    assert "Do you agree?" in await ana.says("/back")
    assert "first question already" in await ana.says("/back")
    assert ana.buttons() == ["I agree", "Cancel"]


async def test_back_over_a_lunar_day_asks_for_the_day_and_then_for_the_calendar(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    await ana.presses("I agree")
    await ana.says("Ana")
    await ana.presses("lunar")
    await ana.says("8-15")
    assert "Which day of the lunar calendar?" in await ana.presses("Back")
    assert "When is your birthday?" in await ana.presses("Back")
    assert "Which city" in await ana.says("14 March")


async def test_skip_is_for_what_is_optional(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    assert "We cannot go on without this one" in await ana.says("/skip")
    assert "Do you agree?" in ana.sees()
    await ana.presses("I agree")
    assert "We cannot go on without this one" in await ana.says("/skip")
    await ana.says("Ana")
    for question in ("Which city", "What do you care about?", "Last question"):
        assert question in await ana.presses("Skip")
    assert "We cannot go on without this one" in await ana.says("/skip")
    assert "Welcome" in await ana.presses("No")


async def test_王小明_goes_back_and_skips(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("/join")
    await xiaoming.presses("我同意")
    await xiaoming.presses("王小明")
    assert "怎么称呼您" in await xiaoming.presses("上一步")
    await xiaoming.presses("王小明")
    assert "哪个城市" in await xiaoming.presses("跳过")
    assert "已经取消" in await xiaoming.presses("取消")


async def test_only_the_newest_question_has_buttons(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    await ana.presses("I agree")
    await ana.says("   ")
    await ana.says("Ana")
    await ana.says("next spring")
    await ana.says("/help")
    await ana.says("/skip")
    await ana.says("/back")
    await ana.says("14 March")
    await ana.says("Atlantis")
    left = with_buttons(club, ana.id)
    assert [text for text in left if "Menu" not in text and "menu" not in text] == [ana.sees()]


async def test_the_choice_stays_written_under_its_question(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/join")
    await ana.presses("I agree")
    asked = next(line for line in ana.screen() if "Do you agree?" in line)
    assert asked.endswith("✓ <b>I agree</b>")
