"""/plan: what staff and a member have set out to reach together. Staff write it down, the member says yes or would
rather have something else; on its day whoever looks after it asks what became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from club import customers, dates, plans
from club import staff as club_staff
from club import tickets as club_tickets
from club.club import Club
from club.days import day_of
from club.names import line
from club.plans import File
from club.refusal import Refused
from club.staff import SERVICE, not_for
from club.tickets import Said
from handlers import customers as people
from handlers import forms, reports
from handlers.chat import Chat, Rows
from handlers.complaints import parse_words
from handlers.desk import learn_name
from handlers.forms import SAID, Answers, Choice, Field, Form
from handlers.questions import say_filed
from storage import staff
from storage.members import Member
from storage.outbox import Lane
from storage.plans import PROPOSED, Plan
from templates import button, plain, render

LASTS = timedelta(minutes=15)
AHEAD = (Choice("30", "plan_in_30"), Choice("90", "plan_in_90"), Choice("180", "plan_in_180"))
"""What is offered for when it is to be reached, in days."""


def plan(chat: Chat) -> None:
    """A member's own plan; for staff `/plan 10017` shows a customer's, or asks for one, and
    `/plan 10017 2027-03-01 ten kilos for her office` writes it down."""
    who, rest = [*chat.arguments.split(maxsplit=1), "", ""][:2]
    if who and chat.role in SERVICE:
        _of_customer(chat, customers.find(chat.db, who), rest)
    elif not chat.private:
        raise Refused("plans/whose") if chat.role in SERVICE else not_for(chat.role, SERVICE)
    elif chat.role in SERVICE and not chat.member.joined:
        forms.restart(chat, PLAN)
    else:
        _mine(chat)


# ---- staff --------------------------------------------------------------------------------------------------------


def of_customer(chat: Chat) -> None:
    """The button on the customer's card."""
    _of_customer(chat, customers.by_id(chat.db, chat.pressed_id), "")


def _of_customer(chat: Chat, customer: Member, words: str) -> None:
    if words:
        day, goal = _day_and_goal(chat, words)
        if day is None or not goal:
            given = {"goal": line(goal)} if goal else {}
            forms.restart(chat, PLAN, who=customer.id, owner=chat.user_id, **given)
        else:
            _set_out(chat, customer, goal, day, chat.user_id)
        return
    known = plans.newest(chat.db, customer.id)
    if known is None:
        forms.restart(chat, PLAN, who=customer.id)
    else:
        _show(chat, known)


def _day_and_goal(chat: Chat, words: str) -> tuple[date | None, str]:
    """A day in front of the goal, where one stands there. An English word without a number is the goal's: Sun Moon Lake
    is no Sunday."""
    first, _, rest = words.partition(" ")
    if first.isascii() and first.isalpha():
        return None, words
    try:
        return dates.read_day(first, _today(chat)), rest.strip()
    except Refused as refusal:
        if refusal.template != "dates/unclear":
            raise
        return None, words


def show(chat: Chat) -> None:
    """A plan, here and now."""
    _show(chat, plans.existing(chat.db, chat.pressed_id))


def _show(chat: Chat, known: Plan) -> None:
    file = plans.file_of(chat.db, known)
    chat.reply("plans/card", _keyboard(file, chat.language), file=file)


def _keyboard(file: File, language: str) -> Rows:
    customer = button("customer_card", f"customer:{file.member.id}", language)
    if not file.plan.open:
        new = [[button("plan_new", f"planset:{file.member.id}", language)]] if file.member.joined else []
        return [*new, [customer]]
    number = file.plan.id
    reached = button("plan_reached", f"plandone:{number}", language)
    moved = button("plan_move", f"planmove:{number}", language)
    changed = button("plan_change", f"planset:{file.member.id}", language)
    dropped = button("plan_drop", f"planoff:{number}", language)
    return [[reached, moved], [changed, dropped], [customer]]


