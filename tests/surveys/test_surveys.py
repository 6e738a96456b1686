"""A survey from the first tap to the report: made, sent, answered, by phone too, and what follows from it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select

from bot import pictures
from campaigns import campaigns
from campaigns.advance import POLL
from club import survey_file
from storage import survey_turns, surveys
from storage.campaigns import by_key
from storage.database import UnitTimedOut
from storage.tables import survey_tally, survey_turn
from tests.campaigns.desk import approved, goes_on, sent, words
from tests.campaigns.test_in_the_chat import marketer, taken_on
from tests.club import CLERK, OWNER, ClubHouse, Person
from tests.privacy.test_export import files

TWO = {"key": "two", "kind": "survey"}


async def scheduled(club: ClubHouse, maria: Person, set_: str = "Satisfaction", how_often: str = "Once") -> None:
    """A survey of a ready-made set, approved for all members. One that goes out once is over then, and Maria knows.

    By itself the club would find that out a second later, and tell her in the middle of what follows.
    """
    await maria.says("/survey new")
    await maria.presses(set_)
    await maria.presses("Schedule")
    await maria.presses(how_often)
    await maria.presses("All members")
    await maria.presses("Submit")
    await maria.presses("Approve")
    await goes_on(club)
    club.clock.advance(POLL)
    await goes_on(club)
    await club.settled()


async def answers(person: Person, *labels: str) -> str:
    """Press one after the other; what the last one brings."""
    said = ""
    for label in labels:
        said = await person.presses(label)
    return said


async def test_a_survey_goes_out_as_a_campaign_and_is_answered_with_a_tap_for_each_question(
    club: ClubHouse,
) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria)
    assert "8 short questions, about a minute" in ana.sees()
    first = await ana.presses("Answer now")
    assert "1 of 8" in first
    assert "no figure names you" in first
    assert "2 of 8" in await ana.presses("4")
    assert "1 of 8" in await ana.presses("Back")
    before = len(ana.screen())
    assert "Thank you, that helps us." in await answers(ana, "4", "4", "5", "3", "4", "5", "Yes", "Skip")
    assert len(ana.screen()) == before, "one message, that turned from question to question"
    assert not any("friend" in label or "wrong" in label for label in ana.buttons()), "thanks, and nothing else"
    report = await maria.says("/survey report")
    assert "Answered: <b>1</b> of 1 asked (100%)" in report
    assert "Product: <b>5.0</b>" in report
    assert "<b>Lowest: Service</b>" in report
    assert "Dissatisfied 0% · satisfied 100% · delighted 0%" in report
    assert "would, and have not yet:</b> 1" in report
    assert "Save as audience" in maria.buttons()
    assert "got <b>How are we doing?</b>" in await maria.says("/why 10017 how-are-we-doing")


async def test_whoever_stops_goes_on_where_they_were(club: ClubHouse) -> None:
    mei, maria = await club.member("美玲", "zh-hant"), await marketer(club)
    await scheduled(club, maria)
    assert "想聽聽您的意見：8 個小題" in mei.sees()
    assert "1/8" in await mei.presses("現在回答")
    await mei.presses("3")
    await mei.says("/points")
    assert "2/8" in await mei.presses("現在回答")
    await answers(mei, "3", "4", "4", "4", "4", "也許")
    await mei.presses("寫幾句")
    assert "謝謝您，對我們很有幫助" in await mei.says("茶很香，就是等得久。")
    report = await maria.says("/survey report")
    assert "<blockquote>茶很香，就是等得久。</blockquote>" in report
    assert "Yes 0 · Perhaps 1 · No 0" in report
    sealed = await club.query(lambda db: db.execute(select(survey_turn.c.answers_sealed)).scalar_one())
    assert "茶".encode() not in sealed


async def test_who_is_dissatisfied_can_complain_and_the_desk_reads_the_answers(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria)
    await ana.presses("Answer now")
    said = await answers(ana, "4", "3", "4", "2", "4", "4", "No", "Skip")
    assert "less than you expected" in said
    assert "Tell a friend" not in ana.buttons()
    await ana.presses("Say what went wrong")
    assert "#1001" in await ana.says("I waited for an hour.")
    case = await club.staff(OWNER).says("/case 1001")
    assert "I waited for an hour." in case
    assert "Expected 4; As it was 3" in case
    assert "Service 2" in case
    assert "Dissatisfied 100%" in await maria.says("/survey report")


async def test_who_is_delighted_gets_a_link_to_pass_on(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria)
    await ana.presses("Answer now")
    assert "makes our day" in await answers(ana, "2", "5", "5", "5", "5", "5", "Yes", "Skip")
    assert "Say what went wrong" not in ana.buttons()
    urls = [
        button["url"]
        for message in club.world.messages(ana.chat_id)
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if "url" in button
    ]
    assert len(urls) == 1
    assert "start%3Dref_10017" in urls[0]


async def test_a_second_answer_takes_the_place_of_the_first(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria, "Relationship")
    await ana.presses("Answer now")
    await ana.presses("9")
    assert "You answered on" in await ana.presses("Answer now")
    await ana.presses("Answer again")
    assert "Your new answers hold" in await ana.presses("7")
    report = await maria.says("/survey report")
    assert "Answered: <b>1</b> of 1" in report
    assert "Relationship: <b>7.0</b>" in report
    assert (await maria.says("/report service")).startswith(
        "<b>Relationship: 7.0 of 10</b> (1 answer, the last on 22 Nov"
    )


async def test_a_button_that_is_pressed_twice_answers_once(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria)
    await ana.presses("Answer now")
    await answers(ana, "4", "3", "4")
    message, data = ana.button("Back")
    assert "3 of 8" in await ana.presses("Back")
    await ana.presses_data(message["message_id"], data)
    assert "3 of 8" in ana.sees(), "one step, however often it is pressed"
    await answers(ana, "4", "2", "4", "4", "No")
    message, data = ana.button("Skip")
    thanks = await ana.presses("Skip")
    assert "less than you expected" in thanks
    await ana.presses_data(message["message_id"], data)
    assert ana.sees() == thanks
    assert "Say what went wrong" in ana.buttons()
    assert "You answered on" in await ana.presses("Answer now")


async def test_a_single_question_that_is_answered_twice_with_the_same_is_answered_once(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria, "Relationship")
    await ana.presses("Answer now")
    message, data = ana.button("9")
    thanks = await ana.presses("9")
    await ana.presses_data(message["message_id"], data)
    assert ana.sees() == thanks


async def test_nobody_is_asked_twice_in_a_month_whatever_the_survey(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria, "Relationship")
    other = await sent(club, **TWO)
    assert await words(club, other) == {"10017": "capped"}
    assert "tea aside" not in ana.sees()
    assert "had been asked in another survey in that period already" in await maria.says("/why 10017 two")
    club.clock.move_to(club.clock.now() + timedelta(days=9))
    assert await words(club, await sent(club, **(TWO | {"key": "three"}))) == {"10017": "sent"}


async def test_a_message_that_reached_nobody_asked_nobody(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    club.world.block(ana.id)
    await scheduled(club, maria, "Relationship")
    club.world.block(ana.id, blocked=False)
    await club.settled()
    assert await words(club, await sent(club, **TWO)) == {"10017": "sent"}


async def test_a_paused_survey_gives_its_turns_back(club: ClubHouse) -> None:
    await club.member("Ana")
    one = await approved(club, held=True, **TWO)
    await club.work.campaigning.advance()
    assert await club.query(lambda db: db.execute(select(func.count()).select_from(survey_turn)).scalar_one()) == 1
    await club.database.write(lambda db: campaigns.pause(db, campaigns.existing(db, one.id), OWNER, club.clock.now()))
    assert await club.query(lambda db: db.execute(select(func.count()).select_from(survey_turn)).scalar_one()) == 0


async def test_answers_by_phone_are_entered_by_who_serves(club: ClubHouse) -> None:
    await club.member("Ana")
    maria, clerk = await marketer(club), await taken_on(club, CLERK, "clerk", "Chen Wei")
    await scheduled(club, maria, "Relationship")
    await clerk.says("/customer 10017")
    assert "Ana</b>, by phone" in await clerk.presses("Survey by phone")
    assert "Noted for Ana" in await clerk.presses("8")
    assert "Relationship: <b>8.0</b>" in await maria.says("/survey report")
    turn = (await club.query(lambda db: survey_turns.of_member(db, 1)))[0]
    assert (turn.staff_id, turn.answers) == (CLERK, {"relationship": 8})
    await maria.says("/survey 1")
    assert "Survey by phone" not in maria.buttons(), "marketers know figures, not people"


async def test_what_they_answered_themselves_is_not_overwritten_by_phone_without_asking(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    clerk = await taken_on(club, CLERK, "clerk", "Chen Wei")
    await scheduled(club, maria, "Relationship")
    await ana.presses("Answer now")
    await ana.presses("9")
    await clerk.says("/customer 10017")
    assert "Ana answered on" in await clerk.presses("Survey by phone")
    assert "Ana</b>, by phone" in await clerk.presses("Answer again")
    message, data = clerk.button("3")
    await club.forgets(ana)
    assert "data deleted" in await clerk.presses_data(message["message_id"], data)


async def test_the_last_round_is_found_without_counting_those_before(any_club: ClubHouse) -> None:
    maria = await marketer(any_club)
    await any_club.member("Ana")
    assert await any_club.query(lambda db: surveys.latest_round(db, 1)) is None
    await scheduled(any_club, maria, "Relationship", "Every month")
    await any_club.passes(days=31)
    first, second = await any_club.query(lambda db: (surveys.rounds(db, 1)[0], surveys.latest_round(db, 1)))
    assert first == second
    assert f"In {first.period}: 0 of 1 answered" in await maria.says("/survey 1")


async def test_the_last_round_is_found_by_indexes_alone(club: ClubHouse) -> None:
    def plans(db: Connection) -> list[str]:
        said: list[tuple[str, Any]] = []
        event.listen(db, "before_cursor_execute", lambda _db, _cursor, sql, values, *_: said.append((sql, values)))
        db.exec_driver_sql(
            "INSERT INTO survey_turn (member_id, period, survey_id, asked_at) VALUES (1, '2026-11', 1, 0)"
        )
        surveys.latest_round(db, 1)
        asked = [one for one in said if one[0].startswith("SELECT")]
        return [row[3] for sql, values in asked for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]

    await marketer(club)
    await club.member("Ana")
    await club.database.write(lambda db: surveys.add(db, "{}", 1, club.clock.now()))
    assert await club.database.write(plans) == [
        "SEARCH survey_turn USING INDEX ix_survey_turn_asked_at (survey_id=?)",
        "SEARCH survey_turn USING COVERING INDEX ix_survey_turn_round (survey_id=? AND period=?)",
    ]


async def test_the_trend_is_held_against_the_round_before(club: ClubHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben, maria = await club.member("Ana"), await club.member("Ben"), await marketer(club)
    await scheduled(club, maria, "Delivered", "Every month")
    await club.passes(hours=23)
    assert "8 short questions" in ana.sees()
    await ana.presses("Answer now")
    await answers(ana, *"43214321")
    await club.passes(days=30)
    for person, value in ((ana, "5"), (ben, "4")):
        await person.presses("Answer now")
        await answers(person, value, "3", "2", "1", "3", "1", "1", "1")
    drawn: list[Any] = []
    draw = pictures.draw

    def watched(recipe: dict[str, Any]) -> bytes:
        drawn.append(recipe["rows"])
        return draw(recipe)

    monkeypatch.setattr(pictures, "draw", watched)
    report = await maria.says("/survey report")
    assert ["heading", "Answers, on average; the ring: the round before"] in drawn[0]
    assert ["mean", "Product", 4.5, 4.0, 1, 5] in drawn[0]
    assert "2026-12" in report
    assert "Answered: <b>2</b> of 2" in report
    assert "Product: <b>4.5</b> ▲ 0.5" in report
    assert "Service: <b>3.0</b> =" in report
    assert "Money: <b>3.0</b> ▼ 1.0" in report
    assert "<b>Delivered value: 4.5</b> (got 10.5, it cost 6.0), before 0.0" in report
    assert "Answered: <b>1</b> of 2 asked (50%)" in await maria.presses("Earlier round")


async def test_the_long_set_exports_five_that_were_asked_and_two_that_follow(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria, "Wishes")
    await ana.presses("Answer now")
    await answers(ana, "5", "3", "4", "4", "3", "Yes")
    await ana.presses("Write a few words")
    await ana.says("=1+1")
    report = await maria.says("/survey report")
    assert "Compared with what was wished for: -1.0; with what was expected: +1.0" in report
    await maria.presses("Answers as CSV")
    text = files(club, maria)["survey-1.csv"].decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text))
    assert header == [
        "round", "day", "by", "desire", "expected", "perceived", "attribute", "information", "again", "remark",
        "desire_congruence", "expectation_congruence", "overall", "state",
    ]  # fmt: skip
    assert row == [
        "2026-11",
        "2026-11-22",
        "chat",
        "5",
        "3",
        "4",
        "4",
        "3",
        "yes",
        "'=1+1",
        "-1",
        "1",
        "3.5",
        "satisfied",
    ]


async def test_a_file_that_could_not_be_made_says_so(club: ClubHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    def takes_too_long(*_: object) -> None:
        raise UnitTimedOut

    maria = await marketer(club)
    await scheduled(club, maria, "Relationship")
    await maria.says("/survey report 1")
    await club.member("Ana")
    monkeypatch.setattr(survey_file, "text", takes_too_long)
    await maria.says("/survey 1")
    assert "could not be made" in await maria.presses("Answers as CSV")
    assert maria.buttons() == ["Answers as CSV"]


async def test_a_survey_of_ones_own_questions_in_several_languages(club: ClubHouse) -> None:
    mei, maria = await club.member("美玲", "zh-hans"), await marketer(club)
    await maria.says("/survey new")
    await maria.presses("My own questions")
    await maria.says("New oolong / 新乌龙 / 新烏龍")
    await maria.presses("By choosing")
    await maria.says("How do you drink it? / 您怎么喝？ / 您怎麼喝？")
    assert "2 to 8" in await maria.says("Hot")
    card = await maria.says("Hot / 热 / 熱\nCold <b> / 冷 / 冷")
    assert "1. How do you drink it? <i>[Hot · Cold &lt;b&gt;]</i>" in card
    await maria.presses("Schedule")
    await answers(maria, "Once", "All members", "Submit", "Approve")
    await goes_on(club)
    assert "<b>新乌龙</b> · 1/1" in await mei.presses("现在回答")
    await mei.presses("冷")
    assert "Hot 0 · Cold &lt;b&gt; 1" in await maria.says("/survey report")
    assert "stay as they are" in await maria.presses("Add a question")


async def test_a_closed_survey_takes_no_answers_and_sends_nothing(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await scheduled(club, maria, "Relationship", "Every month")
    await club.passes(hours=23)
    await maria.says("/survey 1")
    await maria.presses("Close it")
    assert "closed" in await maria.presses("Yes, close it")
    campaign = await club.query(lambda db: by_key(db, "you-and-us"))
    assert campaign is not None
    assert campaign.state == "cancelled"
    assert "This survey is over" in await ana.presses("Answer now")


async def test_a_draft_is_discarded_rather_than_closed(club: ClubHouse) -> None:
    maria = await marketer(club)
    await maria.says("/survey")
    assert "Closed ones" not in maria.buttons()
    await maria.presses("New survey")
    await maria.presses("Relationship")
    assert "Close it" not in maria.buttons()
    assert "Nobody was asked yet" in await maria.presses("Discard")
    assert "closed" in await maria.presses("Yes, discard it")
    await maria.says("/survey")
    assert "You and us" in await maria.presses("Closed ones")


async def test_answers_are_exported_and_go_with_their_person_while_sums_stay(any_club: ClubHouse) -> None:
    ana, maria = await any_club.member("Ana"), await marketer(any_club)
    await scheduled(any_club, maria)
    await ana.presses("Answer now")
    await answers(ana, "4", "4", "5", "3", "4", "5", "Yes")
    await ana.presses("Write a few words")
    await ana.says("More benches")
    await ana.says("/export")
    whole = b"".join(files(any_club, ana).values()).decode()
    assert whole.count("More benches") == 2
    assert '"product": 5' in whole
    await any_club.forgets(ana)
    row = (await any_club.query(lambda db: db.execute(select(survey_turn)).all()))[0]
    assert (row.answers_sealed, row.draft_sealed, row.willing) == (None, None, None)
    assert row.answered_at is not None
    assert await any_club.query(lambda db: db.execute(select(func.sum(survey_tally.c.count))).scalar_one()) == 8
    assert "Product: <b>5.0</b>" in await maria.says("/survey report")


@pytest.mark.parametrize(
    "data", ["sv:1.0.9", "sv:1.7.1", "sv:9.0.1", "sv:1.0", "svtext:1.0.0", "svcomplain:1", "sv:1.99.1"]
)
async def test_made_up_buttons_answer_nothing(club: ClubHouse, data: str) -> None:
    ana, maria, ben = await club.member("Ana"), await marketer(club), await club.member("Ben")
    await scheduled(club, maria)
    await ana.presses("Answer now")
    message, _ = ana.button("Skip")
    assert await ana.presses_data(message["message_id"], data) != ""
    await ben.presses("Answer now")
    theirs, _ = ben.button("Skip")
    assert await ben.presses_data(theirs["message_id"], "sv:1.0.4") != "", "somebody else's"
    assert [turn.draft for turn in await club.query(lambda db: survey_turns.of_member(db, 1))] == [{}]


async def test_the_audience_of_those_who_would_and_have_not_yet(any_club: ClubHouse) -> None:
    ana, ben, maria = await any_club.member("Ana"), await any_club.member("Ben"), await marketer(any_club)
    await scheduled(any_club, maria)
    for person, word in ((ana, "Yes"), (ben, "No")):
        await person.presses("Answer now")
        await answers(person, "4", "4", "5", "3", "4", "5", word, "Skip")
    await maria.says("/survey report")
    assert "Willing, not bought again yet" in await maria.presses("Save as audience")
    shown = await maria.says("/audience Willing, not bought again yet")
    assert "said that they would buy again" in shown
    assert "<b>1</b>" in shown


async def test_a_ready_made_survey_is_called_in_the_language_of_whoever_reads_its_card(club: ClubHouse) -> None:
    maria, owner = await marketer(club), club.staff(OWNER)
    await owner.says("/language")
    await owner.presses("简体中文")
    await maria.says("/survey new")
    for label in ("Satisfaction", "Schedule", "Once", "All members"):
        await maria.presses(label)
    assert "<b>How are we doing?</b>" in maria.sees()
    await owner.says("/campaigns")
    assert "我们做得怎么样？" in owner.buttons()
    card = await owner.presses("我们做得怎么样？")
    assert "听听客人满不满意" in card
    assert "How are we doing" not in card


async def test_a_one_off_of_the_last_evening_of_a_month_is_one_round(club: ClubHouse) -> None:
    await club.member("Ana", city="Berlin")
    await club.member("Kim", city="Auckland")
    maria = await marketer(club)
    club.clock.move_to(datetime(2026, 11, 30, 19, 30, tzinfo=UTC))  # half past eight in Berlin, and night in Auckland
    await scheduled(club, maria)
    await club.passes(hours=20)
    report = await maria.says("/survey report")
    assert "of 2 asked" in report
    assert not any("before" in label for label in maria.buttons())
