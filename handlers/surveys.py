"""/survey: what the club asks its customers, and what came of it. Figures without names."""

from __future__ import annotations

from campaigns import steps
from campaigns import surveys as sending
from club import customers, surveys
from club.members import first_press
from club.refusal import Refused
from club.staff import SERVICE
from club.survey_sets import Question
from club.surveys import CLOSED, DRAFT, ON, OPEN, Survey
from handlers import campaigns, forms, survey_answers, survey_report, survey_words
from handlers import customers as at_the_till
from handlers.chat import Chat, Rows, new_nonce
from handlers.forms import Answers, Field, Form
from handlers.keyboards import turns
from storage import surveys as rows

PAGE = 6


def survey(chat: Chat) -> None:
    """`/survey`, `/survey new`, `/survey schedule 3`, `/survey report 3`, `/survey 3`."""
    from handlers import survey_form

    word, _, rest = ("" if chat.query else chat.arguments).casefold().partition(" ")
    if word == "":
        _list(chat)
    elif word == "new":
        survey_form.new(chat)
    elif word == "schedule":
        survey_form.plan(chat, _named(chat, rest))
    elif word == "report":
        survey_report.tell(chat, _named(chat, rest), 0)
    else:
        show(chat, _named(chat, word))


def _named(chat: Chat, text: str) -> Survey:
    """The survey of this number; without one, where there is only one that is on, that one."""
    text = text.strip().removeprefix("#")
    if text.isascii() and text.isdecimal() and len(text) <= 12:
        return surveys.existing(chat.db, int(text))
    on = surveys.listed(chat.db, (ON,), limit=2)
    if text == "" and len(on) == 1:
        return on[0]
    raise Refused("surveys/unknown")


# ---- all of them, and one -----------------------------------------------------------------------------------------


def _list(chat: Chat) -> None:
    chat.reply_text(*_page(chat, OPEN, 0))


def turn_page(chat: Chat) -> None:
    """Another page, or those that are closed."""
    closed, page = chat.pressed_pair
    chat.edit(*_page(chat, (CLOSED,) if closed else OPEN, page))


