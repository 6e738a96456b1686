"""The answers of a survey for a spreadsheet: a row for each, without a name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from club import surveys
from club.club import Club
from club.days import day_of
from club.satisfaction import Factors
from club.survey_sets import (
    ATTRIBUTE,
    CHOICE,
    DESIRE,
    EXPECTED,
    INFORMATION,
    PERCEIVED,
    READY_OPTIONS,
    Question,
)
from club.surveys import Survey
from storage.survey_turns import Answers, Turn

FILE = "survey_file"
"""The recipe that makes it when its turn comes to be sent."""
FACTORS = (DESIRE, EXPECTED, PERCEIVED, ATTRIBUTE, INFORMATION)
"""What the long form asks; two more follow from it."""
DERIVED = ("desire_congruence", "expectation_congruence", "overall")
"""In the order in which one follows from the other."""
_MARK = "\ufeff"
"""Without it, spreadsheets take UTF-8 for something else."""
Cell = str | int | float


def text(survey: Survey, turns: Iterable[Turn], club: Club, language: str) -> str:
    """The whole file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(one) for one in header(survey, language)])
    writer.writerows([_safe(cell) for cell in row] for row in rows(survey, turns, club, language))
    return _MARK + out.getvalue()


def header(survey: Survey, language: str) -> list[str]:
    """The names of the columns: a ready-made question by its key, one of the club's own by its words."""
    asked = [words_of(one, language) for one in survey.questions]
    long = DERIVED if survey.asks(*FACTORS) else ()
    return ["round", "day", "by", *asked, *long, *(["state"] if survey.asks(EXPECTED, PERCEIVED) else [])]


def words_of(question: Question, language: str) -> str:
    """The key of a ready-made question, the words of one of the club's own."""
    if question.words is None:
        return question.key
    return question.words.get(language) or next(iter(question.words.values()))


def rows(survey: Survey, turns: Iterable[Turn], club: Club, language: str) -> Iterator[list[Cell]]:
    """A row for each answered turn."""
    for turn in turns:
        answers = turn.answers or {}
        day = day_of(turn.answered_at, club.zone).isoformat() if turn.answered_at else ""
        told = [given(one, answers.get(one.key), language) for one in survey.questions]
        yield [turn.period, day, "chat" if turn.staff_id is None else "phone", *told, *_derived(survey, answers, club)]


def given(question: Question, value: int | str | None, language: str) -> int | str:
    """An answer as one reads it; "" where it was passed over."""
    if value is None:
        return ""
    if question.kind != CHOICE or isinstance(value, str):
        return value
    if question.own:
        option = question.options[value]
        return option.get(language) or next(iter(option.values()))
    return READY_OPTIONS[question.key][value]


def _derived(survey: Survey, answers: Answers, club: Club) -> list[Cell]:
    found: list[Cell] = []
    if survey.asks(*FACTORS):
        told = [value for key in FACTORS if isinstance(value := answers.get(key), int)]
        if len(told) == len(FACTORS):
            factors = Factors(told[0], told[1], told[2], told[3], told[4])
            found = [factors.desire_congruence, factors.expectation_congruence, float(factors.overall)]
        else:
            found = [""] * len(DERIVED)
    if survey.asks(EXPECTED, PERCEIVED):
        found.append(surveys.state(survey, answers, club) or "")
    return found


def _safe(cell: Cell) -> Cell:
    """What a spreadsheet would take for a formula becomes words."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
