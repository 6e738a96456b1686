"""`guanxi kb import` and `guanxi kb export`: the knowledge base from a file and into one, beside a running bot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from typer import echo

from bot.opening import open_storage
from bot.settings import Settings
from club import knowledge as club_knowledge
from club.knowledge import Draft
from club.knowledge_files import FileProblem, from_csv, from_yaml, to_csv, to_yaml
from club.refusal import Refused
from storage import knowledge
from storage.database import Database, utc_now
from templates import plain

One = TypeVar("One")

DONE, SOME_REFUSED, NOTHING_READ = 0, 1, 2
"""Exit codes."""
ADDED, CHANGED, SAME = "added", "changed", "as they were"


async def export(settings: Settings, file: Path) -> int:
    """Write all entries into a file, CSV or YAML by its name; the exit code."""
    return await export_to(settings, file, knowledge.entries, to_csv if _is_csv(file) else to_yaml, "entries")


async def export_to(
    settings: Settings,
    file: Path,
    every: Callable[[Connection], list[One]],
    written: Callable[[list[One]], str],
    of: str,
) -> int:
    """Write all there is into a file; the exit code."""
    database = await open_storage(settings)
    try:
        found = await database.read(every)
    finally:
        await database.close()
    try:
        _write(file, written(found))
    except OSError as error:
        echo(f"'{file}' cannot be written ({error.strerror}), expected a place for a file", err=True)
        return NOTHING_READ
    echo(f"{len(found)} {of} are in '{file}'.")
    return DONE


async def take_in(settings: Settings, file: Path) -> int:
    """Add what is new in a file and change what has the name of an entry; the exit code. A file that cannot be read as
    a whole changes nothing."""
    read = from_csv if _is_csv(file) else from_yaml
    return await take_in_from(settings, file, read, lambda draft: (draft.name, partial(put, draft=draft)))


async def take_in_from(
    settings: Settings,
    file: Path,
    read: Callable[[str], list[One]],
    put_one: Callable[[One], tuple[str, Callable[[Connection], str]]],
) -> int:
    """Read a file and put what it holds, one after the other; the exit code. `put_one`: a name to tell it by, and the
    unit that says which of it was done."""
    try:
        drafts = read(_text_of(file))
    except FileProblem as error:
        echo(f"'{file}', {error}. Nothing was changed.", err=True)
        return NOTHING_READ
    except Refused as refusal:
        echo(f"'{file}': {plain(refusal.template, 'en', **refusal.facts)} Nothing was changed.", err=True)
        return NOTHING_READ
    database = await open_storage(settings)
    try:
        return await _store(database, [put_one(draft) for draft in drafts])
    finally:
        await database.close()


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        opened.write(text)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileProblem("the file: found bytes that are no UTF-8, expected UTF-8") from None


def _is_csv(file: Path) -> bool:
    return file.suffix.lower() == ".csv"


async def _store(database: Database, drafts: list[tuple[str, Callable[[Connection], str]]]) -> int:
    counts = dict.fromkeys((ADDED, CHANGED, SAME), 0)
    refused = 0
    for name, unit in drafts:
        try:
            counts[await database.write(unit)] += 1
        except Refused as refusal:
            refused += 1
            echo(f"'{name}': {plain(refusal.template, 'en', **refusal.facts)}", err=True)
    told = [f"{count} {what}" for what, count in counts.items()] + ([f"{refused} refused"] if refused else [])
    echo(f"{', '.join(told)}.")
    return SOME_REFUSED if refused else DONE


def put(db: Connection, draft: Draft) -> str:
    """Add an entry, or make the one of that name say the same; which of it was done."""
    entry, now = knowledge.by_name(db, draft.name), utc_now()
    if entry is None:
        club_knowledge.add(db, draft, None, now)
        return ADDED
    if club_knowledge.same(entry, draft):
        return SAME
    club_knowledge.rewrite(db, entry, draft, None, now)
    return CHANGED
