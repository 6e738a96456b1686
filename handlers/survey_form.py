"""The questions about a new survey, about one more question of it, and about when it goes to whom."""

from __future__ import annotations

from typing import Any

from campaigns import surveys as sending
from campaigns.surveys import Plan
from club import surveys
from club.languages import NAMES
from club.refusal import Refused
from club.staff import FIGURES
from club.survey_sets import (
    CHOICE,
    LONG,
    MAX_OPTION,
    MAX_QUESTION,
    MAX_TITLE,
    MOST_OPTIONS,
    OWN,
    RELATION,
    SATISFACTION,
    SCALE,
    SETS,
    TEXT,
    VALUE,
    own_question,
    said_in,
    seconds,
)
from club.surveys import Survey
from handlers import campaigns, forms, saved_audiences, survey_words
from handlers.chat import Chat
from handlers.forms import Answers, Choice, Field, Form
from handlers.surveys import show

READY = (SATISFACTION, RELATION, VALUE, LONG, OWN)
FIVE, TEN = "five", "ten"


def new(chat: Chat) -> None:
    """Which questions? A ready-made set is a survey after one tap."""
    forms.restart(chat, NEW)


def add_question(chat: Chat) -> None:
    """One more question."""
    one = surveys.existing(chat.db, chat.pressed_id)
    if one.state != surveys.DRAFT:
        raise Refused("surveys/is_on")
    forms.restart(chat, QUESTION, survey=one.id)


def plan_button(chat: Chat) -> None:
    plan(chat, surveys.existing(chat.db, chat.pressed_id))


def plan(chat: Chat, one: Survey) -> None:
    """How often, and to whom?"""
    if not one.questions:
        raise Refused("surveys/no_questions")
    forms.restart(chat, PLAN, survey=one.id)


# ---- reading the answers ------------------------------------------------------------------------------------------


def _parse_set(_chat: Chat, text: str, _answers: Answers) -> str:
    if text not in SETS:
        raise Refused("forms/press_please")
    return text


def _sets(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [
        Choice(SATISFACTION, "survey_satisfaction"),
        Choice(RELATION, "survey_relation"),
        Choice(VALUE, "survey_value"),
        Choice(LONG, "survey_long"),
        Choice(OWN, "survey_own"),
    ]


def _parse_title(chat: Chat, text: str, _answers: Answers) -> dict[str, str]:
    return said_in(text, chat.club.languages, MAX_TITLE)


def _parse_kind(_chat: Chat, text: str, _answers: Answers) -> str:
    if text not in (FIVE, TEN, CHOICE, TEXT):
        raise Refused("forms/press_please")
    return text


def _kinds(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [
        Choice(FIVE, "survey_five"),
        Choice(TEN, "survey_ten"),
        Choice(CHOICE, "survey_choice"),
        Choice(TEXT, "survey_text"),
    ]


def _parse_words(chat: Chat, text: str, _answers: Answers) -> dict[str, str]:
    return said_in(text, chat.club.languages, MAX_QUESTION)


def _parse_options(chat: Chat, text: str, _answers: Answers) -> list[dict[str, str]]:
    """One in each line."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not 2 <= len(lines) <= MOST_OPTIONS:
        raise Refused("surveys/options_unclear", most=MOST_OPTIONS)
    return [said_in(line, chat.club.languages, MAX_OPTION) for line in lines]


def _parse_rhythm(chat: Chat, text: str, _answers: Answers) -> str:
    if text not in surveys.rhythms(chat.club):
        raise Refused("forms/press_please")
    return text


def _rhythms(chat: Chat, _answers: Answers) -> list[Choice]:
    labels = {
        surveys.ONCE: Choice(surveys.ONCE, "survey_once"),
        surveys.MONTHLY: Choice(surveys.MONTHLY, "survey_monthly"),
        surveys.QUARTERLY: Choice(surveys.QUARTERLY, "survey_quarterly"),
    }
    return [labels[one] for one in surveys.rhythms(chat.club)]


# ---- the end ------------------------------------------------------------------------------------------------------


def _made(chat: Chat, answers: Answers) -> None:
    one = surveys.create(chat.db, answers["set"], answers.get("title"), chat.user_id, chat.now)
    if one.questions:
        chat.reply("surveys/made", count=len(one.questions), seconds=seconds(one.questions))
        show(chat, one)
    else:
        forms.start(chat, QUESTION, survey=one.id)


def _added(chat: Chat, answers: Answers) -> None:
    one, kind = surveys.existing(chat.db, answers["survey"]), answers["kind"]
    question = own_question(
        _next_number(one),
        SCALE if kind in (FIVE, TEN) else kind,
        answers["words"],
        answers.get("options") or (),
        10 if kind == TEN else 5,
    )
    show(chat, surveys.add_question(chat.db, one, question))


def _next_number(one: Survey) -> int:
    """A number that none of its own questions has."""
    return 1 + max((int(question.key[1:]) for question in one.questions if question.own), default=0)


def _planned(chat: Chat, answers: Answers) -> None:
    one = surveys.existing(chat.db, answers["survey"])
    titles = {language: survey_words.title(one, language) for language in chat.club.languages}
    wanted = Plan(answers["rhythm"], answers["audience"])
    made = sending.schedule(chat.db, one, wanted, titles, chat.user_id, chat.club, chat.now)
    chat.reply("surveys/planned", title=survey_words.title(one, chat.language), rhythm=wanted.rhythm)
    campaigns.hang(chat, made)


def _facts(chat: Chat, answers: Answers) -> dict[str, Any]:
    return {
        "names": [NAMES.get(one, one) for one in chat.club.languages],
        "most": MOST_OPTIONS,
        "whole": _about(chat, answers),
    }


def _about(chat: Chat, answers: Answers) -> str:
    """The title of the survey that is being planned."""
    if "survey" not in answers:
        return ""
    return survey_words.title(surveys.existing(chat.db, answers["survey"]), chat.language)


NEW = forms.register(
    Form(
        "survey_new",
        (
            Field("set", _parse_set, _sets),
            Field("title", _parse_title, when=lambda answers: answers.get("set") == OWN),
        ),
        _made,
        roles=FIGURES,
        facts=_facts,
    )
)
QUESTION = forms.register(
    Form(
        "survey_question",
        (
            Field("kind", _parse_kind, _kinds),
            Field("words", _parse_words),
            Field("options", _parse_options, when=lambda answers: answers.get("kind") == CHOICE),
        ),
        _added,
        roles=FIGURES,
        facts=_facts,
    )
)
PLAN = forms.register(
    Form(
        "survey_plan",
        (Field("rhythm", _parse_rhythm, _rhythms), Field("audience", saved_audiences.parse, saved_audiences.choices)),
        _planned,
        roles=FIGURES,
        facts=_facts,
    )
)
