"""Who works here and may do what; taking on by single-use invitation."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club.club import Club
from club.names import clean
from club.refusal import Refused
from storage import forms, groups, members, staff
from storage.groups import Group
from storage.staff import Colleague

OWNER, MANAGER, MARKETER, CLERK = "owner", "manager", "marketer", "clerk"
ROLES = (OWNER, MANAGER, CLERK, MARKETER)
INVITABLE = (CLERK, MARKETER, MANAGER)
OWNERS = frozenset({OWNER})
MANAGERS = frozenset({OWNER, MANAGER})
"""Who runs the club: lets people in, joins files, puts rewards on the shelf."""
TEAM = frozenset(ROLES)
SERVICE = frozenset({OWNER, MANAGER, CLERK})
"""Who reads what customers write. Marketers may not: they work with figures, not with private talks."""
FIGURES = frozenset({OWNER, MANAGER, MARKETER})
"""Who makes programmes and reads what came of them: figures, no names."""
MAX_NAME = 60
INVITATION_LASTS = timedelta(days=7)


def not_for(role: str | None, roles: Collection[str]) -> Refused:
    """The no to what only these roles may do: a colleague hears whose it is, anybody else that it is the team's."""
    if role is None:
        return Refused("commands/not_yours")
    return Refused("commands/not_your_role", role=role, roles=[one for one in ROLES if one in roles])


def name_owners(db: Connection, owners: Sequence[int], now: datetime) -> None:
    """Make the owners those whom the settings name, nobody else."""
    for colleague in staff.active(db):
        if colleague.role == OWNER and colleague.telegram_id not in owners:
            staff.remove(db, colleague.telegram_id, now)
    for telegram_id in owners:
        staff.put(db, telegram_id, OWNER, now)


def invite(db: Connection, role: str, *, by: int, now: datetime) -> str:
    """The code of a new invitation, good for one person within seven days."""
    if role not in INVITABLE:
        raise Refused("staff/no_such_role", role=role)
    code = secrets.token_urlsafe(18)
    staff.add_invitation(db, code, role, by=by, at=now, expires_at=now + INVITATION_LASTS)
    return code


def accept(db: Connection, code: str, telegram_id: int, name: str, now: datetime) -> tuple[str, int]:
    """Come in by an invitation; the role it gives, and who made it.

    Raises `Refused` for a used, expired or invented one, and for an owner.
    """
    if is_owner(db, telegram_id):
        raise Refused("staff/owner_already")
    invitation = staff.use_invitation(db, code, by=telegram_id, at=now)
    if invitation is None:
        raise Refused("staff/invitation_over")
    role, _ = invitation
    staff.put(db, telegram_id, role, now)
    staff.set_name(db, telegram_id, clean(name)[:MAX_NAME])
    return invitation


def is_owner(db: Connection, telegram_id: int) -> bool:
    """Are they an owner at this moment?"""
    return staff.role_of(db, telegram_id) == OWNER


def places(db: Connection, club: Club) -> list[tuple[int, str]]:
    """The chats where the service looks, each with its language: the staff group, else each colleague in private."""
    here = group(db, club)
    if here is not None:
        return [(here.id, club.group_language)]
    return [
        (colleague.telegram_id, language_of(db, club, colleague.telegram_id))
        for colleague in staff.active(db)
        if colleague.role in SERVICE
    ]


def doers(db: Connection, club: Club, owner_id: int | None) -> list[tuple[int, str]]:
    """The chats that hear of what is in somebody's hands: their own, else those where the service looks."""
    if owner_id is None or staff.role_of(db, owner_id) not in SERVICE:
        return places(db, club)
    return [(owner_id, language_of(db, club, owner_id))]


def group(db: Connection, club: Club) -> Group | None:
    """The staff group as it is now; None where everything goes to each colleague in private."""
    if club.staff_chat is None:
        return None
    return groups.find(db, club.staff_chat) or Group(club.staff_chat)


def language_of(db: Connection, club: Club, telegram_id: int) -> str:
    """The language somebody chose for themselves, the club's own for one who never did; in a group, the group's."""
    if telegram_id < 0:
        return club.group_language
    person = members.by_telegram_id(db, telegram_id)
    return person.language if person else club.language


def remove(db: Connection, telegram_id: int, *, by: int, now: datetime) -> Colleague:
    """Take somebody's role away, at once. Owners are named by the settings and cannot be removed here."""
    colleague = staff.colleague(db, telegram_id)
    if colleague is None or staff.role_of(db, telegram_id) is None:
        raise Refused("staff/not_here")
    if colleague.role == OWNER or telegram_id == by:
        raise Refused("staff/owner_stays")
    staff.remove(db, telegram_id, now)
    forms.close(db, telegram_id, telegram_id)  # a question that is open would go on telling of customers
    return colleague
