"""/case and the cards: how complaints and questions arrive at the staff, and how they look."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from telegram import Message

from club import staff as club_staff
from club import tickets as club_tickets
from club.club import Club
from club.names import units
from club.refusal import Refused
from club.steps import (
    ASK,
    COMPENSATE,
    COMPLAIN,
    COMPLAINT,
    EXPLAIN,
    FIX,
    HAND_OVER,
    INVESTIGATE,
    INVESTIGATING,
    NEW,
    NORMAL,
    NOTE,
    PRIORITY,
    REPLY,
    RESOLVE,
    TAKE,
    TAKEN,
    URGENT,
    may,
)
from club.tickets import File, Said
from handlers import digests, topics
from handlers.chat import Chat, Rows, hang_card, new_nonce
from handlers.media import BARE, MAX_CAPTION, passed_on
from storage import links, posted, tickets
from storage.members import Member
from storage.outbox import Lane
from storage.tickets import Ticket
from templates import button, render

About = tuple[Ticket, Member]
ON_CARD = 2_200
"""Characters of a first message that its card shows in full."""
QUOTED = 1_700
"""Characters of one quote: even if each counts twice, as emoji do, it fits into a message."""
WORDS = frozenset({REPLY, FIX, EXPLAIN, NOTE, "improve", "mark", "action"})
"""Commands with words behind them: in a topic a number in front may be one of the words."""
AMOUNTS = frozenset({COMPENSATE})
"""In a topic the number alone is how much."""
_NUMBER = re.compile(r"#?(\d{1,12})")
_HEAD = re.compile(r"#(\d{1,12})\b")


# ---- arriving -----------------------------------------------------------------------------------------------------


def filed(chat: Chat, ticket: Ticket, said: Said) -> None:
    """A new ticket: hang its card where the staff looks, and pass on what was sent with it. Of many at once, the group
    gets one card."""
    if digests.gathered(chat.db, chat.club, ticket, chat.now):
        tell_owner(chat, ticket)
        return
    for chat_id, language in club_staff.places(chat.db, chat.club):
        _hang(chat.db, chat.club, club_tickets.file_of(chat.db, ticket), chat_id, language, chat.now)
    if chat.club.staff_chat is not None:
        tell_owner(chat, ticket)
    long = units(said.text) > ON_CARD
    _pass_on(chat, ticket, said if long else replace(said, text=""))


def tell_owner(chat: Chat, ticket: Ticket) -> None:
    """Whoever was given a request hears it in private: in the group it is one card among many."""
    if ticket.owner_id is not None:
        number, language = (
            club_tickets.number_of(ticket.id),
            club_staff.language_of(chat.db, chat.club, ticket.owner_id),
        )
        text = render("tickets/given_to_you", language, number=number, customer=chat.member.name)
        chat.notify(ticket.owner_id, text, [[button("card", f"show:{number}", language)]], lane=Lane.STAFF)


def file_again(chat: Chat, ticket: Ticket) -> None:
    """A request was opened again: it hangs as a new card, where the staff looks now."""
    digests.leave(chat.db, chat.club, ticket, chat.now)
    posted.hang_again(chat.db, slot_of(ticket.id))
    for chat_id, language in club_staff.places(chat.db, chat.club):
        _hang(chat.db, chat.club, club_tickets.file_of(chat.db, ticket), chat_id, language, chat.now)


def said_more(chat: Chat, ticket: Ticket, said: Said) -> bool:
    """More words about a ticket: kept, and told to whom it concerns. False where no answer is due (album)."""
    first = club_tickets.add_words(chat.db, ticket, chat.member, said, chat.club, chat.now)
    refresh_cards(chat, ticket)
    _pass_on(chat, ticket, said, first=first)
    return first


def _pass_on(chat: Chat, ticket: Ticket, said: Said, *, first: bool = True) -> None:
    """What the customer sent, and what they wrote: under it where there is room, else as a message of its own.

    `first`: it is no further picture of an album, under which everything is said already.
    """
    about = ticket, chat.member
    for chat_id, language in _listeners(chat, ticket):
        if said.media is not None:
            _file(chat, about, said, chat_id, language, bare=not (first or said.text))
        if said.text and not _fits_under(said):
            _quote(chat, about, said.text, chat_id, language)


def _fits_under(said: Said) -> bool:
    return said.media is not None and said.media not in BARE and units(said.text) <= MAX_CAPTION


def _file(chat: Chat, about: About, said: Said, chat_id: int, language: str, *, bare: bool) -> None:
    ticket, member = about
    number, text = club_tickets.number_of(ticket.id), said.text if _fits_under(said) else ""
    words = render("tickets/file", language, number=number, member=member, text=text)
    caption, slot = "" if bare else words, slot_of(ticket.id)
    chat.forward(passed_on(said, caption, chat_id=chat_id, lane=Lane.STAFF, about=ticket.id, quotes=True, under=slot))


def _quote(chat: Chat, about: About, words: str, chat_id: int, language: str) -> None:
    """What the customer wrote; very long words in several messages."""
    ticket, member = about
    number = club_tickets.number_of(ticket.id)
    for start in range(0, len(words), QUOTED):
        part = words[start : start + QUOTED]
        text = render("tickets/customer_says", language, number=number, member=member, text=part)
        keyboard = _talk_keyboard(number, language)
        chat.notify(chat_id, text, keyboard, lane=Lane.STAFF, about=ticket.id, quotes=True)


def _listeners(chat: Chat, ticket: Ticket) -> list[tuple[int, str]]:
    """Who must hear more about a ticket: the staff group, else its owner, else everybody. Nobody, while it stands in a
    digest: it is shown when it is opened."""
    if digests.waits(chat.db, ticket.id):
        return []
    if chat.club.staff_chat is None and ticket.owner_id is not None:
        return [(ticket.owner_id, club_staff.language_of(chat.db, chat.club, ticket.owner_id))]
    return club_staff.places(chat.db, chat.club)


# ---- cards --------------------------------------------------------------------------------------------------------


def slot_of(ticket_id: int) -> str:
    return f"ticket:{ticket_id}"


def refresh_cards(chat: Chat, ticket: Ticket) -> None:
    """Show the ticket as it is now, wherever its card hangs."""
    renew_cards(chat.db, chat.club, ticket, chat.now)


def refresh_cards_of(chat: Chat, member_id: int) -> None:
    """What whoever serves should know of a member has changed: show it on their open tickets."""
    for ticket in tickets.of_member(chat.db, member_id, limit=None):
        if ticket.open:
            refresh_cards(chat, ticket)


def renew_cards(db: Connection, club: Club, ticket: Ticket, now: datetime) -> None:
    """The same where nobody speaks."""
    digests.renew_of(db, club, ticket, now)
    file = club_tickets.file_of(db, ticket)
    readers = {chat_id for chat_id, _ in club_staff.places(db, club)}
    for chat_id in posted.places(db, slot_of(ticket.id)):
        if chat_id not in readers and file.member.telegram_id is not None:
            continue  # they work here no more: what is said from now on is not for them; an erasure is
        _hang(db, club, file, chat_id, club_staff.language_of(db, club, chat_id), now)


def _hang(db: Connection, club: Club, file: File, chat_id: int, language: str, now: datetime) -> None:
    slot, group = slot_of(file.ticket.id), club_staff.group(db, club) if chat_id < 0 else None
    if group is not None:
        topics.renew(db, club, group, file, slot, now)
    text, keyboard = card_text(club, file, language, now), card_keyboard(file, language)
    hang_card(db, slot, chat_id, text, keyboard, now, file.ticket.id)


def card_text(club: Club, file: File, language: str, now: datetime) -> str:
    """A request as the staff sees it."""
    return render("tickets/card", language, file=file, zone=club.zone, club=club, now=now)


ON_A_CARD = (
    (TAKE,),
    (REPLY, ASK),
    (FIX, EXPLAIN),
    (COMPENSATE, RESOLVE),
    (INVESTIGATE,),
    (COMPLAIN,),
    (NOTE, HAND_OVER, PRIORITY),
)
"""The buttons of a card, row by row; those stand on it whose step is open."""
ONCE = frozenset({TAKE, INVESTIGATE, RESOLVE, COMPLAIN})
"""Steps that a press does at once; the others ask for something first."""


def card_keyboard(file: File, language: str) -> Rows:
    """What can be done with a request now."""
    if file.void:
        return []
    rows = [[step for step in row if _offered(file.ticket, step)] for row in ON_A_CARD]
    if file.ticket.state == NEW:
        rows = [[TAKE, REPLY], [NOTE, PRIORITY], [COMPLAIN] if _offered(file.ticket, COMPLAIN) else []]
    nonce = new_nonce()
    buttons = [[_step_button(step, file, nonce, language) for step in row] for row in rows if row]
    sort = button("marks", f"marks:{file.number}", language)
    if file.ticket.open:
        return [*buttons, [sort, button("ready_replies", f"ready:{file.number}", language)]]
    done = [button("action", f"action:{file.number}", language)] if file.ticket.kind == COMPLAINT else []
    return [*buttons, [sort, *done]] if file.member.telegram_id is not None else buttons


def _offered(ticket: Ticket, step: str) -> bool:
    """Looking into it again is offered once there is something to look at again; a closed one takes a note at most."""
    if step == INVESTIGATE and ticket.state in (TAKEN, INVESTIGATING):
        return False
    return may(ticket.kind, ticket.state, step) and (ticket.open or step not in (NOTE, PRIORITY))


def _step_button(step: str, file: File, nonce: str, language: str) -> dict[str, Any]:
    if step == PRIORITY:
        if file.ticket.urgent:
            return button("desk_can_wait", f"{NORMAL}:{file.number}", language)
        return button("desk_urgent", f"{URGENT}:{file.number}", language)
    data = f"{step}:{file.number}:{nonce}" if step in ONCE else f"{step}:{file.number}"
    return button(f"desk_{step}", data, language)


def _talk_keyboard(number: int, language: str) -> Rows:
    return [[button("desk_reply", f"reply:{number}", language), button("card", f"show:{number}", language)]]


# ---- one request --------------------------------------------------------------------------------------------------


def show(chat: Chat) -> None:
    """A ticket's card, here and now."""
    file = club_tickets.file_of(chat.db, club_tickets.by_number(chat.db, chat.pressed_id))
    show_card(chat, file)


