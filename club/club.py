"""What the house is called and how it wants things: values from the settings that the rules need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

CONSENT_VERSION = "2026-11"
"""Which text of `membership/ask_consent` people agree to. Change it together with the text."""


@dataclass(frozen=True)
class Club:
    """`languages`: what the club speaks, its own first. Points are whole points. Times of day are local."""

    name: str
    zone: str
    languages: tuple[str, ...]
    welcome_points: int
    greeting_at: time
    privacy_contact: str
    staff_chat: int | None
    follow_up_after: timedelta = timedelta(days=3)
    greeting_late_after: timedelta = timedelta(hours=10)

    @property
    def language(self) -> str:
        return self.languages[0]

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
