"""A topic for each request, where the staff group has topics: named by its number and how it stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from club.club import Club
from club.tickets import File
from storage import groups, posted, topics
from storage.groups import Group
from templates import plain

MAX_TITLE = 128
"""Characters that Telegram allows."""


def renew(db: Connection, club: Club, group: Group, file: File, slot: str, now: datetime) -> None:
    """Have the topic of a request look as the request stands now; it is made with the first message in it.

    What was resolved before the group had topics needs none any more.
    """
    over = not file.ticket.open or file.void
    known = group.topics == groups.ON and (not over or topics.of_ticket(db, group.id, file.ticket.id) is not None)
    if not known:
        return
    title = plain("tickets/topic", club.group_language, file=file)[:MAX_TITLE]
    if topics.want(db, group.id, file.ticket.id, title, closed=over, at=now):
        posted.hang_again(db, slot, group.id)
