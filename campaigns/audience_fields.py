"""What can be asked of a member: the fields of an audience, and what each may be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import available_timezones

from templates import LANGUAGES

Value = str | int | float | bool | tuple[str, ...]
MAX_VALUES = 50
"""In one list."""
MAX_WORD = 200
"""As long as the name of a product."""
MAX_DAYS = 36_500
MAX_NUMBER = 1_000_000_000
STATUSES = ("prospect", "member", "left")
RECEIVED, PRESSED, REPLIED = "received", "pressed", "replied"
OPEN, MADE = "open", "made"
YES, NO = "yes", "no"
LISTED, CAME = "listed", "came"
THIS, NEXT, LAST = "this", "next", "last"


@dataclass(frozen=True)
class Reader:
    """Takes a value as it was written, or None where it will not do; and what would."""

    read: Callable[[object], Value | None]
    expected: str


@dataclass(frozen=True)
class Field:
    """`keys`: what it may be told; `must`: what it has to be; `needs`: one of these at least, where there are any."""

    name: str
    keys: Mapping[str, Reader]
    must: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def _word(value: object) -> str | None:
    fits = isinstance(value, str) and 0 < len(value.strip()) <= MAX_WORD and value.isprintable()
    return value.strip() if fits and isinstance(value, str) else None


def _whole(low: int, high: int) -> Reader:
    def read(value: object) -> int | None:
        return value if type(value) is int and low <= value <= high else None

    return Reader(read, f"a whole number from {low} to {high}")


def _one_of(*words: str) -> Reader:
    return Reader(
        lambda value: value if isinstance(value, str) and value in words else None, f"one of {', '.join(words)}"
    )


def _words(fits: Callable[[str], bool] = lambda _word: True, of: str = "words") -> Reader:
    """A list without an order: the same words are the same list."""

    def read(value: object) -> tuple[str, ...] | None:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, Sequence) or not 0 < len(values) <= MAX_VALUES:
            return None
        tidy = [_word(one) for one in values]
        found = sorted({one for one in tidy if one is not None and fits(one)})
        return tuple(found) if None not in tidy and all(fits(one) for one in tidy if one) else None

    return Reader(read, f"a list of 1 to {MAX_VALUES} {of}")


@cache
def _zones() -> set[str]:
    return available_timezones()


def _is_zone(word: str) -> bool:
    return word in _zones()


def _read_day(value: object) -> str | None:
    if isinstance(value, date):
        return date(value.year, value.month, value.day).isoformat()
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _read_month(value: object) -> int | str | None:
    if isinstance(value, str):
        return value if value in (THIS, NEXT) else None
    return value if type(value) is int and 1 <= value <= 12 else None


def _read_times(value: object) -> float | None:
    """How many times the usual: to one digit behind the point, so that it is the same number everywhere."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= 20
    return round(float(value), 1) if fits and isinstance(value, int | float) else None


_WORD = Reader(_word, f"a word or a name of up to {MAX_WORD} characters")
_DAYS = _whole(1, MAX_DAYS)
_DAY = Reader(_read_day, "a day as in 2027-02-06")
_BOUNDS = {"at_least": _whole(1, MAX_NUMBER), "at_most": _whole(0, MAX_NUMBER)}
_LEVELS = {"at_least": _whole(1, 5), "at_most": _whole(1, 5)}
_AGO = {"within_days": _DAYS, "before_days": _DAYS}
_JOINED = _AGO | {"since": _DAY, "until": _DAY, "month": _one_of(THIS, LAST)}
_GOODS = {"product": _WORD, "category": _WORD, "branch": _WORD, "within_days": _DAYS}

FIELDS: Mapping[str, Field] = {
    one.name: one
    for one in (
        Field("language", {"in": _words(LANGUAGES.__contains__, f"of {', '.join(LANGUAGES)}")}, ("in",)),
        Field("zone", {"in": _words(_is_zone, "time zones as in Asia/Taipei")}, ("in",)),
        Field("status", {"in": _words(STATUSES.__contains__, f"of {', '.join(STATUSES)}")}, ("in",)),
        Field("source", {"in": _words()}, ("in",)),
        Field("joined", _JOINED, needs=tuple(_JOINED)),
        Field("birthday", {"month": Reader(_read_month, "a month from 1 to 12, this or next")}, ("month",)),
        Field("consent", {"to": _one_of("marketing")}, ("to",)),
        Field("tier", {"in": _words(), "at_least": _WORD}, needs=("in", "at_least")),
        Field("level", _LEVELS, needs=tuple(_LEVELS)),
        Field("points", _BOUNDS, needs=tuple(_BOUNDS)),
        Field("points_lapse", {"within_days": _DAYS}, ("within_days",)),
        Field("membership_ends", {"within_days": _DAYS}, ("within_days",)),
        Field("bought", _GOODS | _BOUNDS),
        Field("orders", _GOODS | _BOUNDS, needs=tuple(_BOUNDS)),
        Field("spent", _GOODS | _BOUNDS, needs=tuple(_BOUNDS)),
        Field("last_bought", _AGO, needs=tuple(_AGO)),
        Field("silent", {"times": Reader(_read_times, "a number from 1 to 20")}, ("times",)),
        Field("visits", {"branch": _WORD, "within_days": _DAYS} | _BOUNDS),
        Field("branch", {"in": _words(), "within_days": _DAYS}, ("in",)),
        Field("complaint", {"is": _one_of(OPEN, MADE), "within_days": _DAYS}, ("is",)),
        Field(
            "campaign", {"did": _one_of(RECEIVED, PRESSED, REPLIED), "key": _WORD, "within_days": _DAYS}, ("did", "key")
        ),
        Field("event", {"is": _one_of(LISTED, CAME), "number": _whole(1, MAX_NUMBER), "within_days": _DAYS}, ("is",)),
        Field("willing", {"is": _one_of(YES, NO)}, ("is",)),
        Field("tag", {"in": _words()}, ("in",)),
        Field("custom", {"name": _WORD, "in": _words()}, ("name", "in")),
    )
}