def case(chat: Chat) -> None:
    """/case 1001"""
    number, _ = typed_number(chat, "case")
    show_card(chat, club_tickets.file_of(chat.db, club_tickets.by_number(chat.db, number)))


def show_card(chat: Chat, file: File) -> None:
    """The card as an answer, here and now; in the group, a request that stands in a digest gets its own."""
    if not chat.private and digests.leave(chat.db, chat.club, file.ticket, chat.now):
        _hang(chat.db, chat.club, file, chat.chat_id, chat.language, chat.now)
        _pass_on_all(chat, file)
        return
    chat.reply_text(card_text(chat.club, file, chat.language, chat.now), card_keyboard(file, chat.language))


def _pass_on_all(chat: Chat, file: File) -> None:
    """What came with a request while it stood in a digest, in order."""
    about, albums = (file.ticket, file.member), set[str | None]()
    for message in file.messages:
        if message.author != club_tickets.MEMBER:
            continue
        said = Said(message.text, message.media, message.file_id, message.album)
        long = units(said.text) > ON_CARD
        if said.media is not None or long:
            words, language = said if long else replace(said, text=""), chat.language
            if said.media is not None:
                _file(chat, about, words, chat.chat_id, language, bare=said.album is not None and said.album in albums)
            if long:
                _quote(chat, about, said.text, chat.chat_id, language)
        albums.add(said.album)


