"""/campaigns: what marketers send, from the first draft to the end.

A campaign is shown as a card that changes where it hangs: a step by a colleague, and how far the sending is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from campaigns import by_itself, lessons, overview, shipped_campaigns, steps
from campaigns import campaigns as work
from campaigns.overview import Overview
from club import staff as club_staff
from club import tickets
from club.club import Club
from club.members import first_press
from club.refusal import Refused
from handlers.chat import Chat, Rows, hang_card, new_nonce
from handlers.keyboards import pairs, turns
from storage import campaigns, posted
from storage import lessons as noted
from storage.campaigns import Campaign
from storage.outbox import Lane
from templates import button, render

PAGE = 6
OPEN = (steps.DRAFT, steps.SUBMITTED, steps.APPROVED, steps.RUNNING, steps.PAUSED)
OVER = (steps.DONE, steps.CANCELLED)


# ---- all of them --------------------------------------------------------------------------------------------------


def show(chat: Chat) -> None:
    """What is in hand: drafts, what waits for approval, what runs."""
    text, keyboard = _list(chat, OPEN, 0)
    chat.reply_text(text, keyboard)


def turn_page(chat: Chat) -> None:
    """Another page, or what is over."""
    over, page = chat.pressed_pair
    text, keyboard = _list(chat, OVER if over else OPEN, page)
    chat.edit(text, keyboard)


def _list(chat: Chat, states: tuple[str, ...], page: int) -> tuple[str, Rows]:
    own, over = shipped_campaigns.names(), int(states == OVER)
    length = campaigns.count(chat.db, states, without=own)
    page = max(0, min(page, (length - 1) // PAGE))
    found = campaigns.of_states(chat.db, states, offset=page * PAGE, limit=PAGE, without=own)
    shown = [overview.of(chat.db, one, chat.club, chat.now, chat.language) for one in found]
    rows = [[{"text": one.found.name, "callback_data": f"camp:{one.campaign.id}"}] for one in shown]
    here, there = chat.button("campaigns_open", "camps:0.0"), chat.button("campaigns_over", "camps:1.0")
    ways = [chat.button("campaign_new", "cnew"), chat.button("journey_new", "jnew")]
    more = [chat.button("by_itself", "cself"), chat.button("campaigns_figures", "report:campaigns")]
    text = chat.words("campaigns/list", shown=shown, length=length, over=bool(over), zone=chat.club.zone)
    return text, [
        *rows,
        *turns(chat, f"camps:{over}.", page, more=(page + 1) * PAGE < length),
        ways,
        more,
        [here if over else there, chat.button("menu", "go:start")],
    ]


def show_by_itself(chat: Chat) -> None:
    """What the club says by itself: the programmes that came with it, and its notices."""
    found = by_itself.programmes(chat.db, chat.club, chat.language, chat.now)
    opens = [
        {"text": one.name, "callback_data": f"camp:{one.campaign.id}"}
        for part in found.parts
        for one in part.lines
        if one.campaign is not None
    ]
    chat.edit(chat.words("campaigns/by_itself", found=found), [*pairs(opens), [chat.button("campaigns", "camps:0.0")]])


# ---- one of them --------------------------------------------------------------------------------------------------


def slot_of(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"


def open_one(chat: Chat) -> None:
    hang(chat, work.existing(chat.db, chat.pressed_id))


def hang(chat: Chat, one: Campaign) -> None:
    """The card, at the end of this chat."""
    posted.hang_again(chat.db, slot_of(one.id), chat.chat_id)
    _hang(chat.db, chat.club, one, chat.chat_id, chat.language, chat.now)


def renew_cards(
    db: Connection, club: Club, one: Campaign, now: datetime, rate: float | None = None, left: float | None = None
) -> None:
    """Show the campaign as it is now, wherever its card hangs. `rate`: messages a second; `left`: seconds."""
    for chat_id in posted.places(db, slot_of(one.id)):
        language = club_staff.language_of(db, club, chat_id)
        _hang(db, club, one, chat_id, language, now, rate, left)


def _hang(
    db: Connection,
    club: Club,
    one: Campaign,
    chat_id: int,
    language: str,
    now: datetime,
    rate: float | None = None,
    left: float | None = None,
) -> None:
    seen = overview.of(db, one, club, now, language)
    text = card_words(db, seen, club, language, now, rate, left)
    hang_card(db, slot_of(one.id), chat_id, text, _keyboard(seen, language), now)


def card_words(
    db: Connection,
    seen: Overview,
    club: Club,
    language: str,
    now: datetime,
    rate: float | None = None,
    left: float | None = None,
) -> str:
    """The card as Telegram HTML."""
    author = seen.campaign.author_id
    return render(
        "campaigns/card",
        language,
        seen=seen,
        text="" if seen.found.journey else seen.found.text(1, language),
        steps=overview.step_words(seen, language, club),
        audience=overview.audience_words(seen.found, language, club),
        moment=overview.moment_words(seen.found, language),
        author=tickets.staff_name(db, author) if author else "",
        rate=rate,
        left=left,
        club=club,
        now=now,
    )


@dataclass(frozen=True)
class _Ways:
    """The buttons of one campaign's card."""

    number: int
    language: str

    def button(self, label: str, verb: str, *, once: bool = False) -> dict[str, str]:
        data = f"{verb}:{self.number}:{new_nonce()}" if once else f"{verb}:{self.number}"
        return button(label, data, self.language)


