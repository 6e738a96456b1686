"""What a rule asks, as a condition for the database, at one moment.

Whole days back are counted from the moment itself; months and written days are those where the club is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from campaigns.audience_fields import CAME, NEXT, OPEN, RECEIVED, THIS, YES
from campaigns.rules import ALL, Condition, Not, Rule
from club.birthdays import LUNAR, SOLAR, lunar_days_kept_on, solar_days_kept_on
from club.club import Club
from club.days import day_of, end_of, months_later, start_of
from club.money import decimals
from storage import audiences
from storage.audiences import Goods, Span

Where = ColumnElement[bool]


def where(rule: Rule, club: Club, now: datetime, span: Span) -> Where:
    """It over `member`, at this moment (UTC), for the members of this span. Never NULL."""
    return _where(rule, Moment(club, now, span))


@dataclass(frozen=True)
class Moment:
    """When, in which club, and which members: what days are counted from, and who is looked up."""

    club: Club
    now: datetime
    span: Span = None

    @property
    def today(self) -> date:
        return day_of(self.now, self.club.zone)

    def back(self, days: int | None) -> datetime | None:
        """So many days ago, to the second."""
        return None if days is None else self.now - timedelta(days=days)

    def ahead(self, days: int) -> datetime:
        return self.now + timedelta(days=days)

    def start(self, day: str) -> datetime:
        """The first moment of a day as it is written."""
        return start_of(date.fromisoformat(day), self.club.zone)

    def month(self, ahead: int) -> tuple[date, date]:
        """The first day of the month so many months ahead, and the first after it."""
        first = months_later(self.today.replace(day=1), ahead)
        return first, months_later(first, 1)


_Facts = dict[str, Any]


def _where(rule: Rule, at: Moment) -> Where:
    if isinstance(rule, Condition):
        return _CONDITIONS[rule.field](dict(rule.facts), at)
    if isinstance(rule, Not):
        return ~_where(rule.rule, at)
    parts = [_where(part, at) for part in rule.rules]
    return audiences.all_of(parts) if rule.kind == ALL else audiences.any_of(parts)


def _since(facts: _Facts, at: Moment) -> datetime | None:
    return at.back(facts.get("within_days"))


def _bounds(facts: _Facts) -> tuple[int | None, int | None]:
    return facts.get("at_least"), facts.get("at_most")


def _joined(facts: _Facts, at: Moment) -> Where:
    since, before = [], []
    if "within_days" in facts:
        since.append(_since(facts, at))
    if "before_days" in facts:
        before.append(at.back(facts["before_days"]))
    if "since" in facts:
        since.append(at.start(facts["since"]))
    if "until" in facts:
        before.append(end_of(date.fromisoformat(facts["until"]), at.club.zone))
    if "month" in facts:
        first, after = at.month(0 if facts["month"] == THIS else -1)
        since.append(start_of(first, at.club.zone))
        before.append(start_of(after, at.club.zone))
    return audiences.joined(_latest(since), _earliest(before))


def _latest(moments: Sequence[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _earliest(moments: Sequence[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _birthday(facts: _Facts, at: Moment) -> Where:
    """The month as it comes next: of lunar birthdays, those that are kept in it."""
    month = facts["month"]
    ahead = {THIS: 0, NEXT: 1}.get(month) if isinstance(month, str) else (month - at.today.month) % 12
    day, after = at.month(ahead or 0)
    kept: dict[str, set[tuple[int, int]]] = {SOLAR: set(), LUNAR: set()}
    while day < after:
        kept[SOLAR].update(solar_days_kept_on(day))
        kept[LUNAR].update(lunar_days_kept_on(day)[1])
        day += timedelta(days=1)
    return audiences.born_on(kept)


def _tier(facts: _Facts, at: Moment) -> Where:
    keys: Collection[str] = facts.get("in", tuple(tier.key for tier in at.club.tiers.tiers))
    lowest = at.club.tiers.named(facts.get("at_least"))
    if "at_least" in facts:
        rank = at.club.tiers.rank(lowest)
        above = {tier.key for tier in at.club.tiers.tiers if rank and at.club.tiers.rank(tier) >= rank}
        keys = [key for key in keys if key in above]
    return audiences.tier_in(keys, at.span)


def _goods(facts: _Facts, at: Moment) -> Goods:
    return Goods(facts.get("product"), facts.get("category"), facts.get("branch"), _since(facts, at))


def _bought(facts: _Facts, at: Moment) -> Where:
    low, high = _bounds(facts)
    if high is None and (low is None or low == 1):
        return audiences.bought(_goods(facts, at), at.span)
    return audiences.pieces_between(_goods(facts, at), low, high, at.span)


def _spent(facts: _Facts, at: Moment) -> Where:
    """Bounds are whole units of the club's currency."""
    unit = 10 ** decimals(at.club.currency)
    low, high = _bounds(facts)
    return audiences.spent_between(
        _goods(facts, at),
        at.club.currency,
        None if low is None else low * unit,
        None if high is None else high * unit,
        at.span,
    )


