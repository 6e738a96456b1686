"""A staff group with topics: one for each request, and nothing that is said in it goes out by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from club import tickets as club_tickets
from handlers.commands import COMMANDS
from storage import groups, staff, ticket_messages, tickets
from tests.club import NOON, ClubHouse, Person, open_house, people
from tests.groups.forum import CLERK, MARKETER, OWNER, STAFF_CHAT, a_forum, colleague, general, inside, topics
from tests.staff.test_rights import REFUSED
from tests.tickets.test_queue import hire


@pytest.fixture
async def forum(sqlite_url: str) -> AsyncIterator[ClubHouse]:
    async with a_forum(sqlite_url) as club:
        yield club


@pytest.fixture
async def any_forum(any_url: str) -> AsyncIterator[ClubHouse]:
    async with a_forum(any_url) as club:
        yield club


async def test_a_complaint_has_a_topic_from_its_first_word_to_its_end_and_again(any_forum: ClubHouse) -> None:
    ana, owner = any_forum.person("Ana"), colleague(any_forum)
    await ana.says("/complain The cup was cracked")
    [topic] = topics(any_forum)
    assert topic.name == "#1001 · new · Ana"
    assert ["The cup was cracked" in any_forum.world.html(one) for one in inside(any_forum, topic)] == [True]
    await owner.presses("I take it")
    assert topic.name == "#1001 · in hand · Ana"
    await ana.says("It was the white one.")
    assert "It was the white one." in inside(any_forum, topic)[-1]["text"]
    await owner.says("/fix A new one is at the till.", thread=topic.id)
    assert "A new one is at the till." in ana.sees()
    await owner.says("/resolve", thread=topic.id)
    await owner.presses("Product")
    assert (topic.name, topic.closed) == ("#1001 · resolved · Ana", True)
    await ana.says("The new one is cracked too.")
    await ana.presses("The same as #1001")
    assert (topic.name, topic.closed) == ("#1001 · new · Ana", False)
    assert [one.name for one in topics(any_forum) if not one.closed] == ["#1001 · new · Ana"]
    assert ["What was changed" in one for one in general(any_forum)] == [True], "the topic was closed by then"


async def test_in_chinese_a_topic_is_named_in_the_language_of_the_group(sqlite_url: str) -> None:
    async with a_forum(sqlite_url, staff_language="zh-Hant") as club:
        await club.person("王小明", "zh-hans").says("/complain 杯子裂了")
        assert topics(club)[0].name == "#1001 · 新 · 王小明"
        await colleague(club).presses("我來處理")
        assert topics(club)[0].name == "#1001 · 處理中 · 王小明"


async def test_only_a_reply_to_the_customers_words_goes_out(forum: ClubHouse) -> None:
    ana, owner = forum.person("Ana"), colleague(forum)
    await ana.says("/complain The cup was cracked")
    await ana.says("It was the white one.")
    [topic] = topics(forum)
    card, quote = (one["message_id"] for one in inside(forum, topic))
    heard = len(ana.screen())
    assert await owner.says("She is always complaining.", thread=topic.id) == ""
    await owner.presses("Reply")
    assert await owner.says("Wait, who knows her?", thread=topic.id) == "", "chatter while a question is open"
    sent = await owner.says("We are sorry, Ana.", reply_to=quote)
    assert len(ana.screen()) == heard + 1
    receipt = inside(forum, topic)[-1]["message_id"]
    assert "on its way" in sent
    await owner.says("Good that this is done.", reply_to=receipt)
    assert len(ana.screen()) == heard + 1, "a reply to what the bot says itself is internal"
    await owner.says("Nicely written, thank you", reply_to=forum.world.messages(STAFF_CHAT)[-1]["message_id"])
    assert len(ana.screen()) == heard + 1, "and so is a reply to a colleague"
    await owner.says("And a new cup for you.", reply_to=card)
    assert "And a new cup for you." in ana.sees()
    assert not any("complaining" in line or "knows her" in line or "Nicely" in line for line in ana.screen())
    kept = await forum.query(lambda db: ticket_messages.of_ticket(db, club_tickets.existing(db, 1)))
    assert "She is always complaining." not in [one.text for one in kept], "left alone, not kept"


async def test_the_answer_to_a_question_of_the_bots_is_a_reply_to_that_question(forum: ClubHouse) -> None:
    ana, owner = forum.person("Ana"), colleague(forum)
    await ana.says("/complain The cup was cracked")
    [topic] = topics(forum)
    await owner.presses("I take it")
    await owner.presses("Ask")
    question = inside(forum, topic)[-1]
    assert question["is_topic_message"]
    await owner.says("Which cup was it?", reply_to=question["message_id"])
    assert "Which cup was it?" in ana.sees()
    assert topic.name == "#1001 · waiting for the customer · Ana"


async def test_what_is_asked_when_the_topic_closes_is_asked_where_a_clerk_can_answer(any_forum: ClubHouse) -> None:
    """In a closed topic only administrators write. The question in it was one that nobody else could answer."""
    await hire(any_forum, "Clerk", CLERK)
    ana, clerk = any_forum.person("Ana"), colleague(any_forum, CLERK)
    await ana.says("/complain The cup was cracked")
    [topic] = topics(any_forum)
    await clerk.says("/fix A new one is at the till.", thread=topic.id)
    await clerk.says("/resolve", thread=topic.id)
    await clerk.presses("Product")
    assert topic.closed
    [question] = general(any_forum)
    assert "What was changed so that <b>#1001</b>" in question
    [asked] = [one for one in any_forum.world.messages(STAFF_CHAT) if "What was changed" in one.get("text", "")]
    assert "Noted on <b>#1001</b>" in await clerk.says("One by one now", reply_to=asked["message_id"])


async def test_commands_in_a_topic_know_their_case(forum: ClubHouse) -> None:
    ana, ben, owner = forum.person("Ana"), forum.person("Ben"), colleague(forum)
    await ana.says("/complain The cup was cracked")
    await ben.says("/complain The kettle leaks")
    first, second = topics(forum)
    assert "kettle" in await owner.says("/case", thread=second.id)
    await owner.says("/note Third one this month", thread=second.id)
    assert "Third one this month" in await owner.says("/case 1002")
    await owner.says("/reply 20 euros are on their way back", thread=first.id)
    assert "20 euros are on their way back" not in ana.sees(), "20 might be a number of a request"
    await owner.says("/reply #1002 A new kettle is here", thread=first.id)
    assert "A new kettle is here" in ben.sees()
    refused = await owner.says("/reply 1002 And a filter", thread=first.id)
    assert "put # before its number" in refused
    assert not any("filter" in line for line in [*ana.screen(), *ben.screen()])
    await owner.says("/reply 1001 We are sorry, Ana", thread=first.id)
    assert "We are sorry, Ana" in ana.sees()
    assert "1001 We" not in ana.sees()


async def test_a_deleted_topic_is_made_again_and_what_was_to_be_said_is_said(any_forum: ClubHouse) -> None:
    ana = any_forum.person("Ana")
    await ana.says("/complain The cup was cracked")
    [topic] = topics(any_forum)
    any_forum.world.delete_topic(STAFF_CHAT, topic.id)
    await ana.says("It was the white one.")
    [again] = topics(any_forum)
    assert again.id != topic.id
    card, quote = inside(any_forum, again)
    assert "I take it" in str(card["reply_markup"])
    assert "It was the white one." in quote["text"]
    any_forum.world.delete_topic(STAFF_CHAT, again.id)
    await any_forum.staff(OWNER).says("/take 1001")
    assert [one.name for one in topics(any_forum)] == ["#1001 · in hand · Ana"]


async def test_without_the_right_everything_goes_to_general_and_is_said_once(sqlite_url: str) -> None:
    world = people()
    world.room(STAFF_CHAT).bot_lacks.add("can_manage_topics")
    async with a_forum(sqlite_url, world=world) as club:
        ana = club.person("Ana")
        await ana.says("/complain The cup was cracked")
        assert topics(club) == []
        assert sum("the right to manage topics" in line for line in general(club)) == 1
        assert "The cup was cracked" in general(club)[-1]
        world.promote(STAFF_CHAT)
        await club.settled()
        await ana.says("It was the white one.")
        assert [one.name for one in topics(club)] == ["#1001 · new · Ana"], "from now on it has one"
        world.promote(STAFF_CHAT, lacks=["can_manage_topics"])
        await club.settled()
        await ana.says("And the saucer.")
        assert "And the saucer." in general(club)[-1]


async def test_a_right_that_is_taken_unseen_loses_nothing(sqlite_url: str) -> None:
    async with a_forum(sqlite_url) as club:
        club.world.room(STAFF_CHAT).bot_lacks.add("can_manage_topics")
        await club.person("Ana").says("/complain The cup was cracked")
        assert any("The cup was cracked" in line for line in general(club))
        assert sum("the right to manage topics" in line for line in general(club)) == 1


async def test_topics_that_are_switched_on_while_the_club_is_open_are_noticed(sqlite_url: str) -> None:
    async with open_house(sqlite_url) as club:
        ana, owner = club.person("Ana"), colleague(club)
        await ana.says("/complain The cup was cracked")
        club.world.set_forum(STAFF_CHAT, True)
        await owner.says("/take 1001")
        [topic] = topics(club)
        assert "The cup was cracked" in inside(club, topic)[0]["text"], "its card hangs there now"
        club.world.set_forum(STAFF_CHAT, False)
        await owner.says("good morning")
        await ana.says("It was the white one.")
        assert "It was the white one." in owner.sees()


async def test_a_topic_whose_making_was_unclear_is_made_once_more_and_then_general_has_to_do(forum: ClubHouse) -> None:
    forum.world.faults.add("cut", 1, ["createForumTopic"])
    await forum.person("Ana").says("/complain The cup was cracked")
    made = topics(forum)
    assert [len(inside(forum, one)) for one in made] == [0, 1], "an empty one may stay behind; nothing is lost"
    forum.world.faults.add("cut", 2, ["createForumTopic"])
    await forum.person("Ben").says("/complain The kettle leaks")
    assert "The kettle leaks" in general(forum)[-1]


# ---- who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, "clerk", "marketer", "manager", "owner"])
async def test_every_command_in_a_topic_asks_for_the_same_right_as_elsewhere(
    forum: ClubHouse, role: str | None
) -> None:
    await forum.person("Ana").says("/complain The cup was cracked")
    [topic] = topics(forum)
    person = await _in_the_group(forum, role)
    for command in COMMANDS:
        if not command.roles or not command.in_staff_chat:
            continue
        answer = await person.says(f"/{command.name}", thread=topic.id)
        refused = REFUSED in answer
        assert refused == (role not in command.roles), f"{role} said /{command.name} and read: {answer}"


async def _in_the_group(forum: ClubHouse, role: str | None) -> Person:
    persona = forum.world.add_persona("Somebody", started=True)
    forum.world.join(persona.id, STAFF_CHAT)
    if role is not None:
        await forum.database.write(lambda db: staff.put(db, persona.id, role, NOON))
    return forum.staff(persona.id).in_group()


async def test_who_hides_who_forwards_and_who_is_no_clerk_writes_to_nobody_from_a_topic(forum: ClubHouse) -> None:
    await hire(forum, "Marketer", MARKETER)
    ana, owner, world = forum.person("Ana"), colleague(forum), forum.world
    await ana.says("/complain The cup was cracked")
    [topic] = topics(forum)
    card = inside(forum, topic)[0]["message_id"]
    heard = len(ana.screen())
    world.say_anonymously(STAFF_CHAT, "/reply Nonsense", thread=topic.id)
    world.say_anonymously(STAFF_CHAT, "Nonsense", reply_to=card)
    await colleague(forum, MARKETER).says("Nonsense", reply_to=card)
    await colleague(forum, CLERK).says("Nonsense", reply_to=card)
    said = world.say(OWNER, "/reply Nonsense", OWNER)
    await forum.settled()
    origin = next(one for one in world.messages(OWNER) if one["message_id"] == said.message_id)
    assert "please type it yourself" in await owner.forwards(origin)
    assert len(ana.screen()) == heard
    refused = await colleague(forum, CLERK).presses_data(card, "resolve:1001:forged")
    assert "our team" in refused
    assert (await forum.query(lambda db: tickets.by_id(db, 1))).state == "new"


async def test_where_a_topic_is_of_nobody_commands_need_their_number(forum: ClubHouse) -> None:
    ana, owner = forum.person("Ana"), colleague(forum)
    await ana.says("/complain The cup was cracked")
    coffee = forum.world.add_topic(STAFF_CHAT, "Coffee machine")
    await forum.settled()
    answer = await owner.says("/take", thread=coffee.id)
    assert "add the number" in answer
    assert forum.world.last(STAFF_CHAT)["message_thread_id"] == coffee.id, "answered where it was said"
    assert (await forum.query(lambda db: groups.find(db, STAFF_CHAT))).topics == groups.ON
