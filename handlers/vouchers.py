"""/vouchers: what a member holds, with its code and QR, and giving it back in time."""

from __future__ import annotations

from club import codes, points
from club import rewards as club_rewards
from club import vouchers as club_vouchers
from club.members import first_press
from club.refusal import Refused
from handlers import links
from handlers.chat import Chat, new_nonce
from storage import vouchers
from storage.vouchers import Voucher

SHOWN = 20


def show(chat: Chat) -> None:
    """What can still be used, what ends first on top, with a button for each."""
    mine = vouchers.usable(chat.db, chat.member.id, chat.now)
    rows = [[chat.button("voucher", f"voucher:{one.id}", name=one.name)] for one in mine[:SHOWN]]
    joined = chat.member.joined
    way = chat.button("rewards", "go:rewards") if joined else chat.button("join", "go:join")
    ways = [way, chat.button("menu", "go:start")]
    more = len(mine) - len(mine[:SHOWN])
    chat.reply("vouchers/mine", vouchers=mine[:SHOWN], more=more, joined=joined, keyboard=[*rows, ways])


def open_one(chat: Chat) -> None:
    """One voucher, to be shown at the till."""
    voucher = club_vouchers.of_member(chat.db, chat.member, chat.pressed_id)
    club_vouchers.check_usable(chat.db, voucher, chat.club, chat.now)
    present(chat, voucher)


def present(chat: Chat, voucher: Voucher) -> None:
    """The voucher as a picture with its QR; everything that counts stands under it as well."""
    if voucher.code is None:
        raise Refused("buttons/unknown")
    until = club_vouchers.cancellable_until(voucher, chat.club)
    may_cancel = until is not None and until > chat.now
    back = [[chat.button("give_back", f"giveback:{voucher.id}")]] if may_cancel else []
    code = codes.grouped(voucher.code)
    chat.picture(
        {"recipe": "voucher", "code": code, "link": links.to(chat, links.VOUCHER, voucher.code)},
        chat.words("vouchers/caption", voucher=voucher, code=code, until=until if may_cancel else None),
        [*back, [chat.button("vouchers", "go:vouchers"), chat.button("menu", "go:start")]],
    )


def ask_back(chat: Chat) -> None:
    """Shall it really go back?"""
    voucher = club_vouchers.of_member(chat.db, chat.member, chat.pressed_id)
    yes = chat.button("give_back", f"cancelvoucher:{voucher.id}:{new_nonce()}")
    keyboard = [[yes], [chat.button("vouchers", "go:vouchers"), chat.button("menu", "go:start")]]
    chat.reply("vouchers/ask_back", voucher=voucher, keyboard=keyboard)


def give_back(chat: Chat) -> None:
    """Points back to where they came from, the reward back to the shelf."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    back = club_rewards.cancel(chat.db, chat.member, chat.pressed_id, chat.club, chat.now)
    ways = [[chat.button("points", "go:points"), chat.button("rewards", "go:rewards")]]
    balance = points.balance(chat.db, chat.member.id, chat.now).available
    chat.edit(chat.words("vouchers/given_back", points=back, balance=balance), ways)
