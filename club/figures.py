"""The club in figures: how closely its members are tied to it, who comes, who goes, and what it owes.

Three levels of a relationship (Berry & Parasuraman, Marketing Services, 1991): by price, which anybody can copy; by
people; and by a service that somebody would have to build anew elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from club.club import Club
from club.frequency import KINDS, SOCIAL, STRUCTURAL
from storage import compensations, figures

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
    """Each member once, at the highest: whoever is tied by a kind is not counted again at the ones below it."""
    structural = figures.tied(db, [STRUCTURAL])
    by_people = figures.tied(db, [STRUCTURAL, SOCIAL], visits=True)
    at_all = figures.tied(db, KINDS, visits=True, purchases=True)
    return figures.members(db) - at_all, at_all - by_people, by_people - structural, structural


def _change(db: Connection, days: int, now: datetime) -> Change:
    since = now - timedelta(days=days)
    gone, lapsed = figures.left_since(db, since), figures.lapsed_since(db, since)
    return Change(days, figures.joined_since(db, since), gone - lapsed, lapsed)


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None
