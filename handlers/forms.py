"""Conversations as forms: a declared list of fields, run by one small engine whose state is a row.

A field asks with the template `<form>/ask_<field>`, reads the answer with its parser, and may offer choices as buttons.
/cancel, /back, /skip, resuming after a restart, and expiry come with it. A keyboard belongs to one question: once that
is answered its buttons go, and a press on an older one is answered as out of date. Whoever begins another form in the
middle of one finds the first again, where they left it, when the second ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from club.refusal import Refused
from club.staff import not_for
from handlers.chat import Chat, Rows, new_nonce
from handlers.media import words_in
from storage import forms, outbox
from storage.forms import OpenForm

Answers = dict[str, Any]
EVERYBODY: frozenset[str] = frozenset()
LASTS = timedelta(hours=24)
VERB = "f"
BACK, SKIP, CANCEL = "<", ">", "x"
SAID, ALBUM, ASIDE = "_said", "_album", "_aside"
"""Kept among the answers: what was sent, the album refused last, the form that was put aside."""


@dataclass(frozen=True)
class Choice:
    """A button under a question: its label (a template in `buttons`, or `text` as it is) and the answer it gives."""

    value: str
    label: str = ""
    text: str = ""


@dataclass(frozen=True)
class Field:
    """One question. `parse` turns what was typed (or a button's value) into an answer fit for JSON or a `Turn`, or
    refuses it."""

    name: str
    parse: Callable[[Chat, str, Answers], Any]
    choices: Callable[[Chat, Answers], Sequence[Choice]] = lambda _chat, _answers: ()
    optional: bool = False
    takes_media: bool = False
    when: Callable[[Answers], bool] = lambda _answers: True


@dataclass(frozen=True)
class Form:
    """A conversation: its fields in order, and what happens with all answers at the end.

    `facts`: what its questions say besides; looked up as they are asked, so that no row keeps somebody else's name.
    `roles`: the staff roles that it is for; empty: everybody. It may be open for hours, so they are looked at with each
    answer: whoever has lost the role reads no further question of it, and nothing of it is done.
    `by_the_way`: nobody has begun anything; to skip it is to cancel it, and whatever else they do ends it.
    """

    name: str
    fields: tuple[Field, ...]
    done: Callable[[Chat, Answers], None]
    roles: frozenset[str] = EVERYBODY
    lasts: timedelta = LASTS
    facts: Callable[[Chat, Answers], Answers] = lambda _chat, _answers: {}
    by_the_way: bool = False

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class Turn:
    """What a parser answers that sends the form elsewhere: from now on these answers hold, and what they leave open is
    asked."""

    answers: Answers


FORMS: dict[str, Form] = {}


def register(form: Form) -> Form:
    """Make a form known to the engine, which finds it again by name after a restart."""
    FORMS[form.name] = form
    return form


def current(chat: Chat) -> OpenForm | None:
    """The form this person fills in here, if any. One that this version does not know any more is none."""
    state = forms.current(chat.db, chat.chat_id, chat.user_id, chat.now)
    known = FORMS.get(state.name) if state else None
    return state if state and known and state.field in [field.name for field in known.fields] else None


def start(chat: Chat, form: Form, **given: Any) -> None:
    """Ask the first question; `given` answers need no asking. A form with answers in it waits until this one ends."""
    state = current(chat)
    if state is not None and _begun(state) and state.name == form.name:
        remind(chat, state)
        return
    aside = _put_aside(state)
    if aside:
        _ask_next(chat, form, given | {ASIDE: aside}, after=None, prefix="forms/put_aside")
    else:
        _ask_next(chat, form, given, after=None)


def restart(chat: Chat, form: Form, **given: Any) -> None:
    """Begin this form anew: what is open of it is about somebody else, and dropped."""
    state = current(chat)
    if state is None or state.name != form.name:
        start(chat, form, **given)
        return
    chat.take_buttons_away(forms.close(chat.db, chat.chat_id, chat.user_id))
    aside = state.answers.get(ASIDE)
    _ask_next(chat, form, given | ({ASIDE: aside} if aside else {}), after=None)


def _put_aside(state: OpenForm | None) -> Answers | None:
    """The open form, where there is an answer in it to be kept; else what it had itself put aside."""
    if state is None or not _begun(state):
        return state.answers.get(ASIDE) if state else None
    return {"name": state.name, "field": state.field, "answers": state.answers}


def _begun(state: OpenForm) -> bool:
    return any(field.name in state.answers for field in FORMS[state.name].fields)


def asked_in(chat: Chat, state: OpenForm, message_id: int) -> bool:
    """Is that message the open question? Where it is not known yet which one that is, it is taken for it."""
    question = None if state.question_row is None else outbox.message_id(chat.db, state.question_row)
    return question is None or question == message_id


def answer(chat: Chat, state: OpenForm) -> None:
    """Something was typed or sent while a form is open."""
    form = FORMS[state.name]
    field = form.field(state.field)
    said = words_in(chat)
    if said is None or not (field.takes_media or (chat.message and chat.message.text)):
        _refuse_kind(chat, form, state)
        return
    extra = {SAID: asdict(said)} if field.takes_media else {}
    state = replace(state, answers=state.answers | extra)
    way = _way_meant(chat, said.text)
    if way is not None:
        way(chat, state)
        return
    _accept(chat, form, state, _meant(chat, field, state.answers, said.text))


def _refuse_kind(chat: Chat, form: Form, state: OpenForm) -> None:
    """A sticker where words are asked for; an album of five pictures is told so once."""
    album = chat.message.media_group_id if chat.message else None
    if album is None or state.answers.get(ALBUM) != album:
        answers = state.answers | ({ALBUM: album} if album else {})
        _again(chat, form, replace(state, answers=answers), Refused("forms/text_please"))


def _meant(chat: Chat, field: Field, answers: Answers, text: str) -> str:
    """Who types what stands on a button has pressed it."""
    for choice in field.choices(chat, answers):
        if text.casefold() == _label(chat, choice).casefold():
            return choice.value
    return text


def _way_meant(chat: Chat, text: str) -> Callable[[Chat, OpenForm], None] | None:
    """Back, skip or cancel, typed as they stand on their buttons."""
    ways = {"back": back, "skip": skip, "cancel": cancel}
    typed = text.casefold().strip("←→ ")
    return next(
        (way for name, way in ways.items() if typed == chat.button(name, "")["text"].casefold().strip("←→ ")), None
    )


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
    elif not any(choice.value == value for choice in form.field(state.field).choices(chat, state.answers)):
        chat.toast("forms/outdated")  # it is not offered any more, or was made up
    else:
        _show_choice(chat, form, state, value)
        _accept(chat, form, state, value)


def cancel(chat: Chat, state: OpenForm) -> None:
    """Close the form; nothing of it is kept."""
    chat.take_buttons_away(forms.close(chat.db, chat.chat_id, chat.user_id))
    chat.reply("forms/cancelled", chat.way_on(), private=chat.private)
    _resume(chat, state.answers)


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


def skip(chat: Chat, state: OpenForm) -> None:
    """Leave an optional question out."""
    form = FORMS[state.name]
    field = form.field(state.field)
    if not field.optional:
        _again(chat, form, state, Refused("forms/needed"))
        return
    _ask_next(chat, form, state.answers | {field.name: None}, after=field.name)


def remind(chat: Chat, state: OpenForm) -> None:
    """Something else came in between: ask once more what is open."""
    form = FORMS[state.name]
    _ask(chat, form, form.field(state.field), state.answers, "forms/still_open")


def asked_by_the_way(state: OpenForm) -> bool:
    """May whatever else they do end it?"""
    return FORMS[state.name].by_the_way


def drop(chat: Chat) -> None:
    """They have gone on to something else: nobody waits for an answer any more."""
    chat.take_buttons_away(forms.close(chat.db, chat.chat_id, chat.user_id))


def _accept(chat: Chat, form: Form, state: OpenForm, text: str) -> None:
    field = form.field(state.field)
    try:
        value = field.parse(chat, text, state.answers)
    except Refused as refusal:
        _again(chat, form, state, refusal)
        return
    if isinstance(value, Turn):
        _ask_next(chat, form, value.answers, after=None)
    else:
        _ask_next(chat, form, state.answers | {field.name: value}, after=field.name)


def _again(chat: Chat, form: Form, state: OpenForm, refusal: Refused) -> None:
    """The answer was not understood: say why, with the same question's buttons."""
    _ask(chat, form, form.field(state.field), state.answers, refusal.template, **refusal.facts)


def _ask_next(chat: Chat, form: Form, answers: Answers, after: str | None, prefix: str | None = None) -> None:
    remaining = form.fields if after is None else _after(form, after)
    for field in remaining:
        if field.name not in answers and field.when(answers):
            _ask(chat, form, field, answers, prefix)
            return
    _end(chat, form, answers)


def _end(chat: Chat, form: Form, answers: Answers) -> None:
    """All is answered. Where a rule says no to it now, the form is over all the same: asking again would not help."""
    chat.take_buttons_away(forms.close(chat.db, chat.chat_id, chat.user_id))
    try:
        with chat.all_or_nothing():
            if not _is_for(chat, form):
                raise not_for(chat.role, form.roles)
            form.done(chat, answers)
    except Refused as refusal:
        chat.reply(refusal.template, chat.way_on(), **refusal.facts)
    _resume(chat, answers)


def _is_for(chat: Chat, form: Form) -> bool:
    return not form.roles or chat.role in form.roles


def _resume(chat: Chat, answers: Answers) -> None:
    """Go on with the form that was put aside for the one that just ended."""
    aside = answers.get(ASIDE)
    form = FORMS.get(aside["name"]) if aside else None
    if aside and form:
        _ask(chat, form, form.field(aside["field"]), aside["answers"], "forms/still_open")


def _ask(chat: Chat, form: Form, field: Field, answers: Answers, prefix: str | None = None, **facts: Any) -> None:
    if not _is_for(chat, form):
        _end(chat, form, answers)
        return
    nonce = new_nonce()
    answered = forms.save(
        chat.db,
        OpenForm(chat.chat_id, chat.user_id, form.name, field.name, nonce, answers, chat.now + form.lasts),
    )
    question = _question(chat, form, field, answers)
    text = question if prefix is None else f"{chat.words(prefix, **facts)}\n\n{question}"
    chat.ask(text, _keyboard(chat, form, field, answers, nonce))
    chat.take_buttons_away(answered)


def _question(chat: Chat, form: Form, field: Field, answers: Answers) -> str:
    facts = {"answers": answers, "member": chat.member_or_none, "private": chat.private}
    return chat.words(f"{form.name}/ask_{field.name}", **facts, **form.facts(chat, answers))


def _keyboard(chat: Chat, form: Form, field: Field, answers: Answers, nonce: str) -> Rows:
    rows = [
        [{"text": _label(chat, choice), "callback_data": _data(choice.value, nonce)}]
        for choice in field.choices(chat, answers)
    ]
    ways = []
    if any(earlier.name in answers for earlier in _before(form, field.name)):
        ways.append(chat.button("back", _data(BACK, nonce)))
    if field.optional:
        ways.append(chat.button("skip", _data(SKIP, nonce)))
    if not form.by_the_way:
        ways.append(chat.button("cancel", _data(CANCEL, nonce)))
    return [*rows, ways]


def _label(chat: Chat, choice: Choice) -> str:
    return choice.text or chat.button(choice.label, "")["text"]


def _data(value: str, nonce: str) -> str:
    return f"{VERB}:{value}:{nonce}"


def _show_choice(chat: Chat, form: Form, state: OpenForm, value: str) -> None:
    """Write the choice under its question and take the buttons away, as if it had been typed."""
    field = form.field(state.field)
    chosen = next((choice for choice in field.choices(chat, state.answers) if choice.value == value), None)
    if chosen is not None:
        question = _question(chat, form, field, state.answers)
        chat.edit(f"{question}\n\n{chat.words('forms/chosen', choice=_label(chat, chosen))}")


def _before(form: Form, name: str) -> tuple[Field, ...]:
    names = [field.name for field in form.fields]
    return form.fields[: names.index(name)]


def _after(form: Form, name: str) -> tuple[Field, ...]:
    names = [field.name for field in form.fields]
    return form.fields[names.index(name) + 1 :]
