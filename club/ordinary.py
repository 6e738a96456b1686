"""Ordinary questions of which a club knows nothing yet.

A base of few entries takes whatever somebody asks for one of them: all it has learnt of "do you …" is that it asks
for the opening hours. So until a club has written enough of its own, these stand beside what it knows, and whoever
asks one of them is passed on to a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from club import own_data
from club.ordinary_questions import QUESTIONS
from club.tokens import features

FEW = 40
"""So many entries of its own tell a question of theirs from one of nobody's."""
FIRST = -101
"""The number of the first subject; the others follow downwards."""


def silent(number: int) -> int:
    """The number under which a question to a person's own data is learnt while it has no answer here, such as opening
    hours that nobody told: nothing else is taken for it, and it goes to a person."""
    return 10 * FIRST + number


def answered(entry: int) -> bool:
    """Is there an answer behind this number? Not behind an ordinary subject."""
    return entry > FIRST


def is_small(entries: Iterable[int]) -> bool:
    """Are these too few entries of a club's own to be told from what nobody has written?"""
    return len({entry for entry in entries if entry > 0}) < FEW


def beside(lessons: Sequence[tuple[str, int, bool]]) -> list[tuple[str, int, bool]]:
    """What is to be learnt beside these lessons: nothing where a club has written enough of its own."""
    own = [lesson for lesson in lessons if lesson[1] > 0]
    if not is_small(entry for _, entry, _ in own):
        return []
    return [(way, number, False) for way, number in phrasings(own)]


def phrasings(own: Sequence[tuple[str, int, bool]]) -> Iterator[tuple[str, int]]:
    """Each ordinary question with the number of its subject. Left out is a subject about which the club has written
    (`own`: its lessons), told by a word or a pair of characters that both have and few others."""
    written = _about(own)
    for place, ways in enumerate(_SUBJECTS):
        if not written & _telling(place):
            yield from ((way, FIRST - place) for way in ways)


_SUBJECTS = [subject.split("\n") for subject in QUESTIONS.strip().split("\n\n")]


@cache
def _telling(place: int) -> frozenset[str]:
    """Whole words and pairs of characters that only this subject has: what it is about."""
    others = [way for other, ways in enumerate(_SUBJECTS) if other != place for way in ways]
    parts = _parts(_SUBJECTS[place]) - _parts([*others, *(way for way, _ in own_data.phrasings())])
    return frozenset(part for part in parts if part.startswith("w ") or (len(part) == 2 and not part.isascii()))


def _about(own: Sequence[tuple[str, int, bool]]) -> set[str]:
    """What entries are about: what stands in a title, or in more than one way to ask. A word that came up once, such as
    the children in "tea for children", is no subject of theirs."""
    titled = {entry for _, entry, title in own if title}
    found = _parts([text for text, _, title in own if title])
    by_entry = defaultdict(list)
    for text, entry, title in own:
        if not title:
            by_entry[entry].append(features(text))
    for entry, bags in by_entry.items():
        seen = Counter(part for bag in bags for part in bag)
        found |= {part for part, times in seen.items() if times > 1 or (len(bags) == 1 and entry not in titled)}
    return found


def _parts(texts: Sequence[str]) -> set[str]:
    return {part for text in texts for part in features(text)}
