"""/kb: what the club knows, written, changed and looked after by those who answer customers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from club import gaps as club_gaps
from club import knowledge as club_knowledge
from club import merge, tickets
from club.gaps import Gap
from club.knowledge import Draft
from club.languages import NAMES
from club.members import first_press
from club.refusal import Refused
from club.staff import SERVICE
from handlers import forms
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from handlers.keyboards import turns
from handlers.languages import languages, parse_language
from storage import asked, knowledge, learnt
from storage.knowledge import Entry

PAGE = 8
WAYS = 20
"""Ways to ask that get a button each, the newest."""
SAMPLES = 5
MONTH = timedelta(days=30)


def kb(chat: Chat) -> None:
    """`/kb`, `/kb list TAG`, `/kb add`, `/kb edit 3`, `/kb off 3`, `/kb gaps`."""
    word, _, rest = ("" if chat.query else chat.arguments).partition(" ")
    word, rest = word.casefold(), rest.strip()
    if word in ("", "list"):
        _list(chat, 0, rest.casefold())
    elif word == "add":
        add(chat)
    elif word == "gaps":
        gaps(chat)
    elif word in ("edit", "off") and rest.isascii() and rest.isdecimal() and len(rest) <= 12:
        entry = club_knowledge.known(chat.db, int(rest))
        _show(chat, _turned(chat, entry, on=False) if word == "off" else entry)
    else:
        raise Refused("knowledge/how")


# ---- looking ------------------------------------------------------------------------------------------------------


def turn_page(chat: Chat) -> None:
    _list(chat, chat.pressed_id)


def _list(chat: Chat, page: int, tag: str = "") -> None:
    length = knowledge.count(chat.db, tag=tag)
    page = max(0, min(page, (length - 1) // PAGE))
    shown = knowledge.entries(chat.db, offset=page * PAGE, limit=PAGE, tag=tag)
    rows = [[chat.button("entry", f"kb:{entry.id}", title=_title(chat, entry), on=entry.active)] for entry in shown]
    way = turns(chat, "kblist:", page, more=(page + 1) * PAGE < length and not tag)
    open_gaps = club_gaps.gaps(chat.db)
    ways = [chat.button("add_entry", "kbnew"), chat.button("gaps", "kbgaps", count=len(open_gaps))]
    text = chat.words(
        "knowledge/list",
        length=length,
        tag=tag,
        quality=asked.quality(chat.db, chat.now - MONTH),
        learnt=learnt.shares(chat.db),
    )
    _reply_or_edit(chat, text, [*rows, *way, ways, [chat.button("menu", "go:start")]])


def show(chat: Chat) -> None:
    """One entry, with all that can be done about it."""
    _show(chat, club_knowledge.known(chat.db, chat.pressed_id))


def _show(chat: Chat, entry: Entry) -> None:
    owner = tickets.staff_name(chat.db, entry.owner_id) if entry.owner_id else ""
    text = chat.words(
        "knowledge/entry",
        entry=entry,
        title=_title(chat, entry),
        owner=owner,
        names=NAMES,
        valid=entry.valid(club_knowledge.today(chat.club, chat.now)),
    )
    mine = [] if entry.owner_id == chat.user_id else [chat.button("entry_mine", f"kbmine:{entry.id}:{new_nonce()}")]
    data = f"kbturn:{entry.id}:{new_nonce()}"
    on_off = chat.button("entry_off", data) if entry.active else chat.button("entry_on", data)
    keyboard = [
        [
            chat.button("entry_answer", f"kbset:{entry.id}.answer"),
            chat.button("entry_title", f"kbset:{entry.id}.title"),
        ],
        [chat.button("entry_ways", f"kbways:{entry.id}"), chat.button("entry_tags", f"kbset:{entry.id}.tags")],
        [chat.button("entry_days", f"kbset:{entry.id}.days"), on_off],
        *([mine] if mine else []),
        [chat.button("entry_history", f"kbpast:{entry.id}"), chat.button("entries", "go:kb")],
    ]
    chat.reply_text(text, keyboard)


def history(chat: Chat) -> None:
    """Who changed what, and when."""
    entry = club_knowledge.known(chat.db, chat.pressed_id)
    steps = club_knowledge.history(chat.db, entry)
    who = {step.by: tickets.staff_name(chat.db, step.by) for step in steps if step.by}
    text = chat.words("knowledge/history", title=_title(chat, entry), steps=steps, who=who, zone=chat.club.zone)
    chat.reply_text(text, [[_back(chat, entry)]])


def ways(chat: Chat) -> None:
    """The ways to ask for an entry, each with a button that takes it away."""
    _ways(chat, club_knowledge.known(chat.db, chat.pressed_id))


def _ways(chat: Chat, entry: Entry) -> None:
    shown = entry.phrasings[-WAYS:]
    rows = [
        [chat.button("way", f"kbdrop:{entry.id}.{phrasing.id}:{new_nonce()}", text=phrasing.text)] for phrasing in shown
    ]
    text = chat.words("knowledge/ways", title=_title(chat, entry), count=len(entry.phrasings), shown=len(shown))
    last = [chat.button("add_ways", f"kbset:{entry.id}.phrasings"), _back(chat, entry)]
    _reply_or_edit(chat, text, [*rows, last])


def _back(chat: Chat, entry: Entry) -> dict[str, str]:
    return chat.button("entry", f"kb:{entry.id}", title=_title(chat, entry), on=True)


def _title(chat: Chat, entry: Entry) -> str:
    return club_knowledge.wording_of(entry, chat.language, chat.club.languages).title


def _reply_or_edit(chat: Chat, text: str, keyboard: Rows) -> None:
    """A page that was turned, or a list that lost a line, changes where it stands."""
    if chat.query is not None and chat.pressed.verb in ("kblist", "kbdrop"):
        chat.edit(text, keyboard)
    else:
        chat.reply_text(text, keyboard)


# ---- changing -----------------------------------------------------------------------------------------------------


def turn(chat: Chat) -> None:
    """Answer with it no more, or again."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    entry = club_knowledge.known(chat.db, chat.pressed_id)
    _show(chat, _turned(chat, entry, on=not entry.active))


