"""/card: the member card as a picture, with a QR code for the till."""

from __future__ import annotations

from club import membership, points, tiers
from handlers import links, welcome
from handlers.chat import Chat


def show(chat: Chat) -> None:
    """The card. Its QR is a deep link: any phone's camera opens it, and only the staff is shown whose card it is."""
    member = chat.member
    membership.check_member(chat.db, member)
    assert member.number is not None  # who is a member has one
    tier = tiers.tier_of(chat.db, member.id, chat.club)
    recipe = {
        "recipe": "member_card",
        "shop": chat.club.name,
        "name": member.name,
        "number": member.number,
        "tier": tier.name(chat.language) if tier else "",
        "link": links.to(chat, links.CARD, member.number),
    }
    balance = points.balance(chat.db, member.id, chat.now).available
    plan = welcome.plan(chat.db, member.id, chat.club, chat.now, chat.language)
    chat.picture(
        recipe,
        chat.words("cards/caption", member=member, tier=tier, balance=balance, plan=plan),
        [[chat.button("vouchers", "go:vouchers"), chat.button("menu", "go:start")]],
    )
