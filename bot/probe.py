"""What `guanxi check` asks Telegram: is the token good, may the bot work in the staff group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.findings import Finding, well, wrong
from bot.settings import Settings, SettingsProblem
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear

TELEGRAM_SECONDS = 5.0
"""How long the server may take for an answer."""


async def telegram(settings: Settings) -> AsyncIterator[Finding]:
    """The token and the group, as far as Telegram says."""
    address = settings.telegram.api_url
    try:
        async with TelegramApi(settings.token(), address) as api:
            me = await _ask(api, "getMe")
            yield well(f"telegram.token: it is @{me['username']}, bot {me['id']}")
            yield await _group(api, settings.staff.chat, me["id"])
    except SettingsProblem as error:
        yield wrong(error.problems[0])
    except Rejected as error:
        yield wrong(
            f"telegram.token: refused by '{address}' ({error.code} {error.description}), "
            "expected the token that @BotFather shows for this bot"
        )
    except (NotSent, Unclear) as error:
        yield wrong(
            f"telegram.api_url: found no Bot API at '{address}' ({error}), "
            "expected a server that this machine can reach"
        )


async def _ask(api: TelegramApi, method: str, **parameters: int) -> dict[str, Any]:
    answer: dict[str, Any] = await api.call(method, parameters, timeout=TELEGRAM_SECONDS)
    return answer


async def _group(api: TelegramApi, chat_id: int | None, bot_id: int) -> Finding:
    if chat_id is None:
        return well("staff.chat: none, owners, managers and clerks get everything in private")
    try:
        chat = await _ask(api, "getChat", chat_id=chat_id)
        member = await _ask(api, "getChatMember", chat_id=chat_id, user_id=bot_id)
    except Rejected as error:
        if error.migrate_to_chat_id is not None:
            found = await _group(api, error.migrate_to_chat_id, bot_id)
            became = f" (found {chat_id}, which has become that supergroup; the bot uses the new id by itself)"
            return Finding(found.well, found.line + became)
        return wrong(
            f"staff.chat: found {chat_id}, to which the bot has no access ({error.description}), "
            "expected a group that it is a member of"
        )
    problem = _lacking(chat, member)
    if problem:
        return wrong(f"staff.chat: found {chat_id} '{chat.get('title', '')}', {problem}")
    topics = ", and makes a topic for each request" if chat.get("is_forum") else ""
    return well(f"staff.chat: the bot may write in '{chat['title']}'{topics}")


def _lacking(chat: dict[str, Any], member: dict[str, Any]) -> str | None:
    """What keeps the bot from working in this chat, with what would work; None where nothing does."""
    status = member["status"]
    if chat["type"] not in ("group", "supergroup"):
        return f"which is a {chat['type']} chat, expected a group"
    if status in ("left", "kicked"):
        return f"where the bot is not a member ({status}), expected it to be added"
    rights = {"restricted": member, "member": chat.get("permissions", {})}.get(status, {})
    for right in ("can_send_messages", "can_send_photos"):
        if rights.get(right) is False:
            return f"where the bot ({status}) has {right} off, expected it on, or the bot as an administrator"
    if chat.get("is_forum") and not member.get("can_manage_topics"):
        return (
            f"which has topics, where the bot ({status}) has can_manage_topics off, expected it on: until then all "
            "goes to General"
        )
    return None
