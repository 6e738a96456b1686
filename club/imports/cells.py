"""What a cell says: a text in, a value out, or what would work."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies

from club import birthdays, money, names
from club.imports.rows import Wrong
from club.languages import ENGLISH, NAMES, SIMPLIFIED, TRADITIONAL
from club.refusal import Refused
from storage.members import Birthday

MAX_TELEGRAM_ID = 2**52 - 1
MAX_NAME = 100
MAX_QUANTITY = 2**31 - 1
OLDEST = date(1970, 1, 1)
"""An earlier day of joining or buying is a spreadsheet's zero date."""


# ---- who ----------------------------------------------------------------------------------------------------------


def telegram_id(text: str) -> int:
    """A person's id: Telegram promises that 52 bits hold it. Groups have negative ones and do not join clubs."""
    if text.isascii() and text.isdecimal() and len(text) <= 16 and 0 < (number := int(text)) <= MAX_TELEGRAM_ID:
        return number
    advice = (
        " (format the column as text before saving it)"
        if re.fullmatch(r"[0-9.,]+E\+?[0-9]+", text, re.IGNORECASE)
        else ""
    )
    raise Wrong(f"a Telegram id, a whole number such as 123456789{advice}")


def cleaned(text: str) -> str:
    """`names.clean`, with a short way for text that is clean already, as most is."""
    if text.isprintable() and "  " not in text and (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return text
    return names.clean(text)


def line(text: str, most: int) -> str:
    """One line of text that is there."""
    found = cleaned(text)
    if not found or len(found) > most:
        raise Wrong(f"a text of 1 to {most} characters")
    return found


def optional_line(text: str, most: int) -> str | None:
    """One line of text, or nothing."""
    found = cleaned(text)
    if len(found) > most:
        raise Wrong(f"a text of at most {most} characters, or nothing")
    return found or None


def person_name(text: str) -> str:
    """A name to be greeted by, with something in it that can be seen."""
    found = cleaned(text)
    visible = found[:1].isalpha() or any(unicodedata.category(character)[0] in "LNS" for character in found)
    if not visible or len(found) > MAX_NAME:
        raise Wrong(f"a name of 1 to {MAX_NAME} characters")
    return found


def language_code(text: str) -> str | None:
    """en, zh-Hans or zh-Hant from what programs and people write for them; None where nothing is said."""
    tag = text.casefold().replace("_", "-")
    if not tag:
        return None
    first, *rest = tag.split("-")
    if first in ("zh", "cmn", "yue", "chinese", "中文"):
        traditional = first == "yue" or any(part in ("hant", "tw", "hk", "mo", "cht") for part in rest)
        return SIMPLIFIED if "hans" in rest or not traditional else TRADITIONAL
    if first in ("en", "eng", "english", "英文"):
        return ENGLISH
    if tag in ("chs", "cn", "简体", "簡體", NAMES[SIMPLIFIED]):
        return SIMPLIFIED
    if tag in ("cht", "tw", "hk", "繁体", "繁體", "繁体中文", NAMES[TRADITIONAL]):
        return TRADITIONAL
    raise Wrong("a language: en, zh-Hans or zh-Hant (zh, zh-CN, zh-TW, zh-HK will do)")


def username(text: str) -> str | None:
    """Without the @ that people put in front."""
    name = text.removeprefix("@")
    if name and not re.fullmatch(r"[A-Za-z0-9_]{4,32}", name):
        raise Wrong("a Telegram username such as @ana_maria, or nothing")
    return name or None


def time_zone(text: str) -> str | None:
    """An IANA zone; None where nothing is said."""
    if not text:
        return None
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise Wrong("a time zone such as Asia/Shanghai, or nothing") from error
    return text


def yes_or_no(text: str) -> bool | None:
    """None where nothing is said: nobody has agreed to marketing by an empty cell."""
    word = text.casefold()
    if word in ("yes", "y", "true", "1", "是"):
        return True
    if word in ("no", "n", "false", "0", "否"):
        return False
    if word:
        raise Wrong("yes or no, or nothing")
    return None


# ---- when ---------------------------------------------------------------------------------------------------------

_BIRTHDAY = re.compile(r"(lunar:\s?)?(?:(\d{4})([-/])|--)?(\d{1,2})(?(3)\3|-)(\d{1,2})", re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2})(:\d\d.*))?", re.ASCII | re.IGNORECASE)
_A_BIRTHDAY = "a birthday such as 1990-03-14, 03-14 or lunar:08-15, or nothing"
_A_DAY = "a day such as 2024-03-14, not in the future, or nothing"
_A_MOMENT = "a day or time such as 2024-03-14 or 2024-03-14T18:30+08:00, not in the future"


