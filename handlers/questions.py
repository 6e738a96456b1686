"""/ask, and whatever somebody simply types: it gets an answer or becomes a ticket, never silence."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from club import desk
from club import tickets as club_tickets
from club.members import first_press
from club.questions import GREETING, STOP, THANKS, complains, small_talk
from club.staff import SERVICE
from club.steps import QUESTION, WAITING
from club.tickets import Said
from handlers import answers, forms, nearest, profile, start
from handlers.chat import Chat, Rows, new_nonce
from handlers.complaints import parse_words
from handlers.forms import SAID, Answers, Field, Form
from handlers.media import is_strangers, said_behind, said_in
from handlers.tickets import file_again, filed, refresh_cards, said_more, tell_owner
from storage import links, ticket_messages, tickets
from storage.tickets import Ticket
from templates import plain


def ask(chat: Chat) -> None:
    """Ask for the question; `/ask when do you open` asks it at once."""
    said = said_behind(chat)
    if said is not None:
        answer_or_file(chat, said)
    else:
        forms.start(chat, ASK)


def listen(chat: Chat) -> None:
    """The same to whoever pressed that they have something to say: it may be no question at all."""
    forms.start(chat, ASK, telling=True)


def answer_or_file(chat: Chat, said: Said) -> None:
    """What the club knows is answered at once; all else, and what came with a picture, goes to the staff."""
    if said.media is not None or not answers.answer(chat, said.text):
        file_question(chat, said)


def file_question(chat: Chat, said: Said, template: str = "questions/asked") -> None:
    """Pass a question to the staff, and say who will answer when."""
    ticket = club_tickets.open_ticket(chat.db, QUESTION, chat.member, said, chat.club, chat.now)
    say_filed(chat, ticket, said, template)


def said_for_them(chat: Chat, words: Callable[[str], str]) -> Said:
    """What a press says for somebody, as they read it in /status; below it as the team reads it, where that is another
    language. `words`: the text, in a language."""
    return Said("\n".join(dict.fromkeys(map(words, (chat.language, chat.club.group_language)))))


def say_filed(chat: Chat, ticket: Ticket, said: Said, template: str = "questions/asked") -> None:
    """It is with the staff: who will answer when, and its card."""
    number = club_tickets.number_of(ticket.id)
    chat.reply(
        template,
        number=number,
        name=club_tickets.owner_name(chat.db, ticket),
        by=ticket.answer_by,
        zone=chat.member.zone,
        unhappy=complains(said.text),
        keyboard=[*_as_complaint(chat, number, said), [chat.button("menu", "go:start")]],
    )
    filed(chat, ticket, said)


def _as_complaint(chat: Chat, number: int, said: Said) -> Rows:
    """Whoever says that something is wrong makes a complaint of it with one tap."""
    if not complains(said.text):
        return []
    return [[chat.button("is_complaint", f"iscomplaint:{number}:{new_nonce()}")]]


def to_a_person(chat: Chat, said: Said) -> None:
    """What the bot could not help with: into the request that is open, else a new one."""
    ticket = tickets.latest_open(chat.db, chat.member.id)
    if ticket is None:
        file_question(chat, said)
    else:
        _add(chat, ticket, said)


def human(chat: Chat) -> None:
    """/human: a person, whatever the bot could say. `/human it is about my order` says at once what about."""
    told = said_behind(chat) if chat.query is None else None
    said = told or said_for_them(chat, partial(plain, "questions/wants_a_person"))
    ticket = tickets.latest_open(chat.db, chat.member.id)
    if ticket is None:
        file_question(chat, said, "questions/asked" if told else "questions/person_called")
        return
    said_more(chat, ticket, said)
    facts = {"number": club_tickets.number_of(ticket.id), "name": club_tickets.owner_name(chat.db, ticket)}
    chat.reply("questions/person_comes", chat.way_on(), by=ticket.answer_by, zone=chat.member.zone, **facts)


def free_text(chat: Chat) -> None:
    """Words outside of any form: small talk, more about an open ticket, or a new question."""
    said = said_in(chat)
    if said is None or (said.media == "sticker" and tickets.latest_open(chat.db, chat.member.id) is None):
        words = "questions/strangers_number" if is_strangers(chat) else "questions/cannot_read"
        chat.reply(words, keyboard=start.keyboard(chat))
        return
    talk = small_talk(said.text) if said.media is None else None
    if talk == GREETING:
        start.menu(chat)
    elif talk == THANKS and tickets.latest_open(chat.db, chat.member.id) is None:
        chat.reply("questions/welcome", chat.way_on())
    elif talk == STOP:
        profile.stop(chat)
    else:
        _to_the_staff(chat, said)


def _to_the_staff(chat: Chat, said: Said) -> None:
    if chat.role in SERVICE and not chat.member.joined:
        # A colleague who meant a customer: as a request of their own, the words would come back to themselves.
        chat.reply("questions/nothing_sent", start.keyboard(chat))
        return
    answered = _answered(chat)
    ticket = answered or tickets.latest_open(chat.db, chat.member.id)
    if ticket is None:
        _after_the_end(chat, said)
        return
    settled = None if answered else desk.settled_since(chat.db, ticket, chat.member, chat.club, chat.now)
    if settled is not None:
        _ask_which(chat, said, settled, ticket)
        return
    number = club_tickets.number_of(ticket.id)
    if _bot_returns(chat, ticket, said):
        chat.reply("questions/bot_is_back", number=number)
        return
    _add(chat, ticket, said)


def _answered(chat: Chat) -> Ticket | None:
    """The open request that a colleague's message was about to which this is a Telegram reply."""
    original = chat.message.reply_to_message if chat.message else None
    ticket_id = None if original is None else links.ticket_of(chat.db, chat.chat_id, original.message_id)
    ticket = None if ticket_id is None else tickets.by_id(chat.db, ticket_id)
    return ticket if ticket is not None and ticket.open and ticket.member_id == chat.member.id else None


