"""From an update to the one handler it is for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from telegram import ChatMember, MaybeInaccessibleMessage, Message, Update, User

from club import members as club_members
from club.club import Club
from club.languages import from_telegram
from club.matching import Answers
from club.refusal import Refused
from club.staff import SERVICE, not_for
from handlers import campaign_answers, desk, forms, merges, questions, scan, staff_group, tasks
from handlers.buttons import BUTTONS, Button
from handlers.chat import Chat, Codes
from handlers.commands import BY_NAME, Command
from storage import members, staff, topics
from storage.forms import OpenForm
from storage.groups import Group
from storage.members import Member


@dataclass(frozen=True)
class House:
    """What handlers need to know of where they run: the club, the bot's @name, and what was learnt to answer."""

    club: Club
    bot_name: str
    answers: Answers = field(default_factory=Answers)


def receive(db: Connection, update: Update, house: House, now: datetime, codes: Codes) -> None:
    """Handle one update. What handlers say and change is written to the database, nothing else happens.

    `codes`: what was read in its pictures. Raises `Unread` where one of them has to be read first.
    """
    group = staff_group.heed(db, update, house.club, now)
    chat = _chat(db, update, house, group, now)
    if chat is None:
        return
    chat.codes = codes
    try:
        with chat.all_or_nothing():
            if not merges.led_on(chat):
                _handle(chat)
    except Refused as refusal:
        chat.refuse(refusal)
    _ask_again(chat)
    chat.flush()


def _handle(chat: Chat) -> None:
    update = chat.update
    if update.my_chat_member is not None:
        _reachability(chat)
    elif update.callback_query is not None:
        _press(chat)
    elif update.edited_message is not None:
        if not (chat.role in SERVICE and desk.edited(chat)) and chat.private:
            questions.edited(chat)
    elif update.message is not None:
        _message(chat, update.message)


def _chat(db: Connection, update: Update, house: House, group: Group | None, now: datetime) -> Chat | None:
    """Who speaks, and where; None for what is no business of the bot: channels, foreign groups, service messages."""
    user, place, anonymous = update.effective_user, update.effective_chat, _is_anonymous(update)
    if user is None or place is None or (user.is_bot and not anonymous) or _is_service(update):
        return None
    private = place.type == "private"
    if not private and group is None:
        return None
    role = None if anonymous else staff.role_of(db, user.id)
    person = _person(db, user, house.club, now) if private else members.by_telegram_id(db, user.id)
    own_language = person.language if person else from_telegram(user.language_code, house.club.languages)
    thread_id = _thread(update.effective_message)
    return Chat(
        db,
        now,
        house.club,
        house.bot_name,
        update,
        place.id if group is None else group.id,
        user.id,
        private,
        role,
        own_language if group is None else house.club.group_language,
        person,
        house.answers,
        own_language=own_language,
        thread_id=thread_id,
        ticket_here=None if thread_id is None else topics.ticket_of_thread(db, place.id, thread_id),
    )


def _thread(message: MaybeInaccessibleMessage | None) -> int | None:
    """The topic of a group that a message stands in; None in General, and where there are none."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def _is_anonymous(update: Update) -> bool:
    """Behind a group administrator who hides stands the group as `sender_chat`, and a made-up user: nobody we know."""
    return update.message is not None and update.message.sender_chat is not None


def _is_service(update: Update) -> bool:
    """Something was pinned, a title changed: Telegram says it, no person."""
    message = update.message
    return message is not None and message.text is None and message.effective_attachment is None


def _person(db: Connection, user: User, club: Club, now: datetime) -> Member:
    return club_members.meet(
        db,
        user.id,
        name=user.full_name,
        username=user.username,
        language=from_telegram(user.language_code, club.languages),
        zone=club.zone,
        now=now,
    )


def _reachability(chat: Chat) -> None:
    """They blocked the bot, or came back. What it may do in the group is noted by `staff_group.heed`."""
    change = chat.update.my_chat_member
    if change is not None and chat.private:
        gone = change.new_chat_member.status in (ChatMember.BANNED, ChatMember.LEFT)
        members.set_unreachable(chat.db, chat.user_id, chat.now if gone else None)
        if not gone:
            tasks.reached(chat)


def _press(chat: Chat) -> None:
    pressed = chat.pressed
    if chat.update.effective_chat is not None and chat.update.effective_chat.id != chat.chat_id:
        raise Refused("buttons/unknown")  # in a group that is a supergroup by now: its messages stayed behind
    if pressed.verb == "go":
        command = BY_NAME.get(pressed.argument)
        if command is None:
            raise Refused("buttons/unknown")
        _run(chat, command)
    elif pressed.verb == forms.VERB:
        forms.press(chat, forms.current(chat), pressed.argument, pressed.nonce)
    else:
        _run_button(chat, BUTTONS.get(pressed.verb))


def _run_button(chat: Chat, button: Button | None) -> None:
    if button is None:
        raise Refused("buttons/unknown")
    _check_right(chat, button.roles, button.in_staff_chat)
    button.handler(chat)


def _message(chat: Chat, message: Message) -> None:
    if chat.member_or_none is not None and chat.member_or_none.unreachable_at is not None and chat.private:
        members.set_unreachable(chat.db, chat.user_id, None)  # who writes can be written to
        tasks.reached(chat)
    name = _command_name(chat, message)
    if not chat.private:
        _group_message(chat, message, name)
        return
    if message.forward_origin is not None and name is not None:
        raise Refused("commands/forwarded")
    state = forms.current(chat)
    if name in WAYS:
        _go(chat, state, name)
    elif name is not None:
        _command(chat, name)
    elif chat.role in SERVICE and _of_the_staff(chat, state):
        return
    elif state is not None:
        forms.answer(chat, state)
    else:
        campaign_answers.replied(chat)
        questions.free_text(chat)


def _of_the_staff(chat: Chat, state: OpenForm | None) -> bool:
    """A colleague's answer to a customer; or a card or a code, where no question waits that they have begun."""
    if desk.reply_to_card(chat) or desk.album_goes_on(chat):
        return True
    return (state is None or forms.asked_by_the_way(state)) and (scan.picture(chat) or scan.typed(chat))


