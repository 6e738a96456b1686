"""What one cell may say."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from club import names
from club.imports import cells
from club.imports.members import MEMBERS, member_reader
from club.imports.purchases import PURCHASES, purchase_reader
from club.imports.rows import RowProblem, Wrong
from club.numbers import member_number
from storage.members import Birthday
from tests.club import a_club

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
SHANGHAI = ZoneInfo("Asia/Shanghai")

# ---- money --------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**14 - 1), st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)]))
@settings(deadline=None)
def test_every_amount_of_a_currency_comes_back_to_the_unit(units: int, currency: tuple[str, int]) -> None:
    code, decimals = currency
    written = f"{Decimal(units).scaleb(-decimals):f}"
    assert cells.minor_units(written, code) == units


@given(st.text(max_size=20), st.sampled_from(["EUR", "JPY", "KWD"]))
@settings(deadline=None)
def test_any_other_text_is_an_amount_exactly_or_refused(text: str, code: str) -> None:
    with suppress(Wrong):
        units = cells.minor_units(text, code)
        assert Decimal(units) == Decimal(text).scaleb({"EUR": 2, "JPY": 0, "KWD": 3}[code])


@pytest.mark.parametrize(
    ("text", "code", "units"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("12", "EUR", 1200),
        ("0.10", "EUR", 10),
        ("0", "EUR", 0),
        ("1200", "JPY", 1200),
        ("1200.00", "JPY", 1200),
        ("1.5", "KWD", 1500),
        ("1.234", "KWD", 1234),
        ("0.29", "EUR", 29),
        ("1.10", "USD", 110),
        ("12.5000", "EUR", 1250),
    ],
)
def test_an_amount_is_read_exactly(text: str, code: str, units: int) -> None:
    assert cells.minor_units(text, code) == units


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-1", "EUR"),
        ("+1", "EUR"),
        ("", "EUR"),
        ("1,50", "EUR"),
        ("1,000", "JPY"),
        ("1.000", "JPY"),
        ("1.000", "EUR"),
        ("1.505", "EUR"),
        ("100.5", "JPY"),
        (".5", "EUR"),
        ("5.", "EUR"),
        ("1e3", "EUR"),
        ("NaN", "EUR"),
        ("€5", "EUR"),
        ("１２", "EUR"),
        ("9" * 15, "EUR"),
        ("1 000", "EUR"),
        ("=1+1", "EUR"),
    ],
)
def test_an_amount_that_could_mean_two_things_is_refused(text: str, code: str) -> None:
    with pytest.raises(Wrong, match=code):
        cells.minor_units(text, code)


@pytest.mark.parametrize("text", ["EURO", "XX1", "", "€"])
def test_a_currency_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="EUR, CNY or JPY"):
        cells.currency(text)


@pytest.mark.parametrize("text", ["0", "-1", "1.0", "", "2147483648", "²", "１"])
def test_a_quantity_is_a_whole_number_from_one_on(text: str) -> None:
    with pytest.raises(Wrong):
        cells.quantity(text)


# ---- names --------------------------------------------------------------------------------------------------------


@given(st.text(max_size=130))
@settings(deadline=None)
def test_a_name_is_clean_after_reading_or_refused(text: str) -> None:
    try:
        name = cells.person_name(text.strip())
    except Wrong:
        return
    assert 1 <= len(name) <= 100
    assert name == name.strip() == unicodedata.normalize("NFC", name)
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs"}
    assert not set(name) & set("\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff")


@given(st.text())
@settings(deadline=None)
def test_the_short_way_to_clean_text_is_the_long_way(text: str) -> None:
    assert cells.cleaned(text.strip()) == names.clean(text.strip())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("王小明", "王小明"),
        ("Zoë", "Zoë"),
        ("A\u202eba", "Aba"),
        ("An\u200ba", "Ana"),
        ("Ana\nMaria", "Ana Maria"),
        ("<b>Bo</b>", "<b>Bo</b>"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("🌸 Li", "🌸 Li"),
    ],
)
def test_a_name_keeps_what_can_be_seen(text: str, name: str) -> None:
    assert cells.person_name(text) == name


@pytest.mark.parametrize("text", ["", "\u200b\u202e", "\x00\x07", "x" * 101])
def test_a_name_of_nothing_or_without_end_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="1 to 100"):
        cells.person_name(text)


# ---- who and when -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["0", "-100", "4503599627370496", "1.5", "abc", "", "12 34", "１２３", "0x10", "9" * 400]
)
def test_a_telegram_id_is_a_positive_number_of_52_bits(text: str) -> None:
    assert cells.telegram_id("4503599627370495") == 2**52 - 1
    with pytest.raises(Wrong, match="such as 123456789"):
        cells.telegram_id(text)


def test_a_number_that_a_spreadsheet_rounded_is_refused_with_advice() -> None:
    with pytest.raises(Wrong, match="format the column as text"):
        cells.telegram_id("5.12346E+11")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh_SG", "zh-Hans"),
        ("简体中文", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-hk", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("繁體中文", "zh-Hant"),
        ("", None),
        ("zh-Hans-HK", "zh-Hans"),
    ],
)
def test_a_language_by_any_of_its_names(text: str, language: str | None) -> None:
    assert cells.language_code(text) == language


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("1990-03-14", Birthday("solar", 3, 14, 1990)),
        ("1990/3/14", Birthday("solar", 3, 14, 1990)),
        ("03-14", Birthday("solar", 3, 14)),
        ("--03-14", Birthday("solar", 3, 14)),
        ("02-29", Birthday("solar", 2, 29)),
        ("2024-02-29", Birthday("solar", 2, 29, 2024)),
        ("lunar:08-15", Birthday("lunar", 8, 15)),
        ("Lunar: 12-30", Birthday("lunar", 12, 30)),
        ("2026-11-22", Birthday("solar", 11, 22, 2026)),
        ("", None),
    ],
)
def test_a_birthday_with_or_without_its_year(text: str, birthday: Birthday | None) -> None:
    assert cells.birthday(text, TODAY) == birthday


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "2035-13-01",
        "02-30",
        "2023-02-29",
        "1850-01-01",
        "0000-01-01",
        "lunar:13-01",
        "lunar:01-31",
        "14.3.1990",
        "3/14",
        "19900314",
        "43831",
        "14-Mar",
        "1990-03/14",
        "yesterday",
        "１９９０-03-14",
    ],
)
def test_a_birthday_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Wrong, match="1990-03-14, 03-14 or lunar:08-15"):
        cells.birthday(text, TODAY)


def test_a_day_begins_at_midnight_where_the_club_is() -> None:
    assert cells.day("2024-03-14", SHANGHAI, NOW) == datetime(2024, 3, 13, 16, tzinfo=UTC)
    assert cells.day("2024/3/14", SHANGHAI, NOW) == datetime(2024, 3, 13, 16, tzinfo=UTC)
    assert cells.day("2026-11-22", SHANGHAI, NOW) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert cells.day("", SHANGHAI, NOW) is None


@pytest.mark.parametrize("text", ["2026-11-23", "9999-12-31", "1899-12-30", "0001-01-01", "2024-02-30", "2024-03", "x"])
def test_nobody_joined_tomorrow_or_before_there_were_computers(text: str) -> None:
    with pytest.raises(Wrong, match="not in the future"):
        cells.day(text, SHANGHAI, NOW)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-14", datetime(2024, 3, 13, 16, tzinfo=UTC)),
        ("2024-03-14 18:30", datetime(2024, 3, 14, 10, 30, tzinfo=UTC)),
        ("2024-03-14T18:30:15", datetime(2024, 3, 14, 10, 30, 15, tzinfo=UTC)),
        ("2024-03-14T18:30+02:00", datetime(2024, 3, 14, 16, 30, tzinfo=UTC)),
        ("2024-03-14T18:30:00Z", datetime(2024, 3, 14, 18, 30, tzinfo=UTC)),
        ("2024/3/14 9:05", datetime(2024, 3, 14, 1, 5, tzinfo=UTC)),
    ],
)
def test_a_purchase_without_a_zone_was_made_on_the_clubs_clock(text: str, moment: datetime) -> None:
    assert cells.moment(text, SHANGHAI, NOW) == moment


@given(st.text(max_size=30))
@settings(deadline=None)
def test_no_text_breaks_the_readers_of_times(text: str) -> None:
    for read in (cells.day, cells.moment):
        try:
            found = read(text, SHANGHAI, NOW)
        except Wrong:
            continue
        assert found is None or found <= NOW


# ---- rows ---------------------------------------------------------------------------------------------------------


def test_a_row_is_read_by_its_header_in_any_order() -> None:
    header = ["name", "city", "telegram_id", "joined_on", "birthday", "language", "marketing", "username"]
    read = member_reader(header, zone="Asia/Shanghai", language="zh-Hans", now=NOW)
    found = read(2, ["Ana", "Paris", "42", "", "", "", "yes", "@ana_maria"])
    assert not isinstance(found, RowProblem)
    assert (found.telegram_id, found.name, found.language, found.zone) == (42, "Ana", "zh-Hans", "Europe/Paris")
    assert (found.username, found.marketing, found.joined_at, found.birthday) == ("ana_maria", True, None, None)


def test_a_refused_row_says_where_what_and_what_would_work() -> None:
    read = purchase_reader(PURCHASES.required, club=a_club(), now=NOW)
    assert read(7, ["42", "A1", "Tea", "1", "-5", "EUR", "2024-03-14"]) == RowProblem(
        7, "amount", "-5", "an amount in EUR such as 12.50, not negative, without signs or separators"
    )
    assert read(8, ["42", "A1"]) == RowProblem(8, "", "2 fields", "7 fields, as many as the first line has")


@given(st.lists(st.text(max_size=40), min_size=10, max_size=10))
@settings(deadline=None)
def test_no_row_breaks_the_reader(cells: list[str]) -> None:
    read = member_reader(MEMBERS.known, zone="Asia/Shanghai", language="en", now=NOW)
    assert read(2, cells) is not None


@pytest.mark.parametrize(("member_id", "number"), [(1, "10017"), (2, "10025"), (999_999, "10009991")])
def test_a_member_number_ends_in_its_check_digit(member_id: int, number: str) -> None:
    assert member_number(member_id) == number


@given(st.integers(1, 10**9))
@settings(deadline=None)
def test_a_wrong_digit_in_a_member_number_is_noticed(member_id: int) -> None:
    number = member_number(member_id)
    for place, digit in enumerate(number):
        other = number[:place] + str((int(digit) + 1) % 10) + number[place + 1 :]
        assert _luhn(number) == 0
        assert _luhn(other) != 0


def _luhn(number: str) -> int:
    digits = [int(digit) for digit in reversed(number)]
    return sum(digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(digits)) % 10
