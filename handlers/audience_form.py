"""The builder of audiences: conditions one by one, with the sentence and the count after each tap."""

from __future__ import annotations

from typing import Any

from campaigns import audiences, saved_audiences, sentences
from campaigns.audiences import Audience
from campaigns.problems import Invalid
from club import staff as club_staff
from club.refusal import Refused
from handlers import audience_choices, audiences_shown, forms
from handlers.audience_choices import ASKS, QUESTIONS, TOPICS, choice
from handlers.chat import Chat
from handlers.forms import Answers, Choice, Field, Form, Turn

Data = dict[str, Any]
NOBODY_LEFT_OUT: Data = {"all": []}
_KEPT = ("rule", "id", "version", forms.ASIDE)
"""Answers that stay while conditions come and go."""
SHOWN = 10
"""Conditions that get a button each."""


def opened(rule: Data) -> Data:
    """A rule as the builder takes it: a group of parts."""
    return rule if set(rule) <= {"all", "any"} and rule else {"all": [rule] if rule else []}


def _parts(answers: Answers) -> tuple[str, list[Data]]:
    ((kind, parts),) = answers["rule"].items()
    return kind, parts


def _turned(answers: Answers, rule: Data) -> Turn:
    """The rule is this from now on, and the menu comes again. Refused where it became too much."""
    audience_of(rule)
    return Turn({key: value for key, value in answers.items() if key in _KEPT} | {"rule": rule})


def audience_of(rule: Data) -> Audience:
    """Raises `Refused` for what is no audience."""
    try:
        return audiences.parse(rule)
    except Invalid as error:
        raise Refused("audience/too_much") from error


# ---- the menu -----------------------------------------------------------------------------------------------------


def _steps(chat: Chat, answers: Answers) -> list[Choice]:
    kind, parts = _parts(answers)
    names = [phrase(chat, part) for part in parts[:SHOWN]]
    mine = [choice(chat, f"p{at}", "part", number=at + 1, words=words) for at, words in enumerate(names)]
    ready = [] if parts else [choice(chat, f"r_{name}", f"ready_{name}") for name in audiences_shown.ready(chat.club)]
    change = [choice(chat, "kind", "any_instead" if kind == "all" else "all_instead")] if len(parts) > 1 else []
    return [*mine, *ready, choice(chat, "add", "add"), *change, choice(chat, "save", "save")]


def phrase(chat: Chat, part: Data) -> str:
    """One part in words, for a button."""
    return sentences.phrase(audience_of(part).rule, chat.language, chat.club)


def _parse_step(chat: Chat, text: str, answers: Answers) -> str | Turn:
    if text not in [one.value for one in _steps(chat, answers)]:
        raise Refused("forms/press_please")
    kind, parts = _parts(answers)
    if text == "kind":
        return _turned(answers, {"any" if kind == "all" else "all": parts})
    if text.startswith("r_"):
        return _turned(answers, opened(audiences_shown.ready(chat.club)[text.removeprefix("r_")]))
    if text.startswith("p"):
        return Turn(answers | {"step": "part", "at": int(text.removeprefix("p"))})
    return text


def _whats_next(chat: Chat, answers: Answers) -> list[Choice]:
    kind, _ = _parts(answers)
    also = "or_also" if kind == "all" else "and_also"
    return [choice(chat, value, label) for value, label in (("also", also), ("turn", "turn"), ("remove", "remove"))] + [
        choice(chat, "leave", "leave")
    ]


def _parse_part(chat: Chat, text: str, answers: Answers) -> str | Turn:
    kind, parts = _parts(answers)
    at = answers["at"]
    if text == "also":
        return text
    if text == "turn":
        part = parts[at]
        turned = part.get("not", {"not": part})
        return _turned(answers, {kind: [*parts[:at], turned, *parts[at + 1 :]]})
    if text == "remove":
        return _turned(answers, {kind: [*parts[:at], *parts[at + 1 :]]})
    if text == "leave":
        return _turned(answers, answers["rule"])
    raise Refused("forms/press_please")


# ---- a condition --------------------------------------------------------------------------------------------------


