"""Whoever is forgotten has no name in a topic's title either, however things stand with the group's topics."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from handlers import staff_group
from storage import groups
from storage.tables import topic
from tests.club import STAFF_CHAT, ClubHouse
from tests.groups.forum import a_forum, colleague, general, topics
from tests.membership.test_erasing import CANARY, everything

FORMER = STAFF_CHAT - 7


async def stands_as(club: ClubHouse, state: str) -> None:
    if state == "former":  # the group was exchanged for another; its topics are known still
        await club.database.write(lambda db: db.execute(update(topic).values(chat_id=FORMER)))
    elif state == groups.DENIED:
        club.world.promote(STAFF_CHAT, lacks=["can_manage_topics"])
        await club.settled()
    elif state == groups.NONE:
        club.world.set_forum(STAFF_CHAT, False)
        await colleague(club).says("good morning")


@pytest.mark.parametrize("state", [groups.ON, groups.DENIED, groups.NONE, "former"])
async def test_no_title_keeps_the_name(any_url: str, state: str) -> None:
    async with a_forum(any_url) as club:
        bird = club.person(CANARY)
        await bird.says("/complain The cup was cracked")
        assert CANARY in topics(club)[0].name
        await stands_as(club, state)
        await club.forgets(bird)
        assert CANARY not in await club.query(everything)


@pytest.mark.parametrize("state", [groups.DENIED, groups.NONE])
async def test_what_telegram_shows_follows_once_it_can(any_url: str, state: str) -> None:
    async with a_forum(any_url) as club:
        bird = club.person(CANARY)
        await bird.says("/complain The cup was cracked")
        [shown] = topics(club)
        await stands_as(club, state)
        await club.forgets(bird)
        assert CANARY in shown.name, "the bot cannot change it"
        if state == groups.NONE:
            club.world.set_forum(STAFF_CHAT, True)
            await colleague(club).says("good evening")
        else:
            club.world.promote(STAFF_CHAT)
        await club.settled()
        assert (shown.name, shown.closed) == ("#1001", True)


async def test_a_former_group_that_refuses_says_nothing_of_the_one_that_is(sqlite_url: str) -> None:
    async with a_forum(sqlite_url) as club:
        rules, now = club.work.terms.club, club.clock.now()
        await club.database.write(lambda db: staff_group.stands(db, rules, FORMER, forum=True, may=False, now=now))
        await club.person("Ana").says("/complain The cup was cracked")
        assert (len(topics(club)), general(club)) == (1, [])
