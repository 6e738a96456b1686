"""What one line of an import file says: cells in, a frozen value out, or the one thing that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from babel.numbers import list_currencies

from club import birthdays, money, names, places, points
from club.club import Club
from club.days import day_of, start_of
from club.languages import ENGLISH, NAMES, SIMPLIFIED, TRADITIONAL
from club.refusal import Refused
from storage.imports import Crediting, NewMember, NewPurchase
from storage.members import Birthday

T = TypeVar("T")

MAX_TELEGRAM_ID = 2**52 - 1
MAX_NAME = 100
MAX_CITY = 100
MAX_INTERESTS = 500
MAX_ORDER = 100
MAX_PRODUCT = 200
MAX_QUANTITY = 2**31 - 1
OLDEST = date(1970, 1, 1)
"""An earlier day of joining or buying is a spreadsheet's zero date."""

_REMEMBERED = 10_000
"""Distinct dates, cities and the like whose reading is kept: they repeat."""


@dataclass(frozen=True)
class RowProblem:
    """Why a row is refused. `column` is empty where the row as a whole is meant."""

    line: int
    column: str
    found: str
    expected: str


class Wrong(Exception):
    """A cell does not say what it should; the message is what would work."""

    def __init__(self, expected: str, column: str | None = None) -> None:
        super().__init__(expected)
        self.column = column


class HeaderProblem(Exception):
    """The first line does not name the columns; the message says what was found and expected."""


@dataclass(frozen=True)
class Columns:
    """The columns that a file must have, and those that it may have. Their order is free."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        return self.required + self.optional

    def check(self, header: Sequence[str]) -> None:
        """Raises `HeaderProblem` for a column that is unknown, missing or there twice."""
        faults = {
            "unknown": [name for name in header if name not in self.known],
            "missing": [name for name in self.required if name not in header],
            "more than once": sorted({name for name in header if header.count(name) > 1}),
        }
        said = "; ".join(f"{fault}: {_listed(found)}" for fault, found in faults.items() if found)
        if said:
            also = f" and, where wanted, {_listed(self.optional)}" if self.optional else ""
            raise HeaderProblem(
                f"the first line: found the columns {_listed(header)} ({said}), expected {_listed(self.required)}{also}"
            )


def _listed(words: Sequence[str]) -> str:
    return ", ".join(repr(word[:40]) if not word.isidentifier() else word for word in words[:30]) or "nothing"


MEMBERS = Columns(
    ("telegram_id", "name", "language", "birthday", "joined_on"),
    ("username", "city", "time_zone", "interests", "marketing"),
)
PURCHASES = Columns(("telegram_id", "order", "product", "quantity", "amount", "currency", "bought_at"))


class RowReader(Generic[T]):
    """Reads the rows under one header. Called with a line number and its cells."""

    def __init__(
        self, header: Sequence[str], cells: dict[str, Callable[[str], Any]], make: Callable[[dict[str, Any]], T]
    ) -> None:
        self._width = len(header)
        self._cells = [(name, header.index(name), read) for name, read in cells.items() if name in header]
        self._make = make

    def __call__(self, line: int, row: Sequence[str]) -> T | RowProblem:
        if len(row) != self._width:
            return RowProblem(line, "", f"{len(row)} fields", f"{self._width} fields, as many as the first line has")
        values: dict[str, Any] = {}
        name = ""
        at = 0
        try:
            for name, at, read in self._cells:
                values[name] = read(row[at].strip())
            return self._make(values)
        except Wrong as wrong:
            if wrong.column is not None:
                name, at = next((name, at) for name, at, _ in self._cells if name == wrong.column)
            return RowProblem(line, name, row[at], str(wrong))


def member_reader(header: Sequence[str], *, zone: str, language: str, now: datetime) -> RowReader[NewMember]:
    """For rows of people. `zone` and `language` are the club's, for what a row leaves open."""
    here = ZoneInfo(zone)
    zone_of = lru_cache(_REMEMBERED)(places.zone_of)

    def member(values: dict[str, Any]) -> NewMember:
        city = values.get("city")
        return NewMember(
            telegram_id=values["telegram_id"],
            name=values["name"],
            language=values["language"] or language,
            birthday=values["birthday"],
            joined_at=values["joined_on"],
            username=values.get("username"),
            city=city,
            zone=values.get("time_zone") or (city and zone_of(city)) or zone,
            interests=values.get("interests"),
            marketing=values.get("marketing"),
        )

    return RowReader(
        header,
        {
            "telegram_id": telegram_id,
            "name": person_name,
            "language": lru_cache(_REMEMBERED)(language_code),
            "birthday": lru_cache(_REMEMBERED)(partial(birthday, today=now.astimezone(here).date())),
            "joined_on": lru_cache(_REMEMBERED)(partial(day, zone=here, now=now)),
            "username": username,
            "city": partial(optional_line, most=MAX_CITY),
            "time_zone": lru_cache(_REMEMBERED)(time_zone),
            "interests": partial(optional_line, most=MAX_INTERESTS),
            "marketing": yes_or_no,
        },
        member,
    )


