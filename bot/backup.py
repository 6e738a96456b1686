"""`guanxi backup`: a consistent copy of the database while the bot runs. The key file is deliberately not in it."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

from rich.console import Console
from sqlalchemy import URL, make_url

from bot.settings import Settings
from storage.database import sqlite_path

DONE, NOT_DONE, DAMAGED = 0, 2, 1
"""Exit codes."""

PAGES = 2_000
"""Copied at a time."""


class NotDone(Exception):
    """There is no backup; the message says why, and what would work."""


class Damaged(Exception):
    """The copy was made and is no good."""


def backup(settings: Settings, path: Path) -> int:
    """Copy the database to a new file. The exit code: 0 done and verified, 1 the copy is damaged, 2 not done."""
    console = Console(highlight=False)
    key_file = settings.storage.key_file
    try:
        report = _into(path, settings.storage.url)
    except (NotDone, Damaged) as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return DAMAGED if isinstance(error, Damaged) else NOT_DONE
    for line in (
        *report,
        f"Keep a copy of the key file ({key_file}) in another place than this backup: without it names and messages "
        "cannot be read, and whoever has both can read them all.",
    ):
        console.print(line, markup=False, soft_wrap=True)
    return DONE


def _into(path: Path, url: str) -> list[str]:
    """Copy, and give it its name only once it is whole. What to tell the operator about it."""
    if path.exists():
        raise NotDone(f"'{path}' exists already, expected the name of a new file")
    source = sqlite_path(url)
    if source is not None and not source.exists():
        raise NotDone(f"storage.url: found no database at '{source}', expected the one to back up")
    part = path.with_name(f"{path.name}.part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise NotDone(
            f"'{part}' cannot be made ({error.strerror}), expected a place where a new file can be"
        ) from error
    began = time.perf_counter()
    try:
        report = _dump(url, part) if source is None else _copy(source, part)
        _flush(part)
        part.rename(path)
    except (OSError, sqlite3.Error) as error:
        raise NotDone(f"'{path}' was not written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    size, seconds = path.stat().st_size, time.perf_counter() - began
    return [f"'{path}': {size:,} bytes in {seconds:.1f} s, {report[0]}", *report[1:]]


def _copy(source: Path, part: Path) -> list[str]:
    _copy_snapshot(source, part)
    problem, rows = _examine(part)
    if problem:
        raise Damaged(f"The copy is damaged ({problem}) and was not kept. Check the disk, and '{source}' itself.")
    return ["integrity check passed", *(f"{count:>14,}  {table}" for table, count in rows.items())]


def _copy_snapshot(source: Path, part: Path) -> None:
    """One read transaction spans the copy: it is of one moment, and in WAL mode no writer waits for a reader."""
    reader = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
    copy = sqlite3.connect(part, isolation_level=None)
    try:
        reader.execute("PRAGMA busy_timeout = 5000")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # here the moment is fixed
        reader.backup(copy, pages=PAGES)
        copy.execute("PRAGMA journal_mode = DELETE")  # a single file; the bot turns WAL on again
    finally:
        copy.close()
        reader.close()


def _examine(part: Path) -> tuple[str, dict[str, int]]:
    """What is wrong with the copy, if anything, and how many rows each table has."""
    copy = sqlite3.connect(f"{part.resolve().as_uri()}?mode=ro", uri=True)
    try:
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(3)")]
        if found != ["ok"]:
            return "; ".join(found), {}
        tables = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        counted = {
            table: copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608 - its own tables
            for table in tables
            if not table.startswith("sqlite_")
        }
        return "", counted
    except sqlite3.DatabaseError as error:
        return str(error), {}
    finally:
        copy.close()


def _flush(part: Path) -> None:
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _dump(url: str, part: Path) -> list[str]:
    """PostgreSQL brings its own tool, whose dump is of one moment as well."""
    address = make_url(url)
    without_password = URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, address.query
    ).render_as_string()
    arguments = ["--format=custom", "--no-password"]
    program = shutil.which("pg_dump")
    if program is None:
        by_hand = shlex.join(["pg_dump", *arguments, f"--file={part.with_suffix('')}", without_password])
        raise NotDone(f"pg_dump is not on the PATH; where PostgreSQL's client programs are, run: {by_hand}")
    environment = dict(os.environ)
    if address.password is not None:
        environment["PGPASSWORD"] = str(address.password)  # a command line is for all to see
    command = [program, *arguments, f"--file={part}", without_password]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode != 0:
        raise NotDone(f"pg_dump failed: {ended.stderr.strip() or ended.returncode}")
    return ["by pg_dump"]
