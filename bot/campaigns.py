"""`guanxi campaign …`: campaigns for people who live in a shell, beside a running bot.

Whoever has the shell is nobody whom the club knows: what came from a file goes to many only after a manager or an owner
approved it in the chat.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection
from typer import echo

from bot.opening import open_storage
from bot.rules import club_of
from bot.settings import Settings
from campaigns import campaigns as work
from campaigns import measurement, overview, reading, sending, words
from campaigns.problems import Invalid
from campaigns.turns import released_at
from club import customers
from club.club import Club
from club.refusal import Refused
from handlers.campaigns import card_words, renew_cards
from storage import campaigns, lessons, members, outbox, staff
from storage.campaigns import Campaign
from storage.database import utc_now
from storage.outbox import Lane
from templates import plain

DONE, REFUSED, NOT_READ = 0, 1, 2
"""Exit codes."""
READER: dict[str, Any] = {
    "name": "Alex", "number": "10017", "tier": "Silver", "points": 120, "points_pending": 5, "points_lapsing": 20,
    "lapse_on": "2027-02-28", "next_tier": "Gold", "points_to_next_tier": 80, "joined": "2026-02-06", "years": 1,
    "membership_ends": "2027-02-05", "city": "Taipei", "branch": "Main Street", "product": "Oolong tea 100 g",
    "bought_on": "2026-11-01", "order": "A1017", "club": "Tea & Time", "today": "2026-11-22", "ends": "2026-12-24",
}  # fmt: skip
"""Somebody made up, of whom everything is known."""
STEPS: dict[str, Callable[[Connection, Campaign, Club], Campaign]] = {
    "submit": lambda db, one, club: work.submit(db, one, None, club, utc_now()),
    "approve": lambda db, one, club: work.approve(db, one, None, None, club, utc_now()),
    "pause": lambda db, one, club: work.pause(db, one, None, utc_now()),
    "resume": lambda db, one, club: work.resume(db, one, None, utc_now()),
    "cancel": lambda db, one, club: work.cancel(db, one, None, utc_now()),
}


async def in_database(settings: Settings, unit: Callable[..., str]) -> int:
    """Run the unit and say what it answers; the exit code."""
    database = await open_storage(settings)
    try:
        echo(await database.write(partial(unit, club=club_of(settings))))
    except Refused as refusal:
        echo(plain(refusal.template, "en", **refusal.facts), err=True)
        return REFUSED
    except Invalid as invalid:
        echo(str(invalid), err=True)
        return REFUSED
    finally:
        await database.close()
    return DONE


def list_all(db: Connection, club: Club) -> str:
    """A line for each, the newest first: key, state, kind, when it speaks next."""
    now = utc_now()
    seen = [overview.of(db, one, club, now) for one in campaigns.of_states(db, work.SHOWN, limit=1_000)]
    lines = [
        f"{one.campaign.key:<40} {one.campaign.state:<10} {one.found.kind.key:<10} "
        + (f"{one.ahead[0]:%Y-%m-%d %H:%M}" if one.ahead else "-")
        for one in seen
    ]
    return "\n".join(lines) or "There are no campaigns."


def show(db: Connection, club: Club, *, key: str) -> str:
    """The definition as YAML, as `add` reads it."""
    data = json.loads(work.named(db, key).content)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).strip()


def report(db: Connection, club: Club, *, key: str) -> str:
    """What came of it, as in the chat."""
    now = utc_now()
    told = measurement.report(db, work.named(db, key), club, now)
    days = club.campaigns.bought_within.days
    before = lessons.of(db, told.before.campaign.id) if told.before else []
    learnt = {"learnt": lessons.of(db, told.campaign.id), "learnt_before": before}
    return _without_tags(
        plain("campaign_report/whole", "en", told=told, name=told.found.name, days=days, club=club, now=now, **learnt)
    )


def take_step(db: Connection, club: Club, *, key: str, step: str) -> str:
    """A step; its cards in the chat show it."""
    after = STEPS[step](db, work.named(db, key), club)
    renew_cards(db, club, after, utc_now())
    return f"{after.key} is {after.state} now."


def preview(db: Connection, club: Club, *, key: str, language: str, member: str) -> str:
    """How it reads in a language, to a member or to somebody made up; each wording."""
    found = work.definition(work.named(db, key), club)
    language = language or club.language
    spoken = [(message, one) for message in found.messages() for one in _variants(message.wordings)]
    if not member:
        texts = [words.filled(message.text(one, language), language, READER) for message, one in spoken]
    else:
        reader = customers.find(db, member)
        texts = [sending.text_for(db, message, reader, one, club, utc_now()) for message, one in spoken]
    return "\n\n---\n\n".join(texts)


def _variants(wordings: tuple[Any, ...]) -> range:
    return range(1, len(wordings) + 1)


def test(db: Connection, club: Club, *, key: str, to: int) -> str:
    """Send it to one colleague, as a member would get it."""
    found, person = work.definition(work.named(db, key), club), members.by_telegram_id(db, to)
    if person is None:
        return f"--to: found {to}, expected the Telegram id of somebody who has written to the bot."
    held = any((ends := released_at(one, club)) and ends > utc_now() for one in found.messages())
    if held and staff.role_of(db, to) is None:
        return f"--to: found {to}, expected a colleague: nobody else may read it before its embargo is over."
    for message in found.messages():
        for variant in _variants(message.wordings):
            payload = sending.message(db, message, person, 0, variant, club, utc_now())
            method = "sendPhoto" if message.picture else "sendMessage"
            outbox.put(db, lane=Lane.STAFF, chat_id=to, method=method, payload=payload, at=utc_now())
    return f"{key} is on its way to {to}."


def look(db: Connection, club: Club, *, key: str) -> str:
    """Its card: state, audience, moment, how far it is."""
    now = utc_now()
    return _without_tags(card_words(db, overview.of(db, work.named(db, key), club, now), club, "en", now))


def add(db: Connection, club: Club, *, data: Any) -> str:
    """A new draft, or another version of one."""
    key = data.get("key") if isinstance(data, dict) else None
    known = campaigns.by_key(db, key) if isinstance(key, str) else None
    if known is None:
        made = work.create(db, data, None, club, utc_now())
        return f"{made.key} is a draft now."
    after = work.change(db, known, data, None, club, utc_now())
    return f"{after.key} is a draft in its version {after.version} now."


async def add_file(settings: Settings, file: Path) -> int:
    """Take a file in as a draft; the exit code."""
    data = _read(file)
    return NOT_READ if data is None else await in_database(settings, partial(add, data=data))


def check_file(settings: Settings, file: Path) -> int:
    """Say what is wrong with a file, or that nothing is; the exit code. Needs no database."""
    data = _read(file)
    if data is None:
        return NOT_READ
    try:
        found = reading.parse(data, club_of(settings).languages)
    except Invalid as invalid:
        echo(str(invalid), err=True)
        return REFUSED
    echo(f"{found.key}: nothing is wrong with it.")
    return DONE


def _read(file: Path) -> Any:
    """What a YAML file says; None where it cannot be read, which is told."""
    try:
        return _with_on(yaml.safe_load(file.read_text(encoding="utf-8-sig")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        echo(f"'{file}': found {' '.join(str(error).split())[:200]}, expected a campaign in YAML", err=True)
        return None


def _with_on(data: Any) -> Any:
    """To YAML 1.1, `on` is the word for true, as the key of a moment's day too."""
    if isinstance(data, dict):
        return {"on" if key is True else key: _with_on(value) for key, value in data.items()}
    return [_with_on(one) for one in data] if isinstance(data, list) else data


def _without_tags(text: str) -> str:
    for tag in ("b", "i", "code", "blockquote"):
        text = text.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    return text
