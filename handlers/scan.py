"""/voucher and /scan: the staff's side of cards and vouchers: typed, sent as a photo, or opened by a phone's camera."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from club import customers, membership, money, needs, points, tiers
from club import vouchers as club_vouchers
from club.members import first_press
from club.refusal import Refused
from club.staff import CLERK, SERVICE
from handlers import forms, welcome
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from handlers.media import picture_in
from handlers.vouchers import VOUCHER
from storage import members, purchases, vouchers
from storage.members import Member
from storage.vouchers import Voucher
from templates import render

CARD = "card_"
"""What the deep link on a member card begins with."""
_LINK = re.compile(r"https://t\.me/(\w+)\?start=([\w-]+)", re.ASCII | re.IGNORECASE)
"""What the QR of a card or a voucher says."""
LASTS = timedelta(minutes=15)
SHOWN = 8


def opened_link(chat: Chat, payload: str) -> bool:
    """A card or voucher was scanned with a phone's camera. False for anybody who does not serve here: for them the link
    only opens the bot."""
    if chat.role not in SERVICE or not payload.startswith((CARD, VOUCHER)):
        return False
    if payload.startswith(CARD):
        _show_member(chat, customers.find(chat.db, payload.removeprefix(CARD)))
    else:
        _look_up(chat, payload.removeprefix(VOUCHER))
    return True


def source_of(payload: str) -> str:
    """The word by which somebody came, fit to be kept: that it was a card or a voucher, never whose or which."""
    return next((link.rstrip("_") for link in (CARD, VOUCHER) if payload.startswith(link)), payload)


def scan(chat: Chat) -> None:
    """`/scan 10017` or `/scan @ana` shows a member, `/scan 7KQ4-M2XW-9HTB-F` a voucher; under a photo, what its code
    says."""
    if chat.arguments:
        _look(chat, chat.arguments)
    elif not picture(chat):
        chat.reply("cards/which")


def picture(chat: Chat) -> bool:
    """A photo of a card or a voucher: its code counts as if it had been typed. False where none was sent."""
    file_id = picture_in(chat)
    if file_id is None:
        return False
    found = chat.codes_in(file_id)
    if found:
        _look_into(chat, next((text for text in found if _LINK.fullmatch(text)), found[0]))
    else:
        chat.reply("cards/unreadable", chat.way_on())
    return True


def number_in(chat: Chat, file_id: str) -> str:
    """The member number on a photo of a card, as it would be typed. Raises `Refused` where there is none to be read."""
    found = [_payload_of(chat, text) or text for text in chat.codes_in(file_id)]
    number = next((text.removeprefix(CARD) for text in found if customers.is_name(text.removeprefix(CARD))), None)
    if number is None:
        raise Refused("cards/no_card")
    return number


def _payload_of(chat: Chat, text: str) -> str | None:
    """What stands behind `start=` in a link to this bot."""
    link = _LINK.fullmatch(text)
    return link[2] if link is not None and link[1].casefold() == chat.bot_name.casefold() else None


def _look_into(chat: Chat, text: str) -> None:
    payload = _payload_of(chat, text)
    ours = payload is not None and opened_link(chat, payload)
    if not ours and "/" in text:
        raise Refused("cards/elsewhere")
    if not ours:
        _look(chat, text)


def _look(chat: Chat, text: str) -> None:
    if customers.is_name(text):
        _show_member(chat, customers.find(chat.db, text))
    else:
        _look_up(chat, text)


def voucher(chat: Chat) -> None:
    """`/voucher 7KQ4-M2XW-9HTB-F`"""
    if chat.arguments:
        _look_up(chat, chat.arguments)
    else:
        chat.reply("vouchers/which")


def _look_up(chat: Chat, text: str) -> None:
    """Show the voucher behind a code. A wrong code is counted, so it is answered here and not raised."""
    club_vouchers.may_try(chat.db, chat.user_id, chat.now)
    try:
        found = club_vouchers.by_code(chat.db, text)
    except Refused as refusal:
        club_vouchers.note_wrong(chat.db, chat.user_id, chat.now)
        chat.reply(refusal.template, **refusal.facts)
        return
    _show_voucher(chat, found)


def _show_member(chat: Chat, member: Member) -> None:
    held = vouchers.usable(chat.db, member.id, chat.now)[:SHOWN]
    rows = [[chat.button("voucher", f"check:{one.id}", name=one.name)] for one in held]
    till = [chat.button("sale", f"sell:{member.id}"), chat.button("return", f"goods:{member.id}")]
    chat.reply(
        "cards/member",
        member=member,
        balance=points.balance(chat.db, member.id, chat.now),
        tier=tiers.tier_of(chat.db, member.id, chat.club),
        vouchers=held,
        status=customers.status(chat.db, member),
        lapsed=membership.has_lapsed(chat.db, member),
        plan=welcome.plan(chat.db, member.id, chat.club, chat.now, chat.language),
        needs=needs.of(chat.db, member.id),
        keyboard=[*rows, till, _more_about(chat, member), *chat.way_on()],
    )


def _more_about(chat: Chat, member: Member) -> list[dict[str, str]]:
    """Their card, and what they bought last and still have: who stands at the till asks about it."""
    last = purchases.of_member(chat.db, member.id, 1)
    orders = [chat.button("last_order", f"order:{one.id}") for one in last]
    return [chat.button("customer_card", f"customer:{member.id}"), *orders]


def check(chat: Chat) -> None:
    """A voucher from the member's list."""
    _show_voucher(chat, _by_id(chat, chat.pressed_id))


