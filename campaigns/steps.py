"""What may be done with a campaign in which state: one table, and nothing happens beside it."""

from __future__ import annotations

from collections.abc import Mapping

from club.refusal import Refused

DRAFT, SUBMITTED, APPROVED, RUNNING = "draft", "submitted", "approved", "running"
PAUSED, DONE, CANCELLED = "paused", "done", "cancelled"
LIVE = frozenset({APPROVED, RUNNING})
"""It speaks of itself, as soon as its moment comes."""
OVER = frozenset({DONE, CANCELLED})

CHANGE, SUBMIT, APPROVE, RETURN = "change", "submit", "approve", "return"
LOOK = "look"
"""Somebody who works alone looks at their own campaign; a minute later they may approve it."""
BEGIN, PAUSE, RESUME, FINISH, CANCEL = "begin", "pause", "resume", "finish", "cancel"
WAIT = "wait"
"""What was paused before it had begun goes back to waiting for its moment."""

REOPEN, RESTORE = "reopen", "restore"
"""A journey that is on is opened to be changed; or left as it was."""

TABLE: Mapping[str, Mapping[str, str]] = {
    DRAFT: {CHANGE: DRAFT, SUBMIT: SUBMITTED, RESTORE: RUNNING, CANCEL: CANCELLED},
    SUBMITTED: {LOOK: SUBMITTED, APPROVE: APPROVED, RETURN: DRAFT, CANCEL: CANCELLED},
    APPROVED: {BEGIN: RUNNING, PAUSE: PAUSED, REOPEN: DRAFT, CANCEL: CANCELLED},
    RUNNING: {PAUSE: PAUSED, REOPEN: DRAFT, FINISH: DONE, CANCEL: CANCELLED},
    PAUSED: {RESUME: RUNNING, WAIT: APPROVED, REOPEN: DRAFT, CANCEL: CANCELLED},
    DONE: {},
    CANCELLED: {},
}
"""State, step: the state after it. What is not here is refused."""


def may(state: str, step: str) -> bool:
    """Is this step open now?"""
    return step in TABLE[state]


def after(state: str, step: str, name: str) -> str:
    """The state that a step leads to. Raises `Refused` where it may not be done now."""
    if not may(state, step):
        raise Refused("campaigns/not_now", state=state, name=name)
    return TABLE[state][step]
