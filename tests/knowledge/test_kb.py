"""/kb: those who answer customers write down what the club knows."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from storage import asked, knowledge
from tests.club import CLERK, MARKETER, NOON, OWNER, ClubHouse, Person
from tests.tickets.test_queue import hire


async def clerk_of(club: ClubHouse) -> Person:
    await hire(club, "Clerk", CLERK)
    return club.staff(CLERK)


async def writes(person: Person, title: str, answer: str, *ways: str) -> str:
    await person.says("/kb add")
    await person.says(title)
    await person.says(answer)
    return await person.says("\n".join(ways) if ways else "/skip")


async def test_an_entry_is_written_in_three_messages_and_answers_at_once(any_club: ClubHouse) -> None:
    clerk, ana = await clerk_of(any_club), any_club.person("Ana")
    assert "Nothing yet" in await clerk.says("/kb")
    await clerk.presses("Add an entry")
    assert "What shall the bot answer?" in await clerk.says("Dogs")
    assert "One way a line" in await clerk.says("Dogs are welcome.\nCats too, {name}.")
    shown = await clerk.says("Can I bring my dog?\nare dogs allowed")
    assert "It is in." in shown
    assert "<b>Dogs</b> · number 1" in shown
    assert "Looked after by Chen Wei" in shown
    assert "Dogs are welcome.\nCats too, Ana." in await ana.says("can i bring my DOG")
    assert "1 entry" in await clerk.says("/kb")


async def test_王小明_writes_in_chinese(club: ClubHouse) -> None:
    wang = await club.member("王小明", "zh-hans")
    await hire(club, "Clerk", wang.id)
    assert "加好了" in await writes(wang, "宠物", "可以带狗进店。", "能带狗吗", "可以带宠物吗")
    assert "可以带狗进店" in await club.person("李雷", "zh-hans").says("能带狗吗？")
    assert "可以带狗进店" in await club.person("林美玲", "zh-hant").says("能帶狗嗎"), "rather Chinese than English"
    await wang.presses("答案")
    await wang.presses("繁體中文")
    await wang.says("可以帶狗進店喔。")
    assert "可以帶狗進店喔" in await club.person("陳怡君", "zh-hant").says("能帶狗嗎")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("You have {point} points.", "There is no field “point”. These are there: name"),
        ("You have {points points.", "A brace stands alone"),
        ("{{points}}", "A brace stands alone"),
        ("{}", "There is no field “”"),
        ("𠮷" * 1_600, "3,000"),
    ],
)
async def test_an_answer_that_could_not_be_filled_in_is_refused(club: ClubHouse, answer: str, why: str) -> None:
    clerk = await clerk_of(club)
    await clerk.says("/kb add")
    await clerk.says("Points")
    assert why in (await clerk.says(answer)).replace("3000", "3,000")
    assert await club.query(knowledge.count) == 0


async def test_what_belongs_to_another_entry_is_told(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    await writes(clerk, "Dogs", "Welcome.", "can I bring my dog")
    assert "leads to “Dogs” already" in await writes(clerk, "Cats", "Welcome too.", "Can I bring my dog?")
    assert await club.query(knowledge.count) == 1, "nothing of it was written"
    assert "no words" in await writes(clerk, "Cats", "Welcome too.", "???")


async def test_each_part_can_be_changed_and_the_past_is_kept(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    await writes(clerk, "Dogs", "Welcome.", "can I bring my dog")
    await clerk.says("/kb edit 1")
    await clerk.presses("Answer")
    await clerk.presses("繁體中文")
    assert "繁體中文</b>: Dogs" in await clerk.says("歡迎帶狗。")
    await clerk.presses("Title")
    await clerk.presses("English")
    assert "<b>Dogs and cats</b>" in await clerk.says("Dogs and cats")
    await clerk.presses("Tags")
    assert "Tags: shop, pets" in await clerk.says("Shop, pets, shop")
    await clerk.presses("Ways to ask")
    assert "No ways to ask" in await clerk.presses("✕ can I bring my dog")
    past = await clerk.says("/kb edit 1") and await clerk.presses("History")
    assert [part for part in ("answer", "title", "tags", "ways to ask", "written") if part not in past] == []
    assert past.count("Chen Wei") == 5
    assert "歡迎帶狗" in await club.query(lambda db: knowledge.versions(db, 1)[0].content)


async def test_an_entry_is_taken_over_by_whoever_looks_after_it_from_now_on(any_club: ClubHouse) -> None:
    clerk, owner = await clerk_of(any_club), any_club.staff(OWNER)
    await writes(clerk, "Dogs", "Welcome.", "can I bring my dog")
    assert "I look after it" not in clerk.buttons()
    assert "Looked after by Chen Wei" in await owner.says("/kb edit 1")
    message, data = owner.button("I look after it")
    shown = await owner.presses("I look after it")
    assert "Chen Wei" not in shown
    assert "I look after it" not in owner.buttons()
    assert "done already" in await owner.presses_data(message["message_id"], data)
    assert "who looks after it" in await owner.presses("History")
    wang = await any_club.member("王小明", "zh-hans")
    await hire(any_club, "Clerk", wang.id)
    await wang.says("/kb edit 1")
    assert "负责人：王小明" in await wang.presses("由我负责")
    assert "负责人" in await wang.presses("改动记录")


async def test_the_history_cannot_be_changed(any_club: ClubHouse) -> None:
    await writes(await clerk_of(any_club), "Dogs", "Welcome.", "can I bring my dog")
    for statement in (text("UPDATE knowledge_version SET content = ''"), text("DELETE FROM knowledge_version")):
        with pytest.raises(DBAPIError, match="append-only"):
            await any_club.database.write(partial(_executes, statement=statement))


def _executes(db: Connection, statement: TextClause) -> None:
    db.execute(statement)


async def test_off_is_off_until_it_is_on_again(club: ClubHouse) -> None:
    clerk, ana = await clerk_of(club), club.person("Ana")
    await writes(clerk, "Dogs", "Welcome.", "can I bring my dog")
    assert "Off: the bot does not answer" in await clerk.says("/kb off 1")
    assert "#1001" in await ana.says("can I bring my dog")
    assert "Dogs · off" in (await clerk.says("/kb") and clerk.buttons())
    await clerk.says("/kb edit 1")
    message, data = clerk.button("Switch on")
    await clerk.presses("Switch on")
    assert "done already" in await clerk.presses_data(message["message_id"], data)
    assert "Welcome." in await club.person("Ben").says("can I bring my dog")


async def test_entries_are_found_by_tag_and_page_by_page(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    for number in range(10):
        await writes(clerk, f"Entry {number}", "Yes.")
    await clerk.says("/kb edit 7")
    await clerk.presses("Tags")
    await clerk.says("winter")
    assert "10 entries" in await clerk.says("/kb list")
    await clerk.presses("Next")
    assert {"Entry 8", "Entry 9"} <= set(clerk.buttons())
    await clerk.presses("Previous")
    assert "Entry 0" in clerk.buttons()
    assert "winter" in await clerk.says("/kb list winter")
    assert [label for label in clerk.buttons() if label.startswith("Entry")] == ["Entry 6"]
    assert "No entry has this tag" in await clerk.says("/kb list wint%")


@pytest.mark.parametrize("words", ["/kb dance", "/kb edit", "/kb edit x", "/kb off -1", "/kb edit 1 2"])
async def test_what_is_typed_wrong_is_told_how(club: ClubHouse, words: str) -> None:
    assert "/kb add, /kb edit 3" in await (await clerk_of(club)).says(words)


async def test_an_entry_that_is_not_there(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    assert "That entry is not there" in await clerk.says("/kb edit 99")
    await clerk.says("/kb")
    message, _ = clerk.button("Add an entry")
    for forged in (
        "kb:99",
        "kbset:99.title",
        "kbset:1.secret",
        "kbset:x.title",
        "kbdrop:1.1:abc",
        "kbgap:5",
        "kbgapto:a.b:c",
    ):
        assert await clerk.presses_data(message["message_id"], forged) != ""


async def test_marketers_and_customers_do_not_write_answers(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    assert "for our team only" in await club.person("Ana").says("/kb")
    assert "you are a marketer" in await club.staff(MARKETER).says("/kb add")


async def test_who_was_removed_meanwhile_writes_nothing(club: ClubHouse) -> None:
    clerk, owner = await clerk_of(club), club.staff(OWNER)
    await clerk.says("/kb add")
    await clerk.says("Dogs")
    await clerk.says("Welcome.")
    await owner.says("/team")
    await owner.presses("Remove Chen Wei")
    assert "our team has it now" in await clerk.says("can I bring my dog"), "a customer's words by now"
    assert await club.query(knowledge.count) == 0


async def test_a_colleagues_answer_becomes_everybodys_with_one_tap(any_club: ClubHouse) -> None:
    clerk, ana, ben = await clerk_of(any_club), any_club.person("Ana"), any_club.person("Ben")
    await ana.says("Do you sell jasmine tea?")
    await clerk.says("/reply 1001 Yes, {loose} and in bags.")
    message, data = clerk.button("Always answer so")
    assert "Whoever asks the same gets this answer" in await clerk.presses("Always answer so")
    assert "done already" in await clerk.presses_data(message["message_id"], data)
    assert "Yes, (loose) and in bags." in await ben.says("do you sell JASMINE tea")
    assert "No gaps" in await clerk.says("/kb gaps")


async def test_a_complaint_is_no_answer_for_everybody(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    await club.person("Ana").says("/complain The cup was cracked")
    await clerk.says("/reply 1001 We are sorry.")
    assert "Always answer so" not in clerk.buttons()


async def test_what_nobody_could_answer_is_listed_once_with_how_often(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    for name, words in (
        ("Ana", "Do you sell jasmine tea?"),
        ("Ben", "do you sell jasmin tea"),
        ("Cleo", "Is there a lift?"),
    ):
        await club.person(name).says(words)
    assert "Without an answer: 2" in await clerk.says("/kb gaps")
    assert clerk.buttons()[0] == "2 × do you sell jasmin tea"
    shown = await clerk.presses("2 × do you sell")
    assert "Asked 2 times" in shown
    assert "Do you sell jasmine tea?" in shown
    await clerk.presses("Write an entry")
    await clerk.says("Jasmine tea")
    assert "It is in." in await clerk.says("Yes, loose and in bags.")
    assert "loose and in bags" in await club.person("Dana").says("Do you sell jasmine tea?")
    await clerk.says("/kb gaps")
    await clerk.presses("1 × Is there a lift?")
    assert "No gaps" in await clerk.presses("Not needed")


async def test_a_gap_is_closed_by_an_entry_that_is_there(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    await writes(clerk, "Jasmine tea", "Yes.", "do you sell jasmine tea")
    await club.learns()
    club.work.answers.model.gate = type(club.work.answers.model.gate)(1.1, 1.1)  # type: ignore[union-attr]
    await club.person("Ana").says("is there any jasmine")
    await clerk.says("/kb gaps")
    await clerk.presses("1 × is there any jasmine")
    assert "2 ways to ask" in await clerk.presses("→ Jasmine tea")
    assert "No gaps" in await clerk.says("/kb gaps")


async def test_the_list_says_how_well_it_works(club: ClubHouse) -> None:
    clerk, ana = await clerk_of(club), club.person("Ana")
    assert "Nobody has asked anything" in await clerk.says("/kb")
    await writes(clerk, "Dogs", "Welcome.", "can I bring my dog")
    await ana.says("can I bring my dog")
    await ana.presses("Yes")
    assert "1 question, 1 answered by the bot; 1 said it helped, 0 that it did not" in await clerk.says("/kb")


async def test_what_was_asked_is_sealed_shown_in_the_copy_and_forgotten(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await ana.says("Do you sell jasmine tea?")
    assert "Questions to the bot: 1" in await ana.says("/me")
    mine = await any_club.query(lambda db: asked.of_member(db, 1))
    assert [one.text for one in mine] == ["Do you sell jasmine tea?"]
    await any_club.forgets(ana)
    assert [one.text for one in await any_club.query(lambda db: asked.of_member(db, 1))] == [None]
    assert await any_club.query(lambda db: asked.gaps(db, 10)) == []


async def test_old_words_are_emptied(any_club: ClubHouse) -> None:
    await any_club.person("Ana").says("Do you sell jasmine tea?")
    any_club.clock.move_to(NOON.replace(year=2027))
    await any_club.work.clean()
    assert [one.text for one in await any_club.query(lambda db: asked.of_member(db, 1))] == [None]