def number_of_message(chat: Chat, message: Message) -> int | None:
    """Whose words a message of ours quotes: a card, or what was passed on, as it was noted when it was sent.

    Outside of topics also whatever else begins with the number of a request.
    """
    place = message.chat.id  # a group that has become a supergroup: an old id is one of old messages
    slot = posted.slot_of_message(chat.db, place, message.message_id)
    if slot is not None and slot.startswith("ticket:"):
        return club_tickets.number_of(int(slot.partition(":")[2]))
    linked = links.ticket_of(chat.db, place, message.message_id)
    if linked is not None or chat.thread_id is not None:
        return club_tickets.number_of(linked) if linked is not None else None
    ours = message.from_user is not None and message.from_user.username == chat.bot_name
    head = _HEAD.match(message.text or message.caption or "") if ours else None
    return int(head[1]) if head else None


def typed_number(chat: Chat, command: str) -> tuple[int, str]:
    """The number behind the command and the words behind the number. In the topic of a request no number is needed:
    it is that one, unless another is named (`#1002`).

    Raises `Refused` where words are for the customer and it is not clear whose.
    """
    number, words = [*chat.arguments.split(maxsplit=1), "", ""][:2]
    match = _NUMBER.fullmatch(number)
    if chat.ticket_here is None:
        if match is None:
            raise Refused("tickets/which_number", command=command)
        return int(match[1]), words.strip()
    here = club_tickets.number_of(chat.ticket_here)
    if match is None or (command in AMOUNTS and not words):
        return here, chat.arguments.strip()
    if int(match[1]) != here and command in WORDS and not number.startswith("#"):
        raise Refused("tickets/whose_words", number=int(match[1]), here=here)
    return int(match[1]), words.strip()