def purchase_reader(header: Sequence[str], *, club: Club, now: datetime) -> RowReader[NewPurchase]:
    """For rows of order lines, with what each earns a member. Times that name no zone are the club's."""
    zone, pending = club.zone, timedelta(days=club.points.pending_days)
    lapse = lru_cache(_REMEMBERED)(partial(points.lapse_of, club=club))
    worth = lru_cache(_REMEMBERED)(partial(points.for_purchase, club=club))

    def purchase(values: dict[str, Any]) -> NewPurchase:
        amount = minor_units(values["amount"], values["currency"])
        expires_at = lapse(values["bought_at"])
        return NewPurchase(
            telegram_id=values["telegram_id"],
            order_number=values["order"],
            product=values["product"],
            quantity=values["quantity"],
            amount=amount,
            currency=values["currency"],
            bought_at=values["bought_at"],
            points=worth(amount, values["currency"]) if expires_at is None or expires_at > now else 0,
            activates_at=values["bought_at"] + pending,
            expires_at=expires_at,
        )

    return RowReader(
        header,
        {
            "telegram_id": telegram_id,
            "order": partial(line, most=MAX_ORDER),
            "product": partial(line, most=MAX_PRODUCT),
            "quantity": quantity,
            "amount": str,
            "currency": lru_cache(_REMEMBERED)(currency),
            "bought_at": lru_cache(_REMEMBERED)(partial(moment, zone=ZoneInfo(zone), now=now)),
        },
        purchase,
    )


def crediting(club: Club) -> Crediting:
    """How imported purchases earn points: from the day of joining on, as at the till."""

    def counts_from(joined_at: datetime) -> datetime:
        return start_of(day_of(joined_at, club.zone), club.zone)

    return Crediting(
        counts_from=lru_cache(_REMEMBERED)(counts_from),
        percent=lambda line, percent: points.for_purchase(line.amount, line.currency, club, percent),
        payload_hash=lambda member_id, amount: points.payload_hash("earn", member_id, amount, "purchase"),
        key=points.purchase_key,
    )


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


def currency(text: str) -> str:
    """The ISO 4217 code of a currency that Babel knows."""
    code = text.upper()
    if code not in _currencies():
        raise Wrong("a currency code such as EUR, CNY or JPY")
    return code


@lru_cache(1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def minor_units(text: str, code: str) -> int:
    """An amount such as 12.50 in the currency's smallest unit, exactly: 1250 for EUR, 12 JPY is 12, 1.5 KWD is 1500.

    Zeros beyond the currency's decimals change nothing, yet "1.000" is refused where thousandths do not exist:
    half the world writes a thousand like that.
    """
    decimals = money.decimals(code)
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise Wrong(
            f"an amount in {code} such as {_example(decimals)}, not negative, without signs or separators", "amount"
        )
    whole, fraction = match[1], match[2] or ""
    beyond = fraction[decimals:]
    if beyond.strip("0") or (beyond and len(fraction) == 3):
        raise Wrong(f"an amount in {code} with at most {decimals} decimals, such as {_example(decimals)}", "amount")
    return int(whole + fraction[:decimals].ljust(decimals, "0"))


def _example(decimals: int) -> str:
    return f"{12.5:.{decimals}f}" if decimals else "1250"
