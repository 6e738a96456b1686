"""Every method that the sandbox has, held against the table of the Bot API."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.methods import names
from sandbox.world import ANA, CLERK, OWNER, STAFF_GROUP, World
from tests.bot_api import TABLE, Contract, check_answer, check_request
from tests.sandbox.conftest import Api

FORUM = -1002000000001
PHOTO = {"type": "photo", "media": "https://example.com/a.jpg"}
BUTTONS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "Go", "url": "https://example.com"}]]}

# Message 1 of Ana's chat is hers, 2 is a text of the bot, 3 is a picture of the bot. Topic 1 of the forum is open.
CALLS: dict[str, dict[str, Any]] = {
    "getMe": {},
    "logOut": {},
    "close": {},
    "getUpdates": {"timeout": 0, "limit": 10},
    "setWebhook": {"url": "http://127.0.0.1:9/hook", "secret_token": "quiet", "allowed_updates": ["message"]},
    "getWebhookInfo": {},
    "deleteWebhook": {"drop_pending_updates": True},
    "sendMessage": {"chat_id": ANA, "text": "Hi <b>Ana</b>", "parse_mode": "HTML", "reply_markup": BUTTONS},
    "sendPhoto": {"chat_id": ANA, "photo": "https://example.com/a.jpg", "caption": "You", "has_spoiler": True},
    "sendDocument": {"chat_id": ANA, "document": "https://example.com/a.pdf"},
    "sendVoice": {"chat_id": ANA, "voice": "https://example.com/a.ogg", "duration": 3},
    "sendVideo": {"chat_id": ANA, "video": "https://example.com/a.mp4", "width": 320, "height": 240},
    "sendVideoNote": {"chat_id": ANA, "video_note": "https://example.com/a.mp4"},
    "sendAudio": {"chat_id": ANA, "audio": "https://example.com/a.mp3", "title": "Song"},
    "sendAnimation": {"chat_id": ANA, "animation": "https://example.com/a.gif"},
    "sendSticker": {"chat_id": ANA, "sticker": "https://example.com/a.webp", "emoji": "👍"},
    "sendMediaGroup": {"chat_id": ANA, "media": [PHOTO, {**PHOTO, "caption": "Two"}]},
    "sendLocation": {"chat_id": ANA, "latitude": 31.2, "longitude": 121.5},
    "sendVenue": {"chat_id": ANA, "latitude": 31.2, "longitude": 121.5, "title": "Shop", "address": "1 Road"},
    "sendContact": {"chat_id": ANA, "phone_number": "+8613800000000", "first_name": "Shop"},
    "sendDice": {"chat_id": ANA},
    "sendPoll": {"chat_id": ANA, "question": "Tea?", "options": [{"text": "Yes"}, {"text": "No"}]},
    "sendChatAction": {"chat_id": ANA, "action": "typing"},
    "copyMessage": {"chat_id": STAFF_GROUP, "from_chat_id": ANA, "message_id": 1},
    "copyMessages": {"chat_id": STAFF_GROUP, "from_chat_id": ANA, "message_ids": [1, 3, 99]},
    "forwardMessage": {"chat_id": STAFF_GROUP, "from_chat_id": ANA, "message_id": 1},
    "forwardMessages": {"chat_id": STAFF_GROUP, "from_chat_id": ANA, "message_ids": [1, 3]},
    "editMessageText": {"chat_id": ANA, "message_id": 2, "text": "Bye"},
    "editMessageCaption": {"chat_id": ANA, "message_id": 3, "caption": "Other"},
    "editMessageReplyMarkup": {"chat_id": ANA, "message_id": 2, "reply_markup": {"inline_keyboard": []}},
    "editMessageMedia": {
        "chat_id": ANA,
        "message_id": 3,
        "media": {"type": "document", "media": "https://e.com/b.pdf"},
    },
    "deleteMessage": {"chat_id": ANA, "message_id": 2},
    "deleteMessages": {"chat_id": ANA, "message_ids": [2, 3]},
    "answerCallbackQuery": {"callback_query_id": "4382000001", "text": "Done", "show_alert": True},
    "setMessageReaction": {"chat_id": ANA, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "👍"}]},
    "pinChatMessage": {"chat_id": STAFF_GROUP, "message_id": 1},
    "unpinChatMessage": {"chat_id": ANA, "message_id": 3},
    "unpinAllChatMessages": {"chat_id": ANA},
    "setMyCommands": {"commands": [{"command": "points", "description": "My points"}], "language_code": "zh"},
    "getMyCommands": {"scope": {"type": "default"}},
    "deleteMyCommands": {"scope": {"type": "chat", "chat_id": ANA}},
    "setChatMenuButton": {"chat_id": ANA, "menu_button": {"type": "commands"}},
    "getChatMenuButton": {"chat_id": ANA},
    "setMyName": {"name": "The club"},
    "getMyName": {},
    "setMyDescription": {"description": "A club", "language_code": "zh"},
    "getMyDescription": {},
    "setMyShortDescription": {"short_description": "A club"},
    "getMyShortDescription": {},
    "getChat": {"chat_id": ANA},
    "getChatMember": {"chat_id": STAFF_GROUP, "user_id": OWNER},
    "getChatAdministrators": {"chat_id": STAFF_GROUP},
    "getChatMemberCount": {"chat_id": STAFF_GROUP},
    "getUserProfilePhotos": {"user_id": ANA},
    "leaveChat": {"chat_id": STAFF_GROUP},
    "createChatInviteLink": {"chat_id": STAFF_GROUP, "name": "Friends"},
    "createForumTopic": {"chat_id": FORUM, "name": "Order 7"},
    "editForumTopic": {"chat_id": FORUM, "message_thread_id": 1, "name": "Order 8"},
    "closeForumTopic": {"chat_id": FORUM, "message_thread_id": 1},
    "reopenForumTopic": {"chat_id": FORUM, "message_thread_id": 2},
    "deleteForumTopic": {"chat_id": FORUM, "message_thread_id": 1},
    "getFile": {},
}


@pytest.fixture
def furnished(world: World) -> World:
    """A world in which each of the calls makes sense."""
    world.say(ANA, "Hello /start")
    world.add_group("Complaints", [CLERK, OWNER], id=FORUM, forum=True, owner=OWNER)
    world.add_topic(FORUM, "Order 6")
    world.add_topic(FORUM, "Order 5").closed = True
    world.say(CLERK, "Good morning", chat=STAFF_GROUP)
    return world


@pytest.mark.parametrize("method", names())
async def test_every_method_answers_as_the_bot_api_does(
    method: str, furnished: World, api: Api, contract: Contract
) -> None:
    await api.sendMessage(chat_id=ANA, text="Sure?", reply_markup=BUTTONS)
    photo = await api.sendPhoto(chat_id=ANA, photo="https://example.com/a.jpg", caption="Look")
    await api.pinChatMessage(chat_id=ANA, message_id=photo["message_id"])
    furnished.press(ANA, ANA, 2, "yes")
    params = CALLS[method] or ({"file_id": photo["photo"][0]["file_id"]} if method == "getFile" else {})
    result = await api.post(method, json=params)
    assert check_request(method, params) + check_answer(method, result) == []
    assert contract.problems == []


async def test_every_kind_of_update_is_one_of_the_bot_api(furnished: World, api: Api) -> None:
    world = furnished
    world.bot.allowed = frozenset(TABLE["types"]["Update"])
    sent = await api.sendMessage(chat_id=ANA, text="Sure?", reply_markup=BUTTONS)
    said = world.say(ANA, "/start ref_abc", reply_to=sent["message_id"])
    world.edit(ANA, said.message_id, "/start")
    world.press(ANA, ANA, sent["message_id"], "yes")
    world.send_photo(ANA, b"photo", "Broken")
    world.send_album(ANA, [b"one", b"two"], "Both")
    world.send_document(ANA)
    world.send_voice(ANA)
    world.send_sticker(ANA)
    world.send_location(ANA)
    world.send_contact(ANA, "+8613800000000")
    world.forward(ANA, world.messages(ANA)[0])
    world.forward(ANA, world.messages(STAFF_GROUP)[0], hidden=True)
    world.forward(CLERK, world.last(FORUM), chat=STAFF_GROUP)
    world.say_anonymously(STAFF_GROUP, "We are closed")
    world.say(CLERK, "In the topic", chat=FORUM, thread=1)
    world.join(ANA, STAFF_GROUP, by=OWNER)
    world.leave(ANA, STAFF_GROUP)
    world.react(ANA, ANA, sent["message_id"])
    world.block(ANA)
    world.block(ANA, False)
    world.kick(STAFF_GROUP)
    world.invite(STAFF_GROUP)
    world.migrate(world.add_group("Old", [OWNER], basic=True).id)
    updates = await api.getUpdates()
    assert check_answer("getUpdates", updates) == []
    kinds = {kind for update in updates for kind in update} - {"update_id"}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member", "message_reaction"}


def test_the_table_finds_what_is_wrong() -> None:
    assert check_request("sendMessage", {"chat_id": 1, "text": "x", "colour": "red"}) == [
        "sendMessage.colour: unknown parameter"
    ]
    assert check_request("sendMessage", {"chat_id": "1"}) == ["sendMessage.text: missing"]
    assert check_request("getUpdates", {"offset": "soon"}) == ["getUpdates.offset: 'soon' is no Integer"]
    assert check_request("setMyCommands", {"commands": '[{"command": "a"}]'}) == [
        "setMyCommands.commands[0].description: missing"
    ]
    assert check_answer("getMe", {"id": 1, "is_bot": 1, "first_name": "x"}) == ["getMe.is_bot: 1 is no Boolean"]
    assert check_answer("sendMessage", {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private", "x": 1}}) == [
        "sendMessage.chat.x: unknown field"
    ]