def set_anew(chat: Chat) -> None:
    """Another goal, day and hands, or the next plan."""
    forms.restart(chat, PLAN, who=customers.by_id(chat.db, chat.pressed_id).id)


def ask_day(chat: Chat) -> None:
    """The same, by another day."""
    known = plans.existing(chat.db, chat.pressed_id)
    if not known.open:
        raise Refused("plans/over")
    forms.restart(chat, PLAN, who=known.member_id, goal=known.goal, owner=known.owner_id)


def reached(chat: Chat) -> None:
    """It is done: the member reads so, with our thanks."""
    file = plans.file_of(chat.db, plans.reach(chat.db, chat.pressed_id, chat.user_id, chat.now))
    _tell_member(chat, file, "plans/reached_told", [[_next_button(file, file.member.language)]])
    chat.edit(chat.words("plans/card", file=file), _keyboard(file, chat.language))


def dropped(chat: Chat) -> None:
    """Nothing comes of it. Whoever looks after it has said so to the member, or will."""
    file = plans.file_of(chat.db, plans.drop(chat.db, chat.pressed_id, chat.user_id, chat.now))
    chat.edit(chat.words("plans/card", file=file), _keyboard(file, chat.language))


def _set_out(chat: Chat, customer: Member, goal: str, day: date, owner_id: int) -> None:
    learn_name(chat)
    mine, now = chat.user_id, chat.now
    made = plans.set_out(chat.db, customer, goal, day, owner_id, staff_id=mine, club=chat.club, now=now)
    file = plans.file_of(chat.db, made)
    language = customer.language
    yes = button("plan_yes", f"planyes:{made.id}.{file.wording}", language)
    other = button("plan_other", f"planother:{made.id}", language)
    _tell_member(chat, file, "plans/asked", [[yes], [other]])
    _show(chat, made)


def _tell_member(chat: Chat, file: File, template: str, keyboard: Rows = ()) -> None:
    if file.member.telegram_id is not None:
        text = render(template, file.member.language, file=file, club=chat.club, now=chat.now)
        chat.notify(file.member.telegram_id, text, keyboard)


def tell_let_go(chat: Chat, let_go: Plan) -> None:
    """Two files are one and had a plan each: whoever looked after this one learns which one holds."""
    file, holds = plans.file_of(chat.db, let_go), plans.newest(chat.db, let_go.member_id)
    if holds is None:
        return
    held = plans.file_of(chat.db, holds)
    for chat_id, language in club_staff.doers(chat.db, chat.club, let_go.owner_id):
        text = render("plans/let_go_told", language, file=file, held=held, club=chat.club, now=chat.now)
        chat.notify(chat_id, text, [[button("plan", f"plan:{holds.id}", language)]], lane=Lane.STAFF)


def tell_due(db: Connection, club: Club, now: datetime) -> int:
    """Its day has come: whoever looks after a plan is asked to ask; how many plans that were."""
    files = plans.tell_due(db, now)
    for file in files:
        for chat_id, language in club_staff.doers(db, club, file.plan.owner_id):
            text = render("plans/card", language, file=file, club=club, now=now)
            reports.put(db, Lane.STAFF, chat_id, text, now, _keyboard(file, language))
    return len(files)


# ---- members ------------------------------------------------------------------------------------------------------


def _mine(chat: Chat) -> None:
    known = plans.newest(chat.db, chat.member.id)
    if known is None:
        chat.reply("plans/none", [[chat.button("ask", "go:ask"), chat.button("menu", "go:start")]])
        return
    file = plans.file_of(chat.db, known)
    yes = chat.button("plan_yes", f"planyes:{known.id}.{file.wording}")
    other = chat.button("plan_other", f"planother:{known.id}") if known.open else _next_button(file, chat.language)
    ways = [*([[yes]] if known.state == PROPOSED else []), [other]]
    chat.reply("plans/mine", [*ways, [chat.button("menu", "go:start")]], file=file)


