"""Threads of forum groups, and who is in a group."""

from __future__ import annotations

import pytest

from sandbox.chat import Chat
from sandbox.world import ANA, CLERK, OWNER, STAFF_GROUP, World
from tests.sandbox.conftest import Api, Refused


@pytest.fixture
def forum(world: World) -> Chat:
    return world.add_group("Complaints", [CLERK, OWNER], forum=True, owner=OWNER)


async def test_a_topic_holds_what_is_said_in_it(world: World, api: Api, forum: Chat) -> None:
    topic = (await api.createForumTopic(chat_id=forum.id, name="Order 7"))["message_thread_id"]
    sent = await api.sendMessage(chat_id=forum.id, message_thread_id=topic, text="Cold tea")
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    world.say(CLERK, "I will call", chat=forum.id, thread=topic)
    said = (await api.getUpdates())[0]["message"]
    assert said["message_thread_id"] == topic
    assert said["reply_to_message"]["forum_topic_created"]["name"] == "Order 7"


async def test_an_answer_to_a_message_in_a_topic_is_in_the_topic(world: World, api: Api, forum: Chat) -> None:
    topic = world.add_topic(forum.id, "Order 7").id
    sent = await api.sendMessage(chat_id=forum.id, message_thread_id=topic, text="Cold tea")
    world.say(CLERK, "Done", chat=forum.id, reply_to=sent["message_id"])
    said = (await api.getUpdates())[-1]["message"]
    assert (said["message_thread_id"], said["reply_to_message"]["text"]) == (topic, "Cold tea")


async def test_a_deleted_topic_is_not_found(api: Api, forum: Chat) -> None:
    topic = (await api.createForumTopic(chat_id=forum.id, name="Order 7"))["message_thread_id"]
    await api.deleteForumTopic(chat_id=forum.id, message_thread_id=topic)
    with pytest.raises(Refused, match="Bad Request: message thread not found"):
        await api.sendMessage(chat_id=forum.id, message_thread_id=topic, text="x")


async def test_a_topic_is_closed_and_opened_once(api: Api, forum: Chat) -> None:
    topic = (await api.createForumTopic(chat_id=forum.id, name="Order 7"))["message_thread_id"]
    where = {"chat_id": forum.id, "message_thread_id": topic}
    await api.closeForumTopic(**where)
    with pytest.raises(Refused, match="TOPIC_NOT_MODIFIED"):
        await api.closeForumTopic(**where)
    await api.reopenForumTopic(**where)
    await api.editForumTopic(name="Order 8", **where)
    assert (forum.topics[topic].name, forum.topics[topic].closed) == ("Order 8", False)


async def test_only_forums_have_topics_and_only_administrators_open_them(world: World, api: Api) -> None:
    with pytest.raises(Refused, match="Bad Request: the chat is not a forum"):
        await api.createForumTopic(chat_id=STAFF_GROUP, name="x")
    humble = world.add_group("Open", [CLERK], forum=True, bot_is_admin=False)
    with pytest.raises(Refused, match="not enough rights to create a topic"):
        await api.createForumTopic(chat_id=humble.id, name="x")


async def test_members_come_and_go(world: World, api: Api) -> None:
    async def status() -> str:
        return str((await api.getChatMember(chat_id=STAFF_GROUP, user_id=ANA))["status"])

    assert await status() == "left"
    world.join(ANA, STAFF_GROUP, by=OWNER)
    assert await status() == "member"
    world.leave(ANA, STAFF_GROUP)
    assert await status() == "left"
    joined, left = (update["message"] for update in await api.getUpdates())
    assert joined["new_chat_members"][0]["id"] == left["left_chat_member"]["id"] == ANA
    administrators = await api.getChatAdministrators(chat_id=STAFF_GROUP)
    assert [one["status"] for one in administrators] == ["creator", "administrator"]
    assert await api.getChatMemberCount(chat_id=STAFF_GROUP) == 4


def test_somebody_who_is_not_there_cannot_speak_there(world: World) -> None:
    with pytest.raises(ValueError, match="expected one that Ana is a member of"):
        world.say(ANA, "x", chat=STAFF_GROUP)
