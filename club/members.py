"""Meeting people, letting them in, keeping their wishes, and letting them go."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club import events, gifts, membership, points
from club import staff as club_staff
from club.club import CONSENT_VERSION, FREE, Club
from club.names import clean, is_name
from club.numbers import member_number
from club.refusal import Refused
from club.tickets import number_of
from club.words import words_of
from storage import (
    actions,
    applications,
    asked,
    buttons,
    family,
    forms,
    inbox,
    links,
    marks,
    members,
    merges,
    outbox,
    plans,
    preferences,
    privacy,
    relationships,
    sealing,
    search,
    sends,
    staff,
    survey_turns,
    tags,
    ticket_messages,
    tickets,
    tiers,
    topics,
    vouchers,
)
from storage import membership as terms
from storage import points as ledger
from storage.members import Birthday, Member

MEMBERSHIP, MARKETING = "membership", "marketing"
MAX_SOURCE = 64
WELCOME_REMEMBERED = timedelta(days=365)
"""For so long after somebody was forgotten it is known of their Telegram id that it has had welcome points."""


@dataclass(frozen=True)
class Application:
    """What a newcomer answered in the joining form."""

    name: str
    birthday: Birthday | None
    city: str | None
    zone: str
    interests: str | None
    marketing: bool


def meet(
    db: Connection, telegram_id: int, *, name: str, username: str | None, language: str, zone: str, now: datetime
) -> Member:
    """The person behind a Telegram id; somebody never seen before becomes a prospect."""
    known = members.by_telegram_id(db, telegram_id)
    if known is not None:
        if known.username != username or (username and not known.findable):
            members.update_username(db, known.id, username)
        return replace(known, username=username)
    met = members.add(
        db, telegram_id, name=clean(name)[:60] or "?", username=username, language=language, zone=zone, at=now
    )
    search.name_members(db, {met.id: words_of(met.name)})
    if username:
        members.update_username(db, met.id, username)  # who was called so before is not any more
    return met


def came_from(db: Connection, member: Member, source: str) -> None:
    """Record the deep link's word of a first contact; a later one changes nothing."""
    members.set_source(db, member.id, source[:MAX_SOURCE])


def join(
    db: Connection,
    member: Member,
    application: Application,
    club: Club,
    now: datetime,
    *,
    route: str = FREE,
    agreed_at: datetime | None = None,
) -> Member:
    """Make a prospect a member: number, term, consent on record, welcome points, the gift that waits for them.

    Who comes back keeps their number. `agreed_at`: when they agreed, where that is not now. Raises `Refused` for
    somebody who is a member already.
    """
    ledger.lock(db, member.id)
    member = members.by_id(db, member.id)
    if member.joined:
        raise Refused("membership/already", number=member.number)
    if merges.of(db, member.id) is not None:
        raise Refused("customers/gone")
    agreed_at = agreed_at or now
    rename(db, member.id, application.name)
    members.set_birthday(db, member.id, application.birthday)
    members.set_city(db, member.id, application.city, application.zone)
    members.set_interests(db, member.id, application.interests)
    members.set_joined(db, member.id, member.number or member_number(member.id), now)
    members.add_consent(
        db, member.id, MEMBERSHIP, given=True, version=CONSENT_VERSION, source="join form", at=agreed_at
    )
    set_marketing(db, member, application.marketing, source="join form", now=agreed_at)
    points.welcome(db, member.id, welcome_to_come(db, member, club, now), club, now)
    membership.begin(db, member.id, route, club, now)
    gifts.hand_over(db, member.id, club, now)
    return members.by_id(db, member.id)


def welcome_to_come(db: Connection, member: Member, club: Club, now: datetime) -> int:
    """The welcome points that joining would bring; 0 for whoever has had theirs, also before they were forgotten."""
    had = member.number is not None and points.welcomed(db, member.id)
    if not had and member.telegram_id is not None:
        had = privacy.was_welcomed(db, member.telegram_id, now - WELCOME_REMEMBERED)
    return 0 if had else club.welcome_points


def rename(db: Connection, member_id: int, name: str) -> None:
    """How they want to be called, and are found."""
    members.set_name(db, member_id, name)
    search.name_members(db, {member_id: words_of(name)})


