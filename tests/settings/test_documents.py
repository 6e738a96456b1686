"""config.yaml and docs/settings.md say every setting, with the default it really has."""

from __future__ import annotations

import json
import re
from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings, known_settings, load
from bot.sources import variable
from tests.settings.desk import Desk

ROOT = Path(__file__).parents[2]
CONFIG = (ROOT / "config.yaml").read_text(encoding="utf-8")
DOCUMENT = (ROOT / "docs/settings.md").read_text(encoding="utf-8")


def _rows() -> dict[str, list[str]]:
    table = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]
    return {cells[0].strip("`"): cells for cells in ([cell.strip() for cell in row.split("|")[1:-1]] for row in table)}


def _written(default: Any) -> str:
    """A default as the table shows it."""
    if default is None:
        return "none"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if default and isinstance(default, tuple) and hasattr(default[0], "role"):
        return "; ".join(f"{one.role}: {one.points} points, {one.voucher} in vouchers" for one in default)
    if default and isinstance(default, tuple) and hasattr(default[0], "answer"):
        return "; ".join(
            f"{'urgent' if one.urgent else 'all'}: {one.answer} to answer, {one.resolve} to resolve" for one in default
        )
    if default and isinstance(default, tuple) and hasattr(default[0], "contacts"):
        return "; ".join(_closeness(one.model_dump()) for one in default)
    if default and isinstance(default, tuple) and not isinstance(default[0], str):
        return ", ".join(_level(one.model_dump()) for one in default)
    if isinstance(default, tuple):
        return f"`[{', '.join(default)}]`"
    if isinstance(default, time):
        return f"`{default:%H:%M}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`" if str(default) else "empty"


def _closeness(one: dict[str, Any]) -> str:
    rule = f"`{json.dumps(one['when'])}`" if one["when"] else "by choice,"
    contacts = f"{'' if rule.endswith(',') else ','} {one['contacts']} contacts" if one["contacts"] else ""
    return f"{one['level']} {rule}{contacts}"


def _level(one: dict[str, Any]) -> str:
    name = next(iter(one["name"].values()))
    return f"{name} at {one['at']}" if "at" in one else str(name)


def test_the_document_lists_exactly_the_settings_there_are() -> None:
    assert list(_rows()) == list(known_settings())


@pytest.mark.parametrize("path", known_settings())
def test_the_document_says_the_variable_and_the_default(path: str) -> None:
    cells = _rows()[path]
    assert cells[1] == f"`{variable(path)}`"
    assert cells[2] == _written(known_settings()[path])


@pytest.mark.parametrize("path", known_settings())
def test_the_configuration_file_shows_every_setting(path: str) -> None:
    section, name = path.split(".")
    assert re.search(rf"^{section}:\n(?:(?:  .*)?\n)*?  (?:# )?{name}:", CONFIG, re.MULTILINE)


def test_the_configuration_file_changes_nothing(desk: Desk) -> None:
    desk.writes(CONFIG)
    assert load().model_dump() == Settings().model_dump()


def test_the_configuration_file_works_with_every_line_set(desk: Desk) -> None:
    everything = (
        re.sub(r"^  # (\w+: )", r"  \1", CONFIG, flags=re.MULTILINE)
        .replace("AAE...", "AAE")
        .replace("…", "k" * 32)
        .replace("…", "k" * 32)
    )
    assert {f"{section}.{name}" for section, names in yaml.safe_load(everything).items() for name in names} == set(
        known_settings()
    )
    desk.writes(everything)
    assert load().web.webhook
