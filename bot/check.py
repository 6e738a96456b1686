"""`guanxi check`: look at everything that a start would need, change nothing, and name all that is wrong at once."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import typer
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot import logs
from bot.findings import Finding, well, wrong
from bot.opening import check_key, connect, is_new, is_there, name_of
from bot.probe import telegram
from bot.settings import Settings, SettingsProblem, load
from bot.sources import variable
from club import privacy as club_privacy
from storage import inbox, migrate, outbox, privacy, state
from storage.database import Database, DatabaseProblem, sqlite_path
from storage.erasures import ErasureList
from storage.sealing import KeyProblem, Vault, read_key

PUBLIC_API = "api.telegram.org"
CHINESE = "会员會員"
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""The ports that Telegram delivers to."""


async def look_over() -> int:
    """Print what was found, problems and all; the exit code is 1 if there is any."""
    try:
        settings = load()
    except SettingsProblem as error:
        return _tell([wrong(line) for line in error.problems])
    logs.configure("critical", settings.secrets())
    redact = logs.Redactor(settings.secrets())
    findings = [well("settings: every value can be used")]
    for part in (_storage, _templates, _fonts, _meaning, _staff, telegram, _webhook):
        findings += [Finding(found.well, redact(found.line)) async for found in part(settings)]
    return _tell(findings)


def _tell(findings: list[Finding]) -> int:
    for found in findings:
        typer.echo(f"{'ok   ' if found.well else 'wrong'}  {found.line}")
    problems = sum(not found.well for found in findings)
    typer.echo(f"{problems} to put right." if problems else "All is well.")
    return 1 if problems else 0


async def _storage(settings: Settings) -> AsyncIterator[Finding]:
    path, url = settings.storage.key_file, settings.storage.url
    try:
        if not is_there(path) and await is_new(url):
            for finding in _places(settings):
                yield finding
            return
        if not is_there(path):
            yield wrong(
                f"storage.key_file: found no file at '{path}', expected the key that belongs to '{name_of(url)}'"
            )
            return
        vault = Vault(read_key(path))
        yield well(f"storage.key_file: '{path}' holds a key that only its owner can read")
        if await is_new(url):
            yield well(f"storage.url: '{name_of(url)}' is new, the first start makes its tables")
            return
        database = await connect(url, vault)
    except (KeyProblem, DatabaseProblem) as error:
        yield wrong(str(error))
        return
    try:
        tables = await _tables(database, name_of(url))
        yield tables
        if tables.well:
            yield await _erasures(database, settings)
            for line in await database.read(_left_over):
                yield well(line)
    finally:
        await database.close()


def _places(settings: Settings) -> list[Finding]:
    """Where a first start would make the database, its key and the list of erasures."""
    url, key = settings.storage.url, settings.storage.key_file
    made = {"storage.key_file": key, "storage.erasures_file": settings.storage.erasures}
    if (database := sqlite_path(url)) is not None:
        made["storage.url"] = database
    lines = [
        wrong(f"{setting}: '{path}' cannot be made, expected a directory that can be written")
        for setting, path in made.items()
        if not _can_be_made(path)
    ]
    return lines or [well(f"storage: '{name_of(url)}' is new, the first start makes its tables and the key '{key}'")]


def _can_be_made(path: Path) -> bool:
    """Folders that are missing are made with it, so the nearest one that is there counts."""
    folder = next(folder for folder in path.absolute().parents if is_there(folder))
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _left_over(db: Connection) -> list[str]:
    """What a person should look at though nothing is broken: updates given up, messages that may not have arrived."""
    lines = [
        f"inbox: update {letter.update_id} of {letter.received_at:%Y-%m-%d %H:%M} UTC was given up ({letter.error})"
        for letter in inbox.dead_letters(db)
    ]
    return lines + [
        f"outbox: message {row.id} of {row.ended_at:%Y-%m-%d %H:%M} UTC may not have arrived ({row.reason})"
        for row in outbox.unsettled(db)
    ]