def _keyboard(seen: Overview, language: str) -> Rows:
    """What may be done with it in its state."""
    ways = _Ways(seen.campaign.id, language)
    look = [ways.button("campaign_preview", "cpreview"), ways.button("campaign_test", "ctest")]
    change, submit = ways.button("campaign_change", "cedit"), ways.button("campaign_submit", "csubmit", once=True)
    copy, end = ways.button("campaign_copy", "ccopy", once=True), ways.button("campaign_cancel", "ccancel")
    discard = ways.button("campaign_discard", "ccancel")
    approve = ways.button("campaign_approve", "capprove", once=True)
    back = ways.button("campaign_return", "creturn", once=True)
    pause, resume = (
        ways.button("campaign_pause", "cpause", once=True),
        ways.button("campaign_resume", "cresume", once=True),
    )
    travels = seen.found.journey is not None
    road = [ways.button("journey_steps", "jsteps")] if travels else []
    undo = [[ways.button("journey_restore", "jundo", once=True)]] if seen.campaign.held is not None else []
    anew = [[ways.button("journey_reopen", "jedit")]] if travels else []
    begun = [ways.button("campaign_report", "crep"), copy]
    rows = {
        steps.DRAFT: [look, [*road, change], [submit], *undo, [copy, discard]]
        if travels
        else [look, [change, submit], [copy, discard]],
        steps.SUBMITTED: [look, [approve, back], [discard]],
        steps.APPROVED: [look, [pause, end], *anew, [copy]],
        steps.RUNNING: [[pause, end], *anew, begun],
        steps.PAUSED: [[resume, end], *anew, begun],
        steps.DONE: [begun],
        steps.CANCELLED: [begun],
    }[seen.campaign.state]
    return [*rows, [button("all_campaigns", "go:campaigns", language)]]


# ---- steps --------------------------------------------------------------------------------------------------------


