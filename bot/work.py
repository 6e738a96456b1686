"""The parts that work, wired together: intake, dispatch, delivery, and the ticks that move the planner.

work = Work(...)
await work.start()      # Telegram answers, the loops run
await work.ended()      # until a part fails, or for ever
await work.stop()       # nothing in flight, nothing in `sending`
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from bot.called import Called
from bot.campaigning import Campaigning
from bot.clock import Clock
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.erasing import Erasing
from bot.intake import ALLOWED, Intake
from bot.metrics import Metrics
from bot.pace import Pace
from bot.patience import Patience
from bot.scanning import Scanner
from bot.staff_group import EVERY as LOOK_EVERY
from bot.staff_group import StaffGroup
from bot.teaching import Teaching
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear
from bot.vitals import Vitals
from campaigns import planner, relationships, shipped_campaigns
from club import alarms, events, expiry, feedback, membership, plans, rebates, staff, tiers
from club import search as club_search
from club.club import Club
from club.matching import Answers
from club.members import WELCOME_REMEMBERED
from handlers.alarms import send_digest, tell_due
from handlers.commands import default_menus, staff_menus
from handlers.events import tell_news as tell_guests
from handlers.feedback import close_due
from handlers.membership import review_due
from handlers.plans import tell_due as tell_plans
from handlers.router import House
from handlers.scorecard import send_monthly
from handlers.todo import tell_new
from storage import asked, buttons, forms, inbox, outbox, privacy, search
from storage.database import Database
from storage.erasures import ErasureList

log = structlog.get_logger(__name__)

PLAN_EVERY = 15.0
CAMPAIGNS_EVERY = 1.0
SWEEP_EVERY = 4.0
CLEAN_EVERY = 6 * 3600.0
LEARN_EVERY = 2.0
LONGEST_SILENCE = 2.0
"""Seconds between two questions at the start while Telegram does not answer."""
REST = 15.0
"""Seconds after the start in which nothing is learnt: whoever wrote while the bot was down is answered first."""
LAST_TICKS = 1.0
"""Seconds that a tick's work gets when the process ends; each of its transactions is whole anyway."""
ENDLESS = ("intake", "menus")
PRESSES_KEPT = timedelta(days=400)
QUESTIONS_KEPT = timedelta(days=180)
"""After which the words of a question are emptied: a gap that nobody closed in half a year stays open."""
PURGED_AT_ONCE = 1_000
REASONS = {
    shipped_campaigns.NO_DAY: "launch.day: found nothing, expected a day such as 2027-03-01",
    shipped_campaigns.OVER: "launch.day: found a day that is over, expected one to come",
}
"""Why one of them cannot be on."""


@dataclass(frozen=True)
class Webhook:
    """Where Telegram shall deliver, and the secret it shall repeat."""

    url: str
    secret: str


@dataclass(frozen=True)
class Terms:
    """How to work: values from the settings. `rate` in messages a second; `alone`: no other process can be sending;
    `paid`: broadcasts above Telegram's free rate are paid for; `erasures`: the file that lists who was erased;
    `called`: the one that knows what was called before a kill;
    `handed_over`: the share of right answers that goes to a person all the same; None: nothing is learnt.
    `shipped`: the campaigns that come with the program and are on."""

    club: Club
    owners: Sequence[int]
    rate: float
    keep: timedelta
    alone: bool
    paid: bool = False
    webhook: Webhook | None = None
    erasures: Path | None = None
    called: Path | None = None
    handed_over: float | None = None
    semantic_model: Path | None = None
    shipped: tuple[str, ...] = ()


