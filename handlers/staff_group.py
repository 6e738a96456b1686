"""What happens to the staff group itself: it becomes a supergroup, gets topics, gives the bot a right or takes it."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import Connection
from telegram import Chat as Place
from telegram import ChatMember, ChatMemberAdministrator, ChatMemberUpdated, Update

from club import staff as club_staff
from club.club import Club
from handlers import reports
from handlers.commands import group_menu
from storage import groups, outbox, topics
from storage.groups import Group
from storage.outbox import Lane

log = structlog.get_logger(__name__)


def heed(db: Connection, update: Update, club: Club, now: datetime) -> Group | None:
    """Take note of what an update from the staff group says of it; the group, None for an update from elsewhere."""
    place, group = update.effective_chat, club_staff.group(db, club)
    if place is None or group is None:
        return None
    message = update.message
    if message is not None and message.migrate_to_chat_id is not None:
        moved(db, club, place.id, message.migrate_to_chat_id, now)
    elif message is not None and message.migrate_from_chat_id is not None:
        moved(db, club, message.migrate_from_chat_id, place.id, now)
    elif place.id == group.id and update.my_chat_member is not None:
        _rights(db, club, place, update.my_chat_member, now)
    elif place.id == group.id and message is not None and bool(place.is_forum) == (group.topics == groups.NONE):
        _note(db, group.id, groups.ON if place.is_forum else groups.NONE, now)
    group = club_staff.group(db, club)
    return group if group is not None and place.id in (group.id, group.was) else None


def moved(db: Connection, club: Club, old: int, new: int, now: datetime) -> bool:
    """The staff group has another id from now on, and nobody has to set it. False for a group that is none of ours."""
    group = club_staff.group(db, club)
    if group is None or old not in (group.id, group.was):
        return False
    if groups.move(db, old, new):
        log.warning("the staff group has become a supergroup, its new id is used", was=old, id=new)
        menu = group_menu(club, new)
        outbox.put(db, lane=Lane.STAFF, chat_id=new, method="setMyCommands", payload=menu, at=now)
    return True


def stands(db: Connection, club: Club, chat_id: int, *, forum: bool, may: bool, now: datetime) -> None:
    """A group has topics or not, and the bot may make them or not. Whoever can change that is told, once; of a group
    that the staff had before, nobody."""
    state = groups.NONE if not forum else groups.ON if may else groups.DENIED
    if not _note(db, chat_id, state, now) or state != groups.DENIED:
        return
    group = club_staff.group(db, club)
    if group is not None and chat_id in (group.id, group.was):
        no_right(db, club, now)


def _note(db: Connection, chat_id: int, state: str, now: datetime) -> bool:
    """True where that is news. Where topics can be seen to again, what changed meanwhile is made good."""
    news = groups.set_topics(db, chat_id, state)
    if news and state == groups.ON:
        topics.catch_up(db, chat_id, now)
    return news


def no_right(db: Connection, club: Club, now: datetime) -> None:
    """Say where an operator and the staff look that topics cannot be made, and what helps."""
    log.warning(
        "the staff group has topics that the bot may not manage",
        until="everything goes to General",
        put_right="make the bot an administrator of the group with the right to manage topics",
    )
    reports.no_topics(db, club, now)


def _rights(db: Connection, club: Club, place: Place, change: ChatMemberUpdated, now: datetime) -> None:
    stands(db, club, place.id, forum=bool(place.is_forum), may=may_make_topics(change.new_chat_member), now=now)


def may_make_topics(member: ChatMember) -> bool:
    """Does the bot's place in a group let it make topics?"""
    return isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics)
