"""The staff group becomes a supergroup: nobody has to set its new id, and nothing goes astray on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from sandbox.chat import Chat
from storage import tickets
from tests.club import CLERK, OWNER, ClubHouse, Person, open_house, people

BASIC = -4242


@pytest.fixture
async def small(any_url: str) -> AsyncIterator[ClubHouse]:
    """A club whose staff group is a basic one."""
    world = people()
    world.add_group("Backroom", [OWNER, CLERK], id=BASIC, basic=True, owner=OWNER)
    async with open_house(any_url, world=world, staff_chat=BASIC) as club:
        yield club


def there(club: ClubHouse, group: Chat) -> Person:
    return Person(club, OWNER, group.id)


async def test_the_new_group_gets_what_comes_and_may_answer_at_once(small: ClubHouse) -> None:
    ana = small.person("Ana")
    await ana.says("/complain The cup was cracked")
    group = small.world.migrate(BASIC)
    await small.settled()
    await ana.says("It was the white one.")
    owner = there(small, group)
    card, quote = owner.screen()[-2:]
    assert "The cup was cracked" in card, "the card hangs in the new group, for the old message stayed behind"
    assert "It was the white one." in quote
    await owner.says("/take 1001")
    assert "is looking after" in ana.sees()
    assert "queue" in owner.menu()


async def test_what_is_under_way_while_the_group_moves_goes_to_the_new_id(small: ClubHouse) -> None:
    """Nobody has told the bot yet: it hears from Telegram's refusal."""
    small.world.bot.allowed = frozenset({"callback_query"})
    group = small.world.migrate(BASIC)
    small.world.bot.allowed = None
    await small.person("Ana").says("/complain The cup was cracked")
    await small.person("Ben").says("/complain The kettle leaks")
    seen = there(small, group).screen()
    assert ["cup" in seen[0], "kettle" in seen[1]] == [True, True]


async def test_words_that_were_said_in_the_old_group_still_count(small: ClubHouse) -> None:
    ana, world = small.person("Ana"), small.world
    await ana.says("/complain The cup was cracked")
    card = world.last(BASIC)["message_id"]
    world.say(OWNER, "/take 1001", BASIC)
    world.say(OWNER, "We are sorry, Ana.", BASIC, reply_to=card)
    group = world.migrate(BASIC)
    await small.settled()
    assert "We are sorry, Ana." in ana.sees()
    assert "on its way" in "".join([*there(small, group).screen(), *Person(small, OWNER, BASIC).screen()])


async def test_a_new_start_with_the_old_setting_works_in_the_new_group(sqlite_url: str) -> None:
    world = people()
    world.add_group("Backroom", [OWNER, CLERK], id=BASIC, basic=True, owner=OWNER)
    async with open_house(sqlite_url, world=world, staff_chat=BASIC) as club:
        await club.person("Ana").says("/complain The cup was cracked")
    group = world.migrate(BASIC)
    world.set_forum(group.id, True)
    async with open_house(sqlite_url, world=world, staff_chat=BASIC) as club:
        await club.settled()
        await there(club, group).says("/take 1001")
        assert (await club.query(lambda db: tickets.by_id(db, 1))).state == "taken"
        assert [one.name for one in world.room(group.id).topics.values()] == ["#1001 · in hand · Ana"]


async def test_a_button_that_stayed_behind_does_nothing(small: ClubHouse) -> None:
    await small.person("Ana").says("/complain The cup was cracked")
    card = small.world.last(BASIC)["message_id"]
    small.world.migrate(BASIC)
    await small.settled()
    answer = await Person(small, OWNER, BASIC).presses_data(card, "take:1001:nonce")
    assert answer
    assert (await small.query(lambda db: tickets.by_id(db, 1))).state == "new"
