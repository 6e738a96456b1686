"""How fast messages leave: never above the platform's rate, in no second, and hardly below it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pace import GROUP, MARGIN, PRIVATE, Pace, Window

delays = st.lists(st.floats(0, 3), min_size=1, max_size=200)
rates = st.sampled_from([1.0, 2.5, 20.0, 30.0, 100.0])


class Time:
    """A stop watch that moves only while somebody waits, and a sleep that always overshoots a little."""

    def __init__(self, late: float = 0.0) -> None:
        self.now = 100.0
        self.late = late

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 0.0) + self.late


@contextmanager
def _timed(late: float = 0.0) -> Iterator[Time]:
    time = Time(late)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio, "sleep", time.sleep)
        yield time


def _sends(rate: float, waits: list[float], late: float = 0.0) -> list[float]:
    """The moments at which messages leave whose sender dawdles before each."""
    with _timed(late) as time:
        pace = Pace(rate, time)

        async def go() -> list[float]:
            moments = []
            for wait in waits:
                time.now += wait
                await pace.take()
                moments.append(time.now)
            return moments

        return asyncio.run(go())


def _most_in_a_second(moments: list[float]) -> int:
    """In any second, wherever it begins."""
    return max(sum(start <= moment < start + 1.0 for moment in moments) for start in moments)


@settings(deadline=None)
@given(rates, delays, st.floats(0, 0.05))
def test_no_second_holds_more_than_the_rate_however_the_sender_dawdles(
    rate: float, waits: list[float], late: float
) -> None:
    assert _most_in_a_second(_sends(rate, waits, late)) <= max(1, int(rate))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.2, 1.5]), min_size=50, max_size=400))
def test_bursts_after_pauses_stay_within_the_rate(waits: list[float]) -> None:
    assert _most_in_a_second(_sends(30, waits)) <= 30


@pytest.mark.parametrize("rate", [20.0, 30.0, 100.0])
@pytest.mark.parametrize("late", [0.0, 0.001, 0.005])
def test_the_rate_is_reached_to_98_5_percent(rate: float, late: float) -> None:
    moments = _sends(rate, [0.0] * int(rate * 60), late)
    reached = (len(moments) - 1) / (moments[-1] - moments[0])
    assert reached >= 0.985 * rate


def test_a_fast_broadcast_begins_at_half_of_its_rate_and_leaves_a_little_of_each_second() -> None:
    moments = _sends(1_000, [0.0] * 5_000)
    first = sum(at < moments[0] + 1.0 for at in moments)
    assert 450 <= first <= 560
    assert _most_in_a_second(moments) <= 990
    reached = 3_000 / (moments[4_500] - moments[1_500])
    assert reached >= 975


@given(st.integers(1, 20), st.floats(0.1, 60), st.lists(st.floats(0, 5), max_size=100))
def test_a_window_never_opens_before_its_oldest_event_has_left_it(
    count: int, seconds: float, waits: list[float]
) -> None:
    window, now, events = Window(count, seconds), 0.0, []
    for wait in waits:
        now = max(now + wait, window.opens_at())
        window.add(now)
        events.append(now)
    assert all(later - first >= seconds * (1 - 1e-9) for first, later in zip(events, events[count:], strict=False))


@pytest.mark.parametrize(("chat", "limit"), [(7, PRIVATE), (-100, GROUP)])
def test_a_chat_that_had_its_share_is_out_of_the_way_until_it_opens(chat: int, limit: tuple[int, float]) -> None:
    time = Time()
    pace = Pace(1000, time)
    for _ in range(limit[0]):
        assert pace.blocked_chats() == set()
        pace.chat_sent(chat)
        time.now += 0.01
    assert pace.blocked_chats() == {chat}
    opens = pace.next_chat_in()
    assert opens is not None
    time.now += opens - 0.001
    assert pace.blocked_chats() == {chat}
    time.now += 0.002
    assert pace.blocked_chats() == set()
    assert pace.next_chat_in() is None


@settings(deadline=None)
@given(st.lists(st.floats(0, 2), min_size=1, max_size=120), st.sampled_from([7, -100]))
def test_no_window_of_a_chat_holds_more_than_its_share(waits: list[float], chat: int) -> None:
    count, seconds = PRIVATE if chat > 0 else GROUP
    time, moments = Time(), []
    pace = Pace(1000, time)
    for wait in waits:
        time.now += wait
        if pace.blocked_chats():
            time.now += pace.next_chat_in() or 0.0
            assert pace.blocked_chats() == set()
        pace.chat_sent(chat)
        moments.append(time.now)
    assert all(later - first >= seconds for first, later in zip(moments, moments[count:], strict=False))


def test_other_chats_do_not_wait_for_a_full_one() -> None:
    pace = Pace(1000, Time())
    for _ in range(PRIVATE[0]):
        pace.chat_sent(7)
    assert pace.blocked_chats() == {7}


async def test_a_pause_that_telegram_asks_for_stops_everything_and_the_longest_one_holds() -> None:
    with _timed() as time:
        pace = Pace(30, time)
        pace.pause(5)
        pace.pause(2)
        assert pace.slots_within(1.0) == 0
        started = time.now
        await pace.take()
        assert time.now - started == pytest.approx(5, abs=0.01)


async def test_whoever_has_no_patience_for_a_pause_is_told_and_uses_nothing() -> None:
    with _timed() as time:
        pace = Pace(30, time)
        pace.pause(5)
        assert await pace.take(patience=1.0) is None
        assert time.now == 100.0
        assert await pace.take(patience=6.0) == pytest.approx(105, abs=0.01)


async def test_after_a_pause_nothing_is_made_up_for_in_a_burst() -> None:
    with _timed() as time:
        pace = Pace(30, time)
        pace.pause(60)
        moments = []
        for _ in range(90):
            await pace.take()
            moments.append(time.now)
        assert _most_in_a_second(moments) <= 30
        assert all(later - first >= 0 for first, later in pairwise(moments))


def test_a_chat_may_be_paused_alone() -> None:
    time = Time()
    pace = Pace(30, time)
    pace.pause_chat(-100, 10)
    assert pace.blocked_chats() == {-100}
    assert pace.ready_in() <= 0
    time.now += 10.001
    assert pace.blocked_chats() == set()


def test_slots_ahead_are_as_many_as_the_rate_has_room_for() -> None:
    pace = Pace(100, Time())
    assert pace.slots_within(0.0) == 1
    assert pace.slots_within(0.1) == pytest.approx(10, abs=1)


def test_the_margin_is_smaller_than_one_slot() -> None:
    """Or the window's edge would cost a message each second."""
    assert MARGIN < 1 / 30
