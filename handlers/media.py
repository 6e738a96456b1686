"""What a message holds, in the club's words."""

from __future__ import annotations

from dataclasses import replace

from telegram import Message

from club.tickets import Said
from handlers.chat import METHODS, Chat


def said_in(chat: Chat) -> Said | None:
    """The text and the file of this message; None for what the club cannot keep: a sticker, a poll, a contact …"""
    message = chat.message
    if message is None:
        return None
    media, file_id = _file(message)
    if message.location is not None:
        return Said(text=f"{message.location.latitude:.5f}, {message.location.longitude:.5f}")
    if (media is None and not chat.text) or media == "sticker":
        return None
    return Said(chat.text, media, file_id, message.media_group_id, message.message_id)


def said_behind(chat: Chat) -> Said | None:
    """What came together with a command, as in `/complain the cup was cracked`, be it under a photo."""
    said = said_in(chat)
    if said is None or not (chat.arguments or said.media):
        return None
    return replace(said, text=chat.arguments)


def picture_in(chat: Chat) -> str | None:
    """The file id of a photo, or of a picture that was sent as a file."""
    message = chat.message
    if message is None:
        return None
    if message.photo:
        return message.photo[-1].file_id
    document = message.document
    return document.file_id if document and (document.mime_type or "").startswith("image/") else None


def _file(message: Message) -> tuple[str | None, str | None]:
    if message.photo:
        return "photo", message.photo[-1].file_id  # the largest size
    for kind in METHODS:
        attachment = getattr(message, kind, None)
        if kind != "photo" and attachment is not None:
            return kind, attachment.file_id
    return None, None
