"""/queue: what waits, in parts and pages, with a button for each request."""

from __future__ import annotations

from club import tickets as club_tickets
from handlers.chat import Chat
from storage import members, queue, tasks

PAGE = 5
MOST_TASKS = 5
PARTS = queue.PARTS
WORDS = {"mine": queue.MINE, "unowned": queue.UNOWNED, "overdue": queue.OVERDUE, "all": queue.ALL}
"""What may stand behind the command."""


def show(chat: Chat) -> None:
    """`/queue`, or `/queue overdue`: what waits for this colleague, or another part of it."""
    which = WORDS.get(chat.arguments.casefold(), queue.FOR_ME) if chat.query is None else queue.FOR_ME
    _show(chat, which, 0)


def turn(chat: Chat) -> None:
    """Another page, or another part."""
    which, _, page = chat.pressed.argument.rpartition(".")
    _show(chat, which if which in PARTS else queue.FOR_ME, int(page) if page.isdecimal() and len(page) < 6 else 0)


def _show(chat: Chat, which: str, page: int) -> None:
    lengths = queue.lengths(chat.db, chat.user_id, chat.now)
    length = lengths[which]
    page = max(0, min(page, (length - 1) // PAGE))
    ranks = {tier.key: rank for rank, tier in enumerate(chat.club.tiers.tiers, 1)}
    waiting = queue.waiting(chat.db, chat.user_id, chat.now, which=which, ranks=ranks, offset=page * PAGE, limit=PAGE)
    files = [club_tickets.file_of(chat.db, ticket) for ticket in waiting]
    rows = [
        [chat.button("open_ticket", f"show:{file.number}", number=file.number, name=file.member.name)] for file in files
    ]
    undone = tasks.waiting(chat.db, chat.user_id, MOST_TASKS) if which in (queue.FOR_ME, queue.MINE) else []
    rows[:0] = [
        [chat.button("task", f"task:{one.id}", name=members.by_id(chat.db, one.member_id).name)] for one in undone
    ]
    turns = []
    if page > 0:
        turns.append(chat.button("earlier", f"queue:{which}.{page - 1}"))
    if (page + 1) * PAGE < length:
        turns.append(chat.button("later", f"queue:{which}.{page + 1}"))
    parts = [_part(chat, part, lengths[part]) for part in PARTS if part != which]
    pages = -(-length // PAGE)
    facts = {"files": files, "which": which, "user_id": chat.user_id, "length": length, "pages": pages}
    text = chat.words("tickets/queue", page=page + 1, zone=chat.club.zone, **facts)
    keyboard = [*rows, *([turns] if turns else []), parts[:2], parts[2:], [chat.button("find", "go:find")]]
    if chat.query is not None and chat.pressed.verb == "queue":
        chat.edit(text, keyboard)
    else:
        chat.reply_text(text, keyboard)


def _part(chat: Chat, part: str, length: int) -> dict[str, str]:
    """Another part of the queue, and how much is in it."""
    label = chat.button(f"queue_{part}", "")["text"]
    return chat.button("part_of_queue", f"queue:{part}.0", label=label, count=length)
