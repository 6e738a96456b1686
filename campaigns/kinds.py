"""Kinds of campaigns. The kind, not the marketer's haste, decides whom one may write to, when, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.outbox import Lane

PROMOTION, GREETING, CONTENT = "promotion", "greeting", "content"
SERVICE, LOYALTY, SURVEY = "service", "loyalty", "survey"


@dataclass(frozen=True)
class Kind:
    """`asks`: only who wants to hear from the club gets it. `quiet`: it waits for decent hours where the member lives.
    `lane`: whom it lets go first, and whether it is repeated where a crash left it unclear. `holdout`: the percent
    that gets nothing, to compare with. `counts`: it is a contact. `limited`: it is left out where there were enough.
    """

    key: str
    asks: bool
    quiet: bool
    lane: Lane
    holdout: int
    limited: bool
    counts: bool


KINDS: Mapping[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(SERVICE, asks=False, quiet=False, lane=Lane.SERVICE, holdout=0, limited=False, counts=False),
        Kind(GREETING, asks=True, quiet=True, lane=Lane.GREETING, holdout=0, limited=False, counts=True),
        Kind(LOYALTY, asks=False, quiet=True, lane=Lane.SERVICE, holdout=0, limited=False, counts=False),
        Kind(CONTENT, asks=True, quiet=True, lane=Lane.PROMOTION, holdout=0, limited=True, counts=True),
        Kind(SURVEY, asks=True, quiet=True, lane=Lane.PROMOTION, holdout=0, limited=True, counts=True),
        Kind(PROMOTION, asks=True, quiet=True, lane=Lane.PROMOTION, holdout=10, limited=True, counts=True),
    )
}
"""The first goes first where several want to write to the same member (greeting, reward, content, promotion)."""
RANKS: Mapping[str, int] = {key: rank for rank, key in enumerate(KINDS)}
