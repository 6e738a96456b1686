"""Tasks: customers whom messages do not reach, and a word when they can be written to again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club import staff as club_staff
from club import tasks
from club.club import Club
from club.tasks import File
from handlers.chat import Chat, Rows
from handlers.reports import put
from storage.outbox import Lane
from templates import button, render


def not_reached(db: Connection, club: Club, telegram_id: int, now: datetime) -> bool:
    """Give the task to whoever has the request of this person. False where it is nobody's task."""
    file = tasks.not_reached(db, telegram_id, now)
    if file is not None:
        for chat_id, language in club_staff.doers(db, club, file.task.owner_id):
            text, about = render("tasks/card", language, file=file), file.task.ticket_id
            put(db, Lane.STAFF, chat_id, text, now, _keyboard(file, language), about=about)
    return file is not None


def reached(chat: Chat) -> None:
    """Somebody who could not be written to has written: whoever was at it hears so."""
    file = tasks.reached(chat.db, chat.member.id, chat.now)
    if file is not None:
        for chat_id, language in club_staff.doers(chat.db, chat.club, file.task.owner_id):
            way = [[button("card", f"show:{file.number}", language)]]
            text, about = render("tasks/back", language, file=file), file.task.ticket_id
            chat.notify(chat_id, text, way, lane=Lane.STAFF, about=about)


def show(chat: Chat) -> None:
    """A task, here and now."""
    file = tasks.file_of(chat.db, tasks.existing(chat.db, chat.pressed_id))
    chat.reply("tasks/card", file=file, keyboard=_keyboard(file, chat.language))


def done(chat: Chat) -> None:
    """The customer was reached another way."""
    file = tasks.done(chat.db, chat.pressed_id, chat.user_id, chat.now)
    chat.edit(chat.words("tasks/done", file=file), [[chat.button("card", f"show:{file.number}")]])


def _keyboard(file: File, language: str) -> Rows:
    reached = [button("task_done", f"task_done:{file.task.id}", language)] if file.task.done_at is None else []
    return [[*reached, button("card", f"show:{file.number}", language)]]
