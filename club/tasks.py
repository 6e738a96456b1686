"""A customer whom messages do not reach becomes somebody's task: an answer that never arrives is no answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from club.refusal import Refused
from club.tickets import number_of, owner_name
from storage import members, tasks, tickets
from storage.members import Member
from storage.tasks import Task


@dataclass(frozen=True)
class File:
    """A task with the customer it is about, the number of the request, and the name of who has it."""

    task: Task
    number: int
    member: Member
    owner: str | None


def not_reached(db: Connection, telegram_id: int, now: datetime) -> File | None:
    """A message did not reach this person: whoever has their request tries another way.

    None where nothing of theirs is open, or somebody is at it already.
    """
    person = members.by_telegram_id(db, telegram_id)
    ticket = tickets.latest_open(db, person.id) if person else None
    if person is None or ticket is None or tasks.open_of(db, person.id) is not None:
        return None
    return file_of(db, existing(db, tasks.add(db, person.id, ticket.id, ticket.owner_id, now)))


def reached(db: Connection, member_id: int, now: datetime) -> File | None:
    """They can be written to again: nothing is left to do. None where nobody was at it."""
    task = tasks.open_of(db, member_id)
    if task is None or not tasks.finish(db, task.id, None, now):
        return None
    return file_of(db, task)


def done(db: Connection, task_id: int, staff_id: int, now: datetime) -> File:
    """A colleague has reached them. Raises `Refused` where that is known already."""
    file = file_of(db, existing(db, task_id))
    if not tasks.finish(db, task_id, staff_id, now):
        raise Refused("tasks/done_already", name=file.member.name)
    return file


def existing(db: Connection, task_id: int) -> Task:
    """The task of this id; refused where there is none."""
    task = tasks.by_id(db, task_id)
    if task is None:
        raise Refused("buttons/unknown")
    return task


def file_of(db: Connection, task: Task) -> File:
    """Everything about it, for a card."""
    ticket = tickets.by_id(db, task.ticket_id)
    owner = owner_name(db, ticket) if ticket else None
    return File(task, number_of(task.ticket_id), members.by_id(db, task.member_id), owner)
