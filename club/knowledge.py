"""The knowledge base: what may be written into it, and which of it answers a question."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from club import merge, ordinary, own_data
from club.club import Club
from club.languages import SIMPLIFIED, TRADITIONAL
from club.matching import MAYBE, SURE, UNSURE, Answers, Verdict
from club.names import clean, line, units
from club.questions import complains
from club.refusal import Refused
from club.tokens import key, simplified
from storage import branches, knowledge
from storage.knowledge import Entry, Wording

MAX_ENTRIES = 2_000
MAX_PHRASINGS = 200
MAX_TITLE, MAX_PHRASING, MAX_ANSWER, MAX_TAGS = 80, 200, 3_000, 10
"""Characters: a title fits onto a button, an answer into a message."""
EVENT_TAGS = ("event", "events", "活动", "活動")
"""Entries with one of these are told to whoever asks what is on."""
MOST_EVENTS = 3
ENGINE = 6
"""Of the tokenizer and the built-in questions. Raise it where they change: everybody learns anew."""


@dataclass(frozen=True)
class Draft:
    """An entry as somebody writes it. `wordings`: title and answer by language; `phrasings` by language."""

    name: str
    wordings: dict[str, tuple[str, str]]
    phrasings: dict[str, list[str]] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    active: bool = True


# ---- what is asked ------------------------------------------------------------------------------------------------


def find(db: Connection, answers: Answers, text: str, day: date) -> Verdict:
    """Which entries answer this on that day. Words that stand in an entry just so are found before they are learnt."""
    said = knowledge.phrasing_of(db, key(text))
    if said is not None and _valid(db, said.entry_id, day):
        return Verdict(SURE, (said.entry_id,))
    verdict = answers.answer(text)
    usable = tuple(entry for entry in verdict.entries if _valid(db, entry, day))
    if complains(text):
        usable = tuple(entry for entry in usable if _about_trouble(db, entry))
    if verdict.kind == MAYBE and usable:
        return Verdict(MAYBE, usable)
    return verdict if usable else Verdict(UNSURE)


def _about_trouble(db: Connection, entry_id: int) -> bool:
    """Mouldy tea is no matter for an entry about keeping tea: only one that people ask for in trouble answers it."""
    entry = knowledge.by_id(db, entry_id) if entry_id > 0 else None
    return entry is not None and any(complains(way.text) for way in entry.phrasings)


def _valid(db: Connection, entry_id: int, day: date) -> bool:
    if entry_id < 0:
        return True
    entry = knowledge.by_id(db, entry_id)
    return entry is not None and entry.valid(day) and bool(entry.wordings)


def today(club: Club, now: datetime) -> date:
    """The day where the club is."""
    return now.astimezone(club.time_zone).date()


def wording_of(entry: Entry, language: str, languages: Sequence[str]) -> Wording:
    """What it is called and says to somebody of that language. Either Chinese is nearer to the other than English."""
    if language == SIMPLIFIED and language not in entry.wordings and TRADITIONAL in entry.wordings:
        written = entry.wordings[TRADITIONAL]
        return Wording(simplified(written.title), simplified(written.answer))
    wanted = [language, *([SIMPLIFIED] if language == TRADITIONAL else []), *languages, *entry.wordings]
    return next(entry.wordings[one] for one in wanted if one in entry.wordings)


def events(db: Connection, day: date) -> list[Entry]:
    """What is on: the entries tagged as events that hold on that day, what ends soonest first."""
    found = {entry.id: entry for tag in EVENT_TAGS for entry in knowledge.entries(db, tag=tag)}
    on = [entry for entry in found.values() if entry.valid(day) and entry.wordings]
    return sorted(on, key=lambda entry: (entry.valid_until or date.max, entry.id))[:MOST_EVENTS]


# ---- what is learnt -----------------------------------------------------------------------------------------------


def revision(db: Connection, handed_over: float, mark: str = "") -> str:
    """What a model must have been learnt from, to be of today. `mark`: of what reads meanings, if anything does."""
    told = f"{ENGINE}/{knowledge.last_change(db)}/{handed_over:g}/{'hours' if _tells_hours(db) else ''}"
    return f"{told}/{mark}" if mark else told


def lessons(db: Connection) -> list[tuple[str, int, bool]]:
    """All there is to be learnt: words, the entry they ask for, and whether they are only its title."""
    untold = () if _tells_hours(db) else (own_data.HOURS,)
    lines = [
        (text, ordinary.silent(number) if number in untold else number, False) for text, number in own_data.phrasings()
    ]
    for entry in knowledge.entries(db):
        if entry.active:
            lines += [(wording.title, entry.id, True) for wording in entry.wordings.values()]
            lines += [(phrasing.text, entry.id, False) for phrasing in entry.phrasings]
    return lines


def _tells_hours(db: Connection) -> bool:
    return any(branch.hours for branch in branches.every(db))


# ---- what is written ----------------------------------------------------------------------------------------------


def known(db: Connection, entry_id: int) -> Entry:
    """The entry of this number; refused where there is none."""
    entry = knowledge.by_id(db, entry_id)
    if entry is None:
        raise Refused("knowledge/gone")
    return entry


def add(db: Connection, draft: Draft, actor_id: int | None, now: datetime) -> Entry:
    """A new entry. Refused for a name or a phrasing that another one has."""
    if knowledge.count(db) >= MAX_ENTRIES:
        raise Refused("knowledge/enough", most=MAX_ENTRIES)
    entry_id = knowledge.add(db, _free_name(db, draft.name), owner_id=actor_id, **_columns(draft))
    assert entry_id is not None
    _fill(db, known(db, entry_id), draft)
    return _recorded(db, entry_id, actor_id, now)


def rewrite(db: Connection, entry: Entry, draft: Draft, actor_id: int | None, now: datetime) -> Entry:
    """Make an entry say what the draft says; what it said before stays in its history."""
    knowledge.change(db, entry.id, **_columns(draft))
    wanted = {key(text) for texts in draft.phrasings.values() for text in texts}
    for phrasing in entry.phrasings:
        if phrasing.key not in wanted:
            knowledge.remove_phrasing(db, phrasing.id)
    _fill(db, known(db, entry.id), draft)
    return _recorded(db, entry.id, actor_id, now)


def same(entry: Entry, draft: Draft) -> bool:
    """Does the entry say already what the draft says?"""
    said = {language: (wording.title, wording.answer) for language, wording in entry.wordings.items()}
    days = (entry.valid_from, entry.valid_until, entry.active, entry.tags)
    ways = {phrasing.key for phrasing in entry.phrasings}
    return (
        all(said.get(language) == words for language, words in draft.wordings.items())
        and days == (draft.valid_from, draft.valid_until, draft.active, draft.tags)
        and ways == {key(text) for texts in draft.phrasings.values() for text in texts}
    )


def reword(
    db: Connection, entry: Entry, language: str, actor_id: int, now: datetime, *, title: str = "", answer: str = ""
) -> Entry:
    """Another title or answer in a language; one that it lacked begins with those of the nearest."""
    was = wording_of(entry, language, ())
    title, answer = title or was.title, answer or was.answer
    merge.check_branches(db, answer)
    knowledge.put_wording(db, entry.id, language, title_text(title), answer_text(answer))
    return _recorded(db, entry.id, actor_id, now)


def add_phrasings(
    db: Connection, entry: Entry, language: str, texts: Iterable[str], actor_id: int, now: datetime
) -> Entry:
    """More ways to ask for it; those that it has already are passed over."""
    _add_phrasings(db, entry, language, texts)
    return _recorded(db, entry.id, actor_id, now)


def remove_phrasing(db: Connection, entry: Entry, phrasing_id: int, actor_id: int, now: datetime) -> Entry:
    """It is asked for in these words no more."""
    if phrasing_id not in {phrasing.id for phrasing in entry.phrasings}:
        raise Refused("buttons/done_already")
    knowledge.remove_phrasing(db, phrasing_id)
    return _recorded(db, entry.id, actor_id, now)


def change(db: Connection, entry: Entry, actor_id: int, now: datetime, **columns: Any) -> Entry:
    """Tags, days, who looks after it, on or off."""
    knowledge.change(db, entry.id, **columns)
    return _recorded(db, entry.id, actor_id, now)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "tags": ",".join(draft.tags),
        "valid_from": draft.valid_from,
        "valid_until": draft.valid_until,
        "active": int(draft.active),
    }


def _fill(db: Connection, entry: Entry, draft: Draft) -> None:
    for language, (title, answer) in draft.wordings.items():
        merge.check_branches(db, answer)
        knowledge.put_wording(db, entry.id, language, title_text(title), answer_text(answer))
    for language, texts in draft.phrasings.items():
        _add_phrasings(db, entry, language, texts)


def _add_phrasings(db: Connection, entry: Entry, language: str, texts: Iterable[str]) -> None:
    for text in texts:
        words = phrasing_text(text)
        there = knowledge.phrasing_of(db, key(words))
        if there is not None and there.entry_id != entry.id:
            raise Refused(
                "knowledge/phrasing_taken", text=words, title=wording_of(known(db, there.entry_id), language, ()).title
            )
        if there is None:
            knowledge.add_phrasing(db, entry.id, language, words, key(words))
    if len(known(db, entry.id).phrasings) > MAX_PHRASINGS:
        raise Refused("knowledge/phrasings_enough", most=MAX_PHRASINGS)


def _recorded(db: Connection, entry_id: int, actor_id: int | None, now: datetime) -> Entry:
    """Write into the history what the entry is now."""
    entry = known(db, entry_id)
    content = as_data(entry) | {"owner": entry.owner_id}
    knowledge.add_version(db, entry_id, actor_id, json.dumps(content, ensure_ascii=False), now)
    return entry


def _free_name(db: Connection, wanted: str) -> str:
    name, number = wanted, 2
    while knowledge.by_name(db, name) is not None:
        name, number = f"{wanted} {number}", number + 1
    return name


def as_data(entry: Entry) -> dict[str, Any]:
    """An entry as files and the history hold it: texts, lists, and names of them."""
    phrasings: dict[str, list[str]] = {}
    for phrasing in entry.phrasings:
        phrasings.setdefault(phrasing.language, []).append(phrasing.text)
    return {
        "name": entry.name,
        "title": {language: wording.title for language, wording in entry.wordings.items()},
        "answer": {language: wording.answer for language, wording in entry.wordings.items()},
        "phrasings": phrasings,
        "tags": list(entry.tags),
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
        "active": entry.active,
    }


@dataclass(frozen=True)
class Step:
    """A change of an entry: which parts of it are other than before. `by`: a staff member; None: a file."""

    by: int | None
    parts: tuple[str, ...]
    at: datetime


def history(db: Connection, entry: Entry) -> list[Step]:
    """What changed when, the newest first; the oldest shown changed everything."""
    versions = knowledge.versions(db, entry.id)
    contents = [json.loads(version.content) for version in versions]
    before = [*contents[1:], {}]
    return [
        Step(version.actor_id, tuple(part for part in now if part in was and now[part] != was[part]), version.at)
        for version, now, was in zip(versions, contents, before, strict=True)
    ]


# ---- what may be written ------------------------------------------------------------------------------------------


def title_text(text: str) -> str:
    """What an entry is called, on one line. Refused when empty or longer than 80 characters."""
    return line(text, MAX_TITLE)


def phrasing_text(text: str) -> str:
    """A way to ask. Refused when there are no words in it, or more than 200 characters."""
    way = line(text, MAX_PHRASING)
    if not key(way):
        raise Refused("knowledge/no_words", text=way)
    return way


def phrasing_lines(text: str) -> list[str]:
    """Ways to ask, one a line."""
    lines = [phrasing_text(one) for one in text.splitlines() if clean(one)]
    if not lines:
        raise Refused("forms/empty")
    return lines


def answer_text(text: str) -> str:
    """What an entry says; its lines stay lines. Refused when empty, too long, or with a field that does not exist."""
    lines = "\n".join(clean(one) for one in text.strip().splitlines())
    if not lines.strip():
        raise Refused("forms/empty")
    if units(lines) > MAX_ANSWER:
        raise Refused("forms/long", most=MAX_ANSWER, found=units(lines))
    merge.check(lines)
    return lines


def tag_list(text: str) -> tuple[str, ...]:
    """Words by which entries are found again: `shop, winter`."""
    tags = dict.fromkeys(clean(part).casefold() for part in text.replace("，", ",").replace("、", ",").split(","))
    found = tuple(tag for tag in tags if tag)
    if len(found) > MAX_TAGS or any(len(tag) > 30 for tag in found):
        raise Refused("knowledge/tags_long", most=MAX_TAGS)
    return found


_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def days(text: str) -> tuple[date | None, date | None]:
    """First and last day on which an entry holds: `2026-12-01 2026-12-24`, `until 2026-12-24`, `-` for always."""
    if clean(text) in ("-", "–", "—"):
        return None, None
    try:
        found = [date(*map(int, day.split("-"))) for day in _DAY.findall(text)]
    except ValueError:
        found = []
    if not found or len(found) > 2 or found != sorted(found):
        raise Refused("knowledge/days_unclear")
    return (found[0], found[1]) if len(found) == 2 else (None, found[0])


def days_of(kept: Sequence[str | None]) -> tuple[date | None, date | None]:
    """The same from two texts such as 2026-12-24."""
    first, last = (date.fromisoformat(day) if day else None for day in kept)
    return first, last
