"""A copy of everything that is stored about one person, and of nobody else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from club import plans as club_plans
from club import points, survey_file, surveys, tickets, tiers
from club.club import Club, Tier
from club.steps import NOTE, SORTING
from club.tickets import INTERNAL
from storage import (
    applications,
    asked,
    events,
    exports,
    exports_campaigns,
    family,
    forms,
    gifts,
    members,
    membership,
    merges,
    plans,
    preferences,
    relationships,
    staff,
    survey_turns,
    tags,
)
from storage import tickets as rows
from storage.applications import Asked
from storage.exports import Event, Message, Owed, PointLine, Purchase, Voucher
from storage.exports_campaigns import Way, Written
from storage.family import Relative
from storage.gifts import Gift
from storage.members import Consent, Member
from storage.membership import Term
from storage.plans import Plan
from storage.points import Balance
from storage.preferences import Preference
from storage.survey_turns import Turn
from storage.tickets import Ticket
from storage.tiers import standing
from storage.types import last_moment
from storage.words import said

FORMAT = 1
"""Of the data file. Raise it where a name in it changes its meaning."""
READING = "moments are UTC; amounts are whole minor units of their currency (EUR: cents); file: how Telegram calls it"


@dataclass(frozen=True)
class Words:
    """Something said about a request. `by`: None for the person themselves, else a colleague's name as they know it."""

    by: str | None
    text: str
    media: str | None
    file: str | None
    at: datetime


@dataclass(frozen=True)
class Step:
    """Something that happened to a request."""

    kind: str
    at: datetime


@dataclass(frozen=True)
class Request:
    """A question or a complaint, with all that was said, and the team's tags for it. What the team wrote for itself,
    notes and corrective actions, is not in it."""

    number: int
    kind: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    in_the_hands_of: str | None
    tags: list[str]
    messages: list[Words]
    steps: list[Step]


@dataclass(frozen=True)
class Question:
    """Something asked of the bot. `text`: None where it is emptied; `outcome`: answered, offered or passed_on."""

    text: str | None
    outcome: str
    helpful: bool | None
    at: datetime


@dataclass(frozen=True)
class Surveyed:
    """A survey that they were asked: by question, what they answered. `whole`: all of it, else so far. `begun_again`:
    what they answered since, and have not finished."""

    period: str
    asked_at: datetime
    answered_at: datetime | None
    whole: bool
    by_phone: bool
    answers: dict[str, str | int | None]
    begun_again: dict[str, str | int | None]


@dataclass(frozen=True)
class Attended:
    """An event for which they signed up, and how they stand on its list: coming (of one that is over: came), waiting,
    off, missed."""

    title: str
    starts_at: datetime
    seats: int
    state: str
    signed_up_at: datetime
    called_off: bool


@dataclass(frozen=True)
class Standing:
    """The tier, since when, and until when it is kept at least."""

    tier: Tier
    since: datetime
    until: datetime

    @property
    def last_moment(self) -> datetime:
        """A moment of the last day on which it is kept."""
        return last_moment(self.until)


@dataclass(frozen=True)
class Close:
    """How close the shop stays after a purchase, from 1 to 5, since when; and for what reason, where somebody chose."""

    level: int
    since: datetime
    reason: str | None


@dataclass(frozen=True)
class Planned:
    """What was to be reached together, by when, who looks after it, and each step. `by` as in `Words`."""

    goal: str
    due_at: datetime
    state: str
    looked_after_by: str
    steps: list[PlanStep]


@dataclass(frozen=True)
class PlanStep:
    """`due_at`: the day that held from then on."""

    step: str
    by: str | None
    due_at: datetime
    at: datetime


@dataclass(frozen=True)
class Begun:
    """A form that is open, and what was answered in it so far."""

    name: str
    answers: dict[str, Any]


