"""/merge: two files of one person become one."""

from __future__ import annotations

from typing import Any

from club import customers as club_customers
from club import merges, points
from club.merges import Joined
from club.refusal import Refused
from club.staff import MANAGERS
from handlers import customers, forms, plans
from handlers.chat import Chat
from handlers.forms import Answers, Choice, Field, Form
from handlers.returns import parse_yes
from handlers.sales import tell
from handlers.tickets import renew_cards
from storage import members
from storage import merges as merged
from storage.members import Member
from templates import render


def merge(chat: Chat) -> None:
    """`/merge 10017 10023`, `/merge @ana 10023`, or one question after the other."""
    words = chat.arguments.split()
    if not words:
        forms.restart(chat, MERGE)
        return
    if len(words) != 2:
        raise Refused("merges/two_please")
    first, second = (club_customers.exactly(chat.db, word) for word in words)
    merges.check_pair(chat.db, first, second)
    forms.restart(chat, MERGE, first=first.id, second=second.id)


def merge_button(chat: Chat) -> None:
    """The same from a customer's card: only the other file is asked for."""
    first = club_customers.by_id(chat.db, chat.pressed_id)
    merges.check_open(chat.db, first)
    forms.restart(chat, MERGE, first=first.id)


def led_on(chat: Chat) -> bool:
    """Whoever writes from the account of a file that became part of another one hears where their membership is."""
    person = chat.member_or_none
    if chat.update.my_chat_member or not chat.private or person is None or person.status != "left":
        return False
    became = merged.of(chat.db, person.id)
    if became is None:
        return False
    if chat.message is not None or chat.query is not None:
        chat.reply("merges/closed", target=members.by_id(chat.db, became.target_id))
    return True


# ---- the form -----------------------------------------------------------------------------------------------------


def _parse_first(chat: Chat, text: str, answers: Answers) -> int:
    return _typed(chat, text, answers).id


def _parse_second(chat: Chat, text: str, answers: Answers) -> int:
    second = _typed(chat, text, answers)
    merges.check_pair(chat.db, members.by_id(chat.db, answers["first"]), second)
    return second.id


def _typed(chat: Chat, text: str, answers: Answers) -> Member:
    offered = [*customers.choices(chat, answers), *(_others(chat, answers) if "first" in answers else [])]
    if text in [choice.value for choice in offered]:
        return members.by_id(chat.db, int(text.removeprefix("=")))
    return club_customers.exactly(chat.db, text)


def _others(chat: Chat, answers: Answers) -> list[Choice]:
    """Who is called the same comes first, then who came last."""
    likely = merges.likely(chat.db, members.by_id(chat.db, answers["first"]))
    same = [Choice(f"={one.id}", text=customers.label(chat, one)) for one in likely]
    known = {f"={answers['first']}", *(choice.value for choice in same)}
    return [*same, *(choice for choice in customers.choices(chat, answers) if choice.value not in known)]


def _which(chat: Chat, answers: Answers) -> list[Choice]:
    """The files that may stay: only what the rules allow is offered."""
    found = []
    for stays, goes in (("first", "second"), ("second", "first")):
        target, source = members.by_id(chat.db, answers[stays]), members.by_id(chat.db, answers[goes])
        if _may(chat, source, target):
            found.append(Choice(stays, text=chat.button("stays", "", customer=target)["text"]))
    return found


def _may(chat: Chat, source: Member, target: Member) -> bool:
    try:
        merges.check(chat.db, source, target)
    except Refused:
        return False
    return True


def _parse_stays(chat: Chat, text: str, answers: Answers) -> str:
    if text not in [choice.value for choice in _which(chat, answers)]:
        raise Refused("forms/press_please")
    return text


def _parse_reason(_chat: Chat, text: str, _answers: Answers) -> str:
    return merges.reason(text)


def _usual_reasons(chat: Chat, _answers: Answers) -> list[Choice]:
    words = chat.button("new_account", "")["text"], chat.button("was_twice", "")["text"]
    return [Choice(word, text=word) for word in words]


def _yes(_chat: Chat, _answers: Answers) -> list[Choice]:
    return [Choice("yes", "merge_now")]


def _facts(chat: Chat, answers: Answers) -> Answers:
    sides = [
        merges.side(chat.db, answers[name], chat.club, chat.now) for name in ("first", "second") if name in answers
    ]
    if "stays" not in answers:
        return {"sides": sides}
    target, source = sides if answers["stays"] == "first" else reversed(sides)
    return {"sides": sides, "source": source, "target": target}


def _done(chat: Chat, answers: Answers) -> None:
    stays, goes = ("first", "second") if answers["stays"] == "first" else ("second", "first")
    why = answers["reason"]
    joined = merges.join(
        chat.db, answers[goes], answers[stays], why, staff_id=chat.user_id, club=chat.club, now=chat.now
    )
    facts: dict[str, Any] = {
        "source": joined.source,
        "target": joined.target,
        "moved": joined.points,
        "balance": points.balance(chat.db, joined.target.id, chat.now),
    }
    for talk in joined.requests:
        renew_cards(chat.db, chat.club, talk, chat.now)
    chat.reply("merges/merged", chat.way_on(), **facts)
    tell(chat, joined.target, "merges/yours_are_one", **facts)
    _tell_source(chat, joined)
    if joined.let_go is not None:
        plans.tell_let_go(chat, joined.let_go)


def _tell_source(chat: Chat, joined: Joined) -> None:
    """The account that is closed hears it too: a menu that fits, and where the membership is. What was being asked
    there is over."""
    account = joined.source.telegram_id
    if account is None or joined.source.unreachable_at is not None:
        return
    chat.take_buttons_away_from(account, joined.question)
    told = render("merges/closed", joined.source.language, club=chat.club, now=chat.now, target=joined.target)
    chat.notify(account, told)
    chat.menu_changed(account)


MERGE = forms.register(
    Form(
        "merges",
        (
            Field("first", _parse_first, customers.choices),
            Field("second", _parse_second, _others),
            Field("stays", _parse_stays, _which),
            Field("reason", _parse_reason, _usual_reasons),
            Field("confirm", parse_yes, _yes),
        ),
        _done,
        roles=MANAGERS,
        facts=_facts,
    )
)
