"""The web server: Telegram's webhook, `/healthz`, `/metrics`. Runs in the bot's own event loop."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.body import MAX_BODY, read_body
from bot.metrics import Metrics
from bot.settings import SettingsProblem
from bot.vitals import Vitals, feel
from bot.webhook import webhook_path, webhook_secret
from storage.database import Database

__all__ = ["Surroundings", "Webhook", "application", "serving", "webhook_path", "webhook_secret"]

log = structlog.get_logger(__name__)

STOP_SECONDS = 2
"""How long requests that are under way may take when the server stops."""
SCRAPE_SECONDS = 5.0
"""How long the database may take over its figures."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

Accept = Callable[[dict[str, Any]], Awaitable[None]]
"""Stores an update; durable when it returns."""


@dataclass(frozen=True)
class Webhook:
    """Who may deliver, and to whom."""

    token: str
    accept: Accept


@dataclass(frozen=True)
class Surroundings:
    """What the server looks at. Without `webhook` nobody can deliver updates over it; `further` routes are others'."""

    database: Database
    vitals: Vitals
    metrics: Metrics
    webhook: Webhook | None = None
    further: Sequence[BaseRoute] = ()


def application(around: Surroundings) -> Starlette:
    """The routes over these surroundings."""

    async def healthz(_request: Request) -> Response:
        pulse = await feel(around.database, around.vitals)
        return JSONResponse(pulse.report(), 503 if pulse.ill() else 200)

    async def metrics(_request: Request) -> Response:
        try:
            async with asyncio.timeout(SCRAPE_SECONDS):
                figures = await around.metrics.exposition(around.database)
        except Exception as error:
            log.warning("no figures, the database does not answer", error=type(error).__name__)
            return PlainTextResponse("the database does not answer", 503)
        return Response(figures, media_type=CONTENT_TYPE_LATEST)

    routes: list[BaseRoute] = [Route("/healthz", healthz), Route("/metrics", metrics)]
    if around.webhook:
        routes.append(Route(webhook_path(around.webhook.token), _receiver(around.webhook), methods=["POST"]))
    return Starlette(routes=[*routes, *around.further])


def _receiver(webhook: Webhook) -> Callable[[Request], Awaitable[Response]]:
    secret = webhook_secret(webhook.token).encode()

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, secret):  # before anything of the body is read
            return PlainTextResponse("forbidden", 403)
        body = await read_body(request)
        if body is None:
            return PlainTextResponse(f"found more than {MAX_BODY} bytes", 413)
        update = _update(body)
        if update is None:
            return PlainTextResponse("found no JSON object with an update_id", 400)
        try:
            await webhook.accept(update)
        except Exception:
            log.exception("an update could not be stored, Telegram will bring it again")
            return PlainTextResponse("not now", 503)
        return Response()

    return receive


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and type(update.get("update_id")) is int else None


class _Server(uvicorn.Server):
    """Stock uvicorn looks ten times a second whether it should stop, and minds signals."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ends = asyncio.Event()

    async def main_loop(self) -> None:
        await self.ends.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone: they concern the program as a whole."""
        yield


@asynccontextmanager
async def serving(around: Surroundings, host: str, port: int) -> AsyncIterator[int]:
    """Serve while the block runs; gives the port, for port 0 takes any free one. Raises `SettingsProblem`."""
    config = uvicorn.Config(
        application(around),
        log_config=None,  # the program's own logs
        access_log=False,
        lifespan="off",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    logging.getLogger("uvicorn.access").disabled = True  # it would name the secret path
    server = _Server(config)
    with _listen(host, port) as listener:
        bound: int = listener.getsockname()[1]
        task = asyncio.create_task(server.serve([listener]), name="web server")
        log.info("web server listens", host=host, port=bound)
        try:
            yield bound
        finally:
            server.ends.set()
            await task


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SettingsProblem(
            [f"web.host, web.port: found '{host}' and {port} ({error.strerror}), expected a free port of this machine"]
        ) from error
