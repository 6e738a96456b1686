"""/report: the club and its service in figures, for those who steer it. No names: who reads them reads no talks."""

from __future__ import annotations

from collections.abc import Sequence

from club import service
from club.refusal import Refused
from club.service import Causes
from handlers.chat import Chat, Rows

REPORTS = ("club", "complaints", "causes", "service")
REPORT = "club_report"
"""The recipe of the club's own: it takes long to count."""
MOST_BARS = 8


def report(chat: Chat) -> None:
    """`/report`, `/report complaints`, `/report causes 30`: which one, and of how many days."""
    which, _, days = chat.arguments.casefold().partition(" ") if chat.query is None else ("", "", "")
    _show(chat, which or "club", days.strip())


def turn(chat: Chat) -> None:
    """Another report."""
    _show(chat, chat.pressed.argument, "")


def _show(chat: Chat, which: str, typed: str) -> None:
    days = service.days_of(typed)
    if which not in REPORTS or days is None:
        raise Refused("figures/which")
    if which == "complaints":
        figures = service.complaints(chat.db, chat.club, chat.now, days)
        chat.reply("service/complaints", figures=figures, keyboard=_keyboard(chat, which))
    elif which == "causes":
        _causes(chat, service.causes(chat.db, chat.club, chat.now, days))
    elif which == "service":
        figures_ = service.answering(chat.db, chat.club, chat.now, days)
        chat.reply("service/answering", figures=figures_, keyboard=_keyboard(chat, which))
    else:
        chat.text_to_come(REPORT, _keyboard(chat, which))


def _causes(chat: Chat, figures: Causes) -> None:
    """With a chart, where there is something to draw."""
    text = chat.words("service/causes", figures=figures)
    unnamed = chat.words("service/unnamed")
    bars = [(cause.name(chat.language) if cause else unnamed, count) for cause, count in figures.causes]
    if bars:
        chat.picture(_chart(bars), text, _keyboard(chat, "causes"))
    else:
        chat.reply_text(text, _keyboard(chat, "causes"))


def _chart(bars: Sequence[tuple[str, int]]) -> dict[str, object]:
    return {"recipe": "bars", "bars": [list(bar) for bar in bars[:MOST_BARS]]}


def _keyboard(chat: Chat, which: str) -> Rows:
    others = [chat.button(f"report_{one}", f"report:{one}") for one in REPORTS if one != which]
    return [others, [chat.button("programmes", "go:programmes"), chat.button("menu", "go:start")]]
