"""What `guanxi check` asks Telegram: is the token good, may the bot work in the staff group."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.findings import Finding, well, wrong
from bot.settings import Settings, SettingsProblem

TELEGRAM_SECONDS = 5.0
"""How long the server may take for an answer."""


async def telegram(settings: Settings) -> AsyncIterator[Finding]:
    """The token and the group, as far as Telegram says."""
    try:
        token = settings.token()
    except SettingsProblem as error:
        yield wrong(error.problems[0])
        return
    timeout = aiohttp.ClientTimeout(total=TELEGRAM_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
        api = _Api(session, settings.telegram.api_url, token)
        try:
            me = await _me(api)
            yield well(f"telegram.token: it is @{me.get('username')}, bot {me['id']}")
            yield await _group(api, settings.staff.chat, me["id"])
        except _Found as found:
            yield found.finding


class _Found(Exception):
    """A finding that ends the look at Telegram."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.line)
        self.finding = finding


class _Refused(Exception):
    """The Bot API said no: `code` is its number, the message its description."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code


@dataclass(frozen=True)
class _Api:
    """The few calls that a check needs, without the product's queues."""

    session: aiohttp.ClientSession
    address: str
    token: str

    async def call(self, method: str, **parameters: int) -> dict[str, Any]:
        """Raises `_Refused` where the server says no, `_Found` where it is none or cannot be reached."""
        try:
            async with self.session.post(f"{self.address}/bot{self.token}/{method}", json=parameters) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise self._nobody(_reason(error)) from error
        except ValueError as error:
            raise self._nobody(f"HTTP {response.status} without JSON") from error
        if not isinstance(answer, dict) or "ok" not in answer:
            raise self._nobody("an answer of another kind")
        if not answer["ok"]:
            raise _Refused(answer.get("error_code", response.status), str(answer.get("description")))
        result: dict[str, Any] = answer["result"]
        return result

    def _nobody(self, reason: str) -> _Found:
        return _Found(
            wrong(
                f"telegram.api_url: found no Bot API at '{self.address}' ({reason}), "
                "expected a server that this machine can reach"
            )
        )


def _reason(error: Exception) -> str:
    """Why nobody answered, without the address, for the token is in it."""
    if isinstance(error, TimeoutError):
        return f"no answer within {TELEGRAM_SECONDS:.0f} s"
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or type(error).__name__
    return type(error).__name__


async def _me(api: _Api) -> dict[str, Any]:
    try:
        return await api.call("getMe")
    except _Refused as error:
        raise _Found(
            wrong(
                f"telegram.token: refused by '{api.address}' ({error.code} {error}), "
                "expected the token that @BotFather shows for this bot"
            )
        ) from error


async def _group(api: _Api, chat_id: int | None, bot_id: int) -> Finding:
    if chat_id is None:
        return well("staff.chat: none, the owners get everything in private")
    try:
        chat = await api.call("getChat", chat_id=chat_id)
        member = await api.call("getChatMember", chat_id=chat_id, user_id=bot_id)
    except _Refused as error:
        return wrong(
            f"staff.chat: found {chat_id}, to which the bot has no access ({error}), "
            "expected a group that it is a member of"
        )
    problem = _lacking(chat, member)
    if problem:
        return wrong(f"staff.chat: found {chat_id} '{chat.get('title', '')}', {problem}")
    return well(f"staff.chat: the bot may write in '{chat.get('title', '')}'")


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
    if chat.get("is_forum") and status != "creator" and not member.get("can_manage_topics"):
        return (
            f"a forum where the bot ({status}) may not manage topics, expected an administrator with can_manage_topics"
        )
    return None
