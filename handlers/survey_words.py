"""How a survey, its questions and its answers are called: by the templates, or in the club's own words."""

from __future__ import annotations

import html

from club.survey_sets import KNOWN, READY_OPTIONS, Question, Words
from club.surveys import Survey
from templates import render

REMARK_SHOWN = 300
"""Characters of an answer in words that are shown in one place."""


def title(survey: Survey, language: str) -> str:
    return _block(f"title_{survey.set}", language) if survey.title is None else _in(survey.title, language)


def asked(question: Question, language: str) -> str:
    """The question, as it is put: Telegram HTML."""
    if question.words is None:
        return _markup(f"ask_{question.key}", language)
    return html.escape(_in(question.words, language), quote=False)


def plainly(question: Question, language: str) -> str:
    """The same without markup, and without what a scale means."""
    if question.words is None:
        return _block(f"ask_{question.key}", language).partition("\n")[0]
    return _in(question.words, language)


def label(question: Question, language: str) -> str:
    """The question in a word or two, for a report."""
    if question.words is None:
        return _block(f"label_{question.key}", language)
    return _in(question.words, language)


def labels(language: str) -> dict[str, str]:
    """Of every ready-made question, by its key."""
    return {one.key: label(one, language) for one in KNOWN}


def options(question: Question, language: str) -> list[str]:
    """What one can choose."""
    if question.own:
        return [_in(one, language) for one in question.options]
    return [_block(f"option_{one}", language) for one in READY_OPTIONS[question.key]]


def _markup(block: str, language: str) -> str:
    return render(f"survey_questions/{block}", language)


def _block(block: str, language: str) -> str:
    return html.unescape(_markup(block, language))


def _in(words: Words, language: str) -> str:
    return words.get(language) or next(iter(words.values()))
