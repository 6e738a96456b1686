"""/branches: the shops, where they are and when they are open, and in which of them a colleague sells."""

from __future__ import annotations

from collections.abc import Callable

from club import branches as club_branches
from club import staff as club_staff
from club.nearest import point_of
from club.refusal import Refused
from handlers import forms
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Field, Form
from handlers.keyboards import pairs
from handlers.media import point_in
from storage import branches

PARTS = ("city", "hours", "place")
"""Of what is known of a shop besides its name."""


def show(chat: Chat) -> None:
    """All shops, with a button to each and one to add another."""
    known = branches.every(chat.db)
    chat.reply(
        "branches/all",
        branches=known,
        keyboard=[
            *pairs([chat.button("branch", f"branch:{branch.id}", name=branch.name) for branch in known]),
            [chat.button("new_branch", "new_branch")],
            [chat.button("menu", "go:start")],
        ],
    )


def show_one(chat: Chat) -> None:
    """What is known of a shop, with a button to change each."""
    _show(chat, chat.pressed_id)


def _show(chat: Chat, branch_id: int) -> None:
    branch = club_branches.existing(chat.db, branch_id)
    change = [chat.button(f"branch_{part}", f"branchset:{branch.id}.{part}") for part in PARTS]
    on_map = [chat.button("on_map", f"map:{branch.id}")] if point_of(branch) else []
    chat.reply("branches/one", [change, [*on_map, chat.button("all_branches", "go:branches")]], branch=branch)


def add(chat: Chat) -> None:
    forms.restart(chat, BRANCHES)


def ask_part(chat: Chat) -> None:
    """The question about one part of what is known of a shop."""
    number, part = chat.pressed_id_and_word
    if part not in PARTS:
        raise Refused("buttons/unknown")
    branch = club_branches.existing(chat.db, number)
    forms.restart(chat, BRANCHES, id=branch.id, branch=branch.name, only=part)


def choose(chat: Chat) -> None:
    """In which shop does this colleague sell now?"""
    rows = [[{"text": branch.name, "callback_data": f"place:{branch.id}"}] for branch in branches.every(chat.db)]
    chat.reply("branches/choose", keyboard=rows)


def work_here(chat: Chat) -> None:
    """A shop was chosen: what this colleague sells from now on is sold there."""
    branch = club_branches.work_at(chat.db, chat.user_id, chat.pressed_id)
    way: Rows = [[chat.button("sale", "go:sale")], *chat.way_on()]
    chat.edit(chat.words("branches/chosen", branch=branch), way)


def _parse_name(chat: Chat, text: str, _answers: Answers) -> str:
    return club_branches.new_name(chat.db, text)


def _parse_city(_chat: Chat, text: str, _answers: Answers) -> Answers:
    return {"city": club_branches.told(text)}


def _parse_hours(_chat: Chat, text: str, _answers: Answers) -> Answers:
    return {"hours": club_branches.told(text)}


def _parse_place(chat: Chat, text: str, _answers: Answers) -> Answers:
    point = point_in(chat)
    if point is None and text not in club_branches.NOTHING:
        raise Refused("branches/place_please")
    return {"latitude": point and point.latitude, "longitude": point and point.longitude}


def _done(chat: Chat, answers: Answers) -> None:
    told: Answers = {}
    for part in PARTS:
        told |= answers.get(part) or {}
    if "id" not in answers:
        club_branches.open_branch(chat.db, answers["name"], **told)
        show(chat)
        return
    branch = club_branches.existing(chat.db, answers["id"])
    if told:
        branches.change(chat.db, branch.id, **told)
    _show(chat, branch.id)


def _asked(part: str) -> Callable[[Answers], bool]:
    """All parts of a new shop are asked for; of one that is there, one."""
    return lambda answers: answers.get("only", part) == part


BRANCHES = forms.register(
    Form(
        "branches",
        (
            Field("name", _parse_name, when=lambda answers: "id" not in answers),
            Field("city", _parse_city, optional=True, when=_asked("city")),
            Field("hours", _parse_hours, optional=True, when=_asked("hours")),
            Field("place", _parse_place, optional=True, takes_media=True, when=_asked("place")),
        ),
        _done,
        roles=club_staff.OWNERS,
    )
)
