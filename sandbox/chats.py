"""Methods about chats and who is in them."""

from __future__ import annotations

import secrets

from sandbox.api import Call, Json, bad_request, method
from sandbox.chat import Chat, member_view
from sandbox.outgoing import open_room, room_of

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


@method
def get_chat(call: Call) -> Json:
    """All there is to know of a chat."""
    chat = room_of(call)
    full = {
        **chat.card,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    if chat.pinned and (pinned := chat.find(chat.pinned[-1])):
        full["pinned_message"] = pinned
    return full


def _member(call: Call, chat: Chat, user_id: int) -> Json:
    if user_id == call.bot.id:
        here = "administrator" if chat.bot_is_admin and chat.type != "private" else "member"
        return member_view(call.bot.user, chat.absent.get(user_id, here), chat.bot_lacks)
    persona = call.world.personas.get(user_id)
    if persona is None:
        raise bad_request("invalid user_id specified")
    return member_view(persona.user(), chat.status_of(user_id))


@method
def get_chat_member(call: Call) -> Json:
    """What somebody is in a chat."""
    chat = open_room(call) if (call.number("chat_id") or 0) < 0 else room_of(call)
    return _member(call, chat, call.number("user_id") or 0)


@method
def get_chat_administrators(call: Call) -> list[Json]:
    """Owner and administrators; of the bots, only the one that asks."""
    chat = open_room(call)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    ids = ([chat.owner] if chat.owner else []) + sorted(chat.admins - {chat.owner})
    own = [call.bot.id] if chat.bot_is_admin else []
    return [_member(call, chat, user_id) for user_id in ids + own]


@method
def get_chat_member_count(call: Call) -> int:
    """The bot counts."""
    return len(open_room(call).members) + 1


@method
def leave_chat(call: Call) -> bool:
    """The bot goes."""
    chat = open_room(call)
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.absent[call.bot.id] = "left"
    return True


@method
def create_chat_invite_link(call: Call) -> Json:
    """A link nobody can follow."""
    if open_room(call).type == "private":
        raise bad_request("can't create an invite link for a private chat")
    link = {"invite_link": f"https://t.me/+{secrets.token_urlsafe(12)}", "creator": call.bot.user}
    asks = {"creates_join_request": call.flag("creates_join_request"), "is_primary": False, "is_revoked": False}
    named = {"name": call.text("name")} if call.text("name") else {}
    return {**link, **asks, **named}
