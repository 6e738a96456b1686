"""What a handler gets: who speaks, what arrived, the connection, the time, and ways to answer."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from telegram import CallbackQuery, Message, Update

from club.club import Club
from club.matching import Answers
from club.refusal import Refused
from storage import forms, outbox, posted, staff, topics
from storage.database import savepoint
from storage.members import Member
from storage.outbox import Lane
from templates import button, plain, render

Rows = Sequence[Sequence[dict[str, Any]]]
"""An inline keyboard, row by row."""


class Unread(Exception):
    """A picture has to be read before this update can be handled. It is then handled anew: nothing was done so far."""

    def __init__(self, file_id: str) -> None:
        super().__init__("a picture is to be read first")
        self.file_id = file_id


FOR_MEMBERS = frozenset({"membership/not_a_member", "membership/lapsed"})
"""Refusals from which joining is the way on."""
FIRST: Mapping[str, Sequence[str]] = {
    "tickets/take_first": ("take",),
    "tickets/tell_first": ("fix", "explain"),
    "compensations/tell_first": ("fix", "explain"),
}
"""Refusals that wait for a step with a request: the buttons that do it, as on its card."""


Codes = Mapping[str, Sequence[str]]
"""What the codes in pictures say, by the picture's file id."""


@dataclass(frozen=True)
class Pressed:
    """A button that was pressed: `verb:argument:nonce`. The nonce is "" where pressing twice does no harm."""

    verb: str
    argument: str
    nonce: str

    @classmethod
    def parse(cls, data: str) -> Pressed:
        verb, _, rest = data.partition(":")
        argument, _, nonce = rest.rpartition(":") if ":" in rest else (rest, "", "")
        return cls(verb, argument, nonce)


