"""/invite and /team: who works here."""

from __future__ import annotations

import re

from club import staff as club_staff
from club.members import first_press
from club.refusal import Refused
from handlers.chat import Chat, new_nonce
from handlers.start import INVITED
from storage import staff


def invite(chat: Chat) -> None:
    """Which role shall the newcomer have?"""
    rows = [[chat.button(f"role_{role}", f"invite:{role}:{new_nonce()}")] for role in club_staff.INVITABLE]
    chat.reply("staff/ask_role", keyboard=rows)


def make_invitation(chat: Chat) -> None:
    """A role was chosen: the link, good for one person and seven days."""
    first_press(chat.db, chat.pressed.nonce, chat.now)
    role = chat.pressed.argument
    code = club_staff.invite(chat.db, role, by=chat.user_id, now=chat.now)
    link = f"https://t.me/{chat.bot_name}?start={INVITED}{code}"
    chat.edit(chat.words("staff/invitation", role=role, link=link))


def team(chat: Chat) -> None:
    """Everybody who works here, with a button to end it."""
    colleagues = staff.active(chat.db)
    rows = [
        [chat.button("remove", f"remove:{colleague.telegram_id}:{new_nonce()}", name=colleague.name)]
        for colleague in colleagues
        if colleague.role != club_staff.OWNER
    ]
    rows.append([chat.button("invite", "go:invite"), chat.button("menu", "go:start")])
    chat.reply("staff/team", colleagues=colleagues, keyboard=rows)


def remove(chat: Chat) -> None:
    """From this moment on a customer like any other."""
    if re.fullmatch(r"[0-9]{1,18}", chat.pressed.argument) is None:
        raise Refused("buttons/unknown")
    first_press(chat.db, chat.pressed.nonce, chat.now)
    colleague = club_staff.remove(chat.db, int(chat.pressed.argument), by=chat.user_id, now=chat.now)
    chat.edit(chat.words("staff/removed", name=colleague.name))
    chat.menu_changed(colleague.telegram_id)
