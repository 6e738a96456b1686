"""Programmes that reward who comes often or buys much: a stamp card, a goal for the quarter, a rebate at its end
(`club/rebates.py`).

A threshold that is crossed gives one reward and one notice, however often it is looked at. What is brought back counts
down, and what was given stays given. Nothing from before a programme began counts: so an import of old purchases needs
no look, and what it brings of later days is seen at the next purchase or visit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from club import names, points, vouchers
from club.club import Club
from club.notices import PROGRAMME, note
from club.periods import MONTH, QUARTER, Period, period_of
from club.refusal import Refused
from storage import benefits, frequency, rewards
from storage.frequency import AMOUNT, STAYS, VISITS, Programme
from storage.points import FROM_PROGRAMME

FINANCIAL, SOCIAL, STRUCTURAL = "financial", "social", "structural"
KINDS = (FINANCIAL, SOCIAL, STRUCTURAL)
"""What ties somebody to the club: the price, people, or something they would have to build anew elsewhere."""
MAX_RUNNING = 10
MAX_NAME = 60
_WHOLE = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True)
class Gift:
    """A voucher as a reward: what it is good for, so many days; `value` in minor units where it is worth money."""

    name: str
    days: int
    value: int | None = None


@dataclass(frozen=True)
class Draft:
    """A programme as somebody describes it. Thresholds of the metric `amount` are minor units, of `stays` nights.

    One of `points` and `voucher` (for each time) and `percent` (at the end of the period) is given.
    """

    name: str
    metric: str
    threshold: int
    period: str
    points: int | None = None
    percent: int | None = None
    voucher: Gift | None = None
    second: tuple[str, int] | None = None
    repeats: bool = False
    kind: str = FINANCIAL


@dataclass(frozen=True)
class Count:
    """How far somebody is by one metric: `done` of `threshold` on the card at hand, `missing` until it is full."""

    metric: str
    threshold: int
    done: int
    missing: int


@dataclass(frozen=True)
class Card:
    """Where somebody stands in a programme. `rebate`: points so far, to come when the period is over."""

    programme: Programme
    period: Period
    counts: tuple[Count, ...]
    given: int
    rebate: int = 0

    @property
    def full(self) -> bool:
        """Has it given all it can in this period?"""
        return self.given > 0 and not self.programme.repeats

    @property
    def begun_anew(self) -> bool:
        """Is the last one full, and nothing on the next one yet?"""
        return bool(self.programme.repeats) and self.given > 0 and not any(count.done for count in self.counts)

    @property
    def by_visits(self) -> bool:
        """Does a visit bring it further?"""
        return any(count.metric in (VISITS, STAYS) for count in self.counts)


# ---- keeping them -------------------------------------------------------------------------------------------------


def begin(db: Connection, draft: Draft, now: datetime) -> Programme:
    """A new programme; what happens from now on counts."""
    others = frequency.running(db)
    if len(others) >= MAX_RUNNING:
        raise Refused("frequency/enough", most=MAX_RUNNING)
    if any(other.name.casefold() == draft.name.casefold() for other in others):
        raise Refused("frequency/known", name=draft.name)
    if draft.percent and (draft.metric != AMOUNT or draft.period not in (MONTH, QUARTER)):
        raise ValueError("a rebate goes by the amount of a month or a quarter")
    metric, threshold = draft.second or (None, None)
    programme_id = frequency.add(
        db,
        name=draft.name,
        metric=draft.metric,
        threshold=draft.threshold,
        second_metric=metric,
        second_threshold=threshold,
        period=draft.period,
        repeats=int(draft.repeats),
        reward_points=draft.points,
        rebate_percent=draft.percent,
        voucher_name=draft.voucher and draft.voucher.name,
        voucher_value=draft.voucher and draft.voucher.value,
        voucher_days=draft.voucher and draft.voucher.days,
        kind=draft.kind,
        starts_at=now,
        closed_until=now,
    )
    return known(db, programme_id)


def end(db: Connection, programme_id: int) -> Programme:
    """It rewards nobody any more; what was given stays given."""
    programme = known(db, programme_id)
    frequency.change(db, programme_id, active=0)
    return replace(programme, active=False)


def known(db: Connection, programme_id: int) -> Programme:
    """The programme of this id; refused where there is none."""
    programme = frequency.by_id(db, programme_id)
    if programme is None:
        raise Refused("frequency/gone")
    return programme


def counts_nights(db: Connection) -> bool:
    """Does any programme that is on ask for how long people stay?"""
    return any(metric == STAYS for programme in frequency.running(db) for metric, _ in programme.measures)


def programme_name(text: str) -> str:
    """A name that fits onto a button."""
    name = names.line(text)
    if names.units(name) > MAX_NAME:
        raise Refused("forms/long", most=MAX_NAME, found=names.units(name))
    return name


def whole(text: str, most: int) -> int:
    """A whole number from 1 on. Refused, with what would work, for anything else."""
    tidy = unicodedata.normalize("NFKC", text).strip()
    if _WHOLE.fullmatch(tidy) and 1 <= int(tidy) <= most:
        return int(tidy)
    raise Refused("frequency/number_unclear", most=most)


def price_only(db: Connection) -> bool:
    """Are programmes, benefits and rewards all about the price? That is copied in a day, and who came for it goes for
    it."""
    kinds = {programme.kind for programme in frequency.running(db)}
    kinds |= {benefit.kind for benefit in benefits.offered(db)}
    return kinds | {reward.kind for reward in rewards.on_shelf(db)} == {FINANCIAL}


# ---- rewarding ----------------------------------------------------------------------------------------------------


def review(db: Connection, member_id: int, club: Club, now: datetime) -> list[int]:
    """Look at a member's programmes after a purchase or a visit; the ids of what was given.

    The caller has locked the member, so two tills do not fill the same card.
    """
    awards = (_reward(db, programme, member_id, club, now) for programme in frequency.running(db))
    return [award for award in awards if award is not None]


def _reward(db: Connection, programme: Programme, member_id: int, club: Club, now: datetime) -> int | None:
    if programme.rebate_percent is not None:
        return None
    period = counting(programme, club, now)
    counts = [counted_of(db, member_id, metric, club, period) for metric, _ in programme.measures]
    times = max(count // threshold for count, (_, threshold) in zip(counts, programme.measures, strict=True))
    reached = times if programme.repeats else min(times, 1)
    cards = reached - frequency.given(db, programme.id, member_id, period.key)
    if cards <= 0:
        return None
    occasion = f"{period.key}:{reached}" if programme.repeats else period.key
    return give(
        db, programme, member_id, period, club, now,
        occasion=occasion, cards=cards, counted=counts[0], amount=cards * (programme.reward_points or 0),
    )  # fmt: skip


def give(
    db: Connection,
    programme: Programme,
    member_id: int,
    period: Period,
    club: Club,
    now: datetime,
    *,
    occasion: str,
    cards: int,
    counted: int,
    amount: int,
    tell_at: datetime | None = None,
) -> int | None:
    """One reward, its points or vouchers, and its notice. None where it was given before."""
    values = {"period_key": period.key, "cards": cards, "counted": counted, "points": amount, "at": now}
    award = frequency.award(db, programme.id, member_id, occasion, **values)
    if award is None:
        return None
    origin = f"{FROM_PROGRAMME}{award}"
    if amount:
        points.earn(db, member_id, amount, club, reason="programme", key=origin, now=now)
    if programme.voucher_name and programme.voucher_days:
        for card in range(1, cards + 1):
            vouchers.issue(
                db, member_id, name=programme.voucher_name, value=programme.voucher_value,
                valid_days=programme.voucher_days, origin=f"{origin}:{card}", club=club, now=now,
            )  # fmt: skip
    if amount or programme.voucher_name:
        note(db, PROGRAMME, origin, member_id, tell_at or now)
    return award


def counting(programme: Programme, club: Club, moment: datetime) -> Period:
    """The period of a programme at a moment, as far as the programme was on."""
    period = period_of(moment, programme.period, club.zone)
    return replace(period, start=max(period.start, programme.starts_at))


def counted_of(db: Connection, member_id: int, metric: str, club: Club, period: Period) -> int:
    """How much of a metric a member has in a period; of `amount`, minor units."""
    return frequency.counted(db, member_id, metric, club.currency, period.start, period.end)


def rebate(net: int, programme: Programme, club: Club) -> int:
    """The points for a net spending in minor units: so many percent of what it earns. A fraction counts as one."""
    return points.for_purchase(max(net, 0), club.currency, club, programme.rebate_percent or 0)


# ---- looking ------------------------------------------------------------------------------------------------------


def cards(db: Connection, member_id: int, club: Club, now: datetime) -> list[Card]:
    """Where this member stands in every programme that is on."""
    return [_card(db, programme, member_id, club, now) for programme in frequency.running(db)]


def _card(db: Connection, programme: Programme, member_id: int, club: Club, now: datetime) -> Card:
    period = counting(programme, club, now)
    given = frequency.given(db, programme.id, member_id, period.key)
    counts = []
    for metric, threshold in programme.measures:
        counted = counted_of(db, member_id, metric, club, period)
        done = counted - given * threshold  # after a return it may be less than was rewarded already
        counts.append(Count(metric, threshold, min(max(done, 0), threshold), threshold - done))
    spent = counted_of(db, member_id, AMOUNT, club, period) if programme.rebate_percent else 0
    so_far = rebate(spent, programme, club) if spent >= programme.threshold else 0
    return Card(programme, period, tuple(counts), given, so_far)
