"""/queue: what waits, in parts and pages, of a department or with a tag, with a button for each request."""

from __future__ import annotations

from dataclasses import dataclass

from club import marks
from club import tickets as club_tickets
from club.club import Department
from club.refusal import Refused
from handlers.chat import Chat, Rows
from handlers.keyboards import page_of, pairs, turns
from storage import marks as sorting
from storage import members, queue, tasks
from storage.marks import DeskTag
from storage.queue import Only

PAGE = 5
MOST_TASKS = 5
MOST_TAGS = 10
PARTS = queue.PARTS
WORDS = {"mine": queue.MINE, "unowned": queue.UNOWNED, "overdue": queue.OVERDUE, "all": queue.ALL}
"""What may stand behind the command."""
DEPARTMENT, TAG = "d", "t"
"""In a button, before the number of a department, or the id of a tag."""


@dataclass(frozen=True)
class View:
    """What of the queue is shown: a part of it, or all of one department or with one tag. `key`: in buttons."""

    key: str
    which: str = queue.ALL
    department: Department | None = None
    tag: DeskTag | None = None

    @property
    def sorted_out(self) -> bool:
        return self.department is not None or self.tag is not None


def show(chat: Chat) -> None:
    """`/queue`, `/queue overdue`, `/queue delivery`: what waits for this colleague, or another part of it."""
    words = chat.arguments.casefold() if chat.query is None else ""
    _show(chat, _typed(chat, words), 0)


def _typed(chat: Chat, words: str) -> View:
    """A part, a department, or a tag, by its words. Raises `Refused` for what is none of them."""
    which = WORDS.get(words) if words else queue.FOR_ME
    if which is not None:
        return View(which, which)
    department = marks.department_named(chat.club, words)
    if department is not None:
        place = chat.club.desk.departments.index(department)
        return View(f"{DEPARTMENT}{place}", department=department)
    tag = sorting.by_word(chat.db, marks.folded(words.lstrip("#＃")))
    if tag is None:
        raise Refused("tickets/no_such_part", words=words)
    return View(f"{TAG}{tag.id}", tag=tag)


def turn(chat: Chat) -> None:
    """Another page, or another part."""
    key, _, page = chat.pressed.argument.rpartition(".")
    _show(chat, _pressed(chat, key), page_of(page))


def _pressed(chat: Chat, key: str) -> View:
    """What a button means; the usual part where it is out of date."""
    kind, number = key[:1], key[1:]
    if number.isascii() and number.isdecimal() and len(number) < 18:
        if kind == DEPARTMENT and int(number) < len(chat.club.desk.departments):
            return View(key, department=chat.club.desk.departments[int(number)])
        tag = sorting.by_id(chat.db, int(number)) if kind == TAG else None
        if tag is not None:
            return View(key, tag=tag)
    which = key if key in PARTS else queue.FOR_ME
    return View(which, which)


def choose(chat: Chat) -> None:
    """Which department, or which tag? Each with how many open requests it has."""
    counts = sorting.open_departments(chat.db)
    departments = [
        chat.button(
            "part_of_queue",
            f"queue:{DEPARTMENT}{place}.0",
            label=one.name(chat.language),
            count=counts[one.key],
        )
        for place, one in enumerate(chat.club.desk.departments)
        if one.key in counts
    ]
    tags = [
        chat.button("tag_of_queue", f"queue:{TAG}{tag.id}.0", tag=tag, count=count)
        for tag, count in sorting.open_tags(chat.db, MOST_TAGS)
    ]
    text = chat.words("tickets/choose_part", departments=bool(departments), tags=bool(tags))
    chat.edit(text, [*pairs(departments), *pairs(tags), [chat.button("queue_back", "queue:for_me.0")]])


def _show(chat: Chat, view: View, page: int) -> None:
    lengths = queue.lengths(chat.db, chat.user_id, chat.now)
    only = Only(view.department.key if view.department else None, view.tag.id if view.tag else None)
    length = queue.length(chat.db, chat.user_id, chat.now, view.which, only) if view.sorted_out else lengths[view.which]
    page = max(0, min(page, (length - 1) // PAGE))
    ranks = {tier.key: rank for rank, tier in enumerate(chat.club.tiers.tiers, 1)}
    found = queue.waiting(
        chat.db, chat.user_id, chat.now, which=view.which, only=only, ranks=ranks, offset=page * PAGE, limit=PAGE
    )
    files = [club_tickets.file_of(chat.db, ticket) for ticket in found]
    rows = [
        [chat.button("open_ticket", f"show:{file.number}", number=file.number, name=file.member.name)] for file in files
    ]
    way = turns(chat, f"queue:{view.key}.", page, more=(page + 1) * PAGE < length)
    text = chat.words(
        "tickets/queue",
        files=files,
        which=view.which,
        department=view.department and view.department.name(chat.language),
        tag=view.tag and view.tag.word,
        user_id=chat.user_id,
        length=length,
        page=page + 1,
        pages=-(-length // PAGE),
        zone=chat.club.zone,
    )
    keyboard = [*_undone(chat, view), *rows, *way, *_parts(chat, view, lengths), _ways(chat, view)]
    if chat.query is not None and chat.pressed.verb == "queue":
        chat.edit(text, [row for row in keyboard if row])
    else:
        chat.reply_text(text, [row for row in keyboard if row])


def _undone(chat: Chat, view: View) -> Rows:
    """Somebody who was not reached, on top of what is one's own."""
    if view.which not in (queue.FOR_ME, queue.MINE):
        return []
    undone = tasks.waiting(chat.db, chat.user_id, MOST_TASKS)
    return [[chat.button("task", f"task:{one.id}", name=members.by_id(chat.db, one.member_id).name)] for one in undone]


def _parts(chat: Chat, view: View, lengths: dict[str, int]) -> Rows:
    """The other parts, and how much is in each."""
    if view.sorted_out:
        return [[_part(chat, part, lengths[part]) for part in (queue.FOR_ME, queue.ALL)]]
    return pairs([_part(chat, part, lengths[part]) for part in PARTS if part != view.which])


def _part(chat: Chat, part: str, length: int) -> dict[str, str]:
    label = chat.button(f"queue_{part}", "")["text"]
    return chat.button("part_of_queue", f"queue:{part}.0", label=label, count=length)


def _ways(chat: Chat, view: View) -> list[dict[str, str]]:
    """The way to departments and tags stands there once a request has one."""
    find = chat.button("find", "go:find")
    return [chat.button("queue_by", "queueby"), find] if view.sorted_out or sorting.any_open(chat.db) else [find]
