"""/branches: the shops, when they are open, and in which of them a colleague sells."""

from __future__ import annotations

from club import branches as club_branches
from club import staff as club_staff
from handlers import forms
from handlers.chat import Chat, Rows
from handlers.forms import Answers, Field, Form
from storage import branches


def show(chat: Chat) -> None:
    """All shops, with a button to add one, and one for the hours of each."""
    known = branches.every(chat.db)
    hours = [[chat.button("hours_of", f"hours:{branch.id}", name=branch.name)] for branch in known]
    chat.reply(
        "branches/all",
        branches=known,
        keyboard=[*hours, [chat.button("new_branch", "new_branch")], [chat.button("menu", "go:start")]],
    )


def add(chat: Chat) -> None:
    forms.restart(chat, BRANCHES)


def ask_hours(chat: Chat) -> None:
    """When is this shop open?"""
    branch = club_branches.existing(chat.db, chat.pressed_id)
    forms.restart(chat, BRANCHES, id=branch.id, branch=branch.name)


def choose(chat: Chat) -> None:
    """In which shop does this colleague sell now?"""
    rows = [[{"text": branch.name, "callback_data": f"place:{branch.id}"}] for branch in branches.every(chat.db)]
    chat.reply("branches/choose", keyboard=rows)


def work_here(chat: Chat) -> None:
    """A shop was chosen: what this colleague sells from now on is sold there."""
    branch = club_branches.work_at(chat.db, chat.user_id, chat.pressed_id)
    way: Rows = [[chat.button("sale", "go:sale")], *chat.way_on()]
    chat.edit(chat.words("branches/chosen", branch=branch), way)


def _parse_name(_chat: Chat, text: str, _answers: Answers) -> str:
    return club_branches.branch_name(text)


def _parse_hours(_chat: Chat, text: str, _answers: Answers) -> str:
    return club_branches.hours_text(text)


def _done(chat: Chat, answers: Answers) -> None:
    if "id" in answers:
        branches.set_hours(chat.db, club_branches.existing(chat.db, answers["id"]).id, answers["hours"])
    else:
        club_branches.open_branch(chat.db, answers["name"])
    show(chat)


BRANCHES = forms.register(
    Form(
        "branches",
        (
            Field("name", _parse_name, when=lambda answers: "id" not in answers),
            Field("hours", _parse_hours, when=lambda answers: "id" in answers),
        ),
        _done,
        roles=club_staff.OWNERS,
    )
)
