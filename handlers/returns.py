"""/return: somebody brings something back."""

from __future__ import annotations

from typing import Any

from campaigns import relationships
from club import customers as club_customers
from club import orders, points, purchases
from club import staff as club_staff
from club.names import clean
from club.numbers import is_member_number
from club.refusal import Refused
from handlers import customers, forms
from handlers.chat import Chat
from handlers.forms import Answers, Choice, Field, Form
from handlers.sales import LASTS, tell
from storage import members
from storage import purchases as sold
from storage.purchases import Purchase

LAST = 8
"""How many of the last purchases are offered as buttons."""


def bring_back(chat: Chat) -> None:
    """`/return ORDER [PRODUCT] [xN]`; `/return 10017` or `/return @ana` for their last purchases; or the form."""
    words = chat.arguments.split()
    if not words:
        forms.restart(chat, RETURNS)
    elif len(words) == 1 and _names_somebody(chat, words[0]):
        _ask_which(chat, club_customers.find(chat.db, words[0]).id)
    else:
        purchase, quantity = _typed(chat, chat.arguments)
        _take_back(chat, purchase.id, quantity or purchase.left)


def goods_button(chat: Chat) -> None:
    """What this customer bought last."""
    _ask_which(chat, club_customers.by_id(chat.db, chat.pressed_id).id)


def _ask_which(chat: Chat, member_id: int) -> None:
    _must_have_something(chat, member_id)
    forms.restart(chat, RETURNS, who=member_id)


def _must_have_something(chat: Chat, member_id: int) -> None:
    if not sold.of_member(chat.db, member_id, 1):
        raise Refused("returns/nothing_there")


def _names_somebody(chat: Chat, word: str) -> bool:
    if word.startswith("@"):
        return True
    return is_member_number(word) and not sold.of_order(chat.db, word)


def _typed(chat: Chat, text: str) -> tuple[Purchase, int | None]:
    """`ORDER [PRODUCT] [xN]`; pieces None: all that is left of it."""
    number, *words = clean(text).split() or [""]
    quantity = None
    if words and orders.is_quantity(words[-1]):
        quantity = orders.quantity_of(words.pop())
    return purchases.in_order(chat.db, number.removeprefix("#"), " ".join(words)), quantity


def _take_back(chat: Chat, purchase_id: int, quantity: int) -> None:
    returned = purchases.take_back(chat.db, purchase_id, quantity, staff_id=chat.user_id, club=chat.club, now=chat.now)
    customer = members.by_id(chat.db, returned.purchase.member_id)
    facts = {
        "customer": customer,
        "returned": returned,
        "balance": points.balance(chat.db, customer.id, chat.now),
    }
    more = [[chat.button("return", f"goods:{customer.id}")]] if sold.of_member(chat.db, customer.id, 1) else []
    chat.reply("returns/taken_back", keyboard=[*more, *chat.way_on()], **facts)
    relationships.review(chat.db, customer.id, chat.club, chat.now)
    tell(chat, customer, "returns/brought_back", **facts)


# ---- the form -----------------------------------------------------------------------------------------------------


def _parse_who(chat: Chat, text: str, answers: Answers) -> int:
    member_id = customers.parse(chat, text, answers)
    _must_have_something(chat, member_id)
    return member_id


def _bought(chat: Chat, answers: Answers) -> list[Choice]:
    bought = sold.of_member(chat.db, answers["who"], LAST)
    return [Choice(f"={one.id}", text=_label(chat, one)) for one in bought]


def _label(chat: Chat, purchase: Purchase) -> str:
    return chat.button("bought", "", purchase=purchase, zone=chat.club.zone, now=chat.now)["text"]


def _parse_purchase(chat: Chat, text: str, answers: Answers) -> dict[str, Any]:
    if text in [choice.value for choice in _bought(chat, answers)]:
        purchase = purchases.returnable(chat.db, int(text.removeprefix("=")))
    else:
        purchase, _ = _typed(chat, text)
    if purchase.member_id != answers["who"]:
        raise Refused("returns/not_theirs")
    return {"id": purchase.id, "left": purchase.left}


def _pieces(_chat: Chat, answers: Answers) -> list[Choice]:
    left = answers["purchase"]["left"]
    numbers = range(1, left + 1) if left <= 4 else (1, 2, 3, left)
    return [Choice(str(number), text=str(number)) for number in numbers]


def _parse_quantity(_chat: Chat, text: str, answers: Answers) -> int:
    quantity, left = orders.quantity_of(text), answers["purchase"]["left"]
    if quantity > left:
        raise Refused("returns/too_many", left=left)
    return quantity


def _several(answers: Answers) -> bool:
    return bool(answers.get("purchase", {}).get("left", 0) > 1)


def _yes(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("yes", "take_back")]


def parse_yes(_chat: Chat, text: str, _answers: Answers) -> bool:
    """Only the button, or its label typed, is a yes."""
    if text != "yes":
        raise Refused("forms/press_please")
    return True


def _facts(chat: Chat, answers: Answers) -> Answers:
    purchase = sold.by_id(chat.db, answers["purchase"]["id"]) if "purchase" in answers else None
    quantity = answers.get("quantity", 1)
    amount, due = purchases.share(chat.db, purchase, min(quantity, purchase.left)) if purchase else (0, 0)
    return {
        "customer": customers.of(chat, answers),
        "purchase": purchase,
        "quantity": quantity,
        "amount": amount,
        "points": due,
    }


def _done(chat: Chat, answers: Answers) -> None:
    _take_back(chat, answers["purchase"]["id"], answers.get("quantity", 1))


RETURNS = forms.register(
    Form(
        "returns",
        (
            Field("who", _parse_who, customers.choices, takes_media=True),
            Field("purchase", _parse_purchase, _bought),
            Field("quantity", _parse_quantity, _pieces, when=_several),
            Field("confirm", parse_yes, _yes),
        ),
        _done,
        roles=club_staff.SERVICE,
        lasts=LASTS,
        facts=_facts,
    )
)
