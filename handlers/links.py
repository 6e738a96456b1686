"""The links that stand in the QR codes of cards and vouchers: any phone's camera opens the bot with them."""

from __future__ import annotations

import re

from club import customers
from club.refusal import Refused
from handlers.chat import Chat

CARD, VOUCHER = "card_", "voucher_"
"""What the word behind the link begins with."""
_LINK = re.compile(r"https://t\.me/(\w+)\?start=([\w-]+)", re.ASCII | re.IGNORECASE)


def to(chat: Chat, kind: str, of: str) -> str:
    """The link to a card (by member number) or to a voucher (by code)."""
    return f"https://t.me/{chat.bot_name}?start={kind}{of}"


def meant(chat: Chat, text: str) -> tuple[str, str]:
    """What was typed or read off a picture means: a card and whose, or a voucher and its code.

    Raises `Refused("cards/elsewhere")` for a link or a code that is none of ours.
    """
    payload = _payload_of(chat, text)
    if payload is not None:
        return opened(payload)
    if "/" in text:
        raise Refused("cards/elsewhere")
    return (CARD if customers.is_name(text) else VOUCHER), text


def opened(payload: str) -> tuple[str, str]:
    """The same for the word behind a link."""
    for kind in (CARD, VOUCHER):
        if payload.startswith(kind):
            return kind, payload.removeprefix(kind)
    raise Refused("cards/elsewhere")


def read(chat: Chat, file_id: str) -> str:
    """What the code in a picture says, a link of ours before any other. Raises `Refused` where there is none."""
    found = chat.codes_in(file_id)
    if not found:
        raise Refused("cards/unreadable")
    return next((text for text in found if _payload_of(chat, text)), found[0])


def number_in(chat: Chat, file_id: str) -> str:
    """The member number on a photo of a card, as it would be typed. Raises `Refused` where there is none to be read."""
    found = [_payload_of(chat, text) or text for text in chat.codes_in(file_id)]
    number = next((text.removeprefix(CARD) for text in found if customers.is_name(text.removeprefix(CARD))), None)
    if number is None:
        raise Refused("cards/no_card")
    return number


def source_of(payload: str) -> str:
    """The word by which somebody came, fit to be kept: that it was a card or a voucher, never whose or which."""
    return next((kind.rstrip("_") for kind in (CARD, VOUCHER) if payload.startswith(kind)), payload)


def _payload_of(chat: Chat, text: str) -> str | None:
    """What stands behind `start=` in a link to this bot."""
    link = _LINK.fullmatch(text)
    return link[2] if link is not None and link[1].casefold() == chat.bot_name.casefold() else None
