"""/resolve and its button: a request is closed, a complaint with its cause; then its corrective action is asked for."""

from __future__ import annotations

from club import actions, desk
from club import tickets as club_tickets
from club.members import first_press
from club.refusal import Refused
from handlers import actions as asked
from handlers.chat import Chat, new_nonce
from handlers.desk import after_step, tell_customer
from handlers.keyboards import pairs
from handlers.tickets import typed_number
from storage.tickets import Ticket


def resolve_command(chat: Chat) -> None:
    """/resolve 1001"""
    _resolve_or_ask(chat, typed_number(chat, "resolve")[0])


def resolve_button(chat: Chat) -> None:
    if _resolve_or_ask(chat, chat.pressed_id):
        first_press(chat.db, chat.pressed.nonce, chat.now)
        chat.toast("tickets/resolved_toast")


def _resolve_or_ask(chat: Chat, number: int) -> bool:
    """Resolve it; where only the cause is missing, ask for that with a button for each. False where it was asked."""
    try:
        ticket = desk.resolve(chat.db, number, chat.user_id, chat.club, chat.now)
    except Refused as refusal:
        if refusal.template != "tickets/cause_first":
            raise
        _ask_cause(chat, number)
        return False
    _resolved(chat, ticket)
    return True


def _ask_cause(chat: Chat, number: int) -> None:
    nonce = new_nonce()
    causes = [
        chat.button("cause", f"cause:{number}.{index}:{nonce}", name=cause.name(chat.language))
        for index, cause in enumerate(chat.club.desk.causes)
    ]
    chat.reply("tickets/cause_first", number=number, keyboard=pairs(causes))


def cause_button(chat: Chat) -> None:
    """A cause was pressed: it is noted, and the complaint resolved."""
    number, index = chat.pressed_pair
    cause = desk.cause_at(chat.club, index)
    desk.name_cause(chat.db, number, cause.key, chat.user_id, chat.club, chat.now)
    ticket = desk.resolve(chat.db, number, chat.user_id, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    chat.edit(chat.words("tickets/cause_named", number=number, cause=cause.name(chat.language)), [])
    _resolved(chat, ticket)


def _resolved(chat: Chat, ticket: Ticket) -> None:
    after_step(chat, ticket)
    tell_customer(chat, ticket, "tickets/your_ticket_is_resolved")
    number, due = club_tickets.number_of(ticket.id), actions.due(chat.db, ticket)
    if chat.query is None:
        chat.reply("tickets/resolved", [] if due else [[chat.button("queue_short", "queue:0")]], number=number)
    if due:
        asked.ask(chat, number)
