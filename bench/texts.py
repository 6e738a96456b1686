"""Texts of marketers, rendered in their worker, beside the same text in the same process by Jinja2 alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from jinja2 import Environment, Template

from bench.figures import Table, spread
from templates.fields import Facts
from templates.marketers import Marketers, Text

SOURCE = (
    "Hello <b>{{ name }}</b>, you have {{ points }} points{% if tier %} as {{ tier }}{% endif %}. "
    "Come by at {{ branch }} until {{ ends|default('soon') }}."
)


async def run(quick: bool) -> list[Table]:
    rounds, sizes = (1, (200,)) if quick else (5, (20, 200, 2_000))
    texts, plain = Marketers(), Environment(autoescape=True).from_string(SOURCE)
    rows = []
    for size in sizes:
        people = [_facts(number) for number in range(size)]
        batch = [Text(SOURCE, "en", facts) for facts in people]
        texts.render(batch)
        ours = [_microseconds(partial(texts.render, batch), size) for _ in range(rounds)]
        bare = [_microseconds(partial(_all, plain, people), size) for _ in range(rounds)]
        rows.append([f"{size:,}", spread(ours), spread(bare)])
    texts.close()
    return [
        Table(
            "Texts of marketers",
            "A text with five fields for so many members in one call, in µs for each. Ours crosses into the worker and "
            "back, and each is checked as Telegram's HTML and for its length; bare is Jinja2, which does neither.",
            ["members", "in the worker, µs", "bare Jinja2 in process, µs"],
            rows,
        )
    ]


def _all(template: Template, people: list[Facts]) -> list[str]:
    return [template.render(facts) for facts in people]


def _facts(number: int) -> Facts:
    return {"name": f"Ana {number}", "points": number, "tier": "Gold", "branch": "Main Street", "ends": "2027-02-06"}


def _microseconds(work: Callable[[], object], size: int) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) / size * 1e6
