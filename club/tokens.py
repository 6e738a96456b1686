"""What a question is made of: one way to cut English and Chinese, for the engine that finds the answer.

Latin script gives words, pairs of words, and runs of 2 to 4 letters within a word, which forgive typos. Han gives
characters and pairs. Traditional characters and Taiwan's words are folded onto the simplified ones first, so that 积分
finds 積分. There is no dictionary of Chinese words: pairs of characters found more than a segmenter did.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

MAX_TEXT = 1_000
"""Characters of a question that are looked at; nobody asks for longer, and a page must not keep the others waiting."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PARTS = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+(?:['’][^\W_{_HAN}]+)*)")
_ANY_HAN = re.compile(f"[{_HAN}]")
_GRAMS = (2, 3, 4)


def fold(text: str) -> str:
    """The text as it is compared: NFKC, small letters, simplified characters."""
    tidy = unicodedata.normalize("NFKC", text[:MAX_TEXT]).lower()
    return simplified(tidy) if has_han(tidy) else tidy


def has_han(text: str) -> bool:
    """Does a Chinese character stand in it?"""
    return _ANY_HAN.search(text) is not None


def key(text: str) -> str:
    """What two phrasings share that say the same but for case, script, blanks and punctuation; "" for no words."""
    return " ".join(match[0] for match in parts(fold(text)))


def features(text: str) -> Counter[str]:
    """How often each part occurs. Empty for a text without words."""
    return Counter(_features(fold(text)))


def parts(text: str) -> Iterator[re.Match[str]]:
    """A text cut where script or word ends: each part is a run of `han`, or one `word` of another script."""
    return _PARTS.finditer(text)


def simplified(text: str) -> str:
    """Traditional Chinese as it is written in simplified characters. The way back is not offered: its dictionary would
    take more memory than all the rest of the engine."""
    return str(_converter().convert(text))


def caseless(text: str) -> str:
    """A name as it is compared with others: large letters and Chinese script make no difference."""
    return simplified(text).casefold()


def _features(folded: str) -> Iterator[str]:
    before = ""
    for match in parts(folded):
        word = match["word"]
        if word is None:
            yield from _of_han(match["han"])
            continue
        yield f"w {word}"
        if before:
            yield f"p {before} {word}"
        yield from _of_word(f" {word} ")
        before = word


def _of_han(run: str) -> Iterator[str]:
    yield from run
    for start in range(len(run) - 1):
        yield run[start : start + 2]


def _of_word(padded: str) -> Iterator[str]:
    for size in _GRAMS:
        for start in range(len(padded) - size + 1):
            yield f"c{padded[start : start + size]}"


@cache
def _converter() -> OpenCC:
    """Loaded with the first Chinese text: its dictionaries take a few megabytes."""
    from opencc import OpenCC

    return OpenCC("tw2sp")
