"""/join and /leave."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from campaigns import programmes
from club import birthdays, members, names, points
from club.birthdays import LUNAR, SOLAR
from club.members import Application
from club.places import local_time, zone_by_clock, zone_of
from club.refusal import Refused
from handlers import forms
from handlers.chat import Chat, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from storage.members import Birthday, Member

AGREE, REFUSE, SAME_NAME = "agree", "refuse", "="


def join(chat: Chat) -> None:
    """Begin the joining form, or say that there is no need to. Who comes back is not asked again what we know."""
    person = chat.member
    if person.joined:
        raise Refused("membership/already", number=person.number)
    forms.start(chat, JOIN, **(_known(person) if person.status == "left" else {}))


def _known(person: Member) -> Answers:
    """What is on file, as answers."""
    answers: Answers = {"name": person.name, "interests": person.interests}
    if person.birthday is not None:
        answers["birthday"] = asdict(person.birthday)
    if person.city is not None:
        answers["city"] = {"city": person.city, "zone": person.zone}
    return {name: value for name, value in answers.items() if value}


def _consent(chat: Chat, text: str, _answers: Answers) -> bool:
    if text == AGREE:
        return True
    raise Refused("membership/consent_first")


def _news(_chat: Chat, text: str, _answers: Answers) -> bool:
    if text in (AGREE, REFUSE):
        return text == AGREE
    raise Refused("forms/press_please")


def parse_name(chat: Chat, text: str, _answers: Answers) -> str:
    return names.person_name(chat.member.name if text == SAME_NAME else text)


def name_choices(chat: Chat, _answers: Answers) -> list[Choice]:
    known = names.clean(chat.member.name)
    return [Choice(SAME_NAME, text=known)] if names.is_name(known) and known != "?" else []


def parse_birthday(chat: Chat, text: str, _answers: Answers) -> dict[str, Any] | str:
    """A birthday as JSON; the word `lunar` alone asks for a lunar date next."""
    if text == LUNAR:
        return LUNAR
    return asdict(birthdays.parse(text, local_time(chat.now, chat.club.zone).date(), SOLAR))


def parse_lunar_birthday(chat: Chat, text: str, _answers: Answers) -> dict[str, Any]:
    return asdict(birthdays.parse(text, local_time(chat.now, chat.club.zone).date(), LUNAR))


def parse_city(_chat: Chat, text: str, _answers: Answers) -> dict[str, str | None]:
    city = names.line(text)
    return {"city": city, "zone": zone_of(city)}


def parse_clock(chat: Chat, text: str, _answers: Answers) -> str:
    return zone_by_clock(text, chat.now, chat.club.zone)


def parse_line(_chat: Chat, text: str, _answers: Answers) -> str:
    return names.line(text)


def _done(chat: Chat, answers: Answers) -> None:
    application = Application(
        name=answers["name"],
        birthday=birthday_in(answers),
        city=(answers["city"] or {}).get("city"),
        zone=zone_in(answers, chat.club.zone),
        interests=answers["interests"],
        marketing=answers["news"],
    )
    chat.refresh(members.join(chat.db, chat.member, application, chat.club, chat.now))
    programmes.welcome(chat.db, chat.member, chat.club, chat.now)
    chat.menu_changed()
    chat.reply("membership/joined", member=chat.member)
    chat.reply(
        "membership/card",
        member=chat.member,
        balance=points.balance(chat.db, chat.member.id, chat.now).available,
        keyboard=[[chat.button("menu", "go:start")]],
    )


def birthday_in(answers: Answers) -> Birthday | None:
    """The birthday that was given, in whichever calendar; None where it was skipped."""
    value = answers.get("lunar_birthday") if answers.get("birthday") == LUNAR else answers.get("birthday")
    return Birthday(**value) if isinstance(value, dict) else None


def zone_in(answers: Answers, otherwise: str) -> str:
    """The zone by the city, else by the clock, else the one given."""
    return (answers.get("city") or {}).get("zone") or answers.get("clock") or otherwise


def clock_needed(answers: Answers) -> bool:
    city = answers.get("city")
    return city is not None and city["zone"] is None


BIRTHDAY_FIELDS = (
    Field("birthday", parse_birthday, lambda _chat, _answers: [Choice(LUNAR, "lunar")], optional=True),
    Field("lunar_birthday", parse_lunar_birthday, optional=True, when=lambda answers: answers.get("birthday") == LUNAR),
)
CITY_FIELDS = (
    Field("city", parse_city, optional=True),
    Field("clock", parse_clock, optional=True, when=clock_needed),
)
YES_NO = [Choice(AGREE, "news_yes"), Choice(REFUSE, "news_no")]

JOIN = forms.register(
    Form(
        "membership",
        (
            Field("consent", _consent, lambda _chat, _answers: [Choice(AGREE, "agree")]),
            Field("name", parse_name, name_choices),
            *BIRTHDAY_FIELDS,
            *CITY_FIELDS,
            Field("interests", parse_line, optional=True),
            Field("news", _news, lambda _chat, _answers: YES_NO),
        ),
        _done,
    )
)


def leave(chat: Chat) -> None:
    """Ask first, once, and say what each choice does. A prospect has nothing to leave, yet may be forgotten."""
    leaving = [[chat.button("leave", f"leave::{new_nonce()}")]] if chat.member.joined else []
    chat.reply(
        "membership/ask_leave",
        member=chat.member,
        keyboard=[[chat.button("stay", "go:start")], *leaving, [chat.button("erase", "go:forget")]],
    )


def confirm_leave(chat: Chat) -> None:
    """The button under the question: the membership ends, the record stays."""
    members.first_press(chat.db, chat.pressed.nonce, chat.now)
    members.leave(chat.db, chat.member, chat.now)
    chat.refresh(members.known(chat.db, chat.member.id))
    chat.menu_changed()
    ways = [[chat.button("join", "go:join"), chat.button("menu", "go:start")]]
    chat.edit(chat.words("membership/left", member=chat.member), ways)
