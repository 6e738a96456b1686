"""/products: the catalogue, for those who keep it."""

from __future__ import annotations

from collections.abc import Callable

from club import products as club_products
from club.members import first_press
from club.money import example, typed
from club.products import Draft
from club.staff import MANAGERS
from handlers import forms
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from handlers.keyboards import page_of, turns
from storage import products
from storage.products import Product

PAGE = 8
KEEP = "="
MONEY = ("price", "gift_value")


def show(chat: Chat) -> None:
    """What is on sale, page by page, each with a button."""
    argument = chat.pressed.argument if chat.query is not None and chat.pressed.verb == "products" else ""
    every = products.on_sale(chat.db)
    last = max(0, len(every) - 1) // PAGE
    page = min(page_of(argument), last)
    shown = every[page * PAGE : (page + 1) * PAGE]
    rows: list[list[dict[str, str]]] = [
        [{"text": one.name[:40], "callback_data": f"product:{one.id}"}] for one in shown
    ]
    ways = [chat.button("new_product", "new_product"), chat.button("menu", "go:start")]
    text = chat.words("products/all", count=len(every), page=page + 1, pages=last + 1)
    keyboard = [*rows, *turns(chat, "products:", page, more=page < last), ways]
    if argument:
        chat.edit(text, keyboard)
    else:
        chat.reply_text(text, keyboard)


def show_one(chat: Chat) -> None:
    """One product, with what can be done about it."""
    product = club_products.known(chat.db, chat.pressed_id)
    chat.reply("products/one", product=product, keyboard=_ways(chat, product))


def _ways(chat: Chat, product: Product) -> Rows:
    change = [chat.button("edit_product", f"edit_product:{product.id}")]
    if product.active:
        change.append(chat.button("end_product", f"end_product:{product.id}:{new_nonce()}"))
    return [change, [chat.button("products", "go:products"), chat.button("menu", "go:start")]]


def add(chat: Chat) -> None:
    forms.restart(chat, PRODUCTS)


def edit(chat: Chat) -> None:
    """Ask all of it again; what stays as it is, is one press."""
    product = club_products.known(chat.db, chat.pressed_id)
    forms.restart(chat, PRODUCTS, id=product.id)


def take_from_sale(chat: Chat) -> None:
    """It is offered no more."""
    product_id = chat.pressed_id
    first_press(chat.db, chat.pressed.nonce, chat.now)
    product = club_products.take_from_sale(chat.db, product_id)
    chat.edit(chat.words("products/ended", product=product), [[chat.button("products", "go:products")]])


# ---- the form -----------------------------------------------------------------------------------------------------


def _current(chat: Chat, answers: Answers) -> Product | None:
    """The product that is being changed; None where a new one is put in."""
    return products.by_id(chat.db, answers["id"]) if "id" in answers else None


def _field(
    name: str, column: str, *, optional: bool = True, when: Callable[[Answers], bool] = lambda _answers: True
) -> Field:
    return Field(
        name,
        lambda chat, text, answers: _parse(chat, text, answers, column),
        lambda chat, answers: _kept(chat, answers, column),
        optional=optional,
        when=when,
    )


def _kept(chat: Chat, answers: Answers, column: str) -> list[Choice]:
    product = _current(chat, answers)
    value = getattr(product, column) if product else None
    if value is None:
        return []
    if column in MONEY:
        return [Choice(KEEP, text=chat.button("amount", "", minor=value, currency=chat.club.currency)["text"])]
    return [Choice(KEEP, text=str(value)[:40])]


def _parse(chat: Chat, text: str, answers: Answers, column: str) -> str | int | None:
    product = _current(chat, answers)
    if text == KEEP and product is not None:
        kept: str | int | None = getattr(product, column)
        return kept
    if column in MONEY:
        return typed(text, chat.club.currency)
    if column == "points_percent":
        return club_products.percent(text)
    if column in ("name", "category"):
        return club_products.product_name(text)
    return club_products.months(text)


def _done(chat: Chat, answers: Answers) -> None:
    percent = answers["percent"]
    draft = Draft(
        name=answers["name"],
        category=answers["category"],
        price=answers["price"],
        warranty_months=answers["warranty"],
        life_months=answers["life"],
        points_percent=100 if percent is None else percent,
        gift_months=answers["gift"],
        gift_value=answers.get("allowance"),
    )
    product = club_products.save(chat.db, draft, answers.get("id"))
    chat.reply("products/saved", product=product, keyboard=_ways(chat, product))


PRODUCTS = forms.register(
    Form(
        "products",
        (
            _field("name", "name", optional=False),
            _field("category", "category"),
            _field("price", "price"),
            _field("warranty", "warranty_months"),
            _field("life", "life_months"),
            _field("percent", "points_percent"),
            _field("gift", "gift_months"),
            _field("allowance", "gift_value", when=lambda answers: bool(answers.get("gift"))),
        ),
        _done,
        roles=MANAGERS,
        facts=lambda chat, _answers: {"example": example(chat.club.currency)},
    )
)
