"""/take, /reply, /fix, /explain, /note, /handover and their buttons: working on complaints and questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from club import desk, steps
from club import replies as club_replies
from club import staff as club_staff
from club import tickets as club_tickets
from club.members import first_press
from club.names import clean, units
from club.refusal import Refused
from club.tickets import Said
from handlers import forms
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Field, Form
from handlers.media import BARE, MAX_CAPTION, passed_on, said_in
from handlers.tickets import (
    card_keyboard,
    card_text,
    number_of_message,
    refresh_cards,
    show_card,
    typed_number,
)
from storage import links, members, posted, staff, ticket_messages
from storage.outbox import Lane
from storage.tickets import Ticket
from templates import button, render

WORDS_LAST = timedelta(minutes=15)
"""A question that was forgotten must not send a note of tomorrow to yesterday's customer."""
CARD_BUTTONS = frozenset({"take", "investigate", "resolve", "urgent", "normal", "complain"})
"""They stand on cards; what they did is shown there."""


# ---- taking -------------------------------------------------------------------------------------------------------


def take_command(chat: Chat) -> None:
    """/take 1001"""
    _take(chat, typed_number(chat, "take")[0])


def take_button(chat: Chat) -> None:
    _take(chat, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    chat.toast("tickets/taken_toast")


def _take(chat: Chat, number: int) -> None:
    learn_name(chat)
    ticket = desk.take(chat.db, number, chat.user_id, chat.club, chat.now)
    after_step(chat, ticket)
    tell_customer(chat, ticket, "tickets/you_are_in_hands")
    if chat.query is None:
        show_card(chat, club_tickets.file_of(chat.db, ticket))


# ---- writing ------------------------------------------------------------------------------------------------------


def reply_command(chat: Chat) -> None:
    """/reply 1001 We are sending you a new one."""
    _words_command(chat, steps.REPLY)


def fix_command(chat: Chat) -> None:
    """/fix 1001 The cup is on its way."""
    _words_command(chat, steps.FIX)


def explain_command(chat: Chat) -> None:
    """/explain 1001 The glaze is meant to have fine lines."""
    _words_command(chat, steps.EXPLAIN)


def note_command(chat: Chat) -> None:
    """/note 1001 The third cup from this supplier."""
    _words_command(chat, steps.NOTE)


def _words_command(chat: Chat, step: str) -> None:
    number, words = typed_number(chat, step)
    said = said_in(chat)
    ready = club_replies.by_word(chat.db, words) if step != steps.NOTE and not (said and said.media) else None
    if ready is not None:
        from handlers.replies import preview

        preview(chat, number, ready)
    elif said is not None and (words or said.media):
        write(chat, step, number, replace(said, text=words))
    else:
        ask_words(chat, step, number)


def words_button(chat: Chat) -> None:
    """Reply, Ask, Fix, Explain or Note was pressed on a card."""
    ask_words(chat, chat.pressed.verb, chat.pressed_id)


def ask_words(chat: Chat, step: str, number: int, **ready: str) -> None:
    """Ask for the words; where they could not be sent, that is said before anybody types. `ready`: words to begin
    with."""
    if step != steps.NOTE:
        desk.answerable(chat.db, number, step)
    forms.start(chat, WORDS, number=number, step=step, **ready)


def write(chat: Chat, step: str, number: int, said: Said) -> None:
    """Say it to the customer, or note it."""
    learn_name(chat)
    if not said.text and said.media is None:
        raise Refused("tickets/empty")
    if step == steps.NOTE:
        ticket = desk.note(chat.db, number, chat.user_id, said, chat.club, chat.now)
        after_step(chat, ticket)
        chat.reply("tickets/noted", number=number)
        return
    ticket = desk.tell(chat.db, step, number, chat.user_id, said, chat.club, chat.now)
    after_step(chat, ticket)
    _send(chat, step, ticket, said)


def _send(chat: Chat, step: str, ticket: Ticket, said: Said) -> None:
    """The words go to the customer with their author's name; the author hears that they are on their way."""
    customer, number = members.by_id(chat.db, ticket.member_id), club_tickets.number_of(ticket.id)
    if customer.telegram_id is None:
        raise Refused("tickets/customer_gone", number=number)
    name = club_tickets.staff_name(chat.db, chat.user_id)
    facts = {"number": number, "kind": ticket.kind, "step": step, "name": name, "text": said.text}
    text = render("tickets/staff_says", customer.language, **facts)
    worded = said.media is None or said.media in BARE or units(said.text) > MAX_CAPTION
    if worded:
        chat.notify(customer.telegram_id, text, about=ticket.id, quotes=True)
    if said.message_id is not None:
        links.add(chat.db, chat.chat_id, [said.message_id], ticket.id)
    if said.media is not None:
        to, caption = customer.telegram_id, "" if worded else text
        chat.forward(passed_on(said, caption, chat_id=to, lane=Lane.SERVICE, about=ticket.id, quotes=True))
    told = steps.may(ticket.kind, ticket.state, steps.RESOLVE)
    keyboard = [*_next_steps(chat, number, told)]
    if ticket.kind == steps.QUESTION and said.text:
        keyboard.append([chat.button("keep_answer", f"keep:{number}:{new_nonce()}")])
    chat.reply(
        "tickets/reply_sent",
        number=number,
        name=customer.name,
        step=step,
        told=told,
        unreachable=customer.unreachable_at is not None,
        keyboard=keyboard,
    )


def _next_steps(chat: Chat, number: int, told: bool) -> Rows:
    """A complaint is closed once its customer was told how it was put right, or had it explained."""
    queue = chat.button("queue_short", "queue:0")
    if told:
        return [[chat.button("desk_resolve", f"resolve:{number}:{new_nonce()}"), queue]]
    return [[chat.button("desk_fix", f"fix:{number}"), chat.button("desk_explain", f"explain:{number}")], [queue]]


def reply_to_card(chat: Chat) -> bool:
    """A Telegram reply to a card goes to its customer. False where it replied to something else."""
    original = chat.message.reply_to_message if chat.message else None
    said = said_in(chat)
    if original is None or said is None:
        return False
    number = number_of_message(chat, original)
    if number is None:
        return False
    write(chat, steps.REPLY, number, said)
    return True


def album_goes_on(chat: Chat) -> bool:
    """A further picture of an album with which a customer was answered goes the same way, without a word."""
    album, said = chat.message.media_group_id if chat.message else None, said_in(chat)
    begun = None if album is None else ticket_messages.begun_album(chat.db, chat.user_id, album)
    if begun is None or said is None:
        return False
    number, author = club_tickets.number_of(begun[0]), begun[1]
    if author == club_tickets.INTERNAL:
        after_step(chat, desk.note(chat.db, number, chat.user_id, said, chat.club, chat.now))
        return True
    ticket = desk.tell(chat.db, steps.REPLY, number, chat.user_id, said, chat.club, chat.now)
    after_step(chat, ticket)
    to = members.by_id(chat.db, ticket.member_id).telegram_id
    if to is not None:
        chat.forward(passed_on(said, said.text, chat_id=to, lane=Lane.SERVICE, about=ticket.id, quotes=True))
    return True


def edited(chat: Chat) -> bool:
    """What was sent to a customer stays as it was when a colleague changes it: say so. False for all else."""
    message = chat.update.edited_message
    ticket_id = None if message is None else links.ticket_of(chat.db, chat.chat_id, message.message_id)
    if ticket_id is not None:
        chat.reply("tickets/edit_stays", number=club_tickets.number_of(ticket_id))
    return ticket_id is not None


# ---- handing over -------------------------------------------------------------------------------------------------


def hand_over_command(chat: Chat) -> None:
    """/handover 1001"""
    _ask_colleague(chat, typed_number(chat, "handover")[0])


def hand_over_button(chat: Chat) -> None:
    _ask_colleague(chat, chat.pressed_id)


def _ask_colleague(chat: Chat, number: int) -> None:
    ticket = desk.answerable(chat.db, number, steps.HAND_OVER)
    colleagues, nonce = desk.colleagues(chat.db, ticket), new_nonce()
    rows = [[chat.button("colleague", f"to:{number}.{one.telegram_id}:{nonce}", colleague=one)] for one in colleagues]
    if ticket.owner_id is not None:
        rows.append([chat.button("desk_put_back", f"put_back:{number}:{nonce}")])
    chat.reply("tickets/to_whom", number=number, alone=not colleagues, keyboard=rows)


def hand_over(chat: Chat) -> None:
    """A colleague's name was pressed."""
    number, to = chat.pressed_pair
    ticket = desk.hand_over(chat.db, number, to, chat.user_id, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    refresh_cards(chat, ticket)
    owner = club_tickets.owner_name(chat.db, ticket)
    chat.edit(chat.words("tickets/handed_over", number=number, owner=owner), [])
    tell_customer(chat, ticket, "tickets/you_are_in_other_hands")
    if to != chat.user_id:
        language = club_staff.language_of(chat.db, chat.club, to)
        giver = club_tickets.staff_name(chat.db, chat.user_id)
        text = render("tickets/handed_to_you", language, number=number, giver=giver)
        chat.notify(to, text, [[button("card", f"show:{number}", language)]], lane=Lane.STAFF)


def put_back(chat: Chat) -> None:
    """Nobody's any more."""
    number = chat.pressed_id
    ticket = desk.put_back(chat.db, number, chat.user_id, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    refresh_cards(chat, ticket)
    chat.edit(chat.words("tickets/put_back", number=number), [])


# ---- urgent or not -------------------------------------------------------------------------------------------------


def priority_button(chat: Chat) -> None:
    """It cannot wait, or it can after all. A second press finds it so already."""
    urgent, number = chat.pressed.verb == steps.URGENT, chat.pressed_id
    ticket = desk.set_urgent(chat.db, number, urgent, chat.user_id, chat.club, chat.now)
    after_step(chat, ticket)
    chat.toast("tickets/urgent_toast" if urgent else "tickets/can_wait_toast")


# ---- a question that is a complaint --------------------------------------------------------------------------------


def complain_button(chat: Chat) -> None:
    """What came as a question is a complaint; its customer hears so."""
    ticket = desk.make_complaint(chat.db, chat.pressed_id, chat.user_id, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    after_step(chat, ticket)
    tell_customer(chat, ticket, "complaints/taken_as_one")
    chat.toast("complaints/made_toast")


# ---- looking again ------------------------------------------------------------------------------------------------


def look_again(chat: Chat) -> None:
    """Look into it once more was pressed."""
    number = chat.pressed_id
    ticket = desk.look_again(chat.db, number, chat.user_id, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    after_step(chat, ticket)
    chat.toast("tickets/looking_again_toast")


# ---- small parts --------------------------------------------------------------------------------------------------


def after_step(chat: Chat, ticket: Ticket) -> None:
    """The ticket changed: its cards change, and the card that was just pressed, wherever it came from."""
    refresh_cards(chat, ticket)
    pressed_message = chat.query.message if chat.query else None
    if pressed_message is not None and chat.pressed.verb in CARD_BUTTONS:
        slot = posted.slot_of_message(chat.db, chat.chat_id, pressed_message.message_id)
        if slot is None:
            file = club_tickets.file_of(chat.db, ticket)
            chat.edit(card_text(chat.club, file, chat.language, chat.now), card_keyboard(file, chat.language))


def tell_customer(chat: Chat, ticket: Ticket, template: str) -> None:
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


def _parse_words(_chat: Chat, text: str, _answers: Answers) -> str:
    return text


def _facts(chat: Chat, answers: Answers) -> Answers:
    ticket = club_tickets.by_number(chat.db, answers["number"])
    return {"customer": members.by_id(chat.db, ticket.member_id).name, "step": answers["step"]}


def _written(chat: Chat, answers: Answers) -> None:
    write(chat, answers["step"], answers["number"], Said(**answers[forms.SAID]))


WORDS = forms.register(
    Form(
        "desk",
        (Field("words", _parse_words, takes_media=True),),
        _written,
        roles=club_staff.SERVICE,
        lasts=WORDS_LAST,
        facts=_facts,
    )
)
