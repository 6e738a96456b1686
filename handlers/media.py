"""What a message holds, in the club's words, and the same on its way to somebody else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from telegram import Message

from club.nearest import Point
from club.tickets import Said
from handlers.chat import Chat, Outgoing
from storage.outbox import GROUPED, UNDER, Lane

METHODS = {
    "photo": "sendPhoto",
    "document": "sendDocument",
    "voice": "sendVoice",
    "video": "sendVideo",
    "audio": "sendAudio",
    "animation": "sendAnimation",
    "sticker": "sendSticker",
    "video_note": "sendVideoNote",
    "venue": "sendVenue",
    "location": "sendLocation",
    "contact": "sendContact",
}
"""What is kept and passed on, and how each is sent. A venue also has a location, an animation also a document."""
NO_FILE = {
    "venue": ("title", "address"),
    "location": ("latitude", "longitude", "horizontal_accuracy"),
    "contact": ("phone_number", "first_name", "last_name"),
}
"""What has no file with Telegram: what it takes to send it again is kept in its place."""
BARE = frozenset({"sticker", "video_note", *NO_FILE})
"""They go without words under them."""
MAX_CAPTION = 800
"""Characters under a picture: Telegram takes 1,024, ours stand around them."""


def said_in(chat: Chat) -> Said | None:
    """What this message holds; None for what the club cannot keep: a poll, a dice …, a stranger's telephone number."""
    message = chat.message
    if message is None or is_strangers(chat):
        return None
    media, file_id = _medium(message)
    if media is None and not chat.text:
        return None
    return Said(chat.text, media, file_id, message.media_group_id, message.message_id)


def words_in(chat: Chat) -> Said | None:
    """The same where an answer is expected: a sticker is none."""
    said = said_in(chat)
    return None if said is None or said.media == "sticker" else said


def said_behind(chat: Chat) -> Said | None:
    """What came together with a command, as in `/complain the cup was cracked`, be it under a photo."""
    said = words_in(chat)
    if said is None or not (chat.arguments or said.media):
        return None
    return replace(said, text=chat.arguments)


def is_strangers(chat: Chat) -> bool:
    """Is it a contact that is not the sender's own? Nobody asked them; the staff may send whom it will."""
    contact = chat.message.contact if chat.message else None
    return contact is not None and contact.user_id != chat.user_id and chat.role is None


def picture_in(chat: Chat) -> str | None:
    """The file id of a photo, or of a picture that was sent as a file."""
    message = chat.message
    if message is None:
        return None
    if message.photo:
        return message.photo[-1].file_id
    document = message.document
    return document.file_id if document and (document.mime_type or "").startswith("image/") else None


def point_in(chat: Chat) -> Point | None:
    """The place that this message shows; None for one that shows none."""
    location = chat.message.location if chat.message else None
    return None if location is None else Point(location.latitude, location.longitude)


def _medium(message: Message) -> tuple[str | None, str | None]:
    """What was sent besides words, and what it takes to send it again."""
    if message.photo:
        return "photo", message.photo[-1].file_id  # the largest size
    for kind in METHODS:
        attachment = getattr(message, kind, None) if kind != "photo" else None
        if attachment is not None:
            return kind, _kept(kind, attachment) if kind in NO_FILE else attachment.file_id
    return None, None


def _kept(kind: str, attachment: Any) -> str:
    facts = {name: getattr(attachment, name) for name in NO_FILE[kind]}
    if kind == "venue":
        facts |= {"latitude": attachment.location.latitude, "longitude": attachment.location.longitude}
    return json.dumps({name: value for name, value in facts.items() if value is not None}, ensure_ascii=False)


# ---- passing on ---------------------------------------------------------------------------------------------------


def passed_on(
    said: Said,
    caption: str,
    *,
    chat_id: int,
    lane: Lane,
    about: int | None = None,
    quotes: bool = False,
    under: str | None = None,
) -> Outgoing:
    """What somebody sent, as it was sent: an album as an album, a place as a place. `said` has a medium.

    `under`: the slot of the card that it hangs under, where it can have no words of its own.
    """
    media, kept = said.media or "", said.file_id or ""
    words = {"caption": caption, "parse_mode": "HTML"} if caption else {}
    if said.album is not None and media not in BARE:
        item = {"type": media, "media": kept, **words}
        return Outgoing(lane, chat_id, GROUPED, {"media": [item]}, about, quotes, said.album)
    payload: dict[str, Any] = json.loads(kept) if media in NO_FILE else {media: kept}
    if media not in BARE:
        payload |= words
    elif under is not None:
        payload[UNDER] = under
    return Outgoing(lane, chat_id, METHODS[media], payload, about, quotes)


def alone(payload: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An album of which only one picture came: method and payload of a message."""
    item = dict(payload["media"][0])
    media = item.pop("type")
    return METHODS[media], {media: item.pop("media"), **item}
