"""/preferences: what members would have the club remember. /pref: what those who serve note of a customer."""

from __future__ import annotations

from datetime import timedelta

from club import branches, customers, membership, preferences
from club import staff as club_staff
from club.members import first_press
from club.refusal import Refused
from handlers import customers as people
from handlers import forms
from handlers.chat import Chat, Rows, new_nonce
from handlers.desk import learn_name
from handlers.forms import Answers, Field, Form
from handlers.tickets import refresh_cards_of
from storage import members
from storage import preferences as rows
from storage.members import Member

LASTS = timedelta(minutes=15)
"""A note that was begun and forgotten must not take the next words for a taste."""


# ---- members ------------------------------------------------------------------------------------------------------


def show(chat: Chat) -> None:
    """`/preferences` lists what is remembered; `/preferences table by the window` adds to it."""
    if chat.arguments:
        _tell(chat, chat.arguments)
        return
    known = rows.of_member(chat.db, chat.member.id)
    if not known and chat.member.joined:
        add(chat)  # what else could they want: the next words are what to remember
        return
    buttons = [[chat.button("preference", f"like:{one.id}", preference=one)] for one in known]
    chat.reply("preferences/mine", keyboard=[*buttons, *_ways(chat)], member=chat.member, preferences=known)


def _ways(chat: Chat) -> Rows:
    add = [[chat.button("add_preference", "add_like")]] if chat.member.joined else []
    return [*add, [chat.button("me", "go:me"), chat.button("menu", "go:start")]]


def add(chat: Chat) -> None:
    """Ask for something more."""
    forms.restart(chat, MINE)


def show_one(chat: Chat) -> None:
    """One of them: who noted it, and what can be done about it."""
    one = preferences.of_member(chat.db, chat.pressed_id, chat.member.id)
    change = [chat.button("change", f"relike:{one.id}")] if chat.member.joined else []
    keyboard = [
        [*change, chat.button("forget_this", f"unlike:{one.id}:{new_nonce()}")],
        [chat.button("preferences", "go:preferences")],
    ]
    chat.reply("preferences/one", keyboard, member=chat.member, preference=one)


def change(chat: Chat) -> None:
    """Ask for it anew."""
    one = preferences.of_member(chat.db, chat.pressed_id, chat.member.id)
    forms.restart(chat, MINE, id=one.id)


def forget(chat: Chat) -> None:
    """Please forget this: it is gone, whoever noted it."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    one = preferences.of_member(chat.db, chat.pressed_id, chat.member.id)
    rows.remove(chat.db, one.id)
    refresh_cards_of(chat, chat.member.id)
    chat.edit(chat.words("preferences/forgotten"), [[chat.button("preferences", "go:preferences")]])


def _tell(chat: Chat, text: str, replacing: int | None = None) -> None:
    membership.check_member(chat.db, chat.member)
    told = preferences.read(text)
    if replacing is None:
        noted = preferences.note(chat.db, chat.member.id, told, staff_id=None, branch_id=None, now=chat.now)
    else:
        noted = preferences.change(chat.db, replacing, chat.member.id, told, chat.now)
    refresh_cards_of(chat, chat.member.id)
    another = [chat.button("add_preference", "add_like")]
    keyboard = [another, [chat.button("preferences", "go:preferences"), chat.button("menu", "go:start")]]
    chat.reply("preferences/noted", keyboard, noted=noted)


def _parse(_chat: Chat, text: str, _answers: Answers) -> str:
    preferences.read(text)
    return text


def _told(chat: Chat, answers: Answers) -> None:
    _tell(chat, answers["words"], answers.get("id"))


MINE = forms.register(Form("preferences", (Field("words", _parse),), _told))


# ---- those who serve ----------------------------------------------------------------------------------------------


def note(chat: Chat) -> None:
    """`/pref @ana window table`, or `/pref` and the form."""
    who, words = [*chat.arguments.split(maxsplit=1), "", ""][:2]
    if not who:
        forms.restart(chat, NOTE)
    elif not words:
        forms.restart(chat, NOTE, who=customers.find(chat.db, who).id)
    else:
        _note(chat, customers.find(chat.db, who), words)


def note_button(chat: Chat) -> None:
    """The button on the customer's card."""
    forms.restart(chat, NOTE, who=customers.by_id(chat.db, chat.pressed_id).id)


def show_notes(chat: Chat) -> None:
    """Which of our notes about a customer was a mistake? What they told themselves is theirs to take away."""
    customer = customers.by_id(chat.db, chat.pressed_id)
    noted = [one for one in rows.of_member(chat.db, customer.id) if one.by is not None]
    buttons = [[chat.button("preference", f"unnote:{one.id}:{new_nonce()}", preference=one)] for one in noted]
    back = [chat.button("customer_card", f"customer:{customer.id}")]
    chat.reply("preferences/which_mistake", [*buttons, back], customer=customer)


def take_back(chat: Chat) -> None:
    """A note that was a mistake: it is gone."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    customer_id = rows.noted_about(chat.db, chat.pressed_id)
    if customer_id is None:
        raise Refused("preferences/gone_of")
    rows.remove(chat.db, chat.pressed_id)
    refresh_cards_of(chat, customer_id)
    chat.edit(chat.words("preferences/taken_back"), [[chat.button("customer_card", f"customer:{customer_id}")]])


def _note(chat: Chat, customer: Member, words: str) -> None:
    learn_name(chat)
    branch = branches.branch_of(chat.db, chat.user_id)
    told, where = preferences.read(words), branch.id if branch else None
    noted = preferences.note(chat.db, customer.id, told, staff_id=chat.user_id, branch_id=where, now=chat.now)
    refresh_cards_of(chat, customer.id)
    keyboard = [
        [chat.button("take_back_note", f"unnote:{noted.preference.id}:{new_nonce()}")],
        [chat.button("customer_card", f"customer:{customer.id}"), *(chat.way_on() or [[]])[0]],
    ]
    chat.reply("preferences/noted_of", keyboard, noted=noted, customer=customer)


def _noted(chat: Chat, answers: Answers) -> None:
    _note(chat, members.by_id(chat.db, answers["who"]), answers["words"])


def _facts(chat: Chat, answers: Answers) -> Answers:
    return {"customer": people.of(chat, answers)}


NOTE = forms.register(
    Form(
        "preference_note",
        (Field("who", people.parse, people.choices), Field("words", _parse)),
        _noted,
        roles=club_staff.SERVICE,
        lasts=LASTS,
        facts=_facts,
    )
)
