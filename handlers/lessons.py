"""What worked, and what to do differently: two questions at the end of a campaign."""

from __future__ import annotations

from campaigns import campaigns as work
from campaigns import overview
from club.names import clean
from club.refusal import Refused
from club.staff import FIGURES
from handlers import campaigns, forms
from handlers.chat import Chat
from handlers.forms import Answers, Field, Form
from storage import lessons
from storage.campaigns import Campaign

MAX_LESSON = 300


def begin(chat: Chat) -> None:
    """By the button under a report, or when it ended by itself."""
    one = work.existing(chat.db, chat.pressed_id)
    _ask(chat, one, ends=False)


def before_the_end(chat: Chat) -> None:
    """Somebody wants to end it: first what was learnt, then whether they are sure."""
    one = work.existing(chat.db, chat.pressed_id)
    if campaigns.asks_for_lessons(chat.db, one):
        _ask(chat, one, ends=True)
    else:
        campaigns.ask_cancel(chat, one)


def _ask(chat: Chat, one: Campaign, *, ends: bool) -> None:
    name = overview.spoken(work.definition(one, chat.club), chat.language).name
    forms.restart(chat, LESSONS, campaign=one.id, named=name, ends=ends)


def _parse(_chat: Chat, text: str, _answers: Answers) -> str:
    said = clean(text)
    if not 0 < len(said) <= MAX_LESSON:
        raise Refused("forms/long", most=MAX_LESSON, found=len(text))
    return said


def _done(chat: Chat, answers: Answers) -> None:
    one = work.existing(chat.db, answers["campaign"])
    worked, differently = answers.get("worked"), answers.get("differently")
    if worked or differently:
        lessons.add(chat.db, one.id, worked=worked, differently=differently, actor_id=chat.user_id, at=chat.now)
        chat.reply("lessons/noted", [[chat.button("campaign_card", f"camp:{one.id}")]])
    if answers["ends"]:
        campaigns.ask_cancel(chat, one)
    elif not (worked or differently):
        campaigns.hang(chat, one)


def _facts(_chat: Chat, answers: Answers) -> Answers:
    return {"name": answers.get("named", "")}


LESSONS = forms.register(
    Form(
        "lessons",
        (Field("worked", _parse, optional=True), Field("differently", _parse, optional=True)),
        _done,
        roles=FIGURES,
        facts=_facts,
    )
)
