"""What all methods share that put a message of the bot somewhere."""

from __future__ import annotations

import re

from sandbox import markdown, markup
from sandbox.api import ApiError, Call, Json, bad_request, forbidden
from sandbox.chat import Chat
from sandbox.entities import found_in, in_order, parse_html, trimmed, units

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
KNOWN_ENTITIES = re.compile(
    "mention|hashtag|cashtag|bot_command|url|email|phone_number|bold|italic|underline|strikethrough|spoiler|"
    "blockquote|expandable_blockquote|code|pre|text_link|text_mention|custom_emoji|date_time"
)


def room_of(call: Call, key: str = "chat_id") -> Chat:
    """The chat that a parameter names; it may still be closed to the bot."""
    value = call.params.get(key)
    if value is None or value == "":
        raise bad_request(f"{key} is empty")
    chat = None
    if type(value) is int:
        chat = call.world.find_chat(value, call.bot)
    else:
        try:
            chat = call.world.find_chat(int(value), call.bot)
        except (TypeError, ValueError):
            named = (one for one in call.world.groups.values() if f"@{one.card.get('username')}" == value)
            chat = next(named, None)
    if chat is None:
        raise bad_request("chat not found")
    return chat


def open_room(call: Call, key: str = "chat_id") -> Chat:
    """The chat, if the bot may write there."""
    chat = room_of(call, key)
    if chat.id > 0:
        if chat.id in call.bot.blocked:
            raise forbidden("bot was blocked by the user")
        if call.world.personas[chat.id].gone:
            raise forbidden("user is deactivated")
        if chat.id not in call.bot.known and not call.world.anyone:
            raise forbidden("bot can't initiate conversation with a user")
        return chat
    if chat.migrated_to:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if call.bot.id in chat.absent:
        left = chat.absent[call.bot.id] == "left"
        raise forbidden(f"bot {'is not a member of' if left else 'was kicked from'} the {chat.type} chat")
    return chat


def formatted(call: Call, key: str, entities_key: str, source: Json | None = None) -> tuple[str, list[Json]]:
    """Text and entities as Telegram will store them: parsed, trimmed, with links and commands found."""
    params = call.params if source is None else source
    text = str(params.get(key) or "")
    mode = str(params.get("parse_mode") or "").lower()
    entities: list[Json] = []
    if mode == "html":
        text, entities = parse_html(text)
    elif mode in ("markdownv2", "markdown"):
        text, entities = parse_html(markdown.to_html(text))
    elif mode and mode != "none":
        raise bad_request(f"unsupported parse_mode {mode}")
    elif given := (call.parsed(entities_key) if source is None else source.get(entities_key)):
        entities = in_order([_known(entity) for entity in given])
    if entities:
        entities = _mentions(call, entities)
    return _settled(text, entities)


def _settled(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text, entities = trimmed(text, entities)
    return text, found_in(text, entities)


def _known(entity: Json) -> Json:
    if not KNOWN_ENTITIES.fullmatch(str(entity.get("type"))):
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    return entity


def _mentions(call: Call, entities: list[Json]) -> list[Json]:
    """Links to people the bot may know become text_mention; others are dropped."""
    kept = []
    for entity in entities:
        if "user_id" in entity:
            persona = call.world.personas.get(entity["user_id"])
            if persona is None:
                continue
            entity = {key: value for key, value in entity.items() if key != "user_id"} | {"user": persona.user()}
        kept.append(entity)
    return kept


def text_of(call: Call) -> Json:
    """The text of a message: not empty, not too long."""
    text, entities = formatted(call, "text", "entities")
    if not text:
        raise bad_request("message text is empty")
    if len(text) > TEXT_LIMIT // 2 and units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_of(call: Call, source: Json | None = None) -> Json:
    """The caption of a medium, if there is one."""
    text, entities = formatted(call, "caption", "caption_entities", source)
    if units(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def deliver(call: Call, what: Json, chat: Chat | None = None, extra: Json | None = None) -> Json:
    """Puts a message of the bot into the chat of the call; the Message."""
    world, bot, params = call.world, call.bot, call.params
    chat = chat or open_room(call)
    message: Json = {
        "message_id": 0,
        "from": bot.user,
        "chat": chat.card,
        "date": world.clock.timestamp(),
    }
    if "message_thread_id" in params:
        message |= _thread(call, chat)
    if "reply_parameters" in params or "reply_to_message_id" in params:
        message |= _reply(call, chat)
    if extra:
        message |= extra
    message |= what
    if "protect_content" in params and call.flag("protect_content"):
        message["has_protected_content"] = True
    reply_keyboard = None
    if params.get("reply_markup"):
        keyboard = markup.checked(call.parsed("reply_markup"))
        if "inline_keyboard" in keyboard:
            if keyboard["inline_keyboard"]:
                message["reply_markup"] = keyboard
        else:
            reply_keyboard = keyboard
    # Last, because refused messages use up no number.
    message["message_id"] = next(chat.numbers)
    if reply_keyboard and chat.keep:
        chat.keyboards[message["message_id"]] = reply_keyboard
    chat.typing_until = 0.0
    chat.add(message)
    world.emit("message", chat, message=message)
    return message


def _thread(call: Call, chat: Chat) -> Json:
    thread = call.number("message_thread_id")
    if not thread:
        return {}
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not chat.may("can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return {"message_thread_id": thread, "is_topic_message": True}


def _reply(call: Call, chat: Chat) -> Json:
    reply = call.parsed("reply_parameters") or {"message_id": call.number("reply_to_message_id")}
    if reply.get("chat_id") not in (None, chat.id, str(chat.id)):
        return {}
    original = chat.find(int(reply.get("message_id") or 0))
    if original is None:
        if reply.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    bare = {key: value for key, value in original.items() if key != "reply_to_message"}
    where: Json = {"reply_to_message": bare}
    if original.get("is_topic_message"):
        where |= {"message_thread_id": original["message_thread_id"], "is_topic_message": True}
    if reply.get("quote"):
        where["quote"] = {"text": reply["quote"], "position": reply.get("quote_position") or 0, "is_manual": True}
    return where


def not_emulated(name: str) -> ApiError:
    """The sandbox has not got this method."""
    return ApiError(501, f"not in the sandbox yet: {name}")
