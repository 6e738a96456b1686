"""What the house is called and how it wants things: values from the settings that the rules need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from club.hours import Hours
from club.switches import NOTICE_NAMES

CONSENT_VERSION = "2026-11"
"""Which text of `membership/ask_consent` people agree to. Change it together with the text."""


PENDING, BALANCE, UNLIMITED = "pending", "balance", "unlimited"
"""What a return takes back of the points it earned (see `clawbacks.take_back`)."""
FREE, PURCHASES, APPROVAL = "free", "purchases", "approval"
"""Ways into the club: for the asking, by what was bought, or because the team lets somebody in."""
POINTS, SPENDING = "points", "spending"
"""What tiers are counted by."""


@dataclass(frozen=True)
class PointRules:
    """`per_unit`: points for each whole unit of the club's currency. `last_months`: 0 is for ever. `returns`: what a
    return takes back. Days and months are the club's own."""

    per_unit: Fraction = Fraction(1)
    pending_days: int = 0
    last_months: int = 24
    returns: str = BALANCE
    refund_grace_days: int = 30


@dataclass(frozen=True)
class Named:
    """Something that the settings name, in one language or several; `key` is what the database calls it."""

    key: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """What it is called; in the first language told, where this one has no word for it."""
        return self.names.get(language) or next(iter(self.names.values()))


@dataclass(frozen=True)
class Tier(Named):
    """A standing in the club. `threshold`: points earned, or minor units spent, in the window. `discount`: percent."""

    threshold: int
    discount: int = 0


@dataclass(frozen=True)
class TierRules:
    """`tiers`, lowest first. They are counted `by` points earned or money spent in the last `months`, never by balance;
    one that was reached is kept for `keep_months` at least."""

    tiers: tuple[Tier, ...] = ()
    by: str = POINTS
    months: int = 12
    keep_months: int = 12

    def named(self, key: str | None) -> Tier | None:
        """The tier of this key; None where the settings know none of it."""
        return next((tier for tier in self.tiers if tier.key == key), None)

    def rank(self, tier: Tier | None) -> int:
        """How high one stands: 0 without a tier, 1 in the lowest."""
        return 0 if tier is None else self.tiers.index(tier) + 1


@dataclass(frozen=True)
class RewardRules:
    """`cancel_after`: for how long a member may give an unused voucher back for its points."""

    cancel_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Department(Named):
    """Whose matter a request is."""


@dataclass(frozen=True)
class Cause(Named):
    """Why a complaint came to be, from which the club learns. `department`: the key of the one whose matter that is."""

    department: str | None = None


@dataclass(frozen=True)
class Limit:
    """What a role may give for one complaint by itself: points, and minor units of the club's currency in vouchers."""

    points: int = 0
    value: int = 0


@dataclass(frozen=True)
class DeskRules:
    """The service desk. `reopen_within`: for how long after it was resolved a request may be opened again.

    `feedback_after` that, the customer of a complaint is asked whether it is well now; no answer for `feedback_waits`
    closes it, a score of up to `feedback_low` (of 5) opens it again. `compensation`: by role, what one gives without
    being approved; who is not named asks, but for owners, who give what they like. `quiet_after`: for how long after a
    complaint was resolved its customer gets no greetings and offers.
    """

    causes: tuple[Cause, ...] = ()
    departments: tuple[Department, ...] = ()
    reopen_within: timedelta = timedelta(days=14)
    feedback_after: timedelta = timedelta(days=1)
    feedback_waits: timedelta = timedelta(days=7)
    feedback_low: int = 2
    quiet_after: timedelta = timedelta(days=7)
    compensation: Mapping[str, Limit] = field(default_factory=dict)

    def cause(self, key: str | None) -> Cause | None:
        """The cause of this key; None where the settings know none of it."""
        return next((cause for cause in self.causes if cause.key == key), None)

    def department(self, key: str | None) -> Department | None:
        """The department of this key; None where the settings know none of it."""
        return next((one for one in self.departments if one.key == key), None)


@dataclass(frozen=True)
class Target:
    """What is promised: working time until the first answer, and until it is resolved. `kind`, `urgent` and `tier` (its
    key) say for which requests; None fits all."""

    answer: timedelta
    resolve: timedelta
    kind: str | None = None
    urgent: bool | None = None
    tier: str | None = None

    def fits(self, kind: str, urgent: bool, tier: str | None) -> bool:
        """Is it promised for such a request?"""
        return self.kind in (None, kind) and self.urgent in (None, urgent) and self.tier in (None, tier)


