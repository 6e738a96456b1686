"""Ways into the club, and for how long: a term with a last day, days of grace behind it, and the ways to stay.

Days are the club's own, and a term is good to the last minute of its last day. A member without a term on file (from
an import, or from before there were terms) has no last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from club.club import APPROVAL, FREE, PURCHASES, Club
from club.days import day_of, end_of, moment_on, months_later, start_of
from club.notices import GRACE, LAPSED, RENEWED, note
from club.refusal import Refused
from storage import gifts, members, membership, points
from storage.gifts import Gift
from storage.members import Member
from storage.membership import Term

GIFT = "gift"
"""A way of its own, open to whoever bought something that brings it."""
LAPSE = "lapsed"
"""Who says on the consent ledger that a membership has ended: its last day."""
TOLD_BEFORE = timedelta(days=14)
"""How long before the last day a member hears of it, and may renew."""
REVIEWED_AT_ONCE = 100
_A_BREATH = timedelta(microseconds=1)


@dataclass(frozen=True)
class Door:
    """How somebody gets in. `route` None: not yet. `bought` of `needed` pieces, where purchases open it (else 0)."""

    route: str | None
    needed: int
    bought: int
    gift: Gift | None

    @property
    def missing(self) -> int:
        """Pieces that purchases still ask for."""
        return max(0, self.needed - self.bought)


@dataclass(frozen=True)
class Standing:
    """How long a membership lasts. `last_day` None: it has none. `grace_until`: its last day is over, and everything
    works to the end of that day. `renewable`: it is time to think of the next term. `missing`: pieces to buy until it
    renews by itself; None where purchases do not renew it. `way`: by which the next term is had for the asking; None
    where only purchases bring it, and some are missing."""

    route: str
    last_day: date | None
    grace_until: date | None
    renewable: bool
    missing: int | None
    way: str | None


def door(db: Connection, member: Member, club: Club, now: datetime) -> Door:
    """How this person, who is no member, gets in now. Who was in before counts what they bought since that began."""
    rules = club.membership
    former = membership.of_member(db, member.id)
    since = former[-1].starts_at if former and former[-1].ends_at is not None else None
    by_purchases = PURCHASES in rules.routes
    needed = rules.pieces if by_purchases else 0
    bought = membership.pieces(db, member.id, since) if by_purchases else 0
    gift = gifts.waiting(db, member.id, now)
    return Door(_route(club, gift, enough=by_purchases and bought >= needed), needed, bought, gift)


def _route(club: Club, gift: Gift | None, *, enough: bool) -> str | None:
    if FREE in club.membership.routes:
        return FREE
    if enough:
        return PURCHASES
    if gift is not None:
        return GIFT
    return APPROVAL if APPROVAL in club.membership.routes else None


def check_open(found: Door) -> None:
    """Raises `Refused("membership/not_enough_yet")` where purchases are the only way in, and some are missing."""
    if found.route is None:
        raise Refused("membership/not_enough_yet", bought=found.bought, needed=found.needed, missing=found.missing)


def begin(db: Connection, member_id: int, route: str, club: Club, now: datetime) -> None:
    """The term of somebody who just joined. By a gift, it ends with it."""
    gift = gifts.waiting(db, member_id, now) if route == GIFT else None
    if route == GIFT and gift is None:
        raise Refused("buttons/unknown")
    ends_at = gift.ends_at if gift else _end(day_of(now, club.zone), club)
    membership.add(db, member_id, route, now, ends_at)


def _end(day: date, club: Club) -> datetime | None:
    """When a term is over whose last day is so many months after this day."""
    months = club.membership.months
    return end_of(months_later(day, months), club.zone) if months else None


def standing(db: Connection, member_id: int, club: Club, now: datetime) -> Standing | None:
    """How long the membership lasts; None for somebody without a term."""
    term = membership.open_term(db, member_id)
    if term is None:
        return None
    last_day = _last_day(term, club)
    if term.ends_at is None or last_day is None:
        return Standing(term.route, None, None, renewable=False, missing=None, way=None)
    over, missing = term.ends_at <= now, _missing(db, term, club)
    return Standing(
        term.route,
        last_day,
        last_day + timedelta(days=club.membership.grace_days) if over else None,
        renewable=term.ends_at - TOLD_BEFORE <= now,
        missing=missing,
        way=_way(club, missing),
    )


def _way(club: Club, missing: int | None) -> str | None:
    if FREE in club.membership.routes:
        return FREE
    if missing == 0:
        return PURCHASES
    return APPROVAL if APPROVAL in club.membership.routes else None


def _last_day(term: Term, club: Club) -> date | None:
    return None if term.last_moment is None else day_of(term.last_moment, club.zone)


def _missing(db: Connection, term: Term, club: Club) -> int | None:
    """Pieces to buy until this term renews by itself; None where none would do."""
    if PURCHASES not in club.membership.routes:
        return None
    return max(0, club.membership.pieces - membership.pieces(db, term.member_id, term.starts_at))


def take_over(db: Connection, source: Member, target: Member) -> None:
    """Two files of one person become one, the second: of their last days, the later one holds."""
    had, has = membership.open_term(db, source.id), membership.open_term(db, target.id)
    membership.end(db, source.id, "left")
    if not source.joined or has is None or has.ends_at is None:
        return
    ends_at = had.ends_at if had else None
    if had is None:
        membership.change(db, has.id, ends_at=None, state="running")
    elif ends_at is None or ends_at > has.ends_at:
        # With its own way in and beginning: a gift that is brought back ends it, and what led to it is counted once.
        membership.change(db, has.id, state="renewed")
        membership.add(db, target.id, had.route, had.starts_at, had.ends_at)


# ---- the next term ------------------------------------------------------------------------------------------------


def way_to_stay(db: Connection, member: Member, club: Club, now: datetime) -> str:
    """By which way this member, who wants to stay, gets the next term: free, purchases or approval.

    Raises `Refused` where it is not time yet, or where purchases are the only way, and some are missing.
    """
    points.lock(db, member.id)
    found = standing(db, member.id, club, now)
    if found is None or not found.renewable:
        raise Refused("membership/stays_already", last_day=found.last_day if found else None)
    if found.way is None:
        raise Refused("membership/not_enough_to_stay", missing=found.missing)
    return found.way


def renew(db: Connection, member_id: int, route: str, club: Club, now: datetime) -> None:
    """The next term, to so many months after the last day of this one; the way in may have changed.

    In the days of grace it begins now: what was bought in them and led to it does not lead to the one after it too.
    """
    points.lock(db, member_id)
    term = membership.open_term(db, member_id)
    last_day = _last_day(term, club) if term else None
    if term is None or term.ends_at is None or last_day is None:
        return
    membership.change(db, term.id, state="renewed")
    starts_at = now + _A_BREATH if term.state == "grace" else term.ends_at
    membership.add(db, member_id, route, starts_at, _end(last_day, club))


def extend(db: Connection, member_id: int, gift: Gift, now: datetime) -> None:
    """A gift to a member: where their term is over sooner, the gift's takes its place."""
    term = membership.open_term(db, member_id)
    if term is not None and term.ends_at is not None and term.ends_at < gift.ends_at:
        membership.change(db, term.id, state="renewed")
        membership.add(db, member_id, GIFT, now, gift.ends_at)


