"""The points of imported purchases: an entry and a lot for each line that earns something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from storage.imports.rows import free_ids, insert, instants
from storage.tables import point_entry, point_lot

_ENTRY = ("id", "member_id", "kind", "points", "reason", "idempotency_key", "payload_hash", "at")
_LOT = ("entry_id", "member_id", "points", '"left"', "activates_at", "expires_at")


@dataclass(frozen=True)
class Crediting:
    """How an import gives points. `counts_from`: the first moment that counts for somebody who joined then; `percent`:
    points of an amount in a currency, at so many percent of the usual; `payload_hash`: of an entry for a member and so
    many points; `key`: of the entry of a purchase. Moments are whole microseconds since 1970."""

    counts_from: Callable[[int], int]
    percent: Callable[[int, str, int], int]
    payload_hash: Callable[[int, int], bytes]
    key: Callable[[int], str]


class Earned(NamedTuple):
    """What a purchase earned its member. Usable from `activates_at`, good before `expires_at` (None: for ever)."""

    purchase_id: int
    member_id: int
    points: int
    at: int
    activates_at: int | None
    expires_at: int | None


def credit(db: Connection, earned: Sequence[Earned], crediting: Crediting) -> None:
    """Write these down. Each purchase earns once."""
    stored, key, payload_hash = instants(db), crediting.key, crediting.payload_hash
    entries, lots = [], []
    numbers = free_ids(db, point_entry, len(earned))
    for entry, (purchase_id, member_id, points, at, activates_at, expires_at) in zip(numbers, earned, strict=True):
        payload = payload_hash(member_id, points)
        entries.append((entry, member_id, "earn", points, "purchase", key(purchase_id), payload, stored(at)))
        lots.append((entry, member_id, points, points, stored(activates_at), stored(expires_at)))
    insert(db, point_entry, _ENTRY, entries)
    insert(db, point_lot, _LOT, lots)
