"""The shops, and where a colleague sells today."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from club import names
from club.refusal import Refused
from storage import branches, staff
from storage.branches import Branch

MAX_BRANCHES = 50
MAX_NAME = 60
NOTHING = ("-", "–", "—")


def open_branch(db: Connection, name: str, **told: Any) -> None:
    """A new shop, and what is told of it, by the names of `Branch`. Refused for a name that is there already."""
    if len(branches.every(db)) >= MAX_BRANCHES:
        raise Refused("branches/enough", most=MAX_BRANCHES)
    if not branches.add(db, new_name(db, name), **told):
        raise Refused("branches/known", name=name)


def new_name(db: Connection, text: str) -> str:
    """A name that fits onto a button and that no other shop has."""
    name = names.line(text)
    if len(name) > MAX_NAME:
        raise Refused("forms/long", most=MAX_NAME, found=len(name))
    if name.casefold() in {branch.name.casefold() for branch in branches.every(db)}:
        raise Refused("branches/known", name=name)
    return name


def told(text: str) -> str:
    """When a shop is open, or its city: on one line, as people say it; `-` for nothing to be said."""
    line = names.line(text)
    return "" if line in NOTHING else line


def existing(db: Connection, branch_id: int) -> Branch:
    """The shop of this number; refused where there is none."""
    branch = branches.by_id(db, branch_id)
    if branch is None:
        raise Refused("buttons/unknown")
    return branch


def branch_of(db: Connection, staff_id: int) -> Branch | None:
    """Where this colleague sells now; where there is only one shop, there. None: still to be chosen, or no shops."""
    known = branches.every(db)
    if len(known) == 1:
        return known[0]
    chosen = staff.branch_of(db, staff_id)
    return next((branch for branch in known if branch.id == chosen), None)


def must_choose(db: Connection, staff_id: int) -> bool:
    """Are there several shops, and this colleague has not said in which one they are?"""
    return branch_of(db, staff_id) is None and bool(branches.every(db))


def work_at(db: Connection, staff_id: int, branch_id: int) -> Branch:
    """From now on what this colleague sells is sold there."""
    branch = existing(db, branch_id)
    staff.set_branch(db, staff_id, branch.id)
    return branch
