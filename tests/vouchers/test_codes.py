"""Voucher codes: one slip is noticed, wherever it is; how somebody writes them does not matter."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from club.codes import ALPHABET, LENGTH, grouped, new_code, read
from club.refusal import Refused

CODES = st.builds(lambda seed: _code(random.Random(seed)), st.integers(0, 2**64))


def _code(drawn: random.Random) -> str:
    """A valid code: of the 32 ways to end twelve drawn characters, one fits."""
    start = "".join(drawn.choices(ALPHABET, k=LENGTH - 1))
    (code,) = [start + end for end in ALPHABET if _fits(start + end)]
    return code


def _fits(text: str) -> bool:
    try:
        read(text)
    except Refused:
        return False
    return True


def _refusal(text: str) -> str:
    with pytest.raises(Refused) as refusal:
        read(text)
    return refusal.value.template


@settings(deadline=None)  # hundreds of codes in each example, on a machine that others use
@given(CODES)
def test_any_one_mistyped_character_is_noticed(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in ALPHABET:
            typed = code[:place] + wrong + code[place + 1 :]
            assert _fits(typed) == (wrong == right)


@settings(deadline=None)  # hundreds of codes in each example, on a machine that others use
@given(CODES)
def test_any_two_that_changed_places_are_noticed(code: str) -> None:
    for first in range(LENGTH):
        for second in range(first + 1, LENGTH):
            swapped = list(code)
            swapped[first], swapped[second] = code[second], code[first]
            assert _fits("".join(swapped)) == (code[first] == code[second])


def test_codes_are_drawn_anew_and_fit() -> None:
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert all(read(code) == code and len(code) == LENGTH for code in codes)
    assert {character for code in codes for character in code} == set(ALPHABET)


def test_a_code_is_read_however_it_is_written() -> None:
    code = _code(random.Random(1))
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    for typed in (code.lower(), grouped(code), grouped(code).replace("-", " – "), wide, f"\u200b {code}\n"):
        assert read(typed) == code


def test_letters_that_look_like_digits_are_those_digits() -> None:
    code = next(code for seed in range(1_000) if {"0", "1"} <= set(code := _code(random.Random(seed))))
    for one, zero in (("I", "O"), ("l", "o"), ("i", "O")):
        assert read(code.replace("1", one).replace("0", zero)) == code


@pytest.mark.parametrize("text", ["", "7KQ4", "<b>7KQ4-M2XW</b>", "A" * 10_000, "UUUUUUUUUUUUU", "七" * 13, "٣" * 13])
def test_what_is_no_code_is_told_apart_from_a_slip(text: str) -> None:
    assert _refusal(text) == "vouchers/no_code"


@given(st.text(max_size=80))
def test_nothing_that_somebody_types_breaks_it(text: str) -> None:
    try:
        code = read(text)
    except Refused as refusal:
        code = refusal.template
    assert len(code) == LENGTH or code in ("vouchers/no_code", "vouchers/mistyped")
