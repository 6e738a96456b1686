"""`guanxi try`: the whole club on this machine, with a sandbox instead of Telegram and demo data, for a first look.

The sandbox is a process of its own, reached over HTTP like Telegram. The bot follows its clock: when somebody
fast-forwards in the chat page, the bot lives through the time in between, hour by hour, so that greetings come on
their day.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Collection
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import structlog
import typer
from pydantic import SecretStr
from sqlalchemy import Connection
from tzlocal import get_localzone_name

from bot import logs, regulars
from bot.app import terms_of
from bot.campaign_settings import PROGRAMMES, CampaignsSettings, LaunchSettings
from bot.clock import ShiftedClock
from bot.demo import CLERK, furnishing
from bot.loyalty_settings import MembershipSettings, PointsSettings
from bot.metrics import Metrics
from bot.opening import open_storage
from bot.regulars import NEWCOMERS, REGULARS
from bot.rules import club_of
from bot.settings import (
    ClubSettings,
    Settings,
    StaffSettings,
    StorageSettings,
    TelegramSettings,
)
from bot.telegram_api import TelegramApi
from bot.vitals import Vitals
from bot.work import Work
from campaigns import ahead, overview, planner
from campaigns.ahead import Next
from club import days as club_days
from club.club import Club
from storage import sends
from storage.database import Database, DatabaseProblem, is_passing, utc_now
from templates import LANGUAGES

log = structlog.get_logger(__name__)

FOLDER = Path("guanxi-try")
TOKEN = "1000000001:SANDBOX"  # noqa: S105 - it opens nothing
OWNER, STAFF_CHAT = 9001, -1001234567890
STEP = timedelta(hours=1)
NEW, REVEALED_AFTER = "Bai Mudan · 白牡丹", timedelta(days=9)
"""What the teaser is about in a first look: two days after the opening its first hint comes."""
CONTACTS = 6
"""Messages in a week: whoever is new hears of several programmes in their first days, and no hint of the teaser is left
out for it."""
A_LONG_WAY = timedelta(days=2)
"""On which nobody walks hour by hour."""
BOOKMARKS = 12
A_YEAR = timedelta(days=366)
FOLLOW_SECONDS = 30.0
PATIENCE = 10
"""How often a machine that has too much to do is asked again."""


async def run(port: int, *, topics: bool = False) -> int:
    """Open the club until Ctrl-C or SIGTERM; the exit code. Forgets what was tried before."""
    logs.configure("warning")
    _end_with_the_terminal()
    shutil.rmtree(FOLDER, ignore_errors=True)
    async with _sandbox(port) as url:
        settings = _settings(url)
        database = await open_storage(settings)
        try:
            await _open(settings, database, url, topics=topics)
        except asyncio.CancelledError:
            return 0  # asked to end
        finally:
            await database.close()
    return 0


def _end_with_the_terminal() -> None:
    """SIGTERM and a closed terminal end it like Ctrl-C: the sandbox must not be left behind on its port."""
    trial = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if trial is not None:
            asyncio.get_running_loop().add_signal_handler(number, trial.cancel)


def _settings(url: str) -> Settings:
    return Settings(
        telegram=TelegramSettings(token=SecretStr(TOKEN), api_url=url),
        storage=StorageSettings(url=f"sqlite+aiosqlite:///{FOLDER / 'guanxi.db'}", key_file=FOLDER / "guanxi.key"),
        staff=StaffSettings(owners=(OWNER,), chat=STAFF_CHAT),
        club=ClubSettings(name="Tea & Time", time_zone=get_localzone_name()),
        campaigns=CampaignsSettings(shipped=PROGRAMMES, contacts_most=CONTACTS),
        points=PointsSettings(last_months=12),
        membership=MembershipSettings(months=12),
        launch=LaunchSettings(product=NEW, day=(utc_now() + REVEALED_AFTER).date()),
    )


async def _open(settings: Settings, database: Database, url: str, *, topics: bool) -> None:
    clock = ShiftedClock()
    for unit in furnishing(club_of(settings), clock.now()):
        await database.write(unit)
    metrics, vitals = Metrics(clock.now), Vitals(role="leader", clock=clock.now)
    async with TelegramApi(settings.token(), url) as api, aiohttp.ClientSession(url) as sandbox:
        await api.call("setMyName", {"name": settings.club.name})
        if topics:
            await _act(sandbox, "forum", chat=STAFF_CHAT, on=True)
        work = Work(terms_of(settings), database, api, clock, metrics, vitals)
        await work.start()
        await _greet_the_house(sandbox)
        typer.echo(f"\n  The club is open: {url}/\n\n  Ctrl-C closes it.\n")
        follower = asyncio.create_task(Follower(sandbox, work, clock).follow())
        try:
            done, _ = await asyncio.wait(
                [follower, asyncio.create_task(work.ended())], return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()
        finally:
            follower.cancel()
            await work.stop()


async def _greet_the_house(sandbox: aiohttp.ClientSession) -> None:
    """A bot can write only to people who have written to it: the demo's people say hello."""
    known = {1003}
    for one in (*REGULARS, *NEWCOMERS):
        if one.id not in known:
            await _act(sandbox, "personas", id=one.id, name=one.name, language=one.language.lower())
        await _act(sandbox, "say", persona=one.id, text="/start")


