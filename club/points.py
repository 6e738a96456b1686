"""Points: earned, spent, given back, taken back, lapsed. Every change is an entry in a ledger that only grows.

Each credit opens a lot with its own last day; each debit takes from lots, soonest expiry first, and remembers which.
So a refund goes back to where it came from, nothing lapses twice, and a balance can be proved. Every call has a key:
the same key with the same content is done once, with another content it is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from hashlib import blake2b
from math import ceil

from sqlalchemy import Connection

from club.club import Club
from club.days import day_of, end_of, months_later
from club.money import decimals
from club.refusal import Refused
from storage import merges, points
from storage.points import Balance, Debt, Entry, Lot

REASONS = (
    "welcome",
    "purchase",
    "return",
    "reward",
    "reward_cancelled",
    "expired",
    "adjusted",
    "made_up",
    "merged",
    "programme",
    "goodwill",
    "goodwill_back",
)
"""Why an entry was written; each has its words in `points/history`."""


class KeyReused(Exception):
    """A key was used before, for something else."""


def for_amount(minor: int, decimals: int, per_unit: Fraction, percent: int = 100) -> int:
    """The points for an amount: so many per whole unit of money. A fraction of a point counts as one, in favour of
    whoever buys."""
    return ceil(Fraction(minor, 10**decimals) * per_unit * percent / 100)


def for_purchase(minor: int, currency: str, club: Club, percent: int = 100) -> int:
    """The points for an amount in minor units; only the club's own currency earns any."""
    if currency != club.currency:
        return 0
    return for_amount(minor, decimals(currency), club.points.per_unit, percent)


def purchase_key(purchase_id: int) -> str:
    """The idempotency key of what a line of an order earns."""
    return f"purchase:{purchase_id}"


def balance(db: Connection, member_id: int, now: datetime) -> Balance:
    """What the member has now, what is pending, and what is owed."""
    return points.balance(db, member_id, now)


def active_next(db: Connection, member_id: int, now: datetime) -> datetime | None:
    """When the next pending points can be spent; None where none are pending."""
    return min((lot.activates_at for lot in points.live(db, member_id, now) if lot.activates_at > now), default=None)


def welcome(db: Connection, member_id: int, amount: int, club: Club, now: datetime) -> bool:
    """Welcome points for a new member, once in a lifetime: who leaves and comes back has had them. Whole points."""
    if amount <= 0:
        return False
    return earn(db, member_id, amount, club, reason="welcome", key=f"welcome:{member_id}", now=now)


def welcomed(db: Connection, member_id: int) -> bool:
    """Has this member had welcome points?"""
    return points.by_key(db, f"welcome:{member_id}") is not None


def earn(
    db: Connection,
    member_id: int,
    amount: int,
    club: Club,
    *,
    reason: str,
    key: str,
    now: datetime,
    at: datetime | None = None,
    pending: timedelta = timedelta(0),
) -> bool:
    """Credit points, earned `at` (default: now), usable after `pending`. False where the key was used for the same.

    What is owed is made up first. Raises `KeyReused`.
    """
    at = at or now
    return _credit(
        db,
        Entry(member_id, "earn", amount, reason, key, payload_hash("earn", member_id, amount, reason), at),
        activates_at=at + pending,
        expires_at=lapse_of(at, club),
        now=now,
    )


def lapse_of(at: datetime, club: Club) -> datetime | None:
    """When points earned at this moment lapse: with the end of the day, where the club is, so many months later."""
    return lapse_after(day_of(at, club.zone), club)


def lapse_after(day: date, club: Club) -> datetime | None:
    """The same for what was earned on a day, where the club is."""
    if not club.points.last_months:
        return None
    return end_of(months_later(day, club.points.last_months), club.zone)


