"""Every word the bot says. One file per noun and language, one named block per message.

    render("membership/welcome", "zh-Hant", member=member)

Rendering is strict: an unknown variable is an error. What people wrote is escaped for Telegram's HTML.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, get_currency_precision

from templates import seams

LANGUAGES = ("en", "zh-Hans", "zh-Hant")
FOLDER = Path(__file__).parent

_LOCALES = {language: Locale.parse("en-GB" if language == "en" else language, sep="-") for language in LANGUAGES}


def render(template_name: str, template_language: str, /, **facts: Any) -> str:
    """The message `noun/block` in a language, as Telegram HTML. Raises `UndefinedError` for a fact that is missing."""
    noun, _, block = template_name.partition("/")
    template = _template(noun, template_language)
    context = template.new_context(facts)
    return template.environment.concat(template.blocks[block](context)).strip()


def plain(template_name: str, template_language: str, /, **facts: Any) -> str:
    """The same without HTML: for buttons, menus and pop-ups, which know no markup."""
    return html.unescape(render(template_name, template_language, **facts))


def button(label: str, data: str, language: str, /, **facts: Any) -> dict[str, str]:
    """An inline button: a label from `buttons`, and what comes back when it is pressed (at most 64 bytes)."""
    text = plain(f"buttons/{label}", language, **facts) if facts else _label(label, language)
    return {"text": text, "callback_data": data}


@cache
def _label(label: str, language: str) -> str:
    """A label without facts is the same on every button."""
    return plain(f"buttons/{label}", language)


def page(name: str, language: str, /, **facts: Any) -> str:
    """A whole HTML page, to be opened in a browser. Nothing in it is fetched from elsewhere."""
    return _environment(language).get_template(f"pages/{name}.{language}.j2").render(facts)


def blocks(noun: str, language: str) -> set[str]:
    """The messages of a noun in a language."""
    return set(_template(noun, language).blocks)


def pages() -> list[str]:
    """The pages there are."""
    return sorted({path.name.split(".")[0] for path in (FOLDER / "pages").glob("*.*.j2")})


def nouns() -> list[str]:
    return sorted({path.name.split(".")[0] for path in FOLDER.glob("*.j2")})


def problems() -> list[str]:
    """What is wrong with the templates: a file that does not parse, a message missing in a language."""
    return list(_problems())


def _problems() -> Iterator[str]:
    for name in pages():
        for language in LANGUAGES:
            try:
                _environment(language).get_template(f"pages/{name}.{language}.j2")
            except jinja2.TemplateError as error:
                yield f"templates/pages, {name}.{language}: found {error!r}, expected a page in every language"
    for noun in nouns():
        try:
            known = {language: blocks(noun, language) for language in LANGUAGES}
        except jinja2.TemplateError as error:
            yield f"templates, {noun}: found {error!r}, expected a template that parses in every language"
            continue
        everything = set().union(*known.values())
        for language, found in known.items():
            for block in sorted(everything - found):
                where = f"templates/{noun}.{language}.j2"
                yield f"{where}: found no block '{block}', expected one as in the other languages"


@cache
def _template(noun: str, language: str) -> jinja2.Template:
    return _environment(language).get_template(f"{noun}.{language}.j2")


@cache
def _environment(language: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        auto_reload=False,
        finalize=partial(_in_language, language=language),
    )
    if language != "en":
        environment.concat = seams.joined  # type: ignore[method-assign]
    locale = _LOCALES[language]
    environment.filters.update(
        day=lambda moment, zone=None: format_date(_local(moment, zone), "long", locale=locale),
        moment=lambda moment, zone="UTC": _moment(moment, zone, locale),
        short_day=lambda moment, zone, now: _short_day(_local(moment, zone), _local(now, zone), language),
        when=lambda moment, zone, now: _when(_local(moment, zone), _local(now, zone), moment, zone, language),
        clock=lambda moment, zone="UTC": format_time(_local_time(moment, zone), "short", locale=locale),
        month_day=lambda month, day: format_date(date(2000, month, day), _MONTH_DAY[language], locale=locale),
        lunar=lambda month, day: _lunar(month, day, language),
        weekday=lambda number: locale.days["stand-alone"]["wide"][number],
        month=lambda number: locale.months["stand-alone"]["wide"][number],
        number=lambda value: format_decimal(value, locale=locale),
        signed=lambda value: f"{'+' if value > 0 else '−'}{format_decimal(abs(value), locale=locale)}",
        money=lambda minor, currency: _money(minor, currency, locale),
        zhe=_zhe,
        distance=lambda metres: _distance(metres, language),
        shorten=lambda text, most=700: _shorten(_in_language(text, language), most),
    )
    environment.globals["bar"] = _bar
    environment.globals["plural"] = lambda count, one, other: one if count == 1 else other
    return environment


def _in_language(value: Any, language: str) -> Any:
    """What the club has written in several languages, in this one."""
    return value.in_language(language) if isinstance(value, str) and hasattr(value, "in_language") else value


_MONTH_DAY = {"en": "d MMMM", "zh-Hans": "M月d日", "zh-Hant": "M月d日"}


_SHORT_DAY = {
    "en": ("d MMM", "d MMM yyyy"),
    "zh-Hans": ("M月d日", "yyyy年M月d日"),
    "zh-Hant": ("M月d日", "yyyy年M月d日"),
}


def _short_day(day: date, today: date, language: str) -> str:
    """As short as a button needs it: the year only where it is another one."""
    this_year, another = _SHORT_DAY[language]
    return format_date(day, this_year if day.year == today.year else another, locale=_LOCALES[language])


_WHEN = {
    "en": ("EEEE, d MMMM", "EEEE, d MMMM yyyy", ", "),
    "zh-Hans": ("M月d日EEEE", "yyyy年M月d日EEEE", " "),
    "zh-Hant": ("M月d日EEEE", "yyyy年M月d日EEEE", " "),
}


def _when(day: date, today: date, moment: datetime, zone: str, language: str) -> str:
    """A day one goes somewhere, and the hour; the year only where it is another one."""
    this_year, another, between = _WHEN[language]
    told = format_date(day, this_year if day.year == today.year else another, locale=_LOCALES[language])
    return f"{told}{between}{format_time(_local_time(moment, zone), 'short', locale=_LOCALES[language])}"


_LUNAR_MONTHS = "正二三四五六七八九十冬腊"
_LUNAR_DAYS = "一二三四五六七八九十"


def _lunar(month: int, day: int, language: str) -> str:
    """A lunar day as one says it: 八月十五; in English "8th lunar month, day 15"."""
    if language == "en":
        ordinal = {1: "1st", 2: "2nd", 3: "3rd"}.get(month, f"{month}th")
        return f"{ordinal} lunar month, day {day}"
    tens = {20: "二十", 30: "三十"}.get(day) or ("初", "十", "廿")[(day - 1) // 10] + _LUNAR_DAYS[(day - 1) % 10]
    name = {10: "初十"}.get(day, tens)
    word = _LUNAR_MONTHS[month - 1]
    return f"{'臘' if word == '腊' and language == 'zh-Hant' else word}月{name}"


def _local(moment: date, zone: str | None) -> date:
    """A UTC moment on the wall clock of a zone; a plain date is the same everywhere."""
    if isinstance(moment, datetime) and zone is not None:
        return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return moment


def _local_time(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _moment(moment: datetime, zone: str, locale: Locale) -> str:
    """Day and time, without the seconds: nobody's patience is measured in them."""
    local = _local_time(moment, zone)
    return f"{format_date(local, 'medium', locale=locale)} {format_time(local, 'short', locale=locale)}"


