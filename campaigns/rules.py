"""Rules over members as data: conditions, joined by all, any and not. Read, or refused with all that is wrong.

    {"all": [{"tier": {"in": ["gold"]}}, {"not": {"bought": {"product": "Kettle", "within_days": 90}}}]}

What is read may come from a stranger's file: how deep and how long it is, is bounded before it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.audience_fields import FIELDS, Field, Value
from campaigns.problems import Problem, shown

ALL, ANY, NOT = "all", "any", "not"
MAX_DEPTH = 5
"""Of groups and negations around one condition; more is read by nobody."""
MAX_CONDITIONS = 40
MAX_PROBLEMS = 20
"""Told at once."""


@dataclass(frozen=True)
class Condition:
    """What one field has to be. `facts`: its keys and values, in the order of the field's own keys."""

    field: str
    facts: tuple[tuple[str, Value], ...] = ()

    def as_data(self) -> dict[str, Any]:
        return {self.field: {key: list(value) if isinstance(value, tuple) else value for key, value in self.facts}}


@dataclass(frozen=True)
class Group:
    """All of the rules, or any of them. All of none is everybody."""

    kind: str  # all | any
    rules: tuple[Rule, ...]

    def as_data(self) -> dict[str, Any]:
        return {self.kind: [rule.as_data() for rule in self.rules]}


@dataclass(frozen=True)
class Not:
    rule: Rule

    def as_data(self) -> dict[str, Any]:
        return {NOT: self.rule.as_data()}


Rule = Condition | Group | Not
EVERYBODY = Group(ALL, ())


def conditions_in(rule: Rule) -> Iterator[Condition]:
    """Every condition in it, from left to right."""
    if isinstance(rule, Condition):
        yield rule
    else:
        for part in rule.rules if isinstance(rule, Group) else (rule.rule,):
            yield from conditions_in(part)


def places(rule: Rule, place: str) -> Iterator[tuple[str, Condition]]:
    """The same, each with the way to it."""
    if isinstance(rule, Condition):
        yield f"{place}.{rule.field}", rule
    elif isinstance(rule, Not):
        yield from places(rule.rule, f"{place}.{NOT}")
    else:
        for number, part in enumerate(rule.rules, start=1):
            yield from places(part, f"{place}.{rule.kind}[{number}]")


def read(data: object, place: str) -> tuple[Rule, list[Problem]]:
    """The rule that this data means, and what is wrong with it. With a problem, the rule is of no use."""
    reading = _Reading()
    if isinstance(data, Mapping) and (not data or dict(data) == {ALL: []}):
        return EVERYBODY, []
    rule = reading.rule(data, place, 0)
    return rule or EVERYBODY, reading.problems


class _Reading:
    """One pass over the data, with what it found wrong and how much it has read."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.read = 0

    def wrong(self, place: str, found: object, expected: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(place, shown(found), expected))

    def rule(self, data: object, place: str, depth: int) -> Rule | None:
        if not isinstance(data, Mapping) or len(data) != 1:
            self.wrong(place, data, "one condition, or all, any or not")
            return None
        ((name, content),) = data.items()
        if name in (ALL, ANY, NOT) and depth >= MAX_DEPTH:
            self.wrong(place, data, f"at most {MAX_DEPTH} levels of all, any and not")
            return None
        if name in (ALL, ANY):
            return self.group(name, content, f"{place}.{name}", depth)
        if name == NOT:
            part = self.rule(content, f"{place}.{NOT}", depth + 1)
            return None if part is None else Not(part)
        return self.condition(name, content, place)

    def group(self, kind: str, content: object, place: str, depth: int) -> Rule | None:
        if not isinstance(content, Sequence) or isinstance(content, str | bytes) or not content:
            self.wrong(place, content, "a list of conditions")
            return None
        if len(content) > MAX_CONDITIONS:
            self.wrong(place, content, f"at most {MAX_CONDITIONS} conditions")
            return None
        parts = [self.rule(part, f"{place}[{number}]", depth + 1) for number, part in enumerate(content, start=1)]
        return Group(kind, tuple(part for part in parts if part is not None))

    def condition(self, name: object, content: object, place: str) -> Rule | None:
        self.read += 1
        if self.read > MAX_CONDITIONS:
            if self.read == MAX_CONDITIONS + 1:
                self.wrong(place, self.read, f"at most {MAX_CONDITIONS} conditions in all")
            return None
        field = FIELDS.get(name) if isinstance(name, str) else None
        if field is None:
            self.wrong(place, name, f"all, any, not, or one of {', '.join(FIELDS)}")
            return None
        if not isinstance(content, Mapping) or len(content) > len(field.keys):
            self.wrong(f"{place}.{field.name}", content, _keys_of(field))
            return None
        return self.facts(field, content, f"{place}.{field.name}")

    def facts(self, field: Field, content: Mapping[Any, object], place: str) -> Rule | None:
        known = len(self.problems)
        for key in content:
            if key not in field.keys:
                self.wrong(place, key, _keys_of(field))
        for key in field.must:
            if key not in content:
                self.wrong(place, dict(content), f"{key} as well")
        if field.needs and not any(key in content for key in field.needs):
            self.wrong(place, dict(content), f"at least one of {', '.join(field.needs)}")
        facts = []
        for key, reader in field.keys.items():
            if key in content:
                value = reader.read(content[key])
                if value is None:
                    self.wrong(f"{place}.{key}", content[key], reader.expected)
                else:
                    facts.append((key, value))
        low, high = dict(facts).get("at_least"), dict(facts).get("at_most")
        if isinstance(low, int) and isinstance(high, int) and low > high:
            self.wrong(f"{place}.at_most", high, f"at least {low}, which is its at_least")
        return Condition(field.name, tuple(facts)) if len(self.problems) == known else None


def _keys_of(field: Field) -> str:
    return f"one or more of {', '.join(field.keys)}"
