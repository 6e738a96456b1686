"""/me, /edit, /stop, /resume: what the club knows, and the person's say in it."""

from __future__ import annotations

from club import customers, membership, points, tiers
from club import members as club_members
from club.refusal import Refused
from handlers import forms, welcome
from handlers.chat import Chat, new_nonce
from handlers.forms import Answers, Field, Form
from handlers.membership import (
    BIRTHDAY_FIELDS,
    CITY_FIELDS,
    birthday_in,
    name_choices,
    parse_line,
    parse_name,
    zone_in,
)
from storage import (
    applications,
    asked,
    events,
    exports,
    family,
    gifts,
    members,
    merges,
    plans,
    preferences,
    purchases,
    tickets,
    vouchers,
)


def me(chat: Chat) -> None:
    """Everything that is stored about the person, in words."""
    talks = tickets.of_member(chat.db, chat.member.id, limit=None)
    chat.reply(
        "profile/me",
        member=chat.member,
        balance=points.balance(chat.db, chat.member.id, chat.now),
        progress=tiers.progress(chat.db, chat.member.id, chat.club, chat.now),
        orders=purchases.count(chat.db, chat.member.id),
        latest=purchases.latest(chat.db, chat.member.id),
        events=exports.count_events(chat.db, chat.member.id),
        attended=events.count(chat.db, chat.member.id),
        vouchers=len(vouchers.usable(chat.db, chat.member.id, chat.now)),
        preferences=preferences.count(chat.db, chat.member.id),
        family=family.count(chat.db, chat.member.id),
        together=plans.open_of(chat.db, chat.member.id),
        requests=len(talks),
        questions=asked.count(chat.db, chat.member.id),
        waiting=sum(talk.open for talk in talks),
        consents=members.consents(chat.db, chat.member.id),
        merged=[members.by_id(chat.db, one.source_id) for one in merges.into(chat.db, chat.member.id)],
        status=customers.status(chat.db, chat.member),
        lapsed=membership.has_lapsed(chat.db, chat.member),
        plan=welcome.plan(chat.db, chat.member.id, chat.club, chat.now, chat.language),
        asked=applications.waiting(chat.db, chat.member.id),
        gift=gifts.waiting(chat.db, chat.member.id, chat.now),
        keyboard=_ways(chat),
    )


def _ways(chat: Chat) -> list[list[dict[str, str]]]:
    going = chat.member.erase_at is not None
    keep = [[chat.button("keep_data", "go:stay")]] if going else []
    erase = [] if going else [chat.button("erase", "go:forget")]
    if not chat.member.joined:
        waits = applications.waiting(chat.db, chat.member.id) is not None
        return [
            *keep,
            [chat.button("withdraw", f"withdraw::{new_nonce()}") if waits else chat.button("join", "go:join")],
            [chat.button("export", "go:export"), *erase],
            [chat.button("privacy", "go:privacy"), chat.button("menu", "go:start")],
        ]
    standing = membership.standing(chat.db, chat.member.id, chat.club, chat.now)
    stay = [[chat.button("renew", "renew")]] if standing and standing.renewable and standing.way else []
    news = chat.button("stop", "go:stop") if chat.member.marketing else chat.button("resume", "go:resume")
    return [
        *keep,
        *stay,
        [chat.button("edit", "go:edit"), chat.button("warranty", "go:warranty")],
        [chat.button("preferences", "go:preferences"), chat.button("family", "go:family")],
        [news],
        [chat.button("export", "go:export"), chat.button("privacy", "go:privacy")],
        [chat.button("leave_club", "go:leave"), *erase],
        [chat.button("menu", "go:start")],
    ]


def edit(chat: Chat) -> None:
    """Which line should change?"""
    membership.check_member(chat.db, chat.member)
    chat.reply(
        "profile/ask_edit",
        member=chat.member,
        keyboard=[
            [chat.button("edit_name", "edit:name"), chat.button("edit_birthday", "edit:birthday")],
            [chat.button("edit_city", "edit:city"), chat.button("edit_interests", "edit:interests")],
            [chat.button("preferences", "go:preferences"), chat.button("family", "go:family")],
            [chat.button("language", "go:language"), chat.button("menu", "go:start")],
        ],
    )


def edit_line(chat: Chat) -> None:
    """One of the buttons: ask for that line."""
    form = EDITS.get(chat.pressed.argument)
    if form is None or not chat.member.joined:
        raise Refused("buttons/unknown")
    forms.start(chat, form)


def _saved(chat: Chat) -> None:
    chat.refresh(members.by_id(chat.db, chat.member.id))
    chat.reply(
        "profile/saved", member=chat.member, keyboard=[[chat.button("me", "go:me"), chat.button("menu", "go:start")]]
    )


def _set_name(chat: Chat, answers: Answers) -> None:
    club_members.rename(chat.db, chat.member.id, answers["name"])
    _saved(chat)


def _set_birthday(chat: Chat, answers: Answers) -> None:
    members.set_birthday(chat.db, chat.member.id, birthday_in(answers))
    _saved(chat)


def _set_city(chat: Chat, answers: Answers) -> None:
    city = (answers["city"] or {}).get("city")
    members.set_city(chat.db, chat.member.id, city, zone_in(answers, chat.club.zone))
    _saved(chat)


def _set_interests(chat: Chat, answers: Answers) -> None:
    members.set_interests(chat.db, chat.member.id, answers["interests"])
    _saved(chat)


EDITS = {
    "name": forms.register(Form("edit_name", (Field("name", parse_name, name_choices),), _set_name)),
    "birthday": forms.register(Form("edit_birthday", BIRTHDAY_FIELDS, _set_birthday)),
    "city": forms.register(Form("edit_city", CITY_FIELDS, _set_city)),
    "interests": forms.register(
        Form("edit_interests", (Field("interests", parse_line, optional=True),), _set_interests)
    ),
}


def stop(chat: Chat) -> None:
    """No more greetings and offers, at once. Answers and news about one's own requests still come."""
    club_members.set_marketing(chat.db, chat.member, False, source="stop", now=chat.now)
    again = chat.button("resume", "go:resume") if chat.member.joined else chat.button("menu", "go:start")
    chat.reply("profile/stopped", member=chat.member, keyboard=[[again]])


def resume(chat: Chat) -> None:
    """Greetings and offers again, for members."""
    membership.check_member(chat.db, chat.member)
    club_members.set_marketing(chat.db, chat.member, True, source="resume", now=chat.now)
    chat.reply("profile/resumed", keyboard=[[chat.button("stop", "go:stop")]])


def all_well(chat: Chat) -> None:
    """The happy answer to a follow-up."""
    chat.edit(chat.words("programmes/all_well_thanks"), chat.way_on())
