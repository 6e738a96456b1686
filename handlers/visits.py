"""/visit 10017: a member came in; /visit 10017 3: for three nights. Noted once for each branch and day."""

from __future__ import annotations

from club import branches as club_branches
from club import frequency, needs, visits
from handlers import branches
from handlers.chat import Chat
from handlers.frequency import card_words
from templates import button, render


def visit(chat: Chat) -> None:
    """Check a member in, and show them how far they are."""
    if club_branches.must_choose(chat.db, chat.user_id):
        branches.choose(chat)
        return
    customer, nights = visits.read(chat.db, chat.arguments)
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
    ways = [[chat.button("customer_card", f"customer:{customer.id}")], *chat.way_on()]
    if not fresh:
        chat.reply("visits/noted_before", ways, **facts)
        return
    chat.reply("visits/noted", ways, **facts)
    if customer.telegram_id is not None:
        told = card_words(chat, cards, customer.language)
        text = render("visits/welcome", customer.language, club=chat.club, customer=customer, cards=told, nights=nights)
        chat.notify(customer.telegram_id, text, [[button("stamps", "go:stamps", customer.language)]])
