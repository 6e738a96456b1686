"""Every command: who may use it, and where. The one source of the menus, /help and the permissions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from club import staff as club_staff
from club.club import Club
from club.staff import FIGURES, MANAGER, OWNER, SERVICE
from handlers import (
    adjustments,
    answers,
    applications,
    audiences,
    benefits,
    branches,
    campaign_answers,
    campaign_command,
    campaign_form,
    campaign_preview,
    campaign_report,
    campaigns,
    cards,
    compensations,
    complaints,
    customers,
    desk,
    duty,
    family,
    feedback,
    figures,
    frequency,
    improvements,
    journey_form,
    journeys,
    knowledge,
    lessons,
    membership,
    merges,
    orders,
    points,
    preferences,
    privacy,
    products,
    profile,
    questions,
    queue,
    relationships,
    replies,
    returns,
    rewards,
    sales,
    scan,
    search,
    shelf,
    staff,
    start,
    survey_answers,
    survey_form,
    surveys,
    tags,
    tasks,
    tickets,
    todo,
    visits,
    vouchers,
    warranties,
)
from handlers.chat import Chat
from storage import members
from storage.staff import active
from templates import plain

OWNERS = frozenset({OWNER})
MANAGERS = frozenset({OWNER, MANAGER})
EVERYBODY: frozenset[str] = frozenset()


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
    Command("vouchers", vouchers.show, for_prospects=False),
    Command("card", cards.show, for_prospects=False),
    Command("ask", questions.ask),
    Command("human", questions.human),
    Command("complain", complaints.complain),
    Command("status", complaints.status),
    Command("edit", profile.edit, for_prospects=False),
    Command("preferences", preferences.show, for_prospects=False),
    Command("family", family.show, for_prospects=False),
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
    Command("handover", desk.hand_over_command, SERVICE, in_staff_chat=True),
    Command("compensate", compensations.compensate, SERVICE, in_staff_chat=True),
    Command("resolve", desk.resolve_command, SERVICE, in_staff_chat=True),
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
    Command("scan", scan.scan, SERVICE, in_staff_chat=True),
    Command("voucher", scan.voucher, SERVICE, in_staff_chat=True),
    Command("reward", shelf.manage, MANAGERS),
    Command("invite", staff.invite, OWNERS),
    Command("team", staff.team, OWNERS),
)
BY_NAME = {command.name: command for command in COMMANDS}


@dataclass(frozen=True)
class Button:
    """What a pressed button does. `roles` as for commands."""

    handler: Callable[[Chat], None]
    roles: frozenset[str] = EVERYBODY
    in_staff_chat: bool = False


BUTTONS = {
    "language": Button(start.set_language),
    "edit": Button(profile.edit_line),
    "well": Button(profile.all_well),
    "renew": Button(membership.renew),
    "withdraw": Button(applications.withdraw),
    "letin": Button(applications.let_in, MANAGERS, in_staff_chat=True),
    "turndown": Button(applications.turn_down, MANAGERS, in_staff_chat=True),
    "leave": Button(membership.confirm_leave),
    "forget": Button(privacy.confirm_forget),
    "history": Button(points.history),
    "benefit": Button(benefits.choose),
    "claim": Button(benefits.claim),
    "like": Button(preferences.show_one),
    "add_like": Button(preferences.add),
    "relike": Button(preferences.change),
    "unlike": Button(preferences.forget),
    "kin": Button(family.show_one),
    "add_kin": Button(family.add),
    "kin_name": Button(family.rename),
    "kin_day": Button(family.change_day),
    "kin_greet": Button(family.wish_greeting),
    "kin_quiet": Button(family.wish_quiet),
    "kin_never": Button(family.wish_silence),
    "kin_gone": Button(family.remove),
    "kin_silent": Button(family.show_silent),
    "customer": Button(customers.show_pressed, SERVICE, in_staff_chat=True),
    "adjust": Button(adjustments.adjust_button, MANAGERS, in_staff_chat=True),
    "note_need": Button(preferences.note_button, SERVICE, in_staff_chat=True),
    "notes": Button(preferences.show_notes, SERVICE, in_staff_chat=True),
    "unnote": Button(preferences.take_back, SERVICE, in_staff_chat=True),
    "tags": Button(tags.show, SERVICE, in_staff_chat=True),
    "newtag": Button(tags.add, SERVICE, in_staff_chat=True),
    "puttag": Button(tags.put, SERVICE, in_staff_chat=True),
    "untag": Button(tags.take_off, SERVICE, in_staff_chat=True),
    "level": Button(relationships.show, SERVICE, in_staff_chat=True),
    "levelask": Button(relationships.ask, SERVICE, in_staff_chat=True),
    "levelset": Button(relationships.choose, SERVICE, in_staff_chat=True),
    "levelauto": Button(relationships.by_rules, SERVICE, in_staff_chat=True),
    "sell": Button(sales.sell_button, SERVICE, in_staff_chat=True),
    "goods": Button(returns.goods_button, SERVICE, in_staff_chat=True),
    "order": Button(orders.button, SERVICE, in_staff_chat=True),
    "where": Button(branches.choose, SERVICE, in_staff_chat=True),
    "place": Button(branches.work_here, SERVICE, in_staff_chat=True),
    "rewards": Button(rewards.turn_page),
    "reward": Button(rewards.card),
    "want": Button(rewards.confirm),
    "redeem": Button(rewards.redeem),
    "voucher": Button(vouchers.open_one),
    "giveback": Button(vouchers.ask_back),
    "cancelvoucher": Button(vouchers.give_back),
    "visit": Button(visits.visit_button, SERVICE, in_staff_chat=True),
    "check": Button(scan.check, SERVICE, in_staff_chat=True),
    "use": Button(scan.use, SERVICE, in_staff_chat=True),
    "part": Button(scan.ask_amount, SERVICE, in_staff_chat=True),
    "shelf": Button(shelf.show, MANAGERS),
    "newreward": Button(shelf.add, MANAGERS),
    "price": Button(shelf.ask_price, MANAGERS),
    "stock": Button(shelf.ask_stock, MANAGERS),
    "onoff": Button(shelf.on_off, MANAGERS),
    "report": Button(figures.turn, FIGURES),
    "queue": Button(queue.turn, SERVICE, in_staff_chat=True),
    "todo": Button(todo.done, SERVICE, in_staff_chat=True),
    "found": Button(search.turn, SERVICE, in_staff_chat=True),
    "duty": Button(duty.turn, SERVICE, in_staff_chat=True),
    "look_after": Button(duty.look_after, SERVICE, in_staff_chat=True),
    "about": Button(complaints.about),
    "iscomplaint": Button(complaints.is_one),
    "complain": Button(desk.complain_button, SERVICE, in_staff_chat=True),
    "improved": Button(improvements.improved, MANAGERS, in_staff_chat=True),
    "task": Button(tasks.show, SERVICE, in_staff_chat=True),
    "task_done": Button(tasks.done, SERVICE, in_staff_chat=True),
    "urgent": Button(desk.priority_button, SERVICE, in_staff_chat=True),
    "normal": Button(desk.priority_button, SERVICE, in_staff_chat=True),
    "show": Button(tickets.show, SERVICE, in_staff_chat=True),
    "take": Button(desk.take_button, SERVICE, in_staff_chat=True),
    "reply": Button(desk.words_button, SERVICE, in_staff_chat=True),
    "ask": Button(desk.words_button, SERVICE, in_staff_chat=True),
    "fix": Button(desk.words_button, SERVICE, in_staff_chat=True),
    "explain": Button(desk.words_button, SERVICE, in_staff_chat=True),
    "ready": Button(replies.choose, SERVICE, in_staff_chat=True),
    "rruse": Button(replies.use, SERVICE, in_staff_chat=True),
    "rrsend": Button(replies.send, SERVICE, in_staff_chat=True),
    "rr": Button(replies.show, SERVICE),
    "rrnew": Button(replies.add, SERVICE),
    "rrset": Button(replies.ask_text, SERVICE),
    "rrturn": Button(replies.turn, SERVICE),
    "note": Button(desk.words_button, SERVICE, in_staff_chat=True),
    "investigate": Button(desk.look_again, SERVICE, in_staff_chat=True),
    "hand_over": Button(desk.hand_over_button, SERVICE, in_staff_chat=True),
    "to": Button(desk.hand_over, SERVICE, in_staff_chat=True),
    "put_back": Button(desk.put_back, SERVICE, in_staff_chat=True),
    "compensate": Button(compensations.ask_amount, SERVICE, in_staff_chat=True),
    "give_points": Button(compensations.give_points, SERVICE, in_staff_chat=True),
    "give_voucher": Button(compensations.give_voucher, SERVICE, in_staff_chat=True),
    "approve": Button(compensations.approve, MANAGERS, in_staff_chat=True),
    "disapprove": Button(compensations.decline, MANAGERS, in_staff_chat=True),
    "uncompensate": Button(compensations.take_back, MANAGERS, in_staff_chat=True),
    "resolve": Button(desk.resolve_button, SERVICE, in_staff_chat=True),
    "cause": Button(desk.cause_button, SERVICE, in_staff_chat=True),
    "score": Button(feedback.score),
    "say_more": Button(feedback.say_more),
    "same": Button(questions.same_matter),
    "separate": Button(questions.separate_matter),
    "meant": Button(answers.meant),
    "helped": Button(answers.helped),
    "askstaff": Button(answers.ask_staff),
    "keep": Button(knowledge.keep_answer, SERVICE, in_staff_chat=True),
    "kb": Button(knowledge.show, SERVICE, in_staff_chat=True),
    "kblist": Button(knowledge.turn_page, SERVICE),
    "kbnew": Button(knowledge.add, SERVICE),
    "kbset": Button(knowledge.ask_change, SERVICE, in_staff_chat=True),
    "kbturn": Button(knowledge.turn, SERVICE, in_staff_chat=True),
    "kbpast": Button(knowledge.history, SERVICE, in_staff_chat=True),
    "kbways": Button(knowledge.ways, SERVICE, in_staff_chat=True),
    "kbdrop": Button(knowledge.drop_way, SERVICE, in_staff_chat=True),
    "kbgaps": Button(knowledge.gaps, SERVICE),
    "kbgap": Button(knowledge.show_gap, SERVICE),
    "kbgapto": Button(knowledge.fill_gap, SERVICE),
    "kbgapnew": Button(knowledge.new_from_gap, SERVICE),
    "kbgapoff": Button(knowledge.drop_gap, SERVICE),
    "hours": Button(branches.ask_hours, OWNERS),
    "products": Button(products.show, MANAGERS),
    "product": Button(products.show_one, MANAGERS),
    "new_product": Button(products.add, MANAGERS),
    "edit_product": Button(products.edit, MANAGERS),
    "end_product": Button(products.take_from_sale, MANAGERS),
    "programme": Button(frequency.show_one, FIGURES),
    "new_programme": Button(frequency.add, FIGURES),
    "end_programme": Button(frequency.end, FIGURES),
    "all_benefits": Button(benefits.show_all, FIGURES),
    "one_benefit": Button(benefits.show_one, FIGURES),
    "new_benefit": Button(benefits.add, FIGURES),
    "end_benefit": Button(benefits.end, FIGURES),
    "camps": Button(campaigns.turn_page, FIGURES),
    "camp": Button(campaigns.open_one, FIGURES),
    "cself": Button(campaigns.show_by_itself, FIGURES),
    "cnew": Button(campaign_form.begin, FIGURES),
    "jnew": Button(campaign_form.begin_journey, FIGURES),
    "jsteps": Button(journeys.show, FIGURES),
    "jstep": Button(journeys.open_step, FIGURES),
    "jadd": Button(journey_form.begin, FIGURES),
    "jdrop": Button(journeys.drop, FIGURES),
    "jedit": Button(journeys.ask_inside, FIGURES),
    "jopen": Button(journeys.reopen, FIGURES),
    "jundo": Button(journeys.restore, FIGURES),
    "cedit": Button(campaign_form.ask_part, FIGURES),
    "cset": Button(campaign_form.change_part, FIGURES),
    "cpreview": Button(campaign_preview.preview, FIGURES),
    "cprelang": Button(campaign_preview.in_language, FIGURES),
    "cpreas": Button(campaign_preview.ask_member, FIGURES),
    "ctest": Button(campaign_preview.test, FIGURES),
    "csubmit": Button(campaigns.submit, FIGURES),
    "capprove": Button(campaigns.approve, FIGURES),
    "creturn": Button(campaigns.send_back, FIGURES),
    "cpause": Button(campaigns.pause, FIGURES),
    "cresume": Button(campaigns.resume, FIGURES),
    "ccancel": Button(lessons.before_the_end, FIGURES),
    "clesson": Button(lessons.begin, FIGURES),
    "cend": Button(campaigns.cancel, FIGURES),
    "ccopy": Button(campaigns.copy, FIGURES),
    "crep": Button(campaign_report.button, FIGURES),
    "survey": Button(surveys.open_one, FIGURES),
    "surveys": Button(surveys.turn_page, FIGURES),
    "svnew": Button(survey_form.new, FIGURES),
    "svadd": Button(survey_form.add_question, FIGURES),
    "svdrop": Button(surveys.drop_question, FIGURES),
    "svplan": Button(survey_form.plan_button, FIGURES),
    "svclose": Button(surveys.ask_close, FIGURES),
    "svend": Button(surveys.close, FIGURES),
    "svrep": Button(surveys.report, FIGURES),
    "svcsv": Button(surveys.send_file, FIGURES),
    "svaud": Button(surveys.save_audience, FIGURES),
    "svcall": Button(surveys.call, SERVICE),
    "svphone": Button(surveys.call_customer, SERVICE, in_staff_chat=True),
    "svask": Button(surveys.ask_customer, SERVICE, in_staff_chat=True),
    "sv": Button(survey_answers.press, in_staff_chat=True),
    "svskip": Button(survey_answers.skip, in_staff_chat=True),
    "svback": Button(survey_answers.back, in_staff_chat=True),
    "svtext": Button(survey_answers.write, in_staff_chat=True),
    "svagain": Button(survey_answers.again, in_staff_chat=True),
    "svcomplain": Button(survey_answers.complain),
    "c": Button(campaign_answers.press),
    "cstop": Button(campaign_answers.stop),
    "aud": Button(audiences.show, FIGURES),
    "audnew": Button(audiences.add, FIGURES),
    "audedit": Button(audiences.edit, FIGURES),
    "audoff": Button(audiences.turn_off, FIGURES),
    "new_branch": Button(branches.add, OWNERS),
    "invite": Button(staff.make_invitation, OWNERS),
    "remove": Button(staff.remove, OWNERS),
}


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
