"""Conversations as forms: a declared list of fields, run by one small engine whose state is a row.

A field asks with the template `<form>/ask_<field>`, reads the answer with its parser, and may offer choices as buttons.
/cancel, /back, /skip, resuming after a restart, and expiry come with it. A keyboard belongs to one question: a press on
an older one is answered as out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from club.refusal import Refused
from handlers.chat import Chat, Rows, new_nonce
from handlers.media import said_in
from storage import forms
from storage.forms import OpenForm

Answers = dict[str, Any]
LASTS = timedelta(hours=24)
VERB = "f"
BACK, SKIP, CANCEL = "<", ">", "x"


@dataclass(frozen=True)
class Choice:
    """A button under a question: its label (a template in `buttons`, or `text` as it is) and the answer it gives."""

    value: str
    label: str = ""
    text: str = ""


@dataclass(frozen=True)
class Field:
    """One question. `parse` turns what was typed (or a button's value) into an answer fit for JSON, or refuses it."""

    name: str
    parse: Callable[[Chat, str, Answers], Any]
    choices: Callable[[Chat, Answers], Sequence[Choice]] = lambda _chat, _answers: ()
    optional: bool = False
    takes_media: bool = False
    when: Callable[[Answers], bool] = lambda _answers: True


@dataclass(frozen=True)
class Form:
    """A conversation: its fields in order, and what happens with all answers at the end."""

    name: str
    fields: tuple[Field, ...]
    done: Callable[[Chat, Answers], None]
    brief: bool = False
    """A form of one question shows Cancel only: there is no way back to go."""

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


FORMS: dict[str, Form] = {}


def register(form: Form) -> Form:
    """Make a form known to the engine, which finds it again by name after a restart."""
    FORMS[form.name] = form
    return form


def current(chat: Chat) -> OpenForm | None:
    """The form this person fills in here, if any."""
    return forms.current(chat.db, chat.chat_id, chat.user_id, chat.now)


def start(chat: Chat, form: Form, **given: Any) -> None:
    """Ask the first question; `given` answers need no asking. A form under way is put aside."""
    _ask_next(chat, form, dict(given), after=None)


def answer(chat: Chat, state: OpenForm) -> None:
    """Something was typed or sent while a form is open."""
    form = FORMS[state.name]
    field = form.field(state.field)
    said = said_in(chat)
    if said is None or (said.media is not None and not field.takes_media):
        _again(chat, form, state, Refused("forms/text_please"))
        chat.take_buttons_away(state.question_row)
        return
    extra = {"_said": said.__dict__} if field.takes_media else {}
    _accept(chat, form, replace(state, answers=state.answers | extra), said.text)
    chat.take_buttons_away(state.question_row)


def press(chat: Chat, state: OpenForm | None, value: str, nonce: str) -> None:
    """A button under a question was pressed."""
    if state is None or state.nonce != nonce:
        chat.toast("forms/outdated")
        return
    form = FORMS[state.name]
    if value == CANCEL:
        cancel(chat, state)
    elif value == BACK:
        back(chat, state)
    elif value == SKIP:
        skip(chat, state)
    else:
        _show_choice(chat, form, state, value)
        _accept(chat, form, state, value)


def cancel(chat: Chat, state: OpenForm) -> None:
    """Close the form; nothing of it is kept."""
    forms.close(chat.db, chat.chat_id, chat.user_id)
    chat.take_buttons_away(state.question_row)
    chat.reply("forms/cancelled", keyboard=[[chat.button("menu", "go:start")]])


def back(chat: Chat, state: OpenForm) -> None:
    """Ask the question before this one again."""
    form = FORMS[state.name]
    before = [
        field for field in _before(form, state.field) if field.when(state.answers) and field.name in state.answers
    ]
    if not before:
        _again(chat, form, state, Refused("forms/first_question"))
        return
    answers = {key: value for key, value in state.answers.items() if key != before[-1].name}
    _ask(chat, form, before[-1], answers)
    chat.take_buttons_away(state.question_row)


def skip(chat: Chat, state: OpenForm) -> None:
    """Leave an optional question out."""
    form = FORMS[state.name]
    field = form.field(state.field)
    if not field.optional:
        _again(chat, form, state, Refused("forms/needed"))
        return
    _ask_next(chat, form, state.answers | {field.name: None}, after=field.name)
    chat.take_buttons_away(state.question_row)


def remind(chat: Chat, state: OpenForm) -> None:
    """Another command came in between: say once more what is open."""
    form = FORMS[state.name]
    _ask(chat, form, form.field(state.field), state.answers, "forms/still_open")
    chat.take_buttons_away(state.question_row)


def _accept(chat: Chat, form: Form, state: OpenForm, text: str) -> None:
    field = form.field(state.field)
    try:
        value = field.parse(chat, text, state.answers)
    except Refused as refusal:
        _again(chat, form, state, refusal)
        return
    _ask_next(chat, form, state.answers | {field.name: value}, after=field.name)


def _again(chat: Chat, form: Form, state: OpenForm, refusal: Refused) -> None:
    """The answer was not understood: say why, with the same question's buttons."""
    _ask(chat, form, form.field(state.field), state.answers, refusal.template, **refusal.facts)


def _ask_next(chat: Chat, form: Form, answers: Answers, after: str | None) -> None:
    remaining = form.fields if after is None else _after(form, after)
    for field in remaining:
        if field.name not in answers and field.when(answers):
            _ask(chat, form, field, answers)
            return
    forms.close(chat.db, chat.chat_id, chat.user_id)
    form.done(chat, answers)


def _ask(chat: Chat, form: Form, field: Field, answers: Answers, prefix: str | None = None, **facts: Any) -> None:
    nonce = new_nonce()
    forms.save(
        chat.db,
        OpenForm(chat.chat_id, chat.user_id, form.name, field.name, nonce, answers, chat.now + LASTS),
    )
    question = chat.words(f"{form.name}/ask_{field.name}", answers=answers, member=chat.member_or_none)
    text = question if prefix is None else f"{chat.words(prefix, **facts)}\n\n{question}"
    chat.ask(text, _keyboard(chat, form, field, answers, nonce))


def _keyboard(chat: Chat, form: Form, field: Field, answers: Answers, nonce: str) -> Rows:
    rows = [
        [{"text": choice.text or chat.button(choice.label, "")["text"], "callback_data": _data(choice.value, nonce)}]
        for choice in field.choices(chat, answers)
    ]
    ways = []
    if any(earlier.name in answers for earlier in _before(form, field.name)):
        ways.append(chat.button("back", _data(BACK, nonce)))
    if field.optional:
        ways.append(chat.button("skip", _data(SKIP, nonce)))
    ways.append(chat.button("cancel", _data(CANCEL, nonce)))
    return [*rows, ways]


def _data(value: str, nonce: str) -> str:
    return f"{VERB}:{value}:{nonce}"


def _show_choice(chat: Chat, form: Form, state: OpenForm, value: str) -> None:
    """Write the choice under its question and take the buttons away, as if it had been typed."""
    field = form.field(state.field)
    label = next(
        (choice.text or chat.button(choice.label, "")["text"] for choice in field.choices(chat, state.answers)
         if choice.value == value),
        None,
    )  # fmt: skip
    if label is not None:
        question = chat.words(f"{form.name}/ask_{field.name}", answers=state.answers, member=chat.member_or_none)
        chat.edit(f"{question}\n\n{chat.words('forms/chosen', choice=label)}")


def _before(form: Form, name: str) -> tuple[Field, ...]:
    names = [field.name for field in form.fields]
    return form.fields[: names.index(name)]


def _after(form: Form, name: str) -> tuple[Field, ...]:
    names = [field.name for field in form.fields]
    return form.fields[names.index(name) + 1 :]
