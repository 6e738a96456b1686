"""Amounts, pieces and numbers as people type them: understood, or refused, and never anything else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from club import money, orders
from club.numbers import is_member_number, member_number
from club.refusal import Refused
from tests.club import a_club

AMOUNTS = {
    ("318", "EUR"): 31_800,
    ("318.5", "EUR"): 31_850,
    ("318,00", "EUR"): 31_800,
    ("€ 318.00", "EUR"): 31_800,
    ("318 eur", "EUR"): 31_800,
    ("３１８．００", "EUR"): 31_800,
    ("￥318", "CNY"): 31_800,
    ("318元", "CNY"): 31_800,
    ("318块", "CNY"): 31_800,
    ("NT$318", "TWD"): 31_800,
    ("$318", "TWD"): 31_800,
    ("318円", "JPY"): 318,
    ("1.500", "KWD"): 1_500,
    ("0", "EUR"): 0,
}
NO_AMOUNTS = ["", "-1", "1.234", "1,234", "1.2.3", "318.000", "1 000", "3e2", "€", "€€3", "∞", "0x10", "1" * 11, "½"]


@pytest.mark.parametrize(("text", "currency"), AMOUNTS)
def test_an_amount_is_read_in_minor_units(text: str, currency: str) -> None:
    assert money.typed(text, currency) == AMOUNTS[text, currency]


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_what_is_no_amount_or_could_be_two_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        money.typed(text, "EUR")
    assert refusal.value.facts["example"] == "318.00"


@pytest.mark.parametrize(
    ("text", "currency"), [("￥318", "EUR"), ("€318", "CNY"), ("318 USD", "EUR"), ("318.00", "JPY")]
)
def test_money_of_another_kind_is_refused(text: str, currency: str) -> None:
    with pytest.raises(Refused):
        money.typed(text, currency)


@given(st.text())
@example("x2 x2 x2")
@example("€ € €")
@example("beans ½")
@example("beans x² 3")
@example("a\x00b 3")
def test_whatever_stands_in_a_row_it_is_a_row_or_refused(text: str) -> None:
    try:
        row = orders.row_of(text, a_club())
    except Refused:
        return
    assert 0 < row.quantity <= orders.MAX_QUANTITY
    assert row.amount is None or row.amount >= 0
    assert row.product
    assert "\x00" not in row.product


@given(st.integers(1, 10**12), st.data())
def test_one_wrong_digit_in_a_member_number_is_noticed(member_id: int, data: st.DataObject) -> None:
    number = member_number(member_id)
    assert is_member_number(number)
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([one for one in "0123456789" if one != number[place]]))
    assert not is_member_number(number[:place] + digit + number[place + 1 :])


@given(st.text(max_size=30))
def test_what_is_no_number_is_no_member_number(text: str) -> None:
    assert not is_member_number(text) or text.isdecimal()
