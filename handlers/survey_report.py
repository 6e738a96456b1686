"""What came of a survey, round by round: a chart, the same in words, all answers as a file. Figures without names."""

from __future__ import annotations

from typing import Any

from campaigns import saved_audiences
from campaigns.audiences import parse
from club import surveys
from club.satisfaction import STATES
from club.survey_file import FILE
from club.survey_report import Report
from club.survey_report import report as report_of
from club.surveys import Survey
from handlers import survey_words
from handlers.chat import Chat
from storage.outbox import RECIPE

ROWS = 18
"""In a chart: more are not read on a phone, and stand in the words."""
WILLING_ONLY = {"all": [{"willing": {"is": "yes"}}, {"orders": {"at_most": 1}}]}
"""Who would buy again, and has not yet."""


def report(chat: Chat) -> None:
    """`svrep:3.1`: the round before the last one."""
    number, place = chat.pressed_pair
    tell(chat, surveys.existing(chat.db, number), place)


def tell(chat: Chat, one: Survey, place: int) -> None:
    """A round, 0 is the latest: a chart for a first look, and all of it in words."""
    told = report_of(chat.db, one, chat.club, place)
    last = [chat.button("survey_card", f"survey:{one.id}"), chat.button("surveys", "go:survey")]
    title = survey_words.title(one, chat.language)
    if told is None:
        chat.reply("surveys/nobody_asked", [last], title=title)
        return
    turns = [chat.button("survey_before", f"svrep:{one.id}.{place + 1}")] if place + 1 < len(told.rounds) else []
    if place > 0:
        turns.append(chat.button("survey_after", f"svrep:{one.id}.{place - 1}"))
    offer = [[chat.button("survey_audience", f"svaud:{one.id}")]] if told.loyal and told.loyal[1] else []
    keyboard = [*([turns] if turns else []), *offer, [chat.button("survey_file", f"svcsv:{one.id}")], last]
    if (chart := _chart(chat, told)) is not None:
        chat.picture(chart, chat.words("surveys/under_the_chart", title=title, told=told))
    labels = {item.question.key: survey_words.label(item.question, chat.language) for item in told.items}
    chosen = {
        item.question.key: survey_words.options(item.question, chat.language) for item in told.items if item.counts
    }
    chat.reply("surveys/report", keyboard, told=told, title=title, labels=labels, chosen=chosen)


def _chart(chat: Chat, told: Report) -> dict[str, Any] | None:
    """How satisfied they are, and each answer: its mean on its scale beside the round before, or the share of each
    choice. None where nobody chose anything."""
    rows: list[list[Any]] = []
    if told.state_shares is not None:
        for state, share in zip(STATES, told.state_shares, strict=True):
            rows.append(["share", chat.words("surveys/state", state=state), share, state == STATES[0]])
    scales = [one for one in told.items if one.mean is not None]
    if scales:
        compared = any(one.before is not None for one in scales)
        rows.append(["heading", chat.words("surveys/means", compared=compared)])
    for one in scales:
        question, before = one.question, None if one.before is None else float(one.before)
        said = survey_words.label(question, chat.language)
        rows.append(["mean", said, float(one.mean or 0), before, question.low, question.high])
    for one in told.items:
        if one.counts and one.count:
            rows.append(["heading", survey_words.label(one.question, chat.language)])
            named = zip(survey_words.options(one.question, chat.language), one.shares, strict=True)
            rows += [["share", option, share, False] for option, share in named]
    del rows[ROWS:]
    if rows and rows[-1][0] == "heading":
        del rows[-1]  # what stood below it does not fit
    return {"recipe": "survey", "rows": rows} if rows else None


def send_file(chat: Chat) -> None:
    """All answers for a spreadsheet: a row each, without a name. Made when its turn comes to be sent."""
    one = surveys.existing(chat.db, chat.pressed_id)
    recipe = {RECIPE: FILE, "survey": one.id, "language": chat.language}
    caption = chat.words("surveys/file", title=survey_words.title(one, chat.language))
    chat.call("sendDocument", {RECIPE: recipe, "caption": caption, "parse_mode": "HTML"})


def save_audience(chat: Chat) -> None:
    """Who would buy again and has not yet, as an audience to write to."""
    name = chat.words("surveys/audience_name")
    if saved_audiences.named(chat.db, name) is None:
        audience = parse(WILLING_ONLY)
        saved_audiences.add(chat.db, name, audience, chat.club, staff_id=chat.user_id, now=chat.now)
    chat.reply("surveys/audience_saved", [[chat.button("audiences", "go:audience")]], name=name)
