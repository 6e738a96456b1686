"""What the words about events are handed: with seats and without end, for a crowd and for nobody, whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from club.club import Club
from club.events import Seen
from storage.branches import Branch
from storage.events import Attendance, Event, Guest
from storage.members import Member
from storage.words import Words

Facts = dict[str, Any]

NASTY = '<b>Ana</b> & "co"'
STATES = ("coming", "waiting", "off", "missed")
IN_THREE = Words({"en": "Tea tasting", "zh-Hans": "品茶会", "zh-Hant": "品茶會"})
LANGUAGES = ["English", "简体中文", "繁體中文"]


def event_facts(
    chat: Callable[..., list[Facts]],
    question: Callable[..., list[Facts]],
    people: Sequence[Member],
    branch: Branch,
    club: Club,
    now: datetime,
) -> dict[str, list[Facts]]:
    """The samples for every message about events."""
    events = _events(now)
    around = (Attendance(0, 0), Attendance(1, 1), Attendance(10_000, 1_234))
    views = [
        Seen(one, branch if one.branch_id else None, there, guest, before)
        for one in events
        for there in around
        for guest, before in ((None, 0), *_guests(now))
    ]
    unlisted = [one for one in views if one.guest is None]
    of_guests = [one for one in views if one.guest is not None]
    told = [{"seen": one, "member": person, "club": club, "now": now} for one in of_guests for person in people]
    alone = [{"event": one} for one in events]
    asked = [one | {"several": several, "names": LANGUAGES[: 3 if several else 1], "places": places,
                    "starts_at": starts_at}
             for one in question() for several in (True, False) for places in (True, False)
             for starts_at in (None, now + timedelta(days=340))]  # fmt: skip
    cards: list[Facts] = [{"seen": one, "begun": begun, "missed": missed}
             for one in unlisted for begun in (True, False) for missed in (0, 1, 12)]  # fmt: skip
    party = [(guest, person) for guest, _ in _guests(now) for person in people]
    by_state = [(replace(guest, state=state), person) for guest, person in party for state in STATES]
    pages: tuple[list[tuple[Guest, Member]], ...] = ([], party[:1], party[:12])
    pages_of_events = [{"events": unlisted[:count]} for count in (0, 1, 6)] + [{"events": unlisted[-6:]}]
    return {
        "events/list": chat(*[{"events": unlisted[:count]} for count in (1, 6)], {"events": of_guests[:6]}),
        "events/none": chat(),
        "events/one": chat(
            *[
                {"seen": one, "begun": begun, "joined": joined}
                for one in views
                for begun in (True, False)
                for joined in (True, False)
            ]
        ),
        "events/head": chat(*[{"seen": one} for one in unlisted]),
        "events/when": [one | {"club": club, "now": now} for one in alone],
        **{f"events/{block}": told for block in ("signed_up", "taken_off", "let_in", "changed", "cancelled")},
        **{f"events/{block}": alone for block in ("called_off", "begun")},
        "events/at_night": [{"at": time(hour, minute)} for hour, minute in ((3, 0), (0, 5))],
        "events/taken_already": [{"taken": taken} for taken in (1, 10_000)],
        **{f"event_desk/{block}": chat(*pages_of_events) for block in ("list", "past")},
        "event_desk/head": chat(*[{"seen": one} for one in unlisted]),
        "event_desk/card": chat(*cards),
        "event_desk/planned": chat(),
        **{f"event_desk/{block}": chat(*alone) for block in ("ask_way", "invitation")},
        "event_desk/ask_call_off": chat(*[{"seen": one} for one in unlisted]),
        "event_desk/guests": chat(
            *[one | {"guests": page, "first": first} for one in cards for page in pages for first in (0, 120)]
        ),
        "event_desk/guest": chat(
            *[
                {"guest": guest, "person": person, "event": one, "begun": begun}
                for guest, person in by_state
                for one in events
                for begun in (True, False)
            ]
        ),
        "event_desk/added": chat(
            *[{"guest": guest, "person": person, "event": one} for guest, person in party for one in events]
        ),
        **{f"event/ask_{field}": asked for field in ("title", "when", "place", "seats", "about")},
        "event_guest/ask_who": [facts | one for facts in question() for one in alone],
        "invitations/name": [{"title": title} for title in ("Tasting", NASTY)],
        "buttons/event_on": [
            {"title": title, "at": at, "zone": club.zone, "now": now}
            for title in ("Tea", NASTY, "𠮷" * 40)
            for at in (now + timedelta(days=13), now + timedelta(days=400))
        ],
        "buttons/event_guest": [{"person": person, "guest": guest} for person in people for guest, _ in _guests(now)],
    }  # fmt: skip


def listed(now: datetime) -> list[tuple[Event, Guest]]:
    """What somebody is on the list of."""
    guests = [guest for guest, _ in _guests(now)]
    return list(zip(_events(now)[:3], (guests[0], guests[1], guests[-1]), strict=True))


def _events(now: datetime) -> tuple[Event, ...]:
    """With seats, without end, far away, called off."""
    starts_at, about = now + timedelta(days=13), "Five teas, one hour."
    tasting = Event(1, IN_THREE, about, starts_at, "2026-12-05", None, "Tea house", 12, cancelled=False)
    outing = replace(tasting, id=10_000, title=NASTY, about="", branch_id=1, place="", seats=None)
    far = replace(
        tasting, title="𠮷" * 40, about="🫖" * 700, place="🫖" * 120, starts_at=now + timedelta(days=400), seats=1
    )
    return tasting, outing, far, replace(tasting, cancelled=True)


def _guests(now: datetime) -> list[tuple[Guest, int]]:
    """Those who are on a list, and how many wait before them."""
    comes = Guest(1, 1, 1, 1, "coming", now, None)
    return [
        (comes, 0),
        (replace(comes, seats=5), 0),
        *[(replace(comes, seats=seats, state="waiting"), before) for seats in (1, 2) for before in (0, 1, 1_234)],
    ]
