"""The steps of a journey, one by one: looked at, added, changed, taken out; and what happens with those inside."""

from __future__ import annotations

import json

from campaigns import campaigns as work
from campaigns import journey_edit, journey_shown, steps
from campaigns.journey import INSIDE, Branch, Exit, Journey
from campaigns.problems import Invalid
from club.members import first_press
from club.refusal import Refused
from handlers.campaigns import hang, renew_cards
from handlers.chat import Chat, Rows, new_nonce
from storage.campaigns import Campaign


def show(chat: Chat) -> None:
    """All steps, each a button."""
    show_steps(chat, work.existing(chat.db, chat.pressed_id))


def show_steps(chat: Chat, one: Campaign) -> None:
    journey = journey_of(chat, one)
    found = work.definition(one, chat.club)
    lines = journey_shown.lines(journey, chat.language, chat.club, {})
    rows: Rows = [
        [{"text": f"{line.number}. {line.words}"[:60], "callback_data": f"jstep:{one.id}.{line.name}"}]
        for line in lines
    ]
    ways = [chat.button("journey_add", f"jadd:{one.id}.end."), chat.button("campaign_card", f"camp:{one.id}")]
    chat.reply("journeys/pick", [*rows[:60], ways], name=found.name)


def open_step(chat: Chat) -> None:
    """One step, and what may be done with it."""
    one, name = _pressed_step(chat)
    journey = journey_of(chat, one)
    way = journey.ways.get(name)
    if way is None:
        raise Refused("journeys/step_gone")
    at = f"{one.id}.%s.{name}"
    change = [] if isinstance(way.step, Branch | Exit) else [chat.button("journey_change", f"jadd:{at % 'instead'}")]
    inside = [chat.button("journey_then", f"jadd:{at % 'then'}"), chat.button("journey_else", f"jadd:{at % 'else'}")]
    rows = [
        [chat.button("journey_after", f"jadd:{at % 'after'}"), *change],
        *([inside] if isinstance(way.step, Branch) else []),
        [
            chat.button("journey_drop", f"jdrop:{one.id}.{name}:{new_nonce()}"),
            chat.button("journey_steps", f"jsteps:{one.id}"),
        ],
    ]
    chat.reply("journeys/one", rows, words=journey_shown.words(way.step, chat.language, chat.club))


def drop(chat: Chat) -> None:
    """Take a step out; at least one message stays."""
    one, name = _pressed_step(chat)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    keep(chat, one, lambda found: journey_edit.drop(found, name))


def keep(chat: Chat, one: Campaign, change: journey_edit.Change) -> None:
    """The steps after a change, as the next version of the draft."""
    data = json.loads(one.content)
    data["steps"] = change(data["steps"])
    try:
        after = work.change(chat.db, one, data, chat.user_id, chat.club, chat.now)
    except Invalid as invalid:
        chat.reply("campaigns/invalid", chat.way_on(), problems=invalid.problems[:5])
        return
    renew_cards(chat.db, chat.club, after, chat.now)
    show_steps(chat, after)


def ask_inside(chat: Chat) -> None:
    """It is on: what shall happen with those inside once the new version is approved?"""
    one = work.existing(chat.db, chat.pressed_id)
    if not steps.may(one.state, steps.REOPEN):
        raise Refused("campaigns/not_now", state=one.state, name=one.key)
    road = journey_shown.road(chat.db, one.id)
    rows = [[chat.button(f"journey_{way}", f"jopen:{one.id}.{way}:{new_nonce()}")] for way in INSIDE]
    name = work.definition(one, chat.club).name
    chat.reply("journeys/ask_inside", [*rows, [chat.button("campaign_card", f"camp:{one.id}")]], name=name, road=road)


def reopen(chat: Chat) -> None:
    """Open it to be changed; meanwhile everybody stays where they are."""
    one, inside = _pressed_step(chat)
    if inside not in INSIDE:
        raise Refused("buttons/unknown")
    first_press(chat.db, chat.pressed.nonce, chat.now)
    after = work.reopen(chat.db, one, inside, chat.user_id, chat.club, chat.now)
    renew_cards(chat.db, chat.club, after, chat.now)
    show_steps(chat, after)


def restore(chat: Chat) -> None:
    """Leave it as it was; everybody goes on."""
    one = work.existing(chat.db, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    after = work.restore(chat.db, one, chat.user_id, chat.now)
    renew_cards(chat.db, chat.club, after, chat.now)
    hang(chat, after)


def journey_of(chat: Chat, one: Campaign) -> Journey:
    """Raises `Refused` for a campaign that is none."""
    journey = work.definition(one, chat.club).journey
    if journey is None:
        raise Refused("buttons/unknown")
    return journey


def _pressed_step(chat: Chat) -> tuple[Campaign, str]:
    """The campaign, and the name of a step, that the button carries: `12.hello`."""
    number, name = chat.pressed_id_and_word
    return work.existing(chat.db, number), name
