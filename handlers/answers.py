"""Questions that the club knows an answer to: given where it is sure, offered where it may be, else for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram import Message

from club import knowledge as club_knowledge
from club import merge, own_data
from club.matching import SURE, UNSURE
from club.members import first_press
from club.questions import complains
from club.refusal import Refused
from club.tickets import Said
from handlers import cards, complaints, events, keyboards, nearest, points, rewards, vouchers
from handlers.chat import Chat, Rows, new_nonce, number_in
from storage import asked
from storage import events as event_rows
from storage.asked import Question
from templates import plain

OWN: dict[int, Callable[[Chat], None]] = {
    own_data.EVENTS: events.show,
    own_data.POINTS: points.show,
    own_data.TIER: points.show,
    own_data.VOUCHERS: vouchers.show,
    own_data.REQUESTS: complaints.status,
    own_data.REWARDS: rewards.show,
    own_data.CARD: cards.show,
}
"""What shows a person the part of their data that they ask for."""


def answer(chat: Chat, text: str, *, if_sure: bool = False) -> bool:
    """Answer, or offer what may be meant (unless only `if_sure` is wanted). False where a person has to."""
    today = club_knowledge.today(chat.club, chat.now)
    verdict = club_knowledge.find(chat.db, chat.answers, text, today)
    if if_sure and verdict.kind != SURE:
        return False
    if verdict.kind == UNSURE:
        asked.add(chat.db, chat.member.id, text, asked.PASSED_ON, None, chat.now)
    elif verdict.kind == SURE:
        entry = verdict.entries[0]
        number = asked.add(chat.db, chat.member.id, text, asked.ANSWERED, entry, chat.now)
        _give(chat, number, entry, text, chat.reply_text)
    else:
        number = asked.add(chat.db, chat.member.id, text, asked.OFFERED, None, chat.now)
        chat.reply("answers/offered", _offers(chat, number, verdict.entries, text))
    return verdict.kind != UNSURE


def _offers(chat: Chat, number: int, entries: tuple[int, ...], text: str) -> Rows:
    nonce = new_nonce()
    rows = [[chat.button("suggestion", f"meant:{number}.{one}:{nonce}", title=_title(chat, one))] for one in entries]
    return [*rows, *_as_complaint(chat, number, text), [chat.button("none_of_these", f"askstaff:{number}:{nonce}")]]


def _title(chat: Chat, entry: int) -> str:
    if entry < 0:
        return plain(own_data.TITLES[entry], chat.language)
    return club_knowledge.wording_of(club_knowledge.known(chat.db, entry), chat.language, chat.club.languages).title


def meant(chat: Chat) -> None:
    """One of the suggestions was pressed."""
    number, entry = _two_numbers(chat)
    question = _own_question(chat, number)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    asked.change(chat.db, question.id, outcome=asked.ANSWERED, entry_id=entry)
    if entry < 0:
        chat.edit(chat.words("answers/shown", title=_title(chat, entry)))
    _give(chat, number, entry, question.text or "", chat.edit)


def _give(chat: Chat, number: int, entry: int, asked_text: str, say: Callable[[str, Rows], None]) -> None:
    more = _as_complaint(chat, number, asked_text)
    if entry == own_data.HOURS:
        nearest.tell(chat, number, asked_text, say, more)
    elif entry == own_data.EVENTS and (told := _told_of(chat)):
        _say(chat, number, say, more, _title(chat, entry), told)
    elif entry < 0:
        OWN[entry](chat)
        chat.reply("answers/own", [[chat.button("ask_us", f"askstaff:{number}:{new_nonce()}")], *more])
    else:
        known = club_knowledge.known(chat.db, entry)
        wording = club_knowledge.wording_of(known, chat.language, chat.club.languages)
        _say(chat, number, say, more, wording.title, _filled(chat, wording.answer))


def _told_of(chat: Chat) -> str:
    """What the knowledge base tells of events, each with its answer; "" where it tells nothing, and where there are
    some that one can sign up for: those are shown."""
    if event_rows.upcoming(chat.db, chat.now, 1):
        return ""
    found = club_knowledge.events(chat.db, club_knowledge.today(chat.club, chat.now))
    if not found:
        return ""
    wordings = [club_knowledge.wording_of(entry, chat.language, chat.club.languages) for entry in found]
    return "\n\n".join(f"{one.title}\n{_filled(chat, one.answer)}" for one in wordings)


def _filled(chat: Chat, text: str) -> str:
    return merge.merged(text, merge.values_of(chat.db, text, chat.member, chat.club, chat.now))


def _say(chat: Chat, number: int, say: Callable[[str, Rows], None], more: Rows, title: str, text: str) -> None:
    say(chat.words("answers/answer", title=title, text=text), [*keyboards.did_it_help(chat, number), *more])


def _as_complaint(chat: Chat, number: int, text: str) -> Rows:
    """Whoever says that something is wrong makes a complaint of it with one tap, whatever the club answered."""
    return [[chat.button("is_complaint", f"complainof:{number}:{new_nonce()}")]] if complains(text) else []


def complain_of(chat: Chat) -> None:
    """What the bot answered is a complaint."""
    question = _own_question(chat, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    if question.outcome == asked.ANSWERED:
        asked.change(chat.db, question.id, helpful=0)
    _take_buttons(chat)
    complaints.file_complaint(chat, Said(question.text or ""))


def helped(chat: Chat) -> None:
    """It did help."""
    question = _own_question(chat, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    asked.change(chat.db, question.id, helpful=1)
    _take_question(chat)
    chat.toast("answers/glad")


def ask_staff(chat: Chat) -> None:
    """It did not help, or none of these was meant: a colleague gets the question."""
    from handlers.questions import to_a_person

    question = _own_question(chat, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    changes: dict[str, Any] = {"outcome": asked.PASSED_ON} if question.outcome == asked.OFFERED else {"helpful": 0}
    asked.change(chat.db, question.id, **changes)
    if question.outcome == asked.OFFERED:
        chat.edit(chat.words("answers/passed_on"))
    else:
        _take_buttons(chat)
    to_a_person(chat, Said(question.text or ""))


def _take_question(chat: Chat) -> None:
    """Whether it helped is answered: the answer stays, and neither the question under it nor its buttons."""
    message = chat.query.message if chat.query else None
    answer, _, asked_under = (message.text_html if isinstance(message, Message) else "").rpartition("\n\n")
    if answer and asked_under:
        chat.edit(answer)
    else:
        _take_buttons(chat)


def _take_buttons(chat: Chat) -> None:
    message = chat.query.message if chat.query else None
    if message is not None:
        markup: dict[str, Any] = {"inline_keyboard": []}
        chat.call("editMessageReplyMarkup", {"message_id": message.message_id, "reply_markup": markup})


def _own_question(chat: Chat, number: int) -> Question:
    """The question that stands behind a button; refused where it is somebody else's, or its words are gone."""
    question = asked.by_id(chat.db, number)
    if question is None or question.member_id != chat.member.id or question.text is None:
        raise Refused("buttons/unknown")
    return question


def _two_numbers(chat: Chat) -> tuple[int, int]:
    """The question and the entry that a suggestion carries. Raises `Refused` for one that was made up."""
    question, word = chat.pressed_id_and_word
    entry = -number_in(word[1:]) if word.startswith("-") else number_in(word)
    if entry < 0 and entry not in own_data.TITLES:
        raise Refused("buttons/unknown")
    return question, entry
