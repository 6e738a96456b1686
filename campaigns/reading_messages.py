"""Reads a message out of plain data: its texts in each language, its buttons, its picture; and what is wrong there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from campaigns import words
from campaigns.definition import ADDRESS, ANSWER, PLACES, REQUEST, Button, Wording
from campaigns.problems import Problem, shown
from club.names import units

MAX_BUTTONS, MAX_LABEL, MAX_VARIANTS = 6, 30, 4
_NUMBERED = re.compile(r"(?:survey|event):[1-9][0-9]{0,11}", re.ASCII)
Data = Mapping[str, Any]


class Reading:
    """One pass over data, and what is wrong with it. `languages`: what the club speaks, its own first. `tried`: the
    texts were found fit before. Places begin with a `prefix`, which ends with a dot or is empty."""

    def __init__(self, languages: Sequence[str], tried: bool) -> None:
        self.problems: list[Problem] = []
        self.tried = tried
        self.languages = languages

    def wrong(self, place: str, found: object, expected: str) -> None:
        self.problems.append(Problem(place, "nothing" if found is None else shown(found), expected))

    def wordings(self, data: Data, prefix: str = "") -> tuple[Wording, ...]:
        """`texts` for one wording, `variants` for several that are compared."""
        variants, most = data.get("variants"), words.MAX_CAPTION if data.get("picture") else words.MAX_TEXT
        if variants is None:
            return (Wording(self.texts(f"{prefix}texts", data.get("texts"), most)),)
        if not isinstance(variants, list) or not 1 <= len(variants) <= MAX_VARIANTS:
            self.wrong(f"{prefix}variants", variants, f"a list of 1 to {MAX_VARIANTS} wordings")
            return (Wording({self.languages[0]: "-?"}),)
        numbered = enumerate(variants, start=1)
        return tuple(self.wording(f"{prefix}variants[{number}]", one, most) for number, one in numbered)

    def wording(self, place: str, data: object, most: int) -> Wording:
        one = data if isinstance(data, Mapping) else {}
        share = one.get("share", 1)
        if not isinstance(share, int) or isinstance(share, bool) or not 1 <= share <= 100:
            self.wrong(f"{place}.share", share, "a whole number from 1 to 100")
            share = 1
        return Wording(self.texts(f"{place}.texts", one.get("texts"), most), share)

    def texts(self, place: str, data: object, most: int = words.MAX_TEXT) -> dict[str, str]:
        """A text for each language that is told; the club's own has to be, where none is."""
        if not isinstance(data, Mapping) or not data:
            self.wrong(place, data, f"a text for each of {', '.join(self.languages)}")
            return {self.languages[0]: "-?"}
        for language in data:
            if language not in self.languages:
                self.wrong(f"{place}.{language}", data[language], f"one of {', '.join(self.languages)}")
        texts = {language: data[language] for language in self.languages if data.get(language)}
        return {language: self.text(f"{place}.{language}", text, language, most) for language, text in texts.items()}

    def text(self, place: str, text: object, language: str, most: int) -> str:
        if not isinstance(text, str) or not text.strip():
            self.wrong(place, text, "a text")
            return "-?"
        wrong = [] if self.tried else words.check(text, language, most=most)
        self.problems += [Problem(f"{place}{one.place}", one.found, one.expected) for one in wrong]
        return text.strip()

    def buttons(self, data: Data, prefix: str = "") -> Iterator[Button]:
        buttons = data.get("buttons") or []
        if not isinstance(buttons, list) or len(buttons) > MAX_BUTTONS:
            self.wrong(f"{prefix}buttons", buttons, f"a list of at most {MAX_BUTTONS}")
            return
        for number, one in enumerate(buttons, start=1):
            yield self.one_button(f"{prefix}buttons[{number}]", one if isinstance(one, Mapping) else {})

    def one_button(self, place: str, data: Mapping[str, Any]) -> Button:
        said, does = data.get("label"), data.get("does", ANSWER)
        labels = {self.languages[0]: said} if isinstance(said, str) else said
        if not isinstance(labels, Mapping) or not labels or not all(is_label(one) for one in labels.values()):
            self.wrong(f"{place}.label", said, f"a text of at most {MAX_LABEL} characters, or one for each language")
            labels = {self.languages[0]: "-"}
        if not isinstance(does, str) or not (does in (ANSWER, REQUEST, *PLACES) or _leads(does)):
            ways = f"{ANSWER}, {REQUEST}, an https address, survey:NUMBER, event:NUMBER, or one of {', '.join(PLACES)}"
            self.wrong(f"{place}.does", does, ways)
            does = ANSWER
        return Button({str(language): text.strip() for language, text in labels.items()}, does)

    def picture(self, data: Data, prefix: str = "") -> str | None:
        picture = data.get("picture")
        if picture is not None and not (isinstance(picture, str) and 0 < len(picture) <= 200):
            self.wrong(f"{prefix}picture", picture, "the file id of a photo that Telegram keeps")
            return None
        return picture

    def embargo(self, data: Data, prefix: str = "") -> datetime | None:
        """The moment, by the club's own clock, before which nothing of it leaves."""
        said = data.get("embargo")
        if said is None:
            return None
        try:
            moment = said if isinstance(said, datetime) else datetime.fromisoformat(str(said))
        except ValueError:
            moment = None
        if (
            moment is None
            or moment.tzinfo
            or moment.second
            or moment.microsecond
            or len(str(said)) < len("2027-02-06 10")
        ):
            self.wrong(f"{prefix}embargo", said, "a day and a time such as 2027-02-06 10:00, by the club's clock")
            return None
        return moment


def is_label(text: object) -> bool:
    return isinstance(text, str) and len(text.strip()) > 0 and units(text) <= MAX_LABEL


def _leads(does: str) -> bool:
    """To an address, to the questions of a survey, or to an event?"""
    return _is_address(does) or _NUMBERED.fullmatch(does) is not None


def _is_address(text: str) -> bool:
    return text.startswith(ADDRESS) and len(text) <= 512 and re.search(r"[\s<>\"]", text) is None
