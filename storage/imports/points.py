"""The points of imported purchases: an entry and a lot for each line that earns something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from storage.imports.rows import free_ids, insert, moments
from storage.tables import point_entry, point_lot

_ENTRY = ("id", "member_id", "kind", "points", "reason", "idempotency_key", "payload_hash", "at")
_LOT = ("entry_id", "member_id", "points", '"left"', "activates_at", "expires_at")


@dataclass(frozen=True)
class Crediting:
    """How an import gives points. `counts_from`: the first moment that counts for somebody who joined then; `percent`:
    points of an amount in a currency, at so many percent of the usual; `payload_hash`: of an entry for a member and so
    many points; `key`: of the entry of a purchase."""

    counts_from: Callable[[datetime], datetime]
    percent: Callable[[int, str, int], int]
    payload_hash: Callable[[int, int], bytes]
    key: Callable[[int], str]


class Earned(NamedTuple):
    """What a purchase earned its member. Usable from `activates_at`, good before `expires_at` (None: for ever)."""

    purchase_id: int
    member_id: int
    points: int
    at: datetime
    activates_at: datetime | None
    expires_at: datetime | None


def credit(db: Connection, earned: Sequence[Earned], crediting: Crediting) -> None:
    """Write these down. Each purchase earns once."""
    stored = moments(db)
    numbered = list(zip(free_ids(db, point_entry, len(earned)), earned, strict=True))
    entries = [
        (entry, one.member_id, "earn", one.points, "purchase", crediting.key(one.purchase_id),
         crediting.payload_hash(one.member_id, one.points), stored(one.at))
        for entry, one in numbered
    ]  # fmt: skip
    lots = [
        (entry, one.member_id, one.points, one.points, stored(one.activates_at), stored(one.expires_at))
        for entry, one in numbered
    ]
    insert(db, point_entry, _ENTRY, entries)
    insert(db, point_lot, _LOT, lots)