def spend(
    db: Connection,
    member_id: int,
    amount: int,
    *,
    reason: str,
    key: str,
    now: datetime,
    actor_id: int | None = None,
) -> bool:
    """Debit points that are there, soonest expiry first. False where the key was used for the same.

    Raises `Refused("points/too_few", have, need)`, `KeyReused`.
    """
    points.lock(db, member_id)
    payload = payload_hash("burn", member_id, -amount, reason)
    if _written(db, key, payload):
        return False
    lots = points.spendable(db, member_id, now)
    have = sum(lot.left for lot in lots)
    if have < amount:
        raise Refused("points/too_few", have=have, need=amount)
    entry = points.add_entry(db, Entry(member_id, "burn", -amount, reason, key, payload, now, actor_id=actor_id))
    take(db, entry, lots, amount)
    return True


def refund(db: Connection, spent_key: str, club: Club, *, reason: str, key: str, now: datetime) -> int:
    """Give the points of a debit back to the lots they came from; how many. Each debit is refunded once.

    What came from a lot that has lapsed meanwhile stays usable for the club's days of grace, once: without any, and
    where it had them before, in this file or in one that became part of it, it lapses now.
    What comes back to a file that became part of another one goes on to that one.
    """
    spent = points.by_key(db, spent_key)
    if spent is None:
        raise LookupError(f"nothing was spent under the key {spent_key}")
    points.lock(db, spent.member_id)
    amount = -spent.points
    payload = payload_hash("reverse", spent.member_id, amount, reason)
    if _written(db, key, payload):
        return 0
    entry = points.add_entry(
        db, Entry(spent.member_id, "reverse", amount, reason, key, payload, now, reverses=spent.id)
    )
    late = 0
    for lot_id, taken in points.allocations(db, spent.id):
        lot = points.lot(db, lot_id)
        assert lot is not None
        if lot.lapsed(now) and club.points.refund_grace_days and not _had_grace(db, lot_id):
            late += taken
        else:
            points.allocate(db, entry, lot_id, -taken)
    if late:
        until = end_of(day_of(now, club.zone) + timedelta(days=club.points.refund_grace_days), club.zone)
        points.open_lot(db, entry, spent.member_id, late, now, until)
    settle(db, spent.member_id, now)
    holder_id = merges.holder(db, spent.member_id)
    if holder_id != spent.member_id:
        transfer(db, spent.member_id, holder_id, key=f"{key}:moved", now=now)
    return amount


def _had_grace(db: Connection, lot_id: int) -> bool:
    """Was this lot opened because what came back had lapsed meanwhile? One that came over from another file is what it
    was there."""
    kind, key = points.opened_by(db, lot_id)
    while kind == "transfer":
        left = points.by_key(db, departure(key))
        assert left is not None
        lot_id = points.allocations(db, left.id)[0][0]
        kind, key = points.opened_by(db, lot_id)
    return kind == "reverse"


def adjust(
    db: Connection, member_id: int, amount: int, club: Club, *, note: str, key: str, now: datetime, actor_id: int
) -> bool:
    """A person gives or takes points, and says why. Raises `Refused("adjustments/too_few")` for more than there is."""
    payload = payload_hash("adjust", member_id, amount, note)
    entry = Entry(member_id, "adjust", amount, "adjusted", key, payload, now, actor_id=actor_id, note=note)
    if amount > 0:
        return _credit(db, entry, activates_at=now, expires_at=lapse_of(now, club), now=now)
    points.lock(db, member_id)
    if _written(db, key, payload):
        return False
    lots = points.live(db, member_id, now)
    have = sum(lot.left for lot in lots)
    if have < -amount:
        raise Refused("adjustments/too_few", have=have)
    take(db, points.add_entry(db, entry), lots, -amount)
    return True


def transfer(
    db: Connection, source_id: int, target_id: int, *, key: str, now: datetime, actor_id: int | None = None
) -> int:
    """Everything one member has becomes another's, lot by lot, with the days on which it lapses, and so does what they
    owe; how many points.

    Two files of one person are joined by this: entries on both sides, and no line of either is changed.
    """
    for member_id in sorted((source_id, target_id)):
        points.lock(db, member_id)
    moved = 0
    for lot in points.live(db, source_id, now):
        left, came = _carry(db, source_id, target_id, lot.left, f"{key}:{lot.id}", now, actor_id)
        points.allocate(db, left, lot.id, lot.left)
        points.open_lot(db, came, target_id, lot.left, lot.activates_at, lot.expires_at)
        moved += lot.left
    for debt in points.debts(db, source_id):
        _carry_debt(db, debt, source_id, target_id, f"{key}:debt:{debt.id}", now, actor_id)
    settle(db, target_id, now)
    return moved


