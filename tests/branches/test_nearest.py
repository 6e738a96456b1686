"""Which branch is meant by somebody who names none, and when it is open."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from club import knowledge as club_knowledge
from club.knowledge import Draft
from club.nearest import Point, metres
from storage import branches, visits
from storage.branches import Branch
from tests.club import CLERK, NOON, OWNER, ClubHouse
from tests.tickets.test_queue import hire

HARBOUR = {"hours": "Mon–Fr 9–18", "city": "Berlin", "latitude": 52.53, "longitude": 13.36}
MITTE = {"hours": "daily 10–20", "city": "Berlin", "latitude": 52.52, "longitude": 13.405}
XINYI = {"hours": "每天 11–22", "city": "Taipei / 台北", "latitude": 25.033, "longitude": 121.565}
ASKED = "what are your opening hours"


async def opened(club: ClubHouse, **told: dict[str, Any]) -> ClubHouse:
    """The club has these branches, and has learnt to answer."""
    for name, one in told.items():
        await club.database.write(partial(branches.add, name=name.replace("_", " "), **one))
    await club.learns()
    return club


async def three(club: ClubHouse) -> ClubHouse:
    return await opened(club, Harbour=HARBOUR, Mitte=MITTE, 信義店=XINYI)


async def test_an_owner_tells_where_a_branch_is_and_when_it_is_open(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    await owner.says("/branches")
    await owner.presses("Add a branch")
    assert "In which city is Xinyi?" in await owner.says("Xinyi")
    assert "When is Xinyi open?" in await owner.says("Taipei / 台北")
    assert "Where does Xinyi stand?" in await owner.says("daily 11–22")
    assert "A location is asked for here" in await owner.says("next to the tower")
    assert "Xinyi, Taipei / 台北: daily 11–22" in await owner.sends("location", 25.033, 121.565)
    assert await club.query(branches.every) == [Branch(1, "Xinyi", "daily 11–22", "Taipei / 台北", 25.033, 121.565)]


async def test_each_thing_told_of_a_branch_can_be_changed_and_taken_away(any_club: ClubHouse) -> None:
    owner = any_club.staff(OWNER)
    await opened(any_club, Xinyi=XINYI)
    await owner.says("/branches")
    assert "City: Taipei / 台北\nOpening hours: 每天 11–22\nLocation: known" in await owner.presses("Xinyi")
    await owner.presses("City")
    assert "City: 台北市" in await owner.says("台北市")
    await owner.presses("Location")
    assert "Location: not shown yet" in await owner.says("-")
    await owner.presses("Location")
    assert "Location: known" in await owner.sends("location", 25.1, 121.5)
    await owner.presses("Opening hours")
    assert "Opening hours: not told yet" in await owner.says("-")
    await owner.presses("City")
    assert "City: 台北市" in await owner.presses("Skip") or "City: 台北市" in owner.sees(), "left as it was"
    assert await any_club.query(branches.every) == [Branch(1, "Xinyi", "", "台北市", 25.1, 121.5)]


async def test_a_name_that_is_there_already_is_asked_again_at_once(club: ClubHouse) -> None:
    await three(club)
    await club.staff(OWNER).says("/branches")
    await club.staff(OWNER).presses("Add a branch")
    assert "There is a branch called harbour already" in await club.staff(OWNER).says("harbour")


async def test_the_branch_in_the_members_city_is_told_and_why(club: ClubHouse) -> None:
    await three(club)
    mei = await club.member("林美玲", "zh-hant", city="臺北市大安區")
    assert await mei.says("請問幾點開門") == (
        "<b>信義店</b>（台北）\n每天 11–22\n\n這是您所在城市的門市。\n\n這樣說清楚了嗎？"
    )
    ana = await club.member("Ana", city="taipei")
    answer = await ana.says(ASKED)
    assert "<b>信義店</b>, Taipei\n每天 11–22\n\nIt is the one in your city.\n\nDid that help?" in answer
    answer = await ana.presses("All branches")
    assert answer.index("Harbour") < answer.index("Mitte") < answer.index("信義店") < answer.index("all our branches")
    assert "Good to know" in await ana.presses("Yes")


async def test_of_two_branches_in_a_city_both_are_told(club: ClubHouse) -> None:
    ben = await (await three(club)).member("Ben", city="Berlin, Germany")
    answer = await ben.says(ASKED)
    assert "<b>Harbour</b>, Berlin\nMon–Fr 9–18\n\n<b>Mitte</b>, Berlin\ndaily 10–20" in answer
    assert "These are the ones in your city." in answer
    assert "信義店" not in answer


async def test_elsewhere_it_is_the_branch_where_they_were_last(any_club: ClubHouse) -> None:
    await three(any_club)
    ben = await any_club.member("Ben", city="Hamburg")
    await hire(any_club, "Clerk", CLERK)
    clerk = any_club.staff(CLERK)
    assert "These are all our branches." in await ben.says(ASKED)
    await clerk.says("/sale 10017 tea 5")
    await clerk.presses("Mitte")
    await clerk.says("/sale 10017 tea 5")
    answer = await ben.says(ASKED)
    assert "<b>Mitte</b>, Berlin\ndaily 10–20\n\nIt is the one where you were last." in answer
    later = NOON.replace(hour=18)
    came = partial(visits.add, member_id=1, branch_id=1, nights=0, staff_id=CLERK, key="visit:1", at=later)
    await any_club.database.write(came)
    assert "<b>Harbour</b>" in await ben.says(ASKED), "a visit tells it too"


async def test_whoever_sends_a_location_reads_what_is_nearest_to_it(club: ClubHouse) -> None:
    ana = await (await three(club)).member("Ana", city="Taipei")
    answer = await ana.sends("location", 52.521, 13.41)
    assert "<b>Mitte</b>, Berlin\ndaily 10–20\n\nThis is our nearest branch, 350 m from there" in answer
    assert "Did you mean something else?" in answer
    await ana.presses("On the map")
    place = club.world.messages(ana.chat_id)[-1]["venue"]
    assert (place["title"], place["address"], place["location"]["latitude"]) == ("Mitte", "Berlin", 52.52)
    mei = await club.member("林美玲", "zh-hant")
    assert "離您傳來的位置最近的是這一家，直線距離約 1.5 公里。" in await mei.sends("location", 25.046, 121.57)


async def test_the_button_asks_where_they_are_and_takes_a_city_too(club: ClubHouse) -> None:
    wang = await (await three(club)).member("王小明", "zh-hans")
    assert "我们的门店都在这里了。" in await wang.says("离我最近的店几点开门")
    assert "您在哪里？把位置发过来就行" in await wang.presses("离我最近的")
    assert "我们在巴黎还没有门店。" in await wang.says("巴黎")
    assert "<b>信義店</b>（台北）\n每天 11–22\n\n这样说清楚了吗？" in await wang.says("臺北")
    await wang.presses("离我最近的")
    assert "直线距离约 9 公里" in await wang.sends("location", 25.114, 121.565)
    assert "信義店" in wang.sees()


async def test_while_a_colleague_waits_for_a_location_it_goes_to_them(club: ClubHouse) -> None:
    ana = await (await three(club)).member("Ana")
    await ana.says("/human where shall I wait for the courier?")
    assert "Mitte" not in await ana.sends("location", 52.521, 13.41)
    group = club.world.messages(club.staff().in_group().chat_id)
    assert any("location" in one for one in group)


async def test_the_branch_or_city_that_the_question_names_is_the_one_that_is_meant(club: ClubHouse) -> None:
    ana = await (await three(club)).member("Ana", city="Berlin")
    answer = await ana.says("what are your opening hours in Taipei?")
    assert "<b>信義店</b>" in answer
    assert "in your city" not in answer
    answer = await ana.says("when do you open at Mitte")
    assert "<b>Mitte</b>" in answer
    assert "Harbour" not in answer


async def test_an_answer_with_hours_in_it_tells_those_of_the_nearest(any_club: ClubHouse) -> None:
    await three(any_club)
    words = Draft("visit", {"en": ("Visiting", "Come by: {hours}")}, {"en": ["may I visit"]})
    await any_club.database.write(partial(club_knowledge.add, draft=words, actor_id=CLERK, now=NOON))
    ana = await any_club.member("Ana", city="台北")
    assert "Come by: 信義店: 每天 11–22\n" in await ana.says("may I visit")


async def test_of_many_branches_one_is_chosen_by_a_button(club: ClubHouse) -> None:
    await opened(club, **{f"Shop_{number}": {"hours": f"from {number}"} for number in range(1, 13)})
    ana = club.person("Ana")
    assert "We have 12 branches. Which one do you mean?" in await ana.says(ASKED)
    assert "<b>Shop 7</b>\nfrom 7\n\nDid that help?" in await ana.presses("Shop 7")
    assert "Which one do you mean?" in await ana.presses("All branches")
    assert "Nearest to me" not in ana.buttons(), "nothing tells where any of them is"


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        (Point(52.52, 13.405), Point(52.52, 13.405), 0),
        (Point(0, 0), Point(0, 180), 20_015_087),
        (Point(51.5, -0.12), Point(48.86, 2.35), 343_000),
        (Point(0, 179.9), Point(0, -179.9), 22_239),
    ],
)
def test_distances_are_those_on_the_globe(one: Point, other: Point, far: int) -> None:
    assert metres(one, other) == pytest.approx(far, rel=0.01)
