"""What people ask and the knowledge base has no answer to, the same questions in other words together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from club.refusal import Refused
from club.tokens import features
from storage import asked
from storage.asked import Question

LOOKED_AT = 300
"""The newest questions without an answer; what nobody has asked since hundreds of others can wait."""
ALIKE = 0.5
"""Share of what two texts are made of that must be common for them to be one question."""


@dataclass(frozen=True)
class Gap:
    """Questions that mean the same, the newest first. `number`: of the newest."""

    number: int
    texts: tuple[str, ...]
    questions: tuple[int, ...]


def gaps(db: Connection) -> list[Gap]:
    """The most asked first, then the newest."""
    groups: list[tuple[Counter[str], list[Question]]] = []
    for question in asked.gaps(db, LOOKED_AT):
        bag = features(question.text or "")
        group = next((group for group in groups if _alike(group[0], bag)), None)
        if group is None:
            groups.append((bag, [question]))
        else:
            group[1].append(question)
    found = [_gap(questions) for _, questions in groups]
    return sorted(found, key=lambda gap: (-len(gap.questions), -gap.number))


def gap_of(db: Connection, question_id: int) -> Gap:
    """The gap that this question belongs to. Refused where it was closed."""
    gap = next((gap for gap in gaps(db) if question_id in gap.questions), None)
    if gap is None:
        raise Refused("knowledge/gap_gone")
    return gap


def _gap(questions: list[Question]) -> Gap:
    texts = tuple(dict.fromkeys(question.text or "" for question in questions))
    return Gap(questions[0].id, texts, tuple(question.id for question in questions))


def _alike(one: Counter[str], other: Counter[str]) -> bool:
    """Half of both together is common to both (Dice)."""
    common = len(one.keys() & other.keys())
    return common > 0 and 2 * common >= ALIKE * (len(one) + len(other))


def close_like(db: Connection, text: str) -> None:
    """Somebody has answered this: who asked alike before left no gap any more."""
    bag = features(text)
    asked.settle(db, [one.id for one in asked.gaps(db, LOOKED_AT) if _alike(bag, features(one.text or ""))])
