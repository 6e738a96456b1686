"""What answers mean, by the examples of the source."""

from __future__ import annotations

from fractions import Fraction

import pytest

from club.satisfaction import Factors, delivered_value, state_of


@pytest.mark.parametrize(
    ("expected", "perceived", "state"),
    [(4, 3, "dissatisfied"), (4, 4, "satisfied"), (3, 4, "satisfied"), (2, 5, "delighted"), (1, 3, "delighted")],
)
def test_content_is_who_got_what_they_expected(expected: int, perceived: int, state: str) -> None:
    assert state_of(perceived - expected, slightly=1) == state


def test_where_slightly_more_begins_to_delight_is_a_setting() -> None:
    assert [state_of(2, slightly) for slightly in (0, 1, 2, 3)] == ["delighted", "delighted", "satisfied", "satisfied"]


def test_delivered_value_is_what_one_got_less_what_it_cost() -> None:
    assert delivered_value((40, 30, 20, 10), (35, 10, 10, 5)) == 40


def test_congruence_comes_before_satisfaction() -> None:
    factors = Factors(desire=5, expectation=3, performance=4, attribute=4, information=3)
    assert (factors.desire_congruence, factors.expectation_congruence) == (-1, 1)
    assert factors.overall == Fraction(7, 2)
