"""The clock of the sandbox: real time plus an offset, jumped or walked."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

FOLLOWER_LASTS = 40.0


def iso(moment: datetime) -> str:
    """UTC with a Z, so that it needs no quoting in a URL."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """An ISO time; without a zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Clock:
    """Says what time it is in the sandbox. A frozen clock moves only when it is told to."""

    def __init__(self, at: datetime | None = None, *, frozen: bool = False) -> None:
        self.offset = 0.0
        self.frozen_at: float | None = time.time() if frozen else None
        self.bookmarks: list[dict[str, Any]] = []
        self.followed = float("-inf")
        self.on_change: Callable[[], None] = lambda: None
        if at is not None:
            self.arrive(at)
        self.target = self.now()

    def timestamp(self) -> int:
        """Unix seconds, as in the `date` of a message."""
        return int((self.frozen_at or time.time()) + self.offset)

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromtimestamp((self.frozen_at or time.time()) + self.offset, UTC)

    def arrive(self, moment: datetime) -> None:
        """It is this time now."""
        self.offset = moment.timestamp() - (self.frozen_at or time.time())
        self.on_change()

    def move_to(self, moment: datetime) -> None:
        """Go there: at once, or where somebody follows, as fast as the follower walks."""
        self.target = moment
        if self.has_follower():
            self.on_change()
        else:
            self.arrive(moment)

    def advance(self, seconds: float) -> None:
        """Go on from where the clock is already heading, so that pressing twice adds up."""
        start = max(self.now(), self.target) if self.has_follower() else self.now()
        self.move_to(start + timedelta(seconds=seconds))

    def follow(self) -> None:
        """A program says that it walks behind the target in steps of its own."""
        self.followed = time.monotonic()

    def has_follower(self) -> bool:
        """Whether a follower was heard of lately."""
        return time.monotonic() - self.followed < FOLLOWER_LASTS

    def view(self) -> dict[str, Any]:
        """The clock as the page and the followers see it."""
        if self.target > self.now() and not self.has_follower():
            # Whoever was on the way there has gone: do not wait for them.
            self.arrive(self.target)
        return {
            "now": iso(self.now()),
            "target": iso(self.target),
            "follower": self.has_follower(),
            "bookmarks": self.bookmarks,
        }
