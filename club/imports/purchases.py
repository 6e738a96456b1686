"""Order lines as an import file has them, and what they earn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from club import points
from club.club import Club
from club.days import day_of, start_of
from club.imports import cells
from club.imports.rows import REMEMBERED, Columns, RowReader
from storage.imports.points import Crediting
from storage.imports.purchases import NewPurchase
from storage.types import microseconds, moment_of

MAX_ORDER = 100
MAX_PRODUCT = 200
PURCHASES = Columns(("telegram_id", "order", "product", "quantity", "amount", "currency", "bought_at"))


def purchase_reader(header: Sequence[str], *, club: Club, now: datetime) -> RowReader[NewPurchase]:
    """For rows of order lines, with what each earns a member. Times that name no zone are the club's."""
    pending, today = timedelta(days=club.points.pending_days), microseconds(now)
    worth = lru_cache(REMEMBERED)(partial(points.for_purchase, club=club))

    @lru_cache(REMEMBERED)
    def lapse(day: date) -> int | None:
        at = points.lapse_after(day, club)
        return None if at is None else microseconds(at)

    @lru_cache(REMEMBERED)
    def bought(text: str) -> tuple[int, int, int | None]:
        """When it was bought, when its points can be used, when they lapse."""
        at = cells.moment(text, zone=ZoneInfo(club.zone), now=now)
        return microseconds(at), microseconds(at + pending), lapse(day_of(at, club.zone))

    def purchase(values: dict[str, Any]) -> NewPurchase:
        amount = cells.minor_units(values["amount"], values["currency"])
        bought_at, activates_at, expires_at = values["bought_at"]
        return NewPurchase(
            telegram_id=values["telegram_id"],
            order_number=values["order"],
            product=values["product"],
            quantity=values["quantity"],
            amount=amount,
            currency=values["currency"],
            bought_at=bought_at,
            points=worth(amount, values["currency"]) if expires_at is None or expires_at > today else 0,
            activates_at=activates_at,
            expires_at=expires_at,
        )

    return RowReader(
        header,
        {
            "telegram_id": cells.telegram_id,
            "order": partial(cells.line, most=MAX_ORDER),
            "product": partial(cells.line, most=MAX_PRODUCT),
            "quantity": cells.quantity,
            "amount": str,
            "currency": lru_cache(REMEMBERED)(cells.currency),
            "bought_at": bought,
        },
        purchase,
    )


def crediting(club: Club) -> Crediting:
    """How imported purchases earn points: from the day of joining on, as at the till."""

    def counts_from(joined_at: int) -> int:
        return microseconds(start_of(day_of(moment_of(joined_at), club.zone), club.zone))

    return Crediting(
        counts_from=lru_cache(REMEMBERED)(counts_from),
        percent=lambda amount, currency, percent: points.for_purchase(amount, currency, club, percent),
        payload_hash=lambda member_id, amount: points.payload_hash("earn", member_id, amount, "purchase"),
        key=points.purchase_key,
    )
