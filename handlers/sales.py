"""/sale: somebody buys. One line does it all, or a form asks for one thing after the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from club import branches as club_branches
from club import customers as club_customers
from club import membership, orders, points, products, purchases, tiers
from club import staff as club_staff
from club.club import Club
from club.money import example, typed
from club.orders import Line
from club.purchases import Sale
from club.refusal import Refused
from handlers import branches, customers, forms
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Choice, Field, Form
from storage import branches as shops
from storage import members, outbox
from storage import products as catalogue
from storage.members import Member
from storage.outbox import Lane
from storage.products import Product
from templates import button, render

LASTS = timedelta(minutes=30)
"""A sale that was begun and forgotten must not take the next words for an amount."""
OFFERED = 8
"""Products offered as buttons: those that sell best."""


def sale(chat: Chat) -> None:
    """`/sale @ana beans x2 318.00`, or `/sale` and the form."""
    if club_branches.must_choose(chat.db, chat.user_id):
        branches.choose(chat)
        return
    if not chat.arguments:
        forms.restart(chat, SALES)
        return
    said = orders.read(chat.db, chat.arguments, chat.club)
    if not said.rows:
        forms.restart(chat, SALES, who=said.member.id)
        return
    tier = tiers.tier_of(chat.db, said.member.id, chat.club)
    lines = [orders.priced(chat.db, row, tier) for row in said.rows]
    _sell(chat, said.member, lines, said.order_number)


def sell_button(chat: Chat) -> None:
    """The same customer buys something else."""
    if club_branches.must_choose(chat.db, chat.user_id):
        branches.choose(chat)
        return
    forms.restart(chat, SALES, who=club_customers.by_id(chat.db, pressed_id(chat)).id)


def pressed_id(chat: Chat) -> int:
    """The id that a button names."""
    argument = chat.pressed.argument
    if not (argument.isascii() and argument.isdecimal() and len(argument) <= 18):
        raise Refused("buttons/unknown")
    return int(argument)


def _sell(chat: Chat, customer: Member, lines: list[Line], order_number: str | None = None) -> None:
    branch = club_branches.branch_of(chat.db, chat.user_id)
    sold = purchases.sell(
        chat.db,
        customer,
        lines,
        order_number=order_number,
        branch_id=branch.id if branch else None,
        club=chat.club,
        now=chat.now,
    )
    facts = _of_sale(chat.db, customer, sold, chat.club, chat.now)
    ways = _ways(chat, customer)
    if not sold.fresh:
        chat.reply("sales/sold_before", ways, **facts)
        return
    chat.reply("sales/sold", ways, branch=branch, **facts)
    tell(chat, customer, "sales/bought", **facts)


def _of_sale(db: Connection, customer: Member, sold: Sale, club: Club, now: datetime) -> dict[str, Any]:
    return {
        "customer": customer,
        "sale": sold,
        "balance": points.balance(db, customer.id, now),
        "coming": points.active_next(db, customer.id, now),
        "tier": tiers.tier_of(db, customer.id, club),
        "door": None if customer.joined else membership.door(db, customer, club, now),
    }


def announce(db: Connection, customer: Member, sold: Sale, club: Club, now: datetime) -> None:
    """Tell the customer of a sale that was not made in this chat: by a till that posts it."""
    said = _for_customer(customer, "sales/bought", club, now, _of_sale(db, customer, sold, club, now))
    if said is not None and customer.telegram_id is not None:
        text, keyboard = said
        payload = {"text": text, "parse_mode": "HTML", "reply_markup": {"inline_keyboard": keyboard}}
        outbox.put(db, lane=Lane.SERVICE, chat_id=customer.telegram_id, method="sendMessage", payload=payload, at=now)


def _ways(chat: Chat, customer: Member) -> Rows:
    several = len(shops.every(chat.db)) > 1
    where = [[chat.button("where", "where")]] if several else []
    more = [chat.button("more_items", f"sell:{customer.id}"), chat.button("return", f"goods:{customer.id}")]
    return [more, *where, *chat.way_on()]


def tell(chat: Chat, customer: Member, template: str, /, **facts: Any) -> None:
    """Tell the customer in their language."""
    said = _for_customer(customer, template, chat.club, chat.now, facts)
    if said is not None and customer.telegram_id is not None:
        chat.notify(customer.telegram_id, *said)


def _for_customer(
    customer: Member, template: str, club: Club, now: datetime, facts: dict[str, Any]
) -> tuple[str, Rows] | None:
    """Words and buttons; None for one who left the club, and was promised to be left in peace."""
    if customer.telegram_id is None or customer.status == "left":
        return None
    language = customer.language
    first = button("points", "go:points", language) if customer.joined else button("join", "go:join", language)
    text = render(template, language, club=club, now=now, **facts)
    return text, [[first, button("complain", "go:complain", language)]]


# ---- the form -----------------------------------------------------------------------------------------------------


def _offered(chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(f"={one.id}", text=one.name[:40]) for one in catalogue.on_sale(chat.db)[:OFFERED]]


def _parse_product(chat: Chat, text: str, answers: Answers) -> dict[str, Any]:
    """What it is called; with the catalogue's id where it stands there."""
    if text in [choice.value for choice in _offered(chat, answers)]:
        found: Product | None = products.known(chat.db, int(text.removeprefix("=")))
    else:
        found = products.named(chat.db, products.product_name(text))
    return {"name": found.name if found else products.product_name(text), "id": found.id if found else None}


