"""A journey's steps as plain data, changed in one place: a step put in, another in its stead, one taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Json = dict[str, Any]
Change = Callable[[list[Json]], list[Json]]
END, AFTER, THEN, ELSE, INSTEAD = "end", "after", "then", "else", "instead"
WHERE = (END, AFTER, THEN, ELSE, INSTEAD)
"""Behind all others; behind a step; as the first of a branch's way; in a step's stead."""


def put(steps: Sequence[Json], new: Json, where: str, name: str = "") -> list[Json]:
    """The steps with a new one `where` it is told, seen from the step of that name."""
    if where == END:
        return [*steps, new]

    def change(step: Json) -> list[Json]:
        if where == AFTER:
            return [step, new]
        if where == INSTEAD:
            return [new | {"name": name} | _kept(step, new)]
        return [step | {where: [new, *step.get(where, [])]}]

    return _at(steps, name, change)


def _kept(old: Json, new: Json) -> Json:
    """A message with other words keeps its picture, and the days on which it may leave."""
    return {key: old[key] for key in ("picture", "embargo", "last_day") if key in old} if "texts" in new else {}


def drop(steps: Sequence[Json], name: str) -> list[Json]:
    """The steps without this one, and without what is in it."""
    return _at(steps, name, lambda _step: [])


def _at(steps: Sequence[Json], name: str, change: Callable[[Json], list[Json]]) -> list[Json]:
    found = []
    for step in steps:
        if step.get("name") == name:
            found += change(step)
        else:
            found.append(step | {key: _at(step[key], name, change) for key in (THEN, ELSE) if key in step})
    return found


def named(steps: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """The step of this name, as data."""
    for step in steps:
        if step.get("name") == name:
            return step
        inside = named([*step.get(THEN, []), *step.get(ELSE, [])], name)
        if inside is not None:
            return inside
    return None
