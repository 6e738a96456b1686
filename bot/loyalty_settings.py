"""What an operator can set about points, tiers, rewards and who is a member."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode

from bot.section import Section, listed, setting
from club.club import APPROVAL, FREE, PURCHASES
from club.languages import LANGUAGES

ROUTES = (FREE, PURCHASES, APPROVAL)


def _are_routes(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) != len(value) or not set(value) <= set(ROUTES):
        raise ValueError
    return value


def _rising(value: tuple[TierSettings, ...]) -> tuple[TierSettings, ...]:
    """Each tier is harder to reach than the one before, and every name is in a language that the club may speak."""
    steps = [level.at for level in value]
    names = [level.name for level in value if isinstance(level.name, dict)]
    if steps != sorted(set(steps)) or any(not name or not set(name) <= set(LANGUAGES) for name in names):
        raise ValueError
    return value


class PointsSettings(Section):
    """`per_unit`: points for each whole unit of the club's currency. Days and months are the club's own."""

    per_unit: Decimal = setting(Decimal(1), "points for one unit of money, from 0 to 10000", ge=0, le=10_000)
    pending_days: int = setting(0, "whole days from 0 to 365", ge=0, le=365)
    last_months: int = setting(24, "whole months from 1 to 600, or 0: for ever", ge=0, le=600)
    returns: Literal["pending", "balance", "unlimited"] = setting("balance", "pending, balance or unlimited")
    refund_grace_days: int = setting(30, "whole days from 0 to 365", ge=0, le=365)


class TierSettings(Section):
    """One tier of the list. `at`: points earned, or whole units of money spent, in the window."""

    name: str | dict[str, str]
    at: Decimal = Field(gt=0)
    discount: int = Field(0, ge=0, le=100)


class TiersSettings(Section):
    """`months`: the window that is counted; `keep_months`: how long a tier is kept at least."""

    by: Literal["points", "spending"] = setting("points", "points or spending")
    months: int = setting(12, "whole months from 1 to 60", ge=1, le=60)
    keep_months: int = setting(12, "whole months from 0 to 60", ge=0, le=60)
    levels: Annotated[tuple[TierSettings, ...], NoDecode, BeforeValidator(listed), AfterValidator(_rising)] = setting(
        (
            TierSettings(name={"en": "Silver", "zh-Hans": "银卡", "zh-Hant": "銀卡"}, at=Decimal(500), discount=0),
            TierSettings(name={"en": "Gold", "zh-Hans": "金卡", "zh-Hant": "金卡"}, at=Decimal(2000), discount=5),
        ),
        'a list from the lowest up, such as [{"name": "Silver", "at": 500}, {"name": "Gold", "at": 2000}]',
    )


class RewardsSettings(Section):
    """`cancel_hours`: for how long a member may give an unused voucher back for its points."""

    cancel_hours: int = setting(24, "whole hours from 0 (never) to 8760", ge=0, le=8_760)


class MembershipSettings(Section):
    """`pieces`: how many somebody must have bought, for the route purchases. `months`: how long a term is."""

    routes: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(_are_routes)] = setting(
        (FREE,), f"one or more of {', '.join(ROUTES)}", min_length=1
    )
    pieces: int = setting(3, "whole pieces from 1 to 10000", ge=1, le=10_000)
    months: int = setting(0, "whole months from 1 to 600, or 0: for ever", ge=0, le=600)
    grace_days: int = setting(14, "whole days from 0 to 365", ge=0, le=365)
