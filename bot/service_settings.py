"""The settings of the service: when the desk is open, what it promises, how much one person has in hand."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import NoDecode

from bot.section import Section, listed, setting, time_of_day
from club.hours import Span, known_region

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?")
_SPAN = re.compile(r"(\d{1,2}:\d\d)\s*-\s*(\d{1,2}:\d\d)")


def week_of(text: str) -> tuple[tuple[Span, ...], ...]:
    """`mon-fri 09:00-12:30 13:30-18:00, sat 10:00-14:00` as the spans of each day. Raises `ValueError`."""
    week: list[tuple[Span, ...]] = [()] * 7
    for part in filter(None, (part.strip() for part in text.casefold().split(","))):
        days, _, hours = part.partition(" ")
        match = _DAYS.fullmatch(days)
        if match is None:
            raise ValueError(days)
        first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
        for day in range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1)):
            week[day] = _spans(hours)
    return tuple(week)


def _spans(text: str) -> tuple[Span, ...]:
    """`09:00-12:30 13:30-18:00`: each span begins after the one before it; 24:00 is the day's end."""
    spans = [(_hour(opens), _hour(closes)) for opens, closes in _SPAN.findall(text)]
    moments = [moment for opens, closes in spans for moment in (_minutes(opens), _minutes(closes) or 24 * 60)]
    if not spans or _SPAN.sub("", text).strip() or moments != sorted(set(moments)):
        raise ValueError(text)
    return tuple(spans)


def _hour(text: str) -> time:
    return time() if text == "24:00" else time.fromisoformat(text.zfill(5))


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _is_week(value: str) -> str:
    week_of(value)
    return value


def _is_region(value: str) -> str:
    if value and not known_region(value):
        raise ValueError
    return value


class TargetSettings(BaseModel):
    """Within how many working hours a request is answered, and resolved. What is not named fits every request."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["complaint", "question"] | None = None
    urgent: bool | None = None
    tier: str | None = None
    answer: Decimal = Field(gt=0, le=1_000)
    resolve: Decimal = Field(gt=0, le=10_000)


def _has_one_for_all(value: tuple[TargetSettings, ...]) -> tuple[TargetSettings, ...]:
    if value and all(one.kind or one.urgent is not None or one.tier for one in value):
        raise ValueError
    return value


class ServiceSettings(Section):
    """`hours` and `holidays` are the club's own; targets count working hours only. An empty list promises nothing."""

    hours: Annotated[str, AfterValidator(_is_week)] = setting(
        "mon-sat 09:00-18:00", "days and hours such as mon-fri 09:00-12:30 13:30-18:00, sat 10:00-14:00"
    )
    holidays: Annotated[str, AfterValidator(_is_region)] = setting(
        "", "a country such as DE, CN or TW, or a part of one such as DE-BY"
    )
    targets: Annotated[
        tuple[TargetSettings, ...], NoDecode, BeforeValidator(listed), AfterValidator(_has_one_for_all)
    ] = setting(
        (
            TargetSettings(answer=Decimal(4), resolve=Decimal(24)),
            TargetSettings(urgent=True, answer=Decimal(1), resolve=Decimal(8)),
        ),
        'a list with one for all, such as [{"answer": 4, "resolve": 24}, {"urgent": true, "answer": 1, "resolve": 8}]',
    )
    warn_percent: int = setting(75, "whole percent from 10 to 99", ge=10, le=99)
    digest_at: Annotated[time, BeforeValidator(time_of_day)] = setting(time(9), "a time like 09:30")
    load_limit: int = setting(10, "whole requests from 1 to 1000", ge=1, le=1_000)
    bot_returns_hours: int = setting(24, "whole hours from 1 to 720", ge=1, le=720)
