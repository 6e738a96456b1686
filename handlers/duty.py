"""/duty: who is at work now and gets new requests, which causes they look after, and which products they know."""

from __future__ import annotations

from club import desk
from club import products as catalogue
from club.refusal import Refused
from club.tokens import caseless
from handlers.chat import Chat, Rows, number_in
from handlers.keyboards import page_of, pairs, turns
from storage import products as shelf
from storage import queue, staff
from storage.products import Product

WORDS = {"on": True, "off": False}
PAGE = 10
CATEGORY, PRODUCT = "c", "p"
"""In a button: the category of this product, or the product itself."""


def duty(chat: Chat) -> None:
    """`/duty`, `/duty on`, `/duty off`: how it stands, and the buttons to change it. `/duty kettle`: they know that
    product or category, or do not any more."""
    word = chat.arguments.casefold() if chat.query is None else ""
    if word in WORDS:
        staff.set_duty(chat.db, chat.user_id, WORDS[word])
    elif word:
        name = _sold(chat, word)
        staff.know(chat.db, chat.user_id, name, name not in _known(chat))
        chat.reply_text(*_products(chat, 0))
        return
    chat.reply_text(*_card(chat))


def turn(chat: Chat) -> None:
    """On duty from now on, or off; without a word, back to how it stands."""
    if chat.pressed.argument:
        if chat.pressed.argument not in WORDS:
            raise Refused("buttons/unknown")
        staff.set_duty(chat.db, chat.user_id, WORDS[chat.pressed.argument])
    chat.edit(*_card(chat))


def look_after(chat: Chat) -> None:
    """A cause was pressed: requests about it come first to whoever looks after it, or do not any more."""
    index, yes = chat.pressed_pair
    staff.look_after(chat.db, chat.user_id, desk.cause_at(chat.club, index).key, bool(yes))
    chat.edit(*_card(chat))


def products(chat: Chat) -> None:
    """What is sold, to say what of it one knows; another page of it."""
    page = chat.pressed.argument
    chat.edit(*_products(chat, page_of(page)))


def know(chat: Chat) -> None:
    """A product or a category was pressed."""
    what, _, rest = chat.pressed.argument.partition(".")
    yes, _, page = rest.partition(".")
    if what[:1] not in (CATEGORY, PRODUCT):
        raise Refused("buttons/unknown")
    product = catalogue.known(chat.db, number_in(what[1:]))
    name = product.category if what[:1] == CATEGORY else product.name
    if not name:
        raise Refused("buttons/unknown")
    staff.know(chat.db, chat.user_id, caseless(name), yes == "1")
    chat.edit(*_products(chat, page_of(page)))


def _known(chat: Chat) -> set[str]:
    return {name for name, people in staff.product_specialists(chat.db).items() if chat.user_id in people}


def _sold(chat: Chat, typed: str) -> str:
    """The product or category that is called so, folded. Raises `Refused` where none is."""
    name = caseless(typed)
    if name in _known(chat) or any(name == caseless(one) for _, one in _names(shelf.on_sale(chat.db))):
        return name
    raise Refused("duty/not_sold", words=typed)


def _names(sold: list[Product]) -> list[tuple[str, str]]:
    """What one can know: categories first, then products, what sells best first; each with its button's data."""
    categories = {one.category: one.id for one in reversed(sold) if one.category}
    return [
        *((f"{CATEGORY}{product_id}", category) for category, product_id in sorted(categories.items())),
        *((f"{PRODUCT}{one.id}", one.name) for one in sold),
    ]


def _products(chat: Chat, page: int) -> tuple[str, Rows]:
    names, mine = _names(shelf.on_sale(chat.db)), _known(chat)
    pages = -(-len(names) // PAGE)
    page = max(0, min(page, pages - 1))
    shown = names[page * PAGE : (page + 1) * PAGE]
    buttons = [
        chat.button("look_after", f"know:{data}.{int(not (yes := caseless(name) in mine))}.{page}", name=name, yes=yes)
        for data, name in shown
    ]
    text = chat.words("duty/products", any=bool(names), known=sorted(mine))
    way = turns(chat, "knows:", page, more=page + 1 < pages)
    return text, [*pairs(buttons), *way, [chat.button("duty_back", "duty:")]]


def _card(chat: Chat) -> tuple[str, Rows]:
    me, known = staff.colleague(chat.db, chat.user_id), staff.specialists(chat.db)
    on, mine = bool(me and me.on_duty), [chat.user_id in known.get(one.key, ()) for one in chat.club.desk.causes]
    causes = [
        chat.button("look_after", f"look_after:{index}.{int(not yes)}", name=cause.name(chat.language), yes=yes)
        for index, (cause, yes) in enumerate(zip(chat.club.desk.causes, mine, strict=True))
    ]
    load = queue.load(chat.db).get(chat.user_id, 0)
    text = chat.words("duty/card", on=on, load=load, most=chat.club.service.load, experts=any(mine))
    switch = [chat.button("duty_off", "duty:off") if on else chat.button("duty_on", "duty:on")]
    return text, [switch, *pairs(causes), [chat.button("products_known", "knows:0", count=len(_known(chat)))]]
