"""The contract table of the Bot API, and what a request or an answer has wrong by it.

`bot_api.json` holds the facts of PaulSonOfLars/telegram-bot-api-spec (MIT), Bot API 10.1, without its prose. A type is
written as a string: alternatives are joined by `|`, `[]` is an array of, `!` is required.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "bot_api.json"
TABLE: dict[str, Any] = json.loads(PATH.read_text())
SIMPLE = {"Integer", "Float", "String", "Boolean", "InputFile"}


def condense(spec: dict[str, Any]) -> dict[str, Any]:
    """The table, from the specification's api.json."""
    methods = {
        name: {"returns": _word(one["returns"]), "parameters": _fields(one["parameters"])}
        for name, one in spec["methods"].items()
    }
    types = {name: one["subtypes"] or _fields(one["fields"]) for name, one in spec["types"].items()}
    return {"version": spec["version"], "methods": methods, "types": types}


def _fields(fields: dict[str, Any]) -> dict[str, str]:
    return {name: _word(one["types"]) + "!" * one["required"] for name, one in fields.items()}


def _word(types: list[str]) -> str:
    return "|".join("[]" * word.count("Array of ") + word.rpartition("Array of ")[2] for word in types)


def check_request(method: str, params: dict[str, Any]) -> list[str]:
    """What is wrong with the parameters of a call: unknown, missing, or of another type. Forms carry text."""
    if method not in TABLE["methods"]:
        return [f"{method}: no such method"]
    known = TABLE["methods"][method]["parameters"]
    attached = _attached(params)
    problems = [f"{method}.{name}: unknown parameter" for name in params if name not in known and name not in attached]
    problems += [
        f"{method}.{name}: missing" for name, word in known.items() if word.endswith("!") and name not in params
    ]
    for name in params:
        if name in known:
            problems += _parameter(f"{method}.{name}", known[name].rstrip("!"), params[name])
    return problems


def check_answer(method: str, result: Any) -> list[str]:
    """What is wrong with a result: missing or unknown fields, or fields of another type, however deep."""
    return _check(method, TABLE["methods"][method]["returns"], result)


def _attached(params: dict[str, Any]) -> set[str]:
    """The names of the parts that attach://<name> speaks of."""
    text = json.dumps(params, default=repr)
    return {name for name in params if f"attach://{name}" in text}


def _parameter(where: str, word: str, value: Any) -> list[str]:
    if value is None:
        return [f"{where}: null"]
    as_sent = _check(where, word, value)
    if not as_sent or not isinstance(value, str):
        return as_sent
    # In a form everything is text; what is no string there is written as JSON.
    try:
        return _check(where, word, json.loads(value))
    except ValueError:
        return as_sent


def _check(where: str, word: str, value: Any) -> list[str]:
    words = word.split("|")
    found = [_check_one(where, one, value) for one in words]
    if [] in found:
        return []
    # The alternative that fits best says most.
    return (
        min(found, key=len)
        if len(words) == 1 or isinstance(value, dict)
        else [f"{where}: {_shown(value)} is no {word}"]
    )


def _check_one(where: str, word: str, value: Any) -> list[str]:
    if word.startswith("[]"):
        if not isinstance(value, list):
            return [f"{where}: {_shown(value)} is no array"]
        return [problem for at, item in enumerate(value) for problem in _check(f"{where}[{at}]", word[2:], item)]
    if word in SIMPLE:
        return [] if _is_simple(word, value) else [f"{where}: {_shown(value)} is no {word}"]
    shape = TABLE["types"][word]
    if isinstance(shape, list):
        return _check_union(where, shape, value)
    return _check_object(where, shape, value)


def _check_union(where: str, names: list[str], value: Any) -> list[str]:
    found = [_check_one(where, name, value) for name in names]
    return [] if [] in found else min(found, key=len)


def _check_object(where: str, shape: dict[str, str], value: Any) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {_shown(value)} is no object"]
    problems = [f"{where}.{name}: unknown field" for name in value if name not in shape]
    problems += [f"{where}.{name}: missing" for name, word in shape.items() if word.endswith("!") and name not in value]
    for name, item in value.items():
        if name in shape:
            problems += _check(f"{where}.{name}", shape[name].rstrip("!"), item)
    return problems


def _is_simple(word: str, value: Any) -> bool:
    if word == "Boolean":
        return isinstance(value, bool)
    if word == "Integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if word == "Float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if word == "InputFile":
        return hasattr(value, "filename")
    return isinstance(value, str)


def _shown(value: Any) -> str:
    return repr(value)[:60]


class Contract:
    """An observer for `World.observers`: remembers what was wrong with requests and answers."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def __call__(self, method: str, params: dict[str, Any], result: Any) -> None:
        """Refused calls are not held against the table: most of them are wrong on purpose."""
        if not isinstance(result, Exception):
            self.problems += check_request(method, params) + check_answer(method, result)
