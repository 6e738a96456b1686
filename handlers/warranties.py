"""/warranty: what somebody bought, and until when it is under warranty."""

from __future__ import annotations

from club import customers, purchases
from club.refusal import Refused
from club.staff import SERVICE, not_for
from handlers.chat import Chat, Rows
from storage.members import Member


def show(chat: Chat) -> None:
    """One's own purchases; for the staff, those of `/warranty 10017`."""
    customer = _whose(chat)
    if not chat.private and chat.role not in SERVICE:
        raise not_for(chat.role, SERVICE)
    chat.reply(
        "warranties/list",
        customer=customer,
        own=customer.telegram_id == chat.user_id,
        warranties=purchases.warranties(chat.db, customer.id, chat.club, chat.now),
        keyboard=_ways(chat, customer),
    )


def _whose(chat: Chat) -> Member:
    if chat.role in SERVICE and chat.arguments:
        return customers.find(chat.db, chat.arguments)
    if not chat.private:
        raise Refused("warranties/whose")
    return chat.member


def _ways(chat: Chat, customer: Member) -> Rows:
    """A member whose thing is broken complains; the staff take it back, or go on to the customer."""
    if not chat.private:
        return []
    if customer.telegram_id == chat.user_id:
        return [[chat.button("complain", "go:complain"), chat.button("menu", "go:start")]]
    back = [chat.button("return", f"goods:{customer.id}"), chat.button("customer_card", f"customer:{customer.id}")]
    return [back, *chat.way_on()]
