"""The parts of a message that carry what it says: text, caption, media, where it stands and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.api import Json
from sandbox.chat import Chat
from sandbox.entities import found_in, trimmed
from sandbox.files import Files, image_size

KINDS = ("photo", "document", "voice", "video", "video_note", "audio", "animation", "sticker")
SAID = (
    *("text", "entities", "link_preview_options", "caption", "caption_entities", *KINDS),
    *("location", "venue", "contact", "poll", "dice", "has_media_spoiler", "show_caption_above_media"),
)
NO_NAME = ("photo", "voice", "sticker", "video_note")


@dataclass(slots=True)
class Media:
    """A file on its way into a message."""

    kind: str
    data: bytes
    name: str = ""
    mime: str = ""
    facts: Json = field(default_factory=dict)


def text(words: str) -> Json:
    """A text message of a person: Telegram finds commands and links in it."""
    bare, entities = trimmed(words, [])
    found = found_in(bare, entities)
    return {"text": bare, "entities": found} if found else {"text": bare}


def caption(words: str) -> Json:
    """The text under a picture."""
    if not words:
        return {}
    found = found_in(words, [])
    return {"caption": words, "caption_entities": found} if found else {"caption": words}


def media(files: Files, one: Media) -> Json:
    """A file in the shape that its kind has in a message."""
    stored = files.add(one.kind, one.data, one.name, one.mime)
    shape: Json = {"file_id": stored.id, "file_unique_id": stored.unique_id, "file_size": len(one.data)}
    if one.kind == "photo":
        width, height = image_size(one.data)
        return {"photo": [{**shape, "width": width, "height": height}]}
    if one.kind == "sticker":
        shape |= {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return {"sticker": {**shape, **one.facts}}
    shape["mime_type"] = stored.mime
    if one.kind not in NO_NAME and one.name:
        shape["file_name"] = one.name
    if one.kind != "document":
        shape["duration"] = 1
    if one.kind in ("video", "animation"):
        shape |= {"width": 640, "height": 480}
    if one.kind == "video_note":
        shape = {key: value for key, value in shape.items() if key != "mime_type"} | {"length": 240}
    if one.kind == "animation":
        # Old clients read a document there.
        names = ("file_id", "file_unique_id", "file_size", "mime_type", "file_name")
        document = {key: value for key, value in shape.items() if key in names}
        return {"animation": {**shape, **one.facts}, "document": document}
    return {one.kind: {**shape, **one.facts}}


def file_of(message: Json) -> str | None:
    """The file_id of a message's media."""
    for kind in KINDS:
        if kind in message:
            found = message[kind][-1] if kind == "photo" else message[kind]
            return str(found["file_id"])
    return None


def of(message: Json) -> Json:
    """What a message says, without who said it where and when."""
    return {key: message[key] for key in SAID if key in message}


def origin(message: Json, *, hidden: bool = False) -> Json:
    """Where a forwarded message came from."""
    if "forward_origin" in message:
        again: Json = message["forward_origin"]
        return again
    if "sender_chat" in message:
        return {"type": "chat", "date": message["date"], "sender_chat": message["sender_chat"]}
    if hidden:
        name = message["from"]["first_name"]
        return {"type": "hidden_user", "date": message["date"], "sender_user_name": name}
    return {"type": "user", "date": message["date"], "sender_user": message["from"]}


def place(room: Chat, reply_to: int | None, thread: int | None) -> Json:
    """The thread of a message, and what it replies to."""
    replied = room.find(reply_to)
    if thread is None and replied and replied.get("is_topic_message"):
        thread = replied["message_thread_id"]
    where: Json = {}
    if thread is not None:
        where = {"message_thread_id": thread, "is_topic_message": True}
        # In a topic, whatever replies to nothing else replies to the message that opened it.
        replied = replied or room.find(thread)
    if replied:
        where["reply_to_message"] = {key: value for key, value in replied.items() if key != "reply_to_message"}
    return where


def callback_data(message: Json) -> list[str]:
    """The data of the buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]