@dataclass(frozen=True)
class Export:
    """Everything. `updates` and `sent`: how many messages are kept as they came and went, for some days."""

    made_at: datetime
    person: Member
    consents: list[Consent]
    purchases: list[Purchase]
    balance: Balance
    lines: list[PointLine]
    owed: list[Owed]
    standing: Standing | None
    terms: list[Term]
    asked: list[Asked]
    gifts: list[Gift]
    requests: list[Request]
    questions: list[Question]
    surveys: list[Surveyed]
    vouchers: list[Voucher]
    preferences: list[Preference]
    tags: list[str]
    relationship: Close | None
    plans: list[Planned]
    attended: list[Attended]
    family: list[Relative]
    events: list[Event]
    messages: list[Message]
    campaigns: list[Written]
    journeys: list[Way]
    form: Begun | None
    role: str | None
    updates: int
    sent: int
    merged: list[Merged]


@dataclass(frozen=True)
class Merged:
    """A file that became part of this one: when, why, and what stays with it."""

    at: datetime
    why: str | None
    file: Export


def of(db: Connection, person: Member, club: Club, now: datetime) -> Export:
    """Gather it."""
    telegram_id = person.telegram_id or 0
    updates, sent = exports.kept_briefly(db, telegram_id)
    return Export(
        made_at=now,
        person=person,
        consents=members.consents(db, person.id),
        purchases=exports.purchases(db, person.id),
        balance=points.balance(db, person.id, now),
        lines=exports.point_lines(db, person.id),
        owed=exports.owed(db, person.id),
        standing=_standing(db, person.id, club),
        terms=membership.of_member(db, person.id),
        asked=applications.of_member(db, person.id),
        gifts=gifts.of_member(db, person.id),
        requests=[_request(db, one) for one in sorted(rows.of_member(db, person.id, limit=None), key=lambda r: r.id)],
        questions=[Question(one.text, one.outcome, one.helpful, one.at) for one in asked.of_member(db, person.id)],
        surveys=[_surveyed(db, turn, person.language) for turn in survey_turns.of_member(db, person.id)],
        vouchers=exports.vouchers(db, person.id),
        preferences=preferences.of_member(db, person.id),
        tags=[one.words for one in tags.of_member(db, person.id)],
        relationship=_close(db, person.id),
        plans=[_planned(db, plan) for plan in plans.of_member(db, person.id)],
        attended=[
            Attended(said(one.title, person.language), one.starts_at, guest.seats, guest.state, guest.at, one.cancelled)
            for one, guest in events.of_member(db, person.id)
        ],
        family=family.of_member(db, person.id),
        events=exports.events(db, person.id),
        messages=exports.messages(db, person.id),
        campaigns=exports_campaigns.written(db, person.id),
        journeys=exports_campaigns.ways(db, person.id),
        form=_form(db, telegram_id, now),
        role=staff.role_of(db, telegram_id),
        updates=updates,
        sent=sent,
        merged=[
            Merged(one.at, one.reason, of(db, members.by_id(db, one.source_id), club, now))
            for one in merges.into(db, person.id)
        ],
    )


def _standing(db: Connection, member_id: int, club: Club) -> Standing | None:
    tier, found = tiers.tier_of(db, member_id, club), standing(db, member_id)
    return None if tier is None or found is None else Standing(tier, found.since, found.until)


def _close(db: Connection, member_id: int) -> Close | None:
    found = relationships.of(db, member_id)
    return None if found is None else Close(found.level, found.since, found.reason)


def _planned(db: Connection, plan: Plan) -> Planned:
    file = club_plans.file_of(db, plan)
    steps = [PlanStep(event.step, name, event.due_at, event.at) for event, name in file.events]
    return Planned(plan.goal, plan.due_at, plan.state, file.owner, steps)


