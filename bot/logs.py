"""Logs: readable in a terminal, one JSON object a line otherwise, and without secrets at any level.

Standard logging and structlog take the same road. Whatever comes out at its end, message, argument or traceback, has
its secrets replaced, so that it does not matter which library said them.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

import structlog
from structlog.typing import Processor

HIDDEN = "<token>"
SHORTEST_SECRET = 6
"""Characters; replacing anything shorter would spoil ordinary words."""

CHATTY = (
    "httpx",
    "httpcore",
    "aiohttp",
    "aiosqlite",
    "alembic.runtime.plugins",
    "apscheduler",
    "uvicorn.access",
    "asyncio",
)
"""Libraries that would say something for each call, addresses with the token among it; one does for each plugin."""

_TOKEN_SHAPE = re.compile(r"(?:(?<=bot)\d+|\d{6,})(?::|%3[Aa])[A-Za-z0-9_-]{35,}")


class Redactor:
    """Replaces known secrets, and all that has the shape of a bot token, in any text."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        # A token's second half alone is as secret as the whole.
        parts = {part for secret in secrets for part in (secret, secret.partition(":")[2])}
        forms = {form for part in parts for form in (part, quote(part, safe=""), repr(part)[1:-1])}
        known = sorted((form for form in forms if len(form) >= SHORTEST_SECRET), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        if self._known:
            text = self._known.sub(HIDDEN, text)
        return _TOKEN_SHAPE.sub(HIDDEN, text)


class _Formatter(structlog.stdlib.ProcessorFormatter):
    """The one place where every line comes out."""

    def __init__(self, redact: Redactor, **options: Any) -> None:
        super().__init__(**options)
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class _Handler(logging.StreamHandler[TextIO]):
    """A record that cannot be formatted is told of too, without the arguments that stock logging would print."""

    def __init__(self, stream: TextIO, redact: Redactor) -> None:
        super().__init__(stream)
        self._redact = redact

    def handleError(self, record: logging.LogRecord) -> None:
        reason = traceback.format_exc(limit=0).strip()
        self.stream.write(
            self._redact(f"a log record of {record.name}, line {record.lineno}, is malformed: {reason}\n")
        )


def configure(level: str = "info", secrets: Sequence[str] = ()) -> None:
    """Send all logs to stderr from `level` on. May be called again: the last call holds."""
    redact = Redactor(secrets)
    stream = sys.stderr
    handler = _Handler(stream, redact)
    handler.setFormatter(_formatter(redact, stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def _shared() -> list[Processor]:
    """What structlog's records and those of standard logging both go through."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _formatter(redact: Redactor, readable: bool) -> _Formatter:
    if readable:
        # Plain tracebacks: a coloured one would cut a token into pieces that no pattern finds.
        endings: list[Processor] = [
            structlog.dev.ConsoleRenderer(colors=True, exception_formatter=structlog.dev.plain_traceback)
        ]
    else:
        endings = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return _Formatter(
        redact,
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *endings],
    )


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("the process ends with an error", exc_info=(kind, error, trace))
