"""What the club says first, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from campaigns import ahead
from storage.tables import campaign, campaign_send, outbox
from tests.club import GREETINGS, ClubHouse, open_house

A_YEAR = timedelta(days=400)


pytestmark = pytest.mark.greetings


async def outcome(club: ClubHouse, name: str) -> list[tuple[str, str, str | None]]:
    """What became of a notice, or of a campaign that comes with the program: occasion, word, reason."""
    notice = outbox.select().where(outbox.c.campaign == name).order_by(outbox.c.id)
    lines = campaign_send.select().join(campaign, campaign.c.id == campaign_send.c.campaign_id)
    rows = await club.query(lambda db: db.execute(notice).all())
    rows += await club.query(lambda db: db.execute(lines.where(campaign.c.key == name).order_by("id")).all())
    return [(row.occasion, row.state, row.reason) for row in rows]


async def upcoming(club: ClubHouse) -> list[tuple[str, datetime]]:
    """What can be seen ahead: the name of each and its moment (UTC)."""
    found = await club.query(lambda db: ahead.upcoming(db, club.work.terms.club, club.clock.now(), A_YEAR))
    return [(one.name, one.at.astimezone(UTC)) for one in found]


async def test_welcome_points_come_with_a_notice_once(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    assert any("20" in line and "points" in line for line in ana.screen())
    assert await outcome(any_club, "welcome_points") == [("joined", "sent", None)]
    await ana.says("/leave")
    await ana.presses("Leave")
    await any_club.member("Ana")
    assert await outcome(any_club, "welcome_points") == [("joined", "sent", None)]
    assert "20" in await ana.says("/me")


async def test_three_days_after_joining_somebody_asks_how_it_is(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await any_club.passes(days=2, hours=23)
    assert await outcome(any_club, "follow-up") == []
    await any_club.passes(hours=1)
    assert await outcome(any_club, "follow-up") == [("joined", "sent", None)]
    await any_club.passes(days=5)
    assert len(await outcome(any_club, "follow-up")) == 1
    await ana.presses("All is well")


async def test_nobody_is_asked_at_night_how_it_is(any_url: str) -> None:
    async with open_house(any_url, shipped=GREETINGS, now=datetime(2026, 11, 22, 14, tzinfo=UTC)) as club:
        ana = await club.member("Ana", city="Auckland")  # 03:00 on the 23rd there
        await club.member("Ben")
        await club.passes(days=3)
        assert len(await outcome(club, "follow-up")) == 1, "Ben's: it is two in the afternoon for him"
        ahead_of = await upcoming(club)
        morning = datetime(2026, 11, 25, 20, tzinfo=UTC)
        assert ahead_of == [("follow-up", morning)]
        club.clock.move_to(morning - timedelta(minutes=1))
        await club.work.plan()
        assert len(await outcome(club, "follow-up")) == 1
        club.clock.move_to(morning + timedelta(minutes=1))
        await club.work.plan()
        await club.settled()
        assert [state for _, state, _ in await outcome(club, "follow-up")] == ["sent", "sent"]
        await club.passes(days=5)
        assert len(await outcome(club, "follow-up")) == 2
        await ana.presses("All is well")


@pytest.mark.parametrize(("hour", "sent"), [(9, 1), (18, 1), (19, 0)])
async def test_who_came_in_the_evening_is_asked_in_the_morning_or_not_at_all(
    sqlite_url: str, hour: int, sent: int
) -> None:
    async with open_house(sqlite_url, shipped=GREETINGS, now=datetime(2026, 11, 22, 19, tzinfo=UTC)) as club:
        await club.member("Ana")
        ahead_of = await upcoming(club)
        assert ahead_of == [("follow-up", datetime(2026, 11, 26, 9, tzinfo=UTC))]
        club.clock.move_to(datetime(2026, 11, 25, 23, tzinfo=UTC))
        await club.work.plan()
        assert await outcome(club, "follow-up") == []
        club.clock.move_to(datetime(2026, 11, 26, hour, 1, tzinfo=UTC))
        await club.work.plan()
        await club.settled()
        ended = ("joined", "sent", None) if sent else ("joined", "late", None)
        assert await outcome(club, "follow-up") == [ended]
        club.clock.move_to(datetime(2026, 11, 27, 12, tzinfo=UTC))
        await club.work.plan()
        assert await outcome(club, "follow-up") == [ended]


async def test_a_birthday_is_greeted_on_the_day_and_no_other(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana", birthday="25 November")
    await any_club.passes(days=2)
    assert await outcome(any_club, "birthday") == []
    await any_club.passes(days=1)
    assert await outcome(any_club, "birthday") == [("birthday:2026", "sent", None)]
    assert "Ana" in ana.sees()
    await any_club.passes(days=3)
    assert len(await outcome(any_club, "birthday")) == 1


async def test_who_comes_in_on_their_birthday_is_greeted_though_the_others_have_been(club: ClubHouse) -> None:
    await club.work.plan()
    await club.member("Ana", birthday="22 November")
    await club.passes(minutes=2)
    assert await outcome(club, "birthday") == [("birthday:2026", "sent", None)]


async def test_the_day_is_the_day_where_the_member_lives(club: ClubHouse) -> None:
    await club.member("Ana", birthday="25 November", city="Auckland")
    club.clock.move_to(datetime(2026, 11, 24, 19, 59, tzinfo=UTC))  # 08:59 on the 25th in Auckland
    await club.work.plan()
    assert await outcome(club, "birthday") == []
    club.clock.move_to(datetime(2026, 11, 24, 20, 1, tzinfo=UTC))
    await club.work.plan()
    await club.settled()
    assert [state for _, state, _ in await outcome(club, "birthday")] == ["sent"]


async def test_a_lunar_birthday_moves_with_the_moon(club: ClubHouse) -> None:
    meiling = await club.member("林美玲", "zh-hant", birthday="農曆八月十五")
    club.clock.move_to(datetime(2027, 9, 14, 12, tzinfo=UTC))
    await club.work.plan()
    assert await outcome(club, "birthday") == []
    club.clock.move_to(datetime(2027, 9, 15, 12, tzinfo=UTC))  # Mid-Autumn of 2027
    await club.work.plan()
    await club.settled()
    assert await outcome(club, "birthday") == [("birthday:lunar:2027", "sent", None)]
    assert "美玲" in meiling.sees()


async def test_the_29th_of_february_is_kept_on_the_28th_in_a_common_year(club: ClubHouse) -> None:
    await club.member("Ana", birthday="29 February")
    club.clock.move_to(datetime(2027, 2, 28, 12, tzinfo=UTC))
    await club.work.plan()
    await club.settled()
    assert await outcome(club, "birthday") == [("birthday:2027", "sent", None)]
    club.clock.move_to(datetime(2028, 2, 28, 12, tzinfo=UTC))
    await club.work.plan()
    assert len(await outcome(club, "birthday")) == 1
    club.clock.move_to(datetime(2028, 2, 29, 12, tzinfo=UTC))
    await club.work.plan()
    await club.settled()
    assert len(await outcome(club, "birthday")) == 2


async def test_planning_twice_and_restarting_greets_nobody_twice(any_url: str) -> None:
    async with open_house(any_url, shipped=GREETINGS) as club:
        await club.member("Ana", birthday="25 November")
        world, ana = club.world, club.person("Ana")
        club.clock.move_to(datetime(2026, 11, 25, 12, tzinfo=UTC))
        for _ in range(3):
            await club.work.plan()
        await club.settled()
    async with open_house(any_url, shipped=GREETINGS, world=world, now=datetime(2026, 11, 25, 13, tzinfo=UTC)) as club:
        for _ in range(3):
            await club.work.plan()
        await club.settled()
        assert [state for _, state, _ in await outcome(club, "birthday")] == ["sent"]
        messages = [club.world.html(one) for one in world.messages(ana.id) if one["from"].get("is_bot")]
        assert sum("birthday" in text.lower() and "Ana" in text and "until" not in text for text in messages) >= 1


async def test_who_said_stop_is_not_greeted(club: ClubHouse) -> None:
    ana = await club.member("Ana", birthday="25 November")
    await ana.says("/stop")
    await club.passes(days=4)
    assert await outcome(club, "birthday") == [("birthday:2026", "no_consent", None)], "and it is on record why"
    assert await outcome(club, "follow-up") == [("joined", "no_consent", None)]


async def test_a_stop_between_planning_and_sending_is_heeded(club: ClubHouse) -> None:
    ana = await club.member("Ana", birthday="25 November")
    club.work.pace.pause(1.5)
    club.clock.move_to(datetime(2026, 11, 25, 12, tzinfo=UTC))
    await club.work.plan()
    await ana.says("/stop")
    assert await outcome(club, "birthday") == [("birthday:2026", "no_consent", "no_consent")]


async def test_a_greeting_that_is_half_a_day_late_is_not_sent_at_night(club: ClubHouse) -> None:
    await club.member("Ana", birthday="25 November")
    await club.work.plan()
    club.clock.move_to(datetime(2026, 11, 25, 23, tzinfo=UTC))
    await club.work.plan()
    late = [("birthday:2026", "late", None)]
    assert await outcome(club, "birthday") == late, "it is written down why"
    club.clock.move_to(datetime(2026, 11, 26, 12, tzinfo=UTC))
    await club.work.plan()
    assert await outcome(club, "birthday") == late


async def test_the_next_birthday_is_offered_to_a_clock_that_can_jump(club: ClubHouse) -> None:
    await club.member("Ana", birthday="25 November")
    ahead_of = await upcoming(club)
    assert [name for name, _ in ahead_of] == ["birthday", "follow-up"]
    assert ahead_of[0][1] == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert ahead_of[1][1] - club.clock.now() < timedelta(days=3)


async def test_where_broadcasts_are_paid_for_a_greeting_says_so_and_an_answer_does_not(sqlite_url: str) -> None:
    asked: list[bool] = []

    def listen(method: str, params: dict[str, object], _result: object) -> None:
        if method == "sendMessage":
            asked.append("allow_paid_broadcast" in params)

    async with open_house(sqlite_url, shipped=GREETINGS, paid=True) as club:
        club.world.observers.append(listen)
        await club.member("Ana", birthday="25 November")
        assert asked
        assert not any(asked)
        asked.clear()
        await club.passes(days=3)
        assert any(asked)
