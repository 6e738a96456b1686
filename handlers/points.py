"""/points: what a member has, what becomes of it, and where it came from."""

from __future__ import annotations

from club import benefits, expiry, membership, points, tiers
from handlers.chat import Chat
from storage import points as ledger

PAGE = 8


def show(chat: Chat) -> None:
    """The balance, what is pending, what lapses next, and how far it is to the next tier."""
    membership.check_member(chat.db, chat.member)
    progress = tiers.progress(chat.db, chat.member.id, chat.club, chat.now)
    chat.reply(
        "points/balance",
        member=chat.member,
        balance=points.balance(chat.db, chat.member.id, chat.now),
        lapsing=expiry.lapsing_next(chat.db, chat.member.id, chat.now),
        coming=points.active_next(chat.db, chat.member.id, chat.now),
        progress=progress,
        brings=benefits.brought_by(chat.db, progress.next),
        keyboard=[
            [chat.button("rewards", "go:rewards"), chat.button("history", "history")],
            [chat.button("stamps", "go:stamps"), chat.button("benefits", "go:benefits")],
            [chat.button("menu", "go:start")],
        ],
    )


def history(chat: Chat) -> None:
    """The lines of the ledger, newest first, page by page."""
    argument = chat.pressed.argument
    before = int(argument) if argument.isascii() and argument.isdecimal() and len(argument) <= 18 else None
    lines = ledger.history(chat.db, chat.member.id, before=before, limit=PAGE + 1)
    older = [chat.button("older", f"history:{lines[PAGE - 1].id}")] if len(lines) > PAGE else []
    newest = [chat.button("newest", "history")] if before is not None else []
    ways = [*newest, *older]
    chat.edit(
        chat.words("points/history", member=chat.member, lines=lines[:PAGE]),
        [*([ways] if ways else []), [chat.button("points", "go:points"), chat.button("menu", "go:start")]],
    )
