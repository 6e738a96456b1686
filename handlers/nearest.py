"""Which branch is nearest, and when it is open: by the place that somebody shows, else by what is known of them.

A place that was shown is for this one answer; no row keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from club import branches as club_branches
from club import cities, names, nearest
from club.languages import ENGLISH
from club.nearest import ALL, NAMED, PLACE, Nearest, Point
from club.refusal import Refused
from handlers import forms, keyboards
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Choice, Field, Form
from handlers.media import point_in
from storage import branches
from storage.branches import Branch

EVERY = "every"
"""What the button gives that asks for no place but for all branches."""
MOST_LISTED = 8
"""Branches whose hours stand in one message; more of them are buttons."""
Say = Callable[[str, Rows], None]


def tell(chat: Chat, number: int, words: str, say: Say, more: Rows) -> None:
    """Answer question `number`, by the branch or city that its words name, else by what is known of the person."""
    every = branches.every(chat.db)
    found = nearest.named_in(every, words) or nearest.of_member(chat.db, every, chat.member)
    _say(chat, number, say, found, more)


def tell_by_place(chat: Chat) -> bool:
    """Somebody sent a place and said nothing: the branch nearest to it. False where it was none, or no branch has a
    place of its own."""
    point = point_in(chat)
    found = nearest.to_point(branches.every(chat.db), point) if point else None
    if found is not None:
        _say(chat, 0, chat.reply_text, found)
    return found is not None


def ask_where(chat: Chat) -> None:
    """The button: near to which place?"""
    forms.restart(chat, WHERE, number=chat.pressed_id)


def show_all(chat: Chat) -> None:
    """The button: all branches."""
    _say(chat, chat.pressed_id, chat.edit, Nearest(tuple(branches.every(chat.db)), ALL))


def show_one(chat: Chat) -> None:
    """One was chosen of many."""
    number, branch_id = chat.pressed_pair
    _say(chat, number, chat.edit, Nearest((club_branches.existing(chat.db, branch_id),), NAMED))


def show_map(chat: Chat) -> None:
    """Where a branch stands, as a place that one can open."""
    branch = club_branches.existing(chat.db, chat.pressed_id)
    point = nearest.point_of(branch)
    if point is None:
        raise Refused("buttons/unknown")
    chat.call("sendVenue", {**asdict(point), "title": branch.name, "address": _city(chat, branch) or chat.club.name})


def _say(chat: Chat, number: int, say: Say, found: Nearest, more: Rows = ()) -> None:
    """`number`: of the question that it answers; 0 where nobody asked in words."""
    many = len(found.branches) > MOST_LISTED
    shown = [(branch, _city(chat, branch)) for branch in found.branches]
    facts = {"branches": shown, "why": found.why, "metres": found.metres, "asked": number > 0}
    buttons = _branch_buttons(chat, number, found) if many else ()
    helped = keyboards.did_it_help(chat, number) if number else [[chat.button("ask_us", "go:ask")]]
    text = chat.words("nearest/choose" if many else "nearest/found", **facts)
    say(text, [*buttons, *([] if many else helped), *_ways(chat, number, found), *more])


def _branch_buttons(chat: Chat, number: int, found: Nearest) -> Rows:
    return keyboards.pairs(
        [chat.button("branch", f"shop:{number}.{branch.id}", name=branch.name) for branch in found.branches]
    )


def _ways(chat: Chat, number: int, found: Nearest) -> Rows:
    """The map of a branch, the way to one that is nearer, and to all."""
    every, one = branches.every(chat.db), found.branches[0] if len(found.branches) == 1 else None
    ways: list[dict[str, Any]] = []
    if nearest.can_be_found(every) and found.why != PLACE:
        ways.append(chat.button("find_nearest", f"near:{number}"))
    if len(found.branches) < len(every):
        ways.append(chat.button("all_branches", f"shops:{number}"))
    on_map = [[chat.button("on_map", f"map:{one.id}")]] if one and nearest.point_of(one) else []
    return [*on_map, ways] if ways else on_map


def _city(chat: Chat, branch: Branch) -> str:
    return cities.written_for(branch.city, chinese=chat.language != ENGLISH)


# ---- the form -----------------------------------------------------------------------------------------------------


def _parse_where(chat: Chat, text: str, _answers: Answers) -> Answers:
    every, point = branches.every(chat.db), point_in(chat)
    if text == EVERY:
        return {}
    if point is not None and nearest.to_point(every, point) is not None:
        return asdict(point)
    if not text:
        raise Refused("nearest/unclear")
    city = names.line(text)
    if not nearest.in_city(every, city):
        raise Refused("nearest/not_there", city=city)
    return {"city": city}


def _facts(chat: Chat, _answers: Answers) -> Answers:
    every = branches.every(chat.db)
    return {"places": any(map(nearest.point_of, every)), "cities": any(branch.city for branch in every)}


def _found(chat: Chat, answers: Answers) -> None:
    every, where = branches.every(chat.db), answers["where"]
    found = None
    if "latitude" in where:
        found = nearest.to_point(every, Point(**where))
    elif "city" in where:
        found = Nearest(nearest.in_city(every, where["city"]), NAMED)
    _say(chat, answers["number"], chat.reply_text, found or Nearest(tuple(every), ALL))


WHERE = forms.register(
    Form(
        "nearest",
        (Field("where", _parse_where, lambda _chat, _answers: [Choice(EVERY, "all_branches")], takes_media=True),),
        _found,
        facts=_facts,
    )
)
