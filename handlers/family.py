"""/family: who is dear to a member and which days matter to them; and what the club shall do about each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from club import family
from club.birthdays import LUNAR
from club.family import DAY, GREET, NEVER, QUIET, RELATIONS, WEDDING, Entry
from club.members import first_press
from club.refusal import Refused
from handlers import forms
from handlers.chat import Chat, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from handlers.membership import parse_birthday, parse_lunar_birthday
from handlers.tickets import refresh_cards_of
from storage import family as rows
from storage.family import Relative
from storage.members import Birthday


def show(chat: Chat) -> None:
    """Everybody and every day, but for those that are never mentioned: not even here, unasked."""
    known = rows.of_member(chat.db, chat.member.id)
    spoken = [one for one in known if one.wish != NEVER]
    silent = [[chat.button("never_mentioned", "kin_silent")]] if len(spoken) < len(known) else []
    add = [[chat.button("add_family", "add_kin")]] if chat.member.joined else []
    ways = [chat.button("me", "go:me"), chat.button("menu", "go:start")]
    keyboard = [*_buttons(chat, spoken), *silent, *add, ways]
    chat.reply("family/mine", keyboard, member=chat.member, family=spoken)


def show_silent(chat: Chat) -> None:
    """Those that are never mentioned; the member asked to see them."""
    silent = [one for one in rows.of_member(chat.db, chat.member.id) if one.wish == NEVER]
    keyboard = [*_buttons(chat, silent), [chat.button("family", "go:family")]]
    chat.reply("family/silent", keyboard, family=silent)


def _buttons(chat: Chat, family_: list[Relative]) -> list[list[dict[str, str]]]:
    return [[chat.button("relative", f"kin:{one.id}", relative=one)] for one in family_]


def show_one(chat: Chat) -> None:
    """One of them, and what can be changed."""
    _show(chat, "family/one", family.of_member(chat.db, chat.pressed_id, chat.member.id))


def _show(chat: Chat, block: str, one: Relative) -> None:
    name = [chat.button("edit_name", f"kin_name:{one.id}")] if one.relation != WEDDING else []
    day = [chat.button("edit_day", f"kin_day:{one.id}")] if one.wish != NEVER else []
    wishes = {
        GREET: chat.button("wish_greet", f"kin_greet:{one.id}:{new_nonce()}"),
        QUIET: chat.button("wish_quiet", f"kin_quiet:{one.id}:{new_nonce()}"),
        NEVER: chat.button("wish_never", f"kin_never:{one.id}:{new_nonce()}"),
    }
    changes = [[*name, *day], *[[button] for wish, button in wishes.items() if wish != one.wish]]
    gone = chat.button("remove_relative", f"kin_gone:{one.id}:{new_nonce()}")
    keyboard = [*[row for row in changes if row], [gone], [chat.button("family", "go:family")]]
    chat.reply(block, keyboard, member=chat.member, relative=one)


def add(chat: Chat) -> None:
    """Ask about somebody, or a day."""
    forms.restart(chat, FAMILY)


def rename(chat: Chat) -> None:
    _ask_again(chat, "name")


def change_day(chat: Chat) -> None:
    _ask_again(chat, "date")


def _ask_again(chat: Chat, asked: str, **changed: Any) -> None:
    """One question of the form anew; the others keep their answers."""
    one = family.of_member(chat.db, chat.pressed_id, chat.member.id)
    day = None if one.day is None else asdict(one.day)
    answers = {"relation": one.relation, "name": one.name, "wish": one.wish, "date": day} | changed
    del answers[asked]
    forms.restart(chat, FAMILY, id=one.id, **answers)


def wish_greeting(chat: Chat) -> None:
    """A word on the day, please; without a day, it is asked for."""
    one = family.of_member(chat.db, chat.pressed_id, chat.member.id)
    if one.day is None:
        _ask_again(chat, "date", wish=GREET)
    else:
        _set_wish(chat, GREET)


def wish_quiet(chat: Chat) -> None:
    _set_wish(chat, QUIET)


def wish_silence(chat: Chat) -> None:
    _set_wish(chat, NEVER)


def _set_wish(chat: Chat, wish: str) -> None:
    first_press(chat.db, chat.pressed.nonce, chat.now)
    one = family.set_wish(chat.db, chat.pressed_id, chat.member.id, wish, chat.now)
    _kept(chat, one)


def remove(chat: Chat) -> None:
    """They are taken from the list, and from memory."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    rows.remove(chat.db, family.of_member(chat.db, chat.pressed_id, chat.member.id).id)
    refresh_cards_of(chat, chat.member.id)
    chat.edit(chat.words("family/removed"), [[chat.button("family", "go:family")]])


def _kept(chat: Chat, one: Relative) -> None:
    refresh_cards_of(chat, chat.member.id)
    if one.wish == NEVER:
        chat.reply("family/kept_silent", [[chat.button("family", "go:family"), chat.button("menu", "go:start")]])
    else:
        _show(chat, "family/kept", one)


# ---- the form -----------------------------------------------------------------------------------------------------


def _relations(_chat: Chat, _answers: Answers) -> list[Choice]:
    labels = {
        "partner": Choice("partner", "kin_partner"),
        "child": Choice("child", "kin_child"),
        "mother": Choice("mother", "kin_mother"),
        "father": Choice("father", "kin_father"),
        "friend": Choice("friend", "kin_friend"),
        WEDDING: Choice("wedding", "kin_wedding"),
        DAY: Choice("day", "kin_day"),
    }
    return [labels[relation] for relation in RELATIONS]


def _parse_relation(_chat: Chat, text: str, _answers: Answers) -> str:
    return family.relation(text)


def _parse_name(_chat: Chat, text: str, answers: Answers) -> str:
    return family.name(text, answers["relation"])


def _parse_wish(_chat: Chat, text: str, _answers: Answers) -> str:
    if text not in family.WISHES:
        raise Refused("forms/press_please")
    return text


def _wishes(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("greet", "wish_greet"), Choice("quiet", "wish_quiet"), Choice("never", "wish_never")]


def _lunar(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(LUNAR, "lunar_day")]


def _day_in(answers: Answers) -> Birthday | None:
    value = answers.get("lunar_date") if answers.get("date") == LUNAR else answers.get("date")
    return Birthday(**value) if isinstance(value, dict) else None


def _done(chat: Chat, answers: Answers) -> None:
    entry = Entry(answers["relation"], answers.get("name"), _day_in(answers), answers["wish"])
    if "id" in answers:
        one = family.change(chat.db, answers["id"], chat.member.id, entry, chat.now)
    else:
        one = family.add(chat.db, chat.member, entry, chat.now)
    _kept(chat, one)


FAMILY = forms.register(
    Form(
        "family",
        (
            Field("relation", _parse_relation, _relations),
            Field("name", _parse_name, when=lambda answers: answers["relation"] != WEDDING),
            Field("wish", _parse_wish, _wishes),
            Field("date", parse_birthday, _lunar, optional=True, when=lambda answers: answers["wish"] != NEVER),
            Field("lunar_date", parse_lunar_birthday, optional=True, when=lambda answers: answers.get("date") == LUNAR),
        ),
        _done,
    )
)
