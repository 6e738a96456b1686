"""/report: the club in figures, for those who steer it."""

from __future__ import annotations

from club.refusal import Refused
from handlers.chat import Chat

CLUB = ("", "club")
REPORT = "club_report"


def report(chat: Chat) -> None:
    """`/report club`: how closely members are tied, who comes and goes, what is owed."""
    if chat.query is None and chat.arguments.casefold() not in CLUB:
        raise Refused("figures/which")
    ways = [chat.button("programmes", "go:programmes"), chat.button("menu", "go:start")]
    chat.text_to_come(REPORT, [ways])