def _page(chat: Chat, states: tuple[str, ...], page: int) -> tuple[str, Rows]:
    length, closed = rows.count(chat.db, states), int(states == (CLOSED,))
    page = max(0, min(page, (length - 1) // PAGE))
    shown = surveys.listed(chat.db, states, offset=page * PAGE, limit=PAGE)
    titles = {one.id: survey_words.title(one, chat.language) for one in shown}
    latest = {one.id: rows.latest_round(chat.db, one.id) for one in shown}
    buttons = [[{"text": f"#{one.id} {titles[one.id]}", "callback_data": f"survey:{one.id}"}] for one in shown]
    way = turns(chat, f"surveys:{closed}.", page, more=(page + 1) * PAGE < length)
    text = chat.words("surveys/list", shown=shown, titles=titles, latest=latest, closed=bool(closed))
    ways = [[chat.button("survey_new", "svnew"), *_other_list(chat, closed)], [chat.button("menu", "go:start")]]
    return text, [*buttons, *way, *ways]


def _other_list(chat: Chat, closed: int) -> list[dict[str, str]]:
    """The way back to those that are open, or to those that are closed, if there are any."""
    if closed:
        return [chat.button("surveys_open", "surveys:0.0")]
    return [chat.button("surveys_closed", "surveys:1.0")] if rows.count(chat.db, (CLOSED,)) else []


def open_one(chat: Chat) -> None:
    show(chat, surveys.existing(chat.db, chat.pressed_id))


def show(chat: Chat, one: Survey) -> None:
    """What it asks, how it is sent, how many have answered; and what may be done with it."""
    chat.reply_text(_card(chat, one), _keyboard(chat, one))


def change(chat: Chat, one: Survey) -> None:
    """The same, in the place of the card whose button was pressed."""
    chat.edit(_card(chat, one), _keyboard(chat, one))


def _card(chat: Chat, one: Survey) -> str:
    campaign = sending.sender(chat.db, one)
    return chat.words(
        "surveys/card",
        survey=one,
        title=survey_words.title(one, chat.language),
        asked=[
            (question, survey_words.plainly(question, chat.language), _choices(chat, question))
            for question in one.questions
        ],
        campaign=campaign,
        latest=rows.latest_round(chat.db, one.id),
    )


def _choices(chat: Chat, question: Question) -> list[str]:
    return survey_words.options(question, chat.language) if question.kind == "choice" else []


def _keyboard(chat: Chat, one: Survey) -> Rows:
    read = [chat.button("survey_report", f"svrep:{one.id}.0"), chat.button("survey_file", f"svcsv:{one.id}")]
    last = [chat.button("surveys", "go:survey")]
    if one.state == CLOSED:
        return [read, last]
    campaign = sending.sender(chat.db, one)
    sent = campaign is not None and campaign.state not in steps.OVER
    ways = [chat.button("campaign_card", f"camp:{campaign.id}")] if campaign is not None and sent else []
    if not sent and one.questions:
        ways.append(chat.button("survey_plan", f"svplan:{one.id}"))
    if chat.role in SERVICE and one.questions:
        ways.append(chat.button("survey_phone", f"svcall:{one.id}"))
    change_it = [chat.button("survey_add", f"svadd:{one.id}")]
    if one.questions:
        change_it.append(chat.button("survey_drop", f"svdrop:{one.id}:{new_nonce()}"))
    over = f"svclose:{one.id}"
    close = [chat.button("campaign_discard", over) if one.state == DRAFT else chat.button("survey_close", over)]
    return [change_it if one.state == DRAFT else read, *([ways] if ways else []), close, last]


def drop_question(chat: Chat) -> None:
    """The last question goes."""
    one = surveys.existing(chat.db, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    change(chat, surveys.drop_question(chat.db, one))


def ask_close(chat: Chat) -> None:
    """It cannot be opened again: asked once more."""
    one = surveys.existing(chat.db, chat.pressed_id)
    draft, over = one.state == DRAFT, f"svend:{one.id}:{new_nonce()}"
    yes = chat.button("campaign_discarded", over) if draft else chat.button("survey_end", over)
    title = survey_words.title(one, chat.language)
    text = chat.words("surveys/ask_close", title=title, draft=draft)
    chat.edit(text, [[yes], [chat.button("survey_card", f"survey:{one.id}")]])


def close(chat: Chat) -> None:
    """It is over: nothing more goes out, and no answer is taken."""
    one = surveys.existing(chat.db, chat.pressed_id)
    first_press(chat.db, chat.pressed.nonce, chat.now)
    closed = sending.close(chat.db, one, chat.user_id, chat.now)
    campaign = sending.sender(chat.db, closed)
    if campaign is not None:
        campaigns.renew_cards(chat.db, chat.club, campaign, chat.now)
    change(chat, closed)


# ---- by phone -----------------------------------------------------------------------------------------------------


def call(chat: Chat) -> None:
    """Who is on the phone?"""
    forms.restart(chat, PHONE, survey=surveys.existing(chat.db, chat.pressed_id).id)


def call_customer(chat: Chat) -> None:
    """From the card of a customer: which survey?"""
    customer = customers.by_id(chat.db, chat.pressed_id)
    on = surveys.listed(chat.db, (ON,), limit=PAGE)
    if not on:
        raise Refused("surveys/none_on")
    if len(on) == 1:
        _ask(chat, on[0], customer.id)
        return
    buttons = [
        [{"text": survey_words.title(one, chat.language), "callback_data": f"svask:{one.id}.{customer.id}"}]
        for one in on
    ]
    chat.reply("surveys/which", [*buttons, *chat.way_on()], customer=customer)


def ask_customer(chat: Chat) -> None:
    """`svask:3.17`: that survey, of that customer."""
    number, member_id = chat.pressed_pair
    _ask(chat, surveys.existing(chat.db, number), member_id)


def _ask(chat: Chat, one: Survey, member_id: int) -> None:
    customer = customers.by_id(chat.db, member_id)
    turn = surveys.by_phone(chat.db, one, customer, chat.club, chat.user_id, chat.now)
    survey_answers.begin_by_phone(chat, one, turn)


def _phoned(chat: Chat, answers: Answers) -> None:
    _ask(chat, surveys.existing(chat.db, answers["survey"]), answers["who"])


PHONE = forms.register(
    Form(
        "survey_phone",
        (Field("who", at_the_till.parse, at_the_till.choices, takes_media=True),),
        _phoned,
        roles=SERVICE,
    )
)
