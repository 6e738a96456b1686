"""/queue, /take, /reply, /resolve, and the cards: the staff's side of complaints and questions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from telegram import Message

from club import staff as club_staff
from club import tickets as club_tickets
from club.club import Club
from club.members import first_press
from club.names import clean, units
from club.refusal import Refused
from club.tickets import File, Said
from handlers import forms
from handlers.chat import Chat, Rows, hang_card, new_nonce
from handlers.forms import Answers, Field, Form
from handlers.media import said_in
from storage import members, posted, staff, tickets
from storage.outbox import Lane
from storage.tickets import Ticket
from templates import button, render

PAGE = 5
REPLY_LASTS = timedelta(minutes=15)
"""A question that was forgotten must not send a note of tomorrow to yesterday's customer."""
MAX_CAPTION = 800
"""Characters under a picture: Telegram takes 1,024, ours stand around them."""
ON_CARD = 2_200
"""Characters of a first message that its card shows in full."""
QUOTED = 1_700
"""Characters of one quote: even if each counts twice, as emoji do, it fits into a message."""
_NUMBER = re.compile(r"#?(\d{1,12})")
_HEAD = re.compile(r"#(\d{1,12})\b")


# ---- arriving -----------------------------------------------------------------------------------------------------


def filed(chat: Chat, ticket: Ticket, said: Said) -> None:
    """A new ticket: hang its card where the staff looks, and pass on what was sent with it."""
    for chat_id, language in club_staff.places(chat.db, chat.club):
        _hang(chat.db, chat.club, club_tickets.file_of(chat.db, ticket), chat_id, language, chat.now)
    _pass_on(chat, ticket, said)
    if units(said.text) > ON_CARD:
        _quote(chat, ticket, said.text)


def said_more(chat: Chat, ticket: Ticket, said: Said) -> bool:
    """More words about a ticket: kept, and told to whom it concerns. False where no answer is due (album)."""
    first = club_tickets.add_words(chat.db, ticket, chat.member, said, chat.now)
    refresh_cards(chat, ticket)
    _pass_on(chat, ticket, said)
    if said.text:
        _quote(chat, ticket, said.text)
    return first


def _quote(chat: Chat, ticket: Ticket, words: str) -> None:
    """What the customer wrote, as a message of its own; very long words in several."""
    number = club_tickets.number_of(ticket.id)
    for chat_id, language in _listeners(chat, ticket):
        for start in range(0, len(words), QUOTED):
            part = words[start : start + QUOTED]
            text = render("tickets/customer_says", language, number=number, member=chat.member, text=part)
            chat.notify(chat_id, text, _talk_keyboard(number, language), lane=Lane.STAFF)


def _listeners(chat: Chat, ticket: Ticket) -> list[tuple[int, str]]:
    """Who must hear more about a ticket: the staff group, else its owner, else everybody."""
    if chat.club.staff_chat is None and ticket.owner_id is not None:
        return [(ticket.owner_id, club_staff.language_of(chat.db, chat.club, ticket.owner_id))]
    return club_staff.places(chat.db, chat.club)


def _pass_on(chat: Chat, ticket: Ticket, said: Said) -> None:
    if said.media is None or said.file_id is None:
        return
    number = club_tickets.number_of(ticket.id)
    for chat_id, language in _listeners(chat, ticket):
        caption = render("tickets/file", language, number=number, member=chat.member)
        chat.forward(chat_id, said.media, said.file_id, caption)


# ---- cards --------------------------------------------------------------------------------------------------------


def slot_of(ticket_id: int) -> str:
    return f"ticket:{ticket_id}"


def refresh_cards(chat: Chat, ticket: Ticket) -> None:
    """Show the ticket as it is now, wherever its card hangs."""
    renew_cards(chat.db, chat.club, ticket, chat.now)


def refresh_cards_of(chat: Chat, member_id: int) -> None:
    """What whoever serves should know of a member has changed: show it on their open tickets."""
    for ticket in tickets.of_member(chat.db, member_id, limit=None):
        if ticket.state != "resolved":
            refresh_cards(chat, ticket)


def renew_cards(db: Connection, club: Club, ticket: Ticket, now: datetime) -> None:
    """The same where nobody speaks."""
    file = club_tickets.file_of(db, ticket)
    readers = {chat_id for chat_id, _ in club_staff.places(db, club)}
    for chat_id in posted.places(db, slot_of(ticket.id)):
        if chat_id not in readers and file.member.telegram_id is not None:
            continue  # they work here no more: what is said from now on is not for them; an erasure is
        language = club.language if chat_id == club.staff_chat else club_staff.language_of(db, club, chat_id)
        _hang(db, club, file, chat_id, language, now)


def _hang(db: Connection, club: Club, file: File, chat_id: int, language: str, now: datetime) -> None:
    text = _card_text(club, file, language, now)
    hang_card(db, slot_of(file.ticket.id), chat_id, text, _card_keyboard(file, language), now)


