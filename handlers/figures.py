"""/report: the club in figures, for those who steer it."""

from __future__ import annotations

from club.figures import club_figures
from club.refusal import Refused
from handlers.chat import Chat

CLUB = ("", "club")


def report(chat: Chat) -> None:
    """`/report club`: how closely members are tied, who comes and goes, what is owed."""
    if chat.query is None and chat.arguments.casefold() not in CLUB:
        raise Refused("figures/which")
    chat.reply(
        "figures/club",
        figures=club_figures(chat.db, chat.club, chat.now),
        keyboard=[[chat.button("programmes", "go:programmes"), chat.button("menu", "go:start")]],
    )
