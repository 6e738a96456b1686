"""What the words for an audience's conditions are handed: each field with all it may be told, and with little."""

from __future__ import annotations

from typing import Any

from campaigns.rules import Condition, read
from campaigns.sentences import Clause, facts_of
from club.club import Club

NASTY = '<b>Ana</b> & "co"'
GOODS: list[dict[str, Any]] = [
    {"product": NASTY},
    {"category": "茶", "branch": NASTY, "within_days": 1},
    {"product": "碎" * 120, "category": "x", "branch": "碎" * 120, "within_days": 36_500},
    {"branch": "Bund"},
]
BOUNDS: list[dict[str, Any]] = [{"at_least": 1}, {"at_most": 0}, {"at_least": 2, "at_most": 1_000_000_000}]
MANY = [f"{number}" + "碎" * 118 for number in range(50)]
NAMES: list[dict[str, Any]] = [
    {"in": ["vip"]},
    {"in": [NASTY, "b", "c"]},
    {"in": MANY},
]
TOLD: dict[str, list[dict[str, Any]]] = {
    "language": [{"in": ["en"]}, {"in": ["en", "zh-Hans", "zh-Hant"]}],
    "zone": [{"in": ["Asia/Taipei"]}, {"in": ["Asia/Taipei", "UTC"]}],
    "status": [{"in": ["left"]}, {"in": ["left", "member", "prospect"]}],
    "source": NAMES,
    "joined": [
        {"within_days": 30},
        {"before_days": 1},
        {"since": "2026-01-01"},
        {"until": "2026-12-31"},
        {"since": "2026-01-01", "until": "2026-12-31"},
        {"month": "this"},
        {"month": "last"},
    ],
    "birthday": [{"month": month} for month in (1, 12, "this", "next")],
    "consent": [{"to": "marketing"}],
    "tier": [{"in": ["gold"]}, {"in": ["gold", "gone"]}, {"at_least": "silver"}, {"in": ["gold"], "at_least": "gone"}],
    "level": [{"at_least": 3}, {"at_most": 2}, {"at_least": 2, "at_most": 4}, {"at_least": 5, "at_most": 5}],
    "points": BOUNDS,
    "points_lapse": [{"within_days": 1}, {"within_days": 30}],
    "membership_ends": [{"within_days": 1}, {"within_days": 30}],
    "bought": [{}, *GOODS, *BOUNDS, *[goods | bounds for goods in GOODS for bounds in BOUNDS]],
    "orders": [*BOUNDS, *[goods | bounds for goods in GOODS for bounds in BOUNDS]],
    "spent": [*BOUNDS, *[goods | bounds for goods in GOODS for bounds in BOUNDS]],
    "last_bought": [{"within_days": 1}, {"before_days": 90}, {"within_days": 90, "before_days": 30}],
    "silent": [{"times": 2}, {"times": 1.5}],
    "visits": [{}, {"branch": NASTY}, {"within_days": 7, "at_least": 2}, {"branch": "Bund", "at_most": 1}],
    "branch": [{"in": ["Bund"]}, {"in": ["Bund", NASTY], "within_days": 30}],
    "complaint": [{"is": "open"}, {"is": "made"}, {"is": "open", "within_days": 7}, {"is": "made", "within_days": 1}],
    "campaign": [
        {"did": "received", "key": NASTY},
        {"did": "pressed", "key": "spring", "within_days": 30},
        {"did": "replied", "key": NASTY},
    ],
    "event": [
        {"is": who} | number | days
        for who in ("listed", "came")
        for number in ({}, {"number": 12})
        for days in ({}, {"within_days": 1}, {"within_days": 30})
    ],
    "willing": [{"is": "yes"}, {"is": "no"}],
    "tag": NAMES,
    "custom": [{"name": NASTY} | names for names in NAMES],
}
"""For every field, what it may be told."""
WITHIN_OTHERS = ("within", "names", "bounds", "sums", "goods", "where")
"""Pieces that stand in the words of several conditions."""


def rule_facts(club: Club) -> dict[str, list[dict[str, Any]]]:
    """The samples for every message of `rules`."""
    facts = {f"rules/{field}": [_facts(field, told, yes, club) for told in tolds for yes in (True, False)]
             for field, tolds in TOLD.items()}  # fmt: skip
    nasty = "tagged &lt;b&gt;"
    facts["rules/sentence"] = [{"said": said, "members": members} for said in ("", nasty) for members in (True, False)]
    facts["rules/group"] = [
        {"parts": [nasty] * length, "every": every, "depth": depth, "grouped": grouped}
        for length in (2, 5)
        for every in (True, False)
        for depth in (0, 1, 2, 3)
        for grouped in (True, False)
    ]
    whole = {"product": NASTY, "category": None, "branch": NASTY, "within_days": 7}
    pieces = [
        {"facts": whole | {"at_least": 1, "at_most": None} | bounds | names, "yes": yes, "club": club, "unit": 100}
        for bounds in BOUNDS
        for names in NAMES
        for yes in (True, False)
    ]
    return facts | {f"rules/{block}": pieces for block in WITHIN_OTHERS}


def _facts(field: str, told: dict[str, Any], yes: bool, club: Club) -> dict[str, Any]:
    rule, problems = read({field: told}, "audience")
    assert isinstance(rule, Condition), problems
    return facts_of(Clause(rule, yes), "en", club)
