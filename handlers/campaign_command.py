"""`/campaign`: the same by words as by the buttons of `/campaigns`."""

from __future__ import annotations

from campaigns import campaigns as work
from campaigns import why as reasons
from club import customers
from club.refusal import Refused
from handlers import campaign_form, campaign_report, campaigns
from handlers.chat import Chat

REPORT = "report"


def campaign(chat: Chat) -> None:
    """`/campaign new`, `/campaign journey`, `/campaign KEY`, `/campaign report KEY`; without a word, all of them."""
    word, _, rest = ("" if chat.query else chat.arguments).partition(" ")
    if word == "":
        campaigns.show(chat)
    elif word.casefold() == "new":
        campaign_form.begin(chat)
    elif word.casefold() == "journey":
        campaign_form.begin_journey(chat)
    elif word.casefold() == REPORT:
        campaign_report.tell(chat, work.named(chat.db, rest))
    else:
        campaigns.hang(chat, work.named(chat.db, word))


def why(chat: Chat) -> None:
    """`/why 10017 autumn-tea`: what became of this member in that campaign, in a sentence."""
    person, _, name = chat.arguments.partition(" ")
    if not name:
        raise Refused("campaigns/why_how")
    member = customers.find(chat.db, person)
    told = reasons.why(chat.db, work.named(chat.db, name), member, chat.club, chat.now, chat.language)
    chat.reply("campaigns/why", chat.way_on(), told=told, number=member.number, zone=chat.club.zone)
