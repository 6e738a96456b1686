"""Every command: who may use it, and where. The one source of the menus, /help and the permissions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from club import staff as club_staff
from club.club import Club
from club.staff import FIGURES, MANAGERS, OWNERS, SERVICE, TEAM
from handlers import (
    actions,
    adjustments,
    audiences,
    benefits,
    branches,
    campaign_command,
    campaigns,
    cards,
    compensations,
    complaints,
    customers,
    desk,
    duty,
    event_command,
    events,
    family,
    figures,
    frequency,
    improvements,
    knowledge,
    marks,
    membership,
    merges,
    orders,
    plans,
    points,
    preferences,
    privacy,
    products,
    profile,
    questions,
    queue,
    relationships,
    replies,
    resolving,
    returns,
    rewards,
    sales,
    scan,
    search,
    shelf,
    staff,
    start,
    surveys,
    tags,
    tickets,
    todo,
    visits,
    vouchers,
    warranties,
)
from handlers.chat import Chat
from handlers.forms import EVERYBODY
from storage import members
from storage.staff import active
from templates import plain


@dataclass(frozen=True)
class Command:
    """`roles`: the staff roles that may use it; empty: everybody. `for_members`, `for_prospects`: whose menu shows it.

    A command that is not in somebody's menu is still answered, with a word on why it is not for now.
    """

    name: str
    handler: Callable[[Chat], None]
    roles: frozenset[str] = EVERYBODY
    for_members: bool = True
    for_prospects: bool = True
    in_staff_chat: bool = False


COMMANDS = (
    Command("start", start.start),
    Command("join", membership.join, for_members=False),
    Command("me", profile.me),
    Command("points", points.show, for_prospects=False),
    Command("stamps", frequency.stamps, for_prospects=False),
    Command("benefits", benefits.show, for_prospects=False),
    Command("claim", benefits.show, for_members=False, for_prospects=False),
    Command("warranty", warranties.show, in_staff_chat=True),
    Command("rewards", rewards.show, for_prospects=False),
    Command("redeem", rewards.show, for_members=False, for_prospects=False),
    Command("events", events.show),
    Command("rsvp", events.show, for_members=False, for_prospects=False),
    Command("vouchers", vouchers.show, for_prospects=False),
    Command("card", cards.show, for_prospects=False),
    Command("ask", questions.ask),
    Command("human", questions.human),
    Command("complain", complaints.complain),
    Command("status", complaints.status),
    Command("edit", profile.edit, for_prospects=False),
    Command("preferences", preferences.show, for_prospects=False),
    Command("family", family.show, for_prospects=False),
    Command("plan", plans.plan, for_prospects=False, in_staff_chat=True),
    Command("language", start.choose_language),
    Command("stop", profile.stop, for_prospects=False),
    Command("resume", profile.resume, for_prospects=False),
    Command("privacy", privacy.show),
    Command("export", privacy.export),
    Command("forget", privacy.ask_forget),
    Command("stay", privacy.stay, for_members=False, for_prospects=False),
    Command("leave", membership.leave, for_prospects=False),
    Command("help", start.help_),
    Command("cancel", lambda chat: chat.reply("forms/nothing_to_cancel", chat.way_on()), in_staff_chat=True),
    Command("sale", sales.sale, SERVICE, in_staff_chat=True),
    Command("return", returns.bring_back, SERVICE, in_staff_chat=True),
    Command("order", orders.show, SERVICE, in_staff_chat=True),
    Command("visit", visits.visit, SERVICE, in_staff_chat=True),
    Command("customer", customers.show, SERVICE, in_staff_chat=True),
    Command("pref", preferences.note, SERVICE, in_staff_chat=True),
    Command("queue", queue.show, SERVICE, in_staff_chat=True),
    Command("todo", todo.show, SERVICE, in_staff_chat=True),
    Command("duty", duty.duty, SERVICE, in_staff_chat=True),
    Command("tag", tags.tag, SERVICE, in_staff_chat=True),
    Command("level", relationships.level, SERVICE, in_staff_chat=True),
    Command("find", search.find, SERVICE, in_staff_chat=True),
    Command("case", tickets.case, SERVICE, in_staff_chat=True),
    Command("take", desk.take_command, SERVICE, in_staff_chat=True),
    Command("reply", desk.reply_command, SERVICE, in_staff_chat=True),
    Command("replies", replies.show_all, SERVICE),
    Command("fix", desk.fix_command, SERVICE, in_staff_chat=True),
    Command("explain", desk.explain_command, SERVICE, in_staff_chat=True),
    Command("note", desk.note_command, SERVICE, in_staff_chat=True),
    Command("mark", marks.mark, SERVICE, in_staff_chat=True),
    Command("handover", desk.hand_over_command, SERVICE, in_staff_chat=True),
    Command("compensate", compensations.compensate, SERVICE, in_staff_chat=True),
    Command("resolve", resolving.resolve_command, SERVICE, in_staff_chat=True),
    Command("action", actions.action, SERVICE, in_staff_chat=True),
    Command("improve", improvements.improve, SERVICE, in_staff_chat=True),
    Command("improvements", improvements.show, MANAGERS, in_staff_chat=True),
    Command("uncompensate", compensations.uncompensate, MANAGERS, in_staff_chat=True),
    Command("kb", knowledge.kb, SERVICE),
    Command("products", products.show, MANAGERS),
    Command("merge", merges.merge, MANAGERS),
    Command("adjust", adjustments.adjust, MANAGERS, in_staff_chat=True),
    Command("programmes", frequency.show, FIGURES),
    Command("campaigns", campaigns.show, FIGURES),
    Command("campaign", campaign_command.campaign, FIGURES),
    Command("why", campaign_command.why, FIGURES),
    Command("audience", audiences.audience, FIGURES),
    Command("survey", surveys.survey, FIGURES),
    Command("report", figures.report, FIGURES),
    Command("branches", branches.show, OWNERS),
    Command("event", event_command.event, TEAM),
    Command("scan", scan.scan, SERVICE, in_staff_chat=True),
    Command("voucher", scan.voucher, SERVICE, in_staff_chat=True),
    Command("reward", shelf.manage, MANAGERS),
    Command("invite", staff.invite, OWNERS),
    Command("team", staff.team, OWNERS),
)
BY_NAME = {command.name: command for command in COMMANDS}


def allowed(role: str | None, joined: bool) -> list[Command]:
    """The commands in this person's menu, in the table's order; work first for those who work here."""
    mine = [command for command in COMMANDS if _in_menu(command, role, joined)]
    return sorted(mine, key=lambda command: not command.roles)


def _in_menu(command: Command, role: str | None, joined: bool) -> bool:
    if command.roles:
        return role in command.roles
    return command.for_members if joined else command.for_prospects


def menu(role: str | None, joined: bool, language: str) -> list[dict[str, str]]:
    """A command menu as `setMyCommands` takes it."""
    return [_line(command, language) for command in allowed(role, joined)]


def _line(command: Command, language: str) -> dict[str, str]:
    return {"command": command.name, "description": plain(f"commands/{command.name}", language)}


def menu_call(telegram_id: int, language: str, role: str | None, *, joined: bool) -> dict[str, Any]:
    """The payload of `setMyCommands` for one private chat: the only way to tell 简 from 繁."""
    return {"commands": menu(role, joined, language), "scope": {"type": "chat", "chat_id": telegram_id}}


def menu_of(db: Connection, club: Club, telegram_id: int, role: str | None) -> dict[str, Any]:
    """The same for somebody who is not speaking: as they are on file, in their language."""
    person = members.by_telegram_id(db, telegram_id)
    if person is None:
        return menu_call(telegram_id, club.language, role, joined=False)
    return menu_call(telegram_id, person.language, role, joined=person.joined)


def staff_menus(db: Connection, club: Club) -> list[dict[str, Any]]:
    """The payloads of `setMyCommands` for everybody who works here, and for the staff group."""
    calls = [menu_of(db, club, colleague.telegram_id, colleague.role) for colleague in active(db)]
    group = club_staff.group(db, club)
    return calls if group is None else [*calls, group_menu(club, group.id)]


def group_menu(club: Club, chat_id: int) -> dict[str, Any]:
    """The payload of `setMyCommands` for the staff group."""
    commands = [_line(command, club.group_language) for command in COMMANDS if command.in_staff_chat]
    return {"commands": commands, "scope": {"type": "chat", "chat_id": chat_id}}


def shown_by_itself(code: str | None, languages: tuple[str, ...]) -> str:
    """The language of the default menu that Telegram shows to somebody whose own language it calls by this code."""
    return next((language for language in languages if language[:2] == (code or "")[:2]), languages[0])


def default_menus(languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """The menus for people not met yet: one for each two-letter language, and one for all others."""
    menus: list[dict[str, Any]] = [{"commands": menu(None, False, languages[0])}]
    for language in reversed(languages):  # of 简 and 繁, the one named first wins the code `zh`
        menus = [entry for entry in menus if entry.get("language_code") != language[:2]]
        menus.append({"commands": menu(None, False, language), "language_code": language[:2]})
    return menus
