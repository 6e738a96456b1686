"""What came of a campaign, in words."""

from __future__ import annotations

from campaigns import campaigns as work
from campaigns import measurement
from handlers.chat import Chat
from storage.campaigns import Campaign


def button(chat: Chat) -> None:
    tell(chat, work.existing(chat.db, chat.pressed_id))


def tell(chat: Chat, one: Campaign) -> None:
    """Opt-outs and complaints stand beside what was sold: both are what a message costs and brings."""
    told = measurement.report(chat.db, one, chat.club, chat.now, language=chat.language)
    keyboard = [[chat.button("campaign_card", f"camp:{one.id}"), chat.button("campaigns", "go:campaigns")]]
    chat.reply("campaign_report/whole", keyboard, told=told, days=chat.club.campaigns.bought_within.days)
