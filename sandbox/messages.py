"""Methods that send, edit, copy, forward and delete messages."""

from __future__ import annotations

import time

from sandbox import content, markup
from sandbox.api import ApiError, Call, Json, bad_request, method
from sandbox.chat import Chat
from sandbox.outgoing import caption_of, deliver, open_room, room_of, text_of
from sandbox.state import Answer

TWO_DAYS = 48 * 3600
TYPING_LASTS = 5.0
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@method
def send_message(call: Call) -> Json:
    """Text."""
    return deliver(call, text_of(call))


@method
def send_location(call: Call) -> Json:
    """A place."""
    return deliver(call, {"location": {"latitude": call.real("latitude"), "longitude": call.real("longitude")}})


@method
def send_venue(call: Call) -> Json:
    """A place with a name."""
    location = {"latitude": call.real("latitude"), "longitude": call.real("longitude")}
    venue = {"location": location, "title": call.text("title"), "address": call.text("address")}
    return deliver(call, {"location": location, "venue": venue})


@method
def send_contact(call: Call) -> Json:
    """A telephone number."""
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: call.text(name) for name in names if call.text(name)}
    for name in names[:2]:
        if name not in contact:
            raise bad_request(f"{name.replace('_', ' ')} is empty")
    return deliver(call, {"contact": contact})


@method
def send_dice(call: Call) -> Json:
    """A die, always the same throw."""
    return deliver(call, {"dice": {"emoji": call.text("emoji") or "🎲", "value": 4}})


@method
def send_poll(call: Call) -> Json:
    """A poll; nobody votes yet."""
    options = call.parsed("options") or []
    texts = [option if isinstance(option, str) else option["text"] for option in options]
    if not call.text("question"):
        raise bad_request("poll question must be non-empty")
    if not 1 <= len(texts) <= 12:
        raise bad_request("poll must have at least 1 option" if not texts else "poll can't have more than 12 options")
    poll: Json = {"id": str(next(call.world.album_ids)), "question": call.text("question"), "total_voter_count": 0}
    poll["options"] = [
        {"persistent_id": str(number), "text": text, "voter_count": 0} for number, text in enumerate(texts)
    ]
    flags = ("is_closed", "allows_multiple_answers", "allows_revoting", "members_only")
    poll |= {flag: call.flag(flag) for flag in flags}
    poll |= {"is_anonymous": "is_anonymous" not in call.params or call.flag("is_anonymous")}
    return deliver(call, {"poll": {**poll, "type": call.text("type") or "regular"}})


@method
def send_chat_action(call: Call) -> bool:
    """Shows that the bot is typing, until it sends something or five seconds have passed."""
    if not call.text("action"):
        raise bad_request("wrong parameter action in request")
    chat = open_room(call)
    chat.typing_until = time.monotonic() + TYPING_LASTS
    call.world.emit("typing", chat)
    return True


