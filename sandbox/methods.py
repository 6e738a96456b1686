"""All methods that the sandbox has: importing this module fills the table."""

from __future__ import annotations

from sandbox import chats, commands, media, messages, topics, updates
from sandbox.api import METHODS

__all__ = ["METHODS", "chats", "commands", "media", "messages", "names", "topics", "updates"]


def names() -> list[str]:
    """The names of the methods, as the Bot API spells them."""
    return sorted({entry.name for entry in METHODS.values()})
