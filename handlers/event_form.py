"""The questions about an event: all of them for a new one, one of them to change it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from club import branches as club_branches
from club import dates
from club import events as club_events
from club.days import day_of, moment_on
from club.events import MOST_SEATS, WAYS, Draft
from club.languages import NAMES
from club.names import in_languages
from club.refusal import Refused
from club.shelf import whole_number
from club.staff import FIGURES
from handlers import forms
from handlers.chat import Chat
from handlers.event_desk import show_event
from handlers.forms import Answers, Choice, Field, Form
from storage import branches
from storage.events import Event
from storage.words import words_of

NO_END = "none"
_BRANCH = "="


def begin(chat: Chat) -> None:
    """The questions about a new event."""
    forms.restart(chat, EVENT)


def ask_way(chat: Chat) -> None:
    """The question about one thing that shall change."""
    number, way = chat.pressed_id_and_word
    if way not in WAYS:
        raise Refused("buttons/unknown")
    forms.restart(chat, EVENT, event=club_events.existing(chat.db, number).id, way=way)


# ---- reading the answers ------------------------------------------------------------------------------------------


def _parse_title(chat: Chat, text: str, _answers: Answers) -> str | dict[str, str]:
    return in_languages(text, chat.club.languages, club_events.title)


def _parse_about(chat: Chat, text: str, _answers: Answers) -> str | dict[str, str]:
    return in_languages(text, chat.club.languages, club_events.about)


def _parse_when(chat: Chat, text: str, _answers: Answers) -> Answers:
    day, at = dates.read_moment(text, day_of(chat.now, chat.club.zone))
    club_events.check_start(day, at, chat.club, chat.now)
    return {"day": day.isoformat(), "at": f"{at:%H:%M}"}


def _parse_place(chat: Chat, text: str, answers: Answers) -> Answers:
    if text in [choice.value for choice in _places(chat, answers)]:
        branch = club_branches.existing(chat.db, int(text.removeprefix(_BRANCH)))
        return {"branch_id": branch.id, "place": ""}
    return {"branch_id": None, "place": club_events.place(text)}


def _places(chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice(f"{_BRANCH}{branch.id}", text=branch.name) for branch in branches.every(chat.db)]


def _parse_seats(chat: Chat, text: str, answers: Answers) -> int | str:
    """Fewer than are taken is said here, where another number can be written at once."""
    if text == NO_END:
        return NO_END
    seats = whole_number(text, MOST_SEATS)
    if "event" in answers:
        club_events.check_seats(chat.db, answers["event"], seats)
    return seats


def _seats(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [*(Choice(number, text=number) for number in ("8", "12", "20")), Choice(NO_END, "event_no_end")]


# ---- the end ------------------------------------------------------------------------------------------------------


def _done(chat: Chat, answers: Answers) -> None:
    if "event" in answers:
        one = _CHANGES[answers["way"]](chat, answers["event"], answers)
    else:
        one = club_events.plan(chat.db, _draft(answers), chat.club, chat.now)
        chat.reply("event_desk/planned")
    show_event(chat, one)


def _draft(answers: Answers) -> Draft:
    title, about = words_of(answers["title"]), words_of(answers["about"] or "")
    day, at = _moment(answers)
    return Draft(title, about, day, at, **answers["place"], seats=_number(answers))


def _moment(answers: Answers) -> tuple[date, time]:
    return date.fromisoformat(answers["when"]["day"]), time.fromisoformat(answers["when"]["at"])


def _number(answers: Answers) -> int | None:
    return None if answers["seats"] == NO_END else int(answers["seats"])


def _worded(chat: Chat, event_id: int, answers: Answers) -> Event:
    way = answers["way"]
    return club_events.word(chat.db, event_id, chat.now, **{way: words_of(answers[way] or "")})


def _moved(chat: Chat, event_id: int, answers: Answers) -> Event:
    return club_events.move(chat.db, event_id, *_moment(answers), chat.club, chat.now)


def _moved_to(chat: Chat, event_id: int, answers: Answers) -> Event:
    return club_events.move_to(chat.db, event_id, **answers["place"], now=chat.now)


def _seated(chat: Chat, event_id: int, answers: Answers) -> Event:
    return club_events.set_seats(chat.db, event_id, _number(answers), chat.now)


_CHANGES: dict[str, Callable[[Chat, int, Answers], Event]] = {
    "title": _worded,
    "about": _worded,
    "when": _moved,
    "place": _moved_to,
    "seats": _seated,
}


def _asked(way: str) -> Callable[[Answers], bool]:
    """All of a new event is asked for; of one that is there, one thing."""
    return lambda answers: answers.get("way", way) == way


def _facts(chat: Chat, answers: Answers) -> dict[str, Any]:
    """A day without its year may have been read as one of next year: the question after it says how it was read."""
    starts_at = moment_on(*_moment(answers), chat.club.zone) if "when" in answers else None
    names = [NAMES[one] for one in chat.club.languages]
    return {"several": len(names) > 1, "names": names, "places": bool(branches.every(chat.db)), "starts_at": starts_at}


EVENT = forms.register(
    Form(
        "event",
        (
            Field("title", _parse_title, when=_asked("title")),
            Field("when", _parse_when, when=_asked("when")),
            Field("place", _parse_place, _places, when=_asked("place")),
            Field("seats", _parse_seats, _seats, when=_asked("seats")),
            Field("about", _parse_about, optional=True, when=_asked("about")),
        ),
        _done,
        roles=FIGURES,
        facts=_facts,
    )
)