def _visits(facts: _Facts, at: Moment) -> Where:
    low, high = _bounds(facts)
    if low is None and high is None:
        low = 1
    return audiences.visits_between(facts.get("branch"), _since(facts, at), low, high, at.span)


def _campaign(facts: _Facts, at: Moment) -> Where:
    if facts["did"] == RECEIVED:
        return audiences.received(facts["key"], _since(facts, at), at.span)
    return audiences.answered(facts["key"], facts["did"], _since(facts, at), at.span)


def _event(facts: _Facts, at: Moment) -> Where:
    """Days count back for what is over, ahead for what is to come."""
    days, number = facts.get("within_days"), facts.get("number")
    if facts["is"] == CAME:
        return audiences.came_to(number, at.back(days), at.now, at.span)
    return audiences.listed_for(number, at.now, None if days is None else at.ahead(days), at.span)


_CONDITIONS: dict[str, Callable[[_Facts, Moment], Where]] = {
    "language": lambda facts, _at: audiences.language_in(facts["in"]),
    "zone": lambda facts, _at: audiences.zone_in(facts["in"]),
    "status": lambda facts, _at: audiences.status_in(facts["in"]),
    "source": lambda facts, _at: audiences.source_in(facts["in"]),
    "joined": _joined,
    "birthday": _birthday,
    "consent": lambda _facts, _at: audiences.wants_marketing(),
    "tier": _tier,
    "level": lambda facts, _at: audiences.level_between(*_bounds(facts)),
    "points": lambda facts, at: audiences.points_between(*_bounds(facts), at.now, at.span),
    "points_lapse": lambda facts, at: audiences.points_lapsing(at.now, at.ahead(facts["within_days"]), at.span),
    "membership_ends": lambda facts, at: audiences.membership_ending(at.now, at.ahead(facts["within_days"]), at.span),
    "bought": _bought,
    "orders": lambda facts, at: audiences.orders_between(_goods(facts, at), *_bounds(facts), at.span),
    "spent": _spent,
    "last_bought": lambda facts, at: audiences.last_bought(
        _since(facts, at), at.back(facts.get("before_days")), at.span
    ),
    "silent": lambda facts, at: audiences.silent(round(facts["times"] * 10), at.now, at.span),
    "visits": _visits,
    "branch": lambda facts, at: audiences.at_branch(facts["in"], _since(facts, at), at.span),
    "complaint": lambda facts, at: audiences.complained(
        still_open=facts["is"] == OPEN, since=_since(facts, at), span=at.span
    ),
    "campaign": _campaign,
    "event": _event,
    "willing": lambda facts, at: audiences.willing(yes=facts["is"] == YES, span=at.span),
    "tag": lambda facts, at: audiences.tagged(facts["in"], span=at.span),
    "custom": lambda facts, at: audiences.tagged([facts["name"]], facts["in"], at.span),
}
