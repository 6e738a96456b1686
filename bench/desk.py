"""The service desk: how soon a complaint reaches it, and its queue, search and reports over 100,000 complaints and a
million events."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, insert

from bench import filing
from bench.figures import Table as Figures
from bench.figures import percentile, spread
from bench.ledger import DATABASES
from bot.rules import club_of
from bot.settings import Settings
from club import members, search, service
from club import tickets as club_tickets
from club.words import words_of
from handlers.queue import MOST_TAGS, PAGE
from storage import marks, migrate, queue
from storage.database import Database, open_database
from storage.queue import EVERY, Only
from storage.sealing import Vault, seal, vault_of
from storage.tables import desk_tag, ticket, ticket_event, ticket_message, ticket_tag, ticket_word
from tests.club import MASTER_KEY, NOON

COMPLAINTS, QUICK = 100_000, 5_000
EVENTS = 10
"""Of each complaint."""
PEOPLE, OPEN, CHUNK, SAMPLES, ROUNDS = 500, 2_000, 20_000, 200, 3
LONGEST = 600.0
Seconds = list[float]
CLERK = 9002
CLUB = club_of(Settings())
TEXTS = ("The cup was cracked", "The kettle leaks at its lid", "咖啡送来都凉了", "等了两个小时还没到")
SEARCHES = ("cup cracked", "咖啡", "cup zephyr")
RARE = 997
"""One in so many says a word that few others say."""
DEPARTMENT, EACH, TAGS = "kitchen", 4, 10
"""Every fourth is a matter of one department; each bears one of ten tags."""


async def run(quick: bool) -> list[Figures]:
    """A complaint on its way to the staff, and the screens on both databases."""
    complaints, rounds = (QUICK, 1) if quick else (COMPLAINTS, ROUNDS)
    took = {name: await _timed(begin, complaints, rounds) for name, begin in DATABASES.items()}
    return [await filing.run(quick), _table(took, complaints)]


def _table(took: dict[str, dict[str, list[Seconds]]], complaints: int) -> Figures:
    marks = {
        name: {screen: [_marks(rounds, share) for share in (0.5, 0.99)] for screen, rounds in screens.items()}
        for name, screens in took.items()
    }
    return Figures(
        "The service desk after years",
        f"{complaints:,} complaints with {complaints * EVENTS:,} events, {OPEN:,} of them open, {PEOPLE} customers; "
        "through the database's thread as the bot does it. In milliseconds; each round's median and p99. Target on "
        "SQLite: p99 at most 50 for `/queue` and `/find`.",
        ["screen", *(f"{name}, {mark}" for name in took for mark in ("p50", "p99"))],
        [[screen, *(mark for name in took for mark in marks[name][screen])] for screen in next(iter(took.values()))],
    )


def _marks(rounds: list[Seconds], share: float) -> str:
    return spread([1_000 * percentile(one, share) for one in rounds], digits=1)


async def _timed(begin: Callable[[], Any], complaints: int, rounds: int) -> dict[str, list[Seconds]]:
    """Of each screen, round by round, the seconds that it took each time."""
    with begin() as url:
        database = await open_database(url, Vault(MASTER_KEY), deadline=LONGEST)
        try:
            await database.write(migrate.upgrade)
            await database.write(partial(_furnish, complaints=complaints))
            took: dict[str, list[Seconds]] = {name: [] for name, _, _ in SCREENS}
            for _ in range(rounds):
                for name, unit, samples in SCREENS:
                    took[name].append([await _seconds(database, unit) for _ in range(samples)])
            return took
        finally:
            await database.close()


async def _seconds(database: Database, unit: Callable[[Connection], Any]) -> float:
    started = time.perf_counter()
    await database.read(unit)
    return time.perf_counter() - started


def _queue(db: Connection, which: str, only: Only = EVERY) -> None:
    queue.lengths(db, CLERK, NOON)
    if only == EVERY:
        marks.any_open(db)
    else:
        queue.length(db, CLERK, NOON, which, only)
    for one in queue.waiting(db, CLERK, NOON, which=which, only=only, ranks={"silver": 1, "gold": 2}):
        club_tickets.file_of(db, one)


def _choice(db: Connection) -> None:
    marks.open_departments(db)
    marks.open_tags(db, MOST_TAGS)


def _find(db: Connection, words: str) -> None:
    found = search.find(db, words)
    assert found.ticket_ids
    search.hits(db, words, found.ticket_ids[:PAGE])


SCREENS: list[tuple[str, Callable[[Connection], Any], int]] = [
    *((f"`/queue`, {part}", partial(_queue, which=part), SAMPLES) for part in ("for_me", "overdue", "all")),
    ("`/queue`, a department", partial(_queue, which="all", only=Only(department=DEPARTMENT)), SAMPLES),
    ("`/queue`, a tag", partial(_queue, which="all", only=Only(tag_id=1)), SAMPLES),
    ("`/queue`, which department or tag", _choice, SAMPLES),
    *((f"`/find {words}`", partial(_find, words=words), SAMPLES) for words in SEARCHES),
    ("`/report complaints`, a quarter", partial(service.complaints, club=CLUB, now=NOON), 20),
    ("`/report complaints`, all years", partial(service.complaints, club=CLUB, now=NOON, days=3_650), 5),
    ("`/report service`, all years", partial(service.answering, club=CLUB, now=NOON, days=3_650), 5),
]
"""Name, what it reads, and how often in a round."""


def _furnish(db: Connection, complaints: int) -> None:
    chance = random.Random(1)
    stranger: dict[str, Any] = {"username": None, "language": "en", "zone": "UTC"}
    people = [members.meet(db, 1_000 + number, name="Guest", now=NOON, **stranger).id for number in range(PEOPLE)]
    words = {person: [seal(db, person, text) for text in TEXTS] for person in people}
    whose = [chance.choice(people) for _ in range(complaints)]
    numbers = range(1, complaints + 1)
    _fill(db, ticket, (_complaint(number, whose[number - 1], complaints) for number in numbers))
    _fill(db, ticket_event, (_event(number, place) for number in numbers for place in range(EVENTS)))
    _fill(db, ticket_message, (_message(number, words[whose[number - 1]][number % len(TEXTS)]) for number in numbers))
    _fill(db, desk_tag, ({"id": tag, "word": f"tag {tag}", "folded": f"tag {tag}"} for tag in range(1, TAGS + 1)))
    _fill(db, ticket_tag, ({"ticket_id": number, "tag_id": number % TAGS + 1} for number in numbers))
    _fill(db, ticket_word, sorted(_words(db, numbers), key=lambda row: (row["word"], row["ticket_id"])))
    db.exec_driver_sql("ANALYZE")


def _words(db: Connection, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    """What each request is found by."""
    hash_of = vault_of(db).hash_of_word
    known = [{hash_of(word) for word in words_of(text)} for text in TEXTS]
    rare = hash_of("zephyr")
    for number in numbers:
        hashes = known[number % len(TEXTS)] | ({rare} if number % RARE == 0 else set())
        yield from ({"word": word, "ticket_id": number} for word in hashes)


def _fill(db: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            db.execute(insert(table), chunk)
            chunk = []
    if chunk:
        db.execute(insert(table), chunk)


def _complaint(number: int, person: int, complaints: int) -> dict[str, Any]:
    waits, at = number > complaints - OPEN, NOON - timedelta(minutes=complaints - number)
    row = {"id": number, "kind": "complaint", "member_id": person, "opened_at": at, "urgent": 0, "cause": "product"}
    row["department"] = None if number % EACH else DEPARTMENT
    if not waits:
        return row | {"state": "closed", "owner_id": CLERK, "resolved_at": at, "answer_by": None}
    taken = number % 2 == 1
    owner = CLERK if taken else None
    return row | {"state": "taken" if taken else "new", "owner_id": owner, "resolved_at": None, "answer_by": at}


def _event(number: int, place: int) -> dict[str, Any]:
    return {"ticket_id": number, "step": "note" if place else "open", "state": "new", "at": NOON}


def _message(number: int, words: bytes | None) -> dict[str, Any]:
    return {"ticket_id": number, "author": "member", "author_id": 1, "text_sealed": words, "at": NOON}
