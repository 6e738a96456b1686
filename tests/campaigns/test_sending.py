"""What becomes of an audience: each member of it ends with one word, and nobody is written to who should not be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from campaigns import campaigns, draw
from club.club import CampaignRules
from storage import campaigns as rows
from storage import members
from storage.tables import campaign_send, outbox
from storage.words import Words
from tests.campaigns.desk import goes_on, let_go, on_its_way, sent, tally
from tests.club import OWNER, ClubHouse, open_house
from tests.rewards.shelf import put

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_everybody_who_wants_to_hear_from_the_club_reads_it_in_their_language(any_club: ClubHouse) -> None:
    ana, mei = await any_club.member("Ana"), await any_club.member("美玲", "zh-hant")
    campaign = await sent(any_club)
    assert "Hello Ana, shall we put a tea aside?" in ana.sees()
    assert "美玲，幫您留一份茶好嗎？" in mei.sees()
    assert await tally(any_club, campaign) == {"sent": 2}


async def test_what_their_points_are_enough_for_is_read_in_each_members_language(any_club: ClubHouse) -> None:
    tin = Words({"en": "Tin of tea", "zh-Hans": "绿茶一罐", "zh-Hant": "綠茶一罐"})
    await put(any_club.database, name=tin, price=20)
    ana, mei = await any_club.member("Ana"), await any_club.member("美玲", "zh-hant")
    await sent(
        any_club,
        texts={"en": "Yours: {{ shelf|default('none') }}?", "zh-Hant": "可以換：{{ shelf|default('沒有') }}？"},
    )
    assert "Yours: Tin of tea?" in ana.sees()
    assert "可以換：綠茶一罐？" in mei.sees()


async def test_who_said_stop_gets_nothing_and_that_is_written_down(any_club: ClubHouse) -> None:
    ana, ben = await any_club.member("Ana"), await any_club.member("Ben")
    await ben.says("/stop")
    campaign = await sent(any_club)
    assert "tea" in ana.sees()
    assert "tea aside" not in ben.sees()
    assert await tally(any_club, campaign) == {"sent": 1, "no_consent": 1}


async def test_a_service_notice_reaches_them_all_the_same_and_at_once(any_url: str) -> None:
    async with open_house(any_url, now=datetime(2026, 11, 22, 3, tzinfo=UTC)) as club:
        ben = await club.member("Ben")
        await ben.says("/stop")
        assert await tally(club, await sent(club, kind="service")) == {"sent": 1}


async def test_a_stop_while_the_message_waits_is_heeded(any_club: ClubHouse) -> None:
    await any_club.member("Ana")
    campaign = await on_its_way(any_club)
    await any_club.database.write(lambda db: members.set_marketing(db, 1, False))
    let_go(any_club)
    await goes_on(any_club)
    assert await tally(any_club, campaign) == {"no_consent": 1}


async def test_whoever_complains_and_whoever_blocked_us_are_left_out(any_club: ClubHouse) -> None:
    ana, ben = await any_club.member("Ana"), await any_club.member("Ben")
    await ana.says("/complain The cup was cracked")
    any_club.world.block(ben.id)
    await any_club.settled()
    assert await tally(any_club, await sent(any_club)) == {"complaint": 1, "blocked": 1}


async def test_where_it_is_night_it_comes_in_the_morning(any_url: str) -> None:
    async with open_house(any_url, now=datetime(2026, 11, 22, 22, tzinfo=UTC)) as club:
        ana, kim = await club.member("Ana"), await club.member("Kim", city="Auckland")
        campaign = await sent(club)
        assert "shall we" in kim.sees(), "it is eleven in the morning there"
        assert await tally(club, campaign) == {"sent": 1, "waiting": 1}
        club.clock.move_to(MORNING - timedelta(minutes=1))
        await goes_on(club)
        assert await tally(club, campaign) == {"sent": 1, "waiting": 1}
        club.clock.move_to(MORNING + timedelta(seconds=5))
        await goes_on(club)
        assert "shall we" in ana.sees()
        assert await tally(club, campaign) == {"sent": 2}


async def test_enough_is_enough_across_campaigns_and_greetings_do_not_count(any_url: str) -> None:
    async with open_house(any_url, campaigns=CampaignRules(contacts_most=1)) as club:
        await club.member("Ana")
        assert await tally(club, await sent(club)) == {"sent": 1}
        assert await tally(club, await sent(club, key="more")) == {"capped": 1}
        assert await tally(club, await sent(club, key="best-wishes", kind="greeting")) == {"sent": 1}
        club.clock.move_to(club.clock.now() + timedelta(days=7, minutes=1))
        assert await tally(club, await sent(club, key="again")) == {"sent": 1}


async def test_a_promotion_holds_some_out_as_drawn_and_says_its_last_day(any_club: ClubHouse) -> None:
    people = [await any_club.member(f"Person {number}") for number in range(6)]
    campaign = await sent(any_club, kind="promotion", ends_on="2026-12-24", holdout=50)
    edges = draw.bounds(50, [1])
    drawn = [draw.variant_of(draw.part_of(number, campaign.key), edges) for number in range(1, 7)]
    assert await tally(any_club, campaign) == {"held_out": drawn.count(0), "sent": drawn.count(1)}
    assert 0 in drawn
    assert 1 in drawn
    for person, variant in zip(people, drawn, strict=True):
        assert ("Until 24 December 2026." in person.sees()) == bool(variant)


async def test_after_its_last_day_a_promotion_reaches_nobody_any_more(any_url: str) -> None:
    async with open_house(any_url, now=datetime(2026, 11, 22, 22, tzinfo=UTC)) as club:
        await club.member("Ana")
        campaign = await sent(club, kind="promotion", ends_on="2026-11-22", holdout=0)
        club.clock.move_to(MORNING)
        await goes_on(club)
        assert await tally(club, campaign) == {"late": 1}
        assert (await club.query(lambda db: campaigns.existing(db, campaign.id))).state == "done"


async def test_a_pause_takes_back_what_has_not_left_and_goes_on_where_it_stopped(any_club: ClubHouse) -> None:
    ana, ben = await any_club.member("Ana"), await any_club.member("Ben")
    campaign = await on_its_way(any_club)
    now = any_club.clock.now()
    paused = await any_club.database.write(lambda db: campaigns.pause(db, campaign, OWNER, now))
    let_go(any_club)
    await any_club.settled()
    assert await tally(any_club, campaign) == {"waiting": 2}
    await any_club.database.write(lambda db: campaigns.resume(db, paused, OWNER, now))
    await goes_on(any_club)
    assert await tally(any_club, campaign) == {"sent": 2}
    assert sum("shall we" in text for person in (ana, ben) for text in person.screen()) == 2


async def test_what_is_cancelled_leaves_everybody_with_a_word(any_club: ClubHouse) -> None:
    await any_club.member("Ana")
    campaign = await on_its_way(any_club)
    await any_club.database.write(lambda db: campaigns.cancel(db, campaign, OWNER, any_club.clock.now()))
    let_go(any_club)
    await goes_on(any_club)
    assert await tally(any_club, campaign) == {"cancelled": 1}


async def test_doing_every_step_again_writes_to_nobody_twice(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    campaign = await sent(any_club)

    now = any_club.clock.now()
    anew = {"state": "running", "planning_at": now, "cursor": 0, "look_at": now}
    await any_club.database.write(lambda db: rows.change(db, campaign.id, **anew))
    for _ in range(3):
        await goes_on(any_club)
    assert sum("shall we" in text for text in ana.screen()) == 1


async def test_a_message_whose_sender_died_in_the_middle_is_unclear_and_not_sent_again(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    campaign = await on_its_way(any_club)
    dying = update(outbox).where(outbox.c.send_id.is_not(None)).values(state="sending")
    await any_club.database.write(lambda db: db.execute(dying))
    await any_club.work.delivery.sweep(all_of_them=True)
    let_go(any_club)
    await goes_on(any_club)
    assert await tally(any_club, campaign) == {"unknown": 1}
    assert not any("shall we" in text for text in ana.screen())


async def test_whoever_is_forgotten_meanwhile_ends_with_a_word_too(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    campaign = await on_its_way(any_club)
    await any_club.database.write(lambda db: campaigns.pause(db, campaign, OWNER, any_club.clock.now()))
    let_go(any_club)
    await any_club.forgets(ana)
    states = campaign_send.select().with_only_columns(campaign_send.c.state)
    assert await any_club.query(lambda db: db.execute(states).scalars().all()) == ["gone"]


async def test_an_audience_may_be_those_whom_another_campaign_has_reached(any_club: ClubHouse) -> None:
    await any_club.member("Ana")
    ben = await any_club.member("Ben")
    await ben.says("/stop")
    await sent(any_club)
    await ben.says("/resume")
    again = {"campaign": {"did": "received", "key": "tea"}}
    assert await tally(any_club, await sent(any_club, key="more", audience=again)) == {"sent": 1}
    others = {"not": again}
    assert await tally(any_club, await sent(any_club, key="first-try", audience=others)) == {"sent": 1}
    assert any("shall we" in text for text in ben.screen())


async def test_a_moment_of_their_own_comes_to_each_on_their_day(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana", birthday="25 November")
    await any_club.member("Ben", birthday="27 November")
    wishes = {"kind": "greeting", "texts": {"en": "A good year, {{ name }}! How will you spend the day?"}}
    campaign = await sent(any_club, key="wishes", moment={"when": "birthday"}, **wishes)
    assert await tally(any_club, campaign) == {}
    await any_club.passes(days=3)
    assert any("A good year, Ana" in text for text in ana.screen())
    assert await tally(any_club, campaign) == {"sent": 1}
    await any_club.passes(days=2)
    assert await tally(any_club, campaign) == {"sent": 2}


async def test_once_at_an_hour_comes_by_each_members_own_clock(any_club: ClubHouse) -> None:
    await any_club.member("Ana")
    await any_club.member("Kim", city="Auckland")
    moment = {"when": "once", "on": "2026-11-24", "at": "10:00"}
    campaign = await sent(any_club, moment=moment)
    any_club.clock.move_to(datetime(2026, 11, 23, 21, 1, tzinfo=UTC))  # 10:01 on the 24th in Auckland
    await goes_on(any_club)
    assert await tally(any_club, campaign) == {"sent": 1}
    any_club.clock.move_to(datetime(2026, 11, 24, 10, 1, tzinfo=UTC))
    await goes_on(any_club)
    assert await tally(any_club, campaign) == {"sent": 2}
    any_club.clock.move_to(datetime(2026, 11, 25, 23, 59, tzinfo=UTC))
    await goes_on(any_club)
    assert (await any_club.query(lambda db: campaigns.existing(db, campaign.id))).state == "done"
    assert await tally(any_club, campaign) == {"sent": 2}