WAYS = {"cancel": forms.cancel, "back": forms.back, "skip": forms.skip}
"""The commands that mean the open question."""


def _go(chat: Chat, state: OpenForm | None, way: str) -> None:
    if state is None:
        chat.reply("forms/nothing_to_cancel", chat.way_on())
    else:
        WAYS[way](chat, state)


def _group_message(chat: Chat, message: Message, name: str | None) -> None:
    """In the staff group the bot heeds commands and replies to itself; all other talk is the staff's own."""
    if message.forward_origin is not None:
        if name in BY_NAME:
            raise Refused("commands/forwarded")
        return
    state = forms.current(chat)
    if name in WAYS and state is not None:
        _go(chat, state, name)
    elif name is not None:
        if name in BY_NAME and _is_anonymous(chat.update):
            raise Refused("commands/anonymous")
        _command(chat, name)
    elif chat.role is not None:
        _talk_in_group(chat, message, state)


def _talk_in_group(chat: Chat, message: Message, state: OpenForm | None) -> None:
    """What is no reply to the bot is no business of its own. In a topic whatever replies to nothing comes as a reply to
    the line that says it was made: that is no reply either."""
    original = message.reply_to_message
    if original is None or original.forum_topic_created is not None:
        return
    to_bot = original.from_user is not None and original.from_user.username == chat.bot_name
    if not to_bot or (chat.role in SERVICE and (desk.reply_to_card(chat) or desk.album_goes_on(chat))):
        return
    if state is not None:
        if chat.thread_id is None or forms.asked_in(chat, state, original.message_id):
            forms.answer(chat, state)
    elif chat.role in SERVICE:
        scan.picture(chat)


def _ask_again(chat: Chat) -> None:
    """A command, or another button, in the middle of a form: answered, and then the open question once more."""
    if not chat.private or not _came_between(chat):
        return
    state = forms.current(chat)
    if state is None or state.question_row is None:  # one that was asked just now has no row yet
        return
    if forms.asked_by_the_way(state):
        forms.drop(chat)
    else:
        forms.remind(chat, state)


def _came_between(chat: Chat) -> bool:
    if chat.query is not None:
        return chat.pressed.verb != forms.VERB
    return chat.message is not None and _command_name(chat, chat.message) is not None


def _command_name(chat: Chat, message: Message) -> str | None:
    """`join` for "/join" and "/join@our_bot"; None for no command, and for one that is meant for another bot."""
    text = message.text or message.caption or ""
    if not text.startswith("/"):
        return None
    word = text.split(maxsplit=1)[0][1:]
    name, _, addressee = word.partition("@")
    if addressee and addressee.casefold() != chat.bot_name.casefold():
        return None
    return name.casefold()


def _command(chat: Chat, name: str) -> None:
    command = BY_NAME.get(name)
    if command is None:
        if chat.private:
            raise Refused("commands/unknown", name=name[:32])
        return
    _run(chat, command)


def _run(chat: Chat, command: Command) -> None:
    _check_right(chat, command.roles, command.in_staff_chat)
    command.handler(chat)


def _check_right(chat: Chat, roles: frozenset[str], in_staff_chat: bool) -> None:
    """Rights are read from the database at every command: a demotion holds from the next one on."""
    if roles and chat.role not in roles:
        raise not_for(chat.role, roles)
    if not chat.private and not in_staff_chat:
        raise Refused("commands/in_private", bot=chat.bot_name)


def describe(update: dict[str, Any]) -> str:
    """What kind of update a raw one is, for operators: never what somebody wrote."""
    return next((key for key in update if key != "update_id"), "nothing")
