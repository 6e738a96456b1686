"""A call of the Bot API: its parameters, its errors, and the table of methods that answer it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sandbox.state import Bot
    from sandbox.world import World

Json = dict[str, Any]


class ApiError(Exception):
    """What the Bot API answers instead of a result."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> Json:
        """The JSON object of the answer."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return {**answer, "parameters": self.parameters} if self.parameters else answer


def bad_request(text: str, **parameters: int) -> ApiError:
    """Error 400, as the Bot API words it."""
    return ApiError(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> ApiError:
    """Error 403, as the Bot API words it."""
    return ApiError(403, f"Forbidden: {text}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came as a part of a multipart body."""

    filename: str
    data: bytes
    mime: str


class Call:
    """One call of one method; reads parameters whether they came as JSON or as text."""

    __slots__ = ("bot", "params", "world")

    def __init__(self, world: World, bot: Bot, params: Json) -> None:
        self.world = world
        self.bot = bot
        self.params = params

    def text(self, name: str) -> str:
        """A string; a missing one is empty."""
        value = self.params.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else str(value)

    def number(self, name: str) -> int | None:
        """An integer, or None where it is missing or no number."""
        value = self.params.get(name)
        if value is None or type(value) is int:
            return value
        try:
            return int(value)
        except (TypeError, ValueError):
            return None

    def real(self, name: str) -> float:
        """A number with a fraction; a missing one is refused."""
        try:
            return float(self.params[name])
        except (KeyError, TypeError, ValueError):
            raise bad_request(f"{name} is empty") from None

    def flag(self, name: str) -> bool:
        """True for true, yes and 1, however they were sent."""
        value = self.params.get(name)
        return value is True or (value is not None and str(value).lower() in ("true", "yes", "1"))

    def parsed(self, name: str) -> Any:
        """A nested object: forms carry it as JSON text."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


Method = Callable[[Call], Any]


class Entry(NamedTuple):
    """A method: its name as the Bot API spells it, the function, and whether that waits."""

    name: str
    function: Method
    waits: bool


METHODS: dict[str, Entry] = {}


def method(function: Method) -> Method:
    """Answers the Bot API method of the function's name: `send_message` is sendMessage, in any case of letters."""
    first, *rest = function.__name__.split("_")
    name = first + "".join(word.capitalize() for word in rest)
    METHODS[name] = METHODS[name.lower()] = Entry(name, function, iscoroutinefunction(function))
    return function
