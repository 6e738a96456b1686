"""/sale: somebody buys. One line does it all, or a form asks for one thing after the other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from campaigns import relationships
from campaigns.relationships import REACTIVE
from club import branches as club_branches
from club import customers as club_customers
from club import membership, needs, orders, points, products, purchases, tiers
from club import staff as club_staff
from club.club import Club
from club.membership import Door
from club.money import example, typed
from club.orders import Line
from club.purchases import Sale
from club.refusal import Refused
from handlers import basket, branches, customers, forms
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Choice, Field, Form, Turn
from storage import branches as shops
from storage import outbox
from storage import products as catalogue
from storage.members import Member
from storage.outbox import Lane
from storage.products import Product
from templates import button, render

LASTS = timedelta(minutes=30)
"""A sale that was begun and forgotten must not take the next words for an amount."""
OFFERED = 8
"""Products offered as buttons: those that sell best."""
MORE, ENOUGH, OUT = "more", "=enough", "=out"
"""What the buttons answer that mean no product and no number."""


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
    forms.restart(chat, SALES, who=club_customers.by_id(chat.db, chat.pressed_id).id)


def _sell(chat: Chat, customer: Member, lines: list[Line], order_number: str | None = None) -> None:
    branch = club_branches.branch_of(chat.db, chat.user_id)
    sold = purchases.sell(
        chat.db,
        customer,
        lines,
        order_number=order_number,
        branch_id=branch.id if branch else None,
        staff_id=chat.user_id,
        club=chat.club,
        now=chat.now,
    )
    facts = _of_sale(chat.db, customer, sold, chat.club, chat.now)
    ways = _ways(chat, customer)
    if not sold.fresh:
        chat.reply("sales/sold_before", ways, **facts)
        return
    chat.reply("sales/sold", ways, branch=branch, **facts)
    level = relationships.review(chat.db, customer.id, chat.club, chat.now)
    tell(chat, customer, "sales/bought", level, **facts)


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
    level = relationships.review(db, customer.id, club, now)
    said = _for_customer(customer, "sales/bought", level, club, now, _of_sale(db, customer, sold, club, now))
    if said is not None and customer.telegram_id is not None:
        text, keyboard = said
        payload = {"text": text, "parse_mode": "HTML", "reply_markup": {"inline_keyboard": keyboard}}
        outbox.put(db, lane=Lane.SERVICE, chat_id=customer.telegram_id, method="sendMessage", payload=payload, at=now)


def _ways(chat: Chat, customer: Member) -> Rows:
    several = len(shops.every(chat.db)) > 1
    where = [[chat.button("where", "where")]] if several else []
    more = [chat.button("more_items", f"sell:{customer.id}"), chat.button("return", f"goods:{customer.id}")]
    return [more, *where, *chat.way_on()]


def tell(chat: Chat, customer: Member, template: str, level: int = REACTIVE, /, **facts: Any) -> None:
    """Tell the customer in their language. From a relationship `level` of 2 on they are invited to speak."""
    said = _for_customer(customer, template, level, chat.club, chat.now, facts)
    if said is not None and customer.telegram_id is not None:
        chat.notify(customer.telegram_id, *said)


def _for_customer(
    customer: Member, template: str, level: int, club: Club, now: datetime, facts: dict[str, Any]
) -> tuple[str, Rows] | None:
    """Words and buttons; None for one who left the club, and was promised to be left in peace."""
    if customer.telegram_id is None or customer.status == "left":
        return None
    language = customer.language
    first = _next_step(customer, facts.get("door"), language)
    text = render(template, language, club=club, now=now, **facts)
    speak = [button("ask", "go:ask", language), button("complain", "go:complain", language)]
    return text, [[first], speak] if level >= REACTIVE else [[first]]


def _next_step(customer: Member, door: Door | None, language: str) -> dict[str, str]:
    """What the receipt leads to: the points, or the way in; no tap that would only say what is missing."""
    if customer.joined:
        return button("points", "go:points", language)
    shut = door is not None and door.route is None
    return button("menu", "go:start", language) if shut else button("join", "go:join", language)


# ---- the form -----------------------------------------------------------------------------------------------------


def _offered(chat: Chat, answers: Answers) -> list[Choice]:
    enough = [Choice(ENOUGH, "that_is_all")] if basket.items(answers) else []
    return [*enough, *(Choice(f"={one.id}", text=one.name[:40]) for one in catalogue.on_sale(chat.db)[:OFFERED])]


def _parse_product(chat: Chat, text: str, answers: Answers) -> dict[str, Any] | Turn:
    """What it is called; with the catalogue's id where it stands there."""
    if text == ENOUGH and basket.items(answers):
        return Turn(basket.ask_for_no_other(answers))
    if text in [choice.value for choice in _offered(chat, answers)]:
        found: Product | None = products.known(chat.db, int(text.removeprefix("=")))
    else:
        found = products.named(chat.db, products.product_name(text))
    return {"name": found.name if found else products.product_name(text), "id": found.id if found else None}