def _pieces(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(str(number), text=str(number)) for number in (1, 2, 3)]


def _parse_quantity(_chat: Chat, text: str, _answers: Answers) -> int:
    return orders.quantity_of(text)


def _prices(chat: Chat, answers: Answers) -> list[Choice]:
    amount = _proposed(chat, answers)
    if amount is None:
        return []
    label = chat.button("amount", "", minor=amount, currency=chat.club.currency)["text"]
    return [Choice(f"={amount}", text=label)]


def _parse_amount(chat: Chat, text: str, answers: Answers) -> int:
    proposed = _proposed(chat, answers)
    if proposed is not None and text == f"={proposed}":
        return proposed
    return typed(text, chat.club.currency)


def _yes(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("yes", "sell")]


def parse_yes(_chat: Chat, text: str, _answers: Answers) -> bool:
    """Only the button, or its label typed, is a yes."""
    if text != "yes":
        raise Refused("forms/press_please")
    return True


def _product(chat: Chat, answers: Answers) -> Product | None:
    product_id = (answers.get("what") or {}).get("id")
    return None if product_id is None else catalogue.by_id(chat.db, product_id)


def _proposed(chat: Chat, answers: Answers) -> int | None:
    tier = tiers.tier_of(chat.db, answers["who"], chat.club)
    return orders.proposed(_product(chat, answers), answers["quantity"], tier)


def _line(chat: Chat, answers: Answers) -> Line:
    product = _product(chat, answers)
    percent = product.points_percent if product else 100
    return Line(answers["what"]["name"], answers["quantity"], answers["amount"], answers["what"]["id"], percent)


def _facts(chat: Chat, answers: Answers) -> Answers:
    """What the questions say of the customer, the price and the points, as it is on file now."""
    customer = customers.of(chat, answers)
    line = _line(chat, answers) if "amount" in answers else None
    return {
        "customer": customer,
        "example": example(chat.club.currency),
        "branch": club_branches.branch_of(chat.db, chat.user_id),
        "product": _product(chat, answers),
        "tier": tiers.tier_of(chat.db, customer.id, chat.club) if customer else None,
        "proposed": _proposed(chat, answers) if "quantity" in answers else None,
        "line": line,
        "points": purchases.points_for([line], chat.club) if line else 0,
    }


def _done(chat: Chat, answers: Answers) -> None:
    if chat.role not in club_staff.SERVICE:
        raise Refused("commands/not_yours")
    _sell(chat, members.by_id(chat.db, answers["who"]), [_line(chat, answers)])


SALES = forms.register(
    Form(
        "sales",
        (
            Field("who", customers.parse, customers.choices),
            Field("what", _parse_product, _offered),
            Field("quantity", _parse_quantity, _pieces),
            Field("amount", _parse_amount, _prices),
            Field("confirm", parse_yes, _yes),
        ),
        _done,
        lasts=LASTS,
        facts=_facts,
    )
)
