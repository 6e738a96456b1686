"""Questions of surveys: the ready-made sets, whose words are in the templates, and questions of a club's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from club.names import clean, in_languages
from club.refusal import Refused

SCALE, CHOICE, TEXT = "scale", "choice", "text"
KINDS = (SCALE, CHOICE, TEXT)
MOST_QUESTIONS, MOST_OPTIONS = 20, 8
MAX_TITLE, MAX_QUESTION, MAX_OPTION = 60, 300, 40
SECONDS = {SCALE: 6, CHOICE: 6, TEXT: 25}
"""How long a question takes, about."""

Words = Mapping[str, str]
"""A text by language."""


@dataclass(frozen=True)
class Question:
    """Without `words` and `options` the templates have them, under the key. A scale runs from `low` to `high`."""

    key: str
    kind: str = SCALE
    low: int = 1
    high: int = 5
    words: Words | None = None
    options: tuple[Words, ...] = ()

    @property
    def own(self) -> bool:
        return self.words is not None

    @property
    def choices(self) -> int:
        """How many options there are."""
        return len(self.options) or len(READY_OPTIONS.get(self.key, ()))

    def fits(self, value: object) -> bool:
        """May it be answered so? None passes it over."""
        if value is None:
            return True
        if self.kind == TEXT:
            return isinstance(value, str) and value != ""
        least, most = (self.low, self.high) if self.kind == SCALE else (0, self.choices - 1)
        return isinstance(value, int) and least <= value <= most

    def as_data(self) -> dict[str, Any]:
        """What `question_of` reads."""
        data: dict[str, Any] = {"key": self.key, "kind": self.kind}
        if self.kind == SCALE:
            data |= {"low": self.low, "high": self.high}
        if self.words is not None:
            data |= {"words": dict(self.words), "options": [dict(one) for one in self.options]}
        return data


def question_of(data: Mapping[str, Any]) -> Question:
    return Question(
        data["key"],
        data["kind"],
        data.get("low", 1),
        data.get("high", 5),
        data.get("words"),
        tuple(data.get("options", ())),
    )


EXPECTED, PERCEIVED, AGAIN, RELATIONSHIP = "expected", "perceived", "again", "relationship"
DESIRE, ATTRIBUTE, INFORMATION, REMARK = "desire", "attribute", "information", "remark"
FACTORS = ("product", "service", "communication", "care")
VALUES = ("value_product", "value_service", "value_people", "value_image")
COSTS = ("cost_money", "cost_time", "cost_thought", "cost_effort")
READY_OPTIONS: Mapping[str, tuple[str, ...]] = {AGAIN: ("yes", "perhaps", "no")}
YES = 0
"""The place of the answer that means: willing."""

_AGAIN = Question(AGAIN, CHOICE)
_REMARK = Question(REMARK, TEXT)
SATISFACTION, RELATION, VALUE, LONG, OWN = "satisfaction", "relation", "value", "long", "own"
SETS: Mapping[str, tuple[Question, ...]] = {
    SATISFACTION: (*map(Question, (EXPECTED, PERCEIVED, *FACTORS)), _AGAIN, _REMARK),
    RELATION: (Question(RELATIONSHIP, low=0, high=10),),
    VALUE: tuple(map(Question, (*VALUES, *COSTS))),
    LONG: (*map(Question, (DESIRE, EXPECTED, PERCEIVED, ATTRIBUTE, INFORMATION)), _AGAIN, _REMARK),
    OWN: (),
}
KNOWN = tuple({one.key: one for questions in SETS.values() for one in questions}.values())
"""Every question that the templates know."""


def seconds(questions: Sequence[Question]) -> int:
    """How long they take all together, about."""
    return sum(SECONDS[one.kind] for one in questions)


def own_question(number: int, kind: str, words: Words, options: Sequence[Words] = (), high: int = 5) -> Question:
    """A question of the club's own. Raises `Refused` for a choice without a choice."""
    if kind == CHOICE and not 2 <= len(options) <= MOST_OPTIONS:
        raise Refused("surveys/options_unclear", most=MOST_OPTIONS)
    return Question(f"q{number}", kind, 0 if high == 10 else 1, high, words, tuple(options))


def said_in(text: str, languages: Sequence[str], most: int) -> dict[str, str]:
    """A line as it was typed, by language: parts between ` / `, one for each language of the club, or one for all.

    Raises `Refused` for nothing, for more than `most` characters, and for braces: the words go into texts that are
    filled in.
    """
    said = in_languages(text, languages, lambda part: _line(part, most))
    return said if isinstance(said, dict) else {languages[0]: said}


def _line(text: str, most: int) -> str:
    line = clean(text)
    if not line or len(line) > most:
        raise Refused("forms/long", most=most, found=len(line))
    if any(mark in line for mark in "{}"):
        raise Refused("surveys/no_braces")
    return line
