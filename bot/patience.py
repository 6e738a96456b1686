"""How long to wait for somebody who does not answer, and how often to say so."""

from __future__ import annotations

import time
from collections.abc import Callable

SAID_EVERY = 60.0
"""Seconds between two lines in the log about the same silence."""


class Patience:
    """Each wait is twice the one before, up to the longest. Seconds throughout."""

    def __init__(self, first: float, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._first = first
        self._longest = longest
        self._clock = clock
        self._since: float | None = None
        self._next = first
        self._said: float | None = None

    def wait(self) -> float:
        """No answer again: how long to wait now."""
        if self._since is None:
            self._since = self._clock()
        wait, self._next = self._next, min(2 * self._next, self._longest)
        return wait

    def worth_saying(self) -> bool:
        """Is it to be said now? The first time, and then once a minute."""
        now = self._clock()
        if self._said is not None and now - self._said < SAID_EVERY:
            return False
        self._said = now
        return True

    def answered(self) -> float | None:
        """There is an answer; how long there was none, where that was so."""
        lasted = None if self._since is None else self._clock() - self._since
        self._since, self._said, self._next = None, None, self._first
        return lasted
