"""Members go through a journey: step by step, each at their own time, out of it for a reason."""

from __future__ import annotations

from tests.club import ClubHouse, Person
from tests.journeys.road import later, on, places, says


def heard(person: Person, words: str) -> int:
    return sum(words in text for text in person.screen())


async def test_each_step_comes_at_its_time_and_once(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await on(any_club)
    assert "Hello, Ana?" in ana.sees()
    assert await places(any_club) == {"10017": "wait-1"}
    await later(any_club, days=2, hours=23)
    assert heard(ana, "Points, Ana?") == 0
    await later(any_club, hours=1)
    assert heard(ana, "Points, Ana?") == 1
    await later(any_club, days=7)
    assert heard(ana, "More, Ana?") == 1
    assert await places(any_club) == {"10017": "finished"}


async def test_a_branch_leads_each_their_way_and_then_both_go_on(any_club: ClubHouse) -> None:
    ana, mei = await any_club.member("Ana"), await any_club.member("美玲", "zh-hant")
    await on(
        any_club,
        steps=[
            {"if": {"language": {"in": ["en"]}}, "then": [says("hi", "Hi")], "else": [says("hao", "Hao")]},
            {"wait": 1},
            says("both", "Both"),
        ],
    )
    assert (heard(ana, "Hi,"), heard(ana, "Hao,")) == (1, 0)
    assert (heard(mei, "Hi,"), heard(mei, "Hao,")) == (0, 1)
    await later(any_club, days=1)
    assert heard(ana, "Both,") == heard(mei, "Both,") == 1


async def test_whoever_answers_or_complains_leaves_where_the_journey_says_so(any_club: ClubHouse) -> None:
    ana, ben, cem = [await any_club.member(name) for name in ("Ana", "Ben", "Cem")]
    await on(any_club, exits=["replied", "complained"])
    await later(any_club, minutes=1)
    await ana.says("Oh yes")
    await ben.says("/complain The cup was cracked")
    await later(any_club, hours=1)
    assert await places(any_club) == {"10017": "replied", "10025": "complained", "10033": "wait-1"}
    await later(any_club, days=3)
    assert [heard(one, "Points,") for one in (ana, ben, cem)] == [0, 0, 1]
