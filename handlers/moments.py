"""When a campaign speaks: the moments that its question offers, and a day and an hour that somebody types."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from campaigns import moments
from campaigns.definition import NOW
from campaigns.kinds import CONTENT, GREETING, SERVICE
from campaigns.problems import Invalid
from club.days import day_of
from club.refusal import Refused
from handlers.chat import Chat
from handlers.forms import Answers, Choice

READY: dict[str, Any] = {
    "now": NOW,
    "birthday": {"when": "birthday"},
    "anniversary": {"when": "joined_anniversary"},
    "spring": {"when": "festival", "festival": "spring_festival"},
    "autumn": {"when": "festival", "festival": "mid_autumn"},
    "eve": {"when": "event", "days": -1},
    "day_after": {"when": "event", "days": 1},
    "joined": {"when": "joined"},
    "first": {"when": "purchased", "first": True},
    "bought": {"when": "purchased"},
    "away": {"when": "silent", "intervals": 2},
}
_DAY_AND_HOUR = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:\s+(\d{1,2}:\d{2}))?")


def parse(chat: Chat, text: str, _answers: Answers) -> Any:
    """One that is offered, or a day and an hour, as the clock is where each member lives."""
    if text in READY:
        return READY[text]
    match = _DAY_AND_HOUR.fullmatch(text.strip())
    if match is None:
        raise Refused("campaigns/moment_unclear")
    try:
        day = date(*(int(part) for part in match[1].split("-")))
        moment = moments.parse({"when": "once", "on": day.isoformat(), "at": (match[2] or "10:00").zfill(5)})
    except (ValueError, Invalid):
        raise Refused("campaigns/moment_unclear") from None
    if day < day_of(chat.now, chat.club.zone):
        raise Refused("campaigns/day_passed")
    return moment.as_data()


def choices(_chat: Chat, answers: Answers) -> list[Choice]:
    """Those that fit what it is: a journey, a greeting, or anything else."""
    at_once = Choice("now", "moment_now")
    if answers.get("journey"):
        return [
            Choice("joined", "moment_joined"),
            Choice("first", "moment_first"),
            Choice("bought", "moment_bought"),
            Choice("away", "moment_away"),
            Choice("birthday", "moment_birthday"),
            at_once,
        ]
    day_after = Choice("day_after", "moment_day_after")
    if answers.get("kind") != GREETING:
        of_events = {SERVICE: [Choice("eve", "moment_eve")], CONTENT: [day_after]}
        return [*of_events.get(answers.get("kind", ""), []), at_once]
    return [
        Choice("birthday", "moment_birthday"),
        Choice("anniversary", "moment_anniversary"),
        Choice("spring", "moment_spring"),
        Choice("autumn", "moment_autumn"),
        day_after,
        at_once,
    ]
