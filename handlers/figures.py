"""/report: the club and its service in figures, for those who steer it. No names: who reads them reads no talks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from campaigns import scorecard
from club import service, surveys
from club.days import day_of
from club.refusal import Refused
from club.service import Course
from club.staff import MANAGERS, MARKETER, not_for
from handlers.chat import Chat, Rows
from handlers.keyboards import page_of, pairs, turns

REPORTS = ("club", "campaigns", "complaints", "causes", "service")
ACTIONS = "actions"
"""A list behind the causes, in the words of colleagues: marketers do not read it."""
REPORT = "club_report"
"""The recipe of the club's own: it takes long to count."""
MOST_BARS = 8
Recipe = dict[str, Any]


def report(chat: Chat) -> None:
    """`/report`, `/report complaints`, `/report causes 30`: which one, and of how many days."""
    which, _, days = chat.arguments.casefold().partition(" ") if chat.query is None else ("", "", "")
    _show(chat, which or "club", days.strip())


def turn(chat: Chat) -> None:
    """Another report, or another time."""
    which, _, rest = chat.pressed.argument.partition(".")
    days, _, page = rest.partition(".")
    _show(chat, which, days, page_of(page))


def _show(chat: Chat, which: str, typed: str, page: int = 0) -> None:
    days = service.days_of(typed)
    if which not in (*REPORTS, ACTIONS) or days is None:
        raise Refused("figures/which")
    if which == "complaints":
        _complaints(chat, days)
    elif which == "causes":
        _causes(chat, days)
    elif which == ACTIONS:
        _actions(chat, days, page)
    elif which == "service":
        _service(chat, days)
    elif which == "campaigns":
        card = scorecard.lately(chat.db, chat.club, chat.now, days, chat.language)
        chat.reply("scorecard/whole", _keyboard(chat, which, days), card=card)
    else:
        chat.text_to_come(REPORT, _keyboard(chat, which, days))


def _complaints(chat: Chat, days: int) -> None:
    figures = service.complaints(chat.db, chat.club, chat.now, days)
    course = service.course_of_complaints(chat.db, chat.now, days)
    names = [chat.words("service/chart_filed"), chat.words("service/chart_resolved")]
    text = chat.words("service/complaints", figures=figures)
    _with_chart(chat, text, _columns(chat, course, names), _keyboard(chat, "complaints", days))


def _service(chat: Chat, days: int) -> None:
    figures = service.answering(chat.db, chat.club, chat.now, days)
    course = service.course_of_answers(chat.db, chat.now, days)
    names = [chat.words("service/chart_by_bot"), chat.words("service/chart_to_people")]
    text = chat.words("service/answering", figures=figures, related=surveys.relationship(chat.db))
    _with_chart(chat, text, _columns(chat, course, names), _keyboard(chat, "service", days))


def _causes(chat: Chat, days: int) -> None:
    figures = service.causes(chat.db, chat.club, chat.now, days)
    unnamed = chat.words("service/unnamed")
    bars = [[cause.name(chat.language) if cause else unnamed, count] for cause, count in figures.causes[:MOST_BARS]]
    chart: Recipe | None = {"recipe": "bars", "bars": bars} if bars else None
    _with_chart(
        chat, chat.words("service/causes", figures=figures), chart, _causes_keyboard(chat, days, figures.actions)
    )


def _causes_keyboard(chat: Chat, days: int, actions: int) -> Rows:
    done = [[chat.button("actions_done", f"report:{ACTIONS}.{days}", count=actions)]]
    return [*(done if actions and chat.role != MARKETER else []), *_keyboard(chat, "causes", days)]


def _actions(chat: Chat, days: int, page: int) -> None:
    """What was done so that it does not happen again, page by page."""
    if chat.role == MARKETER:
        raise not_for(chat.role, MANAGERS)
    found = service.done(chat.db, chat.club, chat.now, days, page)
    way = turns(chat, f"report:{ACTIONS}.{days}.", found.page, more=found.page + 1 < found.pages)
    back = [chat.button("report_causes", f"report:causes.{days}"), chat.button("menu", "go:start")]
    keyboard = [*way, _times(chat, ACTIONS, days), back]
    chat.reply("service/actions", keyboard, figures=found, zone=chat.club.zone)


def _with_chart(chat: Chat, text: str, chart: Recipe | None, keyboard: Rows) -> None:
    """The words under a chart, where there is something to draw."""
    if chart is None:
        chat.reply_text(text, keyboard)
    else:
        chat.picture(chart, text, keyboard)


def _columns(chat: Chat, course: Course, names: list[str]) -> Recipe | None:
    if not course.anything:
        return None
    labels = [_day(chat, end) for end in course.ends]
    return {"recipe": "columns", "labels": labels, "names": names, "values": [list(course.first), list(course.second)]}


def _day(chat: Chat, moment: datetime) -> str:
    day = day_of(moment, chat.club.zone)
    return chat.words("service/chart_day", day=day.day, month=day.month)


def _times(chat: Chat, which: str, days: int) -> list[dict[str, str]]:
    """Those that are not shown: a press brings another report, never the same once more."""
    others = [one for one in service.PERIODS if one != days]
    return [chat.button("report_days", f"report:{which}.{one}", days=one) for one in others]


def _keyboard(chat: Chat, which: str, days: int) -> Rows:
    others = [chat.button(f"report_{one}", f"report:{one}.{days}") for one in REPORTS if one != which]
    times = _times(chat, which, days)
    last = [chat.button("programmes", "go:programmes"), chat.button("menu", "go:start")]
    return [*pairs(others), last] if which == "club" else [times, *pairs(others), last]
