"""Looking for requests by what was said in them. What is typed is cut as what was written: words, and pairs of Han
characters; 繁體 finds 简体 and the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection

from club.refusal import Refused
from club.tokens import HAN, fold
from storage import find, state, tickets
from storage.tickets import Ticket

_PARTS = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")
STEM = 5
"""Letters of a longer word that count: "crack" finds "cracked"."""
MOST_WORDS = 12
LEFT = "words_left"
"""What was said before there was an index: the id below which messages are still to be taken up."""
TAKEN_UP_AT_ONCE = 200


def words_of(text: str) -> set[str]:
    """By what a text is found. Of very long ones, the beginning is."""
    return set(_words(fold(text), pairs_only=False))


def keep(db: Connection, ticket_id: int, text: str) -> None:
    """The ticket is found by what is said in it."""
    find.keep(db, ticket_id, words_of(text))


def search(db: Connection, text: str, *, offset: int, limit: int) -> list[Ticket]:
    """The requests in which all of it was said, the newest first. Raises `Refused` where no word is in it."""
    words = sorted(set(_words(fold(text), pairs_only=True)), key=lambda word: (-len(word), word))
    if not words:
        raise Refused("find/what")
    found = find.with_all(db, words[:MOST_WORDS], offset=offset, limit=limit)
    return [ticket for ticket_id in found if (ticket := tickets.by_id(db, ticket_id)) is not None]


def take_up(db: Connection, limit: int = TAKEN_UP_AT_ONCE) -> int:
    """Let what was said before there was an index be found; how many messages. Fewer than `limit`: all is done."""
    left = state.get(db, LEFT)
    if not left or left == "0":
        return 0
    messages = find.said_before(db, int(left), limit)
    for _, ticket_id, text in messages:
        keep(db, ticket_id, text)
    state.put(db, LEFT, str(messages[-1][0]) if len(messages) == limit else "0")
    return len(messages)


def _words(folded: str, *, pairs_only: bool) -> Iterator[str]:
    for match in _PARTS.finditer(folded):
        if match["word"]:
            yield _stem(match["word"])
            continue
        run = match["han"]
        if len(run) == 1 or not pairs_only:
            yield from run
        yield from (run[start : start + 2] for start in range(len(run) - 1))


def _stem(word: str) -> str:
    if not word.isalpha():
        return word
    return word[:STEM] if len(word) > STEM else word.removesuffix("s") if len(word) > 3 else word