def look_after(chat: Chat) -> None:
    """Whoever presses it looks after the entry from now on."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    entry = club_knowledge.known(chat.db, chat.pressed_id)
    _show(chat, club_knowledge.change(chat.db, entry, chat.user_id, chat.now, owner_id=chat.user_id))


def _turned(chat: Chat, entry: Entry, *, on: bool) -> Entry:
    if entry.active == on:
        return entry
    return club_knowledge.change(chat.db, entry, chat.user_id, chat.now, active=int(on))


def drop_way(chat: Chat) -> None:
    """It is asked for in these words no more."""
    entry_id, phrasing_id = chat.pressed_pair
    first_press(chat.db, chat.pressed.nonce, chat.now)
    entry = club_knowledge.known(chat.db, entry_id)
    _ways(chat, club_knowledge.remove_phrasing(chat.db, entry, phrasing_id, chat.user_id, chat.now))


def ask_change(chat: Chat) -> None:
    """The question about one part of an entry."""
    number, what = chat.pressed_id_and_word
    if what not in PARTS:
        raise Refused("buttons/unknown")
    entry = club_knowledge.known(chat.db, number)
    given = {} if what in BY_LANGUAGE and len(chat.club.languages) > 1 else {"language": chat.club.language}
    forms.restart(chat, CHANGE, entry=entry.id, what=what, **given)


def add(chat: Chat) -> None:
    """The questions about a new entry."""
    forms.restart(chat, NEW)


def keep_answer(chat: Chat) -> None:
    """What a colleague has just answered is what everybody gets from now on who asks the same: one tap."""
    file = tickets.file_of(chat.db, tickets.by_number(chat.db, chat.pressed_id))
    first_press(chat.db, chat.pressed.nonce, chat.now)
    question = next((one.text for one in file.messages if one.author == "member" and one.text), "")
    answer = next((one.text for one in reversed(file.messages) if one.author == "staff" and one.text), "")
    if not question or not answer:
        raise Refused("knowledge/nothing_to_keep")
    language, short = file.member.language, question[: club_knowledge.MAX_PHRASING]
    draft = Draft(
        short[: club_knowledge.MAX_TITLE],
        {language: (short[: club_knowledge.MAX_TITLE], answer.replace("{", "(").replace("}", ")"))},
        {language: [short]},
    )
    entry = club_knowledge.add(chat.db, draft, chat.user_id, chat.now)
    club_gaps.close_like(chat.db, question)
    chat.reply("knowledge/kept")
    _show(chat, entry)


# ---- gaps ---------------------------------------------------------------------------------------------------------


def gaps(chat: Chat) -> None:
    """What people asked and nothing answered, the most asked first."""
    found = club_gaps.gaps(chat.db)
    rows = [
        [chat.button("gap", f"kbgap:{gap.number}", text=gap.texts[0], count=len(gap.questions))] for gap in found[:PAGE]
    ]
    chat.reply("knowledge/gaps", [*rows, [chat.button("entries", "go:kb")]], count=len(found), shown=len(rows))


def show_gap(chat: Chat) -> None:
    """One gap: how it was asked, and the ways to close it."""
    gap = club_gaps.gap_of(chat.db, chat.pressed_id)
    rows = [
        [chat.button("gap_to", f"kbgapto:{gap.number}.{entry.id}:{new_nonce()}", title=_title(chat, entry))]
        for entry in _nearest(chat, gap)
    ]
    last = [
        chat.button("gap_new", f"kbgapnew:{gap.number}"),
        chat.button("gap_off", f"kbgapoff:{gap.number}:{new_nonce()}"),
    ]
    chat.reply("knowledge/gap", [*rows, last], texts=gap.texts[:SAMPLES], count=len(gap.questions))


def _nearest(chat: Chat, gap: Gap) -> list[Entry]:
    """The entries that come nearest: often they only lack a way to be asked for."""
    found = [knowledge.by_id(chat.db, entry) for entry in chat.answers.nearest(gap.texts[0]) if entry > 0]
    return [entry for entry in found if entry is not None]


def fill_gap(chat: Chat) -> None:
    """The questions of this gap are ways to ask for an entry that is there."""
    number, entry_id = chat.pressed_pair
    gap = club_gaps.gap_of(chat.db, number)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    entry = club_knowledge.known(chat.db, entry_id)
    texts = [text for text in gap.texts if len(text) <= club_knowledge.MAX_PHRASING]
    entry = club_knowledge.add_phrasings(chat.db, entry, chat.language, texts, chat.user_id, chat.now)
    asked.settle(chat.db, list(gap.questions))
    _ways(chat, entry)


def new_from_gap(chat: Chat) -> None:
    """Write the entry that this gap lacks; the ways to ask for it are known."""
    gap = club_gaps.gap_of(chat.db, chat.pressed_id)
    texts = [text for text in gap.texts if len(text) <= club_knowledge.MAX_PHRASING]
    forms.restart(chat, NEW, phrasings=texts, gap=gap.number)


def drop_gap(chat: Chat) -> None:
    """Nobody needs an answer to this from the bot."""
    gap = club_gaps.gap_of(chat.db, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    asked.settle(chat.db, list(gap.questions))
    gaps(chat)


# ---- forms --------------------------------------------------------------------------------------------------------

PARTS = ("title", "answer", "phrasings", "tags", "days")
BY_LANGUAGE = ("title", "answer", "phrasings")


def _parse_title(_chat: Chat, text: str, _answers: Answers) -> str:
    return club_knowledge.title_text(text)


def _parse_answer(chat: Chat, text: str, _answers: Answers) -> str:
    answer = club_knowledge.answer_text(text)
    merge.check_branches(chat.db, answer)
    return answer


def _parse_phrasings(_chat: Chat, text: str, _answers: Answers) -> list[str]:
    return club_knowledge.phrasing_lines(text)


def _parse_tags(_chat: Chat, text: str, _answers: Answers) -> str:
    return ",".join(club_knowledge.tag_list(text))


def _parse_days(_chat: Chat, text: str, _answers: Answers) -> list[str | None]:
    return [day.isoformat() if day else None for day in club_knowledge.days(text)]


def _no_bound(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("-", "no_bound")]


def _facts(_chat: Chat, answers: Answers) -> Answers:
    return {"fields": merge.FIELDS, "given": answers}


def _added(chat: Chat, answers: Answers) -> None:
    language = chat.language
    texts = answers.get("phrasings") or []
    draft = Draft(answers["title"], {language: (answers["title"], answers["answer"])}, {language: texts})
    entry = club_knowledge.add(chat.db, draft, chat.user_id, chat.now)
    if "gap" in answers:
        asked.settle(chat.db, list(club_gaps.gap_of(chat.db, answers["gap"]).questions))
    chat.reply("knowledge/added")
    _show(chat, entry)


def _changed(chat: Chat, answers: Answers) -> None:
    entry = club_knowledge.known(chat.db, answers["entry"])
    chat.reply("knowledge/changed")
    _show(chat, _with(chat, entry, answers["what"], answers))


def _with(chat: Chat, entry: Entry, what: str, answers: Answers) -> Entry:
    value: Any = answers[what]
    if what in ("title", "answer"):
        return club_knowledge.reword(chat.db, entry, answers["language"], chat.user_id, chat.now, **{what: value})
    if what == "phrasings":
        return club_knowledge.add_phrasings(chat.db, entry, answers["language"], value, chat.user_id, chat.now)
    if what == "days":
        first, last = club_knowledge.days_of(value)
        return club_knowledge.change(chat.db, entry, chat.user_id, chat.now, valid_from=first, valid_until=last)
    return club_knowledge.change(chat.db, entry, chat.user_id, chat.now, tags=value)


def _when(what: str) -> Any:
    return lambda answers: answers["what"] == what


NEW = forms.register(
    Form(
        "knowledge",
        (
            Field("title", _parse_title),
            Field("answer", _parse_answer),
            Field("phrasings", _parse_phrasings, optional=True),
        ),
        _added,
        roles=SERVICE,
        facts=_facts,
    )
)
CHANGE = forms.register(
    Form(
        "knowledge_change",
        (
            Field("language", parse_language, languages),
            Field("title", _parse_title, when=_when("title")),
            Field("answer", _parse_answer, when=_when("answer")),
            Field("phrasings", _parse_phrasings, when=_when("phrasings")),
            Field("tags", _parse_tags, when=_when("tags")),
            Field("days", _parse_days, _no_bound, when=_when("days")),
        ),
        _changed,
        roles=SERVICE,
        facts=_facts,
    )
)
