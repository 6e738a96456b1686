"""Which menu a person sees."""

from __future__ import annotations

import pytest

from sandbox.commands import shown_to
from sandbox.world import ANA, CLERK, OWNER, STAFF_GROUP, XIAOMING, World
from tests.sandbox.conftest import Api, Refused


def menu(world: World, persona: int, chat: int) -> str:
    """The commands as one line."""
    return " ".join(one["command"] for one in shown_to(world.bot, world.room(chat), world.persona(persona)))


async def set_menu(api: Api, name: str, language: str = "", **scope: object) -> None:
    commands = [{"command": name, "description": "x"}]
    await api.setMyCommands(commands=commands, scope=scope or {"type": "default"}, language_code=language)


async def test_the_narrowest_scope_wins_in_private(world: World, api: Api) -> None:
    await set_menu(api, "default")
    assert menu(world, ANA, ANA) == "default"
    await set_menu(api, "private", type="all_private_chats")
    await set_menu(api, "own", type="chat", chat_id=ANA)
    assert (menu(world, ANA, ANA), menu(world, XIAOMING, XIAOMING)) == ("own", "private")
    await api.deleteMyCommands(scope={"type": "chat", "chat_id": ANA})
    assert menu(world, ANA, ANA) == "private"


async def test_the_own_language_wins_within_a_scope(world: World, api: Api) -> None:
    await set_menu(api, "points", type="all_private_chats")
    await set_menu(api, "jifen", "zh", type="all_private_chats")
    assert (menu(world, ANA, ANA), menu(world, XIAOMING, XIAOMING)) == ("points", "jifen")


async def test_administrators_and_members_of_a_group_see_their_own(world: World, api: Api) -> None:
    await set_menu(api, "all", type="all_group_chats")
    await set_menu(api, "admins", type="chat_administrators", chat_id=STAFF_GROUP)
    assert (menu(world, CLERK, STAFF_GROUP), menu(world, OWNER, STAFF_GROUP)) == ("all", "admins")
    await set_menu(api, "clerk", type="chat_member", chat_id=STAFF_GROUP, user_id=CLERK)
    assert menu(world, CLERK, STAFF_GROUP) == "clerk"


async def test_what_was_set_is_given_back_for_exactly_its_scope(api: Api) -> None:
    await set_menu(api, "points")
    assert await api.getMyCommands() == [{"command": "points", "description": "x"}]
    assert await api.getMyCommands(language_code="zh") == []
    assert await api.getMyCommands(scope={"type": "all_private_chats"}) == []


@pytest.mark.parametrize("code", ["zh-hans", "zho", "ZH"])
async def test_languages_have_two_letters(api: Api, code: str) -> None:
    with pytest.raises(Refused, match="Bad Request: invalid language code specified"):
        await set_menu(api, "points", code)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"command": "Points", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "my-points", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "points", "description": ""}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_commands_must_be_well_formed(api: Api, command: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=f"Bad Request: {words}"):
        await api.setMyCommands(commands=[command])
    with pytest.raises(Refused, match="BOT_COMMANDS_TOO_MUCH"):
        await api.setMyCommands(commands=[{"command": "a", "description": "x"}] * 101)


async def test_names_and_menu_buttons_are_remembered(api: Api) -> None:
    await api.setMyName(name="The club")
    await api.setMyName(name="会", language_code="zh")
    assert [(await api.getMyName(language_code=code))["name"] for code in ("", "zh", "fr")] == [
        "The club",
        "会",
        "The club",
    ]
    assert await api.getChatMenuButton(chat_id=ANA) == {"type": "commands"}