async def _erasures(database: Database, settings: Settings) -> Finding:
    """Can the list of erasures do its work: keep everybody forgotten whom a restored backup brings back?"""
    erasures = ErasureList(settings.storage.erasures)
    where = f"storage.erasures_file: '{erasures.path}'"
    erased = len(await database.read(privacy.erased))
    if not is_there(erasures.path):
        if erased:
            return wrong(
                f"{where}: found no file, though {erased} people were erased here, expected the list (put it back from "
                "your backup; without it a start begins a new one from what this database knows)"
            )
        return well(f"{where}: none yet, the next start makes it")
    try:
        listed = erasures.read()
    except OSError as error:
        return wrong(f"{where} cannot be read ({error.strerror}), expected a file that can be read and written")
    if not os.access(erasures.path, os.W_OK):
        return wrong(f"{where} cannot be written, expected a file that can: until then nobody is erased")
    back = await database.read(lambda db: club_privacy.came_back(db, listed))
    if back:
        return well(
            f"{where}: on it are {len(back)} people whom this database has not forgotten, as after restoring a backup; "
            "start the bot, it erases them again before it does anything else"
        )
    apart = "" if erasures.path.parent == settings.storage.key_file.parent else ", apart from the key file"
    return well(f"{where} can be read and written{apart}; erasures on it: {len(listed)}")


async def _tables(database: Database, name: str) -> Finding:
    try:
        revision = await database.read(migrate.revision)
        if revision != migrate.HEAD:
            return wrong(
                f"storage.url: found tables of version {revision} in '{name}', expected {migrate.HEAD} "
                "(guanxi migrate, or any start, brings an older database there)"
            )
        await database.write(_write_and_undo)
    except _Undone:
        return well(f"storage.url: '{name}' opens with this key, can be written, and has the tables of this version")
    except KeyProblem as error:
        return wrong(str(error))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        return wrong(f"storage.url: '{name}' cannot be written ({reason}), expected a database that can")
    raise AssertionError("the trial write undoes itself")


class _Undone(Exception):
    """The trial write succeeded; this takes it back."""


def _write_and_undo(db: Connection) -> None:
    check_key(db)
    state.put(db, "written_by_check", str(os.getpid()))
    raise _Undone


async def _templates(_settings: Settings) -> AsyncIterator[Finding]:
    import templates

    problems = templates.problems()
    for line in problems:
        yield wrong(line)
    if not problems:
        yield well("templates: every message is there in every language")


async def _fonts(settings: Settings) -> AsyncIterator[Finding]:
    """A card without its Chinese lines still says everything in the words under it: nothing is broken."""
    from bot import drawing

    if not any(language.startswith("zh") for language in settings.club.languages):
        return
    if drawing.can_write(CHINESE):
        yield well("fonts: member cards can be drawn in Chinese")
    else:
        yield well(
            "fonts: found none with Chinese, so the Chinese lines of a member card stand only in the words under it; "
            "for them in the picture install one, such as the package fonts-noto-cjk (Debian, Ubuntu)"
        )


async def _meaning(settings: Settings) -> AsyncIterator[Finding]:
    """A club that answers by words alone needs none, and hears nothing of it."""
    folder = settings.knowledge.semantic_model
    if folder is None:
        return
    from club.meaning import Encoder, ModelProblem

    try:
        Encoder(folder).vectors(["Where is my card?"])
    except ModelProblem as problem:
        yield wrong(f"knowledge.semantic_model: {problem}")
    else:
        yield well(f"knowledge.semantic_model: '{folder}' reads what a question means")


async def _staff(settings: Settings) -> AsyncIterator[Finding]:
    if settings.staff.owners:
        yield well(f"staff.owners: {', '.join(map(str, settings.staff.owners))}")
    else:
        yield wrong(
            f"staff.owners: found nobody, expected the Telegram id of at least one owner ({variable('staff.owners')})"
        )


async def _webhook(settings: Settings) -> AsyncIterator[Finding]:
    address = settings.web.public_url
    if address is None:
        yield well("web.public_url: none, the bot asks Telegram for updates itself")
        return
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if urlsplit(settings.telegram.api_url).hostname == PUBLIC_API and (
        parts.scheme != "https" or port not in WEBHOOK_PORTS
    ):
        yield wrong(
            f"web.public_url: found '{address}', expected https:// on one of the ports "
            f"{', '.join(map(str, WEBHOOK_PORTS))}: Telegram delivers to no other"
        )
    else:
        yield well(f"web.public_url: Telegram delivers to '{address}'")
