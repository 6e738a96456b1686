"""A survey as its reader meets it: one message that turns from question to question, a tap for each.

Whoever stops finds it where they left it. A colleague who asks by phone goes the same way, in the customer's place.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from club import satisfaction, surveys
from club.refusal import Refused
from club.staff import SERVICE
from club.survey_sets import CHOICE, TEXT, Question, seconds
from club.surveys import Outcome, Survey
from club.tickets import Said
from handlers import complaints, forms, survey_words
from handlers.chat import Chat, Rows, number_in
from handlers.forms import SAID, Answers, Field, Form
from handlers.start import REFERRED
from handlers.tickets import refresh_cards
from storage import merges, sends, survey_turns
from storage.sends import Send
from storage.survey_turns import Turn
from templates import plain

IN_A_ROW = 6
"""Buttons of a scale that stand side by side."""


def begin(chat: Chat, line: Send) -> None:
    """The button under the invitation: the first question, or the one where they stopped."""
    found = survey_turns.of_send(chat.db, line.id)
    if found is None:
        raise Refused("surveys/over")
    survey, turn = surveys.turn_to_answer(chat.db, found.id, chat.member, staff=False)
    if surveys.is_through(turn):
        keyboard = [[chat.button("survey_again", f"svagain:{turn.id}"), chat.button("menu", "go:start")]]
        chat.reply("surveys/answered_already", keyboard, at=turn.answered_at, zone=chat.member.zone, phoned=None)
        return
    text, rows = _question(chat, survey, turn)
    chat.reply_text(text, rows)


def begin_by_phone(chat: Chat, survey: Survey, turn: Turn) -> None:
    """The first question, for a colleague who asks a customer; who has answered is not asked again by mistake."""
    if surveys.is_through(turn):
        customer = surveys.customer_of(chat.db, turn)
        back = chat.button("customer", f"customer:{customer.id}", customer=customer)
        keyboard = [[chat.button("survey_again", f"svagain:{turn.id}"), back]]
        facts = {"at": turn.answered_at, "zone": chat.club.zone, "phoned": customer}
        chat.reply("surveys/answered_already", keyboard, **facts)
        return
    text, rows = _question(chat, survey, turn)
    chat.reply_text(text, rows)


def again(chat: Chat) -> None:
    """They want to answer anew; what they said before holds until they are through."""
    survey, turn = _turn(chat, chat.pressed_id)
    chat.edit(*_question(chat, survey, turn))


def press(chat: Chat) -> None:
    """An answer by a button: `sv:7.2.4`, of the seventh turn the third question, four."""
    survey, turn, question, value = _meant(chat)
    if question.kind == TEXT:
        raise Refused("buttons/unknown")
    chat.edit(*_answered(chat, survey, turn, question, value))


def skip(chat: Chat) -> None:
    """This question is passed over."""
    survey, turn, question, _ = _meant(chat)
    chat.edit(*_answered(chat, survey, turn, question, None))


def back(chat: Chat) -> None:
    """`svback:7.2`: the question before the third one again; pressed twice, it is not that one that is asked."""
    turn_id, place = chat.pressed_pair
    survey, turn = _turn(chat, turn_id)
    if turn.draft and survey.questions.index(_asked(survey, turn)) == place:
        turn = surveys.step_back(chat.db, survey, turn)
    chat.edit(*_where_they_are(chat, survey, turn))


def _turn(chat: Chat, turn_id: int) -> tuple[Survey, Turn]:
    return surveys.turn_to_answer(chat.db, turn_id, chat.member_or_none, staff=chat.role in SERVICE)


def _meant(chat: Chat) -> tuple[Survey, Turn, Question, int]:
    """What a button means. Raises `Refused` for one that was made up."""
    turn_id, rest = chat.pressed_id_and_word
    place, value = map(number_in, rest.partition(".")[::2])
    survey, turn = _turn(chat, turn_id)
    if place >= len(survey.questions):
        raise Refused("buttons/unknown")
    return survey, turn, survey.questions[place], value


def _answered(chat: Chat, survey: Survey, turn: Turn, question: Question, value: int | str | None) -> tuple[str, Rows]:
    """The next question in the place of this one; behind the last, the thanks. What is not due changes nothing."""
    if not surveys.is_due(survey, turn, question, value):
        return _where_they_are(chat, survey, turn)
    turn = surveys.answer(chat.db, survey, turn, question, value)
    if surveys.next_question(survey, turn) is not None:
        return _question(chat, survey, turn)
    return _thanks(chat, _finish(chat, survey, turn))


def _where_they_are(chat: Chat, survey: Survey, turn: Turn) -> tuple[str, Rows]:
    """The thanks, where all is answered; else the question that is asked now."""
    if surveys.is_through(turn):
        return _thanks(chat, surveys.outcome(survey, turn, chat.club))
    return _question(chat, survey, turn)


def _asked(survey: Survey, turn: Turn) -> Question:
    return surveys.next_question(survey, turn) or survey.questions[0]


def _question(chat: Chat, survey: Survey, turn: Turn) -> tuple[str, Rows]:
    """What is to be asked next, and its buttons."""
    question = _asked(survey, turn)
    place = survey.questions.index(question)
    text = chat.words(
        "surveys/question",
        title=survey_words.title(survey, chat.language),
        asked=survey_words.asked(question, chat.language),
        place=place + 1,
        count=len(survey.questions),
        first=not turn.draft,
        seconds=seconds(survey.questions),
        phoned=None if _own(chat, turn) else surveys.customer_of(chat.db, turn),
    )
    ways = [chat.button("survey_back", f"svback:{turn.id}.{place}")] if turn.draft else []
    ways.append(chat.button("survey_skip", f"svskip:{turn.id}.{place}.0"))
    return text, [*_answers(chat, question, f"{turn.id}.{place}"), ways]


def _answers(chat: Chat, question: Question, at: str) -> Rows:
    if question.kind == TEXT:
        return [[chat.button("survey_write", f"svtext:{at}.0")]]
    if question.kind == CHOICE:
        words = survey_words.options(question, chat.language)
        return [[{"text": word, "callback_data": f"sv:{at}.{place}"}] for place, word in enumerate(words)]
    numbers = range(question.low, question.high + 1)
    buttons = [{"text": str(number), "callback_data": f"sv:{at}.{number}"} for number in numbers]
    return [buttons[start : start + IN_A_ROW] for start in range(0, len(buttons), IN_A_ROW)]


def _own(chat: Chat, turn: Turn) -> bool:
    """Does its member answer themselves?"""
    return chat.member_or_none is not None and merges.holder(chat.db, turn.member_id) == chat.member_or_none.id


# ---- answers in words ---------------------------------------------------------------------------------------------


def write(chat: Chat) -> None:
    """The next message is the answer."""
    survey, turn, question, place = _meant(chat)
    if question.kind != TEXT:
        raise Refused("buttons/unknown")
    if not surveys.is_due(survey, turn, question, None):
        chat.edit(*_where_they_are(chat, survey, turn))
        return
    forms.restart(chat, WORDS, turn=turn.id, key=question.key, place=place)


def _parse_words(_chat: Chat, text: str, _answers: Answers) -> str:
    if len(text) > surveys.MAX_WORDS:
        raise Refused("forms/long", most=surveys.MAX_WORDS, found=len(text))
    return text


def _written(chat: Chat, answers: Answers) -> None:
    survey, turn = _turn(chat, answers["turn"])
    chat.reply_text(*_answered(chat, survey, turn, survey.question(answers["key"]), answers["words"]))


def _facts(chat: Chat, answers: Answers) -> Answers:
    """The question once more; "" where the survey is gone."""
    turn = survey_turns.by_id(chat.db, answers["turn"])
    if turn is None or turn.survey_id is None:
        return {"asked": ""}
    question = surveys.existing(chat.db, turn.survey_id).question(answers["key"])
    return {"asked": survey_words.plainly(question, chat.language)}


WORDS = forms.register(Form("survey_words", (Field("words", _parse_words),), _written, facts=_facts))


# ---- the end ------------------------------------------------------------------------------------------------------


def _finish(chat: Chat, survey: Survey, turn: Turn) -> Outcome:
    staff_id = None if _own(chat, turn) else chat.user_id
    outcome = surveys.finish(chat.db, survey, turn, chat.club, chat.now, staff_id)
    if turn.send_id is not None:
        sends.replied(chat.db, turn.send_id, chat.now)
    return outcome


def _thanks(chat: Chat, outcome: Outcome) -> tuple[str, Rows]:
    """A word of thanks; for who is dissatisfied a way to say why, for who is delighted a way to tell a friend."""
    if not _own(chat, outcome.turn):
        customer = surveys.customer_of(chat.db, outcome.turn)
        text = chat.words("surveys/noted_by_phone", customer=customer, state=outcome.state)
        return text, [[chat.button("customer", f"customer:{customer.id}", customer=customer)]]
    text = chat.words("surveys/thanks", state=outcome.state, again=outcome.again)
    return text, [*_follow_up(chat, outcome), *chat.way_on()]


def _follow_up(chat: Chat, outcome: Outcome) -> Sequence[Sequence[dict[str, str]]]:
    if outcome.state == satisfaction.DISSATISFIED:
        return [[chat.button("survey_complain", f"svcomplain:{outcome.turn.id}")]]
    if outcome.state == satisfaction.DELIGHTED:
        return [[{"text": chat.button("survey_refer", "")["text"], "url": referral(chat)}]]
    return []


def referral(chat: Chat) -> str:
    """Opens the list of one's own chats, to pass on a link to the bot; who comes by it is known to come from them."""
    link = f"https://t.me/{chat.bot_name}?start={REFERRED}{chat.member.number or chat.member.id}"
    words = chat.words("surveys/referral")
    return f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(words, safe='')}"


