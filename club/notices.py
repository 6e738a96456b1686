"""What the club tells a member about their own membership: written in the transaction that gives the reason for it.

A notice is a row for one member and one occasion. It becomes words when its turn comes (`campaigns/programmes.py`), and
no occasion is told twice, whatever runs again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import occasions
from storage.outbox import Lane

WELCOME, TIER, EXPIRING, PROGRAMME = "welcome_points", "tier", "expiring", "programme"
ENDING, GRACE = "membership_ending", "membership_grace"
RENEWED, LAPSED = "membership_renewed", "membership_lapsed"
FEEDBACK = "feedback"
OF_MEMBERSHIP = frozenset({ENDING, GRACE, RENEWED, LAPSED})
NOTICES = frozenset({WELCOME, TIER, EXPIRING, PROGRAMME, FEEDBACK}) | OF_MEMBERSHIP
A_BREATH = timedelta(milliseconds=1)
"""A notice comes behind the answer of the same moment: first the purchase, then the tier that it led to."""


def note(db: Connection, notice: str, occasion: str, member_id: int, now: datetime) -> None:
    """Tell this member of this occasion, once. `occasion` is a word such as `tier:gold:2026-11-22`."""
    behind = now + A_BREATH
    occasions.plan(db, notice, occasion, Lane.SERVICE, among=occasions.one_member(member_id), not_before=behind)
