"""Money in minor units of its currency: 12.50 EUR is 1250, 12 JPY is 12."""

from __future__ import annotations

from functools import cache

from babel.numbers import get_currency_precision


@cache
def decimals(currency: str) -> int:
    """How many digits stand behind the point in this currency."""
    return get_currency_precision(currency)
