"""Events as the team sees them: what is to come and what was, one event's card, changing it, inviting to it."""

from __future__ import annotations

from campaigns import invitations
from club import events as club_events
from club.events import WAYS
from club.members import first_press
from club.staff import FIGURES, SERVICE
from handlers import keyboards
from handlers.campaigns import hang
from handlers.chat import Chat, Rows, new_nonce
from handlers.keyboards import page_of
from storage import events
from storage.events import MISSED, Event
from storage.words import said

PAGE = 6


def show_all(chat: Chat) -> None:
    """All that is to come."""
    _page(chat, "event_desk/list", "evlist:", 0)


def turn(chat: Chat) -> None:
    """Another page of what is to come."""
    _page(chat, "event_desk/list", "evlist:", page_of(chat.pressed.argument))


def turn_past(chat: Chat) -> None:
    """What is over or was called off, the latest first."""
    _page(chat, "event_desk/past", "evpast:", page_of(chat.pressed.argument))


def _page(chat: Chat, template: str, data: str, page: int) -> None:
    to_come = data == "evlist:"
    look = events.upcoming if to_come else events.begun
    found = look(chat.db, chat.now, PAGE + 1, page * PAGE)
    shown = [club_events.seen(chat.db, one) for one in found[:PAGE]]
    rows = [[button_to(chat, one.event)] for one in shown]
    new = [chat.button("new_event", "evnew")] if chat.role in FIGURES else []
    other = chat.button("past_events", "evpast:0") if to_come else chat.button("events_to_come", "evlist:0")
    ways = [*keyboards.turns(chat, data, page, more=len(found) > PAGE), [*new, other], *chat.way_on()]
    chat.reply(template, [*rows, *ways], events=shown)


def button_to(chat: Chat, one: Event) -> dict[str, str]:
    title = said(one.title, chat.language)
    return chat.button("event_on", f"event:{one.id}", title=title, at=one.starts_at, zone=chat.club.zone, now=chat.now)


def show(chat: Chat) -> None:
    """One event, as the team sees it."""
    show_event(chat, club_events.existing(chat.db, chat.pressed_id))


def show_event(chat: Chat, one: Event) -> None:
    chat.reply("event_desk/card", _keyboard(chat, one), **facts_of(chat, one))


def facts_of(chat: Chat, one: Event) -> dict[str, object]:
    missed = len(events.guests(chat.db, one.id, [MISSED]))
    return {"seen": club_events.seen(chat.db, one), "begun": one.starts_at <= chat.now, "missed": missed}


def _keyboard(chat: Chat, one: Event) -> Rows:
    to_come = not one.cancelled and one.starts_at > chat.now
    guests = [chat.button("event_guests", f"evguests:{one.id}.0")] if chat.role in SERVICE else []
    add = [chat.button("event_add_guest", f"evadd:{one.id}")] if chat.role in SERVICE and to_come else []
    change: Rows = [
        [
            chat.button("event_invite", f"evinvite:{one.id}:{new_nonce()}"),
            chat.button("event_change", f"evchange:{one.id}"),
        ],
        [chat.button("event_call_off", f"evoff:{one.id}")],
    ]
    ways = [[chat.button("all_events", "evlist:0"), *[row for rows in chat.way_on() for row in rows]]]
    return [*([guests + add] if guests else []), *(change if chat.role in FIGURES and to_come else []), *ways]


# ---- changing -----------------------------------------------------------------------------------------------------


def ask_way(chat: Chat) -> None:
    """What of it shall change?"""
    one = club_events.existing(chat.db, chat.pressed_id)
    ways = [chat.button(f"event_{way}", f"evset:{one.id}.{way}") for way in WAYS]
    chat.reply("event_desk/ask_way", [*keyboards.pairs(ways), [button_to(chat, one)]], event=one)


def ask_call_off(chat: Chat) -> None:
    """Sure? Everybody on the list is told."""
    one = club_events.existing(chat.db, chat.pressed_id)
    sure = chat.button("event_off_sure", f"evoffyes:{one.id}:{new_nonce()}")
    keep = chat.button("event_keep", f"event:{one.id}")
    chat.reply("event_desk/ask_call_off", [[sure], [keep]], seen=club_events.seen(chat.db, one))


def call_off(chat: Chat) -> None:
    """It does not take place."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    one = club_events.call_off(chat.db, chat.pressed_id, chat.now)
    chat.edit(chat.words("event_desk/card", **facts_of(chat, one)), _keyboard(chat, one))


def invite(chat: Chat) -> None:
    """A campaign that invites everybody who is not on the list yet, as a draft like any other."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    one = club_events.existing(chat.db, chat.pressed_id)
    made = invitations.draft(chat.db, one, chat.user_id, chat.club, chat.now)
    chat.reply("event_desk/invitation", event=one)
    hang(chat, made)
