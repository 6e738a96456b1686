"""The scorecard of all that the club says of itself, on the first of each month; /report shows it at any time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from campaigns import scorecard
from club import staff as club_staff
from club.club import Club
from club.staff import FIGURES
from handlers import reports
from storage import staff
from storage.outbox import Lane
from templates import button, render


def send_monthly(db: Connection, club: Club, now: datetime) -> None:
    """To each colleague who may see figures, in their language; not about a month in which nothing was said."""
    month = scorecard.month_to_tell(db, club, now)
    if month is None:
        return
    for colleague in staff.active(db):
        if colleague.role not in FIGURES:
            continue
        language = club_staff.language_of(db, club, colleague.telegram_id)
        card = scorecard.of(db, club, *month, language)
        if card.lines or card.notices:
            text = render("scorecard/whole", language, card=card, club=club)
            rows = [[button("campaigns", "go:campaigns", language)]]
            reports.put(db, Lane.STAFF, colleague.telegram_id, text, now, rows)
