"""/start, the menu and the language: where everything a person does daily is one tap away."""

from __future__ import annotations

from campaigns import steps
from club import members as club_members
from club import membership, points, staff
from club.languages import NAMES
from club.names import clean
from club.refusal import Refused
from handlers import links, scan
from handlers.chat import Chat, Rows
from storage import campaigns, events, members, queue
from storage.outbox import Lane
from templates import button, render

REFERRED, INVITED = "ref_", "staff_"


def start(chat: Chat) -> None:
    """The first word, and the way back to the menu. A deep link says where somebody comes from."""
    payload = chat.arguments
    if payload.startswith(INVITED):
        accept_invitation(chat, payload.removeprefix(INVITED))
        return
    if scan.opened_link(chat, payload):
        return
    if payload and chat.member.created_at == chat.now:  # who has been here before did not come by it
        club_members.came_from(chat.db, chat.member, links.source_of(clean(payload)))
    if chat.message is not None:
        _hang_menu(chat)
    menu(chat)


def _hang_menu(chat: Chat) -> None:
    """The default menus are for prospects and cannot tell 简 from 繁: whom they do not fit gets one of their own."""
    from handlers.commands import shown_by_itself

    user = chat.update.effective_user
    by_itself = shown_by_itself(user.language_code if user else None, chat.club.languages)
    if chat.member.joined or chat.role or chat.language != by_itself:
        chat.menu_changed()


def accept_invitation(chat: Chat, code: str) -> None:
    """Come to work here, by the link that a colleague sent."""
    name = clean(chat.update.effective_user.full_name) if chat.update.effective_user else ""
    chat.role, inviter = staff.accept(chat.db, code, chat.user_id, name, chat.now)
    if chat.member.created_at == chat.now:
        club_members.came_from(chat.db, chat.member, "staff_invitation")
    chat.menu_changed()
    chat.reply("staff/welcome", role=chat.role, name=name, keyboard=keyboard(chat))
    if staff.is_owner(chat.db, inviter):
        _tell_inviter(chat, inviter, name)


def _tell_inviter(chat: Chat, inviter: int, name: str) -> None:
    """A link may have fallen into other hands: who made it sees who came by it."""
    language = staff.language_of(chat.db, chat.club, inviter)
    told = render("staff/joined", language, name=name, role=chat.role)
    chat.notify(inviter, told, [[button("team", "go:team", language)]], lane=Lane.STAFF)


def menu(chat: Chat) -> None:
    """Who you are here, and everything you can do."""
    facts = {
        "member": chat.member,
        "role": chat.role,
        "balance": points.balance(chat.db, chat.member.id, chat.now).available if chat.member.joined else 0,
        "waiting": queue.length(chat.db, chat.user_id, chat.now) if chat.role else 0,
        "approvals": campaigns.count(chat.db, [steps.SUBMITTED]) if chat.role in (staff.OWNER, staff.MANAGER) else 0,
    }
    if not chat.member.joined:
        facts["welcome_points"] = club_members.welcome_to_come(chat.db, chat.member, chat.club, chat.now)
        facts["lapsed"] = membership.has_lapsed(chat.db, chat.member)
    block = "member" if chat.member.joined else "staff" if chat.role else "prospect"
    chat.reply(f"start/{block}", keyboard=keyboard(chat), **facts)


def keyboard(chat: Chat) -> Rows:
    """The menu's buttons: what this person needs most on top."""
    work = []
    if chat.role in staff.SERVICE:
        waiting = queue.length(chat.db, chat.user_id, chat.now)
        work.append([chat.button("queue", "go:queue", waiting=waiting), chat.button("find", "go:find")])
        work.append([chat.button("sale", "go:sale"), chat.button("return", "go:return")])
        work.append([chat.button("scan", "go:scan"), chat.button("visit", "go:visit")])
        work.append([chat.button("knowledge", "go:kb"), chat.button("team_events", "go:event")])
    if chat.role in (staff.OWNER, staff.MANAGER):
        work.append([chat.button("products", "go:products"), chat.button("shelf", "go:reward")])
    if chat.role in staff.FIGURES:
        work.append([chat.button("campaigns", "go:campaigns"), chat.button("programmes", "go:programmes")])
        work.append([chat.button("audiences", "go:audience"), chat.button("surveys", "go:survey")])
        work.append([chat.button("report", "go:report")])
    if chat.role == staff.OWNER:
        work.append([chat.button("branches", "go:branches"), chat.button("team", "go:team")])
    ask = [chat.button("ask", "go:ask"), chat.button("complain", "go:complain")]
    human, mine = chat.button("human", "go:human"), chat.button("status", "go:status")
    if chat.member.joined:
        return [
            *work,
            [chat.button("points", "go:points"), chat.button("rewards", "go:rewards")],
            [chat.button("my_card", "go:card"), chat.button("vouchers", "go:vouchers")],
            [chat.button("events", "go:events"), mine],
            ask,
            [human],
            [chat.button("me", "go:me"), chat.button("edit", "go:edit")],
            [chat.button("language", "go:language")],
        ]
    own = [[chat.button("join", "go:join")]]
    if not chat.role and events.upcoming(chat.db, chat.now, 1):
        own.append([chat.button("events", "go:events")])
    return [*work, *own, ask, [human, mine], [chat.button("language", "go:language")]]


def choose_language(chat: Chat) -> None:
    """The club's languages, each by its own name."""
    rows = [[{"text": NAMES[language], "callback_data": f"language:{language}"}] for language in chat.club.languages]
    chat.reply("start/choose_language", keyboard=rows)


def set_language(chat: Chat) -> None:
    """A language was chosen; the menu comes again in it."""
    chosen = chat.pressed.argument
    if chosen not in chat.club.languages:
        raise Refused("buttons/unknown")
    members.set_language(chat.db, chat.member.id, chosen)
    chat.refresh(members.by_id(chat.db, chat.member.id))
    chat.menu_changed()
    chat.edit(chat.words("start/language_set"))
    menu(chat)


def help_(chat: Chat) -> None:
    """What this person may do, and nothing else."""
    from handlers.commands import allowed

    lines = [
        {"name": command.name, "text": chat.words(f"commands/{command.name}")}
        for command in allowed(chat.role, chat.member.joined)
    ]
    chat.reply("start/help", lines=lines, keyboard=[[chat.button("menu", "go:start")]])
