"""/voucher and /scan: the staff's side of cards and vouchers: typed, sent as a photo, or opened by a phone's camera."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from club import codes, customers, membership, money, needs, points, tiers
from club import vouchers as club_vouchers
from club.members import first_press
from club.refusal import Refused
from club.staff import SERVICE
from handlers import customers as till
from handlers import forms, links, welcome
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from handlers.links import CARD, VOUCHER
from handlers.media import picture_in
from storage import members, purchases, vouchers
from storage.members import Member
from storage.vouchers import Voucher
from storage.words import said
from templates import render

LASTS = timedelta(minutes=15)
SHOWN = 8


def opened_link(chat: Chat, payload: str) -> bool:
    """A card or voucher was scanned with a phone's camera. False for anybody who does not serve here: for them the link
    only opens the bot."""
    if chat.role not in SERVICE or not payload.startswith((CARD, VOUCHER)):
        return False
    _show(chat, *links.opened(payload))
    return True


def scan(chat: Chat) -> None:
    """`/scan 10017` or `/scan @ana` shows a member, `/scan 7KQ4-M2XW-9HTB-F` a voucher; under a photo, what its code
    says; alone it asks."""
    if chat.arguments:
        _show(chat, *links.meant(chat, chat.arguments))
    elif not picture(chat):
        forms.restart(chat, LOOK)


def voucher(chat: Chat) -> None:
    """`/voucher 7KQ4-M2XW-9HTB-F`; under a photo, what its code says; alone it asks."""
    if chat.arguments:
        _show(chat, VOUCHER, chat.arguments)
    elif not picture(chat):
        forms.restart(chat, LOOK)


def picture(chat: Chat) -> bool:
    """A photo of a card or a voucher: its code counts as if it had been typed. False where none was sent."""
    file_id = picture_in(chat)
    if file_id is not None:
        _show(chat, *links.meant(chat, links.read(chat, file_id)))
    return file_id is not None


def typed(chat: Chat) -> bool:
    """A number or a voucher code and nothing else, from whoever serves: as if /scan stood before it."""
    if not (customers.looks_like_number(chat.text) or codes.is_code(chat.text)):
        return False
    _show(chat, *links.meant(chat, chat.text))
    return True


def _show(chat: Chat, kind: str, of: str) -> None:
    """A member, or the voucher behind a code. A wrong code is counted, so it is answered here and not raised."""
    if kind == CARD:
        _show_member(chat, customers.find(chat.db, of))
        return
    try:
        found = _tried(chat, of)
    except Refused as refusal:
        chat.reply(refusal.template, chat.way_on(), **refusal.facts)
    else:
        _show_voucher(chat, found)


def _tried(chat: Chat, code: str) -> Voucher:
    """The voucher behind a code. A wrong one is counted: whoever catches the refusal must not roll that back."""
    club_vouchers.may_try(chat.db, chat.user_id, chat.now)
    try:
        return club_vouchers.by_code(chat.db, code)
    except Refused:
        club_vouchers.note_wrong(chat.db, chat.user_id, chat.now)
        raise


def _parse_shown(chat: Chat, text: str, answers: Answers) -> dict[str, int]:
    """The id of the member or of the voucher that was typed, photographed or pressed."""
    photo = picture_in(chat)
    if photo is not None:
        text = links.read(chat, photo)
    if text in [choice.value for choice in till.choices(chat, answers)]:
        return {CARD: int(text.removeprefix("="))}
    kind, of = links.meant(chat, text)
    return {kind: customers.find(chat.db, of).id if kind == CARD else _tried(chat, of).id}


def _looked(chat: Chat, answers: Answers) -> None:
    shown = answers["shown"]
    if CARD in shown:
        _show_member(chat, customers.by_id(chat.db, shown[CARD]))
    else:
        _show_voucher(chat, _by_id(chat, shown[VOUCHER]))


LOOK = forms.register(
    Form("cards", (Field("shown", _parse_shown, till.choices, takes_media=True),), _looked, roles=SERVICE, lasts=LASTS)
)


def _show_member(chat: Chat, member: Member) -> None:
    held = vouchers.usable(chat.db, member.id, chat.now)[:SHOWN]
    rows = [[chat.button("voucher", f"check:{one.id}", name=one.name)] for one in held]
    counter = [chat.button("sale", f"sell:{member.id}"), chat.button("return", f"goods:{member.id}")]
    visit = [chat.button("visit", f"visit:{member.id}")] if member.joined else []
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
        keyboard=[
            *rows,
            counter,
            [*visit, chat.button("customer_card", f"customer:{member.id}")],
            *_last_order(chat, member),
            *chat.way_on(),
        ],
    )


def _last_order(chat: Chat, member: Member) -> Rows:
    """What they bought last and still have: who stands at the till asks about it."""
    return [[chat.button("last_order", f"order:{one.id}")] for one in purchases.of_member(chat.db, member.id, 1)]


def check(chat: Chat) -> None:
    """A voucher from the member's list."""
    _show_voucher(chat, _by_id(chat, chat.pressed_id))


def _show_voucher(chat: Chat, found: Voucher, problem: str = "") -> None:
    """What it is, whose, until when, what is left; and the button to use it, or the reason why there is none.
    `problem`: why nothing was taken of it just now."""
    try:
        club_vouchers.check_usable(chat.db, found, chat.club, chat.now)
    except Refused as refusal:
        problem, keyboard = chat.words(refusal.template, **refusal.facts), chat.way_on()
    else:
        keyboard = _use_keyboard(chat, found)
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
    forms.start(chat, AMOUNT, **facts, name=said(found.name, chat.language), key=new_nonce())


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


ALL = "all"


def _parse_amount(chat: Chat, text: str, answers: Answers) -> int:
    if text.casefold() in (ALL, chat.words("vouchers/all")):
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
    return [Choice(ALL, text=label)]


def _done(chat: Chat, answers: Answers) -> None:
    """Take it. Where another till was quicker, what is left stands there, and the way to take that."""
    try:
        with chat.all_or_nothing():
            _use(chat, answers["voucher"], answers["amount"], answers["key"])
    except Refused as refusal:
        _show_voucher(chat, _by_id(chat, answers["voucher"]), chat.words(refusal.template, **refusal.facts))


AMOUNT = forms.register(
    Form("vouchers", (Field("amount", _parse_amount, _all_of_it),), _done, roles=SERVICE, lasts=LASTS)
)
