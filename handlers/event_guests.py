"""Who comes to an event: the list, one guest of it, and adding somebody who has said so at the till or by phone."""

from __future__ import annotations

from datetime import timedelta

from club import customers
from club import events as club_events
from club.staff import SERVICE
from handlers import customers as people
from handlers import forms, keyboards
from handlers.chat import Chat, Rows
from handlers.event_desk import button_to, facts_of
from handlers.forms import Answers, Field, Form
from storage import events, members
from storage.events import COMING, LISTED, MISSED, WAITING, Event, Guest
from templates import button, render

PAGE = 12
FARTHEST_PAGE = 10_000
LASTS = timedelta(minutes=15)
_ON_THE_LIST = (COMING, WAITING, MISSED)


def show_guests(chat: Chat) -> None:
    """Who is on the list, page by page, with a button to each."""
    number, page = chat.pressed_pair
    _guests(chat, club_events.existing(chat.db, number), page)


def _guests(chat: Chat, one: Event, page: int) -> None:
    page = min(page, FARTHEST_PAGE)
    found = events.guests(chat.db, one.id, _ON_THE_LIST, PAGE + 1, page * PAGE)
    shown = [(guest, members.by_id(chat.db, guest.member_id)) for guest in found[:PAGE]]
    rows = [chat.button("event_guest", f"evguest:{guest.id}", person=person, guest=guest) for guest, person in shown]
    add = [chat.button("event_add_guest", f"evadd:{one.id}")] if one.starts_at > chat.now and not one.cancelled else []
    turns = keyboards.turns(chat, f"evguests:{one.id}.", page, more=len(found) > PAGE)
    keyboard = [*keyboards.pairs(rows), *turns, *([add] if add else []), [button_to(chat, one)]]
    chat.reply("event_desk/guests", keyboard, guests=shown, first=page * PAGE, **facts_of(chat, one))


def show_guest(chat: Chat) -> None:
    """One of them: how many they are, and what can be done."""
    guest = club_events.existing_guest(chat.db, chat.pressed_id)
    text, keyboard = _guest(chat, guest)
    chat.reply_text(text, keyboard)


def _guest(chat: Chat, guest: Guest) -> tuple[str, Rows]:
    one, person = club_events.existing(chat.db, guest.event_id), members.by_id(chat.db, guest.member_id)
    begun = one.starts_at <= chat.now
    rows = []
    if begun and not one.cancelled and guest.state in (COMING, MISSED):
        rows.append([chat.button("event_missed" if guest.state == COMING else "event_was_there", f"evmiss:{guest.id}")])
    if not begun and not one.cancelled and guest.state in LISTED:
        rows.append([chat.button("event_take_off", f"evtake:{guest.id}")])
    ways = [chat.button("customer_card", f"customer:{person.id}"), chat.button("event_guests", f"evguests:{one.id}.0")]
    return chat.words("event_desk/guest", guest=guest, person=person, event=one, begun=begun), [*rows, ways]


def turn_missed(chat: Chat) -> None:
    """They were not there after all, or were."""
    text, keyboard = _guest(chat, club_events.turn_missed(chat.db, chat.pressed_id, chat.now))
    chat.edit(text, keyboard)


def take_off(chat: Chat) -> None:
    """They have told somebody of the team that they cannot come, and read that it is done."""
    guest = club_events.existing_guest(chat.db, chat.pressed_id)
    club_events.sign_off(chat.db, guest.event_id, guest.member_id, chat.now)
    if guest.listed:
        _tell(chat, "events/taken_off", club_events.existing(chat.db, guest.event_id), guest)
    text, keyboard = _guest(chat, club_events.existing_guest(chat.db, guest.id))
    chat.edit(text, keyboard)


# ---- adding somebody ----------------------------------------------------------------------------------------------


def add(chat: Chat) -> None:
    """Who has said that they come?"""
    forms.restart(chat, GUEST, event=club_events.existing(chat.db, chat.pressed_id).id)


def _added(chat: Chat, answers: Answers) -> None:
    one, person = club_events.existing(chat.db, answers["event"]), customers.by_id(chat.db, answers["who"])
    guest = club_events.add_guest(chat.db, one.id, person, chat.now)
    _tell(chat, "events/signed_up", one, guest)
    ways = [chat.button("event_add_guest", f"evadd:{one.id}"), chat.button("event_guests", f"evguests:{one.id}.0")]
    chat.reply("event_desk/added", [ways, [button_to(chat, one)]], guest=guest, person=person, event=one)


def _tell(chat: Chat, template: str, one: Event, guest: Guest) -> None:
    """They read that they are on the list, wait for a seat, or are on no list any more."""
    person = members.by_id(chat.db, guest.member_id)
    if person.telegram_id is not None:
        seen = club_events.seen(chat.db, one, person.id)
        text = render(template, person.language, seen=seen, member=person, club=chat.club, now=chat.now)
        chat.notify(person.telegram_id, text, [[button("event_see", f"ev:{one.id}", person.language)]])


GUEST = forms.register(
    Form(
        "event_guest",
        (Field("who", people.parse, people.choices, takes_media=True),),
        _added,
        roles=SERVICE,
        lasts=LASTS,
        facts=lambda chat, answers: {"event": club_events.existing(chat.db, answers["event"])},
    )
)