def own_message(call: Call, purpose: str = "edit") -> tuple[Chat, Json]:
    """The message that the call names."""
    if call.text("inline_message_id"):
        raise bad_request("message to edit not found")
    chat = open_room(call)
    if not call.number("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.find(call.number("message_id"))
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    if purpose == "edit" and message["from"]["id"] != call.bot.id:
        raise bad_request("message can't be edited")
    return chat, message


def _keyboard(call: Call) -> Json:
    """The inline keyboard of an edit; a missing one takes the old one away."""
    given = call.parsed("reply_markup")
    if not given:
        return {}
    keyboard = markup.checked(given)
    if "inline_keyboard" not in keyboard:
        raise bad_request("inline keyboard expected")
    return {"reply_markup": keyboard} if keyboard["inline_keyboard"] else {}


def replace(call: Call, chat: Chat, old: Json, drop: tuple[str, ...], new: Json) -> Json:
    message = {key: value for key, value in old.items() if key not in drop and key != "reply_markup"}
    message |= new | _keyboard(call)
    if message == old:
        raise bad_request(SAME)
    message["edit_date"] = call.world.clock.timestamp()
    chat.history[message["message_id"]] = message
    call.world.emit("edited", chat, message=message)
    return message


@method
def edit_message_text(call: Call) -> Json:
    """Another text."""
    new = text_of(call)
    chat, old = own_message(call)
    if "text" not in old:
        raise bad_request("there is no text in the message to edit")
    return replace(call, chat, old, ("text", "entities"), new)


@method
def edit_message_caption(call: Call) -> Json:
    """Another caption."""
    new = caption_of(call)
    chat, old = own_message(call)
    if content.file_of(old) is None:
        raise bad_request("there is no caption in the message to edit")
    return replace(call, chat, old, ("caption", "caption_entities"), new)


@method
def edit_message_reply_markup(call: Call) -> Json:
    """Other buttons."""
    chat, old = own_message(call)
    return replace(call, chat, old, (), {})


@method
def delete_message(call: Call) -> bool:
    """Takes a message away; in private, bots may do so for two days."""
    chat, message = own_message(call, "delete")
    _delete(call, chat, message)
    return True


@method
def delete_messages(call: Call) -> bool:
    """Takes several away; those that are not there are skipped."""
    chat = open_room(call)
    for message_id in call.parsed("message_ids") or []:
        if message := chat.find(int(message_id)):
            _delete(call, chat, message)
    return True


def _delete(call: Call, chat: Chat, message: Json) -> None:
    if chat.type == "private" and call.world.clock.timestamp() - message["date"] > TWO_DAYS:
        raise bad_request("message can't be deleted for everyone")
    if chat.type != "private" and message["from"]["id"] != call.bot.id and not chat.bot_is_admin:
        raise bad_request("message can't be deleted")
    chat.deleted.add(message["message_id"])
    call.world.emit("deleted", chat, message_id=message["message_id"])


@method
def copy_message(call: Call) -> Json:
    """Says again what a message says."""
    chat = open_room(call)
    original = room_of(call, "from_chat_id").find(call.number("message_id"))
    if original is None:
        raise bad_request("message to copy not found")
    return {"message_id": _copy(call, chat, original)["message_id"]}


@method
def copy_messages(call: Call) -> list[Json]:
    """Several; those that are not there are skipped."""
    chat = open_room(call)
    return [{"message_id": _copy(call, chat, original)["message_id"]} for original in _originals(call)]


def _copy(call: Call, chat: Chat, original: Json) -> Json:
    said = content.of(original)
    if not said:
        raise bad_request("the message can't be copied")
    if "caption" in call.params or call.flag("remove_caption"):
        said = {key: value for key, value in said.items() if not key.startswith("caption")} | caption_of(call)
    return deliver(call, said, chat)


@method
def forward_message(call: Call) -> Json:
    """Shows a message with where it came from."""
    chat = open_room(call)
    original = room_of(call, "from_chat_id").find(call.number("message_id"))
    if original is None:
        raise bad_request("message to forward not found")
    return _forward(call, chat, original)


@method
def forward_messages(call: Call) -> list[Json]:
    """Several; those that are not there are skipped."""
    chat = open_room(call)
    return [{"message_id": _forward(call, chat, original)["message_id"]} for original in _originals(call)]


def _forward(call: Call, chat: Chat, original: Json) -> Json:
    if original.get("has_protected_content"):
        raise bad_request("the message can't be forwarded")
    return deliver(call, content.of(original), chat, {"forward_origin": content.origin(original)})


def _originals(call: Call) -> list[Json]:
    source = room_of(call, "from_chat_id")
    found = [source.find(int(message_id)) for message_id in call.parsed("message_ids") or []]
    originals = [message for message in found if message]
    if not originals:
        raise bad_request("there are no messages to forward")
    return originals


@method
def answer_callback_query(call: Call) -> bool:
    """What the person who pressed sees; once, and within seconds."""
    callback_id = call.text("callback_query_id")
    callback = call.world.callbacks.pop(callback_id, None)
    is_late = callback is not None and time.monotonic() - callback.at > call.world.query_lasts
    if callback is None or is_late or callback.bot is not call.bot:
        raise bad_request(TOO_OLD)
    if len(call.text("text")) > 200:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    answer = Answer(callback_id, callback.persona, call.text("text"), call.flag("show_alert"), call.text("url"))
    call.world.answers.append(answer)
    call.world.emit("answer", answer=answer, bot=call.bot)
    return True


@method
def set_message_reaction(call: Call) -> bool:
    """An emoji on a message; not shown anywhere."""
    chat = open_room(call)
    if chat.find(call.number("message_id")) is None:
        raise bad_request("message to react not found")
    return True


@method
def pin_chat_message(call: Call) -> bool:
    """Puts a message on top of the chat."""
    chat = open_room(call)
    message = chat.find(call.number("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message["message_id"] not in chat.pinned:
        chat.pinned.append(message["message_id"])
        bare = {key: value for key, value in message.items() if key != "reply_to_message"}
        deliver(Call(call.world, call.bot, {}), {"pinned_message": bare}, chat)
        call.world.emit("chat", chat)
    return True


@method
def unpin_chat_message(call: Call) -> bool:
    """Takes one down: the named one, or the newest."""
    chat = open_room(call)
    named = call.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if named not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(named)
    call.world.emit("chat", chat)
    return True


@method
def unpin_all_chat_messages(call: Call) -> bool:
    """Takes all down."""
    chat = open_room(call)
    chat.pinned.clear()
    call.world.emit("chat", chat)
    return True
