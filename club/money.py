"""Money in minor units of its currency: 12.50 EUR is 1250, 12 JPY is 12."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel.numbers import get_currency_precision, get_currency_symbol, list_currencies

from club.refusal import Refused

_LOCALES = ("en", "zh_Hans", "zh_Hant")
_SMALL = frozenset({"eur", "usd", "gbp", "cny", "rmb", "twd", "ntd", "hkd", "jpy"})
"""Codes that people also write in small letters."""
_YUAN = {"CNY": "元块圆", "TWD": "元塊圓", "HKD": "元", "JPY": "円元"}
_NUMBER = re.compile(r"(\d{1,10})(?:[.,](\d{1,4}))?", re.ASCII)
_SIGN = re.compile(r"[^\d\s.,+-]+")


@cache
def decimals(currency: str) -> int:
    """How many digits stand behind the point in this currency."""
    return get_currency_precision(currency)


def typed(text: str, currency: str) -> int:
    """An amount as people type it at a till, in minor units: 318, 318.00, 318,00, €318.00, 318 EUR.

    Refused where it is no amount, is below zero, bears another currency's sign, or could mean two things: "1.234" is a
    thousand to half the world.
    """
    tidy = unicodedata.normalize("NFKC", text).strip()
    signs = _SIGN.findall(tidy)
    if len(signs) == 1 and signs[0].strip().casefold() in _signs(currency):
        tidy = tidy.replace(signs[0], "").strip()
    elif signs and all(is_sign(sign) for sign in signs):
        raise Refused("money/other_currency", currency=currency, example=example(currency))
    match = _NUMBER.fullmatch(tidy)
    places = decimals(currency)
    if match is None or (match[2] is not None and len(match[2]) != places and not (places == 2 and len(match[2]) == 1)):
        raise Refused("money/unclear", currency=currency, example=example(currency))
    return int(match[1] + (match[2] or "").ljust(places, "0"))


def is_sign(text: str) -> bool:
    """Is this a currency's sign or code: €, NT$, EUR, 元?"""
    tidy = unicodedata.normalize("NFKC", text).strip()
    return (
        any(unicodedata.category(character) == "Sc" for character in tidy)
        or tidy in _codes()  # as it stands: a cup is no Cuban peso
        or tidy.casefold() in _SMALL
        or (bool(tidy) and tidy in "".join(_YUAN.values()))
    )


def example(currency: str) -> str:
    """How an amount is written: 318.00, or 318 where the currency has no small coins."""
    return f"{318:.{decimals(currency)}f}"


@cache
def _signs(currency: str) -> frozenset[str]:
    """What may stand beside an amount in this currency, in small letters and narrow forms."""
    symbols = {get_currency_symbol(currency, locale) for locale in _LOCALES}
    found = {currency, *symbols, *_YUAN.get(currency, "")}
    return frozenset(unicodedata.normalize("NFKC", sign).casefold() for sign in found)


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())
