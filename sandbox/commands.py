"""Methods by which a bot describes itself: commands, menu button, name, description."""

from __future__ import annotations

import re

from sandbox.api import Call, Json, bad_request, method
from sandbox.chat import Chat, Persona
from sandbox.outgoing import room_of
from sandbox.state import Bot

NAME = re.compile(r"[a-z0-9_]{1,32}")
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")


def _language(call: Call) -> str:
    """Two letters of ISO 639-1 or nothing: zh-hans is refused, as in Telegram."""
    code = call.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


def _scope(call: Call) -> str:
    """The scope as a key such as `chat:1001`."""
    scope = call.parsed("scope") or {"type": "default"}
    kind = scope.get("type") if isinstance(scope, dict) else None
    if kind in SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat = room_of(Call(call.world, call.bot, scope))
    if kind == "chat_member":
        if not scope.get("user_id"):
            raise bad_request("can't parse BotCommandScope: can't find field \"user_id\"")
        return f"chat_member:{chat.id}:{int(scope['user_id'])}"
    return f"{kind}:{chat.id}"


@method
def set_my_commands(call: Call) -> bool:
    """The menu of a scope in a language."""
    commands = call.parsed("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = (_scope(call), _language(call))
    call.bot.commands[key] = [_command(command) for command in commands]
    call.world.emit("commands", bot=call.bot)
    return True


def _command(command: Json) -> Json:
    name, description = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
    if not NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


@method
def get_my_commands(call: Call) -> list[Json]:
    """What was set for exactly this scope and language."""
    return call.bot.commands.get((_scope(call), _language(call)), [])


@method
def delete_my_commands(call: Call) -> bool:
    """Falls back to the wider scope."""
    call.bot.commands.pop((_scope(call), _language(call)), None)
    call.world.emit("commands", bot=call.bot)
    return True


def shown_to(bot: Bot, chat: Chat, persona: Persona) -> list[Json]:
    """The menu that a person sees in a chat: the narrowest scope first, in each the own language first."""
    language = (persona.language or "")[:2]
    if chat.type == "private":
        scopes = [f"chat:{chat.id}", "all_private_chats", "default"]
    else:
        admin = chat.status_of(persona.id) in ("creator", "administrator")
        scopes = [f"chat_member:{chat.id}:{persona.id}"]
        scopes += [f"chat_administrators:{chat.id}"] * admin + [f"chat:{chat.id}"]
        scopes += ["all_chat_administrators"] * admin + ["all_group_chats", "default"]
    for scope in scopes:
        for code in (language, ""):
            if commands := bot.commands.get((scope, code)):
                return commands
    return []


@method
def set_chat_menu_button(call: Call) -> bool:
    """The button beside the input: for one chat, or for all."""
    button = call.parsed("menu_button") or {"type": "default"}
    if button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: unsupported type specified")
    if call.number("chat_id"):
        room_of(call).menu_button = button
    else:
        call.bot.menu_button = button
    return True


@method
def get_chat_menu_button(call: Call) -> Json:
    """The button of a chat, or of all."""
    own = room_of(call).menu_button if call.number("chat_id") else None
    return own or call.bot.menu_button


def _set(call: Call, key: str, longest: int) -> bool:
    value = call.text(key)
    if len(value) > longest:
        raise bad_request(f"{key.replace('_', ' ')} is too long")
    call.bot.profile[key, _language(call)] = value
    return True


def _get(call: Call, key: str, default: str = "") -> Json:
    return {key: call.bot.profile.get((key, _language(call))) or call.bot.profile.get((key, "")) or default}


@method
def set_my_name(call: Call) -> bool:
    """The bot's name."""
    return _set(call, "name", 64)


@method
def get_my_name(call: Call) -> Json:
    """The bot's name."""
    return _get(call, "name", call.bot.user["first_name"])


@method
def set_my_description(call: Call) -> bool:
    """What an empty chat shows."""
    return _set(call, "description", 512)


@method
def get_my_description(call: Call) -> Json:
    """What an empty chat shows."""
    return _get(call, "description")


@method
def set_my_short_description(call: Call) -> bool:
    """What the profile shows."""
    return _set(call, "short_description", 120)


@method
def get_my_short_description(call: Call) -> Json:
    """What the profile shows."""
    return _get(call, "short_description")
