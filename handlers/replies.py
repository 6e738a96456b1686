"""/replies, and the button on a card: what is said again and again, read as the customer will, then sent."""

from __future__ import annotations

from club import replies, steps
from club import tickets as club_tickets
from club.languages import NAMES
from club.members import first_press
from club.refusal import Refused
from club.staff import SERVICE
from club.tickets import Said
from handlers import forms
from handlers.chat import Chat, new_nonce, number_in
from handlers.forms import Answers, Field, Form
from handlers.keyboards import pairs
from handlers.languages import languages, parse_language
from storage import members
from storage import replies as rows
from storage.replies import Reply

SHOWN = 30


def show_all(chat: Chat) -> None:
    """`/replies`: all of them, and a new one."""
    found = rows.every(chat.db)
    buttons = [chat.button("ready_reply", f"rr:{one.id}", reply=one) for one in found[:SHOWN]]
    last = [chat.button("add_reply", "rrnew")]
    chat.reply("replies/list", [*pairs(buttons), last], count=len(found))


def show(chat: Chat) -> None:
    """One of them, with all that can be done about it."""
    _show(chat, replies.known(chat.db, chat.pressed_id))


def _show(chat: Chat, reply: Reply) -> None:
    turn_ = f"rrturn:{reply.id}:{new_nonce()}"
    on_off = chat.button("entry_off", turn_) if reply.active else chat.button("entry_on", turn_)
    keyboard = [
        [chat.button("reply_text", f"rrset:{reply.id}"), on_off],
        [chat.button("all_replies", "go:replies")],
    ]
    chat.reply("replies/one", keyboard, reply=reply, names=NAMES)


def turn(chat: Chat) -> None:
    """Offer it no more, or again."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    found = replies.known(chat.db, chat.pressed_id)
    rows.set_active(chat.db, found.id, not found.active)
    _show(chat, replies.known(chat.db, found.id))


def add(chat: Chat) -> None:
    """The questions about a new one."""
    forms.restart(chat, REPLY, **_one_language(chat))


def ask_text(chat: Chat) -> None:
    """Other words for one, or words in another language."""
    found = replies.known(chat.db, chat.pressed_id)
    forms.restart(chat, REPLY, shortcut=found.shortcut, **_one_language(chat))


def _one_language(chat: Chat) -> Answers:
    return {} if len(chat.club.languages) > 1 else {"language": chat.club.language}


# ---- sending ------------------------------------------------------------------------------------------------------


def choose(chat: Chat) -> None:
    """The button on a card: which of them?"""
    number = chat.pressed_id
    club_tickets.of_somebody(chat.db, number)
    found = rows.every(chat.db, active=True)
    buttons = [chat.button("ready_reply", f"rruse:{number}.{one.id}", reply=one) for one in found[:SHOWN]]
    last = [chat.button("all_replies", "go:replies"), chat.button("card", f"show:{number}")]
    chat.reply("replies/choose", [*pairs(buttons), last if chat.private else last[1:]], number=number, any=bool(found))


def use(chat: Chat) -> None:
    """One was chosen: the words as the customer will read them, before anything goes out."""
    number, reply_id = chat.pressed_pair
    preview(chat, number, replies.known(chat.db, reply_id))


def preview(chat: Chat, number: int, reply: Reply) -> None:
    """What would go out, and the buttons that send it."""
    from handlers.desk import learn_name

    learn_name(chat)
    ticket = club_tickets.of_somebody(chat.db, number)
    text = replies.filled(chat.db, reply, ticket, chat.user_id, chat.club, chat.now)
    mark, nonce, ways = replies.mark_of(text), new_nonce(), replies.ways_to_send(ticket)
    if not ways:
        raise Refused("tickets/closed", number=number)
    buttons = [chat.button(f"send_{step}", f"rrsend:{number}.{reply.id}.{step}.{mark}:{nonce}") for step in ways]
    customer = members.by_id(chat.db, ticket.member_id)
    own = [chat.button("write_own", f"rrown:{number}.{reply.id}"), chat.button("other_reply", f"ready:{number}")]
    lacks = None if customer.language in reply.texts else NAMES[customer.language]
    chat.reply("replies/preview", [*pairs(buttons), own], number=number, customer=customer.name, text=text, lacks=lacks)


def change(chat: Chat) -> None:
    """The words are nearly right: they are shown to be copied, and what is written then goes out in their place."""
    from handlers.desk import ask_words

    number, reply_id = chat.pressed_pair
    reply, ticket = replies.known(chat.db, reply_id), club_tickets.of_somebody(chat.db, number)
    text = replies.filled(chat.db, reply, ticket, chat.user_id, chat.club, chat.now)
    ask_words(chat, steps.REPLY, number, ready=text)


def send(chat: Chat) -> None:
    """Send what was read. Where it would say something else by now, it is shown anew instead."""
    from handlers.desk import write

    number, rest = chat.pressed_id_and_word
    reply_id, _, rest = rest.partition(".")
    step, _, mark = rest.partition(".")
    reply = replies.known(chat.db, number_in(reply_id))
    ticket = club_tickets.of_somebody(chat.db, number)
    if step not in replies.ways_to_send(ticket):
        raise Refused("tickets/not_now", number=number)
    text = replies.filled(chat.db, reply, ticket, chat.user_id, chat.club, chat.now)
    if replies.mark_of(text) != mark:
        preview(chat, number, reply)
        return
    first_press(chat.db, chat.pressed.nonce, chat.now)
    write(chat, step, number, Said(text))
    rows.count_use(chat.db, reply.id)
    chat.edit(chat.words("replies/sent", number=number, text=text), [])


# ---- the form -----------------------------------------------------------------------------------------------------


def _parse_shortcut(_chat: Chat, text: str, _answers: Answers) -> str:
    return replies.shortcut_of(text)


def _parse_text(_chat: Chat, text: str, _answers: Answers) -> str:
    return replies.text_of(text)


def _done(chat: Chat, answers: Answers) -> None:
    _show(chat, replies.write(chat.db, answers["shortcut"], answers["language"], answers["text"]))


REPLY = forms.register(
    Form(
        "replies",
        (
            Field("shortcut", _parse_shortcut),
            Field("language", parse_language, languages),
            Field("text", _parse_text),
        ),
        _done,
        roles=SERVICE,
        facts=lambda _chat, _answers: {"fields": replies.FIELDS},
    )
)
