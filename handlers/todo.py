"""/todo: joint plans whose day has come, and what the steps of journeys ask of colleagues, each about one member, until
somebody has done it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from campaigns import campaigns as work
from campaigns import journey_shown
from campaigns.journey import Task
from club import plans
from club import staff as club_staff
from club.club import Club
from club.refusal import Refused
from handlers import reports
from handlers.chat import Chat, Rows
from storage import journey_tasks, members
from storage import plans as plan_rows
from storage.journey_tasks import ToDo
from storage.outbox import Lane
from templates import button, render

PAGE = 6


def show(chat: Chat) -> None:
    """What is not done, the oldest first."""
    text, rows = _list(chat)
    chat.reply_text(text, rows)


def done(chat: Chat) -> None:
    """Somebody has done it; the list without it."""
    if not journey_tasks.finish(chat.db, chat.pressed_id, chat.user_id, chat.now):
        raise Refused("todo/done_already")
    text, rows = _list(chat)
    chat.edit(text, rows)


def _list(chat: Chat) -> tuple[str, Rows]:
    found = journey_tasks.waiting(chat.db, 0, PAGE)
    people = {one.id: members.by_id(chat.db, one.member_id) for one in found}
    lines = [{"at": one.opened_at, "member": people[one.id], **_words(chat, one)} for one in found]
    rows = [[chat.button("todo_done", f"todo:{one.id}", name=people[one.id].name)] for one in found]
    due = plans.due(chat.db, chat.now, PAGE)
    rows = [[chat.button("plan_due", f"plan:{one.plan.id}", name=one.member.name)] for one in due] + rows
    length = journey_tasks.count_waiting(chat.db) + plan_rows.count_due(chat.db, chat.now)
    return chat.words("todo/list", lines=lines, plans=due, length=length, zone=chat.club.zone), rows


def _words(chat: Chat, one: ToDo) -> dict[str, str]:
    """What is to do, and for which journey."""
    campaign = work.existing(chat.db, one.campaign_id)
    found = work.at_version(chat.db, campaign, one.version, chat.club)
    way = found.journey.ways.get(one.step) if found.journey else None
    texts = way.step.texts if way is not None and isinstance(way.step, Task) else {}
    return {"words": journey_shown.said(texts, chat.language) if texts else one.step, "journey": found.name}


def tell_new(db: Connection, club: Club, now: datetime) -> int:
    """Where the service looks: how many things there are to do since it was told last."""
    new = journey_tasks.tell(db, now)
    if new:
        for chat_id, language in club_staff.places(db, club):
            rows = [[button("todo", "go:todo", language)]]
            reports.put(db, Lane.STAFF, chat_id, render("todo/new", language, new=new), now, rows)
    return new