def _surveyed(db: Connection, turn: Turn, language: str) -> Surveyed:
    """Answers by the key of a ready-made question, or the words of one of the club's own."""
    answers = turn.draft if turn.answers is None else turn.answers
    survey = surveys.existing(db, turn.survey_id) if turn.survey_id is not None else None
    told, again = (
        {
            survey_file.words_of(one, language): survey_file.given(one, said[one.key], language) or None
            for one in (survey.questions if survey else ())
            if one.key in said
        }
        for said in (answers, turn.draft if turn.answers is not None else {})
    )
    by_phone = turn.staff_id is not None
    return Surveyed(turn.period, turn.asked_at, turn.answered_at, turn.answers is not None, by_phone, told, again)


def _form(db: Connection, telegram_id: int, now: datetime) -> Begun | None:
    """The form they fill in. A colleague's may speak of a customer: it is work, and not about them."""
    form = forms.current(db, telegram_id, telegram_id, now)
    if form is None or staff.role_of(db, telegram_id) is not None:
        return None
    return Begun(form.name, form.answers)


def _request(db: Connection, ticket: Ticket) -> Request:
    file = tickets.file_of(db, ticket)
    return Request(
        number=file.number,
        kind=ticket.kind,
        state=ticket.state,
        opened_at=ticket.opened_at,
        resolved_at=ticket.resolved_at,
        in_the_hands_of=file.owner,
        tags=[tag.word for tag in file.tags],
        messages=[
            Words(
                None if one.author == "member" else file.names.get(one.author_id or 0, ""),
                one.text,
                one.media,
                one.file_id,
                one.at,
            )
            for one in file.messages
            if one.author != INTERNAL
        ],
        steps=[Step(event.step, event.at) for event in file.events if event.step != NOTE and event.step not in SORTING],
    )


def as_data(export: Export) -> dict[str, Any]:
    """The copy for programs: nothing in it but texts, numbers, lists and names of them."""
    person = asdict(export.person)
    del person["id"]
    data = {
        "format": FORMAT,
        "reading": READING,
        "made_at": export.made_at,
        "person": person,
        "consents": [asdict(one) for one in export.consents],
        "purchases": [asdict(one) for one in export.purchases],
        "points": {
            "balance": asdict(export.balance),
            "lines": [asdict(one) for one in export.lines],
            "to_be_made_up": [asdict(one) for one in export.owed],
        },
        "tier": None
        if export.standing is None
        else {"tier": export.standing.tier.key, "since": export.standing.since, "until": export.standing.until},
        "memberships": [_without(one, "id", "member_id") for one in export.terms],
        "applications": [_without(one, "id", "member_id", "decided_by") for one in export.asked],
        "gifts": [_without(one, "id", "member_id", "purchase_id") for one in export.gifts],
        "requests": [asdict(one) for one in export.requests],
        "questions_to_the_bot": [asdict(one) for one in export.questions],
        "surveys": [asdict(one) for one in export.surveys],
        "vouchers": [asdict(one) for one in export.vouchers],
        "preferences": [asdict(one) for one in export.preferences],
        "tags": export.tags,
        "relationship": None if export.relationship is None else asdict(export.relationship),
        "joint_plans": [asdict(one) for one in export.plans],
        "events": [asdict(one) for one in export.attended],
        "family": [asdict(one) for one in export.family],
        "visits_benefits_and_programmes": [asdict(one) for one in export.events],
        "messages_of_the_club": [asdict(one) for one in export.messages],
        "campaign_messages": [asdict(one) for one in export.campaigns],
        "journeys": [asdict(one) for one in export.journeys],
        "open_form": None if export.form is None else asdict(export.form),
        "works_here_as": export.role,
        "kept_for_some_days": {"updates": export.updates, "messages": export.sent},
        "files_that_became_part_of_this": [
            {"at": one.at, "why": one.why, "file": as_data(one.file)} for one in export.merged
        ],
    }
    plain: dict[str, Any] = _plain(data)
    return plain


def _without(one: Term | Asked | Gift, *inside: str) -> dict[str, Any]:
    """Without what means something only inside the database."""
    return {name: value for name, value in asdict(one).items() if name not in inside}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
