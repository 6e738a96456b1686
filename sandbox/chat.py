"""A chat and what was said in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

_RIGHTS = """
    can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members can_change_info
    can_invite_users can_post_stories can_edit_stories can_delete_stories can_pin_messages can_manage_topics
"""
RIGHTS = _RIGHTS.split()


@dataclass(slots=True)
class Persona:
    """A person with a Telegram account."""

    id: int
    name: str
    username: str | None = None
    language: str | None = "en"
    role: str | None = None
    gone: bool = False

    def user(self) -> Json:
        """The Bot API User."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.username:
            user["username"] = self.username
        if self.language:
            user["language_code"] = self.language
        return user


@dataclass(slots=True)
class Topic:
    """A thread of a forum group. Its id is the id of the service message that opened it."""

    id: int
    name: str
    icon_color: int
    icon_custom_emoji_id: str | None = None
    closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """Messages are replaced, never changed, so that what was handed out stays as it was."""

    id: int
    card: Json
    numbers: Iterator[int]
    keep: int
    members: list[int] = field(default_factory=list)
    admins: set[int] = field(default_factory=set)
    owner: int | None = None
    bot_is_admin: bool = True
    bot_lacks: set[str] = field(default_factory=set)
    absent: dict[int, str] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    history: dict[int, Json] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    pinned: list[int] = field(default_factory=list)
    keyboards: dict[int, Json] = field(default_factory=dict)
    migrated_to: int | None = None
    menu_button: Json | None = None
    typing_until: float = 0.0

    @property
    def type(self) -> str:
        """private, group or supergroup."""
        kind: str = self.card["type"]
        return kind

    @property
    def title(self) -> str:
        """The group's title, or the name of the person."""
        name: str = self.card.get("title") or self.card["first_name"]
        return name

    @property
    def forum(self) -> bool:
        """Whether the group has topics."""
        return bool(self.card.get("is_forum"))

    def may(self, right: str) -> bool:
        """May the bot do this here?"""
        return self.bot_is_admin and right not in self.bot_lacks

    def add(self, message: Json) -> Json:
        """Remembers a message, and forgets the oldest beyond what is kept."""
        if self.keep:
            self.history[message["message_id"]] = message
            if len(self.history) > self.keep:
                oldest = next(iter(self.history))
                del self.history[oldest]
                self.deleted.discard(oldest)
                self.keyboards.pop(oldest, None)
        return message

    def find(self, message_id: int | None) -> Json | None:
        """A message that is there and was not deleted."""
        if message_id is None or message_id in self.deleted:
            return None
        return self.history.get(message_id)

    def messages(self) -> list[Json]:
        """What can be read here, oldest first."""
        return [message for number, message in self.history.items() if number not in self.deleted]

    def forget_topic(self, topic: int) -> None:
        """A thread goes with all that was said in it."""
        del self.topics[topic]
        inside = [number for number, message in self.history.items() if message.get("message_thread_id") == topic]
        self.deleted.update(inside)

    def instance(self) -> str:
        """The `chat_instance` of callback queries: the same for each press in this chat."""
        return str(abs(self.id) * 7919 + 104729)

    def status_of(self, user_id: int) -> str:
        """creator, administrator, member or left."""
        if user_id == self.owner:
            return "creator"
        if user_id in self.admins:
            return "administrator"
        return "member" if user_id in self.members else "left"


def member_view(user: Json, status: str, lacks: Collection[str] = ()) -> Json:
    """The Bot API ChatMember; an administrator has all rights but those that are lacking."""
    member: Json = {"status": status, "user": user}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "administrator":
        member |= {"can_be_edited": False, "is_anonymous": False, **{right: right not in lacks for right in RIGHTS}}
    elif status == "kicked":
        member["until_date"] = 0
    return member
