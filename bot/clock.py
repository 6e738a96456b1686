"""What time it is in the club."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment it is, in UTC."""
        ...


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ShiftedClock:
    """Real time moved by an offset: the sandbox and the tests travel with it."""

    def __init__(self, now: datetime | None = None) -> None:
        self._offset = timedelta()
        if now is not None:
            self.move_to(now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def move_to(self, moment: datetime) -> None:
        self._offset = moment - datetime.now(UTC)

    def advance(self, step: timedelta) -> None:
        self._offset += step
