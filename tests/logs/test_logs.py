"""Logs: the token never comes out, whoever says it and however; readable for people, JSON for machines."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import structlog
import telegram
from telegram.request import HTTPXRequest

from bot import logs

TOKEN = "1234567890:AAcanaryCANARYcanaryCANARYcanaryCAN"
SECRET_HALF = TOKEN.partition(":")[2]
STRANGER = "987654321:BBstrangerSTRANGERstrangerSTRANGERst"
NOBODY = "http://127.0.0.1:9"
"""The discard port: nothing listens there."""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Logging is global: leave it as other tests expect it."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.CHATTY}
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.fixture(params=[Terminal, io.StringIO], ids=["terminal", "json"])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What goes to stderr, at the most talkative level, and with the chatty libraries let loose."""
    stream: io.StringIO = request.param()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("debug", [TOKEN])
    for name in logs.CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG)
    return stream


def _has_no_canary(written: io.StringIO) -> bool:
    text = written.getvalue()
    assert logs.HIDDEN in text, text
    return TOKEN not in text and SECRET_HALF not in text


def test_the_token_is_hidden_in_messages_and_values_of_any_depth(written: io.StringIO) -> None:
    log = structlog.get_logger("bot")
    log.debug(f"calling /bot{TOKEN}/getMe", url=f"https://t/bot{TOKEN}/x", deep={"a": [TOKEN, (TOKEN.encode(),)]})
    log.info("half of it", half=SECRET_HALF, quoted=TOKEN.replace(":", "%3A"))
    assert _has_no_canary(written)


def test_the_token_is_hidden_in_arguments_of_standard_logging(written: io.StringIO) -> None:
    log = logging.getLogger("some.library")
    log.debug("GET %s", f"https://t/bot{TOKEN}/getMe")
    log.warning("%(url)s", {"url": TOKEN}, extra={"request": {"token": TOKEN}})
    assert _has_no_canary(written)


def test_the_token_is_hidden_in_tracebacks_and_their_causes(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError(TOKEN)
        except KeyError as error:
            raise RuntimeError(f"no answer from https://t/bot{TOKEN}/getMe") from error
    except RuntimeError:
        logging.getLogger("library").exception("it failed with %s", TOKEN)
        structlog.get_logger("bot").exception("it failed", token=TOKEN)
    assert written.getvalue().count("Traceback") == 4
    assert _has_no_canary(written)


def test_the_token_is_hidden_in_stack_listings_and_warnings(written: io.StringIO) -> None:
    logging.getLogger("library").info("here", stack_info=True, extra={"t": TOKEN})
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"do not use {TOKEN}", UserWarning, stacklevel=1)
    assert _has_no_canary(written)


def test_a_malformed_record_is_told_of_without_its_arguments(written: io.StringIO) -> None:
    ours, *_pytests = logging.getLogger().handlers
    ours.handle(logging.LogRecord("library", logging.INFO, "shop.py", 7, "%d apples of %s", (TOKEN,), None))
    assert "a log record of library, line" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_an_error_that_ends_the_process_is_logged_like_any_other(written: io.StringIO) -> None:
    error = ValueError(TOKEN)
    sys.excepthook(ValueError, error, None)
    assert "the process ends with an error" in written.getvalue()
    assert _has_no_canary(written)


def test_what_looks_like_a_token_is_hidden_even_if_nobody_named_it(written: io.StringIO) -> None:
    log = logging.getLogger("library")
    log.info("POST https://api.telegram.org/bot%s/getMe", STRANGER)
    log.info("and alone: %s, quoted: %s", STRANGER, STRANGER.replace(":", "%3A"))
    log.info("bot1:%s", "x" * 35)
    assert "stranger" not in written.getvalue().lower()
    assert "x" * 35 not in written.getvalue()


def test_ordinary_text_stays_as_it_is() -> None:
    text = "order:881:followup at 12:30, chat -1001234567890, short"
    assert logs.Redactor(["short"])(text) == text


async def test_a_failing_call_of_aiohttp_does_not_show_it(written: io.StringIO) -> None:
    asyncio.get_running_loop().set_debug(True)
    async with aiohttp.ClientSession() as session:
        try:
            await session.get(f"{NOBODY}/bot{TOKEN}/getMe")
        except aiohttp.ClientError:
            logging.getLogger("aiohttp.client").exception("GET %s/bot%s/getMe", NOBODY, TOKEN)
        try:
            await session.get(f"nonsense://bot{TOKEN}/getMe")
        except aiohttp.ClientError:
            structlog.get_logger("bot").exception("failed")
    assert _has_no_canary(written)


async def test_a_failing_call_of_httpx_does_not_show_it(written: io.StringIO) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            await client.get(f"{NOBODY}/bot{TOKEN}/getMe")
        except httpx.HTTPError as error:
            structlog.get_logger("bot").exception("failed", request=error.request)
    assert _has_no_canary(written)


async def test_a_failing_call_of_python_telegram_bot_does_not_show_it(written: io.StringIO) -> None:
    request = HTTPXRequest(httpx_kwargs={"trust_env": False})
    bot = telegram.Bot(TOKEN, base_url=f"{NOBODY}/bot", request=request, get_updates_request=request)
    try:
        await bot.get_me()
    except telegram.error.NetworkError:
        logging.getLogger("telegram").exception("bot %r with %s failed", bot, bot.base_url)
    assert _has_no_canary(written)


async def test_an_error_in_a_task_nobody_waits_for_does_not_show_it(written: io.StringIO) -> None:
    context: dict[str, Any] = {"message": f"lost {TOKEN}", "exception": ValueError(TOKEN)}
    asyncio.get_running_loop().call_exception_handler(context)
    assert _has_no_canary(written)


def test_chatty_libraries_speak_only_when_something_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("debug")
    for name in ("httpx", "aiohttp.access", "apscheduler.scheduler", "httpcore.http11"):
        logging.getLogger(name).info("tick")
        logging.getLogger(name).warning("tock")
    assert stream.getvalue().count("tick") == 0
    assert stream.getvalue().count("tock") == 4


def test_machines_read_one_object_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("info")
    structlog.get_logger("bot.intake").info("polling", offset=3, name="小明")
    logging.getLogger("library").warning("two\nlines")
    structlog.get_logger("bot").debug("not at this level")
    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["offset"], first["name"], first["level"]) == ("polling", 3, "小明", "info")
    assert first["logger"] == "bot.intake"
    assert first["timestamp"].endswith("Z")
    assert (second["event"], second["level"], second["logger"]) == ("two\nlines", "warning", "library")


def test_people_read_a_line_of_words(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("info")
    structlog.get_logger("bot").info("polling", offset=3)
    assert "polling" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_the_last_configuration_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("debug")
    logs.configure("error", ["a-secret-word"])
    structlog.get_logger("bot").warning("quiet")
    structlog.get_logger("bot").error("a-secret-word")
    assert len(stream.getvalue().splitlines()) == 1
    assert json.loads(stream.getvalue())["event"] == logs.HIDDEN
