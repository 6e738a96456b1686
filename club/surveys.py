"""Surveys: asked of each customer once in a period at most, answered in a minute, and read as figures without names.

Satisfaction is measured regularly, to find faults and to see what a change brought. Answers are sealed; the sums that
reports are made of name nobody, and stay when somebody is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from club import satisfaction, steps, tickets
from club.club import Club
from club.periods import period_of
from club.refusal import Refused
from club.survey_sets import (
    AGAIN,
    CHOICE,
    EXPECTED,
    MOST_QUESTIONS,
    PERCEIVED,
    RELATIONSHIP,
    SCALE,
    SETS,
    TEXT,
    YES,
    Question,
    Words,
    question_of,
)
from club.tickets import Said
from storage import members, merges, survey_turns, surveys
from storage.members import Member
from storage.survey_turns import Answers, Turn
from storage.tickets import Ticket

DRAFT, ON, CLOSED = "draft", "on", "closed"
OPEN = (DRAFT, ON)
ONCE, MONTHLY, QUARTERLY = "once", "monthly", "quarterly"
RHYTHMS = (ONCE, MONTHLY, QUARTERLY)
GAP = "gap"
"""The sum of how much more than expected was perceived; states are read from it, so that the border may be moved."""
MAX_WORDS = 1_000


@dataclass(frozen=True)
class Survey:
    """`title` None: that of its set. `questions` in their order."""

    id: int
    set: str
    title: Words | None
    questions: tuple[Question, ...]
    state: str
    author_id: int
    campaign_id: int | None
    made_at: datetime

    def question(self, key: str) -> Question:
        """Raises `Refused` for one that it does not ask."""
        found = next((one for one in self.questions if one.key == key), None)
        if found is None:
            raise Refused("buttons/unknown")
        return found

    def asks(self, *keys: str) -> bool:
        """Does it ask all of these?"""
        return set(keys) <= {one.key for one in self.questions}


@dataclass(frozen=True)
class Outcome:
    """All is answered. `state`: dissatisfied, satisfied or delighted, None where that was not asked; `again`: it took
    the place of earlier answers."""

    survey: Survey
    turn: Turn
    state: str | None
    again: bool


# ---- making -------------------------------------------------------------------------------------------------------


def create(db: Connection, set_: str, title: Words | None, author_id: int, now: datetime) -> Survey:
    """A new draft of a ready-made set, or an empty one."""
    survey_id = surveys.add(db, _content(set_, title, SETS[set_]), author_id, now)
    return existing(db, survey_id)


def add_question(db: Connection, survey: Survey, question: Question) -> Survey:
    """One more question, at the end. Raises `Refused` once it has been sent, and for too many."""
    if len(survey.questions) >= MOST_QUESTIONS:
        raise Refused("surveys/enough_questions", most=MOST_QUESTIONS)
    return _rewrite(db, survey, (*survey.questions, question))


def drop_question(db: Connection, survey: Survey) -> Survey:
    """Take the last question out. Raises `Refused` once it has been sent, and where there is none."""
    if not survey.questions:
        raise Refused("surveys/no_questions")
    return _rewrite(db, survey, survey.questions[:-1])


def _rewrite(db: Connection, survey: Survey, questions: tuple[Question, ...]) -> Survey:
    """Only a draft changes: what was asked once is compared with what is asked later."""
    if not surveys.move(db, survey.id, (DRAFT,), content=_content(survey.set, survey.title, questions)):
        raise Refused("surveys/is_on")
    return existing(db, survey.id)


def put_on(db: Connection, survey: Survey, campaign_id: int | None = None) -> Survey:
    """It may be answered from now on: a campaign sends it, or a colleague asks by phone. Raises `Refused` where it is
    closed, and where it asks nothing."""
    if not survey.questions:
        raise Refused("surveys/no_questions")
    sent = {} if campaign_id is None else {"campaign_id": campaign_id}
    if not surveys.move(db, survey.id, OPEN, state=ON, **sent):
        raise Refused("surveys/over")
    return existing(db, survey.id)


def close(db: Connection, survey: Survey) -> Survey:
    """It takes no answers any more; its report stays."""
    if not surveys.move(db, survey.id, OPEN, state=CLOSED):
        raise Refused("surveys/over")
    return existing(db, survey.id)


def existing(db: Connection, survey_id: int) -> Survey:
    """Raises `Refused` for one that never was."""
    row = surveys.by_id(db, survey_id)
    if row is None:
        raise Refused("surveys/unknown")
    return _survey(row)


def listed(db: Connection, states: tuple[str, ...], *, offset: int = 0, limit: int = 10) -> list[Survey]:
    """Those in one of these states, the newest first."""
    return [_survey(row) for row in surveys.of_states(db, states, offset=offset, limit=limit)]


def _survey(row: surveys.Row) -> Survey:
    data = json.loads(row.content)
    questions = tuple(question_of(one) for one in data["questions"])
    return Survey(row.id, data["set"], data["title"], questions, row.state, row.author_id, row.campaign_id, row.made_at)


def _content(set_: str, title: Words | None, questions: tuple[Question, ...]) -> str:
    data = {"set": set_, "title": title, "questions": [one.as_data() for one in questions]}
    return json.dumps(data, ensure_ascii=False)


def rhythms(club: Club) -> tuple[str, ...]:
    """How often a survey may be sent: not more often than anybody may be asked."""
    return RHYTHMS if club.surveys.period == "month" else (ONCE, QUARTERLY)


def period(club: Club, now: datetime) -> str:
    """The period it is, by the club's own calendar: in it, nobody is asked twice."""
    return period_of(now, club.surveys.period, club.zone).key


