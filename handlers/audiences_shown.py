"""An audience on screen, and those that are ready-made."""

from __future__ import annotations

from typing import Any

from campaigns import audiences, saved_audiences
from campaigns.saved_audiences import Saved
from club.club import Club
from club.tickets import staff_name
from handlers.chat import Chat, new_nonce


def show(chat: Chat, saved: Saved, block: str) -> None:
    """What it means, how many that are now, and what can be done about it."""
    chat.reply(
        block,
        [
            [
                chat.button("audience_change", f"audedit:{saved.id}"),
                chat.button("audience_off", f"audoff:{saved.id}:{new_nonce()}"),
            ],
            [chat.button("audiences", "go:audience"), chat.button("menu", "go:start")],
        ],
        saved=saved,
        sentence=audiences.sentence(saved.audience, chat.language, chat.club),
        size=audiences.about(chat.db, saved.audience, chat.club, chat.now),
        by=staff_name(chat.db, saved.by),
        problems=saved_audiences.unknown(chat.db, saved.audience, chat.club),
    )


def ready(club: Club) -> dict[str, Any]:
    """Audiences that most clubs want, to begin with."""
    highest = club.tiers.tiers[-1].key if club.tiers.tiers else None
    found: dict[str, Any] = {
        "new": {"joined": {"month": "this"}},
        "birthday": {"birthday": {"month": "next"}},
        "silent": {"silent": {"times": 2.0}},
        "lapsed": {"last_bought": {"before_days": 180}},
    }
    return found | ({"top": {"tier": {"in": [highest]}}} if highest else {})
