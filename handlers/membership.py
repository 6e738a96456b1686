"""/join, staying, and /leave."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from campaigns import programmes
from club import applications as club_applications
from club import birthdays, members, membership, names
from club import events as club_events
from club.birthdays import LUNAR, SOLAR
from club.club import APPROVAL, Club
from club.members import Application
from club.places import local_time, zone_by_clock, zone_of
from club.refusal import Refused
from handlers import applications, events, forms, welcome
from handlers.chat import Chat, new_nonce
from handlers.forms import Answers, Choice, Field, Form
from storage import outbox, staff
from storage.applications import waiting
from storage.members import Birthday, Member
from storage.outbox import Lane

AGREE, REFUSE, SAME_NAME = "agree", "refuse", "="


def join(chat: Chat) -> None:
    """Begin the joining form, or say what is missing, or that there is no need to. Who comes back is not asked again
    what we know."""
    person = chat.member
    if person.joined:
        _already(chat)
        return
    _knock(chat)


def join_for_event(chat: Chat) -> None:
    """They come in because of an event: when they are in, it is before them again."""
    event = club_events.existing(chat.db, chat.pressed_id)
    if chat.member.joined:
        events.show_event(chat, event.id)
    else:
        _knock(chat, event=event.id)


def _knock(chat: Chat, **given: int) -> None:
    person = chat.member
    door = membership.door(chat.db, person, chat.club, chat.now)
    asked = waiting(chat.db, person.id)
    if asked is not None and door.route in (None, APPROVAL):
        applications.show_waiting(chat, asked)
    elif asked is not None and door.route is not None:
        _enter(chat, door.route)
    else:
        membership.check_open(door)
        _ask(chat, **given)


def _already(chat: Chat) -> None:
    """No second membership; where the last day is near, the way to stay."""
    standing = membership.standing(chat.db, chat.member.id, chat.club, chat.now)
    if standing is None or not standing.renewable:
        raise Refused("membership/already", number=chat.member.number)
    ways = [[chat.button("renew", "renew")]] if standing.way else []
    chat.reply(
        "membership/stay", keyboard=[*ways, [chat.button("menu", "go:start")]], member=chat.member, standing=standing
    )


def _enter(chat: Chat, route: str) -> None:
    """They wait for the team, and another way has opened: what they told is enough."""
    asked = club_applications.enter(chat.db, chat.member, route, chat.club, chat.now)
    if asked is not None:
        applications.renew_cards(chat.db, chat.club, asked, chat.now)
        _welcome(chat)


def _ask(chat: Chat, **given: int) -> None:
    person = chat.member
    forms.start(chat, JOIN, **(_known(person) if person.status == "left" else {}), **given)


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
    door = membership.door(chat.db, chat.member, chat.club, chat.now)
    membership.check_open(door)
    if door.route is None or door.route == APPROVAL:
        applications.send(chat, application)
        return
    members.join(chat.db, chat.member, application, chat.club, chat.now, route=door.route)
    _welcome(chat)
    if "event" in answers:
        events.show_event(chat, answers["event"])


def _welcome(chat: Chat) -> None:
    chat.refresh(members.known(chat.db, chat.member.id))
    programmes.welcome(chat.db, chat.member, chat.club, chat.now)
    chat.menu_changed()
    for text, keyboard in welcome.messages(chat.db, chat.member, chat.club, chat.now):
        chat.reply_text(text, keyboard)


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
        facts=lambda chat, _answers: {"door": membership.door(chat.db, chat.member, chat.club, chat.now)},
    )
)


def renew(chat: Chat) -> None:
    """One tap under the notice: the next term, or the question to the team. A second tap finds it done."""
    membership.check_member(chat.db, chat.member)
    way = membership.way_to_stay(chat.db, chat.member, chat.club, chat.now)
    if way == APPROVAL:
        applications.send(chat, None)
        return
    membership.renew(chat.db, chat.member.id, way, chat.club, chat.now)
    plan = welcome.plan(chat.db, chat.member.id, chat.club, chat.now, chat.language)
    chat.edit(chat.words("membership/renewed", member=chat.member, plan=plan), chat.way_on())


def review_due(db: Connection, club: Club, now: datetime) -> int:
    """Look at memberships whose last day is over; how many. Whose has lapsed gets the menu of a guest."""
    reviewed = membership.review_due(db, club, now)
    for term in reviewed:
        person = members.known(db, term.member_id)
        if term.state == membership.LAPSE and person.telegram_id is not None and person.unreachable_at is None:
            _hang_menu(db, club, person.telegram_id, now)
    return len(reviewed)


def _hang_menu(db: Connection, club: Club, telegram_id: int, now: datetime) -> None:
    from handlers.commands import menu_of

    menu = menu_of(db, club, telegram_id, staff.role_of(db, telegram_id))
    outbox.put(db, lane=Lane.REPLY, chat_id=telegram_id, method="setMyCommands", payload=menu, at=now)


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