def complain(chat: Chat) -> None:
    """What went wrong? It goes to the complaint desk, with what they answered."""
    survey, turn = _turn(chat, chat.pressed_id)
    if not _own(chat, turn) or surveys.state(survey, turn.answers or {}, chat.club) != satisfaction.DISSATISFIED:
        raise Refused("buttons/unknown")
    forms.restart(chat, COMPLAINT, turn=turn.id)


def _complained(chat: Chat, answers: Answers) -> None:
    ticket = complaints.file_complaint(chat, Said(**answers[SAID]))
    found = survey_turns.by_id(chat.db, answers["turn"])
    if found is None or found.survey_id is None or not _own(chat, found):
        return
    survey = surveys.existing(chat.db, found.survey_id)
    surveys.note_answers(chat.db, ticket, _told(chat, survey, found), chat.club, chat.now)
    refresh_cards(chat, ticket)


def _told(chat: Chat, survey: Survey, turn: Turn) -> str:
    """What they answered, for the colleagues, in the club's language."""
    language, given = chat.club.language, turn.answers or {}
    told = [
        (survey_words.label(one, language), _value(one, value, language))
        for one in survey.questions
        if (value := given.get(one.key)) is not None
    ]
    return plain("surveys/for_the_desk", language, title=survey_words.title(survey, language), told=told)


def _value(question: Question, value: int | str, language: str) -> str:
    if isinstance(value, str):
        return value[: survey_words.REMARK_SHOWN]
    return survey_words.options(question, language)[value] if question.kind == CHOICE else str(value)


COMPLAINT = forms.register(
    Form("survey_complaint", (Field("words", complaints.parse_words, takes_media=True),), _complained)
)