def number_in(text: str) -> int:
    """An id, or another whole number from 0 on, as a button carries it. Raises `Refused` for one that was made up."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Refused("buttons/unknown")
    return int(text)


@dataclass(frozen=True)
class Outgoing:
    """One call on its way to the outbox; `ticket_id`, `quotes` and `album` as in `outbox.put`."""

    lane: Lane
    chat_id: int
    method: str
    payload: dict[str, Any]
    ticket_id: int | None = None
    quotes: bool = False
    album: str | None = None


@dataclass
class Chat:
    """One update on its way through a handler. What is said here leaves together with what is changed here.

    `language` is what is read here: in the staff group everybody's, whoever speaks; `own_language` is for what only
    they see. `thread_id`: the topic of a group in which they speak, and `ticket_here` the request that it is for.
    """

    db: Connection
    now: datetime
    club: Club
    bot_name: str
    update: Update
    chat_id: int
    user_id: int
    private: bool
    role: str | None
    language: str
    member_or_none: Member | None
    answers: Answers
    codes: Codes = field(default_factory=dict)
    own_language: str = ""
    thread_id: int | None = None
    ticket_here: int | None = None
    _outgoing: list[Outgoing] = field(default_factory=list)
    _question: int | None = None
    _toast: str | None = None
    _alert: bool = False

    @property
    def member(self) -> Member:
        """The person in this private chat. Only a staff group has none."""
        if self.member_or_none is None:
            raise LookupError("no member stands behind a message in a group")
        return self.member_or_none

    @property
    def message(self) -> Message | None:
        return self.update.message

    @property
    def query(self) -> CallbackQuery | None:
        return self.update.callback_query

    @property
    def pressed(self) -> Pressed:
        """What the pressed button says; a handler of buttons is never called without one."""
        return Pressed.parse((self.query.data if self.query else None) or "")

    @property
    def pressed_id(self) -> int:
        """The id that the pressed button carries. Raises `Refused` for one that was made up."""
        return number_in(self.pressed.argument)

    @property
    def pressed_id_and_word(self) -> tuple[int, str]:
        """The id that the pressed button carries, and the word behind it, as in `12.goal`. Raises `Refused` for an id
        that was made up; whether there is such a word, its reader knows."""
        number, _, word = self.pressed.argument.partition(".")
        return number_in(number), word

    @property
    def pressed_pair(self) -> tuple[int, int]:
        """The two numbers that the pressed button carries, as in `1002.1001`. Raises `Refused` for made-up ones."""
        first, second = self.pressed_id_and_word
        return first, number_in(second)

    @property
    def text(self) -> str:
        """What the person typed, or wrote under a picture."""
        message = self.update.message
        return "" if message is None else (message.text or message.caption or "").strip()

    @property
    def arguments(self) -> str:
        """What stands behind a command."""
        words = self.text.split(maxsplit=1)
        return words[1] if self.text.startswith("/") and len(words) == 2 else ""

    def codes_in(self, file_id: str) -> Sequence[str]:
        """What the codes in a picture say that Telegram keeps. Raises `Unread` where nobody has looked yet."""
        if file_id not in self.codes:
            raise Unread(file_id)
        return self.codes[file_id]

    def refresh(self, member: Member) -> None:
        """The person changed: say what follows to who they are now."""
        self.member_or_none = member
        self.language = self.own_language = member.language

    def reply(self, template: str, /, keyboard: Rows = (), **facts: Any) -> None:
        """Answer where the update came from."""
        self._send(Lane.REPLY, self.chat_id, self.words(template, **facts), keyboard)

    def reply_text(self, text: str, keyboard: Rows = ()) -> None:
        """Answer with a text that is rendered already."""
        self._send(Lane.REPLY, self.chat_id, text, keyboard)

    def refuse(self, refusal: Refused) -> None:
        """Answer a rule's no: over the chat where a button was pressed, else in it, with the way on."""
        if self.query is not None:
            self.toast(refusal.template, alert=True, **refusal.facts)
        else:
            join = [[self.button("join", "go:join")]] if refusal.template in FOR_MEMBERS and self.private else []
            self.reply(refusal.template, [*join, *self._first(refusal), *self.way_on()], **refusal.facts)

    def _first(self, refusal: Refused) -> Rows:
        """A row with what has to be done first, where a rule waits for that."""
        if refusal.template not in FIRST:
            return []
        number, nonce = refusal.facts["number"], new_nonce()
        return [[self.button(f"desk_{step}", f"{step}:{number}:{nonce}") for step in FIRST[refusal.template]]]

    def way_on(self) -> Rows:
        """The button to the menu, where there is one: no answer is a dead end. A group has no menu."""
        return [[self.button("menu", "go:start")]] if self.private else ()

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Where a rule says no inside the block, what was changed and said in it is taken back."""
        said = len(self._outgoing)
        try:
            with savepoint(self.db):
                yield
        except Refused:
            del self._outgoing[said:]
            self._question = self._toast = None
            raise

    def ask(self, text: str, keyboard: Rows = ()) -> None:
        """Ask the question of a form: answered, its buttons go. In a group, where the bot hears only replies to
        itself, Telegram opens one."""
        self._question = len(self._outgoing)
        if self.private:
            self._send(Lane.REPLY, self.chat_id, text, keyboard)
            return
        payload = _message(f"{self._mention()}\n{text}", {"force_reply": True, "selective": True})
        if self._may_answer_here():
            self._put(Lane.REPLY, self.chat_id, "sendMessage", payload)
        else:
            self._outgoing.append(Outgoing(Lane.REPLY, self.chat_id, "sendMessage", payload))

    def _may_answer_here(self) -> bool:
        """In a topic that is closed only administrators write: what is asked there is asked in General."""
        topic = topics.of_ticket(self.db, self.chat_id, self.ticket_here) if self.ticket_here is not None else None
        return topic is None or not topic.closed

    def take_buttons_away(self, question_row: int | None) -> None:
        """The question in that outbox row is answered: nobody shall press its buttons any more."""
        message_id = None if question_row is None else outbox.message_id(self.db, question_row)
        if message_id is not None and self.private and not self._edits(message_id):
            self._put(Lane.REPLY, self.chat_id, "editMessageReplyMarkup", _without_buttons(message_id))

    def take_buttons_away_from(self, chat_id: int, question_row: int | None) -> None:
        """The same in somebody else's private chat, where a question is over that they had not answered."""
        message_id = None if question_row is None else outbox.message_id(self.db, question_row)
        if message_id is not None:
            taken = Outgoing(Lane.SERVICE, chat_id, "editMessageReplyMarkup", _without_buttons(message_id))
            self._outgoing.append(taken)

    def notify(
        self,
        chat_id: int,
        text: str,
        keyboard: Rows = (),
        lane: Lane = Lane.SERVICE,
        *,
        about: int | None = None,
        quotes: bool = False,
    ) -> None:
        """Write to somebody else: the customer of a ticket, a colleague. `about`: the id of the request in whose topic
        it belongs; `quotes`: what somebody said about it, so that a reply to this message goes to them."""
        payload = _message(text, _markup(keyboard) if keyboard else None)
        self._outgoing.append(Outgoing(lane, chat_id, "sendMessage", payload, about, quotes))

    def forward(self, outgoing: Outgoing) -> None:
        """Pass on what somebody sent: a photo, a voice message, a place … (`handlers/media.py`)."""
        self._outgoing.append(outgoing)

    def photo(self, file_id: str, caption: str, keyboard: Rows = ()) -> None:
        """Answer with a photo that Telegram keeps, and words under it (at most 1,024 characters)."""
        self._picture({"photo": file_id}, caption, keyboard)

    def picture(self, recipe: dict[str, Any], caption: str, keyboard: Rows = ()) -> None:
        """Answer with a picture that is drawn when it leaves (`bot/pictures.py`), and words that say the same."""
        self._picture({outbox.RECIPE: recipe}, caption, keyboard)

    def _picture(self, shown: dict[str, Any], caption: str, keyboard: Rows) -> None:
        payload = shown | {"caption": caption, "parse_mode": "HTML"}
        if keyboard:
            payload["reply_markup"] = _markup(keyboard)
        self._put(Lane.REPLY, self.chat_id, "sendPhoto", payload)

    def text_to_come(self, recipe: str, keyboard: Rows = ()) -> None:
        """Answer with a text that is made when it leaves (`bot/recipes.py`), in this person's language."""
        made = {outbox.RECIPE: recipe, "language": self.language}
        payload = {outbox.RECIPE: made, "parse_mode": "HTML", "reply_markup": _markup(keyboard)}
        self._put(Lane.REPLY, self.chat_id, "sendMessage", payload)

    def edit(self, text: str, keyboard: Rows = ()) -> None:
        """Change the message whose button was pressed; where there is none, answer instead."""
        if self.query is None or self.query.message is None:
            self.reply_text(text, keyboard)
            return
        payload = _message(text, _markup(keyboard))
        self._put(Lane.REPLY, self.chat_id, "editMessageText", payload | {"message_id": self.query.message.message_id})

    def toast(self, template: str, *, alert: bool = False, **facts: Any) -> None:
        """The short word over the chat that answers a pressed button (at most 200 characters)."""
        self._toast = plain(template, self.own_language or self.language, **facts)[:200]
        self._alert = alert

    def words(self, template: str, /, **facts: Any) -> str:
        """A message in this person's language."""
        return render(template, self.language, club=self.club, now=self.now, **facts)

    def button(self, label: str, data: str, /, **facts: Any) -> dict[str, str]:
        return button(label, data, self.language, **facts)

    def flush(self) -> None:
        """Write what was said to the outbox; a pressed button is answered first, or its clock goes on turning."""
        if self.query is not None:
            answer: dict[str, Any] = {"callback_query_id": self.query.id}
            if self._toast:
                answer |= {"text": self._toast, "show_alert": self._alert}
            outbox.put(
                self.db, lane=Lane.REPLY, chat_id=self.chat_id, method=outbox.ANSWER, payload=answer, at=self.now
            )
        for position, one in enumerate(self._outgoing):
            row = outbox.put_or_join(self.db, at=self.now, **vars(one))
            if position == self._question:
                forms.set_question(self.db, self.chat_id, self.user_id, row)
        self._outgoing.clear()

    def menu_changed(self, telegram_id: int | None = None) -> None:
        """Somebody's rights or language changed: give them the command menu that fits (default: whoever speaks)."""
        from handlers.commands import menu_call, menu_of

        if telegram_id is None:
            joined = self.member_or_none is not None and self.member_or_none.joined
            payload = menu_call(self.user_id, self.language, self.role, joined=joined)
        else:
            payload = menu_of(self.db, self.club, telegram_id, staff.role_of(self.db, telegram_id))
        self.call("setMyCommands", payload)

    def call(self, method: str, payload: dict[str, Any]) -> None:
        """Any other Bot API call about this chat, such as its command menu."""
        self._put(Lane.REPLY, self.chat_id, method, payload)

    def _mention(self) -> str:
        """Who speaks, as a link: `selective` opens the reply box for those whom the message names."""
        user = self.update.effective_user
        return user.mention_html() if user is not None else ""

    def _edits(self, message_id: int) -> bool:
        """Is that message about to change anyway?"""
        return any(one.payload.get("message_id") == message_id for one in self._outgoing)

    def _send(self, lane: Lane, chat_id: int, text: str, keyboard: Rows) -> None:
        self._put(lane, chat_id, "sendMessage", _message(text, _markup(keyboard) if keyboard else None))

    def _put(self, lane: Lane, chat_id: int, method: str, payload: dict[str, Any]) -> None:
        """What is said in the topic of a request stays with it; in another topic, it stays where somebody spoke."""
        here = chat_id == self.chat_id and self.thread_id is not None and method.startswith("send")
        if here and self.ticket_here is None:
            payload = payload | {"message_thread_id": self.thread_id}
        self._outgoing.append(Outgoing(lane, chat_id, method, payload, self.ticket_here if here else None))


def new_nonce() -> str:
    """Marks one button for one use."""
    return secrets.token_urlsafe(6)


def hang_card(
    db: Connection, slot: str, chat_id: int, text: str, keyboard: Rows, now: datetime, about: int | None = None
) -> None:
    """What the card in this slot of a chat should show from now on. `about`: the id of the request it belongs to."""
    posted.want(db, slot, chat_id, _message(text, _markup(keyboard)), now, about)


def _without_buttons(message_id: int) -> dict[str, Any]:
    return {"message_id": message_id, "reply_markup": {"inline_keyboard": []}}


def _message(text: str, markup: dict[str, Any] | None) -> dict[str, Any]:
    payload: dict[str, Any] = {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    if markup is not None:
        payload["reply_markup"] = markup
    return payload


def _markup(keyboard: Rows) -> dict[str, Any]:
    return {"inline_keyboard": [list(row) for row in keyboard]}