def _add(chat: Chat, ticket: Ticket, said: Said) -> None:
    """More words about a request. The full answer comes once, not for each line of a story."""
    number, goes_on = club_tickets.number_of(ticket.id), club_tickets.goes_on(chat.db, ticket, chat.now)
    if not said_more(chat, ticket, said):
        return
    if goes_on:
        chat.reply("questions/added_too", number=number)
    else:
        chat.reply(
            "questions/added",
            number=number,
            kind=ticket.kind,
            owner=club_tickets.owner_name(chat.db, ticket),
            keyboard=[
                *(_as_complaint(chat, number, said) if ticket.kind == QUESTION else []),
                [chat.button("ask_other", "go:ask"), chat.button("menu", "go:start")],
            ],
        )


def _bot_returns(chat: Chat, ticket: Ticket, said: Said) -> bool:
    """While a person talks the bot keeps out. After a long silence it answers again what it knows for sure."""
    _, _, at = ticket_messages.last_words(chat.db, ticket.id)
    silent = chat.now - at >= chat.club.service.bot_returns and ticket.state != WAITING
    return silent and said.media is None and answers.answer(chat, said.text, if_sure=True)


def _after_the_end(chat: Chat, said: Said) -> None:
    """Nothing is open: a new question; where one was resolved lately, the person says whether it is the same matter."""
    earlier = desk.recent(chat.db, chat.member, chat.club, chat.now)
    if earlier is None:
        if not nearest.tell_by_place(chat):
            answer_or_file(chat, said)
        return
    if said.media is None and answers.answer(chat, said.text, if_sure=True):
        return
    _ask_which(chat, said, earlier, None)


def _ask_which(chat: Chat, said: Said, earlier: Ticket, other: Ticket | None) -> None:
    """It is with the staff; is it about the request that was resolved, about the `other`, which is open, or new?"""
    ticket = club_tickets.open_ticket(chat.db, QUESTION, chat.member, said, chat.club, chat.now)
    number, before, nonce = club_tickets.number_of(ticket.id), club_tickets.number_of(earlier.id), new_nonce()
    open_number = None if other is None else club_tickets.number_of(other.id)
    about = [one for one in (before, open_number) if one is not None]
    chat.reply(
        "questions/same_matter",
        number=number,
        before=before,
        kind=earlier.kind,
        open_number=open_number,
        open_kind=None if other is None else other.kind,
        keyboard=[
            *[[chat.button("same_matter", f"same:{number}.{one}:{nonce}", number=one)] for one in about],
            [chat.button("new_matter", f"separate:{number}")],
            *_as_complaint(chat, number, said),
        ],
    )
    filed(chat, ticket, said)


def same_matter(chat: Chat) -> None:
    """It is about an earlier request: that one has these words, and is opened again where it was resolved."""
    number, before = chat.pressed_pair
    later = club_tickets.by_number(chat.db, number)
    earlier = club_tickets.by_number(chat.db, before)
    again = not earlier.open
    ticket = desk.reopen(chat.db, later.id, earlier.id, chat.member, chat.club, chat.now)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    refresh_cards(chat, club_tickets.existing(chat.db, later.id))
    file_again(chat, ticket)
    if again:
        tell_owner(chat, ticket)
    chat.edit(chat.words("tickets/joined", number=before, again=again), [[chat.button("status", "go:status")]])


def separate_matter(chat: Chat) -> None:
    """It is something new, as it was filed."""
    chat.edit(chat.words("tickets/separate", number=chat.pressed_id), [[chat.button("status", "go:status")]])


def edited(chat: Chat) -> None:
    """An edited message: what staff has seen stays, the new words are added. Elsewhere the bot cannot follow."""
    message, state = chat.update.edited_message, forms.current(chat)
    text = (message.text or message.caption) if message else None
    if message is None or not text:
        return
    ticket = tickets.message_source(chat.db, chat.member.id, message.message_id)
    if ticket is not None and ticket.open:
        said_more(chat, ticket, Said(plain("questions/corrected", chat.club.language, text=text)))
        chat.reply("questions/edit_added", number=club_tickets.number_of(ticket.id))
    elif state is not None:
        chat.reply("forms/edited")
        forms.remind(chat, state)
    else:
        chat.reply("questions/edit_ignored", chat.way_on())


def _done(chat: Chat, given: Answers) -> None:
    answer_or_file(chat, Said(**given[SAID]))


ASK = forms.register(Form("questions", (Field("words", parse_words, takes_media=True),), _done))
