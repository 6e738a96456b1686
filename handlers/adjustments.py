"""/adjust: an owner or a manager gives or takes points by hand, and says why."""

from __future__ import annotations

from datetime import timedelta

from club import adjustments, points
from club import customers as club_customers
from club.staff import MANAGERS
from handlers import customers, forms
from handlers.chat import Chat, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from handlers.returns import parse_yes
from storage.members import Member
from templates import button, render

LASTS = timedelta(minutes=30)


def adjust(chat: Chat) -> None:
    """`/adjust 10017 +50 for the wait`, or one question after the other."""
    if not chat.arguments:
        forms.restart(chat, ADJUST, key=new_nonce())
        return
    _adjust(chat, *adjustments.read(chat.db, chat.arguments), key=str(chat.update.update_id))


def adjust_button(chat: Chat) -> None:
    """The same for the member whose card is on the screen."""
    customer = adjustments.member_of(club_customers.by_id(chat.db, chat.pressed_id))
    forms.restart(chat, ADJUST, who=customer.id, key=new_nonce())


def _adjust(chat: Chat, customer: Member, change: int, why: str, *, key: str) -> None:
    points.adjust(
        chat.db, customer.id, change, chat.club, note=why, key=f"adjust:{key}", now=chat.now, actor_id=chat.user_id
    )
    balance = points.balance(chat.db, customer.id, chat.now)
    facts = {"customer": customer, "change": change, "why": why, "balance": balance}
    chat.reply(
        "adjustments/adjusted",
        keyboard=[[chat.button("customer_card", f"customer:{customer.id}")], *chat.way_on()],
        **facts,
    )
    _tell(chat, customer, why, balance.available)


def _tell(chat: Chat, customer: Member, why: str, balance: int) -> None:
    """Nobody's points change without a word to them."""
    if customer.telegram_id is None or customer.unreachable_at is not None:
        return
    language = customer.language
    told = render("adjustments/told", language, club=chat.club, now=chat.now, why=why, balance=balance)
    ways = [button("history", "history", language), button("menu", "go:start", language)]
    chat.notify(customer.telegram_id, told, [ways])


# ---- the form -----------------------------------------------------------------------------------------------------


def _parse_who(chat: Chat, text: str, answers: Answers) -> int:
    chosen = club_customers.by_id(chat.db, customers.parse(chat, text, answers))
    return adjustments.member_of(chosen).id


def _parse_change(_chat: Chat, text: str, _answers: Answers) -> int:
    return adjustments.change(text)


def _parse_why(_chat: Chat, text: str, _answers: Answers) -> str:
    return adjustments.reason(text)


def _facts(chat: Chat, answers: Answers) -> Answers:
    customer = customers.of(chat, answers)
    balance = points.balance(chat.db, customer.id, chat.now).available if customer else 0
    return {"customer": customer, "balance": balance}


def _done(chat: Chat, answers: Answers) -> None:
    customer = adjustments.member_of(club_customers.by_id(chat.db, answers["who"]))
    _adjust(chat, customer, answers["change"], answers["why"], key=answers["key"])


ADJUST = forms.register(
    Form(
        "adjustments",
        (
            Field("who", _parse_who, customers.choices, takes_media=True),
            Field("change", _parse_change),
            Field("why", _parse_why),
            Field("confirm", parse_yes, lambda _chat, _answers: [Choice("yes", "adjust_now")]),
        ),
        _done,
        roles=MANAGERS,
        lasts=LASTS,
        facts=_facts,
    )
)