def _next_button(file: File, language: str) -> dict[str, str]:
    """It is over: what comes next?"""
    return button("plan_next", f"planother:{file.plan.id}", language)


def agree(chat: Chat) -> None:
    """Yes to the very words that they read."""
    number, wording = chat.pressed_pair
    file = plans.file_of(chat.db, plans.agree(chat.db, number, wording, chat.member, chat.now))
    other = chat.button("plan_other", f"planother:{file.plan.id}")
    chat.edit(chat.words("plans/mine", file=file), [[other], [chat.button("menu", "go:start")]])
    for chat_id, language in club_staff.doers(chat.db, chat.club, file.plan.owner_id):
        text = render("plans/agreed_told", language, file=file, club=chat.club, now=chat.now)
        chat.notify(chat_id, text, [[button("plan", f"plan:{file.plan.id}", language)]], lane=Lane.STAFF)


def ask_other(chat: Chat) -> None:
    """What would they like instead, or next?"""
    forms.restart(chat, ANSWER, plan=plans.of_somebody(chat.db, chat.pressed_id, chat.member).id)


def _countered(chat: Chat, answers: Answers) -> None:
    """Their words go to whoever looks after the plan, as a request of its own."""
    known = plans.of_somebody(chat.db, answers["plan"], chat.member)
    said = Said(**answers[SAID])
    facts = {"goal": known.goal, "words": said.text, "over": not known.open}
    said = replace(said, text=plain("plans/countered", chat.club.language, **facts))
    say_filed(chat, plans.counter(chat.db, known, said, chat.member, chat.club, chat.now), said)


def _answered_by(chat: Chat, answers: Answers) -> Answers:
    known = plans.existing(chat.db, answers["plan"])
    return {"owner": club_tickets.staff_name(chat.db, known.owner_id), "over": not known.open}


ANSWER = forms.register(
    Form("plan_answer", (Field("words", parse_words, takes_media=True),), _countered, facts=_answered_by)
)


# ---- the form of the staff ----------------------------------------------------------------------------------------


def _today(chat: Chat) -> date:
    return day_of(chat.now, chat.club.zone)


def _parse_goal(_chat: Chat, text: str, _answers: Answers) -> str:
    return line(text)


def _parse_day(chat: Chat, text: str, _answers: Answers) -> str:
    if text in [choice.value for choice in AHEAD]:
        return (_today(chat) + timedelta(days=int(text))).isoformat()
    return dates.read_day(text, _today(chat)).isoformat()


def _parse_owner(chat: Chat, text: str, answers: Answers) -> int:
    if text not in [choice.value for choice in _owners(chat, answers)]:
        raise Refused("plans/no_colleague")
    return int(text)


def _owners(chat: Chat, _answers: Answers) -> list[Choice]:
    """Everybody who answers customers; whoever writes it down stands on top."""
    serving = [one for one in staff.active(chat.db) if one.role in SERVICE]
    serving.sort(key=lambda one: one.telegram_id != chat.user_id)
    unnamed = plain("plans/a_colleague", chat.language)
    return [Choice(str(one.telegram_id), text=one.name or unnamed) for one in serving]


def _done(chat: Chat, answers: Answers) -> None:
    customer = customers.by_id(chat.db, answers["who"])
    _set_out(chat, customer, answers["goal"], date.fromisoformat(answers["day"]), answers["owner"])


PLAN = forms.register(
    Form(
        "plans",
        (
            Field("who", people.parse, people.choices, takes_media=True),
            Field("goal", _parse_goal),
            Field("day", _parse_day, lambda _chat, _answers: AHEAD),
            Field("owner", _parse_owner, _owners),
        ),
        _done,
        roles=SERVICE,
        lasts=LASTS,
        facts=lambda chat, answers: {"customer": people.of(chat, answers)},
    )
)
