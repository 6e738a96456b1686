"""What answers mean: content or not, what was delivered for what it cost, and why.

Content is who got what they expected (Keith, The Marketing Revolution, 1960; Kotler, Marketing Management). Delivered
value is total customer value less total customer cost (Kotler). Desire and expectation are compared with performance
one by one (Spreng, MacKenzie and Olshavsky, Journal of Marketing 60, 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

DISSATISFIED, SATISFIED, DELIGHTED = "dissatisfied", "satisfied", "delighted"
STATES = (DISSATISFIED, SATISFIED, DELIGHTED)


def state_of(gap: int, slightly: int) -> str:
    """What somebody is who perceived so much more than expected (below 0: less). Up to `slightly` more, that included,
    is satisfied; beyond it is delighted."""
    if gap < 0:
        return DISSATISFIED
    return SATISFIED if gap <= slightly else DELIGHTED


def delivered_value(values: Sequence[Fraction | int], costs: Sequence[Fraction | int]) -> Fraction:
    """What a customer got (product, service, people, image) less what it cost them (money, time, thought, effort)."""
    return Fraction(sum(values)) - Fraction(sum(costs))


@dataclass(frozen=True)
class Factors:
    """Seven factors of satisfaction: five that one can ask, and two that follow from them."""

    desire: int
    expectation: int
    performance: int
    attribute: int
    information: int

    @property
    def desire_congruence(self) -> int:
        """How far performance lies above (below 0: under) what was wished for."""
        return self.performance - self.desire

    @property
    def expectation_congruence(self) -> int:
        """How far performance lies above (below 0: under) what was expected."""
        return self.performance - self.expectation

    @property
    def overall(self) -> Fraction:
        """Satisfaction with the thing itself and with what one was told about it, in equal parts: the model gives the
        order in which one follows from the other, and no weights."""
        return Fraction(self.attribute + self.information, 2)
