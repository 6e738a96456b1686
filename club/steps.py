"""What may be done with a request in which state: one table, and nothing happens beside it.

A complaint is taken by a named person, looked into, put right or explained, made up for where that is due, and the
customer is asked whether it is well now (complaint recovery). A question is answered.
"""

from __future__ import annotations

from collections.abc import Mapping

from club.refusal import Refused

COMPLAINT, QUESTION = "complaint", "question"

NEW, TAKEN, INVESTIGATING, WAITING = "new", "taken", "investigating", "waiting"
FIXED, EXPLAINED, COMPENSATED, FEEDBACK, CLOSED = "fixed", "explained", "compensated", "feedback", "closed"
STATES = (NEW, TAKEN, INVESTIGATING, WAITING, FIXED, EXPLAINED, COMPENSATED, FEEDBACK, CLOSED)
DONE = frozenset({FEEDBACK, CLOSED})
"""Nothing is left to do for the staff."""

OPEN, TAKE, HAND_OVER, PUT_BACK, REOPEN, JOIN = "open", "take", "hand_over", "put_back", "reopen", "join"
REPLY, ASK, ANSWER, INVESTIGATE, NOTE = "reply", "ask", "answer", "investigate", "note"
FIX, EXPLAIN, COMPENSATE, RESOLVE, SETTLE, NAME_CAUSE = "fix", "explain", "compensate", "resolve", "settle", "cause"
ASK_FEEDBACK = "ask_feedback"
"""The customer is asked whether it is well now."""
TAKE_BACK = "take_back"
"""What was given to make up for a complaint goes back."""

COMPLAIN = "complain"
"""What came as a question is a complaint."""
TAG, UNTAG, DEPARTMENT, ACTION = "tag", "untag", "department", "action"
"""How the team sorts a request, and what it did so that the same does not happen again."""
SORTING = frozenset({TAG, UNTAG, DEPARTMENT, ACTION})
PRIORITY = "priority"
NORMAL, URGENT = "normal", "urgent"
WARN, OVERDUE = "warn", "overdue"
"""Somebody was told that most of the promised time is over, or all of it."""

_HANDS = {HAND_OVER: TAKEN, PUT_BACK: NEW}
_WORK = {ASK: WAITING, INVESTIGATE: INVESTIGATING, FIX: FIXED, EXPLAIN: EXPLAINED, **_HANDS}
_TOLD = {INVESTIGATE: INVESTIGATING, ASK: WAITING, COMPENSATE: COMPENSATED, RESOLVE: FEEDBACK, **_HANDS}
_ANSWERING = {ASK: WAITING, RESOLVE: CLOSED, **_HANDS}

TABLE: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    COMPLAINT: {
        NEW: {TAKE: TAKEN, JOIN: CLOSED},
        TAKEN: {REPLY: INVESTIGATING, JOIN: CLOSED, **_WORK},
        INVESTIGATING: {REPLY: INVESTIGATING, **_WORK},
        WAITING: {REPLY: WAITING, ANSWER: INVESTIGATING, **_WORK},
        FIXED: {REPLY: FIXED, EXPLAIN: EXPLAINED, **_TOLD},
        EXPLAINED: {REPLY: EXPLAINED, FIX: FIXED, **_TOLD},
        COMPENSATED: {REPLY: COMPENSATED, **_TOLD},
        FEEDBACK: {ASK_FEEDBACK: FEEDBACK, SETTLE: CLOSED, REOPEN: NEW},
        CLOSED: {REOPEN: NEW},
    },
    QUESTION: {
        NEW: {TAKE: TAKEN, JOIN: CLOSED, COMPLAIN: NEW},
        TAKEN: {REPLY: TAKEN, JOIN: CLOSED, COMPLAIN: TAKEN, **_ANSWERING},
        WAITING: {REPLY: WAITING, ANSWER: TAKEN, COMPLAIN: WAITING, **_ANSWERING},
        CLOSED: {REOPEN: NEW},
    },
}
"""Kind, state, step: the state after it. What is not here is refused."""

ALWAYS = frozenset({NOTE, NAME_CAUSE, TAKE_BACK, PRIORITY, WARN, OVERDUE}) | SORTING
"""Steps that change no state."""


def after(kind: str, state: str, step: str, number: int) -> str:
    """The state that a step leads to. Raises `Refused` with the reason where it may not be done now."""
    if step in ALWAYS:
        return state
    to = TABLE[kind].get(state, {}).get(step)
    if to is None:
        raise Refused(_why(kind, state, step), number=number, state=state, step=step)
    return to


def may(kind: str, state: str, step: str) -> bool:
    """Is this step open now?"""
    return step in ALWAYS or step in TABLE[kind].get(state, {})


def _why(kind: str, state: str, step: str) -> str:
    if state in DONE:
        return "tickets/closed"
    if state == NEW:
        return "tickets/take_first"
    if step == RESOLVE:
        return "tickets/tell_first"
    if step == COMPENSATE:
        return "compensations/tell_first" if kind == COMPLAINT else "compensations/no_complaint"
    return "tickets/not_now"
