"""The one validator of campaigns: what is wrong, where, and what would have worked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from campaigns import audiences, moments, reading_steps, words
from campaigns.audiences import Audience
from campaigns.definition import NOW, Definition
from campaigns.journey import Journey
from campaigns.kinds import GREETING, KINDS, PROMOTION, SURVEY, Kind
from campaigns.moments import Moment
from campaigns.problems import Invalid, Problem
from campaigns.reading_messages import MAX_LABEL, Reading, is_label

MAX_NAME, MAX_GOAL = 60, 200
MAX_HOLDOUT = 50
FIELDS = (
    "key", "name", "goal", "kind", "audience", "moment", "texts", "variants", "buttons", "picture", "ends_on",
    "holdout", "steps", "exits", "embargo",
)  # fmt: skip
SELLING = frozenset({"rewards", "vouchers"})
"""Where no button of a greeting leads, nor to any address."""
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_BRACES = re.compile(r"\{[{%].*?[}%]\}", re.DOTALL)
_QUESTION = re.compile(r"[?？]")
_PRICE = re.compile(
    r"[%％€$£¥￥]|\b(?:EUR|USD|CNY|TWD|HKD|RMB|discounts?|sale|coupons?|special offer)\b|\d\s*元"
    r"|折扣|优惠|優惠|特价|特價|打折|减价|減價|促销|促銷|满减|滿減|抢购|搶購|购买|購買|下单|下單",
    re.IGNORECASE,
)
"""What gives a sale away in a greeting."""


def parse(data: object, languages: Sequence[str], *, tried: bool = False) -> Definition:
    """The campaign that plain data mean. Raises `Invalid`.

    `languages`: what the club speaks, its own first. `tried`: its texts were found fit before.
    """
    reading = _Reading(data, languages, tried)
    found = reading.definition()
    if reading.problems:
        raise Invalid(reading.problems)
    return found


class _Reading(Reading):
    """One pass over a whole campaign."""

    def __init__(self, data: object, languages: Sequence[str], tried: bool) -> None:
        super().__init__(languages, tried)
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.wrong("campaign", data, "fields such as key, kind and texts")
        for name in self.data:
            if name not in FIELDS:
                self.wrong(str(name), self.data[name], f"one of {', '.join(FIELDS)}")

    def definition(self) -> Definition:
        kind, journey = self.kind(), self.journey()
        found = Definition(
            key=self.key(),
            name=self.line("name", MAX_NAME, self.data.get("key")),
            goal=self.line("goal", MAX_GOAL, ""),
            kind=kind,
            audience=self.audience(),
            moment=self.moment(),
            wordings=() if journey else self.wordings(self.data),
            buttons=() if journey else tuple(self.buttons(self.data)),
            picture=None if journey else self.picture(self.data),
            ends_on=self.day(),
            holdout=self.percent(kind),
            journey=journey,
            embargo=None if journey else self.embargo(self.data),
        )
        self.problems += _unfit(found)
        return found

    def journey(self) -> Journey | None:
        """Its steps, where it has any."""
        if self.data.get("steps") is None:
            if self.data.get("exits"):
                self.wrong("exits", self.data["exits"], "steps to leave")
            return None
        for name in ("texts", "variants", "buttons", "picture", "embargo"):
            if self.data.get(name):
                self.wrong(name, self.data[name], f"{name} in the steps of the journey")
        return reading_steps.journey(self, self.data)

    def key(self) -> str:
        key = self.data.get("key")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            self.wrong("key", key, "small letters, digits and hyphens, such as autumn-tea, 40 at most")
            return "-"
        return key

    def line(self, name: str, most: int, default: Any) -> str:
        text = self.data.get(name) or default
        if not isinstance(text, str) or len(text) > most or "\n" in text:
            self.wrong(name, text, f"a line of at most {most} characters")
            return "-"
        return text.strip()

    def kind(self) -> Kind:
        kind = self.data.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            self.wrong("kind", kind, f"one of {', '.join(KINDS)}")
            return KINDS[PROMOTION]
        return KINDS[kind]

    def audience(self) -> Audience:
        try:
            return audiences.parse(self.data.get("audience") or {})
        except Invalid as invalid:
            self.problems += invalid.problems
            return Audience()

    def moment(self) -> Moment | None:
        said = self.data.get("moment") or NOW
        if said == NOW:
            return None
        try:
            return moments.parse(said)
        except Invalid as invalid:
            self.problems += invalid.problems
            return None

    def day(self) -> date | None:
        said = self.data.get("ends_on")
        if said is None or isinstance(said, date):
            return said
        try:
            return date.fromisoformat(str(said))
        except ValueError:
            self.wrong("ends_on", said, "a day such as 2026-12-24")
            return None

    def percent(self, kind: Kind) -> int:
        holdout = self.data.get("holdout")
        if holdout is None:
            return kind.holdout
        if not isinstance(holdout, int) or isinstance(holdout, bool) or not 0 <= holdout <= MAX_HOLDOUT:
            self.wrong("holdout", holdout, f"whole percent from 0 to {MAX_HOLDOUT}")
            return kind.holdout
        return holdout


def sells(text: str) -> str | None:
    """What gives an offer away in it; None where nothing does."""
    found = _PRICE.search(_BRACES.sub("", text))
    return found[0] if found else None


def invites(text: str) -> bool:
    """Does it ask something, so that one can reply?"""
    return _QUESTION.search(text) is not None


def _unfit(found: Definition) -> Iterator[Problem]:
    """What is right by itself, and wrong for this kind of campaign."""
    for prefix, message in _placed(found):
        if not message.buttons:
            for place, text in _texts(message, prefix):
                if not invites(text):
                    yield Problem(place, "no question, and no button", "something that one can reply to")
        if found.kind.key == GREETING:
            yield from _selling(message, prefix)
        if found.ends_on is None:
            for place, text in _texts(message, prefix):
                if "ends" in words.used(text):
                    yield Problem(place, "{{ ends }}", "a promotion, which has a last day")
    if found.survey is not None and found.kind.key != SURVEY:
        yield Problem("kind", found.kind.key, "survey, where a button opens one")
    if found.journey is not None and found.kind.key == SURVEY:
        yield Problem("kind", SURVEY, "another kind: a survey is one message, and asked once in a period")
    if found.kind.key == PROMOTION and found.ends_on is None:
        yield Problem("ends_on", "nothing", "the last day of the offer, such as 2026-12-24")
    if found.kind.key != PROMOTION and found.ends_on is not None:
        yield Problem("ends_on", found.ends_on.isoformat(), "nothing: only a promotion ends")


def _placed(found: Definition) -> Iterator[tuple[str, Definition]]:
    """Each of its messages, and how the places in it begin."""
    names = [""] if found.journey is None else [f"steps.{say.name}." for say in found.journey.messages]
    yield from zip(names, found.messages(), strict=True)


def _texts(message: Definition, prefix: str) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(message.wordings, start=1):
        place = "texts" if len(message.wordings) == 1 else f"variants[{number}].texts"
        yield from ((f"{prefix}{place}.{language}", text) for language, text in one.texts.items())


def _selling(message: Definition, prefix: str) -> Iterator[Problem]:
    """A greeting sells nothing: neither in its words nor behind its buttons."""
    for place, text in _texts(message, prefix):
        if sold := sells(text):
            yield Problem(place, repr(sold), "a greeting without an offer, or a promotion")
    for number, button in enumerate(message.buttons, start=1):
        if button.address or button.does in SELLING:
            yield Problem(f"{prefix}buttons[{number}].does", repr(button.does), "a place where nothing is sold")


__all__ = ["MAX_GOAL", "MAX_HOLDOUT", "MAX_LABEL", "MAX_NAME", "SELLING", "invites", "is_label", "parse", "sells"]
