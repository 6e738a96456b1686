"""Lines that the machine itself writes: to the staff when something was lost or broken, to the person it concerns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from club import privacy as club_privacy
from club import staff as club_staff
from club.club import Club
from club.survey_file import FILE
from handlers.chat import Rows
from handlers.figures import REPORT
from handlers.privacy import EXPORTS
from storage import members, outbox
from storage.claims import Claimed
from storage.outbox import RECIPE, Lane
from templates import button, render


def dead_letter(db: Connection, club: Club, update_id: int, kind: str, error: str, now: datetime) -> None:
    """Tell the staff that something a person did could not be handled."""
    _to_staff(db, club, "errors/dead_letter", now, update_id=update_id, kind=kind, error=error)


def broken(db: Connection, club: Club, chat_id: int | None, now: datetime) -> None:
    """Tell the person, where we know their chat, that it was our fault and what they can do."""
    if chat_id is None:
        return
    text = render("errors/broken", club_staff.language_of(db, club, chat_id))
    put(db, Lane.REPLY, chat_id, text, now)


def unsettled(db: Connection, club: Club, row: Claimed, reason: str, now: datetime) -> None:
    """Tell the staff that a message may not have arrived, and to whom it was written."""
    if row.lane == Lane.STAFF or row.send_id is not None or not row.method.startswith("send"):
        return  # nobody waits for a menu, a campaign lists its own, and a report about a lost report would never end
    _to_staff(db, club, "errors/unsettled", now, name=_name(db, row.chat_id), reason=reason)


def unreachable(db: Connection, club: Club, row: Claimed, now: datetime) -> None:
    """Tell the staff that an answer did not reach its customer, and never say it was sent."""
    if row.lane == Lane.SERVICE and _answers(row):
        _to_staff(db, club, "errors/unreachable", now, name=_name(db, row.chat_id))


def _answers(row: Claimed) -> bool:
    """Was it written by a person, and not by the club of itself?"""
    return row.campaign is None and row.send_id is None


def refused(db: Connection, club: Club, row: Claimed, reason: str, now: datetime) -> None:
    """Tell the staff that Telegram did not take an answer to a customer: they had read that it was on its way."""
    if row.lane == Lane.SERVICE and _answers(row) and row.method.startswith("send"):
        _to_staff(db, club, "errors/refused", now, name=_name(db, row.chat_id), reason=reason)


def no_topics(db: Connection, club: Club, now: datetime) -> None:
    """Tell the staff that requests get no topics of their own, and what helps."""
    _to_staff(db, club, "errors/no_topics", now)


def lost(db: Connection, club: Club, row: Claimed, now: datetime) -> None:
    """Tell whoever waits for what was to be made that it does not come: the copy of their data, the club's figures,
    the answers to a survey."""
    recipe, person = _recipe(row), members.by_telegram_id(db, row.chat_id)
    if recipe in EXPORTS and person is not None and club_privacy.copy_failed(db, person):  # once for both files
        text = render("privacy/export_failed", person.language, club=club, now=now)
        put(db, Lane.REPLY, row.chat_id, text, now, [[button("export", "go:export", person.language)]])
    elif recipe == REPORT:
        put(db, Lane.REPLY, row.chat_id, render("figures/failed", club_staff.language_of(db, club, row.chat_id)), now)
    elif recipe == FILE:
        language = club_staff.language_of(db, club, row.chat_id)
        again = button("survey_file", f"svcsv:{(row.payload or {})[RECIPE]['survey']}", language)
        put(db, Lane.REPLY, row.chat_id, render("surveys/file_failed", language), now, [[again]])


def _recipe(row: Claimed) -> str | None:
    """What the message would have brought."""
    name: str | None = (row.payload or {}).get(RECIPE, {}).get(RECIPE)
    return name


def _name(db: Connection, chat_id: int) -> str:
    person = members.by_telegram_id(db, chat_id)
    return person.name if person else ""


def _to_staff(db: Connection, club: Club, template: str, now: datetime, **facts: Any) -> None:
    for chat_id, language in club_staff.places(db, club):
        put(db, Lane.STAFF, chat_id, render(template, language, **facts), now)


def put(
    db: Connection,
    lane: Lane,
    chat_id: int,
    text: str,
    now: datetime,
    keyboard: Rows = (),
    about: int | None = None,
) -> None:
    """Write to somebody where nobody speaks. `about`: the id of the request in whose topic it belongs."""
    payload: dict[str, Any] = {"text": text, "parse_mode": "HTML"}
    if keyboard:
        payload["reply_markup"] = {"inline_keyboard": keyboard}
    outbox.put(db, lane=lane, chat_id=chat_id, method="sendMessage", payload=payload, at=now, ticket_id=about)