class Work:
    """One working bot over one database."""

    def __init__(
        self,
        terms: Terms,
        database: Database,
        api: TelegramApi,
        clock: Clock,
        metrics: Metrics,
        vitals: Vitals,
        pace: Pace | None = None,
    ) -> None:
        self.terms = terms
        self.database = database
        self._api = api
        self.clock = clock
        self._metrics = metrics
        self._vitals = vitals
        self._scheduler = AsyncIOScheduler()
        self._tasks: list[asyncio.Task[None]] = []
        self._polling: asyncio.Task[None] | None = None
        self._doing: dict[Callable[[], Awaitable[object]], asyncio.Task[None]] = {}
        self.pace = pace or Pace(terms.rate)
        self.delivery = Delivery(
            database, api, self.pace, terms.club, clock, metrics, vitals, paid=terms.paid, called=Called(terms.called)
        )
        self.campaigning = Campaigning(database, terms.club, clock, terms.rate, self.delivery.wake)
        self.intake = Intake(api, database, clock, vitals, self._begins, self._stored)
        self.erasing = Erasing(database, ErasureList(terms.erasures) if terms.erasures else None, terms.club)
        self.staff_group = StaffGroup(api, database, terms.club, clock, self.delivery.wake)
        self.answers = Answers()
        self.teaching = Teaching(database, self.answers, clock, terms.handed_over or 0.0, REST, terms.semantic_model)
        self.dispatch: Dispatch | None = None

    async def start(self) -> None:
        """Settle what the last run left, say hello to Telegram, and start every loop. Raises `Rejected`."""
        me = await self._introduce()
        house = House(self.terms.club, me["username"], self.answers)
        read = Scanner(self._api).read
        dispatch = Dispatch(self.database, house, self.clock, self._metrics, self._vitals, self.delivery, read)
        self.dispatch = dispatch
        await self.database.write(lambda db: staff.name_owners(db, self.terms.owners, self.clock.now()))
        await self._switch_campaigns()
        await self.delivery.sweep(all_of_them=self.terms.alone)
        await self.staff_group.look(me["id"])
        await self._open_the_door()
        self._tasks = [
            asyncio.create_task(dispatch.run(), name="dispatch"),
            asyncio.create_task(self.delivery.run(), name="delivery"),
            asyncio.create_task(self._hang_menus(), name="menus"),
        ]
        if self.terms.webhook is None:
            self._polling = asyncio.create_task(self.intake.poll(), name="intake")
        self._tick(me["id"])
        log.info("ready", bot=house.bot_name, updates="webhook" if self.terms.webhook else "polling")

    async def _switch_campaigns(self) -> None:
        """A unit of work for each: on a busy machine all of them together take longer than one may."""
        club, now = self.terms.club, self.clock.now()
        for name in shipped_campaigns.names():
            wanted = name in self.terms.shipped
            await self.database.write(partial(shipped_campaigns.switch, name=name, club=club, now=now, wanted=wanted))
            why = shipped_campaigns.why_not(name, club, now)
            if wanted and why is not None:
                log.warning("it is in campaigns.shipped, and rests", name=name, why=REASONS[why])

    def _begins(self, chats: Sequence[int]) -> bool:
        return self.dispatch is not None and self.dispatch.begins(chats)

    def _stored(self) -> None:
        """Updates may come by webhook before this process works; the dispatch will find them."""
        if self.dispatch is not None:
            self.dispatch.wake()

    async def ended(self) -> None:
        """Wait until a part ends, which none does of its own, and raise its error."""
        parts = [task for task in (*self._tasks, self._polling) if task is not None and task.get_name() != "menus"]
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Take nothing more in, finish what is under way, leave the rest to the next start. All parts end side by side:
        together they have less time than each would like."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self.dispatch is not None:
            self.dispatch.stop()
        self.delivery.stop()
        await self.teaching.stop()
        if self._doing:
            await asyncio.wait(self._doing.values(), timeout=LAST_TICKS)
        for task in self._endless():
            task.cancel()
        if ending := [*self._tasks, *self._endless()]:
            await asyncio.wait(ending)

    def _endless(self) -> list[asyncio.Task[None]]:
        """What nobody can ask to come to an end: the long poll, and the menus where Telegram lets them wait."""
        return [task for task in (*self._tasks, self._polling) if task is not None and task.get_name() in ENDLESS]

    async def plan(self) -> int:
        """Find what is due now and queue it; how many messages that were."""
        await self._settle()
        forgotten = await self.erasing.carry_out(self.clock.now())
        planned = await self.database.write(lambda db: planner.plan_due(db, self.terms.club, self.clock.now()))
        if planned or forgotten:
            self.delivery.wake()
        return planned + await self.campaigning.advance()

    async def _settle(self) -> None:
        """Write down what has lapsed, look again at tiers kept long enough and at memberships whose last day is
        over, give the rebates that are due, close complaints of which nobody said how it is, tell guests what has
        changed, tell of plans whose day has come and of promises that run out, and make searchable what is not yet."""
        now, club = self.clock.now(), self.terms.club
        await self._in_small_lots(partial(expiry.expire_due, now=now), expiry.AT_ONCE)
        await self._in_small_lots(partial(tiers.review_due, club=club, now=now), tiers.REVIEWED_AT_ONCE)
        await self._in_small_lots(partial(review_due, club=club, now=now), membership.REVIEWED_AT_ONCE)
        await self._in_small_lots(partial(relationships.review_due, club=club, now=now), relationships.CHUNK)
        await self._in_small_lots(partial(rebates.close_due, club=club, now=now), rebates.CLOSED_AT_ONCE)
        await self._in_small_lots(partial(close_due, club=club, now=now), feedback.CLOSED_AT_ONCE)
        await self.database.write(partial(tell_new, club=club, now=now))
        await self._in_small_lots(partial(tell_guests, club=club, now=now), events.TOLD_AT_ONCE)
        await self._in_small_lots(partial(tell_plans, club=club, now=now), plans.AT_ONCE)
        await self._in_small_lots(partial(tell_due, club=club, now=now), alarms.TOLD_AT_ONCE)
        await self.database.write(lambda db: send_digest(db, club, now))
        await self.database.write(lambda db: send_monthly(db, club, now))
        await self._in_small_lots(club_search.fill, club_search.FILLED_AT_ONCE, rest=1.0)

    async def clean(self) -> None:
        """Delete what has served: raw updates and sent messages after the time kept, expired forms, old presses."""
        now = self.clock.now()
        for purge in (inbox.purge, outbox.purge):
            await self._in_small_lots(
                partial(purge, before=now - self.terms.keep, limit=PURGED_AT_ONCE), PURGED_AT_ONCE
            )
        await self._in_small_lots(
            partial(asked.purge, before=now - QUESTIONS_KEPT, limit=PURGED_AT_ONCE), PURGED_AT_ONCE
        )
        await self.database.write(lambda db: forms.purge(db, now))
        await self.database.write(lambda db: buttons.purge(db, now - PRESSES_KEPT))
        await self.database.write(lambda db: search.purge(db, now - club_search.LASTS))
        await self.database.write(lambda db: privacy.forget_welcomes(db, now - WELCOME_REMEMBERED))

    async def _in_small_lots(self, unit: Callable[[Connection], int], at_once: int, rest: float = 0.0) -> None:
        """Work through much in short transactions: nobody waits for the broom. `rest`: so many times as long as a lot
        took it stands still, where a broadcast shall have most of the machine."""
        began = time.monotonic()
        while await self.database.write(unit) == at_once:
            await asyncio.sleep(rest * (time.monotonic() - began))
            began = time.monotonic()

    def _tick(self, bot_id: int) -> None:
        async def look_at_group() -> None:
            await self.staff_group.look(bot_id)

        jobs: list[tuple[Callable[[], Awaitable[object]], float]]
        jobs = [(self.plan, PLAN_EVERY), (self.delivery.sweep, SWEEP_EVERY), (self.clean, CLEAN_EVERY)]
        jobs += [(self.campaigning.tick, CAMPAIGNS_EVERY), (look_at_group, LOOK_EVERY)]
        if self.terms.handed_over is not None:
            jobs.append((self.teaching.keep_up, LEARN_EVERY))
        for job, seconds in jobs:
            # A late tick is as good as one in time: what is due is found by looking, not by having been there.
            self._scheduler.add_job(
                self._do, "interval", [job], seconds=seconds, misfire_grace_time=None, coalesce=True
            )
        self._scheduler.add_job(self._do, args=[self.plan], misfire_grace_time=None)
        self._scheduler.start()

    async def _do(self, job: Callable[[], Awaitable[object]]) -> None:
        """A tick's work, unless the last tick's is still going on. It is a task of ours: the scheduler would cut it off
        when it shuts down."""
        if job not in self._doing:
            doing = self._doing[job] = asyncio.create_task(self._attempt(job))
            doing.add_done_callback(lambda _: self._doing.pop(job))

    async def _attempt(self, job: Callable[[], Awaitable[object]]) -> None:
        try:
            await job()
        except Exception as error:
            log.error("a tick failed, the next one tries again", tick=job.__name__, error=type(error).__name__)

    async def _introduce(self) -> dict[str, Any]:
        """Who am I? Asked until Telegram answers."""
        me: dict[str, Any] = await self._insist("getMe", {})
        return me

    async def _open_the_door(self) -> None:
        if self.terms.webhook is None:
            await self._insist("deleteWebhook", {})
        else:
            where = {"url": self.terms.webhook.url, "secret_token": self.terms.webhook.secret}
            await self._insist("setWebhook", where | {"allowed_updates": ALLOWED})

    async def _insist(self, method: str, payload: dict[str, Any]) -> Any:
        """A call of the start-up that may be repeated without harm, until it is answered."""
        patience = Patience(1.0, LONGEST_SILENCE)
        while True:
            try:
                answer = await self._api.call(method, payload)
            except (NotSent, Unclear) as error:
                wait = patience.wait()
                if patience.worth_saying():
                    log.warning("Telegram does not answer, asking again", reason=str(error))
            except Rejected as error:
                if error.code != 429:
                    raise
                log.warning("Telegram asks to wait", seconds=error.retry_after)
                wait = (error.retry_after or 1) + 1.0
            else:
                if (silent := patience.answered()) is not None:
                    log.info("Telegram answers again", seconds=round(silent, 1))
                return answer
            await asyncio.sleep(wait)

    async def _hang_menus(self) -> None:
        """Tell Telegram the command menus: by language for everybody, by role for the staff."""
        club = self.terms.club
        calls = default_menus(club.languages) + await self.database.read(lambda db: staff_menus(db, club))
        for payload in calls:
            try:
                await self._insist("setMyCommands", payload)
            except Rejected as error:
                log.info("a command menu was not accepted", reason=error.description)
