"""Rules at random, over what the drawn club has and has not."""

from __future__ import annotations

from random import Random
from typing import Any

from campaigns.audience_fields import FIELDS

Data = dict[str, Any]
_VALUES: dict[str, list[Any]] = {
    "product": ["Kettle", "Oolong", "Odd", "Gone"],
    "category": ["Ware", "Tea", "Gone"],
    "branch": ["Bund", "Park", "Gone"],
    "within_days": [1, 7, 30, 90, 365],
    "before_days": [7, 30, 90],
    "since": ["2026-09-01", "2026-11-01", "2026-11-15"],
    "until": ["2026-10-31", "2026-11-20"],
    "to": ["marketing"],
    "times": [1, 1.5, 2],
    "did": ["received", "pressed", "replied"],
    "key": ["birthday", "spring", "gone"],
    "is": ["open", "made"],
    "name": ["size", "gone"],
}
_SPECIAL: dict[str, dict[str, list[Any]]] = {
    "language": {"in": [["en"], ["en", "zh-Hans"]]},
    "zone": {"in": [["UTC"], ["Asia/Taipei", "Europe/Paris"]]},
    "status": {"in": [["prospect"], ["left", "member"]]},
    "source": {"in": [["fair"], ["fair", "gone"]]},
    "branch": {"in": [["Bund"], ["Bund", "Park"], ["Gone"]]},
    "joined": {"month": ["this", "last"]},
    "birthday": {"month": [1, 2, 11, 12, "this", "next"]},
    "tier": {"in": [["gold"], ["silver", "gone"]], "at_least": ["silver", "gold", "unheard"]},
    "willing": {"is": ["yes", "no"]},
    "event": {"is": ["listed", "came"], "number": [1, 2, 3, 4, 5, 6, 99]},
    "level": {"at_least": [1, 2, 4, 5], "at_most": [1, 3, 5]},
    "points": {"at_least": [1, 50, 99, 100], "at_most": [0, 49, 100]},
    "spent": {"at_least": [1, 50, 100], "at_most": [0, 50, 200]},
    "tag": {"in": [["vip"], ["vegan", "size"], ["gone"]]},
    "custom": {"in": [["42"], ["42", "43"], ["gone"]]},
}
_BOUNDS = {"at_least": [1, 2, 3], "at_most": [0, 1, 3]}


def rule(random: Random, depth: int = 3) -> Data:
    """A tree of conditions, at most so deep."""
    kind = random.choice(["all", "any", "not", "condition", "condition"]) if depth else "condition"
    if kind == "condition":
        return condition(random)
    if kind == "not":
        return {"not": rule(random, depth - 1)}
    return {kind: [rule(random, depth - 1) for _ in range(random.randint(1, 3))]}


def condition(random: Random, name: str = "") -> Data:
    """One condition, of this field or any."""
    field = FIELDS[name or random.choice(list(FIELDS))]
    keys = {key for key in field.keys if key in field.must or random.random() < 0.3}
    if field.needs and not keys & set(field.needs):
        keys.add(random.choice(field.needs))
    told = {key: random.choice(_values(field.name, key)) for key in field.keys if key in keys}
    if told.get("at_most", 9**9) < told.get("at_least", 0) if field.name != "tier" else False:
        del told["at_most"]
    return {field.name: told}


def _values(field: str, key: str) -> list[Any]:
    return _SPECIAL.get(field, {}).get(key) or _BOUNDS.get(key) or _VALUES[key]
