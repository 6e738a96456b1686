"""Where a setting was said: the environment, `.env` or the configuration file, each flattened to dotted paths.

pydantic-settings merges the values; this remembers who said what, so that an error can name the place.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

PREFIX = "GUANXI_"
CONFIG_VARIABLE = "GUANXI_CONFIG"
DEFAULT_CONFIG = "config.yaml"


class SettingsProblem(Exception):
    """Settings that cannot be used; `problems` has one line each: where, what was found, what would work."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Said:
    """One value as somebody wrote it. `name` is how the place calls it, `club.name` or `GUANXI_CLUB__NAME`."""

    place: str
    name: str
    value: Any


Source = dict[str, Said]
"""What one place says, by dotted path."""


def variable(path: str) -> str:
    """The environment variable of a setting: `club.name` is `GUANXI_CLUB__NAME`."""
    return PREFIX + path.upper().replace(".", "__")


def from_variables(place: str, variables: Mapping[str, str | None], known: Collection[str]) -> Source:
    """The settings among environment variables. Empty ones count as not set, other programs' names are left alone."""
    squeezed = {_squeeze(variable(path)) for path in known} | {variable(path.split(".")[0]) for path in known}
    found: Source = {}
    for written, value in variables.items():
        name = written.upper()
        if name.startswith(PREFIX) and value and ("__" in name or _squeeze(name) in squeezed):
            found[name.removeprefix(PREFIX).lower().replace("__", ".")] = Said(place, written, value)
    return found


def _squeeze(name: str) -> str:
    """GUANXI_WEB_PORT is likely meant as GUANXI_WEB__PORT."""
    return re.sub("_+", "_", name)


def from_environment(known: Collection[str]) -> Source:
    return from_variables("environment", os.environ, known)


def from_dotenv(known: Collection[str]) -> Source:
    path = Path(".env")
    if not path.is_file():
        return {}
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    try:
        with path.open(encoding="utf-8") as file:
            unclear = [each.original.line for each in parse_stream(file) if each.error]
    except (OSError, UnicodeDecodeError) as error:
        reason = type(error).__name__
        raise SettingsProblem([f".env: cannot be read ({reason}), expected NAME=value lines in UTF-8"]) from error
    if unclear:
        expected = "found no NAME=value, expected one such as GUANXI_CLUB__NAME=Tea"
        raise SettingsProblem([f".env, line {line}: {expected}" for line in unclear])
    return from_variables(".env", dotenv_values(path), known)


def from_file() -> Source:
    """The configuration file; an empty section or value counts as not set. Raises `SettingsProblem`."""
    named = os.environ.get(CONFIG_VARIABLE)
    path = Path(named or DEFAULT_CONFIG)
    if not path.is_file():
        if named:
            raise SettingsProblem(
                [f"environment, {CONFIG_VARIABLE}: found '{named}', expected the path of a file that exists"]
            )
        return {}
    return _flatten(str(path), _parse(path))


def _parse(path: Path) -> dict[Any, Any]:
    import yaml

    try:
        _each_name_once(path, yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader))
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SettingsProblem(
            [f"{path}{line}: found no valid YAML ({error.problem}), expected lines such as name: value"]
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsProblem([f"{path}: cannot be read ({type(error).__name__}), expected YAML in UTF-8"]) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsProblem([f"{path}: found a {type(content).__name__}, expected sections such as club:"])
    return content


def _each_name_once(path: Path, node: Any, depth: int = 2) -> None:
    """Of two sections, or settings, YAML lets the last win and drops the first without a word. Raises
    `SettingsProblem`."""
    import yaml

    if not isinstance(node, yaml.MappingNode) or not depth:
        return
    seen = set()
    for name, value in node.value:
        said = str(name.value)
        if said in seen:
            line = name.start_mark.line + 1
            raise SettingsProblem([f"{path}, line {line}: found '{said}' a second time, expected each name once"])
        seen.add(said)
        _each_name_once(path, value, depth - 1)


def _flatten(place: str, content: dict[Any, Any]) -> Source:
    found: Source = {}
    for section, values in content.items():
        if not isinstance(values, dict):
            values = {None: values}
        for name, value in values.items():
            path = str(section) if name is None else f"{section}.{name}"
            if value is not None:
                found[path] = Said(place, path, value)
    return found


def unknown(source: Source, known: Collection[str]) -> list[str]:
    """A line for each name that is no setting, with the nearest one that is."""
    return [_unknown(path, said, known) for path, said in source.items() if path not in known]


def _unknown(path: str, said: Said, known: Collection[str]) -> str:
    inside = [each for each in known if each.startswith(path + ".")]
    nearest = inside or get_close_matches(path, known, 1, 0.5)
    hint = f"expected for example {_call(nearest[0], said)}" if nearest else "docs/settings.md lists them all"
    return f"{said.place}, {said.name}: there is no such setting, {hint}"


def _call(path: str, said: Said) -> str:
    """A setting in the manner of the place that got it wrong."""
    return variable(path) if said.name.upper().startswith(PREFIX) else path