def cut_short(db: Connection, member_id: int, club: Club, now: datetime) -> None:
    """What a gift was for came back: the term that it brought ends today, or when the one before it would have."""
    term = membership.open_term(db, member_id)
    if term is None or term.route != GIFT or term.state != "running":
        return
    today = end_of(day_of(now, club.zone), club.zone)
    before = [one.ends_at for one in membership.of_member(db, member_id) if one.state == "renewed" and one.ends_at]
    membership.change(db, term.id, ends_at=max(today, *before[-1:]) if before else today)


def bought(db: Connection, member_id: int, club: Club, now: datetime) -> None:
    """A member bought something: in the days of grace that may be the next term, at once."""
    term = membership.open_term(db, member_id) if PURCHASES in club.membership.routes else None
    if term is not None and term.ends_at is not None and term.ends_at <= now and _missing(db, term, club) == 0:
        _renew_by_purchases(db, term, club, now, now)


def review_due(db: Connection, club: Club, now: datetime, limit: int = REVIEWED_AT_ONCE) -> list[Term]:
    """Look at terms whose last day is over: renewed by what was bought, in grace, or lapsed. As they stand then.

    Fewer than `limit` means that all is done. Each is told in the morning.
    """
    over = start_of(day_of(now, club.zone) - timedelta(days=club.membership.grace_days), club.zone)
    morning = max(now, moment_on(day_of(now, club.zone), club.greeting_at, club.zone))
    return [_review(db, term, over, morning, club, now) for term in membership.due(db, now, over, limit)]


def _review(db: Connection, term: Term, over: datetime, morning: datetime, club: Club, now: datetime) -> Term:
    points.lock(db, term.member_id)
    current = membership.open_term(db, term.member_id)
    if current == term and term.ends_at is not None:  # else somebody renewed it a moment ago
        if _missing(db, term, club) == 0:
            _renew_by_purchases(db, term, club, now, morning)
        elif term.ends_at <= over:
            _lapse(db, term, now, morning)
        else:
            membership.change(db, term.id, state="grace")
            note(db, GRACE, f"membership_grace:{term.id}", term.member_id, morning)
    return next(one for one in membership.of_member(db, term.member_id) if one.id == term.id)


def _renew_by_purchases(db: Connection, term: Term, club: Club, now: datetime, told_at: datetime) -> None:
    renew(db, term.member_id, PURCHASES, club, now)
    note(db, RENEWED, f"membership_renewed:{term.id}", term.member_id, told_at)


def _lapse(db: Connection, term: Term, now: datetime, told_at: datetime) -> None:
    """As if they had left: number, points, tier and vouchers wait for the day they come back."""
    membership.change(db, term.id, state=LAPSE)
    members.set_left(db, term.member_id, now)
    members.set_marketing(db, term.member_id, False)
    for topic in ("membership", "marketing"):
        members.add_consent(db, term.member_id, topic, given=False, version=None, source=LAPSE, at=now)
    note(db, LAPSED, f"membership_lapsed:{term.id}", term.member_id, told_at)


def check_member(db: Connection, member: Member) -> None:
    """Raises `Refused` for who is no member: not yet or not any more, or since their last day went by."""
    if has_lapsed(db, member):
        raise Refused("membership/lapsed", member=member)
    if not member.joined:
        raise Refused("membership/not_a_member")


def has_lapsed(db: Connection, member: Member) -> bool:
    """Is this person no member any more because their last day went by?"""
    terms = membership.of_member(db, member.id) if member.status == "left" else []
    return bool(terms) and terms[-1].state == LAPSE
