"""Looking something up at the desk: customers, orders, requests by what was said in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import customers, names
from club.refusal import Refused
from club.tickets import FIRST_NUMBER, number_of, owner_name
from club.words import Piece, snippet, wanted, words_of
from storage import actions, marks, members, merges, purchases, search, state, ticket_messages, tickets
from storage.marks import DeskTag
from storage.members import Member
from storage.purchases import Purchase
from storage.tickets import Ticket

MOST = 100
"""Requests that are listed at most; whoever finds more needs another word."""
MOST_PEOPLE = 5
MAX_WORDS = 24
"""Latin words, and pairs of Han characters."""
LASTS = timedelta(days=1)
"""How long the pages of a search can be turned."""
FILLED_AT_ONCE = 20
"""Texts or names: some 10 ms of the writer, on which everybody waits who writes at that moment."""
_NUMBER = re.compile(r"#?(\d{1,12})")
_TEXTS, _NAMES = "searchable_from", "names_searchable_to"
"""Where the making searchable of what was there before stands: at which message, and at which member."""


@dataclass(frozen=True)
class Hit:
    """A request that was found, and what in it."""

    ticket: Ticket
    number: int
    member: Member
    owner: str | None
    pieces: list[Piece]
    tags: tuple[DeskTag, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a search brought. `ticket_ids`: of all requests that were found, the newest first, `MOST` at most;
    `unread`: some of what was said earlier is not searchable yet."""

    people: list[Member]
    order: Purchase | None
    ticket_ids: list[int]
    unread: bool

    @property
    def anything(self) -> bool:
        return bool(self.people or self.order or self.ticket_ids)


def words(text: str) -> str:
    """What is searched for, on one line. Raises `Refused` where there is no word in it, or more than `MAX_WORDS`."""
    line = names.line(text)
    found = wanted(line)
    if not found:
        raise Refused("search/no_words")
    if len(found) > MAX_WORDS:
        raise Refused("search/too_many")
    return line


def find(db: Connection, text: str) -> Found:
    """Whatever has all the words; and who or what has this number or name."""
    asked = wanted(text)
    person = _person(db, text)
    order = next(iter(purchases.of_order(db, text.removeprefix("#"))), None)
    ids = set(search.tickets_with(db, asked, MOST))
    ids |= {ticket.id for ticket in tickets.of_member(db, person.id, MOST)} if person else set()
    ids |= {ticket.id for ticket in [_numbered(db, text)] if ticket is not None}
    named = _named(db, asked)
    people = {one.id: one for one in ([person] if person else []) + named}
    unread = state.get(db, _TEXTS) not in (None, "0")
    return Found(list(people.values())[:MOST_PEOPLE], order, sorted(ids, reverse=True)[:MOST], unread)


def hits(db: Connection, text: str, ticket_ids: Sequence[int]) -> list[Hit]:
    """The requests with these ids, and where in them the words stand."""
    asked = wanted(text)
    return [_hit(db, ticket, asked) for one in ticket_ids if (ticket := tickets.by_id(db, one)) is not None]


def _hit(db: Connection, ticket: Ticket, asked: Sequence[str]) -> Hit:
    said = [message.text for message in ticket_messages.of_ticket(db, ticket) if message.text]
    said += filter(None, [actions.of_ticket(db, ticket)])
    member, tags = members.by_id(db, ticket.member_id), tuple(marks.of_ticket(db, ticket.id))
    return Hit(ticket, number_of(ticket.id), member, owner_name(db, ticket), snippet(said, asked), tags)


def _person(db: Connection, text: str) -> Member | None:
    """Who has exactly this member number or @username."""
    try:
        return customers.find(db, text)
    except Refused:
        return None


def _named(db: Connection, asked: Sequence[str]) -> list[Member]:
    """Customers who are called so, each by the file that is theirs today."""
    found = search.members_with(db, asked, MOST_PEOPLE)
    return [members.by_id(db, one) for one in dict.fromkeys(merges.holder(db, one) for one in found)]


def _numbered(db: Connection, text: str) -> Ticket | None:
    number = _NUMBER.fullmatch(text)
    return tickets.by_id(db, int(number[1]) - FIRST_NUMBER) if number else None


def keep(db: Connection, text: str, now: datetime) -> int:
    """Remember what is searched for, so that pages can be turned."""
    return search.put(db, text, now)


def kept(db: Connection, search_id: int) -> str:
    """What was searched for. Raises `Refused` after a day."""
    text = search.words_of(db, search_id)
    if text is None:
        raise Refused("search/over")
    return text


def fill(db: Connection) -> int:
    """Make the next lot of what was there before searchable; how many texts and names that were at most.

    What is said now is searchable at once. Names that came by an import follow here.
    """
    return max(_fill_texts(db), _fill_names(db))


def _fill_texts(db: Connection) -> int:
    before = int(state.get(db, _TEXTS) or 0)
    if before == 0:
        return 0
    texts = search.texts_before(db, before, FILLED_AT_ONCE)
    for one in texts:
        search.add(db, one.ticket_id, one.member_id, words_of(one.text) | words_of(one.name))
    state.put(db, _TEXTS, str(texts[-1].message_id if len(texts) == FILLED_AT_ONCE else 0))
    return len(texts)


def _fill_names(db: Connection) -> int:
    after = int(state.get(db, _NAMES) or 0)
    found = search.names_after(db, after, FILLED_AT_ONCE)
    if found:
        search.name_members(db, {member_id: words_of(name) for member_id, name in found})
        state.put(db, _NAMES, str(found[-1][0]))
    return len(found)
