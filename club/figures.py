"""The club in figures: how closely its members are tied to it, who comes, who goes, and what it owes.

Three levels of a relationship (Berry & Parasuraman, Marketing Services, 1991): by price, which anybody can copy; by
people; and by a service that somebody would have to build anew elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club.club import Club
from club.frequency import FINANCIAL, SOCIAL, STRUCTURAL
from storage import compensations, figures

WINDOWS = (30, 90)
"""Days."""
RETENTION_DAYS = 90


@dataclass(frozen=True)
class Change:
    """Who joined and who left in the last so many days."""

    days: int
    joined: int
    left: int


@dataclass(frozen=True)
class Figures:
    """`levels`: members by how they are tied, each counted at the highest: none yet, price, people, structure.

    `outside`: customers who are no members; `prospects` have bought nothing yet. `retention` and `repurchase` in whole
    percent, rounded down; None where there is nobody to be counted. `amends`: what complaints were made up for with in
    the last 90 days: how many times, points, minor units in vouchers.
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

    @property
    def kept(self) -> bool:
        """Do as many stay as the club aims for?"""
        return self.retention is not None and self.retention >= self.target


def club_figures(db: Connection, club: Club, now: datetime) -> Figures:
    """The report, as of now."""
    customers, again = figures.customers(db)
    since = now - timedelta(days=RETENTION_DAYS)
    return Figures(
        members=figures.members(db),
        outside=figures.customers_outside(db),
        prospects=figures.prospects(db),
        levels=_levels(db),
        changes=tuple(_change(db, days, now) for days in WINDOWS),
        retention=_percent(figures.members_since(db, since), figures.members_at(db, since)),
        target=club.retention_target,
        points=figures.points_outstanding(db, now),
        customers=customers,
        repurchase=_percent(again, customers),
        amends=compensations.cost(db, since),
    )


def _levels(db: Connection) -> tuple[int, int, int, int]:
    structural = figures.bound_by(db, STRUCTURAL)
    social = (figures.bound_by(db, SOCIAL) | figures.visitors(db)) - structural
    financial = (figures.bound_by(db, FINANCIAL) | figures.buyers(db)) - social - structural
    rest = figures.members(db) - len(structural) - len(social) - len(financial)
    return rest, len(financial), len(social), len(structural)


def _change(db: Connection, days: int, now: datetime) -> Change:
    since = now - timedelta(days=days)
    return Change(days, figures.joined_since(db, since), figures.left_since(db, since))


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None
