"""/find: customers, orders, and requests by what was said in them."""

from __future__ import annotations

from datetime import timedelta

from club import search as club_search
from club.search import MOST, Found, Hit
from club.staff import SERVICE
from handlers import forms
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Field, Form
from handlers.keyboards import pairs, turns

PAGE = 5
LASTS = timedelta(minutes=15)


def find(chat: Chat) -> None:
    """`/find cup broken`; alone it asks."""
    words = "" if chat.query else chat.arguments
    if words:
        _begin(chat, club_search.words(words))
    else:
        forms.restart(chat, FIND)


def turn(chat: Chat) -> None:
    """Another page of what was found."""
    search_id, page = chat.pressed_pair
    text = club_search.kept(chat.db, search_id)
    chat.edit(*_page(chat, search_id, text, page))


def _begin(chat: Chat, text: str) -> None:
    search_id = club_search.keep(chat.db, text, chat.now)
    chat.reply_text(*_page(chat, search_id, text, 0))


def _page(chat: Chat, search_id: int, text: str, page: int) -> tuple[str, Rows]:
    """One page: its words, its buttons."""
    found = club_search.find(chat.db, text)
    pages = -(-len(found.ticket_ids) // PAGE)
    page = max(0, min(page, pages - 1))
    hits = club_search.hits(chat.db, text, found.ticket_ids[page * PAGE : (page + 1) * PAGE])
    facts = {"text": text, "found": found, "hits": hits, "most": MOST, "page": page + 1, "pages": pages}
    way = turns(chat, f"found:{search_id}.", page, more=page + 1 < pages)
    keyboard = [*_ways(chat, found, hits), *way, [chat.button("find_other", "go:find")]]
    return chat.words("search/found", zone=chat.club.zone, **facts), keyboard


def _ways(chat: Chat, found: Found, hits: list[Hit]) -> Rows:
    """A button for each customer, order and request."""
    rows = [[chat.button("customer", f"customer:{one.id}", customer=one)] for one in found.people]
    if found.order is not None:
        number = found.order.order_number
        rows.append([chat.button("order", f"order:{found.order.id}", number=number)])
    requests = [
        chat.button("open_ticket", f"show:{hit.number}", number=hit.number, name=hit.member.name) for hit in hits
    ]
    return [*rows, *pairs(requests)]


def _parse(_chat: Chat, text: str, _answers: Answers) -> str:
    return club_search.words(text)


def _done(chat: Chat, answers: Answers) -> None:
    _begin(chat, answers["words"])


FIND = forms.register(Form("search", (Field("words", _parse),), _done, roles=SERVICE, lasts=LASTS))
