"""Files, and texts that take long, are made when they are sent. An outbox row carries the recipe, a few words; what it
becomes is made here, outside of the unit that claimed it.

    field, made = await make(kitchen, chat_id, payload["recipe"])     # the parameter that brings it, and what it brings
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot import pictures
from bot.clock import Clock
from bot.telegram_api import File
from club import exports, figures, survey_file, surveys
from club.club import Club
from club.exports import Export
from handlers import survey_words
from handlers.figures import REPORT
from storage import members, survey_turns
from storage.database import Database
from storage.outbox import RECIPE
from storage.survey_turns import Turn
from templates import page, render

Recipe = dict[str, Any]
ANSWERS_AT_ONCE = 1_000
"""Answers to a survey that are opened in one go."""


@dataclass(frozen=True)
class Kitchen:
    """What a recipe may use."""

    database: Database
    club: Club
    clock: Clock


class NotDrawn(Exception):
    """A picture could not be made. The words under it say the same: they go alone."""


Cook = Callable[[Kitchen, int, Recipe], Awaitable[tuple[str, File | str]]]


async def make(kitchen: Kitchen, chat_id: int, recipe: Recipe) -> tuple[str, File | str]:
    """Follow a recipe: the parameter that brings it, and the file or text. Raises `KeyError` for one that does not
    exist, `NotDrawn` for a picture."""
    return await RECIPES[recipe[RECIPE]](kitchen, chat_id, recipe)


async def _picture(_kitchen: Kitchen, _chat_id: int, recipe: Recipe) -> tuple[str, File]:
    """A member card, the QR of a voucher."""
    try:
        return "photo", File("photo.png", "image/png", await asyncio.to_thread(pictures.draw, recipe))
    except Exception as error:
        raise NotDrawn(type(error).__name__) from error


async def _export_page(kitchen: Kitchen, chat_id: int, _recipe: Recipe) -> tuple[str, File]:
    """Everything about a person, to be read: one file that needs no other."""
    export, language = await _export(kitchen, chat_id)
    facts = {"export": export, "club": kitchen.club, "asked": survey_words.labels(language)}
    text = await asyncio.to_thread(partial(page, "export", language, **facts))
    return "document", File(f"{_name(export)}.html", "text/html", text.encode())


async def _export_data(kitchen: Kitchen, chat_id: int, _recipe: Recipe) -> tuple[str, File]:
    """The same for programs."""
    export, _ = await _export(kitchen, chat_id)
    text = await asyncio.to_thread(json.dumps, exports.as_data(export), ensure_ascii=False, indent=2)
    return "document", File(f"{_name(export)}.json", "application/json", text.encode())


async def _export(kitchen: Kitchen, chat_id: int) -> tuple[Export, str]:
    now = kitchen.clock.now()
    return await kitchen.database.read(lambda db: _gathered(db, chat_id, kitchen.club, now))


def _gathered(db: Connection, chat_id: int, club: Club, now: datetime) -> tuple[Export, str]:
    person = members.by_telegram_id(db, chat_id)
    if person is None:
        raise LookupError("nobody is behind this chat any more")
    return exports.of(db, person, club, now), person.language


async def _survey_file(kitchen: Kitchen, _chat_id: int, recipe: Recipe) -> tuple[str, File]:
    """All answers to a survey, a row each: read in parts, for each is opened by itself."""
    survey = await kitchen.database.read(lambda db: surveys.existing(db, recipe["survey"]))
    turns: list[Turn] = []
    while part := await kitchen.database.read(partial(_answered, survey_id=survey.id, turns=turns)):
        turns += part
    text = await asyncio.to_thread(survey_file.text, survey, turns, kitchen.club, recipe["language"])
    return "document", File(f"survey-{survey.id}.csv", "text/csv", text.encode())


def _answered(db: Connection, survey_id: int, turns: list[Turn]) -> list[Turn]:
    return survey_turns.answered(db, survey_id, turns[-1].id if turns else 0, ANSWERS_AT_ONCE)


async def _club_report(kitchen: Kitchen, _chat_id: int, recipe: Recipe) -> tuple[str, str]:
    """The club in figures: counted beside the writer, for a big club has millions of lines."""
    now = kitchen.clock.now()
    found = await kitchen.database.read(lambda db: figures.club_figures(db, kitchen.club, now))
    return "text", render("figures/club", recipe["language"], club=kitchen.club, now=now, figures=found)


def _name(export: Export) -> str:
    return f"my-data-{export.made_at:%Y-%m-%d}"


RECIPES: dict[str, Cook] = {
    "export_page": _export_page,
    "export_data": _export_data,
    REPORT: _club_report,
    survey_file.FILE: _survey_file,
    **dict.fromkeys(pictures.RECIPES, _picture),
}
