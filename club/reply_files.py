"""Ready replies as a YAML file: a short word, and what it stands for in each language.

A file is read as a whole first; what is wrong with it is told reply by reply: where, what was found, what would work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from club.knowledge_files import FileProblem, by_language, listed, yes_or_no
from club.refusal import Refused
from club.replies import shortcut_of, text_of
from storage.replies import Reply

PARTS = ("shortcut", "text", "active")


@dataclass(frozen=True)
class Draft:
    """A reply as a file has it. `texts` by language."""

    shortcut: str
    texts: dict[str, str]
    active: bool


def to_yaml(replies: Iterable[Reply]) -> str:
    """All replies by their short words, as `from_yaml` reads them."""
    data = [
        {"shortcut": one.shortcut, "text": dict(sorted(one.texts.items())), "active": one.active}
        for one in sorted(replies, key=lambda one: one.shortcut)
        if one.texts
    ]
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100))


def from_yaml(text: str) -> list[Draft]:
    """The replies of a file. Raises `FileProblem`, or `Refused` for words that do not fit."""
    drafts = [_draft_of(one, f"reply {number}") for number, one in enumerate(listed(text, "replies", "shortcut"), 1)]
    seen: set[str] = set()
    for draft in drafts:
        if draft.shortcut in seen:
            raise FileProblem(f"the file: found '{draft.shortcut}' twice, expected each shortcut once")
        seen.add(draft.shortcut)
    return drafts


def _draft_of(data: Mapping[str, Any], where: str) -> Draft:
    unknown = [str(part) for part in data if part not in PARTS]
    if unknown:
        raise FileProblem(f"{where}: found {unknown[0]!r}, expected only {', '.join(PARTS)}")
    try:
        shortcut = shortcut_of(str(data.get("shortcut") or ""))
    except Refused:
        found = data.get("shortcut")
        raise FileProblem(f"{where}, shortcut: found {found!r:.40}, expected one word of up to 24 letters") from None
    texts = by_language(data, "text", where)
    if not texts:
        raise FileProblem(f"{where}, text: found none, expected one in a language at least")
    words = {language: text_of(str(text)) for language, text in texts.items()}
    return Draft(shortcut, words, yes_or_no(data.get("active", True), where))
