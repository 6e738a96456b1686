"""The questions about a campaign: all of them for a new one, one of them to change a draft."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from campaigns import campaigns as work
from campaigns import reading, words
from campaigns.definition import ADDRESS, ANSWER
from campaigns.journey import BOUGHT, COMPLAINED, REPLIED
from campaigns.kinds import CONTENT, GREETING, KINDS, LOYALTY, PROMOTION, SERVICE, SURVEY
from campaigns.problems import Invalid
from club.days import day_of
from club.languages import NAMES, nearest, own_first
from club.names import clean, units
from club.refusal import Refused
from club.staff import FIGURES
from handlers import forms, moments, saved_audiences
from handlers.campaigns import hang, renew_cards
from handlers.chat import Chat
from handlers.forms import SAID, Answers, Choice, Field, Form
from storage.campaigns import Campaign
from templates import plain

TEXTS = ("text_1", "text_2", "text_3")
PARTS = ("name", "goal", "audience", "moment", "text", "button", "ends_on", "picture", "holdout")
JOURNEY_PARTS = ("name", "goal", "audience", "moment", "exits", "ends_on", "holdout")
READY_EXITS: dict[str, list[str]] = {
    "replies": [REPLIED, COMPLAINED],
    "buys": [BOUGHT, COMPLAINED],
    "either": [BOUGHT, REPLIED, COMPLAINED],
    "neither": [COMPLAINED],
}
"""Whoever complains is always left in peace."""
OFFERED = {"rewards": "buttons/rewards", "points": "buttons/points", "card": "buttons/my_card", "ask": "buttons/ask"}
"""Places that are offered as a button, and how it is called; the others can be chosen in a file."""
NO_BUTTON = "none"
_BUTTON = re.compile(rf"(.+?)\s+({ADDRESS}\S+)")


def begin(chat: Chat) -> None:
    """The questions about a new campaign."""
    forms.restart(chat, CAMPAIGN, languages=own_first(chat.language, chat.club.languages))


def begin_journey(chat: Chat) -> None:
    """The questions about a new journey, up to its first message."""
    forms.restart(chat, CAMPAIGN, languages=own_first(chat.language, chat.club.languages), journey=True)


def ask_part(chat: Chat) -> None:
    """Which part of a draft shall change?"""
    one = work.existing(chat.db, chat.pressed_id)
    found = work.definition(one, chat.club)
    own = JOURNEY_PARTS if found.journey else PARTS
    parts = [part for part in own if part != "ends_on" or found.kind.key == PROMOTION]
    buttons = [chat.button(f"part_{part}", f"cset:{one.id}.{part}") for part in parts]
    rows = [buttons[start : start + 3] for start in range(0, len(buttons), 3)]
    chat.reply("campaigns/ask_part", [*rows, [chat.button("campaign_card", f"camp:{one.id}")]], name=found.name)


def change_part(chat: Chat) -> None:
    """The question about one part of a draft."""
    number, part = chat.pressed_id_and_word
    if part not in (*PARTS, "exits"):
        raise Refused("buttons/unknown")
    one = work.existing(chat.db, number)
    found = work.definition(one, chat.club)
    kind = found.kind.key
    given: Answers = {"campaign": one.id, "part": part, "languages": own_first(chat.language, chat.club.languages)}
    if found.journey is not None:
        given["journey"] = True
    forms.restart(chat, CAMPAIGN, **given, **({} if part == "kind" else {"kind": kind}))


# ---- reading the answers ------------------------------------------------------------------------------------------


def _parse_name(_chat: Chat, text: str, _answers: Answers) -> str:
    name = clean(text)
    if not 0 < len(name) <= reading.MAX_NAME:
        raise Refused("forms/long", most=reading.MAX_NAME, found=len(text))
    return name


def _parse_goal(_chat: Chat, text: str, _answers: Answers) -> str:
    goal = clean(text)
    if len(goal) > reading.MAX_GOAL:
        raise Refused("forms/long", most=reading.MAX_GOAL, found=len(goal))
    return goal


def _parse_kind(_chat: Chat, text: str, _answers: Answers) -> str:
    if text not in KINDS:
        raise Refused("forms/press_please")
    return text


def _kinds(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [
        Choice(CONTENT, "kind_content"),
        Choice(PROMOTION, "kind_promotion"),
        Choice(GREETING, "kind_greeting"),
        Choice(SURVEY, "kind_survey"),
        Choice(SERVICE, "kind_service"),
        Choice(LOYALTY, "kind_loyalty"),
    ]


def _parse_exits(_chat: Chat, text: str, _answers: Answers) -> list[str]:
    if text not in READY_EXITS:
        raise Refused("forms/press_please")
    return READY_EXITS[text]


def _exits(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [
        Choice("replies", "exit_replies"),
        Choice("buys", "exit_buys"),
        Choice("either", "exit_either"),
        Choice("neither", "exit_neither"),
    ]


def _parse_text(_chat: Chat, text: str, answers: Answers, place: int) -> str:
    """A text that is fit by itself; so nobody is told at the end that the first answer was wrong."""
    problems = words.check(text, answers["languages"][place])
    if problems:
        raise Refused("campaigns/text_unfit", found=problems[0].found, expected=problems[0].expected)
    if answers.get("kind") == GREETING and reading.sells(text):
        raise Refused("campaigns/greeting_sells", found=reading.sells(text))
    if answers.get("kind") != PROMOTION and "ends" in words.used(text):
        raise Refused("campaigns/no_last_day")
    return text.strip()


def text_field(place: int, asked: Callable[[Answers], bool]) -> Field:
    """The question about the text in one of the club's languages; only its own is needed."""

    def wanted(answers: Answers) -> bool:
        return asked(answers) and len(answers.get("languages", ())) > place

    return Field(TEXTS[place], partial(_parse_text, place=place), optional=place > 0, when=wanted)


