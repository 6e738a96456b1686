"""The one validator of campaigns: what is wrong, where, and what would have worked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from campaigns import audiences, moments, words
from campaigns.audiences import Audience
from campaigns.definition import ADDRESS, ANSWER, NOW, PLACES, REQUEST, Button, Definition, Wording
from campaigns.kinds import GREETING, KINDS, PROMOTION, Kind
from campaigns.moments import Moment
from campaigns.problems import Invalid, Problem, shown
from club.names import units

MAX_NAME, MAX_GOAL, MAX_BUTTONS, MAX_LABEL, MAX_VARIANTS = 60, 200, 6, 30, 4
MAX_HOLDOUT = 50
FIELDS = (
    "key", "name", "goal", "kind", "audience", "moment", "texts", "variants", "buttons", "picture", "ends_on",
    "holdout",
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


class _Reading:
    """One pass over the data, and what is wrong with it."""

    def __init__(self, data: object, languages: Sequence[str], tried: bool) -> None:
        self.problems: list[Problem] = []
        self.tried = tried
        self.languages = languages
        self.data: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        if not isinstance(data, Mapping):
            self.wrong("campaign", data, "fields such as key, kind and texts")
        for name in self.data:
            if name not in FIELDS:
                self.wrong(str(name), self.data[name], f"one of {', '.join(FIELDS)}")

    def wrong(self, place: str, found: object, expected: str) -> None:
        self.problems.append(Problem(place, "nothing" if found is None else shown(found), expected))

    def definition(self) -> Definition:
        kind = self.kind()
        found = Definition(
            key=self.key(),
            name=self.line("name", MAX_NAME, self.data.get("key")),
            goal=self.line("goal", MAX_GOAL, ""),
            kind=kind,
            audience=self.audience(),
            moment=self.moment(),
            wordings=self.wordings(),
            buttons=tuple(self.buttons()),
            picture=self.picture(),
            ends_on=self.day(),
            holdout=self.percent(kind),
        )
        self.problems += _unfit(found)
        return found

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

    def wordings(self) -> tuple[Wording, ...]:
        """`texts` for one wording, `variants` for several that are compared."""
        variants = self.data.get("variants")
        if variants is None:
            return (Wording(self.texts("texts", self.data.get("texts"))),)
        if not isinstance(variants, list) or not 1 <= len(variants) <= MAX_VARIANTS:
            self.wrong("variants", variants, f"a list of 1 to {MAX_VARIANTS} wordings")
            return (Wording({self.languages[0]: "-?"}),)
        return tuple(self.wording(f"variants[{number}]", one) for number, one in enumerate(variants, start=1))

    def wording(self, place: str, data: object) -> Wording:
        one = data if isinstance(data, Mapping) else {}
        share = one.get("share", 1)
        if not isinstance(share, int) or isinstance(share, bool) or not 1 <= share <= 100:
            self.wrong(f"{place}.share", share, "a whole number from 1 to 100")
            share = 1
        return Wording(self.texts(f"{place}.texts", one.get("texts")), share)

    def texts(self, place: str, data: object) -> dict[str, str]:
        if not isinstance(data, Mapping) or not data:
            self.wrong(place, data, f"a text for each of {', '.join(self.languages)}")
            return {self.languages[0]: "-?"}
        for language in data:
            if language not in self.languages:
                self.wrong(f"{place}.{language}", data[language], f"one of {', '.join(self.languages)}")
        texts = {language: data[language] for language in self.languages if data.get(language)}
        return {language: self.text(f"{place}.{language}", text, language) for language, text in texts.items()}

    def text(self, place: str, text: object, language: str) -> str:
        if not isinstance(text, str) or not text.strip():
            self.wrong(place, text, "a text")
            return "-?"
        most = words.MAX_CAPTION if self.data.get("picture") else words.MAX_TEXT
        wrong = [] if self.tried else words.check(text, language, most=most)
        self.problems += [Problem(f"{place}{one.place}", one.found, one.expected) for one in wrong]
        return text.strip()

    def buttons(self) -> Iterator[Button]:
        buttons = self.data.get("buttons") or []
        if not isinstance(buttons, list) or len(buttons) > MAX_BUTTONS:
            self.wrong("buttons", buttons, f"a list of at most {MAX_BUTTONS}")
            return
        for number, one in enumerate(buttons, start=1):
            yield self.one_button(f"buttons[{number}]", one if isinstance(one, Mapping) else {})

    def one_button(self, place: str, data: Mapping[str, Any]) -> Button:
        said, does = data.get("label"), data.get("does", ANSWER)
        labels = {self.languages[0]: said} if isinstance(said, str) else said
        if not isinstance(labels, Mapping) or not labels or not all(is_label(one) for one in labels.values()):
            self.wrong(f"{place}.label", said, f"a text of at most {MAX_LABEL} characters, or one for each language")
            labels = {self.languages[0]: "-"}
        if not isinstance(does, str) or not (does in (ANSWER, REQUEST, *PLACES) or _is_address(does)):
            self.wrong(f"{place}.does", does, f"{ANSWER}, {REQUEST}, an https address, or one of {', '.join(PLACES)}")
            does = ANSWER
        return Button({str(language): text.strip() for language, text in labels.items()}, does)

    def picture(self) -> str | None:
        picture = self.data.get("picture")
        if picture is not None and not (isinstance(picture, str) and 0 < len(picture) <= 200):
            self.wrong("picture", picture, "the file id of a photo that Telegram keeps")
            return None
        return picture

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


def is_label(text: object) -> bool:
    return isinstance(text, str) and len(text.strip()) > 0 and units(text) <= MAX_LABEL


def _is_address(text: str) -> bool:
    return text.startswith(ADDRESS) and len(text) <= 512 and re.search(r"[\s<>\"]", text) is None


def _unfit(found: Definition) -> Iterator[Problem]:
    """What is right by itself, and wrong for this kind of campaign."""
    if not found.buttons:
        for place, text in _texts(found):
            if not invites(text):
                yield Problem(place, "no question, and no button", "something that one can reply to")
    if found.kind.key == PROMOTION and found.ends_on is None:
        yield Problem("ends_on", "nothing", "the last day of the offer, such as 2026-12-24")
    if found.kind.key != PROMOTION and found.ends_on is not None:
        yield Problem("ends_on", found.ends_on.isoformat(), "nothing: only a promotion ends")
    if found.kind.key == GREETING:
        yield from _selling(found)
    if found.ends_on is None:
        for place, text in _texts(found):
            if "ends" in words.used(text):
                yield Problem(place, "{{ ends }}", "a promotion, which has a last day")


def _texts(found: Definition) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(found.wordings, start=1):
        prefix = "texts" if len(found.wordings) == 1 else f"variants[{number}].texts"
        yield from ((f"{prefix}.{language}", text) for language, text in one.texts.items())


def _selling(found: Definition) -> Iterator[Problem]:
    """A greeting sells nothing: neither in its words nor behind its buttons."""
    for place, text in _texts(found):
        if sold := sells(text):
            yield Problem(place, repr(sold), "a greeting without an offer, or a promotion")
    for number, button in enumerate(found.buttons, start=1):
        if button.address or button.does in SELLING:
            yield Problem(f"buttons[{number}].does", repr(button.does), "a place where nothing is sold")
