"""/compensate and /uncompensate: making up for a complaint, approving that, and taking it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import compensations
from club import staff as club_staff
from club import tickets as club_tickets
from club.club import Club
from club.compensations import Amount, File
from club.members import first_press
from handlers.chat import Chat, Rows, hang_card, new_nonce
from handlers.desk import learn_name
from handlers.tickets import refresh_cards, typed_number
from storage import members, posted
from storage.compensations import Compensation
from storage.outbox import Lane
from storage.words import words_of
from templates import button, plain, render

# ---- giving -------------------------------------------------------------------------------------------------------


def compensate(chat: Chat) -> None:
    """/compensate 1001 200"""
    number, words = typed_number(chat, "compensate")
    if words:
        _give(chat, number, compensations.typed(words, chat.club))
    else:
        _ask(chat, number)


def ask_amount(chat: Chat) -> None:
    """Make up for it was pressed on a card."""
    _ask(chat, chat.pressed_id)


def _ask(chat: Chat, number: int) -> None:
    ticket = compensations.unasked(chat.db, number)
    offers, nonce = compensations.offers(chat.role, chat.club), new_nonce()
    chat.reply(
        "compensations/ask_amount",
        number=number,
        customer=members.by_id(chat.db, ticket.member_id).name,
        before=club_tickets.file_of(chat.db, ticket).amends[:5],
        offers=offers,
        example=compensations.example(chat.club),
        keyboard=[
            row
            for row in (
                [_points_button(chat, number, one.points, nonce) for one in offers if one.points],
                [_voucher_button(chat, number, one.value, nonce) for one in offers if one.value],
            )
            if row
        ],
    )


def _points_button(chat: Chat, number: int, points: int, nonce: str) -> dict[str, str]:
    return chat.button("amount_points", f"give_points:{number}.{points}:{nonce}", points=points)


def _voucher_button(chat: Chat, number: int, value: int, nonce: str) -> dict[str, str]:
    return chat.button(
        "amount_voucher", f"give_voucher:{number}.{value}:{nonce}", value=value, currency=chat.club.currency
    )


def give_points(chat: Chat) -> None:
    """An amount of points was pressed: all the buttons of that question are one, and used up together."""
    number, points = chat.pressed_pair
    first_press(chat.db, chat.pressed.nonce, chat.now)
    _give(chat, number, Amount(points=points))


def give_voucher(chat: Chat) -> None:
    """The same with a voucher."""
    number, value = chat.pressed_pair
    first_press(chat.db, chat.pressed.nonce, chat.now)
    _give(chat, number, Amount(value=value))


def _give(chat: Chat, number: int, amount: Amount) -> None:
    learn_name(chat)
    given = compensations.give(chat.db, number, amount, _called(chat.club), chat.user_id, chat.club, chat.now)
    customer = members.by_id(chat.db, club_tickets.existing(chat.db, given.ticket_id).member_id)
    ways = [chat.button("card", f"show:{number}")]
    if given.state == "asked":
        _hang_cards(chat, given)
        text = chat.words("compensations/asked", given=given, number=number)
    else:
        _tell_customer(chat, given)
        text = chat.words("compensations/given", given=given, number=number, customer=customer)
        ways.insert(0, chat.button("desk_resolve", f"resolve:{number}:{new_nonce()}"))
    _refresh(chat, given)
    chat.edit(text, [ways])


def _called(club: Club) -> str:
    """A voucher for it says what it is, to whoever holds it and at the till, each in their language."""
    return words_of({language: plain("vouchers/goodwill", language) for language in club.languages})


def _tell_customer(chat: Chat, given: Compensation) -> None:
    """A warm word, with the way to what they were given."""
    file = compensations.file_of(chat.db, given)
    if file.member.telegram_id is None:
        return
    language, way = file.member.language, "points" if given.points else "vouchers"
    voucher = compensations.voucher_of(chat.db, given)
    facts = {"given": given, "number": file.number, "voucher": voucher, "club": chat.club}
    text = render("compensations/for_you", language, **facts)
    chat.notify(file.member.telegram_id, text, [[button(way, f"go:{way}", language)]])


def _refresh(chat: Chat, given: Compensation) -> None:
    refresh_cards(chat, club_tickets.existing(chat.db, given.ticket_id))


# ---- a second person ----------------------------------------------------------------------------------------------


def approve(chat: Chat) -> None:
    """Yes: the customer gets it, and who asked hears so."""
    learn_name(chat)
    given = compensations.approve(chat.db, chat.pressed_id, _called(chat.club), chat.user_id, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    _tell_customer(chat, given)
    _decided(chat, given)
    chat.toast("compensations/approved_toast")


def decline(chat: Chat) -> None:
    """No: nothing is given, and who asked hears so."""
    learn_name(chat)
    asked = compensations.decline(chat.db, chat.pressed_id, chat.user_id, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    _decided(chat, asked)
    chat.toast("compensations/declined_toast")


def _decided(chat: Chat, given: Compensation) -> None:
    _refresh(chat, given)
    _hang_cards(chat, given)
    file, language = (
        compensations.file_of(chat.db, given),
        club_staff.language_of(chat.db, chat.club, given.asked_by),
    )
    facts = {"given": given, "number": file.number, "name": file.decided_by, "club": chat.club}
    text = render("compensations/answer", language, **facts)
    way = [[button("card", f"show:{file.number}", language)]]
    chat.notify(given.asked_by, text, way, lane=Lane.STAFF)


def _hang_cards(chat: Chat, given: Compensation) -> None:
    """Where it is decided: in the staff group, else with each owner and manager but for who asked."""
    file = compensations.file_of(chat.db, given)
    for chat_id, language in _places(chat.db, chat.club, given.asked_by):
        _hang(chat, file, chat_id, language, chat.now)


def _places(db: Connection, club: Club, asked_by: int) -> list[tuple[int, str]]:
    group = club_staff.group(db, club)
    if group is not None:
        return [(group.id, club.group_language)]
    deciding = [one.telegram_id for one in compensations.approvers(db, asked_by)]
    return [(chat_id, club_staff.language_of(db, club, chat_id)) for chat_id in deciding]


def _hang(chat: Chat, file: File, chat_id: int, language: str, now: datetime) -> None:
    text = render("compensations/card", language, file=file, club=chat.club)
    slot, keyboard = f"compensation:{file.given.id}", _card_keyboard(file, language)
    hang_card(chat.db, slot, chat_id, text, keyboard, now, file.given.ticket_id)


def _card_keyboard(file: File, language: str) -> Rows:
    card = [button("card", f"show:{file.number}", language)]
    if file.given.state != "asked":
        return [card]
    yes = button("approve", f"approve:{file.given.id}:{new_nonce()}", language)
    no = button("disapprove", f"disapprove:{file.given.id}:{new_nonce()}", language)
    return [[yes, no], card]


# ---- taking back --------------------------------------------------------------------------------------------------


def uncompensate(chat: Chat) -> None:
    """/uncompensate 1001: a button for each thing that was given."""
    number, _ = typed_number(chat, "uncompensate")
    chat.reply(
        "compensations/which_back",
        number=number,
        keyboard=[[_back_button(chat, one)] for one in compensations.of_complaint(chat.db, number)],
    )


def _back_button(chat: Chat, given: Compensation) -> dict[str, str]:
    data = f"uncompensate:{given.id}:{new_nonce()}"
    if given.points:
        return chat.button("amount_points", data, points=given.points)
    return chat.button("amount_voucher", data, value=given.value, currency=chat.club.currency)


def take_back(chat: Chat) -> None:
    """It goes back, once, if none of it has been used."""
    given = compensations.take_back(chat.db, chat.pressed_id, chat.user_id, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    _refresh(chat, given)
    if posted.places(chat.db, f"compensation:{given.id}"):
        _hang_cards(chat, given)
    file = compensations.file_of(chat.db, given)
    if file.member.telegram_id is not None:
        facts = {"given": given, "number": file.number, "club": chat.club}
        chat.notify(file.member.telegram_id, render("compensations/taken_from_you", file.member.language, **facts))
    chat.edit(chat.words("compensations/taken_back", given=given, number=file.number), [])
