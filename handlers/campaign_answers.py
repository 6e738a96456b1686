"""What members do with a campaign's message: press, answer, or want no more of them."""

from __future__ import annotations

from datetime import timedelta

from campaigns import campaigns as work
from campaigns import words
from campaigns.definition import ANSWER, REQUEST, Definition, event_of, label, survey_of
from club.refusal import Refused
from handlers import complaints, events, profile, survey_answers
from handlers.chat import Chat
from handlers.questions import file_question, listen, said_for_them
from storage import merges, sends
from storage.sends import Send
from templates import plain

ANSWERS_WITHIN = timedelta(days=7)
"""Words that somebody writes so long after a message count as an answer to it."""


def press(chat: Chat) -> None:
    """One of its own buttons: counted, and then done what it says."""
    number, place = chat.pressed_pair
    if number == 0:  # somebody of the team looks at how it will be
        chat.toast("campaigns/only_a_look")
        return
    line = _mine(chat, number)
    campaign = work.existing(chat.db, line.campaign_id)
    found = work.spoken(chat.db, campaign, line.version, line.step, chat.club)
    if place >= len(found.buttons):
        raise Refused("buttons/unknown")
    sends.add_press(chat.db, line.id, place, chat.now)
    button = found.buttons[place]
    if survey_of(button) is not None:
        survey_answers.begin(chat, line)
    elif (event_id := event_of(button)) is not None:
        events.show_event(chat, event_id)
    elif button.does == ANSWER:
        _answered(chat, line)
    elif button.does == REQUEST:
        _asks(chat, line, found, place)
    else:
        _lead(chat, button.does, line.about)


def _answered(chat: Chat, line: Send) -> None:
    """The press is the answer; thanked for once."""
    if sends.replied(chat.db, line.id, chat.now):
        chat.reply("campaigns/thanks", [[chat.button("ask", "go:ask"), chat.button("menu", "go:start")]])
    else:
        chat.toast("campaigns/noted_already")


def _asks(chat: Chat, line: Send, found: Definition, place: int) -> None:
    """The press is a request: the team hears what it is about, once."""
    if not sends.replied(chat.db, line.id, chat.now):
        chat.toast("campaigns/noted_already")
        return
    asked = {"product"} & {*words.used(found.text(max(line.variant, 1), chat.club.language))}
    facts = words.facts_of(chat.db, chat.member, chat.club, chat.now, None, asked, line.about)

    def request(language: str) -> str:
        pressed = label(found.buttons[place], language)
        return plain("campaigns/request", language, name=found.name, said=pressed, product=facts.get("product"))

    file_question(chat, said_for_them(chat, request))


def _lead(chat: Chat, place: str, about: str) -> None:
    """To that place in the chat, as its command would. A complaint knows the order that the message was about, and what
    is on, the event."""
    from handlers.commands import BY_NAME

    kind, _, number = about.partition(":")
    if place == "complain" and kind == "order":
        complaints.complain_of(chat, number)
    elif place == "events" and kind == "event":
        events.show_event(chat, int(number.partition(":")[0]))
    elif place == "ask":
        listen(chat)
    else:
        BY_NAME[place].handler(chat)


def stop(chat: Chat) -> None:
    """No more of them, with one tap; the report says under which message it was."""
    if chat.pressed_id:
        sends.stopped(chat.db, _mine(chat, chat.pressed_id).id, chat.now)
        profile.stop(chat)
    else:
        chat.toast("campaigns/only_a_look")


def _mine(chat: Chat, number: int) -> Send:
    """The line that a button speaks of. Raises `Refused` for one that is somebody else's, or made up."""
    line = sends.by_id(chat.db, number)
    if line is None or merges.holder(chat.db, line.member_id) != chat.member.id:
        raise Refused("buttons/unknown")
    return line


def replied(chat: Chat) -> None:
    """Somebody writes: if the club has written to them lately, that is an answer."""
    line = sends.latest_sent(chat.db, chat.member.id, chat.now - ANSWERS_WITHIN)
    if line is not None:
        sends.replied(chat.db, line, chat.now)