def birthday(text: str, today: date) -> Birthday | None:
    """YYYY-MM-DD, MM-DD, --MM-DD or lunar:MM-DD; with slashes as spreadsheets write it. Nothing is no birthday."""
    if not text:
        return None
    match = _BIRTHDAY.fullmatch(text)
    if match is None:
        raise Wrong(_A_BIRTHDAY)
    mark, year, _, month, day_of_month = match.groups()
    kept = birthdays.LUNAR if mark else birthdays.SOLAR
    try:
        return birthdays.checked(Birthday(kept, int(month), int(day_of_month), int(year) if year else None), today)
    except Refused as error:
        raise Wrong(
            f"{_A_BIRTHDAY}: a day that exists, not in the future, not over {birthdays.OLDEST} years ago"
        ) from error
    except ValueError as error:
        raise Wrong(_A_BIRTHDAY) from error


def day(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The moment at which a day began in the club's zone."""
    if not text:
        return None
    found = _local(text)
    if found is None or (found.hour, found.minute, found.tzinfo) != (0, 0, None):
        raise Wrong(_A_DAY)
    return _past(found, zone, now, _A_DAY)


def moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """An ISO day or time, in the club's zone where it names none."""
    found = _local(text)
    if found is None:
        raise Wrong(_A_MOMENT)
    return _past(found, zone, now, _A_MOMENT)


def _local(text: str) -> datetime | None:
    """As written, with or without zone. Spreadsheets write 2024/3/14 9:05 for 2024-03-14T09:05."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    year, _, month, day_of_month, hour, rest = match.groups()
    clock = f"T{hour:0>2}{rest.replace(' ', '')}" if hour else ""
    try:
        return datetime.fromisoformat(f"{year}-{month:0>2}-{day_of_month:0>2}{clock}")
    except ValueError:
        return None


def _past(found: datetime, zone: ZoneInfo, now: datetime, expected: str) -> datetime:
    if found.date() < OLDEST or found.date() > now.date() + timedelta(days=2):
        raise Wrong(expected)
    utc = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    if utc > now:
        raise Wrong(expected)
    return utc


# ---- what ---------------------------------------------------------------------------------------------------------

_AMOUNT = re.compile(r"([0-9]{1,14})(?:\.([0-9]{1,14}))?")


def quantity(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 10 and 0 < (number := int(text)) <= MAX_QUANTITY:
        return number
    raise Wrong("a whole number from 1 on")


def whole_number(text: str, least: int, most: int, expected: str) -> int | None:
    """A number of these; None where nothing is said."""
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most:
        return int(text)
    raise Wrong(expected)


def currency(text: str) -> str:
    """The ISO 4217 code of a currency that Babel knows."""
    code = text.upper()
    if code not in _currencies():
        raise Wrong("a currency code such as EUR, CNY or JPY")
    return code


@lru_cache(1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def minor_units(text: str, code: str, column: str = "amount") -> int:
    """An amount such as 12.50 in the currency's smallest unit, exactly: 1250 for EUR, 12 JPY is 12, 1.5 KWD is 1500.

    Zeros beyond the currency's decimals change nothing, yet "1.000" is refused where thousandths do not exist:
    half the world writes a thousand like that.
    """
    decimals = money.decimals(code)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise Wrong(
            f"an amount in {code} such as {_example(decimals)}, not negative, without signs or separators", column
        )
    whole, fraction = match[1], match[2] or ""
    beyond = fraction[decimals:]
    if beyond.strip("0") or (beyond and len(fraction) == 3):
        raise Wrong(f"an amount in {code} with at most {decimals} decimals, such as {_example(decimals)}", column)
    return int(whole + fraction[:decimals].ljust(decimals, "0"))


def _example(decimals: int) -> str:
    return f"{12.5:.{decimals}f}" if decimals else "1250"
