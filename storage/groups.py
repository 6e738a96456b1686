"""The staff group as it is now: its id may change once, and it may have topics."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, or_, select, update

from storage.tables import form, outbox, posted, staff_group

NONE, ON, DENIED = "none", "on", "denied"
"""Has the group topics? Denied: it has, and the bot may not make any."""


@dataclass(frozen=True)
class Group:
    """`id`: as it is now. `was`: before it became a supergroup; None where it never had another."""

    id: int
    was: int | None = None
    topics: str = NONE


def find(db: Connection, chat_id: int) -> Group | None:
    """The group that has this id, or had it once."""
    query = select(staff_group).where(or_(staff_group.c.id == chat_id, staff_group.c.was == chat_id))
    row = db.execute(query).one_or_none()
    return None if row is None else Group(row.id, row.was, row.topics)


def set_topics(db: Connection, chat_id: int, topics: str) -> bool:
    """Note how it stands with a group's topics; True where that is news."""
    known = find(db, chat_id)
    if known is None:
        db.execute(insert(staff_group).values(id=chat_id, topics=topics))
        return topics != NONE
    if known.topics == topics:
        return False
    db.execute(update(staff_group).where(staff_group.c.id == known.id).values(topics=topics))
    return True


def move(db: Connection, old: int, new: int) -> bool:
    """A group has become a supergroup: what waits for it goes to the new id. False where that was known.

    Its messages stay behind under the old id: a card is hung anew at its next change.
    """
    known = find(db, old)
    news = known is None or known.was != old
    if known is None:
        db.execute(insert(staff_group).values(id=new, was=old, topics=NONE))
    elif news:
        db.execute(update(staff_group).where(staff_group.c.id == old).values(id=new, was=old))
    # Also where it was known: whoever did not know yet may have written to the old id in the same moment.
    waiting = outbox.c.state.in_(["queued", "sending"])
    db.execute(update(outbox).where(outbox.c.chat_id == old, waiting).values(chat_id=new))
    db.execute(update(posted).where(posted.c.chat_id == old).values(chat_id=new, message_id=None))
    db.execute(update(form).where(form.c.chat_id == old).values(chat_id=new))
    return news
