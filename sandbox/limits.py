"""Rate limits, injected faults, and counters of what was called."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

_SENDING = """
    sendMessage sendPhoto sendDocument sendVoice sendVideo sendVideoNote sendAudio sendAnimation sendSticker
    sendLocation sendVenue sendContact sendDice sendPoll sendMediaGroup
    copyMessage copyMessages forwardMessage forwardMessages
"""
SENDING = frozenset(_SENDING.split())
MINUTE = 60.0


@dataclass(slots=True)
class Limits:
    """How fast a bot may send. None switches a limit off; refused calls use nothing up."""

    per_second: int | None = None
    per_chat: int | None = None
    group_per_minute: int | None = None
    latency: float = 0.0
    accepted: deque[float] = field(default_factory=deque)
    by_chat: dict[str, deque[float]] = field(default_factory=dict)

    def on(self) -> bool:
        """Whether any limit is set."""
        return bool(self.per_second or self.per_chat or self.group_per_minute)

    def retry_after(self, chat: str, now: float) -> int:
        """0 if the message may go, else the seconds to wait. Windows slide: no N + 1 within any second."""
        in_chat = self.by_chat.setdefault(chat, deque())
        is_group = chat.startswith(("-", "@"))
        windows = [(self.accepted, self.per_second, 1.0), (in_chat, self.per_chat, 1.0)]
        if is_group:
            windows.append((in_chat, self.group_per_minute, MINUTE))
        wait = max(_wait(times, most, span, now) for times, most, span in windows)
        if wait > 0:
            return max(1, math.ceil(wait))
        self.accepted.append(now)
        in_chat.append(now)
        _forget(self.accepted, now - 1.0)
        _forget(in_chat, now - MINUTE)
        return 0


def _wait(times: deque[float], most: int | None, span: float, now: float) -> float:
    if not most or len(times) < most:
        return 0.0
    # The one that must have left the window before another may enter.
    return times[-most] + span - now


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()


@dataclass(slots=True)
class Fault:
    """A trouble that the next calls suffer."""

    kind: str
    times: int
    methods: frozenset[str] | None = None
    retry_after: int = 1
    seconds: float = 1.0

    def hits(self, name: str) -> bool:
        """Faults that name no method spare getUpdates, which is always under way."""
        return name in self.methods if self.methods else name != "getUpdates"


KINDS = ("429", "500", "reset", "cut", "slow", "none")


@dataclass(slots=True)
class Faults:
    """The troubles that are still to come, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, kind: str, times: int = 1, methods: list[str] | None = None, **more: Any) -> None:
        """The next `times` calls suffer it; `none` takes back everything."""
        if kind not in KINDS:
            raise ValueError(f"kind: found {kind!r}, expected one of {', '.join(KINDS)}")
        if kind == "none":
            self.waiting.clear()
        else:
            self.waiting.append(Fault(kind, times, frozenset(methods) if methods else None, **more))

    def take(self, name: str) -> Fault | None:
        """The fault that this call suffers, if any; it is used up."""
        for fault in self.waiting:
            if fault.hits(name):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


@dataclass(slots=True)
class Stats:
    """What was called, for benches. Times are the monotonic clock's."""

    calls: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    sent: int = 0
    refused: int = 0
    first_sent: float | None = None
    last_sent: float | None = None
    sends: deque[tuple[float, str, str]] = field(default_factory=lambda: deque(maxlen=500_000))

    def count_send(self, now: float, chat: str, name: str) -> None:
        """A message went out."""
        self.sent += 1
        self.last_sent = now
        if self.first_sent is None:
            self.first_sent = now
        self.sends.append((now, chat, name))

    def view(self) -> dict[str, Any]:
        """The counters as JSON."""
        names = ("sent", "refused", "first_sent", "last_sent")
        return {"calls": dict(self.calls), "errors": dict(self.errors), **{name: getattr(self, name) for name in names}}
