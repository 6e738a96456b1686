"""/visit 10017: a member came in; /visit 10017 3: for three nights. Noted once for each branch and day."""

from __future__ import annotations

from datetime import timedelta

from club import branches as club_branches
from club import customers as club_customers
from club import frequency, needs, visits
from club import staff as club_staff
from handlers import branches, customers, forms
from handlers.chat import Chat
from handlers.forms import Answers, Choice, Field, Form
from handlers.frequency import card_words
from storage.members import Member
from templates import button, render

LASTS = timedelta(minutes=15)


def visit(chat: Chat) -> None:
    """Check a member in, and show them how far they are; alone it asks."""
    if club_branches.must_choose(chat.db, chat.user_id):
        branches.choose(chat)
    elif chat.arguments:
        _note(chat, *visits.read(chat.db, chat.arguments))
    else:
        forms.restart(chat, VISITS, overnight=frequency.counts_nights(chat.db))


def visit_button(chat: Chat) -> None:
    """The same for somebody who is on the screen already."""
    if club_branches.must_choose(chat.db, chat.user_id):
        branches.choose(chat)
        return
    customer = club_customers.by_id(chat.db, chat.pressed_id)
    forms.restart(chat, VISITS, who=customer.id, overnight=frequency.counts_nights(chat.db))


def _note(chat: Chat, customer: Member, nights: int) -> None:
    branch = club_branches.branch_of(chat.db, chat.user_id)
    branch_id = branch.id if branch else None
    fresh = visits.check_in(
        chat.db, customer, branch_id, staff_id=chat.user_id, club=chat.club, now=chat.now, nights=nights
    )
    cards = [card for card in frequency.cards(chat.db, customer.id, chat.club, chat.now) if card.by_visits]
    facts = {
        "customer": customer,
        "cards": card_words(chat, cards),
        "needs": needs.of(chat.db, customer.id),
        "nights": nights,
    }
    ways = [
        [chat.button("sale", f"sell:{customer.id}"), chat.button("customer_card", f"customer:{customer.id}")],
        *chat.way_on(),
    ]
    if not fresh:
        chat.reply("visits/noted_before", ways, **facts)
        return
    chat.reply("visits/noted", ways, **facts)
    if customer.telegram_id is not None:
        told = card_words(chat, cards, customer.language)
        text = render("visits/welcome", customer.language, club=chat.club, customer=customer, cards=told, nights=nights)
        chat.notify(customer.telegram_id, text, [[button("stamps", "go:stamps", customer.language)]])


def _parse_nights(_chat: Chat, text: str, _answers: Answers) -> int:
    return visits.nights_of(text)


def _nights(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(str(number), text=str(number)) for number in (1, 2, 3)]


def _done(chat: Chat, answers: Answers) -> None:
    _note(chat, club_customers.by_id(chat.db, answers["who"]), answers.get("nights") or 0)


VISITS = forms.register(
    Form(
        "visits",
        (
            Field("who", customers.parse, customers.choices, takes_media=True),
            Field("nights", _parse_nights, _nights, optional=True, when=lambda answers: bool(answers["overnight"])),
        ),
        _done,
        roles=club_staff.SERVICE,
        lasts=LASTS,
        facts=lambda chat, answers: {"customer": customers.of(chat, answers)},
    )
)
