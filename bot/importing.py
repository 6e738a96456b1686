"""`guanxi import`: a file of people, purchases or products into the database, each row accepted or refused, while the
bot runs.

A worker process reads the file and its cells and seals what is personal; this process only writes: whatever else it did
would take turns with that. What both hold is a few batches, however long the file is. Each batch is a short transaction
of its own: an import that was cut short is run again.
"""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection

from bot.csvfile import CsvFile, Record
from bot.import_report import Report
from bot.lock import ProcessLocked, hold_database
from bot.opening import open_storage
from bot.rules import club_of
from bot.settings import Settings
from club import tiers
from club.club import Club
from club.imports.members import MEMBERS, member_reader
from club.imports.products import PRODUCTS, NewProduct, product_reader, put_on_sale
from club.imports.purchases import PURCHASES, crediting, purchase_reader
from club.imports.rows import Columns, HeaderProblem, RowProblem
from club.numbers import member_number
from club.points import settle
from storage.database import Database, utc_now
from storage.imports.members import SealedMember, add_members, seal_member
from storage.imports.purchases import NewPurchase, add_purchases, with_debts
from storage.imports.rows import Imported
from storage.sealing import Vault, read_key

ACCEPTED, SOME_REFUSED, NOTHING_READ = 0, 1, 2
"""Exit codes."""

BATCH, BATCH_BESIDE_BOT = 20_000, 250
"""Rows of one transaction. Larger ones are faster: an index page that many rows go to is written once."""
BATCH_DEADLINE = 120.0
"""Seconds that one may take: thousands of rows on a slow disk take longer than what a person asks for."""
PAUSE = 0.03
"""Seconds between them beside a bot. Who waits for SQLite's writer asks again after 25 ms at most in the first tenth of
a second: pauses longer and transactions shorter than that, and a bot waits for one transaction, not for its luck."""
AHEAD = 2
"""Batches that are prepared while one is written."""
SMALL = 500_000
"""Bytes up to which a worker process would take longer to start than to work."""
Prepare = Callable[[int, list[str]], "RowProblem | Cells"]
"""One row made ready to be stored, or its `RowProblem`."""
Cells = tuple[Any, ...]
"""A prepared row on its way from one process to the other: bare, since a named tuple takes four times as long."""


class Batch(NamedTuple):
    """Some rows of the file made ready, and what is wrong with others, by their place among `records`: all of them as
    they were, as JSON, which is opened only where one is refused. `position`: bytes of the file that were read."""

    rows: list[Cells]
    problems: list[tuple[int, RowProblem]]
    records: str
    position: int


@dataclass(frozen=True)
class Kind:
    """What differs between the imports. `preparing` runs in the worker, `store` in a unit of work."""

    rows: str
    columns: Columns
    preparing: Callable[[Settings, Sequence[str], datetime], Prepare]
    store: Callable[..., Imported]
    finish: Callable[[Database, Club, datetime], Awaitable[None]]


async def import_members(settings: Settings, path: Path) -> int:
    """Bring people in. The exit code: 0 all rows were accepted, 1 some were refused, 2 nothing could be read."""
    return await _import(settings, path, _MEMBERS)


async def import_purchases(settings: Settings, path: Path, *, points: bool = True) -> int:
    """Bring purchases in, with the points they earn unless those were given elsewhere; the exit code as for members."""
    return await _import(settings, path, _PURCHASES if points else replace(_PURCHASES, store=_store_without_points))


async def import_products(settings: Settings, path: Path) -> int:
    """Bring the catalogue in, or up to date; the exit code as for members."""
    return await _import(settings, path, _PRODUCTS)


def _prepare_member(settings: Settings, header: Sequence[str], now: datetime) -> Prepare:
    club = settings.club
    read = member_reader(header, zone=club.time_zone, language=club.languages[0], now=now)
    vault = Vault(read_key(settings.storage.key_file))

    def prepare(line: int, cells: list[str]) -> SealedMember | RowProblem:
        found = read(line, cells)
        return found if isinstance(found, RowProblem) else seal_member(vault, found)

    return prepare


def _prepare_purchase(settings: Settings, header: Sequence[str], now: datetime) -> Prepare:
    return purchase_reader(header, club=club_of(settings), now=now)


def _prepare_product(settings: Settings, header: Sequence[str], now: datetime) -> Prepare:
    return product_reader(header, club=club_of(settings))


def _store_members(db: Connection, rows: list[Cells], club: Club, now: datetime) -> Imported:
    return add_members(db, [SealedMember._make(row) for row in rows], member_number, now)


def _store_purchases(db: Connection, rows: list[Cells], club: Club, now: datetime) -> Imported:
    lines = [NewPurchase._make(row) for row in rows]
    imported = add_purchases(db, lines, crediting(club))
    for member_id in with_debts(db, {line.telegram_id for line in lines}):
        settle(db, member_id, now)
    return imported


def _store_without_points(db: Connection, rows: list[Cells], club: Club, now: datetime) -> Imported:
    return add_purchases(db, [NewPurchase._make(row) for row in rows])


def _store_products(db: Connection, rows: list[Cells], club: Club, now: datetime) -> Imported:
    return put_on_sale(db, [NewProduct._make(row) for row in rows])


async def _nothing_more(database: Database, club: Club, now: datetime) -> None:
    """Members stand in no tier before they buy, and what is on sale is nobody's yet."""


async def _raise_tiers(database: Database, club: Club, now: datetime) -> None:
    """What was bought counts towards tiers. Nobody is told: for whom it was bought long ago it is no news."""
    after: int | None = 0
    while after is not None:
        after = await database.write(partial(tiers.review_buyers, club=club, now=now, after=after))