async def _act(sandbox: aiohttp.ClientSession, act: str, **body: Any) -> None:
    """Do what a person could do in the chat page."""
    async with sandbox.post(f"/sandbox/{act}", json=body) as answer:
        answer.raise_for_status()


class Follower:
    """Walks behind the sandbox's clock, so that nothing due on the way is missed."""

    def __init__(self, sandbox: aiohttp.ClientSession, work: Work, clock: ShiftedClock) -> None:
        self._sandbox = sandbox
        self._work = work
        self._clock = clock
        self._opened = clock.now()

    async def follow(self) -> None:
        """For ever: ask where to go, go there, say what lies ahead."""
        target: str | None = None
        while True:
            await self._publish()
            question = {"follow": "1", **({"since": target} if target else {})}
            try:
                async with (
                    asyncio.timeout(FOLLOW_SECONDS),
                    self._sandbox.get("/sandbox/clock", params=question) as found,
                ):
                    clock = await found.json()
            except TimeoutError:
                continue
            target = clock["target"]
            await self._walk(datetime.fromisoformat(clock["target"]))

    async def _walk(self, target: datetime) -> None:
        hours = await self._work.database.read(lambda db: _hours_of_note(db, self._work.terms.club))
        hours.add((self._opened + STEP).hour)  # at that time of day they bought whatever they bought before
        while self._clock.now() < target - timedelta(seconds=1):
            before = self._clock.now()
            self._clock.move_to(min(target, _next_stop(before, target, hours)))
            await self._lived(before)
            await self._say({"now": self._clock.now().isoformat()})
            await self._unless_busy(self._planned())  # what is due is found at the next stop as well

    async def _planned(self) -> None:
        if await self._work.plan():
            await self._delivered()

    async def _lived(self, since: datetime) -> None:
        """What people do on the way; asked of a busy machine until it is done, for it comes at no later stop."""
        for _ in range(PATIENCE):
            if await self._unless_busy(self._work.database.write(partial(self._live, since=since))):
                return
            await asyncio.sleep(1)

    async def _unless_busy(self, work: Awaitable[object]) -> bool:
        """Was it done? Not where the database is in trouble."""
        try:
            await work
        except Exception as error:
            if not is_passing(error):
                raise
            return False
        return True

    def _live(self, db: Connection, since: datetime) -> None:
        regulars.live(db, self._work.terms.club, CLERK, self._opened, since, self._clock.now())

    async def _delivered(self) -> None:
        """Let what was planned go out before the clock moves on: a greeting is read on its day."""
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                while await self._work.database.read(lambda db: planner.underway(db, self._clock.now())):  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    async def _publish(self) -> None:
        """The moments worth visiting, as buttons beside the page's clock."""
        club, now = self._work.terms.club, self._clock.now()
        found = await self._work.database.read(lambda db: ahead.upcoming(db, club, now, A_YEAR))
        bookmarks = [
            {"label": _labels(one), "at": (one.at + timedelta(minutes=1)).isoformat()} for one in found[:BOOKMARKS]
        ]
        await self._say({"bookmarks": bookmarks})

    async def _say(self, words: dict[str, Any]) -> None:
        async with self._sandbox.put("/sandbox/clock", json=words) as answer:
            answer.raise_for_status()


def _next_stop(moment: datetime, target: datetime, hours: Collection[int]) -> datetime:
    """The next full hour; on a long way, the next one at which something begins somewhere."""
    stop = moment.replace(minute=0, second=0, microsecond=0) + STEP
    while target - moment > A_LONG_WAY and stop < target and stop.hour not in hours:
        stop += STEP
    return stop


def _hours_of_note(db: Connection, club: Club) -> set[int]:
    """The hours of the day (UTC) at which greetings, news and notices begin where members live."""
    day = club_days.day_of(utc_now(), club.zone)
    zones = {club.zone, *sends.zones(db)}
    local = (club.greeting_at, time(10))
    return {club_days.moment_on(day, hour, zone).astimezone(UTC).hour for zone in zones for hour in local}


def _labels(one: Next) -> dict[str, str]:
    """What it is called, in each language."""
    return {language.lower(): overview.name_of(one.name, one.found, language) for language in LANGUAGES}


@asynccontextmanager
async def _sandbox(port: int) -> AsyncIterator[str]:
    """The sandbox process, ready to be talked to; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        str(port),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        address = (await process.stdout.readline()).decode().strip()
        if not address:
            raise DatabaseProblem(f"--port: {port} is taken, expected a free one: guanxi try --port 0 takes any")
        yield address.rstrip("/")
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