def _card_text(club: Club, file: File, language: str, now: datetime) -> str:
    return render("tickets/card", language, file=file, zone=club.zone, club=club, now=now)


def _card_keyboard(file: File, language: str) -> Rows:
    number, nonce = file.number, new_nonce()
    if file.void:
        return []
    if file.ticket.state == "new":
        return [
            [button("take", f"take:{number}:{nonce}", language), button("reply", f"reply:{number}", language)],
        ]
    if file.ticket.state == "taken":
        return [
            [button("reply", f"reply:{number}", language), button("resolve", f"resolve:{number}:{nonce}", language)]
        ]
    return []


def _talk_keyboard(number: int, language: str) -> Rows:
    return [[button("reply", f"reply:{number}", language), button("card", f"show:{number}", language)]]


# ---- the queue ----------------------------------------------------------------------------------------------------


def queue(chat: Chat, page: int = 0) -> None:
    """What waits for this colleague, with a button for each."""
    length = tickets.queue_length(chat.db, chat.user_id)
    page = max(0, min(page, (length - 1) // PAGE))
    waiting = tickets.queue(chat.db, chat.user_id, offset=page * PAGE, limit=PAGE)
    files = [club_tickets.file_of(chat.db, ticket) for ticket in waiting]
    rows = [
        [chat.button("open_ticket", f"show:{file.number}", number=file.number, name=file.member.name)] for file in files
    ]
    turns = []
    if page > 0:
        turns.append(chat.button("earlier", f"queue:{page - 1}"))
    if (page + 1) * PAGE < length:
        turns.append(chat.button("later", f"queue:{page + 1}"))
    pages = -(-length // PAGE)
    text = chat.words("tickets/queue", files=files, length=length, page=page + 1, pages=pages, zone=chat.club.zone)
    keyboard = [*rows, *([turns] if turns else [])]
    if chat.query is not None and chat.pressed.verb == "queue":
        chat.edit(text, keyboard)
    else:
        chat.reply_text(text, keyboard)


def turn_page(chat: Chat) -> None:
    queue(chat, int(chat.pressed.argument) if chat.pressed.argument.isdecimal() else 0)


def show(chat: Chat) -> None:
    """A ticket's card, here and now."""
    file = club_tickets.file_of(chat.db, club_tickets.by_number(chat.db, _pressed_number(chat)))
    chat.reply_text(_card_text(chat.club, file, chat.language, chat.now), _card_keyboard(file, chat.language))


# ---- working on it ------------------------------------------------------------------------------------------------


def take_command(chat: Chat) -> None:
    """/take 1001"""
    _take(chat, _typed_number(chat, "take")[0])


def take_button(chat: Chat) -> None:
    _take(chat, _pressed_number(chat))
    first_press(chat.db, chat.pressed.nonce, chat.now)
    chat.toast("tickets/taken_toast")


def _take(chat: Chat, number: int) -> None:
    learn_name(chat)
    ticket = club_tickets.take(chat.db, number, chat.user_id, chat.now)
    _after_step(chat, ticket)
    _tell_customer(chat, ticket, "tickets/you_are_in_hands")
    if chat.query is None:
        file = club_tickets.file_of(chat.db, ticket)
        chat.reply_text(_card_text(chat.club, file, chat.language, chat.now), _card_keyboard(file, chat.language))


def reply_command(chat: Chat) -> None:
    """/reply 1001 We are sending you a new one."""
    number, words = _typed_number(chat, "reply")
    said = said_in(chat)
    if words or (said is not None and said.media):
        reply(chat, number, replace(said, text=words) if said else Said(words))
    else:
        ask_reply(chat, number)


def reply_button(chat: Chat) -> None:
    ask_reply(chat, _pressed_number(chat))


def ask_reply(chat: Chat, number: int) -> None:
    """Ask for the words; where nobody could read them, that is said before anybody types."""
    club_tickets.answerable(chat.db, number)
    forms.start(chat, REPLY, number=number)


def reply(chat: Chat, number: int, said: Said) -> None:
    """Send the words to the customer, with the name of who wrote them."""
    learn_name(chat)
    if not said.text and said.media is None:
        raise Refused("tickets/empty")
    ticket = club_tickets.reply(chat.db, number, chat.user_id, said, chat.now)
    _after_step(chat, ticket)
    customer = members.by_id(chat.db, ticket.member_id)
    if customer.telegram_id is None:
        raise Refused("tickets/customer_gone", number=number)
    name = club_tickets.staff_name(chat.db, chat.user_id)
    text = render("tickets/staff_says", customer.language, number=number, kind=ticket.kind, name=name, text=said.text)
    if said.media is None or said.file_id is None:
        chat.notify(customer.telegram_id, text)
    elif units(said.text) > MAX_CAPTION:
        chat.notify(customer.telegram_id, text)
        chat.forward(customer.telegram_id, said.media, said.file_id, "", lane=Lane.SERVICE)
    else:
        chat.forward(customer.telegram_id, said.media, said.file_id, text, lane=Lane.SERVICE)
    chat.reply(
        "tickets/reply_sent",
        number=number,
        name=customer.name,
        unreachable=customer.unreachable_at is not None,
        keyboard=[[chat.button("resolve", f"resolve:{number}:{new_nonce()}"), chat.button("queue_short", "queue:0")]],
    )


def resolve_command(chat: Chat) -> None:
    """/resolve 1001"""
    _resolve(chat, _typed_number(chat, "resolve")[0])


def resolve_button(chat: Chat) -> None:
    _resolve(chat, _pressed_number(chat))
    first_press(chat.db, chat.pressed.nonce, chat.now)
    chat.toast("tickets/resolved_toast")


def _resolve(chat: Chat, number: int) -> None:
    ticket = club_tickets.resolve(chat.db, number, chat.user_id, chat.now)
    _after_step(chat, ticket)
    _tell_customer(chat, ticket, "tickets/your_ticket_is_resolved")
    if chat.query is None:
        chat.reply("tickets/resolved", number=number, keyboard=[[chat.button("queue_short", "queue:0")]])


def reply_to_card(chat: Chat) -> bool:
    """A Telegram reply to a card goes to its customer. False where it replied to something else."""
    original = chat.message.reply_to_message if chat.message else None
    said = said_in(chat)
    if original is None or said is None:
        return False
    number = _number_of(chat, original)
    if number is None:
        return False
    reply(chat, number, said)
    return True


def _number_of(chat: Chat, message: Message) -> int | None:
    """Whose request a message of ours is about: a card, or a quote or file, which begin with its number."""
    slot = posted.slot_of_message(chat.db, chat.chat_id, message.message_id)
    if slot is not None and slot.startswith("ticket:"):
        return club_tickets.number_of(int(slot.partition(":")[2]))
    ours = message.from_user is not None and message.from_user.username == chat.bot_name
    head = _HEAD.match(message.text or message.caption or "") if ours else None
    return int(head[1]) if head else None


# ---- small parts --------------------------------------------------------------------------------------------------


def _after_step(chat: Chat, ticket: Ticket) -> None:
    """The ticket changed: its cards change, and the card that was just pressed, wherever it came from."""
    refresh_cards(chat, ticket)
    pressed_message = chat.query.message if chat.query else None
    if pressed_message is not None:
        slot = posted.slot_of_message(chat.db, chat.chat_id, pressed_message.message_id)
        if slot is None:
            file = club_tickets.file_of(chat.db, ticket)
            chat.edit(_card_text(chat.club, file, chat.language, chat.now), _card_keyboard(file, chat.language))


def _tell_customer(chat: Chat, ticket: Ticket, template: str) -> None:
    customer = members.by_id(chat.db, ticket.member_id)
    if customer.telegram_id is not None:
        facts = {
            "number": club_tickets.number_of(ticket.id),
            "kind": ticket.kind,
            "name": club_tickets.owner_name(chat.db, ticket),
        }
        chat.notify(customer.telegram_id, render(template, customer.language, **facts))


def learn_name(chat: Chat) -> None:
    """Customers know staff by name: the one Telegram shows, until there is a better one."""
    known = staff.colleague(chat.db, chat.user_id)
    user = chat.update.effective_user
    if known is not None and not known.name and user is not None:
        staff.set_name(chat.db, chat.user_id, clean(user.full_name)[: club_staff.MAX_NAME])


def _pressed_number(chat: Chat) -> int:
    argument = chat.pressed.argument
    if len(argument) > 12 or not argument.isdecimal():
        raise Refused("buttons/unknown")
    return int(argument)


def _typed_number(chat: Chat, command: str) -> tuple[int, str]:
    """The number behind the command and the words behind the number."""
    number, words = [*chat.arguments.split(maxsplit=1), "", ""][:2]
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise Refused("tickets/which_number", command=command)
    return int(match[1]), words.strip()


def _parse_reply(_chat: Chat, text: str, _answers: Answers) -> str:
    return text


def _customer(chat: Chat, answers: Answers) -> Answers:
    ticket = club_tickets.by_number(chat.db, answers["number"])
    return {"customer": members.by_id(chat.db, ticket.member_id).name}


def _reply_done(chat: Chat, answers: Answers) -> None:
    if chat.role not in club_staff.SERVICE:
        raise Refused("commands/not_yours", roles=[club_staff.CLERK])
    reply(chat, answers["number"], Said(**answers[forms.SAID]))


REPLY = forms.register(
    Form("reply", (Field("words", _parse_reply, takes_media=True),), _reply_done, lasts=REPLY_LASTS, facts=_customer)
)