def _show_voucher(chat: Chat, found: Voucher) -> None:
    """What it is, whose, until when, what is left; and the button to use it, or the reason why there is none."""
    try:
        club_vouchers.check_usable(chat.db, found, chat.club, chat.now)
    except Refused as refusal:
        problem, keyboard = chat.words(refusal.template, **refusal.facts), chat.way_on()
    else:
        problem, keyboard = "", _use_keyboard(chat, found)
    holder = members.by_id(chat.db, found.member_id)
    chat.reply("vouchers/check", voucher=found, member=holder, problem=problem, keyboard=keyboard)


def _use_keyboard(chat: Chat, found: Voucher) -> Rows:
    data = f"use:{found.id}:{new_nonce()}" if found.value is None else f"part:{found.id}"
    return [[chat.button("use_voucher", data)], *chat.way_on()]


def use(chat: Chat) -> None:
    """Redeem now: good for one thing, once."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    _use(chat, chat.pressed_id, None, chat.pressed.nonce)


def ask_amount(chat: Chat) -> None:
    """How much of it? All that is left stands on a button."""
    found = _by_id(chat, chat.pressed_id)
    club_vouchers.check_usable(chat.db, found, chat.club, chat.now)
    facts: dict[str, Any] = {"voucher": found.id, "left": found.left, "currency": found.currency}
    forms.start(chat, AMOUNT, **facts, name=found.name, key=new_nonce())


def _use(chat: Chat, voucher_id: int, amount: int | None, key: str) -> None:
    after = club_vouchers.use(
        chat.db, voucher_id, amount, staff_id=chat.user_id, key=f"use:{key}", club=chat.club, now=chat.now
    )
    holder = members.by_id(chat.db, after.member_id)
    text = chat.words("vouchers/used", voucher=after, amount=amount, member=holder)
    if chat.query is not None and chat.pressed.verb == "use":
        chat.edit(text, chat.way_on())
    else:
        chat.reply_text(text, chat.way_on())
    _tell_holder(chat, holder, after, amount)


def _tell_holder(chat: Chat, holder: Member, after: Voucher, amount: int | None) -> None:
    """Whose voucher was used hears of it: should it not have been them, they can say so at once."""
    if holder.telegram_id is None or holder.unreachable_at is not None or not holder.joined:
        return
    facts: dict[str, Any] = {"voucher": after, "amount": amount, "club": chat.club, "now": chat.now}
    chat.notify(holder.telegram_id, render("vouchers/yours_was_used", holder.language, **facts))


def _by_id(chat: Chat, voucher_id: int) -> Voucher:
    found = vouchers.by_id(chat.db, voucher_id)
    if found is None:
        raise Refused("buttons/unknown")
    return found


def _parse_amount(_chat: Chat, text: str, answers: Answers) -> int:
    if text == "all":
        return int(answers["left"])
    amount = money.typed(text, answers["currency"])
    if amount == 0:
        raise Refused("vouchers/no_amount")
    if amount > answers["left"]:
        facts = {"left": answers["left"], "need": amount, "currency": answers["currency"]}
        raise Refused("vouchers/too_little_left", **facts)
    return amount


def _all_of_it(chat: Chat, answers: Answers) -> list[Choice]:
    label = chat.button("all_of_it", "", left=answers["left"], currency=answers["currency"])["text"]
    return [Choice("all", text=label)]


def _done(chat: Chat, answers: Answers) -> None:
    if chat.role not in SERVICE:
        raise Refused("commands/not_yours", roles=[CLERK])
    _use(chat, answers["voucher"], answers["amount"], answers["key"])


AMOUNT = forms.register(Form("vouchers", (Field("amount", _parse_amount, _all_of_it),), _done, lasts=LASTS))
