"""/order: what is on file of an order, and who sold it."""

from __future__ import annotations

from club import purchases as club_purchases
from club.names import clean
from club.purchases import Order
from club.refusal import Refused
from handlers.chat import Chat, Rows
from storage import members, purchases


def show(chat: Chat) -> None:
    """`/order K7M4QX`"""
    number = clean(chat.arguments).removeprefix("#")
    if not number:
        raise Refused("orders/which")
    _show(chat, number)


def button(chat: Chat) -> None:
    """The order that a purchase belongs to."""
    purchase = purchases.by_id(chat.db, chat.pressed_id)
    if purchase is None:
        raise Refused("returns/unknown")
    _show(chat, purchase.order_number)


def _show(chat: Chat, number: str) -> None:
    order = club_purchases.order(chat.db, number)
    customer = members.by_id(chat.db, order.first.member_id)
    chat.reply("orders/one", order=order, customer=customer, keyboard=_ways(chat, order, customer.status == "erased"))


def _ways(chat: Chat, order: Order, erased: bool) -> Rows:
    more = [chat.button("return", f"goods:{order.first.member_id}")] if order.left and not erased else []
    return [more, *chat.way_on()] if more else chat.way_on()
