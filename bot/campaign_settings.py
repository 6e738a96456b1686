"""What an operator can set about what the club says by itself: campaigns, a launch, surveys, and when days are kept."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator
from pydantic_settings import NoDecode

from bot.section import Section, listed, setting, time_of_day
from club.club import BEFORE, FIRST
from club.languages import LANGUAGES
from club.switches import NOTICE_NAMES

_SHIPPED_FILES = (Path(__file__).parents[1] / "campaigns" / "shipped").glob("*.yaml")
SHIPPED = tuple(sorted(path.stem for path in _SHIPPED_FILES))
"""Campaigns that come with the program. Their module is not loaded for their names: a start would be slower by it."""
PROGRAMMES = tuple(sorted((*SHIPPED, *NOTICE_NAMES)))
"""All that the club says of itself, and that can be switched on and off."""
SWITCHED_ON = tuple(sorted(("birthday", "event-reminder", "family", "follow-up", *NOTICE_NAMES)))


def _are_shipped(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names) or not set(names) <= set(PROGRAMMES):
        raise ValueError
    return names


class CampaignsSettings(Section):
    """`approve_above`: from how many readers on somebody else approves. The days are rolling ones."""

    approve_above: int = setting(50, "whole people from 0 to 1000000", ge=0, le=1_000_000)
    contacts_most: int = setting(2, "whole messages from 1 to 100", ge=1, le=100)
    contacts_days: int = setting(7, "whole days from 1 to 365", ge=1, le=365)
    bought_days: int = setting(14, "whole days from 1 to 365", ge=1, le=365)
    shipped: Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(_are_shipped)] = setting(
        SWITCHED_ON, f"a list of some of {', '.join(PROGRAMMES)}"
    )


MOST_PRODUCT = 60


def _is_named(product: str | dict[str, str]) -> str | dict[str, str]:
    """Short enough in each language, and in languages that the club may speak. Nothing said is one empty text."""
    names = product if isinstance(product, dict) else {"en": product}
    blank = isinstance(product, dict) and (not names or not all(name.strip() for name in names.values()))
    if blank or not set(names) <= set(LANGUAGES) or any(len(name) > MOST_PRODUCT for name in names.values()):
        raise ValueError
    return product


class LaunchSettings(Section):
    """What `teaser` is about, and the day and hour before which nobody hears what it is."""

    product: Annotated[str | dict[str, str], AfterValidator(_is_named)] = setting(
        "",
        f"the name of what comes, at most {MOST_PRODUCT} characters: one text, or one for each language of "
        f"{', '.join(LANGUAGES)}",
    )
    day: date | None = setting(None, "a day such as 2027-03-01")
    at: Annotated[time, BeforeValidator(time_of_day)] = setting(
        time(10), "a time from 07:00 to 21:00", ge=time(7), le=time(21)
    )


class SurveysSettings(Section):
    """`period`: in it nobody is asked twice. `slightly`: so much more than expected still is satisfied."""

    period: Literal["month", "quarter"] = setting("month", "month or quarter")
    slightly: int = setting(1, "a difference from 0 to 3, on a scale from 1 to 5", ge=0, le=3)


class DaysSettings(Section):
    """When greetings are late, and when days are kept that a year has not, or twice."""

    late_hours: int = setting(10, "whole hours from 2 to 14", ge=2, le=14)
    leap_day: Literal["before", "after", "skipped"] = setting(BEFORE, "before, after or skipped")
    thirtieth: Literal["before", "skipped"] = setting(BEFORE, "before or skipped")
    leap_month: Literal["first", "second"] = setting(FIRST, "first or second")
