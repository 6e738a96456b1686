"""Members go through a journey: step by step, each at their own time, out of it for a reason."""

from __future__ import annotations

from sqlalchemy import Connection, delete, update

from campaigns.journey_edit import INSTEAD, put
from storage.tables import campaign, campaign_send, journey_position, outbox
from tests.campaigns.test_in_the_chat import taken_on
from tests.club import CLERK, ClubHouse, Person
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


async def test_a_step_with_a_picture_comes_as_one_and_keeps_it_when_its_words_change(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.sends("photo")
    photo = next(one["photo"] for one in club.world.messages(ana.chat_id) if "photo" in one)[-1]["file_id"]
    steps = [says("hello", "Look", picture=photo), says("bye", "Bye")]
    await on(club, steps=steps)
    shown = next(one for one in club.world.messages(ana.chat_id) if "Look" in one.get("caption", ""))
    assert shown["photo"]
    assert put(steps, says("", "See"), INSTEAD, "hello")[0] == says("hello", "See", picture=photo)
    assert put(steps, {"wait": {"days": 1}}, INSTEAD, "hello")[0] == {"wait": {"days": 1}, "name": "hello"}


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


async def test_messages_that_are_heard_of_at_once_carry_nobody_past_the_next(any_club: ClubHouse) -> None:
    """Ben has had the first, the others the second, and all is told in one step: Ben is still to get the second."""
    people = [await any_club.member(name) for name in ("Ana", "Ben", "Cem")]
    await on(any_club, steps=[says("one", "One"), says("two", "Two"), {"wait": 1}])

    def hold(db: Connection) -> None:
        at, line = any_club.clock.now(), campaign_send.c
        for member_id, step in ((1, "two"), (2, "one"), (3, "two")):
            db.execute(
                update(journey_position).where(journey_position.c.member_id == member_id).values(step=step, due_at=None)
            )
            mine = (line.member_id == member_id, line.step == step)
            db.execute(update(campaign_send).where(*mine).values(ended_at=at, position_id=member_id))
        db.execute(delete(outbox).where(outbox.c.send_id.is_not(None)))
        db.execute(delete(campaign_send).where(line.member_id == 2, line.step == "two"))
        db.execute(update(campaign).values(look_at=at))

    await any_club.database.write(hold)
    before = [heard(one, "Two,") for one in people]
    await later(any_club, seconds=5)
    assert [heard(one, "Two,") - had for one, had in zip(people, before, strict=True)] == [0, 1, 0]


async def test_what_a_step_asks_of_a_colleague_is_told_and_stands_there_until_it_is_done(any_club: ClubHouse) -> None:
    await any_club.member("Ana")
    clerk = await taken_on(any_club, CLERK, "clerk", "Chen Wei")
    await on(any_club, steps=[says("hello", "Hello"), {"task": "Call and ask how the tea is"}])
    await any_club.work.plan()
    await any_club.settled()
    assert "one more thing to do about a member" in clerk.in_group().sees()
    told = await clerk.says("/todo")
    assert "<b>Call and ask how the tea is</b>\nAna (10017) · welcome" in told
    assert "Nothing." in await clerk.presses("✓ Ana")
    await any_club.work.plan()
    await any_club.settled()
    assert "Nothing." in await clerk.says("/todo")