_OUT, _IN = ":out", ":in"


def _carry(
    db: Connection, source_id: int, target_id: int, amount: int, key: str, now: datetime, actor_id: int | None
) -> tuple[int, int]:
    """The two lines by which points (below 0: what is owed) go from one member to another; their ids."""
    left, came = (
        points.add_entry(
            db,
            Entry(
                who, "transfer", much, "merged", f"{key}{end}", payload_hash("transfer", who, much, "merged"), now,
                actor_id=actor_id,
            ),
        )
        for who, much, end in ((source_id, -amount, _OUT), (target_id, amount, _IN))
    )  # fmt: skip
    return left, came


def arrival(key: str) -> str:
    """The key of the line on the other side."""
    return key.removesuffix(_OUT) + _IN


def departure(key: str) -> str:
    """And back from there."""
    return key.removesuffix(_IN) + _OUT


def _carry_debt(
    db: Connection, debt: Debt, source_id: int, target_id: int, key: str, now: datetime, actor_id: int | None
) -> None:
    """A debt that no entry shows yet changes hands as it is; one that was posted is paid here and opened there."""
    if debt.entry_id is None:
        points.move_debt(db, debt.id, target_id)
        return
    left, came = _carry(db, source_id, target_id, -debt.left, key, now, actor_id)
    points.open_lot(db, left, source_id, debt.left, now, None)
    points.allocate(db, debt.entry_id, left, debt.left)
    points.pay_debt(db, debt.id, debt.left)
    points.add_debt(db, target_id, debt.left, entry_id=came, key=key, at=now)


def _credit(
    db: Connection, entry: Entry, *, activates_at: datetime, expires_at: datetime | None, now: datetime
) -> bool:
    if entry.points <= 0:
        raise ValueError(f"a credit of {entry.points} points")
    points.lock(db, entry.member_id)
    if _written(db, entry.key, entry.payload_hash):
        return False
    entry_id = points.add_entry(db, entry)
    points.open_lot(db, entry_id, entry.member_id, entry.points, activates_at, expires_at)
    settle(db, entry.member_id, now)
    return True


def _written(db: Connection, key: str, payload: bytes) -> bool:
    """Was this very thing written under the key before? Raises `KeyReused` where it was another."""
    found = points.by_key(db, key)
    if found is not None and found.payload_hash != payload:
        raise KeyReused(key)
    return found is not None


def take(db: Connection, entry_id: int, lots: Sequence[Lot], amount: int) -> None:
    """Take so many points for a debit out of these lots, in their order, as far as they go."""
    for lot in lots:
        if amount <= 0:
            return
        taken = min(lot.left, amount)
        points.allocate(db, entry_id, lot.id, taken)
        amount -= taken


def settle(db: Connection, member_id: int, now: datetime) -> None:
    """New points make up what is owed first: pending or not, they are spoken for."""
    debts = points.debts(db, member_id)
    if not debts:
        return
    lots = points.live(db, member_id, now)
    for debt in debts:
        paid = min(debt.left, sum(lot.left for lot in lots))
        if not paid:
            return
        entry = debt.entry_id or _post_debt(db, member_id, debt.id, paid, debt.left, now)
        take(db, entry, lots, paid)
        points.pay_debt(db, debt.id, paid)
        lots = points.live(db, member_id, now)


def _post_debt(db: Connection, member_id: int, debt_id: int, paid: int, left: int, now: datetime) -> int:
    payload = payload_hash("reverse", member_id, -paid, "made_up")
    key = f"debt:{debt_id}:{left}"
    return points.add_entry(db, Entry(member_id, "reverse", -paid, "made_up", key, payload, now))


def payload_hash(kind: str, member_id: int, amount: int, said: str) -> bytes:
    """What a key stands for: the same key with another of these is an error."""
    return blake2b(f"{kind}:{member_id}:{amount}:{said}".encode(), digest_size=16).digest()
