"""How fast messages may leave: smooth at the platform's rate, never above it, waiting chats out of the way.

Overall: an absolute schedule (restarting it at "now" after each send would lose what each wait overshoots), and a count
over the last second, because the platform counts so and a late send must not pull the next window over the limit.
The platform counts arrivals: a message that was longer on its way than the quickest ones counts as that much later.
Per chat: a count over a sliding window, one a second with a small burst in private, twenty a minute in a group.
"""

from __future__ import annotations

import asyncio
import math
import time
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable

MARGIN = 0.004
"""Seconds added to each window: what a send may be late on its way to the platform."""
FAST = 200
"""From so many messages a second on one too many is likely, and stops all for a second: so three things hold there."""
SPARE = 0.005
"""By this share of the rate a second is not filled: of a thousand calls under way some arrive later than reckoned."""
SMOOTHING_FAST = 1.018
"""As `SMOOTHING`. The schedule has to be slower than what the window lets through, or each gap is met again a second
later, for ever."""
WARMING = 1.0
"""The first second after a rest goes at half of the rate: connections are made then, and what waits for one arrives in
a heap, among those of the next second."""
SMOOTHING = 1.008
"""The schedule runs this much slower than the rate, so that it rarely meets the window's edge."""
SLOWER = 0.003
"""By this share of the time that passes what counts as the quickest way there and back is raised, so that it can grow
again. By the clock: counted by answers, it grew with the rate, and at 1,000 a second past what most calls take."""
Limit = tuple[int, float]
"""So many messages in so many seconds."""
PRIVATE: Limit = (6, 6.0)
GROUP: Limit = (20, 60.0)
CHATS_REMEMBERED = 10_000
MADE_GOOD = 0.06
"""Seconds of lateness that are caught up. Each is sent as a burst, and a second later the window is closed for as long,
to replies too: after a quarter of a second made good, a reply in a hundred waited as long, over and over. What is
not made good is lost, three thousandths of the rate where the process stands still once in ten seconds."""


class Window:
    """At most `count` events in any `seconds`; times are monotonic seconds."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: list[float] = []  # in order

    def opens_at(self) -> float:
        """The earliest moment for the next event; in the past where there is room now."""
        return self._times[0] + self._seconds if len(self._times) == self._count else 0.0

    def add(self, at: float) -> None:
        if len(self._times) == self._count:
            del self._times[0]
        insort(self._times, at)

    def move(self, at: float, to: float) -> None:
        """An event was not when it seemed to be; one that is out of the window by now stays forgotten."""
        place = bisect_left(self._times, at)
        if place < len(self._times) and self._times[place] == at:
            del self._times[place]
            insort(self._times, to)


class Pace:
    """The one gate in front of the Bot API's sending methods."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        *,
        private: Limit = PRIVATE,
        group: Limit = GROUP,
    ) -> None:
        self._clock = clock
        self._private, self._group = private, group
        self._fast = rate >= FAST
        self._interval = (SMOOTHING_FAST if self._fast else SMOOTHING) / rate
        self._next = 0.0
        self._overall = Window(max(1, int(rate * (1 - SPARE) if self._fast else rate)), 1.0 + MARGIN)
        self._warm_at = 0.0
        self._quickest = math.inf
        self._answered = 0.0
        self._paused_until = 0.0
        self._chats: OrderedDict[int, Window] = OrderedDict()
        self._blocked: dict[int, float] = {}

    def ready_in(self) -> float:
        """Seconds until the next message may leave; 0 or less: now."""
        return max(self._next, self._overall.opens_at(), self._paused_until) - self._clock()

    def slots_within(self, seconds: float) -> int:
        """How many messages may leave within so many seconds; at least none."""
        wait = self.ready_in()
        return 0 if wait > seconds else 1 + int((seconds - max(wait, 0.0)) / self._interval)

    async def take(self, patience: float = math.inf) -> float | None:
        """Wait for the next slot and use it; its moment, or None, unused, where the wait has become longer than one's
        patience. To be awaited by one task at a time: the order of slots is the order of those who wait."""
        while (wait := self.ready_in()) > 0:
            if wait > patience:
                return None
            await asyncio.sleep(wait)
        now = self._clock()
        if self._fast and now - self._next > WARMING:
            self._warm_at = now + WARMING
        self._next = max(self._next, now - MADE_GOOD) + self._interval * (2 if now < self._warm_at else 1)
        self._overall.add(now)
        return now

    def arrived(self, slot: float) -> None:
        """The message of that slot has its answer now: it arrived no later than this, less the quickest way back."""
        now = self._clock()
        took = now - slot
        self._quickest = min(took, self._quickest + SLOWER * (now - self._answered))
        self._answered = now
        self._overall.move(slot, slot + took - self._quickest)

    def chat_sent(self, chat_id: int) -> None:
        """A message to this chat leaves now."""
        window = self._chats.pop(chat_id, None) or Window(*(self._group if chat_id < 0 else self._private))
        window.add(self._clock())
        self._chats[chat_id] = window
        if len(self._chats) > CHATS_REMEMBERED:
            self._chats.popitem(last=False)
        opens = window.opens_at()
        if opens > self._clock():
            self._blocked[chat_id] = opens + MARGIN

    def pause(self, seconds: float) -> None:
        """Telegram said: wait. Nothing leaves before."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def pause_chat(self, chat_id: int, seconds: float) -> None:
        """This chat alone has to wait: it has a limit of its own, or a message of its that failed goes first."""
        self._blocked[chat_id] = max(self._blocked.get(chat_id, 0.0), self._clock() + seconds)

    def blocked_chats(self) -> set[int]:
        """Chats to which nothing may go right now."""
        now = self._clock()
        for chat_id in [chat_id for chat_id, until in self._blocked.items() if until <= now]:
            del self._blocked[chat_id]
        return set(self._blocked)

    def next_chat_in(self) -> float | None:
        """Seconds until the first blocked chat opens again; None where none is blocked."""
        return min(self._blocked.values()) - self._clock() if self._blocked else None
