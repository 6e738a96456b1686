"""What whoever serves should know of a customer, in whichever branch."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from club.family import NEVER
from storage import family, preferences
from storage.family import Relative
from storage.preferences import Preference


@dataclass(frozen=True)
class Needs:
    """`preferences`: newest first. `never`: whom nobody brings up."""

    preferences: tuple[Preference, ...] = ()
    never: tuple[Relative, ...] = ()


NOTHING = Needs()


def of(db: Connection, member_id: int) -> Needs:
    """Gather it."""
    never = tuple(one for one in family.of_member(db, member_id) if one.wish == NEVER)
    return Needs(tuple(preferences.of_member(db, member_id)), never)