_MEMBERS = Kind("members", MEMBERS, _prepare_member, _store_members, _nothing_more)
_PURCHASES = Kind("purchases", PURCHASES, _prepare_purchase, _store_purchases, _raise_tiers)
_PRODUCTS = Kind("products", PRODUCTS, _prepare_product, _store_products, _nothing_more)

# ---- the flow -----------------------------------------------------------------------------------------------------


async def _import(settings: Settings, path: Path, kind: Kind) -> int:
    console = Console(highlight=False)
    now = utc_now()
    try:
        file = CsvFile(path, kind.columns)
    except (HeaderProblem, OSError) as error:
        said = f"{path.name}, {error}" if isinstance(error, HeaderProblem) else f"{path}: {error.strerror}"
        console.print(said, markup=False, soft_wrap=True)
        return NOTHING_READ
    with file, Report(path, file.header) as report:
        began = time.perf_counter()
        database = await open_storage(settings, BATCH_DEADLINE)
        try:
            beside_bot = await asyncio.to_thread(_bot_runs, settings.storage.url)
            size = BATCH_BESIDE_BOT if beside_bot else BATCH
            with _workers(settings, kind, file, size, now) as workers, _progress(console, file) as show:
                writer = _Writer(database, kind, report, club_of(settings), now)
                with _uncollected():
                    await _all_batches(workers, writer, PAUSE if beside_bot else 0, show)
            await kind.finish(database, club_of(settings), now)
        finally:
            await database.close()
        report.print(console, kind.rows, time.perf_counter() - began)
    return SOME_REFUSED if report.refused else ACCEPTED


async def _all_batches(workers: Executor, writer: _Writer, pause: float, show: Callable[[int], None]) -> None:
    """Some batches are prepared while one is written, all in the order of the file."""
    loop = asyncio.get_running_loop()
    ahead = deque(loop.run_in_executor(workers, _next_batch) for _ in range(AHEAD))
    while (batch := await ahead.popleft()) is not None:
        ahead.append(loop.run_in_executor(workers, _next_batch))
        await writer.write(batch)
        show(batch.position)
        await asyncio.sleep(pause)


class _Writer:
    """Stores batches and reports what came of each row."""

    def __init__(self, database: Database, kind: Kind, report: Report, club: Club, now: datetime) -> None:
        self._database = database
        self._kind = kind
        self._report = report
        self._club = club
        self._now = now

    async def write(self, batch: Batch) -> None:
        rows = batch.rows
        outcome = await self._database.write(partial(self._kind.store, rows=rows, club=self._club, now=self._now))
        if batch.problems or outcome.refused:
            self._refuse(batch, outcome)
        self._report.count(outcome)

    def _refuse(self, batch: Batch, outcome: Imported) -> None:
        problems = dict(batch.problems)
        records = [Record(*record) for record in json.loads(batch.records)]
        accepted = [place for place in range(len(records)) if place not in problems]
        for refusal in outcome.refused:
            record = records[place := accepted[refusal.place]]
            found = self._report.cell(record, refusal.column)
            problems[place] = RowProblem(record.line, refusal.column, found, refusal.expected)
        for place in sorted(problems):
            self._report.refuse(records[place], problems[place])


def _bot_runs(url: str) -> bool:
    """Whether somebody works on this embedded database, who should not be held up."""
    try:
        with hold_database(url):
            return False
    except ProcessLocked:
        return True


@contextmanager
def _uncollected() -> Iterator[None]:
    """Millions of small values, none of which refers back to itself: looking for circles took a quarter of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _progress(console: Console, file: CsvFile) -> Iterator[Callable[[int], None]]:
    """A bar of the bytes read, where somebody is looking."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("importing", total=file.size)
        yield lambda position: bar.update(task, completed=position)


# ---- the worker ---------------------------------------------------------------------------------------------------

_batches: Iterator[Batch]


@contextmanager
def _workers(settings: Settings, kind: Kind, file: CsvFile, size: int, now: datetime) -> Iterator[Executor]:
    """A process of its own for the cells and the sealing; for a small file a thread."""
    arguments = (settings, kind, file.path, size, now)
    workers: Executor
    if file.size <= SMALL:
        workers = ThreadPoolExecutor(1, initializer=_set_up, initargs=arguments)
    else:
        workers = ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_set_up_process, initargs=arguments
        )
    try:
        yield workers
    finally:
        workers.shutdown(cancel_futures=True)


def _set_up(settings: Settings, kind: Kind, path: Path, size: int, now: datetime) -> None:
    global _batches
    _batches = _prepared(settings, kind, path, size, now)


def _set_up_process(settings: Settings, kind: Kind, path: Path, size: int, now: datetime) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.disable()
    _set_up(settings, kind, path, size, now)


def _end_with_parent() -> None:
    """A parent that was killed cannot say goodbye."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _next_batch() -> Batch | None:
    return next(_batches, None)


def _prepared(settings: Settings, kind: Kind, path: Path, size: int, now: datetime) -> Iterator[Batch]:
    with CsvFile(path, kind.columns) as file:
        prepare = kind.preparing(settings, file.header, now)
        for records in file.batches(size):
            batch = Batch([], [], json.dumps(records), file.position)
            for place, (line, cells, found, expected) in enumerate(records):
                result = RowProblem(line, "", found, expected) if found else prepare(line, cells)
                if isinstance(result, RowProblem):
                    batch.problems.append((place, result))
                else:
                    batch.rows.append(tuple(result))
            yield batch
