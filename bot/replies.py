"""`guanxi replies import` and `guanxi replies export`: ready replies from a file and into one, beside a running bot."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from bot.kb import ADDED, CHANGED, SAME, export_to, take_in_from
from bot.settings import Settings
from club import replies as club_replies
from club.reply_files import Draft, from_yaml, to_yaml
from storage import replies


async def export(settings: Settings, file: Path) -> int:
    """Write all replies into a YAML file; the exit code."""
    return await export_to(settings, file, replies.every, to_yaml, "replies")


async def take_in(settings: Settings, file: Path) -> int:
    """Add what is new in a file and change what has the shortcut of a reply; the exit code. A file that cannot be read
    as a whole changes nothing."""
    return await take_in_from(settings, file, from_yaml, lambda draft: (draft.shortcut, partial(put, draft=draft)))


def put(db: Connection, draft: Draft) -> str:
    """Add a reply, or make the one with that shortcut say the same; which of it was done. A language that the file does
    not have stays."""
    before = replies.by_shortcut(db, draft.shortcut)
    for language, text in draft.texts.items():
        club_replies.write(db, draft.shortcut, language, text)
    found = replies.by_shortcut(db, draft.shortcut)
    assert found is not None
    if found.active != draft.active:
        replies.set_active(db, found.id, draft.active)
    if before is None:
        return ADDED
    return SAME if before == replies.by_shortcut(db, draft.shortcut) else CHANGED
