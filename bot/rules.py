"""The settings as the club's rules need them: values, never the settings object."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from math import ceil

from bot.campaign_settings import CampaignsSettings, LaunchSettings
from bot.desk_settings import CauseSettings, DeskSettings
from bot.loyalty_settings import MembershipSettings, PointsSettings, TiersSettings
from bot.relationship_settings import RelationshipSettings
from bot.service_settings import ServiceSettings, TargetSettings, week_of
from bot.settings import FREE_RATE, Settings, TelegramSettings
from club.club import (
    SPENDING,
    CampaignRules,
    Cause,
    Closeness,
    Club,
    DayRules,
    Department,
    DeskRules,
    Launch,
    Limit,
    MembershipRules,
    PointRules,
    RelationshipRules,
    RewardRules,
    ServiceRules,
    SurveyRules,
    Target,
    Tier,
    TierRules,
)
from club.hours import Hours
from club.money import decimals
from club.switches import NOTICE_NAMES
from storage.words import words_of


def club_of(settings: Settings) -> Club:
    """The club as its rules need it."""
    club = settings.club
    return Club(
        name=club.name,
        zone=club.time_zone,
        languages=club.languages,
        welcome_points=club.welcome_points,
        greeting_at=club.greeting_at,
        privacy_contact=club.privacy_contact,
        staff_chat=settings.staff.chat,
        staff_language=settings.staff.language,
        currency=club.currency,
        retention_target=club.retention_target,
        points=_point_rules(settings.points),
        tiers=_tier_rules(settings.tiers, club.currency),
        rewards=RewardRules(timedelta(hours=settings.rewards.cancel_hours)),
        desk=_desk_rules(settings.desk, club.currency),
        service=_service_rules(settings.service, club.time_zone),
        membership=_membership_rules(settings.membership),
        greeting_late_after=timedelta(hours=settings.days.late_hours),
        days=DayRules(settings.days.leap_day, settings.days.thirtieth, settings.days.leap_month),
        erase_after=timedelta(hours=settings.privacy.erase_after_hours),
        campaigns=_campaign_rules(settings.campaigns, settings.telegram),
        surveys=SurveyRules(settings.surveys.period, settings.surveys.slightly),
        relationship=_relationship_rules(settings.relationship),
        launch=_launch(settings.launch),
    )


def _campaign_rules(settings: CampaignsSettings, telegram: TelegramSettings) -> CampaignRules:
    return CampaignRules(
        approve_above=settings.approve_above,
        contacts_most=settings.contacts_most,
        contacts_within=timedelta(days=settings.contacts_days),
        bought_within=timedelta(days=settings.bought_days),
        rate=telegram.rate,
        free=FREE_RATE,
        stars=telegram.stars_per_message,
        notices=frozenset(NOTICE_NAMES).intersection(settings.shipped),
    )


def _relationship_rules(settings: RelationshipSettings) -> RelationshipRules:
    levels = tuple(Closeness(one.level, one.when, one.contacts) for one in settings.levels)
    return RelationshipRules(levels, settings.check_days)


def _launch(settings: LaunchSettings) -> Launch | None:
    return None if settings.day is None else Launch(words_of(settings.product), settings.day, settings.at)


def _desk_rules(settings: DeskSettings, currency: str) -> DeskRules:
    unit = 10 ** decimals(currency)
    departments = tuple(Department(key_of(one.name), _names(one.name)) for one in settings.departments)
    return DeskRules(
        causes=tuple(_cause(cause, departments) for cause in settings.causes),
        departments=departments,
        reopen_within=timedelta(days=settings.reopen_days),
        feedback_after=timedelta(days=settings.feedback_days),
        feedback_waits=timedelta(days=settings.feedback_close_days),
        feedback_low=settings.feedback_low,
        quiet_after=timedelta(days=settings.quiet_days),
        compensation={one.role: Limit(one.points, int(one.voucher * unit)) for one in settings.compensation_limits},
    )


def _cause(settings: CauseSettings, departments: tuple[Department, ...]) -> Cause:
    """Its department is left out where the club has none of that name."""
    key = settings.department and settings.department.casefold()
    known = next((one.key for one in departments if one.key == key), None)
    return Cause(key_of(settings.name), _names(settings.name), known)


def _service_rules(settings: ServiceSettings, zone: str) -> ServiceRules:
    return ServiceRules(
        hours=Hours(week_of(settings.hours), settings.holidays, zone),
        targets=tuple(_target(one) for one in settings.targets),
        warn_at=Fraction(settings.warn_percent, 100),
        digest_at=settings.digest_at,
        load=settings.load_limit,
        bot_returns=timedelta(hours=settings.bot_returns_hours),
    )


def _target(settings: TargetSettings) -> Target:
    answer, resolve = timedelta(hours=float(settings.answer)), timedelta(hours=float(settings.resolve))
    tier = settings.tier and settings.tier.casefold()
    return Target(answer, resolve, settings.kind, settings.urgent, tier)


def _membership_rules(settings: MembershipSettings) -> MembershipRules:
    return MembershipRules(settings.routes, settings.pieces, settings.months, settings.grace_days)


def _point_rules(settings: PointsSettings) -> PointRules:
    return PointRules(
        per_unit=Fraction(settings.per_unit),
        pending_days=settings.pending_days,
        last_months=settings.last_months,
        returns=settings.returns,
        refund_grace_days=settings.refund_grace_days,
    )


def _tier_rules(settings: TiersSettings, currency: str) -> TierRules:
    unit = 10 ** decimals(currency) if settings.by == SPENDING else 1
    return TierRules(
        tiers=tuple(
            Tier(key_of(level.name), _names(level.name), ceil(level.at * unit), level.discount)
            for level in settings.levels
        ),
        by=settings.by,
        months=settings.months,
        keep_months=settings.keep_months,
    )


def _names(name: str | dict[str, str]) -> dict[str, str]:
    return {"en": name} if isinstance(name, str) else name


def key_of(name: str | dict[str, str]) -> str:
    """What a tier or a cause is called in the database: its first name, so that a translation may change."""
    return next(iter(_names(name).values())).casefold()