# ---- answering ----------------------------------------------------------------------------------------------------


def by_phone(db: Connection, survey: Survey, customer: Member, club: Club, staff_id: int, now: datetime) -> Turn:
    """The turn of a customer who answers by phone. Raises `Refused` where they were asked about something else in this
    period, and for whoever was forgotten."""
    if customer.telegram_id is None:
        raise Refused("customers/gone")
    survey = put_on(db, survey)
    turn = survey_turns.take(db, customer.id, survey.id, period(club, now), staff_id, now)
    if turn is None:
        raise Refused("surveys/asked_already")
    return turn


def turn_to_answer(db: Connection, turn_id: int, member: Member | None, *, staff: bool) -> tuple[Survey, Turn]:
    """A turn, locked, and its survey. Raises `Refused` where it is not this member's (and nobody of the staff asks),
    where they were forgotten, and where the survey is over."""
    turn = survey_turns.by_id(db, turn_id, lock=True)
    if turn is None or turn.survey_id is None:
        raise Refused("surveys/over")
    if not staff and (member is None or merges.holder(db, turn.member_id) != member.id):
        raise Refused("buttons/unknown")
    if customer_of(db, turn).telegram_id is None:
        raise Refused("customers/gone")
    survey = existing(db, turn.survey_id)
    if survey.state != ON:
        raise Refused("surveys/over")
    return survey, turn


def next_question(survey: Survey, turn: Turn) -> Question | None:
    """What is to be asked next; None: all is answered."""
    return next((one for one in survey.questions if one.key not in turn.draft), None)


def is_through(turn: Turn) -> bool:
    """Have they answered all, and not begun anew?"""
    return turn.answers is not None and not turn.draft


def is_due(survey: Survey, turn: Turn, question: Question, value: int | str | None) -> bool:
    """Is this what is asked now, or an answer of this go that is changed? Otherwise its button was pressed twice, or
    stands under an old message; so too where a single question gets the answer once more that it has."""
    if is_through(turn) and turn.answers == {question.key: value}:
        return False
    return question.key in turn.draft or question == next_question(survey, turn)


def answer(db: Connection, survey: Survey, turn: Turn, question: Question, value: int | str | None) -> Turn:
    """One answer; the same again takes its place. Raises `Refused` for what the question does not offer."""
    if isinstance(value, str):
        value = value.strip()[:MAX_WORDS] or None
    if not question.fits(value):
        raise Refused("buttons/unknown")
    draft = {**turn.draft, question.key: value}
    survey_turns.keep_draft(db, turn, draft)
    return replace(turn, draft=draft)


