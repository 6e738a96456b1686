"""The words by which a text is found, and where in it they stand.

Latin words count without accents, apostrophes and the s of a plural: `cafes` finds `café`. Han script gives
characters and pairs of them, simplified: 杯子 finds 茶杯子碎了, and 积分 finds 積分. Nothing else of what is
sealed can be searched.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from club import tokens

MAX_TEXT = 5_000
"""Characters of a text by which it is found: more than fit into a message."""
BEFORE, SHOWN = 30, 140
"""Characters of a text that are shown: so many before the first word that was found, so many in all."""
_APOSTROPHE = re.compile(r"['’](?:s\b)?")


@dataclass(frozen=True)
class Piece:
    """A part of a text that is shown; `found`: it was searched for."""

    text: str
    found: bool = False


def words_of(text: str) -> set[str]:
    """All by which a text is found."""
    return {word for part in _parts(text[:MAX_TEXT]) for word in _words(part, single=True)}


def wanted(text: str) -> tuple[str, ...]:
    """The words that a text must have to be found. Of Han the pairs: whatever has those has their characters."""
    return tuple(dict.fromkeys(word for part in _parts(text) for word in _words(part, single=False)))


def snippet(texts: Sequence[str], words: Sequence[str]) -> list[Piece]:
    """That part of what was said in which most of the words are, of two with as many the later one."""
    best, text, spans = 0, texts[0] if texts else "", []
    for one in texts:
        found = list(_spans(one, words))
        count = len({word for word, _, _ in found})
        if found and count >= best:
            best, text, spans = count, one, [(start, end) for _, start, end in found]
    return _cut(text, _joined(spans))


def _parts(text: str) -> Iterator[re.Match[str]]:
    return tokens.parts(unicodedata.normalize("NFKC", text))


def _words(part: re.Match[str], *, single: bool) -> Iterator[str]:
    """The words of one run of Han, or of one Latin word. `single`: with the characters of which the pairs are made."""
    if part["word"] is not None:
        yield _bare(part["word"])
        return
    run = tokens.simplified(part["han"])
    if single or len(run) == 1:
        yield from run
    yield from (run[start : start + 2] for start in range(len(run) - 1))


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", word).lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare


def _spans(text: str, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Each of the words where it stands in the text, with its first and its last place."""
    for part in tokens.parts(text):
        if part["word"] is not None:
            bare = _bare(unicodedata.normalize("NFKC", part["word"]))
            if bare in words:
                yield bare, part.start(), part.end()
            continue
        run = tokens.simplified(part["han"])
        same = len(run) == len(part["han"])
        for word in words:
            for match in re.finditer(re.escape(word), run):
                yield word, *((part.start() + match.start(), part.start() + match.end()) if same else part.span())


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch become one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    first = max(0, spans[0][0] - BEFORE) if spans else 0
    last, at = min(len(text), first + SHOWN), first
    pieces = [Piece("…")] if first else []
    for start, end in spans:
        if start >= last:
            break
        pieces += [Piece(text[at:start]), Piece(text[start : min(end, last)], found=True)]
        at = min(end, last)
    pieces.append(Piece(text[at:last] + ("…" if last < len(text) else "")))
    return [piece for piece in pieces if piece.text]
