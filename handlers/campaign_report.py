"""What came of a campaign: a chart for a first look, and all of it in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from campaigns import campaigns as work
from campaigns import measurement, overview
from campaigns.measurement import Report, wilson
from handlers.chat import Chat
from storage import lessons as noted
from storage.campaign_figures import Bought
from storage.campaigns import Campaign


def button(chat: Chat) -> None:
    tell(chat, work.existing(chat.db, chat.pressed_id))


def tell(chat: Chat, one: Campaign) -> None:
    """Opt-outs and complaints stand beside what was sold: both are what a message costs and brings."""
    told = measurement.report(chat.db, one, chat.club, chat.now, language=chat.language)
    told = replace(told, found=overview.spoken(told.found, chat.language))
    name = told.found.name
    lessons = chat.button("lessons", f"clesson:{one.id}")
    card, every = chat.button("campaign_card", f"camp:{one.id}"), chat.button("all_campaigns", "go:campaigns")
    if told.whole.sent:
        chat.picture(_chart(chat, told), chat.words("campaign_report/under_the_chart", name=name))
    days, learnt = chat.club.campaigns.bought_within.days, noted.of(chat.db, one.id)
    before = noted.of(chat.db, told.before.campaign.id) if told.before else []
    chat.reply(
        "campaign_report/whole",
        [[card, lessons], [every]],
        told=told,
        name=name,
        days=days,
        learnt=learnt,
        learnt_before=before,
    )


def _chart(chat: Chat, told: Report) -> dict[str, Any]:
    """Counts, what it cost, and who bought of each group with its bounds."""
    whole = told.whole
    counted = [
        ("sent", whole.sent, False),
        ("replied", whole.replied, False),
        ("pressed", whole.pressed, False),
        ("bought", told.written.bought, False),
        ("stopped", whole.stopped, True),
        ("complained", told.complained, True),
    ]
    return {
        "recipe": "campaign",
        "counts": [[chat.words("campaign_report/counted", what=what), count, cost] for what, count, cost in counted],
        "said": chat.words("campaign_report/said", told=told),
        "groups": [_group(name, one) for name, one in _groups(chat, told)],
    }


def _groups(chat: Chat, told: Report) -> list[tuple[str, Bought]]:
    """Those written to beside those held out; several wordings each for itself."""
    variants = sorted(variant for variant in told.bought if variant > 0)
    if len(variants) > 1:
        named = [(chat.words("campaign_report/group", variant=one), told.bought[one]) for one in variants]
    else:
        named = [(chat.words("campaign_report/group", variant=-1), told.written)] if told.held.people else []
    if told.held.people:
        named.append((chat.words("campaign_report/group", variant=0), told.held))
    return [(name, one) for name, one in named if one.people]


def _group(name: str, one: Bought) -> list[Any]:
    return [name, one.bought / one.people, *wilson(one.bought, one.people)]
