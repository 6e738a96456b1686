"""/rewards and /redeem: what points are good for, page by page, and giving points for it."""

from __future__ import annotations

from club import membership, points
from club import rewards as club_rewards
from club import vouchers as club_vouchers
from club.members import first_press
from club.refusal import Refused
from club.rewards import Offer
from club.staff import MANAGERS
from handlers import shelf, vouchers
from handlers.chat import Chat, Rows, new_nonce
from handlers.keyboards import page_of, turns

PAGE = 5


def show(chat: Chat) -> None:
    """The catalogue. Who runs the shelf and is no member looks at it from behind."""
    if not chat.member.joined and chat.role in MANAGERS:
        shelf.manage(chat)
        return
    _page(chat, 0)


def turn_page(chat: Chat) -> None:
    """Another page of the catalogue."""
    _page(chat, page_of(chat.pressed.argument))


def _page(chat: Chat, page: int) -> None:
    membership.check_member(chat.db, chat.member)
    offers = club_rewards.catalogue(chat.db, chat.member, chat.club, chat.now)
    balance = points.balance(chat.db, chat.member.id, chat.now).available
    if not offers:
        manages = chat.role in MANAGERS
        ways = [[chat.button("add_reward", "newreward")]] if manages else []
        chat.reply("rewards/none", balance=balance, manages=manages, keyboard=[*ways, *chat.way_on()])
        return
    pages = -(-len(offers) // PAGE)
    page = max(0, min(page, pages - 1))
    here = offers[page * PAGE : (page + 1) * PAGE]
    text = chat.words("rewards/list", offers=here, balance=balance, page=page + 1, pages=pages)
    keyboard = _list_keyboard(chat, here, page, pages)
    if chat.query is not None and chat.pressed.verb == "rewards":
        chat.edit(text, keyboard)
    else:
        chat.reply_text(text, keyboard)


def _list_keyboard(chat: Chat, offers: list[Offer], page: int, pages: int) -> Rows:
    rows = [
        [chat.button("reward", f"reward:{offer.reward.id}", name=offer.reward.name, price=offer.reward.price)]
        for offer in offers
    ]
    return [
        *rows,
        *turns(chat, "rewards:", page, more=page + 1 < pages),
        [chat.button("vouchers", "go:vouchers"), chat.button("menu", "go:start")],
    ]


def card(chat: Chat) -> None:
    """One reward: its picture, what it takes, and the button to have it."""
    offer = club_rewards.offer(chat.db, chat.member, chat.pressed_id, chat.club, chat.now)
    reward = offer.reward
    want = [[chat.button("redeem", f"want:{reward.id}", price=reward.price)]] if offer.reachable else []
    keyboard = [*want, [chat.button("rewards", "go:rewards"), chat.button("menu", "go:start")]]
    text = chat.words("rewards/card", offer=offer)
    if reward.picture:
        chat.photo(reward.picture, text, keyboard)
    else:
        chat.reply_text(text, keyboard)


def confirm(chat: Chat) -> None:
    """Ask once more, with what will be left; the button works once."""
    offer = club_rewards.offer(chat.db, chat.member, chat.pressed_id, chat.club, chat.now)
    club_rewards.check(chat.db, chat.member, offer.reward, chat.club)
    price = offer.reward.price
    balance = points.balance(chat.db, chat.member.id, chat.now).available
    if balance < price:
        raise Refused("points/too_few", have=balance, need=price)
    yes = chat.button("redeem", f"redeem:{offer.reward.id}:{new_nonce()}", price=price)
    keyboard = [[yes], [chat.button("rewards", "go:rewards"), chat.button("menu", "go:start")]]
    chat.reply("rewards/confirm", offer=offer, balance=balance, keyboard=keyboard)


def redeem(chat: Chat) -> None:
    """It was confirmed: points for a voucher, once."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    voucher = club_rewards.redeem(chat.db, chat.member, chat.pressed_id, chat.pressed.nonce, chat.club, chat.now)
    balance = points.balance(chat.db, chat.member.id, chat.now).available
    until = club_vouchers.cancellable_until(voucher, chat.club)
    chat.edit(chat.words("rewards/redeemed", voucher=voucher, balance=balance, until=until))
    vouchers.present(chat, voucher)
