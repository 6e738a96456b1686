"""`guanxi run`: the working bot, from its settings to its last word."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.clock import Clock, SystemClock
from bot.intake import Conflict
from bot.lock import Leadership, hold_database
from bot.metrics import Metrics
from bot.opening import open_storage
from bot.rules import club_of
from bot.settings import FREE_RATE, Settings, SettingsProblem
from bot.telegram_api import Rejected, TelegramApi
from bot.vitals import Vitals
from bot.webhook import webhook_path, webhook_secret
from bot.work import Terms, Webhook, Work
from storage.database import Database, DatabaseProblem, sqlite_path

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

log = structlog.get_logger(__name__)

COLLECTED = 2_000, 5, 20
"""New objects after which circles among the young are looked for, and how often among the older: nobody is answered
meanwhile, so they are small portions, of a few hundredths of a second at most."""

HELD = 0.001
"""Seconds for which a thread keeps the interpreter while another wants it. One writes for many, one calls Telegram a
thousand times a second: with Python's own 5 ms, answers waited for the former."""


def terms_of(settings: Settings) -> Terms:
    """How the settings want the work to be done."""
    webhook = None
    if settings.web.webhook:
        token = settings.token()
        webhook = Webhook(f"{settings.web.public_url}{webhook_path(token)}", webhook_secret(token))
    embedded = sqlite_path(settings.storage.url)
    return Terms(
        club=club_of(settings),
        owners=settings.staff.owners,
        rate=settings.telegram.rate,
        keep=timedelta(days=settings.storage.keep_updates_days),
        alone=embedded is not None,
        paid=settings.telegram.paid_broadcast and settings.telegram.rate > FREE_RATE,
        webhook=webhook,
        erasures=settings.storage.erasures,
        called=None if embedded is None else embedded.resolve().with_name(f"{embedded.name}.called"),
        handed_over=settings.knowledge.handed_over / 100,
        semantic_model=settings.knowledge.semantic_model,
        shipped=settings.campaigns.shipped,
    )


async def run(settings: Settings, clock: Clock | None = None) -> int:
    """Work until SIGTERM or SIGINT; the exit code. Raises the operator's own errors, which are told in a line."""
    stop = asyncio.Event()
    with _signals(stop):
        async with AsyncExitStack() as stack:
            if sqlite_path(settings.storage.url) is not None:
                stack.enter_context(hold_database(settings.storage.url))
            database = await open_storage(settings)
            stack.push_async_callback(database.close)
            await _serve(settings, database, clock or SystemClock(), stop)
    log.info("stopped")
    return 0


async def _serve(settings: Settings, database: Database, clock: Clock, stop: asyncio.Event) -> None:
    metrics, vitals = Metrics(clock.now), Vitals(polling=not settings.web.webhook, clock=clock.now)
    async with TelegramApi(settings.token(), settings.telegram.api_url) as api:
        work = Work(terms_of(settings), database, api, clock, metrics, vitals)
        async with _web(settings, database, work, metrics, vitals), _leading(settings, stop) as lost:
            if stop.is_set():
                return
            vitals.leads()
            try:
                await _started(work, stop)
                _stand_still_for_nothing()
                await _until_the_end(work, stop, lost)
            finally:
                await work.stop()


async def _started(work: Work, stop: asyncio.Event) -> None:
    """Start, unless asked to stop while Telegram keeps us waiting."""
    starting, stopping = asyncio.create_task(work.start()), asyncio.create_task(stop.wait())
    await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not starting.done():
        starting.cancel()
        return
    try:
        starting.result()
    except Rejected as error:
        raise SettingsProblem(
            [f"telegram.token: Telegram says '{error.description}', expected the token of a living bot"]
        ) from error


def _stand_still_for_nothing() -> None:
    """Modules, tables and templates stay until the end: to look for circles among them, too, stood everything still for
    an eighth of a second, time and again."""
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    sys.setswitchinterval(HELD)


async def _until_the_end(work: Work, stop: asyncio.Event, lost: asyncio.Task[None] | None) -> None:
    if stop.is_set():
        return
    ends = [asyncio.create_task(stop.wait()), asyncio.create_task(work.ended())]
    waiting = [*ends, lost] if lost is not None else ends
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in ends:
        if task not in done:
            task.cancel()
    if lost is not None and lost in done:
        raise DatabaseProblem("another process may lead now: the connection that held the lead is gone")
    try:
        for task in done:
            task.result()
    except (Conflict, Rejected) as error:
        raise SettingsProblem([f"telegram.token: {error}"]) from error


@asynccontextmanager
async def _leading(settings: Settings, stop: asyncio.Event) -> AsyncIterator[asyncio.Task[None] | None]:
    """On PostgreSQL wait for the lead: one process works, the others stand by. Gives a task that ends with the lead."""
    if sqlite_path(settings.storage.url) is not None:
        yield None
        return
    async with Leadership(settings.storage.url, settings.telegram.bot_id or 0) as leadership:
        acquiring, stopping = asyncio.create_task(leadership.acquire()), asyncio.create_task(stop.wait())
        await asyncio.wait([acquiring, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not acquiring.done():
            acquiring.cancel()
            yield None
            return
        stopping.cancel()
        acquiring.result()
        lost = asyncio.create_task(leadership.lost())
        try:
            yield lost
        finally:
            lost.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await lost


@asynccontextmanager
async def _web(
    settings: Settings, database: Database, work: Work, metrics: Metrics, vitals: Vitals
) -> AsyncIterator[None]:
    """The web server, where a port is set. Loaded only then: it costs start-up time."""
    if settings.web.port is None:
        yield
        return
    from bot import web

    webhook = web.Webhook(settings.token(), work.intake.accept) if settings.web.webhook else None
    around = web.Surroundings(database, vitals, metrics, webhook, _counter(settings, database, work))
    async with web.serving(around, settings.web.host, settings.web.port):
        yield


def _counter(settings: Settings, database: Database, work: Work) -> list[BaseRoute]:
    """The endpoint for tills, where a key is set."""
    if settings.web.api_key is None:
        return []
    from bot import purchases

    key = settings.web.api_key.get_secret_value().encode()
    return purchases.routes(purchases.Counter(key, database, work.terms.club, work.clock, work.delivery.wake))


@contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