def step_back(db: Connection, survey: Survey, turn: Turn) -> Turn:
    """The last answer is taken back."""
    given = [one.key for one in survey.questions if one.key in turn.draft]
    draft = {key: value for key, value in turn.draft.items() if key not in given[-1:]}
    survey_turns.keep_draft(db, turn, draft)
    return replace(turn, draft=draft)


def finish(db: Connection, survey: Survey, turn: Turn, club: Club, now: datetime, staff_id: int | None) -> Outcome:
    """All is answered: it counts from now on, in the place of what was answered before."""
    answers = turn.draft
    if turn.answers is not None:
        surveys.count_in(db, survey.id, turn.period, counted(survey, turn.answers), -1)
    surveys.count_in(db, survey.id, turn.period, counted(survey, answers), 1)
    willing = answers.get(AGAIN)
    survey_turns.keep_answers(
        db, turn, answers, willing=None if willing is None else willing == YES, staff_id=staff_id, at=now
    )
    done = replace(turn, draft={}, answers=answers, answered_at=now, staff_id=staff_id)
    return outcome(survey, done, club, again=turn.answers is not None)


def outcome(survey: Survey, turn: Turn, club: Club, *, again: bool = False) -> Outcome:
    """What came of a turn whose questions are all answered."""
    return Outcome(survey, turn, state(survey, turn.answers or {}, club), again)


def take_out(db: Connection, turn: Turn) -> None:
    """Another turn of the same person has its place: it goes, and its answers leave the sums."""
    if turn.answers is not None and turn.survey_id is not None:
        values = counted(existing(db, turn.survey_id), turn.answers)
        surveys.count_in(db, turn.survey_id, turn.period, values, -1)
    survey_turns.drop(db, turn.id)


def counted(survey: Survey, answers: Answers) -> dict[str, int]:
    """The values that go into the sums: scales and choices as they were given, and what follows from them."""
    values = {
        one.key: value
        for one in survey.questions
        if one.kind in (SCALE, CHOICE) and isinstance(value := answers.get(one.key), int)
    }
    if EXPECTED in values and PERCEIVED in values:
        values[GAP] = values[PERCEIVED] - values[EXPECTED]
    return values


def state(survey: Survey, answers: Mapping[str, int | str | None], club: Club) -> str | None:
    """Dissatisfied, satisfied or delighted; None where that was not asked, or was passed over."""
    gap = counted(survey, dict(answers)).get(GAP)
    return None if gap is None else satisfaction.state_of(gap, club.surveys.slightly)


def words_in(survey: Survey, answers: Answers) -> list[tuple[Question, str]]:
    """What was answered in words."""
    texts = ((one, answers.get(one.key)) for one in survey.questions if one.kind == TEXT)
    return [(one, text) for one, text in texts if isinstance(text, str)]


def customer_of(db: Connection, turn: Turn) -> Member:
    """Whose turn it is."""
    return members.by_id(db, merges.holder(db, turn.member_id))


def note_answers(db: Connection, ticket: Ticket, told: str, club: Club, now: datetime) -> Ticket:
    """Put what somebody answered beside the complaint that came of it, for the colleagues."""
    tickets.keep(db, ticket, tickets.INTERNAL, 0, Said(told), now)
    return tickets.take_step(db, tickets.existing(db, ticket.id), steps.NOTE, None, club, now)


# ---- the relationship ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Relationship:
    """How content customers are with how the club and they are with each other: the mean in tenths (0 to 100), of so
    many, the last of them on that day."""

    score: int
    count: int
    at: datetime


def relationship(db: Connection) -> Relationship | None:
    """The club's first figure, from the last period in which anybody was asked; None where nobody was."""
    found = surveys.latest_of(db, RELATIONSHIP)
    if found is None:
        return None
    count, total, at = found
    return Relationship((total * 20 + count) // (count * 2), count, at)
