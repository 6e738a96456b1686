"""The knowledge base as a file: YAML for people, CSV for spreadsheets. Both say the same.

A file is read as a whole first; what is wrong with it is told entry by entry: where, what was found, what would work.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import yaml

from club.knowledge import Draft, answer_text, as_data, phrasing_text, tag_list, title_text
from club.languages import LANGUAGES
from club.names import clean
from storage.knowledge import Entry

COLUMNS = ("name", "language", "title", "answer", "phrasings", "tags", "valid_from", "valid_until", "active")
PARTS = ("name", "title", "answer", "phrasings", "tags", "valid_from", "valid_until", "active")
YES, NO = ("yes", "true", "1", ""), ("no", "false", "0")
MAX_NAME = 100


class FileProblem(Exception):
    """Something in the file cannot be used; the message says where, what was found, and what would work."""


def to_yaml(entries: Iterable[Entry]) -> str:
    """All entries, as `from_yaml` reads them."""
    data = [{part: value for part, value in as_data(entry).items() if value is not None} for entry in entries]
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100))


def to_csv(entries: Iterable[Entry]) -> str:
    """One row for each entry and language, ways to ask on lines of their cell."""
    file = io.StringIO(newline="")
    rows = csv.DictWriter(file, COLUMNS)
    rows.writeheader()
    for entry in entries:
        data = as_data(entry)
        shared = {"name": entry.name, "tags": ", ".join(entry.tags), "active": "yes" if entry.active else "no"}
        for language in dict.fromkeys([*data["title"], *data["phrasings"]]):
            said = {part: data[part].get(language, "") for part in ("title", "answer")}
            ways = "\n".join(data["phrasings"].get(language, []))
            days = {part: data[part] or "" for part in ("valid_from", "valid_until")}
            rows.writerow({"language": language, "phrasings": ways} | shared | said | days)
    return file.getvalue()


def from_yaml(text: str) -> list[Draft]:
    """The entries of a file. Raises `FileProblem` for a file that is none; entries are checked by `draft_of`."""
    return [draft_of(one, f"entry {number}") for number, one in enumerate(listed(text, "entries", "name"), 1)]


def listed(text: str, of: str, part: str) -> list[dict[str, Any]]:
    """What a YAML file lists. Raises `FileProblem` for one that is no list of such things, each with its `part`."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise FileProblem(f"the file: found no YAML ({str(error).splitlines()[0]}), expected a list of {of}") from None
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise FileProblem(f"the file: found {type(data).__name__}, expected a list of {of}, each with a {part}")
    return data


def from_csv(text: str) -> list[Draft]:
    """The same from rows. Raises `FileProblem`."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    missing = [column for column in ("name", "language", "title", "answer") if column not in (rows.fieldnames or ())]
    if missing:
        raise FileProblem(f"the first line: found no {', '.join(missing)}, expected {', '.join(COLUMNS)}")
    entries: dict[str, dict[str, Any]] = {}
    for row in rows:
        _take_row(entries, row)
    return [draft_of(one, f"entry '{name}'") for name, one in entries.items()]


def _take_row(entries: dict[str, dict[str, Any]], row: Mapping[str, str | None]) -> None:
    said = {column: (row.get(column) or "").strip() for column in COLUMNS}
    shared = {part: said[part] for part in ("name", "tags", "valid_from", "valid_until", "active")}
    entry = entries.setdefault(said["name"], shared | {"title": {}, "answer": {}, "phrasings": {}})
    language = said["language"]
    if said["title"] or said["answer"]:
        entry["title"][language], entry["answer"][language] = said["title"], said["answer"]
    if said["phrasings"]:
        entry["phrasings"][language] = [line for line in said["phrasings"].splitlines() if line.strip()]


def draft_of(data: Mapping[str, Any], where: str) -> Draft:
    """An entry as a file describes it, checked. Raises `FileProblem`, or `Refused` for words that do not fit."""
    unknown = [str(part) for part in data if part not in PARTS]
    if unknown:
        raise FileProblem(f"{where}: found {unknown[0]!r}, expected only {', '.join(PARTS)}")
    titles, answers = by_language(data, "title", where), by_language(data, "answer", where)
    if not titles or titles.keys() != answers.keys():
        raise FileProblem(
            f"{where}: found {len(titles)} titles and {len(answers)} answers, expected both in a language"
        )
    name = clean(str(data.get("name") or next(iter(titles.values()))))
    if len(name) > MAX_NAME:
        raise FileProblem(f"{where}, name: found {len(name)} characters, expected at most {MAX_NAME}")
    ways = {language: _lines(lines, where) for language, lines in by_language(data, "phrasings", where).items()}
    return Draft(
        name,
        {language: (title_text(str(titles[language])), answer_text(str(answers[language]))) for language in titles},
        {language: [phrasing_text(line) for line in lines] for language, lines in ways.items()},
        _tags(data.get("tags")),
        _day(data, "valid_from", where),
        _day(data, "valid_until", where),
        yes_or_no(data.get("active", True), where),
    )


def by_language(data: Mapping[str, Any], part: str, where: str) -> dict[str, Any]:
    """The texts of a part. Raises `FileProblem` for anything but texts by language."""
    found = data.get(part) or {}
    if not isinstance(found, dict) or any(language not in LANGUAGES for language in found):
        raise FileProblem(f"{where}, {part}: found {found!r:.60}, expected texts by language: {', '.join(LANGUAGES)}")
    return found


def _lines(found: Any, where: str) -> list[str]:
    if not isinstance(found, list):
        raise FileProblem(f"{where}, phrasings: found {found!r:.60}, expected a list for each language")
    return [str(line) for line in found]


def _tags(found: Any) -> tuple[str, ...]:
    return tag_list(",".join(str(tag) for tag in found) if isinstance(found, list) else str(found or ""))


def _day(data: Mapping[str, Any], part: str, where: str) -> date | None:
    found = data.get(part)
    if isinstance(found, date) or not found:
        return found or None
    try:
        return date.fromisoformat(str(found))
    except ValueError:
        raise FileProblem(f"{where}, {part}: found {found!r:.40}, expected a day such as 2026-12-24") from None


def yes_or_no(found: Any, where: str) -> bool:
    """Is it on? Raises `FileProblem` for other words."""
    said = str(found).strip().lower()
    if said not in YES + NO:
        raise FileProblem(f"{where}, active: found {found!r:.40}, expected yes or no")
    return said in YES