def set_marketing(db: Connection, member: Member, wanted: bool, *, source: str, now: datetime) -> None:
    """Say yes or no to greetings and offers; at once, and on record."""
    members.set_marketing(db, member.id, wanted)
    members.add_consent(
        db, member.id, MARKETING, given=wanted, version=CONSENT_VERSION if wanted else None, source=source, at=now
    )


def leave(db: Connection, member: Member, now: datetime) -> None:
    """End the membership. What was agreed and bought stays on file, nothing is sent any more."""
    membership.check_member(db, member)
    wish = applications.waiting(db, member.id)
    if wish is not None:  # they wanted to stay, and do not any more
        applications.decide(db, wish, "withdrawn", now)
    terms.end(db, member.id, "left")
    members.set_left(db, member.id, now)
    members.add_consent(db, member.id, MEMBERSHIP, given=False, version=None, source="leave", at=now)
    set_marketing(db, member, False, source="leave", now=now)
    events.leave(db, member.id, now)


def known(db: Connection, member_id: int) -> Member:
    """The person as they are now."""
    return members.by_id(db, member_id)


def erase(db: Connection, member: Member, club: Club, now: datetime, *, restored: bool = False) -> None:
    """Forget a person: their key is destroyed, their rows emptied, their messages deleted. Sums keep standing.

    What went to the staff's chats, and came from there, may quote them: its texts go too, ahead of their time. In a
    `restored` copy, what waits in it was handled long ago, and goes as well.
    """
    if member.telegram_id is None:
        raise ValueError("erased already")
    ledger.lock(db, member.id)  # what they do at this moment ends before, or finds them gone
    forms.close(db, member.telegram_id, member.telegram_id)
    sends.forget(db, member.id, now)
    outbox.forget_chat(db, member.telegram_id, restored=restored)
    inbox.forget_chat(db, member.telegram_id, restored=restored)
    if points.welcomed(db, member.id):
        privacy.remember_welcome(db, member.telegram_id, now)
    staff_chats = chats_of_staff(db, club)
    its = {talk.id for talk in tickets.of_member(db, member.id, limit=None)}
    outbox.drop_waiting(db, staff_chats, _quoting(db, member), its, restored=restored)
    links.forget_chat(db, member.telegram_id)
    outbox.empty(db, staff_chats)
    inbox.empty(db, staff_chats)
    ticket_messages.forget(db, member.id)
    actions.forget(db, member.id)
    marks.forget(db, member.id)
    topics.forget(db, {ticket_id: f"#{number_of(ticket_id)}" for ticket_id in its}, now)
    asked.forget(db, member.id)
    tiers.clear(db, member.id)
    relationships.forget(db, member.id)
    plans.forget(db, member.id)
    events.forget(db, member.id, now)
    vouchers.forget(db, member.id)
    preferences.forget(db, member.id)
    tags.forget(db, member.id)
    family.forget(db, member.id)
    survey_turns.forget(db, member.id)
    merges.forget(db, member.id)
    applications.forget(db, member.id, now)
    terms.end(db, member.id, "left")
    members.set_erased(db, member.id, now)
    sealing.destroy_key(db, member.id)
    search.forget(db, member.id)  # last: whoever was adding to it has ended, and nobody adds to it any more


def chats_of_staff(db: Connection, club: Club) -> list[int]:
    """Where customers are spoken of: the staff group, and everybody who works here or did."""
    group = club_staff.group(db, club)
    return [*staff.ever(db), *([group.id] if group else [])]


def _quoting(db: Connection, member: Member) -> Callable[[str], bool]:
    """Does a text (Telegram HTML) quote this person: one of their requests by number, or their name?"""
    # A name is a word of its own: "Ed" is not meant by "needed". Chinese sets no spaces around it.
    numbers = "|".join(str(number_of(talk.id)) for talk in tickets.of_member(db, member.id, limit=None))
    parts = [rf"#(?:{numbers})(?!\d)"] if numbers else []
    if is_name(member.name):
        parts.append(rf"(?<![a-z0-9]){re.escape(member.name)}(?![a-z0-9])")
    quote = re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)
    return lambda text: quote.search(html.unescape(text)) is not None


_NONCE = re.compile(r"[\w-]{1,64}", re.ASCII)


def first_press(db: Connection, nonce: str, now: datetime) -> None:
    """Use an effectful button once. A second press of the same one is refused, kindly: it has been done."""
    if not _NONCE.fullmatch(nonce):
        raise Refused("buttons/unknown")
    if not buttons.press(db, nonce, now):
        raise Refused("buttons/done_already")