def _zhe(discount: int) -> str:
    """A discount as Chinese says it, by what is left to pay: 5% off is 95 折, and 10% off is 9 折."""
    left = 100 - discount
    return str(left // 10 if left and left % 10 == 0 else left)


_NO_COINS = frozenset({"TWD"})
"""Of these the cents are on paper only: nobody writes them where there are none."""


def _money(minor: int, currency: str, locale: Locale) -> str:
    amount = Decimal(minor).scaleb(-get_currency_precision(currency))
    whole = currency in _NO_COINS and amount == amount.to_integral_value()
    return format_currency(amount, currency, "¤#,##0" if whole else None, locale, currency_digits=not whole)


_METRES = {"en": ("m", "km"), "zh-Hans": ("米", "公里"), "zh-Hant": ("公尺", "公里")}


def _distance(metres: int, language: str) -> str:
    """As one says it: 350 m, 1.2 km, 23 km."""
    near, far = _METRES[language]
    if metres < 975:
        return f"{max(50, round(metres / 50) * 50)} {near}"
    kilometres = round(Decimal(metres) / 1000, 1 if metres < 9_950 else 0)
    return f"{format_decimal(kilometres, locale=_LOCALES[language])} {far}"


def _bar(done: int, whole: int, width: int = 10) -> str:
    """How far along: ▰▰▰▱▱▱▱▱▱▱. Full only where it is done."""
    filled = max(0, min(width, width * done // whole)) if whole > 0 else width
    return "▰" * filled + "▱" * (width - filled)


def _shorten(text: str, most: int = 700) -> str:
    """At most so many characters as Telegram counts them, UTF-16 units; a cut shows as an ellipsis."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * most:
        return text
    return units[: 2 * (most - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
