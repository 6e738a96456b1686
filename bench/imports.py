"""How fast `guanxi import` is, and whether a running bot feels it. Alone: python -m bench.imports"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import io
import multiprocessing
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from bench.figures import Table, machine, percentile, spread
from bot.importing import import_members, import_purchases
from bot.lock import hold_database
from bot.opening import open_storage
from bot.settings import Settings
from storage.database import sqlite_path

ROWS = 200_000
RUNS = 3
TARGET = 20_000
_NAMES = ("Ana Maria López", "王小明", "John Smith", "李娜", "Zoë O'Brien", "陳大文", "Иван Петров", "محمد علي")


def write_members(path: Path, rows: int = ROWS, seed: int = 1) -> None:
    """People with the five required columns; every tenth keeps a lunar birthday, every tenth is a prospect."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["telegram_id", "name", "language", "birthday", "joined_on"])
        for number in range(rows):
            month, day = draw.randint(1, 12), draw.randint(1, 28)
            solar = f"{draw.randint(1940, 2006)}-{month:02}-{day:02}"
            out.writerow(
                [
                    telegram_id(number),
                    f"{draw.choice(_NAMES)} {number}",
                    draw.choice(("en", "zh-CN", "zh-TW", "zh-Hans")),
                    solar if number % 10 else f"lunar:{month:02}-{day:02}",
                    "" if number % 10 == 5 else f"{draw.randint(2015, 2025)}-{month:02}-{day:02}",
                ]
            )


def write_purchases(path: Path, rows: int = ROWS, people: int = ROWS, seed: int = 2) -> None:
    """Orders of two lines."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["telegram_id", "order", "product", "quantity", "amount", "currency", "bought_at"])
        for number in range(0, rows, 2):
            buyer, day = telegram_id(draw.randrange(people)), f"2025-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
            clock = f"{draw.randint(8, 20):02}:{draw.randint(0, 59):02}"
            for product in ("Green tea 50 g", "茶杯"):
                amount = draw.randint(1, 500)
                out.writerow([buyer, f"A-{number:07}", product, draw.randint(1, 5), amount, "EUR", f"{day}T{clock}"])


def telegram_id(number: int) -> int:
    """Ids without order, each once, as a club has them."""
    return 100_000_000 + number * 2_654_435_761 % 7_000_000_007


def settings_in(directory: Path) -> Settings:
    return Settings.model_validate(
        {
            "storage": {"url": f"sqlite+aiosqlite:///{directory}/club.db", "key_file": directory / "club.key"},
            "club": {"time_zone": "Asia/Shanghai"},
        }
    )


def measure(rows: int = ROWS) -> tuple[float, float]:
    """Rows a second of members and of purchases, imported into an empty database."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_members(directory / "members.csv", rows)
        write_purchases(directory / "purchases.csv", rows, rows)
        settings = settings_in(directory)
        asyncio.run(_started_once(settings))
        members = _timed(settings, import_members, directory / "members.csv")
        purchases = _timed(settings, import_purchases, directory / "purchases.csv")
        return rows / members, rows / purchases


async def _started_once(settings: Settings) -> None:
    """The tables are there and the key is made, as after the bot's first start."""
    database = await open_storage(settings)
    await database.close()


def _timed(settings: Settings, command: Callable[[Settings, Path], Coroutine[Any, Any, int]], path: Path) -> float:
    said = io.StringIO()
    began = time.perf_counter()
    with contextlib.redirect_stdout(said):
        code = asyncio.run(command(settings, path))
    if code != 0:
        raise RuntimeError(said.getvalue())
    return time.perf_counter() - began


async def run(quick: bool) -> list[Table]:
    """Both imports, and what a running bot feels of one."""
    rows, runs = (20_000, 1) if quick else (ROWS, RUNS)
    return await asyncio.to_thread(_tables, rows, runs)


def _tables(rows: int, runs: int) -> list[Table]:
    measured = [measure(rows) for _ in range(runs)]
    waited, beside = waits(rows)
    members, purchases = zip(*measured, strict=True)
    speed = Table(
        "Import, rows a second",
        f"{rows:,} rows from CSV file to durable rows on SQLite with `synchronous=FULL`: the whole command, a key and "
        f"sealed names for each member included. Target {TARGET:,}.",
        ("import", "rows/s", "beside a running bot"),
        [("members", spread(members), f"{beside:,.0f}"), ("purchases", spread(purchases), "–")],
    )
    wait = Table(
        "Import, how long a running bot waits for the writer",
        f"Another process that begins a transaction about 20 times a second while {rows:,} members are imported.",
        ("transactions", "median", "p99", "longest"),
        [(f"{len(waited):,}", *(f"{value * 1000:.1f} ms" for value in _marks(waited)))],
    )
    return [speed, wait]


def _marks(waited: list[float]) -> tuple[float, float, float]:
    return statistics.median(waited), percentile(waited, 0.99), max(waited)


def waits(rows: int = ROWS) -> tuple[list[float], float]:
    """Seconds that another process waits for the writer while members are imported; the rows a second meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        settings = settings_in(directory)
        asyncio.run(_started_once(settings))
        write_members(directory / "members.csv", rows)
        spawn = multiprocessing.get_context("spawn")
        stop, answer = spawn.Event(), spawn.Queue()
        with hold_database(settings.storage.url):  # as a running bot does
            other = spawn.Process(target=_write_now_and_then, args=(settings.storage.url, stop, answer))
            other.start()
            answer.get()
            seconds = _timed(settings, import_members, directory / "members.csv")
            stop.set()
            waited: list[float] = answer.get()
            other.join()
    return waited, rows / seconds


def _write_now_and_then(url: str, stop: Event, answer: Any) -> None:
    path = sqlite_path(url)
    db = sqlite3.connect(str(path), isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA busy_timeout = 5000")
    answer.put("ready")
    found = []
    while not stop.is_set():
        began = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        found.append(time.perf_counter() - began)
        db.execute("INSERT INTO bot_state (key, value) VALUES ('bench', '1') ON CONFLICT (key) DO NOTHING")
        db.execute("COMMIT")
        time.sleep(random.uniform(0.02, 0.08))
    answer.put(found)


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.imports")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    print(machine())
    for table in _tables(options.rows, options.runs):
        print(table.markdown())


if __name__ == "__main__":
    main()
