"""Selling and taking back: order lines, the points that they earn, and what follows: the tier, the programmes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from club import clawbacks, frequency, gifts, membership, points, tiers
from club.clawbacks import TakenBack
from club.club import Club
from club.days import day_of, months_later
from club.gifts import Withdrawn
from club.orders import Line
from club.refusal import Refused
from storage import branches, members, merges, purchases, staff
from storage import points as ledger
from storage.branches import Branch
from storage.gifts import Gift
from storage.members import Member
from storage.purchases import Purchase

ALPHABET = "2346789ACDEFGHJKMNPQRTVWXY"
"""Nothing in an order number of ours is mistaken for something else, said or written."""
SHOWN = 30
"""How many purchases a list shows."""


@dataclass(frozen=True)
class Sale:
    """An order that is on file. `points`: what it earned; for somebody who is no member, what it would have.

    `fresh` False: it was on file before, and nothing was done. `gift`: what a first purchase brings besides. `made_up`:
    how many of the points made up at once for such as were owed.
    """

    order_number: str
    lines: tuple[Line, ...]
    total: int
    points: int
    fresh: bool
    gift: Gift | None = None
    made_up: int = 0


@dataclass(frozen=True)
class Order:
    """What is on file of an order. `points`: what it had earned; `seller`: "" where a till or a file brought it."""

    lines: tuple[Purchase, ...]
    points: int
    seller: str
    branch: Branch | None

    @property
    def first(self) -> Purchase:
        return self.lines[0]

    @property
    def total(self) -> int | None:
        """Minor units; None where an imported order mixes currencies."""
        same = {line.currency for line in self.lines} == {self.first.currency}
        return sum(line.amount for line in self.lines) if same else None

    @property
    def left(self) -> bool:
        """Does the customer still have something of it?"""
        return any(line.left for line in self.lines)

    @property
    def returned_points(self) -> int:
        return sum(line.returned_points for line in self.lines)


@dataclass(frozen=True)
class Returned:
    """So many pieces came back. `amount` is given back, in minor units; `points` had been earned with them.

    `gift`: it had brought one, and what was unused of it went back too.
    """

    purchase: Purchase
    quantity: int
    amount: int
    points: int
    back: TakenBack
    gift: Withdrawn | None = None


@dataclass(frozen=True)
class Warranty:
    """Something that a customer still has. `last_day`: the last day of its warranty; None: there is none on file."""

    product: str
    quantity: int
    bought_on: date
    last_day: date | None
    valid: bool


def points_for(lines: Sequence[Line], club: Club) -> int:
    """The points that these lines earn a member."""
    return sum(_points(line, club) for line in lines)


def sell(
    db: Connection,
    member: Member,
    lines: Sequence[Line],
    *,
    order_number: str | None,
    branch_id: int | None,
    staff_id: int | None = None,
    club: Club,
    now: datetime,
) -> Sale:
    """Write an order down and credit its points. The same order again changes nothing. It goes to the file that theirs
    became part of, where that happened meanwhile. `staff_id`: who sells it; None for a till.

    Raises `Refused("sales/order_known")` where another order has the number.
    """
    if member.telegram_id is None:
        raise Refused("customers/gone")
    lines = _merged(lines)
    ledger.lock(db, member.id)
    member = members.by_id(db, merges.holder(db, member.id))
    ledger.lock(db, member.id)
    number = order_number or _free_number(db)
    purchases.lock_order(db, number)
    known = purchases.of_order(db, number)
    total, earned = sum(line.amount for line in lines), points_for(lines, club)
    if known:
        if not _same(known, member, lines, club):
            raise Refused("sales/order_known", number=number)
        return Sale(number, tuple(lines), total, earned, fresh=False)
    owed = _owed(db, member)
    for line in lines:
        _sell(db, member, line, number, branch_id=branch_id, staff_id=staff_id, club=club, now=now)
    if member.joined:
        tiers.review(db, member.id, club, now)
        frequency.review(db, member.id, club, now)
        membership.bought(db, member.id, club, now)
    gift = gifts.promise(db, member, number, club, now)
    return Sale(number, tuple(lines), total, earned, fresh=True, gift=gift, made_up=owed - (owed and _owed(db, member)))


def _owed(db: Connection, member: Member) -> int:
    return sum(debt.left for debt in ledger.debts(db, member.id))


def _sell(
    db: Connection,
    member: Member,
    line: Line,
    number: str,
    *,
    branch_id: int | None,
    staff_id: int | None,
    club: Club,
    now: datetime,
) -> None:
    purchase_id = purchases.add(
        db,
        member.id,
        order_number=number,
        product=line.product,
        product_id=line.product_id,
        branch_id=branch_id,
        staff_id=staff_id,
        quantity=line.quantity,
        amount=line.amount,
        currency=club.currency,
        bought_at=now,
    )
    amount = _points(line, club)
    if member.joined and amount:
        pending = timedelta(days=club.points.pending_days)
        key = points.purchase_key(purchase_id)
        points.earn(db, member.id, amount, club, reason="purchase", key=key, now=now, at=now, pending=pending)


def _points(line: Line, club: Club) -> int:
    return points.for_purchase(line.amount, club.currency, club, line.points_percent)


def _merged(lines: Sequence[Line]) -> list[Line]:
    """One line for each product: the same one twice is more pieces of it."""
    merged: dict[str, Line] = {}
    for line in lines:
        before = merged.get(line.product)
        quantity, amount = (before.quantity, before.amount) if before else (0, 0)
        alike = before is None or before.discount == line.discount
        merged[line.product] = replace(
            line,
            quantity=quantity + line.quantity,
            amount=amount + line.amount,
            discount=line.discount if alike else 0,
        )
    return list(merged.values())


def _same(known: Sequence[Purchase], member: Member, lines: Sequence[Line], club: Club) -> bool:
    """Is that the order that is on file?"""
    wanted = {(line.product, line.quantity, line.amount, club.currency, member.id) for line in lines}
    return wanted == {(one.product, one.quantity, one.amount, one.currency, one.member_id) for one in known}


def _free_number(db: Connection) -> str:
    """A short number that no order has: people say it aloud when they bring something back."""
    while True:
        number = "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not purchases.of_order(db, number):
            return number


# ---- taking back --------------------------------------------------------------------------------------------------


def returnable(db: Connection, purchase_id: int) -> Purchase:
    """A line of an order of which the customer still has something; refused where all of it came back."""
    purchase = purchases.by_id(db, purchase_id)
    if purchase is None:
        raise Refused("returns/unknown")
    if purchase.left == 0:
        raise Refused("returns/all_back", number=purchase.order_number)
    return purchase


def order(db: Connection, number: str) -> Order:
    """The order of this number as it stands now. Refused where there is none."""
    lines = purchases.of_order(db, number) or purchases.of_order(db, number.upper())  # ours have large letters
    if not lines:
        raise Refused("returns/no_such_order", number=number[:40])
    first = lines[0]
    seller = None if first.staff_id is None else staff.colleague(db, first.staff_id)
    branch = None if first.branch_id is None else branches.by_id(db, first.branch_id)
    earned = [ledger.by_key(db, points.purchase_key(line.id)) for line in lines]
    return Order(tuple(lines), sum(entry.points for entry in earned if entry), seller.name if seller else "", branch)


def in_order(db: Connection, number: str, product: str = "") -> Purchase:
    """The line of an order that comes back: of this product, or the only one that is left of it."""
    lines = order(db, number).lines
    named = [line for line in lines if not product or line.product.casefold() == product.casefold()]
    left = [line for line in named if line.left]
    if not named or len(left) > 1:
        raise Refused("returns/which_product", number=number, products=[line.product for line in lines][:3])
    if not left:
        raise Refused("returns/all_back", number=number)
    return left[0]


def share(db: Connection, purchase: Purchase, quantity: int) -> tuple[int, int]:
    """What goes back for so many pieces: minor units, and the points that had been earned with them."""
    returned = purchase.returned + quantity
    earned = ledger.by_key(db, points.purchase_key(purchase.id))
    amount = -(-purchase.amount * returned // purchase.quantity)
    due = earned.points * returned // purchase.quantity if earned else 0
    return amount - purchase.returned_amount, due - purchase.returned_points


def take_back(db: Connection, purchase_id: int, quantity: int, *, staff_id: int, club: Club, now: datetime) -> Returned:
    """Some pieces of a purchase come back: their share of the money, and of the points by the club's policy.

    A share that does not come out even is rounded in the customer's favour, and the last piece takes the exact rest.
    Raises `Refused("returns/too_many")` for more than the customer still has.
    """
    ledger.lock(db, returnable(db, purchase_id).member_id)
    purchase = returnable(db, purchase_id)  # as it stands now that nobody else changes it
    if quantity > purchase.left:
        raise Refused("returns/too_many", left=purchase.left, number=purchase.order_number)
    amount, due = share(db, purchase, quantity)
    key = f"return:{purchase.id}:{purchase.returns + 1}"
    back = TakenBack(0, 0, 0)
    if due:
        back = clawbacks.take_back(db, points.purchase_key(purchase.id), due, club, reason="return", key=key, now=now)
    written = purchases.add_return(
        db,
        purchase.id,
        quantity=quantity,
        amount=amount,
        points=due,
        staff_id=staff_id,
        idempotency_key=key,
        at=now,
    )
    if not written:
        raise Refused("returns/all_back", number=purchase.order_number)
    if members.by_id(db, purchase.member_id).joined:
        tiers.review(db, purchase.member_id, club, now)
    gift = gifts.take_back(db, purchase.id, club, now) if quantity == purchase.left else None
    return Returned(replace(purchase, returned=purchase.returned + quantity), quantity, amount, due, back, gift)


# ---- warranty -----------------------------------------------------------------------------------------------------


def warranties(db: Connection, member_id: int, club: Club, now: datetime) -> list[Warranty]:
    """What somebody bought and still has, the newest first, each with the last day of its warranty.

    It is valid all of that day, by the club's clock, and not on the day after.
    """
    today = day_of(now, club.zone)
    found = []
    for line in purchases.covered(db, member_id, SHOWN):
        bought_on = day_of(line.bought_at, club.zone)
        last_day = months_later(bought_on, line.warranty_months) if line.warranty_months else None
        found.append(
            Warranty(line.product, line.quantity, bought_on, last_day, last_day is not None and today <= last_day)
        )
    return found
