"""Asking to be let in, or to stay: an owner or a manager says yes or no, once, and whoever asked hears of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection

from club import members, membership
from club.club import APPROVAL, Club
from club.members import Application
from club.refusal import Refused
from club.tickets import staff_name
from storage import applications
from storage import points as ledger
from storage.applications import Asked
from storage.members import Birthday, Member


@dataclass(frozen=True)
class File:
    """An application with all that its card shows. `said`: the answers; None where a member asks to stay, and once it
    is decided. `decided_by`: the colleague's name, None where nobody decided it."""

    asked: Asked
    member: Member
    said: Application | None
    decided_by: str | None


def send(db: Connection, member: Member, said: Application | None, now: datetime) -> Asked:
    """Put it before the team. Raises `Refused("applications/waiting_already")` where one waits."""
    answers = None if said is None else json.dumps(asdict(said), ensure_ascii=False)
    fresh = applications.add(db, member.id, answers, now)
    asked = applications.waiting(db, member.id)
    if not fresh or asked is None:
        raise Refused("applications/waiting_already")
    return asked


def withdraw(db: Connection, member: Member, now: datetime) -> Asked:
    """They took it back. Raises `Refused` where nothing waits."""
    asked = applications.waiting(db, member.id)
    if asked is None or not applications.decide(db, asked, "withdrawn", now):
        raise Refused("applications/nothing_waits")
    return known(db, asked.id)


def accept(db: Connection, asked_id: int, *, staff_id: int, club: Club, now: datetime) -> tuple[Asked, bool]:
    """Let them in, or stay; and whether they are new. Of two who decide at once one does, the other hears who."""
    asked = known(db, asked_id)
    said = _said(asked)
    ledger.lock(db, asked.member_id)
    _decide(db, asked, "accepted", now, by=staff_id)
    member = members.known(db, asked.member_id)
    if member.joined:
        standing = membership.standing(db, member.id, club, now)
        if standing is not None and standing.renewable:  # who has renewed meanwhile has what they asked for
            membership.renew(db, member.id, APPROVAL, club, now)
        return known(db, asked_id), False
    _join(db, member, said, APPROVAL, asked.asked_at, club, now)
    return known(db, asked_id), True


def decline(db: Connection, asked_id: int, reason: str | None, *, staff_id: int, now: datetime) -> Asked:
    """Turn them down, with a reason in the team's words or none."""
    _decide(db, check_waiting(db, asked_id), "declined", now, by=staff_id, reason=reason)
    return known(db, asked_id)


def enter(db: Connection, member: Member, route: str, club: Club, now: datetime) -> Asked | None:
    """Who waits and finds another way open need not tell everything again. None where nobody waited."""
    asked = applications.waiting(db, member.id)
    if asked is None or not applications.decide(db, asked, "accepted", now):
        return None
    _join(db, member, _said(asked), route, asked.asked_at, club, now)
    return known(db, asked.id)


def known(db: Connection, asked_id: int) -> Asked:
    """The application of this id; refused where there is none."""
    asked = applications.by_id(db, asked_id)
    if asked is None:
        raise Refused("buttons/unknown")
    return asked


def check_waiting(db: Connection, asked_id: int) -> Asked:
    """The same, refused where it is decided."""
    asked = known(db, asked_id)
    if asked.state != "waiting":
        _refuse(db, asked)
    return asked


def file_of(db: Connection, asked: Asked) -> File:
    """Everything about it, for a card."""
    decided_by = None if asked.decided_by is None else staff_name(db, asked.decided_by)
    return File(asked, members.known(db, asked.member_id), _said(asked), decided_by)


def _decide(db: Connection, asked: Asked, state: str, now: datetime, *, by: int, reason: str | None = None) -> None:
    if not applications.decide(db, asked, state, now, by=by, reason=reason):
        _refuse(db, known(db, asked.id))


def _refuse(db: Connection, asked: Asked) -> None:
    name = "" if asked.decided_by is None else staff_name(db, asked.decided_by)
    raise Refused("applications/decided", state=asked.state, name=name, by_staff=asked.decided_by is not None)


def _join(
    db: Connection, member: Member, said: Application | None, route: str, agreed_at: datetime, club: Club, now: datetime
) -> None:
    """As if they had joined at the end of the form. Who asked to stay and lapsed meanwhile is known well enough."""
    answers = said or Application(
        member.name, member.birthday, member.city, member.zone, member.interests, member.marketing
    )
    members.join(db, member, answers, club, now, route=route, agreed_at=agreed_at)


def _said(asked: Asked) -> Application | None:
    if asked.answers is None:
        return None
    answers = json.loads(asked.answers)
    birthday = answers.pop("birthday")
    return Application(birthday=Birthday(**birthday) if birthday else None, **answers)
