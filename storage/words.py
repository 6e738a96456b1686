"""Texts that a club writes once in each of its languages: names of rewards, benefits, programmes and vouchers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator


class Words(str):
    """A text in several languages. Wherever one text is wanted it is the first of them, in the club's own language."""

    by_language: dict[str, str]

    def __new__(cls, by_language: Mapping[str, str]) -> Words:
        words = super().__new__(cls, next(iter(by_language.values())))
        words.by_language = dict(by_language)
        return words

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.by_language,)

    def in_language(self, language: str) -> str:
        """As somebody reads it; in the club's own language, where theirs has no words for it."""
        return self.by_language.get(language, str(self))


def words_of(said: str | Mapping[str, str]) -> str:
    """A text as it was told: one for all, or one for each language."""
    if isinstance(said, str):
        return said
    return Words(said) if len(said) > 1 else next(iter(said.values()))


def said(text: str, language: str) -> str:
    """A text in this language, where it is one in several."""
    return text.in_language(language) if isinstance(text, Words) else text


class Wording(TypeDecorator[str]):
    """A column of such texts: one language is the text as it is, several are a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return json.dumps(value.by_language, ensure_ascii=False) if isinstance(value, Words) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None or not value.startswith('{"') else _read(value)


def _read(text: str) -> str:
    """A name that only looks like an object is a name."""
    try:
        found = json.loads(text)
    except ValueError:
        return text
    fits = isinstance(found, dict) and found and all(isinstance(one, str) for one in found.values())
    return Words(found) if fits else text
