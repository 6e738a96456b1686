"""The questions about one step of a journey: what it does, and then what belongs to that."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from campaigns import campaigns as work
from campaigns import journey_edit
from campaigns.audience_fields import PRESSED, REPLIED
from campaigns.journey_edit import INSTEAD, WHERE
from club.days import day_of
from club.languages import own_first
from club.names import clean
from club.refusal import Refused
from club.staff import FIGURES
from handlers import forms, saved_audiences
from handlers.campaign_form import TEXTS, buttons_offered, facts_asked, parse_button, text_field
from handlers.chat import Chat
from handlers.forms import Answers, Choice, Field, Form
from handlers.journeys import journey_of, keep

SAY, WAIT, IF, TASK, EXIT = "say", "wait", "if", "task", "exit"
READY_CONDITIONS: dict[str, Any] = {
    "if_bought": {"bought": {"within_days": 30}},
    "if_never": {"not": {"bought": {}}},
    "if_points": {"points": {"at_least": 100}},
    "if_complained": {"complaint": {"is": "made", "within_days": 30}},
}
ANSWERED = {"if_pressed": PRESSED, "if_replied": REPLIED}
"""What they did with a message of this very journey, lately."""
LATELY = 30
MAX_TASK, MAX_DAYS = 200, 366
_UNTIL = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:\s+(\d{1,2}:\d{2}))?")


def begin(chat: Chat) -> None:
    """What shall the new step do, or the one that is changed say? `jadd:12.after.hello`."""
    number, rest = chat.pressed_id_and_word
    where, _, name = rest.partition(".")
    if where not in WHERE:
        raise Refused("buttons/unknown")
    one = work.existing(chat.db, number)
    journey = journey_of(chat, one)
    if name and name not in journey.ways:
        raise Refused("journeys/step_gone")
    languages = own_first(chat.language, chat.club.languages)
    given: Answers = {"campaign": one.id, "where": where, "step": name, "languages": languages}
    given["kind"] = work.definition(one, chat.club).kind.key
    if where == INSTEAD:
        step = journey.ways[name].step.as_data()
        given["what"] = next(what for what in (WAIT, TASK, SAY) if what in step or what == SAY)
    forms.restart(chat, STEP, **given)


# ---- reading the answers ------------------------------------------------------------------------------------------


def _parse_what(_chat: Chat, text: str, _answers: Answers) -> str:
    if text not in (SAY, WAIT, IF, TASK, EXIT):
        raise Refused("forms/press_please")
    return text


def _whats(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [
        Choice(SAY, "step_say"),
        Choice(WAIT, "step_wait"),
        Choice(IF, "step_if"),
        Choice(TASK, "step_task"),
        Choice(EXIT, "step_exit"),
    ]


def _parse_wait(chat: Chat, text: str, _answers: Answers) -> Any:
    """So many days, or until a day and an hour."""
    tidy = text.strip()
    if tidy.isascii() and tidy.isdecimal() and len(tidy) <= 3 and 1 <= int(tidy) <= MAX_DAYS:
        return {"days": int(tidy)}
    match = _UNTIL.fullmatch(tidy)
    try:
        day = date(*(int(part) for part in match[1].split("-"))) if match else None
    except ValueError:
        day = None
    if match is None or day is None:
        raise Refused("journeys/wait_unclear")
    if day < day_of(chat.now, chat.club.zone):
        raise Refused("campaigns/day_passed")
    return {"until": day.isoformat()} | ({"at": match[2].zfill(5)} if match[2] else {})


def _waits(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("1", "wait_1"), Choice("3", "wait_3"), Choice("7", "wait_7"), Choice("14", "wait_14")]


def _parse_condition(chat: Chat, text: str, answers: Answers) -> Any:
    """One that is ready-made, or an audience saved under a name, as it is now."""
    if text in READY_CONDITIONS:
        return READY_CONDITIONS[text]
    if text in ANSWERED:
        key = work.existing(chat.db, answers["campaign"]).key
        return {"campaign": {"did": ANSWERED[text], "key": key, "within_days": LATELY}}
    found = saved_audiences.rule_of(chat, text)
    if not found or found == {"all": []}:
        raise Refused("forms/press_please")
    return found


def _conditions(chat: Chat, _answers: Answers) -> list[Choice]:
    return [
        Choice("if_bought", "if_bought"),
        Choice("if_never", "if_never"),
        Choice("if_points", "if_points"),
        Choice("if_complained", "if_complained"),
        Choice("if_pressed", "if_pressed"),
        Choice("if_replied", "if_replied"),
        *saved_audiences.saved(chat),
    ]


def _parse_task(_chat: Chat, text: str, _answers: Answers) -> str:
    task = clean(text)
    if not 0 < len(task) <= MAX_TASK:
        raise Refused("forms/long", most=MAX_TASK, found=len(text))
    return task


# ---- the end ------------------------------------------------------------------------------------------------------


def _done(chat: Chat, answers: Answers) -> None:
    new = _step(answers)
    keep(
        chat,
        work.existing(chat.db, answers["campaign"]),
        lambda found: journey_edit.put(found, new, answers["where"], answers["step"]),
    )


def _step(answers: Answers) -> dict[str, Any]:
    """The answers as a step holds them."""
    what = answers["what"]
    if what == SAY:
        given = zip(answers["languages"], (answers.get(name) for name in TEXTS), strict=False)
        return {"texts": {language: text for language, text in given if text}, "buttons": answers["button"]}
    if what == IF:
        return {"if": answers["condition"], "then": [], "else": []}
    return {what: True if what == EXIT else answers[what]}


def _asked(what: str) -> Any:
    return lambda answers: answers.get("what") == what


STEP = forms.register(
    Form(
        "journey_step",
        (
            Field("what", _parse_what, _whats),
            *(text_field(place, _asked(SAY)) for place in range(len(TEXTS))),
            Field("button", parse_button, buttons_offered, when=_asked(SAY)),
            Field("wait", _parse_wait, _waits, when=_asked(WAIT)),
            Field("condition", _parse_condition, _conditions, when=_asked(IF)),
            Field("task", _parse_task, when=_asked(TASK)),
        ),
        _done,
        roles=FIGURES,
        facts=facts_asked,
    )
)
