"""Methods for the threads of forum groups."""

from __future__ import annotations

from sandbox.api import Call, Json, bad_request, method
from sandbox.chat import Chat, Topic
from sandbox.outgoing import deliver, open_room

COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def _forum(call: Call) -> Chat:
    chat = open_room(call)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    if not chat.may("can_manage_topics"):
        raise bad_request("not enough rights to create a topic")
    return chat


def _topic(call: Call) -> tuple[Chat, Topic]:
    chat = _forum(call)
    topic = chat.topics.get(call.number("message_thread_id") or 0)
    if topic is None:
        raise bad_request("message thread not found")
    return chat, topic


def _announce(call: Call, chat: Chat, topic: Topic, what: Json) -> None:
    """Forum groups show what happened to a topic as a message in it."""
    where = {"message_thread_id": topic.id, "is_topic_message": True}
    bare = Call(call.world, call.bot, {})
    deliver(bare, what, chat, where)
    call.world.emit("chat", chat)


@method
def create_forum_topic(call: Call) -> Json:
    """Opens a thread; its id is that of the message which says so."""
    chat = _forum(call)
    name = call.text("name")
    if not 1 <= len(name) <= 128:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name else "topic name is too long")
    colour = call.number("icon_color") or COLOURS[0]
    if colour not in COLOURS:
        raise bad_request("invalid icon color specified")
    icon = {"icon_custom_emoji_id": call.text("icon_custom_emoji_id")} if call.text("icon_custom_emoji_id") else {}
    created = {"name": name, "icon_color": colour, **icon}
    message = deliver(Call(call.world, call.bot, {}), {"forum_topic_created": created}, chat)
    number = message["message_id"]
    chat.add({**message, "message_thread_id": number, "is_topic_message": True})
    chat.topics[number] = Topic(number, name, colour, icon.get("icon_custom_emoji_id"))
    call.world.emit("chat", chat)
    return {"message_thread_id": number, **created}


@method
def edit_forum_topic(call: Call) -> bool:
    """Another name."""
    chat, topic = _topic(call)
    name = call.text("name")
    if (not name or name == topic.name) and "icon_custom_emoji_id" not in call.params:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name or topic.name
    topic.icon_custom_emoji_id = call.text("icon_custom_emoji_id") or topic.icon_custom_emoji_id
    _announce(call, chat, topic, {"forum_topic_edited": {"name": topic.name}})
    return True


def _set_closed(call: Call, closed: bool, service: str) -> bool:
    chat, topic = _topic(call)
    if topic.closed is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _announce(call, chat, topic, {service: {}})
    return True


@method
def close_forum_topic(call: Call) -> bool:
    """Members can no longer write in it."""
    return _set_closed(call, True, "forum_topic_closed")


@method
def reopen_forum_topic(call: Call) -> bool:
    """Members can write again."""
    return _set_closed(call, False, "forum_topic_reopened")


@method
def delete_forum_topic(call: Call) -> bool:
    """The thread goes with all that was said in it."""
    chat, topic = _topic(call)
    chat.forget_topic(topic.id)
    call.world.emit("chat", chat)
    return True
