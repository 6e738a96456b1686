"""The space beside what is set into a Chinese sentence.

由 Chen Wei 为您处理, but 由陈伟为您处理; 还有 20 积分. Whether a space is right depends on the value, so a template
cannot know. It is set here, where the words of a template meet a value; what people wrote is never looked into.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

_HAN = "[\u3400-\u4dbf\u4e00-\u9fff]"
_TAG = "(?:b|strong|i|em|u|s|code|a|span)"
_CLOSING, _OPENING = rf"(?:</{_TAG}>)*", rf"(?:<{_TAG}(?: [^<>]*)?>)*"
_BEHIND_A_VALUE = re.compile(rf"({_CLOSING})( ?)(?={_OPENING}{_HAN})")
_BEFORE_A_VALUE = re.compile(rf"(?<={_HAN})({_CLOSING})( ?)({_OPENING})\Z")
_FIRST_TAGS, _LAST_TAGS = re.compile(r"(?:<[^<>]*>)+"), re.compile(r"(?:<[^<>]*>)+\Z")


def joined(pieces: Iterable[str]) -> str:
    """A Chinese message of its pieces: the template's own words come as `str`, what is set in as `Markup` (escaped)."""
    done: list[str] = []
    words, before = "", ""
    for piece in pieces:
        if not isinstance(piece, Markup):
            words += piece
        elif piece:
            done += _between(before, words, piece), piece
            words, before = "", piece
    done.append(_between(before, words, ""))
    return "".join(done)


def _between(before: str, words: str, after: str) -> str:
    """The words between two values, with the spaces that belong there. A value that is empty is none."""
    if not words:
        return ""
    left, space_left, middle, space_right, right = _edges(words)
    if before and space_left is not None and (space := _space_beside(_last(before))) is not None:
        space_left = space
    if after and space_right is not None and (space := _space_beside(_first(after))) is not None:
        space_right = space
    return f"{left}{space_left or ''}{middle}{space_right or ''}{right}"


@lru_cache(20_000)
def _edges(words: str) -> tuple[str, str | None, str, str | None, str]:
    """Tags, space, everything else, space, tags. A space is None where the words do not begin, or end, in Chinese."""
    left, right, space_left, space_right = "", "", None, None
    if behind := _BEHIND_A_VALUE.match(words):
        left, space_left = behind.groups()
        words = words[behind.end() :]
    if before := _BEFORE_A_VALUE.search(words):
        closing, space_right, right = before.groups()
        words = words[: before.start()] + closing
    return left, space_left, words, space_right, right


@lru_cache(20_000)
def _space_beside(character: str) -> str | None:
    """A space beside Latin letters, digits and signs, none beside Chinese; None (as it stands) beside an emoji."""
    if character.isascii():
        return " " if character.isprintable() and character != " " else None
    kind = unicodedata.category(character)
    if kind[0] == "P" or (kind[0] in "LN" and unicodedata.east_asian_width(character) in "WF"):
        return ""
    return " " if kind[0] in "LN" or kind in ("Sc", "Sm") else None


def _first(value: str) -> str:
    """The first character that is read; an entity stands for a sign of ASCII."""
    return value[0] if value[0] != "<" else (_FIRST_TAGS.sub("", value, count=1) or " ")[0]


def _last(value: str) -> str:
    return value[-1] if value[-1] != ">" else (_LAST_TAGS.sub("", value) or " ")[-1]
