"""Somebody who does not answer is asked less and less often, and the log is not filled with it."""

from __future__ import annotations

from bot.patience import Patience


class Hands:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_each_wait_is_twice_the_one_before_up_to_the_longest_and_an_answer_begins_anew() -> None:
    clock = Hands()
    patience = Patience(1.0, 10.0, clock)
    assert [patience.wait() for _ in range(6)] == [1, 2, 4, 8, 10, 10]
    clock.at += 35
    assert patience.answered() == 35
    assert patience.answered() is None
    assert patience.wait() == 1


def test_a_silence_is_told_at_once_and_then_once_a_minute() -> None:
    clock = Hands()
    patience = Patience(1.0, 10.0, clock)
    said = 0
    for _ in range(600):
        said += patience.worth_saying()
        clock.at += 1
    assert said == 10
