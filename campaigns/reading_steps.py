"""Reads the steps of a journey, and says what is wrong with them: where, what was found, what would have worked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from campaigns import audiences
from campaigns.audiences import Audience
from campaigns.journey import EXITS, Branch, Exit, Journey, Say, Step, Task, Wait
from campaigns.moments import EARLIEST, FIRST_YEAR, LAST_YEAR, LATEST
from campaigns.problems import Invalid
from campaigns.reading_messages import Data, Reading

MAX_STEPS, MAX_DEPTH, MAX_DAYS, MAX_TASK = 40, 3, 366, 200
SAY, WAIT, IF, TASK, EXIT = "texts", "wait", "if", "task", "exit"
ALLOWED: Mapping[str, tuple[str, ...]] = {
    SAY: ("texts", "variants", "buttons", "picture", "embargo", "last_day"),
    WAIT: ("wait",),
    IF: ("if", "then", "else"),
    TASK: ("task",),
    EXIT: ("exit",),
}
"""What each kind of step may say, beside its name."""
_CALLED = {SAY: "message", WAIT: "wait", IF: "if", TASK: "task", EXIT: "exit"}
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?")


def journey(reading: Reading, data: Data) -> Journey | None:
    """The journey that `steps` and `exits` mean; what is wrong goes to the reading."""
    pass_ = _Steps(reading)
    pass_.take_names(data.get("steps"))
    steps = pass_.several(data.get("steps"), "steps", 0)
    if steps and not reading.problems and not any(isinstance(one, Say) for one in pass_.read):
        reading.wrong("steps", f"{len(pass_.read)} without a word", "a message among them")
    return Journey(steps, _exits(reading, data.get("exits"))) if steps else None


def _exits(reading: Reading, data: object) -> tuple[str, ...]:
    found = [] if data is None else [data] if isinstance(data, str) else data
    if not isinstance(found, Sequence) or not all(one in EXITS for one in found):
        reading.wrong("exits", data, f"some of {', '.join(EXITS)}")
        return ()
    return tuple(one for one in EXITS if one in found)


class _Steps:
    """One pass over all steps; each gets a name that no other has, and keeps the one it has."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.names: set[str] = set()
        self.told: set[str] = set()
        self.read: list[Step] = []

    def take_names(self, data: object) -> None:
        """Those that are told: a step without one gets another."""
        for one in data if isinstance(data, list) else []:
            if isinstance(one, Mapping):
                self.names |= {one["name"]} if isinstance(one.get("name"), str) else set()
                self.take_names(one.get("then"))
                self.take_names(one.get("else"))

    def several(self, data: object, place: str, depth: int) -> tuple[Step, ...]:
        if not isinstance(data, list) or (depth == 0 and not data):
            self.reading.wrong(place, data, "a list of steps")
            return ()
        numbered = enumerate(data, start=1)
        found = [self.one(one, f"{place}[{number}]", depth) for number, one in numbered]
        return tuple(step for step in found if step is not None)

    def one(self, data: object, place: str, depth: int) -> Step | None:
        if isinstance(data, str) and data == EXIT:
            data = {EXIT: True}
        kinds = [kind for kind in ALLOWED if isinstance(data, Mapping) and any(k in data for k in _marks(kind))]
        if not isinstance(data, Mapping) or len(kinds) != 1:
            self.reading.wrong(place, data, f"one of {', '.join(ALLOWED)}")
            return None
        if len(self.read) >= MAX_STEPS:
            self.reading.wrong(place, data, f"at most {MAX_STEPS} steps")
            return None
        kind = kinds[0]
        for key in data:
            if key not in (*ALLOWED[kind], "name"):
                self.reading.wrong(f"{place}.{key}", data[key], f"name, {', '.join(ALLOWED[kind])}")
        step = _READERS[kind](self, data, self.name(data.get("name"), kind, place), place, depth)
        self.read.append(step)
        return step

    def name(self, said: object, kind: str, place: str) -> str:
        if said is None:
            free = (f"{_CALLED[kind]}-{number}" for number in range(1, 10_000))
            name = next(one for one in free if one not in self.names)
            self.names.add(name)
            return name
        if not isinstance(said, str) or not _NAME.fullmatch(said):
            self.reading.wrong(f"{place}.name", said, "small letters, digits and hyphens, 30 at most")
            return "-"
        if said in self.told:
            self.reading.wrong(f"{place}.name", said, "a name that no other step has")
        self.told.add(said)
        return said

    def say(self, data: Data, name: str, place: str, _depth: int) -> Step:
        prefix = f"{place}."
        buttons = tuple(self.reading.buttons(data, prefix))
        picture, embargo = self.reading.picture(data, prefix), self.reading.embargo(data, prefix)
        last_day = None if data.get("last_day") is None else self.day(data["last_day"], f"{prefix}last_day")
        if embargo is not None and last_day is not None and last_day < embargo.date():
            self.reading.wrong(f"{prefix}last_day", data["last_day"], f"{embargo:%Y-%m-%d} or later, when it may leave")
        return Say(name, self.reading.wordings(data, prefix), buttons, picture, embargo, last_day)

    def wait(self, data: Data, name: str, place: str, _depth: int) -> Step:
        said, place = data["wait"], f"{place}.wait"
        said = {"days": said} if isinstance(said, int) else said
        if (
            not isinstance(said, Mapping)
            or ("days" in said) == ("until" in said)
            or set(said) - {"days", "until", "at"}
        ):
            self.reading.wrong(place, said, "days, or until a day, at an hour if you like")
            return Wait(name, 1)
        if "days" in said:
            return Wait(name, self.days(said["days"], f"{place}.days", at=said.get("at")))
        return Wait(name, None, self.day(said["until"], f"{place}.until"), self.hour(said.get("at"), f"{place}.at"))

    def days(self, said: Any, place: str, at: object) -> int:
        if at is not None:
            self.reading.wrong(place, at, "an hour beside until only")
        if not isinstance(said, int) or isinstance(said, bool) or not 1 <= said <= MAX_DAYS:
            self.reading.wrong(place, said, f"a whole number from 1 to {MAX_DAYS}")
            return 1
        return said

    def day(self, said: object, place: str) -> date:
        try:
            day = said if isinstance(said, date) else date.fromisoformat(str(said))
        except ValueError:
            day = date.min
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            self.reading.wrong(place, said, "a day like 2027-02-06")
            return date(FIRST_YEAR, 1, 1)
        return day

    def hour(self, said: object, place: str) -> time | None:
        if said is None:
            return None
        try:
            hour = time.fromisoformat(str(said))
        except ValueError:
            hour = time(0)
        if hour.tzinfo or hour.second or not EARLIEST <= hour <= LATEST:
            self.reading.wrong(place, said, f"a time from {EARLIEST:%H:%M} to {LATEST:%H:%M}, when nobody is asleep")
            return None
        return hour

    def branch(self, data: Data, name: str, place: str, depth: int) -> Step:
        if depth >= MAX_DEPTH:
            self.reading.wrong(place, name, f"at most {MAX_DEPTH} branches within one another")
            return Branch(name, Audience())
        then = self.several(data.get("then") or [], f"{place}.then", depth + 1)
        otherwise = self.several(data.get("else") or [], f"{place}.else", depth + 1)
        return Branch(name, self.audience(data["if"], f"{place}.if"), then, otherwise)

    def audience(self, data: object, place: str) -> Audience:
        if not data:
            self.reading.wrong(place, data, "a condition, as in an audience")
            return Audience()
        try:
            return audiences.parse(data, place)
        except Invalid as invalid:
            self.reading.problems += invalid.problems
            return Audience()

    def task(self, data: Data, name: str, place: str, _depth: int) -> Step:
        said = data["task"]
        texts = {self.reading.languages[0]: said} if isinstance(said, str) else said
        fits = (
            isinstance(texts, Mapping)
            and texts
            and all(isinstance(one, str) and _is_line(one) for one in texts.values())
        )
        if not fits:
            self.reading.wrong(
                f"{place}.task", said, f"a line of at most {MAX_TASK} characters, or one for each language"
            )
            texts = {}
        return Task(name, {str(language): text.strip() for language, text in texts.items()})

    def exit(self, data: Data, name: str, place: str, _depth: int) -> Step:
        if data["exit"] is not True:
            self.reading.wrong(f"{place}.exit", data["exit"], "true")
        return Exit(name)


def _marks(kind: str) -> tuple[str, ...]:
    """What tells a step of this kind."""
    return ("texts", "variants") if kind == SAY else (kind,)


def _is_line(text: str) -> bool:
    return 0 < len(text.strip()) <= MAX_TASK and "\n" not in text.strip()


_READERS = {SAY: _Steps.say, WAIT: _Steps.wait, IF: _Steps.branch, TASK: _Steps.task, EXIT: _Steps.exit}