@dataclass(frozen=True)
class ServiceRules:
    """When the desk works and what it promises. Where several targets fit, the strictest holds.

    `warn_at`: the share of the time after which whoever has it is reminded. `load`: how many open requests one person
    is given. `bot_returns`: after so long without a word in a request, the bot answers its customer again.
    """

    hours: Hours = field(default_factory=Hours)
    targets: tuple[Target, ...] = ()
    warn_at: Fraction = Fraction(3, 4)
    digest_at: time = time(9)
    load: int = 10
    bot_returns: timedelta = timedelta(hours=24)

    def target(self, kind: str, urgent: bool, tier: str | None) -> Target | None:
        """What is promised for such a request; None for nothing."""
        fitting = [one for one in self.targets if one.fits(kind, urgent, tier)]
        if not fitting:
            return None
        return Target(min(one.answer for one in fitting), min(one.resolve for one in fitting))


@dataclass(frozen=True)
class MembershipRules:
    """Any of the `routes` opens the door; `purchases` does after so many `pieces`. A term has so many `months` (0: no
    last day), and everything works for `grace_days` more. Days and months are the club's own."""

    routes: tuple[str, ...] = (FREE,)
    pieces: int = 3
    months: int = 0
    grace_days: int = 14


BEFORE, AFTER, SKIPPED = "before", "after", "skipped"
"""What becomes of a day that a year does not have."""
FIRST, SECOND = "first", "second"
"""Of a month that comes twice."""


@dataclass(frozen=True)
class DayRules:
    """When a day of one's own is kept in a year that has it not, or twice. `leap_day`: 29 February in a common year,
    the day before, after, or skipped. `thirtieth`: of a lunar month of 29 days, the day before, or skipped.
    `leap_month`: the first or the second of a lunar month that is repeated."""

    leap_day: str = BEFORE
    thirtieth: str = BEFORE
    leap_month: str = FIRST


@dataclass(frozen=True)
class CampaignRules:
    """What goes to more than `approve_above` people is approved by somebody else than its author. Nobody gets more than
    `contacts_most` messages that nobody asked for `contacts_within` that time. What is bought within `bought_within`
    of a message counts as its success. `rate`: messages a second that may leave, of which `free` for nothing; each one
    above them costs so many `stars`. `notices`: which of its own the club sends, by their names in the settings."""

    approve_above: int = 50
    contacts_most: int = 2
    contacts_within: timedelta = timedelta(days=7)
    bought_within: timedelta = timedelta(days=14)
    rate: float = 30.0
    free: float = 30.0
    stars: Decimal = Decimal("0.1")
    notices: frozenset[str] = frozenset(NOTICE_NAMES)


@dataclass(frozen=True)
class SurveyRules:
    """Nobody is asked twice in a `period` (a calendar month or quarter). Who perceived up to `slightly` more than they
    expected, on a scale from 1 to 5, is satisfied; who perceived more than that is delighted."""

    period: str = "month"
    slightly: int = 1


@dataclass(frozen=True)
class Closeness:
    """A relationship level from 1 to 5: `when`, as an audience is written, somebody has it; None: by choice only, but
    for the first, which all others have. `contacts`: at most so many messages that nobody asked for; None: as many as
    anybody."""

    level: int
    when: Mapping[str, Any] | None = None
    contacts: int | None = None


@dataclass(frozen=True)
class RelationshipRules:
    """How close the club stays to somebody after a purchase. They are asked how it is so many `check_days` after it."""

    levels: tuple[Closeness, ...] = ()
    check_days: int = 7


@dataclass(frozen=True)
class Launch:
    """Something new, and the day and hour, by the club's own clock, before which nobody hears what it is."""

    product: str
    day: date
    at: time


@dataclass(frozen=True)
class Club:
    """`languages`: what the club speaks, its own first. `staff_chat`: the staff group as the settings name it (as it is
    now: `staff.group`), in which `staff_language` is spoken, else the club's own. Points are whole points. Times of day
    are local.
    `retention_target`: percent of members who are to stay, over 90 days."""

    name: str
    zone: str
    languages: tuple[str, ...]
    welcome_points: int
    greeting_at: time
    privacy_contact: str
    staff_chat: int | None
    staff_language: str | None = None
    greeting_late_after: timedelta = timedelta(hours=10)
    currency: str = "EUR"
    retention_target: int = 80
    points: PointRules = PointRules()
    tiers: TierRules = field(default_factory=TierRules)
    rewards: RewardRules = RewardRules()
    desk: DeskRules = DeskRules()
    service: ServiceRules = ServiceRules()
    membership: MembershipRules = MembershipRules()
    days: DayRules = DayRules()
    erase_after: timedelta = timedelta(hours=24)
    campaigns: CampaignRules = CampaignRules()
    surveys: SurveyRules = SurveyRules()
    relationship: RelationshipRules = field(default_factory=RelationshipRules)
    launch: Launch | None = None

    def contacts_most(self, level: int) -> int:
        """How many messages that nobody asked for somebody of this relationship level gets at most."""
        told = next((one.contacts for one in self.relationship.levels if one.level == level), None)
        return self.campaigns.contacts_most if told is None else told

    @property
    def language(self) -> str:
        return self.languages[0]

    @property
    def group_language(self) -> str:
        """What everybody in the staff group reads, whoever caused it."""
        return self.staff_language or self.language

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
