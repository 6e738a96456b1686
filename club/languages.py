"""Which of the club's languages somebody gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

ENGLISH, SIMPLIFIED, TRADITIONAL = "en", "zh-Hans", "zh-Hant"
LANGUAGES = (ENGLISH, SIMPLIFIED, TRADITIONAL)
NAMES = {ENGLISH: "English", SIMPLIFIED: "简体中文", TRADITIONAL: "繁體中文"}

_TRADITIONAL_PLACES = ("hant", "tw", "hk", "mo")


def from_telegram(code: str | None, spoken: Sequence[str]) -> str:
    """The language for an IETF tag from Telegram such as `de`, `zh-hans` or `zh-TW`; the club's own where none fits."""
    parts = (code or "").lower().replace("_", "-").split("-")
    if parts[0] == "zh":
        traditional = any(part in _TRADITIONAL_PLACES for part in parts[1:])
        wanted = [TRADITIONAL, SIMPLIFIED] if traditional else [SIMPLIFIED, TRADITIONAL]
    else:
        wanted = [parts[0], ENGLISH]
    return next((language for language in wanted if language in spoken), spoken[0])


def own_first(language: str, spoken: Sequence[str]) -> list[str]:
    """The languages as somebody who writes in all of them likes to be asked: their own, its other script, the rest."""
    return sorted(spoken, key=lambda one: _distance(language, one))


def nearest(language: str, among: Iterable[str]) -> str:
    """What somebody reads where theirs is missing: the other Chinese script rather than something foreign, and of those
    the first."""
    return min(among, key=lambda one: _distance(language, one))


def _distance(language: str, other: str) -> tuple[bool, bool]:
    return other != language, other[:2] != language[:2]