def _step(chat: Chat, take: Callable[[Campaign], Campaign]) -> Campaign:
    """Take a step by its button, once; wherever the card hangs it shows it."""
    one = work.existing(chat.db, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    after = take(one)
    renew_cards(chat.db, chat.club, after, chat.now)
    return after


def submit(chat: Chat) -> None:
    """Somebody shall look at it."""
    after = _step(chat, lambda one: work.submit(chat.db, one, chat.user_id, chat.club, chat.now))
    asked = [one for one in work.approvers(chat.db) if one != chat.user_id]
    for colleague in asked:
        _tell(chat, colleague, "campaigns/asked", after)
    chat.toast("campaigns/submitted", asked=len(asked))


def approve(chat: Chat) -> None:
    """From now on it speaks. Who works alone is asked to look at it again in a minute."""
    one = work.existing(chat.db, chat.pressed_id)
    if work.must_look_first(chat.db, one, chat.user_id, chat.club, chat.now):
        _step(chat, lambda one: work.look(chat.db, one, chat.user_id, chat.now))
        chat.toast("campaigns/look_again", alert=True, name=one.key)
        return
    after = _step(chat, lambda one: work.approve(chat.db, one, chat.user_id, chat.role, chat.club, chat.now))
    if after.author_id not in (None, chat.user_id):
        _tell(chat, after.author_id, "campaigns/approved", after)
    chat.toast("campaigns/is_on")


def send_back(chat: Chat) -> None:
    """Not yet: whoever wrote it hears of it."""
    after = _step(chat, lambda one: work.send_back(chat.db, one, chat.user_id, chat.now))
    if after.author_id not in (None, chat.user_id):
        _tell(chat, after.author_id, "campaigns/sent_back", after)


def _tell(chat: Chat, colleague: int, block: str, one: Campaign) -> None:
    language = club_staff.language_of(chat.db, chat.club, colleague)
    name = _name(chat, one, language)
    by = tickets.staff_name(chat.db, chat.user_id)
    text = render(block, language, name=name, by=by)
    chat.notify(colleague, text, [[button("campaign_card", f"camp:{one.id}", language)]], lane=Lane.STAFF)


def _name(chat: Chat, one: Campaign, language: str) -> str:
    return overview.spoken(work.definition(one, chat.club), language).name


def pause(chat: Chat) -> None:
    """Nothing more goes out; at once."""
    _step(chat, lambda one: work.pause(chat.db, one, chat.user_id, chat.now))
    chat.toast("campaigns/paused")


def resume(chat: Chat) -> None:
    """It goes on where it stopped."""
    _step(chat, lambda one: work.resume(chat.db, one, chat.user_id, chat.now))


def asks_for_lessons(db: Connection, one: Campaign) -> bool:
    """Is it time to ask what was learnt, before it is ended?"""
    return steps.may(one.state, steps.CANCEL) and lessons.are_missing(db, one)


def ask_cancel(chat: Chat, one: Campaign) -> None:
    """It cannot be taken back: asked once more."""
    if one.state in steps.OVER:
        raise Refused("campaigns/not_now", state=one.state, name=one.key)
    name = _name(chat, one, chat.language)
    end = f"cend:{one.id}:{new_nonce()}"
    unsent = one.state in (steps.DRAFT, steps.SUBMITTED)
    yes = chat.button("campaign_discarded", end) if unsent else chat.button("campaign_end", end)
    keyboard = [[yes], [chat.button("campaign_card", f"camp:{one.id}")]]
    chat.reply("campaigns/ask_cancel", keyboard, name=name, state=one.state)


def cancel(chat: Chat) -> None:
    """It is over, for good."""
    after = _step(chat, lambda one: work.cancel(chat.db, one, chat.user_id, chat.now))
    keyboard = [[chat.button("all_campaigns", "go:campaigns")]]
    chat.edit(chat.words("campaigns/cancelled", name=_name(chat, after, chat.language)), keyboard)


def copy(chat: Chat) -> None:
    """The same again, as a draft of whoever pressed."""
    one = work.existing(chat.db, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    learnt = noted.of(chat.db, one.id)
    if learnt:
        chat.reply("lessons/of_model", name=_name(chat, one, chat.language), learnt=learnt)
    hang(chat, work.clone(chat.db, one, chat.user_id, chat.club, chat.now))
