"""The club in figures: how closely its members are tied to it, who comes, who goes, and what it owes.

Three levels of a relationship (Berry & Parasuraman, Marketing Services, 1991): by price, which anybody can copy; by
people; and by a service that somebody would have to build anew elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club.club import Club
from storage import compensations, figures, relationships

WINDOWS = (30, 90)
"""Days."""
RETENTION_DAYS = 90


@dataclass(frozen=True)
class Change:
    """Who joined in the last so many days, who left, and whose last day went by (`lapsed`)."""

    days: int
    joined: int
    left: int
    lapsed: int = 0


@dataclass(frozen=True)
class Figures:
    """`levels`: members by how they are tied, each counted at the highest: none yet, price, people, structure.

    `outside`: customers who are no members; `prospects` have bought nothing yet. `retention` and `repurchase` in whole
    percent, rounded down; None where there is nobody to be counted. `amends`: what complaints were made up for with in
    the last 90 days: how many times, points, minor units in vouchers. `close`: members by relationship level, 1 to 5.
    """

    members: int
    outside: int
    prospects: int
    levels: tuple[int, int, int, int]
    changes: tuple[Change, ...]
    retention: int | None
    target: int
    points: int
    customers: int
    repurchase: int | None
    amends: tuple[int, int, int] = (0, 0, 0)
    close: Mapping[int, int] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        """Do as many stay as the club aims for?"""
        return self.retention is not None and self.retention >= self.target


def club_figures(db: Connection, club: Club, now: datetime) -> Figures:
    """The report, as of now."""
    customers = figures.customers(db)
    since = now - timedelta(days=RETENTION_DAYS)
    members = figures.headcount(db, since)
    return Figures(
        members=members.now,
        outside=customers.outside,
        prospects=figures.prospects(db),
        levels=_levels(figures.ties(db), members.now),
        changes=tuple(_change(db, days, now) for days in WINDOWS),
        retention=_percent(members.stayed, members.then),
        target=club.retention_target,
        points=figures.points_outstanding(db, now),
        customers=customers.every,
        repurchase=_percent(customers.again, customers.every),
        amends=compensations.cost(db, since),
        close=relationships.counts(db),
    )


def _levels(ties: figures.Ties, members: int) -> tuple[int, int, int, int]:
    tied = ties.structural + ties.social + ties.financial
    return members - tied, ties.financial, ties.social, ties.structural


def _change(db: Connection, days: int, now: datetime) -> Change:
    since = now - timedelta(days=days)
    gone, lapsed = figures.left_since(db, since), figures.lapsed_since(db, since)
    return Change(days, figures.joined_since(db, since), gone - lapsed, lapsed)


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None
