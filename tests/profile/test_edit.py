"""/edit: each line can be put right, one at a time."""

from __future__ import annotations

from storage.members import Birthday
from tests.club import ClubHouse
from tests.membership.test_joining import on_file


async def test_each_line_has_a_button(club: ClubHouse) -> None:
    ana = await club.member("Ana", birthday="14 March", city="Berlin")
    assert "What would you like to change?" in await ana.says("/edit")
    lines = ["Name", "Birthday", "City", "Interests", "What I like", "Family and days"]
    assert ana.buttons() == [*lines, "🌐 Language · 语言", "Menu"]
    assert "Now it is <b>Ana</b>" in await ana.presses("Name")
    assert "Name: <b>Anita</b>" in await ana.says("Anita")
    await ana.says("/edit")
    await ana.presses("Birthday")
    assert "15 March" in await ana.says("March 15")
    await ana.says("/edit")
    await ana.presses("City")
    assert "City: Taipei (your clock says 20:00" in await ana.says("Taipei")
    await ana.says("/edit")
    await ana.presses("Interests")
    assert "Interests: oolong" in await ana.says("oolong")
    known = await on_file(club, ana)
    assert (known.name, known.birthday, known.zone) == ("Anita", Birthday("solar", 3, 15), "Asia/Taipei")


async def test_a_line_that_is_skipped_is_emptied(club: ClubHouse) -> None:
    ana = await club.member("Ana", birthday="14 March", city="Berlin")
    for line in ("Birthday", "City", "Interests"):
        await ana.says("/edit")
        assert "we keep no" in await ana.presses(line)
        await ana.presses("Skip")
    known = await on_file(club, ana)
    assert (known.birthday, known.city, known.interests, known.zone) == (None, None, None, "UTC")


async def test_a_name_can_be_changed_but_not_left_out(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/edit")
    await ana.presses("Name")
    assert "Skip" not in ana.buttons()
    assert "We cannot go on without this one" in await ana.says("/skip")


async def test_林美玲_moves_to_a_town_nobody_knows(club: ClubHouse) -> None:
    meiling = await club.member("林美玲", "zh-hant", city="台北")
    await meiling.says("/edit")
    await meiling.presses("城市")
    assert "幾點" in await meiling.says("桃花源")
    assert "桃花源" in await meiling.says("晚上8点")
    assert (await on_file(club, meiling)).zone == "Etc/GMT-8"


async def test_a_lunar_birthday_replaces_a_solar_one(club: ClubHouse) -> None:
    ana = await club.member("Ana", birthday="14 March 1990")
    await ana.says("/edit")
    await ana.presses("Birthday")
    await ana.presses("lunar")
    assert "8th lunar month, day 15" in await ana.says("8-15")
    assert (await on_file(club, ana)).birthday == Birthday("lunar", 8, 15)


async def test_only_members_have_lines_to_change(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "This is for members" in await ana.says("/edit")
    assert "Join the club" in ana.buttons() or "Menu" in ana.buttons()


async def test_a_button_of_a_line_that_is_not_there_does_nothing(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/edit")
    message = club.world.messages(ana.id)[-1]["message_id"]
    assert "no longer works" in await ana.presses_data(message, "edit:points")
