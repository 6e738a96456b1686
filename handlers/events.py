"""/events: what the club invites to. Members sign up with one tap, bring somebody, and say so when they cannot come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import events as club_events
from club.club import Club
from club.events import News, Seen
from club.nearest import point_of
from club.staff import FIGURES
from handlers import keyboards, reports
from handlers.chat import Chat, Rows
from handlers.keyboards import page_of
from storage import events
from storage.events import COMING, LISTED
from storage.outbox import Lane
from storage.words import said
from templates import button, render

PAGE = 6


def show(chat: Chat) -> None:
    """What is to come; where that is one thing, it is shown at once."""
    found = events.upcoming(chat.db, chat.now, PAGE + 1)
    if len(found) == 1:
        show_event(chat, found[0].id)
    else:
        _page(chat, 0)


def turn(chat: Chat) -> None:
    """Another page of them."""
    _page(chat, page_of(chat.pressed.argument))


def _page(chat: Chat, page: int) -> None:
    found = events.upcoming(chat.db, chat.now, PAGE + 1, page * PAGE)
    shown = [club_events.seen(chat.db, one, chat.member.id) for one in found[:PAGE]]
    rows = [[chat.button("event_on", f"ev:{one.event.id}", **_on_button(chat, one))] for one in shown]
    plan = [[chat.button("new_event", "evnew")]] if chat.role in FIGURES and not shown else []
    chat.reply(
        "events/list" if shown else "events/none",
        [*rows, *keyboards.turns(chat, "evs:", page, more=len(found) > PAGE), *plan, [chat.button("menu", "go:start")]],
        **({"events": shown} if shown else {}),
    )


def _on_button(chat: Chat, one: Seen) -> dict[str, object]:
    title, at = said(one.event.title, chat.language), one.event.starts_at
    return {"title": title, "at": at, "zone": chat.club.zone, "now": chat.now}


def show_one(chat: Chat) -> None:
    show_event(chat, chat.pressed_id)


def show_event(chat: Chat, event_id: int) -> None:
    """One event, as this person sees it: with what they can do about it."""
    seen = _seen(chat, event_id)
    chat.reply("events/one", _keyboard(chat, seen), **_facts(chat, seen))


def _seen(chat: Chat, event_id: int) -> Seen:
    return club_events.seen(chat.db, club_events.existing(chat.db, event_id), chat.member.id)


def _facts(chat: Chat, seen: Seen) -> dict[str, object]:
    return {"seen": seen, "begun": seen.event.starts_at <= chat.now, "joined": chat.member.joined}


def _keyboard(chat: Chat, seen: Seen) -> Rows:
    """What somebody can do about it, the way there, and on."""
    on_map = [[chat.button("on_map", f"map:{seen.branch.id}")]] if seen.branch and point_of(seen.branch) else []
    ways = [chat.button("all_events", "evs:0"), chat.button("menu", "go:start")]
    if seen.event.cancelled or seen.event.starts_at <= chat.now:
        return [ways]
    return [*_own_place(chat, seen), *on_map, ways]


def _own_place(chat: Chat, seen: Seen) -> Rows:
    number, guest = seen.event.id, seen.guest
    if not chat.member.joined:
        return [[chat.button("join", f"evjoin:{number}")]]
    if guest is None or guest.state not in LISTED:
        return [[chat.button("event_wait" if seen.left == 0 else "event_come", f"evyes:{number}")]]
    more = chat.button("event_bring", f"evseats:{number}.{guest.seats + 1}")
    fewer = chat.button("event_fewer", f"evseats:{number}.{guest.seats - 1}")
    most = min(club_events.PARTY, seen.event.seats or club_events.PARTY)
    brings = guest.seats < most and (guest.state != COMING or seen.left != 0)
    party = [*([more] if brings else []), *([fewer] if guest.seats > 1 else [])]
    off = chat.button("event_off" if guest.state == COMING else "event_wait_off", f"evno:{number}")
    return [*([party] if party else []), [off]]


def come(chat: Chat) -> None:
    """They sign up; where all seats are taken, they wait for one."""
    club_events.sign_up(chat.db, chat.pressed_id, chat.member, chat.now)
    _renew(chat, chat.pressed_id)


def bring(chat: Chat) -> None:
    """So many in all from now on."""
    number, seats = chat.pressed_pair
    club_events.bring(chat.db, number, chat.member, seats, chat.now)
    _renew(chat, number)


def cannot_come(chat: Chat) -> None:
    """Their seats are free again."""
    club_events.sign_off(chat.db, chat.pressed_id, chat.member.id, chat.now)
    _renew(chat, chat.pressed_id)


def _renew(chat: Chat, event_id: int) -> None:
    seen = _seen(chat, event_id)
    chat.edit(chat.words("events/one", **_facts(chat, seen)), _keyboard(chat, seen))


# ---- what guests are told -----------------------------------------------------------------------------------------


def tell_news(db: Connection, club: Club, now: datetime) -> int:
    """Guests who were let in, or whose event has changed, are told; how many were looked at."""
    looked_at, news = club_events.tell_news(db, now)
    for one in news:
        if one.member.telegram_id is not None:
            _tell(db, one, one.member.telegram_id, club, now)
    return looked_at


def _tell(db: Connection, one: News, chat_id: int, club: Club, now: datetime) -> None:
    language = one.member.language
    text = render(f"events/{one.what}", language, seen=one.seen, member=one.member, club=club, now=now)
    look = button("event_see", f"ev:{one.seen.event.id}", language)
    rows: Rows = [[button("all_events", "evs:0", language)]] if one.seen.event.cancelled else [[look]]
    reports.put(db, Lane.SERVICE, chat_id, text, now, rows)