def _parse_topic(_chat: Chat, text: str, answers: Answers) -> str | Turn:
    if text not in TOPICS:
        raise Refused("forms/press_please")
    fields = TOPICS[text]
    return Turn(answers | {"topic": text, "field": fields[0]}) if len(fields) == 1 else text


def _parse_field(_chat: Chat, text: str, answers: Answers) -> str | Turn:
    if text not in TOPICS[answers["topic"]]:
        raise Refused("forms/press_please")
    return text if ASKS[text] else _turned(answers, _with(answers | {"field": text}))


def _question(name: str) -> Field:
    """Asked where the field asks it; after the last one the condition is there."""

    def parse(chat: Chat, text: str, answers: Answers) -> Any:
        value = audience_choices.understood(chat, name, answers["field"], text)
        answers = answers | {name: value}
        if audience_choices.asked(answers)[-1] != name:
            return value
        if not _there(chat, audience_choices.told(answers)):
            raise Refused("audience/no_such", found=text[:40])
        return _turned(answers, _with(answers))

    return Field(
        name,
        parse,
        lambda chat, answers: audience_choices.offered(chat, name, answers["field"]),
        when=lambda answers: name in audience_choices.asked(answers),
    )


def _there(chat: Chat, condition: Data) -> bool:
    """Is this a condition, and all that it names in this club?"""
    try:
        saved_audiences.check(chat.db, audiences.parse(condition), chat.club)
    except Invalid:
        return False
    return True


def _with(answers: Answers) -> Data:
    """The rule with the new condition: behind the others, or as an alternative to one of them."""
    kind, parts = _parts(answers)
    made = audience_choices.told(answers)
    if answers.get("part") != "also":
        return {kind: [*parts, made]}
    at, other = answers["at"], "any" if kind == "all" else "all"
    before = parts[at][other] if set(parts[at]) == {other} else [parts[at]]
    return {kind: [*parts[:at], {other: [*before, made]}, *parts[at + 1 :]]}


# ---- the end ------------------------------------------------------------------------------------------------------


def _parse_name(chat: Chat, text: str, _answers: Answers) -> str:
    name = saved_audiences.name_of(text)
    if saved_audiences.named(chat.db, name) is not None:
        raise Refused("audiences/known", name=name)
    return name


def _done(chat: Chat, answers: Answers) -> None:
    audience = audience_of(answers["rule"])
    try:
        if "id" in answers:
            known = (answers["id"], answers["version"])
            kept = saved_audiences.change(chat.db, *known, audience, chat.club, staff_id=chat.user_id, now=chat.now)
        else:
            name = answers["name"]
            kept = saved_audiences.add(chat.db, name, audience, chat.club, staff_id=chat.user_id, now=chat.now)
    except Invalid as error:
        raise Refused("audiences/invalid", problems=error.problems[:3]) from error
    audiences_shown.show(chat, kept, "audiences/saved")


def _facts(chat: Chat, answers: Answers) -> Answers:
    """What the questions say. The count is made only for those that say it."""
    audience = audience_of(answers["rule"])
    at = answers.get("at")
    _, parts = _parts(answers)
    return {
        "sentence": audiences.sentence(audience, chat.language, chat.club),
        "size": None if _adding(answers) else audiences.about(chat.db, audience, chat.club, chat.now),
        "part": phrase(chat, parts[at]) if at is not None and at < len(parts) else "",
        "parts": len(parts),
        "currency": chat.club.currency,
    }


def _adding(answers: Answers) -> bool:
    return answers.get("step") == "add" or answers.get("part") == "also"


AUDIENCE = forms.register(
    Form(
        "audience",
        (
            Field("step", _parse_step, _steps),
            Field("part", _parse_part, _whats_next, when=lambda answers: answers.get("step") == "part"),
            Field("topic", _parse_topic, lambda chat, _answers: audience_choices.topics(chat), when=_adding),
            Field(
                "field",
                _parse_field,
                lambda chat, answers: audience_choices.fields(chat, answers["topic"]),
                when=_adding,
            ),
            *(_question(name) for name in QUESTIONS),
            Field("name", _parse_name, when=lambda answers: answers.get("step") == "save" and "id" not in answers),
        ),
        _done,
        roles=club_staff.FIGURES,
        facts=_facts,
    )
)
