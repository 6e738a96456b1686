"""A club whose staff group has topics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sandbox.chat import Topic
from sandbox.world import World
from tests.club import CLERK, MARKETER, OWNER, STAFF_CHAT, ClubHouse, Json, Person, open_house, people


@asynccontextmanager
async def a_forum(url: str, *, world: World | None = None, **changes: Any) -> AsyncIterator[ClubHouse]:
    """The house with topics in its staff group, in which the bot is an administrator."""
    world = world or people()
    world.set_forum(STAFF_CHAT, True)
    async with open_house(url, world=world, **changes) as club:
        yield club


def topics(club: ClubHouse) -> list[Topic]:
    """The topics that are there, oldest first."""
    return list(club.world.room(STAFF_CHAT).topics.values())


def inside(club: ClubHouse, topic: Topic) -> list[Json]:
    """What the bot wrote in a topic."""
    return [
        message
        for message in club.world.messages(STAFF_CHAT)
        if message.get("message_thread_id") == topic.id and message["from"].get("is_bot") and "text" in message
    ]


def general(club: ClubHouse) -> list[str]:
    """What the bot wrote outside of any topic."""
    here = [one for one in club.world.messages(STAFF_CHAT) if not one.get("is_topic_message") and "text" in one]
    return [club.world.html(one) for one in here if one["from"].get("is_bot")]


def colleague(club: ClubHouse, persona: int = OWNER) -> Person:
    return club.staff(persona).in_group()


__all__ = ["CLERK", "MARKETER", "OWNER", "STAFF_CHAT", "a_forum", "colleague", "general", "inside", "topics"]