def parse_button(chat: Chat, text: str, answers: Answers) -> list[Any]:
    """One that is offered, a label that is the answer itself, or a label and an address."""
    if text == NO_BUTTON:
        if any(answers.get(name) and not reading.invites(answers[name]) for name in TEXTS):
            raise Refused("campaigns/no_question")
        return []
    if text == ANSWER:
        return [{"label": _labels(chat, "buttons/campaign_yes"), "does": ANSWER}]
    if text in OFFERED and not (answers.get("kind") == GREETING and text in reading.SELLING):
        return [{"label": _labels(chat, OFFERED[text]), "does": text}]
    match = _BUTTON.fullmatch(text.strip())
    label, does = (match[1], match[2]) if match else (clean(text), ANSWER)
    button = {"label": label, "does": does}
    if not reading.is_label(label) or (answers.get("kind") == GREETING and does != ANSWER):
        raise Refused("campaigns/button_unclear", most=reading.MAX_LABEL)
    return [button]


def _labels(chat: Chat, block: str) -> dict[str, str]:
    return {language: plain(block, language) for language in chat.club.languages}


def buttons_offered(_chat: Chat, answers: Answers) -> list[Choice]:
    greeting = answers.get("kind") == GREETING
    places = [
        Choice("rewards", "rewards"),
        Choice("points", "points"),
        Choice("card", "my_card"),
        Choice("ask", "ask"),
    ]
    return [
        Choice(ANSWER, "campaign_yes"),
        *(one for one in places if not (greeting and one.value in reading.SELLING)),
        Choice(NO_BUTTON, "campaign_no_button"),
    ]


def _parse_ends(chat: Chat, text: str, _answers: Answers) -> str:
    today = day_of(chat.now, chat.club.zone)
    if text.isascii() and text.isdecimal() and len(text) <= 3:
        return (today + timedelta(days=int(text))).isoformat()
    try:
        day = date(*(int(part) for part in text.strip().split("-")))
    except (ValueError, TypeError):
        raise Refused("campaigns/day_unclear") from None
    if day < today:
        raise Refused("campaigns/day_passed")
    return day.isoformat()


def _ends(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("7", "ends_7"), Choice("14", "ends_14"), Choice("30", "ends_30")]


def _parse_picture(_chat: Chat, _text: str, answers: Answers) -> str:
    said = answers.get(SAID) or {}
    if said.get("media") != "photo" or not said.get("file_id"):
        raise Refused("campaigns/photo_please")
    if any(answers.get(name) and units(answers[name]) > words.MAX_CAPTION for name in TEXTS):
        raise Refused("campaigns/long_for_picture", most=words.MAX_CAPTION)
    return str(said["file_id"])


def _parse_holdout(_chat: Chat, text: str, _answers: Answers) -> int:
    tidy = text.strip().rstrip("%％ ")
    if not (tidy.isascii() and tidy.isdecimal() and len(tidy) <= 3 and int(tidy) <= reading.MAX_HOLDOUT):
        raise Refused("campaigns/percent_unclear", most=reading.MAX_HOLDOUT)
    return int(tidy)


