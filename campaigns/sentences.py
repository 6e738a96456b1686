"""What a rule asks, in the words of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from typing import Any

from campaigns.audience_fields import FIELDS
from campaigns.rules import ALL, EVERYBODY, Condition, Not, Rule
from club.club import Club
from club.money import decimals
from templates import render

LONGEST = 1_200
"""Characters of a sentence: it stands in messages among other words."""


def of(rule: Rule, language: str, club: Club, *, members: bool) -> str:
    """The whole sentence, as Telegram HTML: who are meant, members or people of any status."""
    said = "" if rule == EVERYBODY else _said(clauses(rule), language, club, depth=0)
    sentence = render("rules/sentence", language, said=said, members=members)
    plain = unescape(sentence)
    return sentence if len(plain) <= LONGEST else escape(f"{plain[: LONGEST - 1]}…", quote=False)


@dataclass(frozen=True)
class Clause:
    """What is said of people by one condition, or that it is not so."""

    condition: Condition
    yes: bool


@dataclass(frozen=True)
class Clauses:
    """All of them are so, or any of them."""

    every: bool
    parts: tuple[Clause | Clauses, ...]


def clauses(rule: Rule, *, yes: bool = True) -> Clause | Clauses:
    """A rule as people say it: a not is said of each condition in it, and a group in one of its own kind is part of
    it. So nobody has to turn anything in their head."""
    if isinstance(rule, Not):
        return clauses(rule.rule, yes=not yes)
    if isinstance(rule, Condition):
        return Clause(rule, yes)
    every, parts = (rule.kind == ALL) == yes, list[Clause | Clauses]()
    for part in (clauses(one, yes=yes) for one in rule.rules):
        parts += part.parts if isinstance(part, Clauses) and part.every == every else [part]
    return parts[0] if len(parts) == 1 else Clauses(every, tuple(parts))


def _said(clause: Clause | Clauses, language: str, club: Club, depth: int) -> str:
    if isinstance(clause, Clause):
        return render(f"rules/{clause.condition.field}", language, **facts_of(clause, language, club))
    parts = [_said(part, language, club, depth + 1) for part in clause.parts]
    grouped = any(isinstance(part, Clauses) for part in clause.parts)
    return render("rules/group", language, parts=parts, every=clause.every, depth=depth, grouped=grouped)


def facts_of(clause: Clause, language: str, club: Club) -> dict[str, Any]:
    """What the words for a condition need: each of its field's keys, None where it was not told."""
    told: dict[str, Any] = dict(clause.condition.facts)
    facts = dict.fromkeys(FIELDS[clause.condition.field].keys) | told
    for day in ("since", "until"):
        if day in told:
            facts[day] = date.fromisoformat(told[day])
    tiers = {tier.key: tier.name(language) for tier in club.tiers.tiers} if clause.condition.field == "tier" else {}
    return {
        "facts": facts,
        "yes": clause.yes,
        "club": club,
        "unit": 10 ** decimals(club.currency),
        "tiers": [tiers.get(key, key) for key in told.get("in", ())],
        "lowest": tiers.get(told.get("at_least", "")) or told.get("at_least"),
    }


def phrase(rule: Rule, language: str, club: Club) -> str:
    """A part of a rule in words, without markup: for a button."""
    return unescape(_said(clauses(rule), language, club, depth=1))
