"""A marketer's text, filled in with plain values for one member. Runs in the worker (`templates/worker.py`)."""

from __future__ import annotations

import html
import re
from datetime import date
from functools import lru_cache
from typing import Any

import jinja2
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2.sandbox import ImmutableSandboxedEnvironment

from templates.fields import DATE, FIELDS, NUMBER, Facts
from templates.hostile import FILTERS, TESTS, WAY_OF_WRITING, Wrong, wrong_in
from templates.telegram_html import LONGEST, length, problem

_LONE = re.compile(r"&(?![a-zA-Z]\w*;|#\w+;)|<(?![a-zA-Z/!?])")
"""Signs that begin neither an entity nor a tag: they are meant as they stand."""
SUMS = "sums of numbers, and words put together with ~"


class Broken(Exception):
    """A text that cannot be rendered, and why."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(*wrong)
        self.wrong = wrong


def rendered(source: str, language: str, facts: Facts, most: int = LONGEST) -> str:
    """The text for somebody, as Telegram's HTML of at most so many characters. Raises `Broken`."""
    text = _LONE.sub(lambda one: html.escape(one[0]), _filled(source, language, facts).strip())
    if bad := problem(text):
        raise Broken(Wrong("text", *bad))
    units = length(text)
    if not 0 < units <= most:
        raise Broken(Wrong("text", f"{units} characters once it is filled in", f"1 to {most}"))
    return text


def _filled(source: str, language: str, facts: Facts) -> str:
    template = _template(source, language)
    try:
        return template.render(_values(facts))
    except MemoryError:
        raise
    except Exception as error:
        raise Broken(Wrong("text", "something that cannot be worked out", SUMS)) from error


@lru_cache(100)
def _template(source: str, language: str) -> jinja2.Template:
    """Compiled only where nothing is wrong with it, whoever asks. Raises `Broken`."""
    if bad := wrong_in(source):
        raise Broken(bad[0])
    try:
        return _environment(language).from_string(source)
    except MemoryError:
        raise
    except Exception as error:
        raise Broken(Wrong("text", type(error).__name__, "text and fields like {{ name }}")) from error


def _values(facts: Facts) -> dict[str, Any]:
    """What there is, as plain values; everything else is missing, not None."""
    return {
        name: _value(FIELDS[name].kind, value)
        for name, value in facts.items()
        if name in FIELDS and value is not None and value != ""
    }


def _value(kind: str, value: str | int) -> str | int | date:
    if kind == DATE:
        return date.fromisoformat(str(value))
    return int(value) if kind == NUMBER else str(value)


@lru_cache
def _environment(language: str) -> ImmutableSandboxedEnvironment:
    locale = Locale.parse("en-GB" if language == "en" else language, sep="-")
    fallbacks = {name: one.fallbacks[language] for name, one in FIELDS.items() if one.fallbacks}

    class Missing(jinja2.Undefined):
        """What is read where somebody has none: never a hole, never None."""

        def __str__(self) -> str:
            return fallbacks.get(self._undefined_name or "", "")

    @lru_cache(5_000)
    def day(value: date) -> str:
        return format_date(value, "long", locale=locale)

    @lru_cache(5_000)
    def number(value: float) -> str:
        return format_decimal(value, locale=locale)

    def shown(value: Any) -> Any:
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, date):
            return day(value)
        if isinstance(value, int | float):
            return number(value)
        if not isinstance(value, str | jinja2.Undefined):
            raise TypeError(f"a {type(value).__name__} cannot be read")
        return value

    environment = ImmutableSandboxedEnvironment(undefined=Missing, finalize=shown, **WAY_OF_WRITING)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.tests = {name: environment.tests[name] for name in TESTS}
    return environment


def warm(languages: tuple[str, ...]) -> None:
    """Load what reading and rendering need, before files can no longer be opened."""
    texts = [name for name, one in FIELDS.items() if one.kind not in (DATE, NUMBER)]
    samples: dict[str, str | int] = dict.fromkeys(texts, "x")
    samples |= {name: 1234 for name, one in FIELDS.items() if one.kind == NUMBER} | {"today": "2027-02-06"}
    shown = " ".join(f"{{{{ {name}|default('x')|truncate(9) }}}}" for name in texts)
    for language in languages:
        rendered(f"<b>&amp;{{% if points > 1 %}}{shown}{{{{ today }}}}{{% endif %}}</b>", language, samples)
    for source in ("{{ nmae }}", "{{ nmae", "{{ name.x() }}", "{name}"):
        wrong_in(source)