# ---- the end ------------------------------------------------------------------------------------------------------


def _done(chat: Chat, answers: Answers) -> None:
    try:
        if "campaign" in answers:
            _changed(chat, work.existing(chat.db, answers["campaign"]), answers)
        else:
            _made(chat, answers)
    except Invalid as invalid:
        chat.reply("campaigns/invalid", chat.way_on(), problems=invalid.problems[:5])


def _made(chat: Chat, answers: Answers) -> None:
    suggested = work.key_from(answers["name"], answers["kind"], day_of(chat.now, chat.club.zone))
    key = work.free_key(chat.db, suggested)
    made = work.create(chat.db, {"key": key, **_data(answers)}, chat.user_id, chat.club, chat.now)
    chat.reply("campaigns/made", name=answers["name"])
    hang(chat, made)


def _changed(chat: Chat, one: Campaign, answers: Answers) -> None:
    before = json.loads(one.content)
    data = before | _data(answers)
    if answers["part"] == "text" and data["variants"] != before["variants"]:
        data["variants"] = [data["variants"][0], *before["variants"][1:]]
    after = work.change(chat.db, one, data, chat.user_id, chat.club, chat.now)
    renew_cards(chat.db, chat.club, after, chat.now)
    hang(chat, after)


def _data(answers: Answers) -> dict[str, Any]:
    """The answers as a definition holds them; what was not asked is not in it."""
    plain_parts = (*PARTS, "exits")
    data = {name: answers[name] for name in plain_parts if name in answers and name not in ("text", "button")}
    if "kind" in answers and "part" not in answers:
        data["kind"] = answers["kind"]
    if "button" in answers:
        data["buttons"] = answers["button"]
    if TEXTS[0] in answers:
        given = zip(answers["languages"], (answers.get(name) for name in TEXTS), strict=False)
        data["variants"] = [{"texts": {language: text for language, text in given if text}, "share": 1}]
    if answers.get("journey") and "part" not in answers:
        data["steps"] = [{"variants": data.pop("variants"), "buttons": data.pop("buttons")}]
    return {name: value for name, value in data.items() if value is not None}


def _asked(part: str) -> Any:
    """Is this part asked for: in a new campaign, or to change just it?"""
    return lambda answers: answers.get("part", part) == part


def _journeying(answers: Answers) -> bool:
    return bool(answers.get("journey")) and bool(_asked("exits")(answers))


def _pictured(answers: Answers) -> bool:
    return not answers.get("journey") and bool(_asked("picture")(answers))


def _promoting(answers: Answers) -> bool:
    return answers.get("kind") == PROMOTION and bool(_asked("ends_on")(answers))


def facts_asked(_chat: Chat, answers: Answers) -> Answers:
    languages = answers.get("languages", ())
    given = [language for language, text in zip(languages, TEXTS, strict=False) if answers.get(text)]
    fields = [one for one in words.SHOWN_FIELDS if one != "ends" or answers.get("kind") == PROMOTION]
    return {
        "names": [*(NAMES[one] for one in languages), "", "", ""],
        "instead": [*(NAMES[nearest(one, given)] if given else "" for one in languages), "", "", ""],
        "several": len(languages) > 1,
        "fields": fields,
    }


CAMPAIGN = forms.register(
    Form(
        "campaign",
        (
            Field("name", _parse_name, when=_asked("name")),
            Field("goal", _parse_goal, optional=True, when=_asked("goal")),
            Field("kind", _parse_kind, _kinds, when=_asked("kind")),
            Field("audience", saved_audiences.parse, saved_audiences.choices, when=_asked("audience")),
            Field("moment", moments.parse, moments.choices, when=_asked("moment")),
            Field("exits", _parse_exits, _exits, when=_journeying),
            *(text_field(place, _asked("text")) for place in range(len(TEXTS))),
            Field("button", parse_button, buttons_offered, when=_asked("button")),
            Field("ends_on", _parse_ends, _ends, when=_promoting),
            Field("picture", _parse_picture, optional=True, takes_media=True, when=_pictured),
            Field("holdout", _parse_holdout, when=lambda answers: answers.get("part") == "holdout"),
        ),
        _done,
        roles=FIGURES,
        facts=facts_asked,
    )
)
