"""What a new member reads, by whichever way they came in, and how long a membership lasts, in words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import membership, points
from club.club import Club
from handlers.chat import Rows
from storage import vouchers
from storage.members import Member
from templates import button, render


def plan(db: Connection, member_id: int, club: Club, now: datetime, language: str) -> str:
    """By which way somebody is in, and their last day; "" for who has no term."""
    found = membership.standing(db, member_id, club, now)
    return "" if found is None else render("membership/plan", language, standing=found)


def messages(db: Connection, member: Member, club: Club, now: datetime) -> list[tuple[str, Rows]]:
    """The welcome and the card, each with its buttons; a voucher that came with a first purchase is one tap away."""
    language = member.language
    facts = {"member": member, "club": club, "now": now}
    balance = points.balance(db, member.id, now).available
    terms = plan(db, member.id, club, now, language)
    gift = [button("vouchers", "go:vouchers", language)] if vouchers.usable(db, member.id, now) else []
    return [
        (render("membership/joined", language, **facts), ()),
        (
            render("membership/card", language, balance=balance, plan=terms, **facts),
            [[*gift, button("menu", "go:start", language)]],
        ),
    ]
