"""What every part of the settings is made of: a section, a setting with the words that tell what would work, and how
lists and times of day are read.
"""

from __future__ import annotations

import json
import re
from datetime import time
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def listed(value: object) -> object:
    """`1,2`, `[1, 2]` and `1` all mean a list; YAML gives a real one."""
    if isinstance(value, str):
        text = value.strip()
        return json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",") if part.strip()]
    return [value] if isinstance(value, int) else value


def time_of_day(value: object) -> object:
    """YAML 1.1 reads an unquoted 10:30 as 630, minutes of the day; 09:30 and 0:30 it leaves as text."""
    if isinstance(value, int) and 60 <= value < 24 * 60:
        return time(*divmod(value, 60))
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,2}:\d\d", value.strip()):
        raise ValueError
    return value.strip().zfill(5)


def setting(default: Any, expected: str, **limits: Any) -> Any:
    """A setting with the words that tell an operator what would work."""
    return Field(default, json_schema_extra={"expected": expected}, **limits)


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)
