"""Shapes in which buttons stand again and again: in twos, and the way through pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.chat import Chat, Rows, new_nonce


def pairs(buttons: Sequence[dict[str, Any]]) -> Rows:
    """Two abreast: more of them break their words on a telephone."""
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def did_it_help(chat: Chat, number: int) -> Rows:
    """Yes or no under an answer. `number`: of the question that it answers."""
    nonce = new_nonce()
    return [
        [chat.button("helped", f"helped:{number}:{nonce}"), chat.button("not_helped", f"askstaff:{number}:{nonce}")]
    ]


def turns(chat: Chat, data: str, page: int, *, more: bool) -> Rows:
    """The row that leads to the pages before and after this one (from 0); no row where there is neither.

    `data`: what stands in such a button before the number of the page.
    """
    row = [chat.button("earlier", f"{data}{page - 1}")] if page > 0 else []
    if more:
        row.append(chat.button("later", f"{data}{page + 1}"))
    return [row] if row else []


def page_of(text: str) -> int:
    """The number of a page as a button has it; the first for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