def _pieces(_chat: Chat, answers: Answers) -> list[Choice]:
    out = [Choice(OUT, "leave_out")] if basket.CHANGING in answers else []
    return [*(Choice(str(number), text=str(number)) for number in (1, 2, 3)), *out]


def _parse_quantity(_chat: Chat, text: str, answers: Answers) -> int | Turn:
    if text == OUT and basket.CHANGING in answers:
        return Turn(basket.leave_out(answers))
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


def _ways_out(chat: Chat, answers: Answers) -> list[Choice]:
    """Sell it, add to it, and, where there are several, change each."""
    lines = _lines(chat, answers)
    more = [Choice(MORE, "add_item")] if len(lines) < orders.MAX_ROWS else []
    labels = [chat.button("sold_item", "", line=line)["text"] for line in lines]
    each = [Choice(f"={place}", text=label) for place, label in enumerate(labels)] if len(lines) > 1 else []
    return [Choice("yes", "sell"), *more, *each]


def _parse_confirm(chat: Chat, text: str, answers: Answers) -> bool | Turn:
    if text not in [choice.value for choice in _ways_out(chat, answers)]:
        raise Refused("forms/press_please")
    if text == MORE:
        return Turn(basket.ask_for_another(answers))
    if text.startswith("="):
        return Turn(basket.take_up(answers, int(text.removeprefix("="))))
    return True


def _product(chat: Chat, answers: Answers) -> Product | None:
    product_id = (answers.get("what") or {}).get("id")
    return None if product_id is None else catalogue.by_id(chat.db, product_id)


def _proposed(chat: Chat, answers: Answers) -> int | None:
    tier = tiers.tier_of(chat.db, answers["who"], chat.club)
    return orders.proposed(_product(chat, answers), answers["quantity"], tier)


def _lines(chat: Chat, answers: Answers) -> list[Line]:
    return [_line(chat, item) for item in basket.items(answers)]


def _line(chat: Chat, item: Answers) -> Line:
    product = _product(chat, item)
    percent = product.points_percent if product else 100
    return Line(item["what"]["name"], item["quantity"], item["amount"], item["what"]["id"], percent)


def _facts(chat: Chat, answers: Answers) -> Answers:
    """What the questions say of the customer, the price and the points, as it is on file now."""
    customer = customers.of(chat, answers)
    lines = _lines(chat, answers)
    return {
        "customer": customer,
        "example": example(chat.club.currency),
        "branch": club_branches.branch_of(chat.db, chat.user_id),
        "product": _product(chat, answers),
        "tier": tiers.tier_of(chat.db, customer.id, chat.club) if customer else None,
        "proposed": _proposed(chat, answers) if "quantity" in answers else None,
        "lines": lines,
        "needs": needs.of(chat.db, customer.id) if customer else needs.NOTHING,
        "total": sum(line.amount for line in lines),
        "points": purchases.points_for(lines, chat.club),
    }


def _done(chat: Chat, answers: Answers) -> None:
    _sell(chat, club_customers.by_id(chat.db, answers["who"]), _lines(chat, answers))


SALES = forms.register(
    Form(
        "sales",
        (
            Field("who", customers.parse, customers.choices, takes_media=True),
            Field("what", _parse_product, _offered),
            Field("quantity", _parse_quantity, _pieces),
            Field("amount", _parse_amount, _prices),
            Field("confirm", _parse_confirm, _ways_out),
        ),
        _done,
        roles=club_staff.SERVICE,
        lasts=LASTS,
        facts=_facts,
    )
)
