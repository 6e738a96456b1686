"""What colleagues say again and again: written once in each language, filled in for each customer, read, then sent."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from sqlalchemy import Connection

from club import merge, steps
from club.club import Club
from club.languages import nearest
from club.names import clean, units
from club.refusal import Refused
from club.tickets import number_of, staff_name
from storage import members, replies
from storage.replies import Reply
from storage.tickets import Ticket

FIELDS = (*merge.FIELDS, "staff", "request")
"""Those of answers, and who writes, and about which request."""
SENT_AS = (steps.REPLY, steps.ASK, steps.FIX, steps.EXPLAIN)
MAX_TEXT = 2_000
MOST = 100
_SHORTCUT = re.compile(r"[\w-]{1,24}")


def shortcut_of(text: str) -> str:
    """The short word that stands for a reply. Refused where it is more than a word of 24 characters."""
    word = clean(text).casefold().removeprefix("/")
    if not _SHORTCUT.fullmatch(word):
        raise Refused("replies/no_shortcut")
    return word


def text_of(text: str) -> str:
    """What a reply says; its lines stay lines. Refused when empty, too long, or with a field that does not exist."""
    lines = "\n".join(clean(line) for line in text.strip().splitlines())
    if not lines.strip():
        raise Refused("forms/empty")
    if units(lines) > MAX_TEXT:
        raise Refused("forms/long", most=MAX_TEXT, found=units(lines))
    merge.check(lines, FIELDS)
    return lines


def known(db: Connection, reply_id: int) -> Reply:
    """The reply of this id. Refused where there is none."""
    found = replies.by_id(db, reply_id)
    if found is None:
        raise Refused("replies/gone")
    return found


def write(db: Connection, shortcut: str, language: str, text: str) -> Reply:
    """A new reply, or other words for one. Refused where there are enough."""
    if replies.by_shortcut(db, shortcut) is None and replies.count(db) >= MOST:
        raise Refused("replies/enough", most=MOST)
    merge.check_branches(db, text)
    replies.add(db, shortcut)
    found = replies.by_shortcut(db, shortcut)
    assert found is not None
    replies.set_text(db, found.id, language, text)
    return known(db, found.id)


def by_word(db: Connection, word: str) -> Reply | None:
    """The reply that this short word stands for; None for none, and for one that is switched off."""
    found = replies.by_shortcut(db, word.casefold().removeprefix("/"))
    return found if found is not None and found.active and found.texts else None


def filled(db: Connection, reply: Reply, ticket: Ticket, staff_id: int, club: Club, now: datetime) -> str:
    """What the customer of this request would read, in the nearest language to theirs that there is."""
    customer = members.by_id(db, ticket.member_id)
    text = _nearest(reply, customer.language, club)
    values = merge.values_of(db, text, customer, club, now)
    values |= {"staff": staff_name(db, staff_id), "request": f"#{number_of(ticket.id)}"}
    return merge.merged(text, values)


def _nearest(reply: Reply, language: str, club: Club) -> str:
    if not reply.texts:
        raise Refused("replies/gone")
    spoken = [one for one in club.languages if one in reply.texts]
    return reply.texts[nearest(language, [*spoken, *reply.texts])]


def ways_to_send(ticket: Ticket) -> list[str]:
    """As what it can be sent now; who writes about a new request takes it."""
    state = steps.TAKEN if ticket.state == steps.NEW else ticket.state
    return [step for step in SENT_AS if steps.may(ticket.kind, state, step)]


def mark_of(text: str) -> str:
    """By which a button knows that just these words were read."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
