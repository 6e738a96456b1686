"""A marketer composes, asks for approval, watches and reads the report; all of it in the chat."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import Connection, select

from bot.campaigning import Progress
from campaigns import campaigns as steps
from club.club import CampaignRules
from storage import campaigns, posted, staff
from storage.tables import posted as posted_table
from tests.campaigns.desk import approved, goes_on, sent
from tests.club import CLERK, MARKETER, OWNER, ClubHouse, Person, open_house
from tests.family.test_family import tells

STRICT = CampaignRules(approve_above=0)


async def taken_on(club: ClubHouse, telegram_id: int, role: str, name: str) -> Person:
    """Somebody who works here."""

    def unit(db: Connection) -> None:
        staff.put(db, telegram_id, role, club.clock.now())
        staff.set_name(db, telegram_id, name)

    await club.database.write(unit)
    return club.staff(telegram_id)


async def marketer(club: ClubHouse) -> Person:
    return await taken_on(club, MARKETER, "marketer", "Maria")


async def composed(person: Person, *, kind: str = "News", text: str = "Hello {{ name }}, shall we?") -> str:
    """A draft by the form, in English only; the card."""
    await person.says("/campaign new")
    await person.says("Autumn tea")
    await person.says("Bring regulars back")
    await person.presses(kind)
    await person.presses("All members")
    await person.presses("Once it is approved")
    await person.says(text)
    await person.says("/skip")
    await person.says("/skip")
    await person.presses("Yes, please")
    if kind == "Promotion":
        await person.presses("In two weeks")
    return await person.says("/skip")


async def state(club: ClubHouse, key: str = "autumn-tea") -> str:
    found = await club.query(lambda db: campaigns.by_key(db, key))
    assert found is not None
    return str(found.state)


async def test_a_marketer_composes_sends_and_reads_the_report(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    maria = await marketer(any_club)
    card = await composed(maria)
    assert "Saved as a draft" in card
    assert "At this moment: <b>1</b>" in card
    await maria.presses("Submit")
    await maria.presses("Approve")
    await goes_on(any_club)
    assert "Hello Ana, shall we?" in ana.sees()
    any_club.clock.move_to(any_club.clock.now() + timedelta(seconds=2))
    await goes_on(any_club)
    await any_club.work.campaigning.show()
    await any_club.settled()
    assert any("· done ·" in text and "▰▰▰▰▰▰▰▰▰▰ 1 of 1\nsent 1" in text for text in maria.screen())
    assert "Thank you" in await ana.presses("Yes, please")
    assert "noted already" in await ana.presses("Yes, please")
    report = await maria.says("/campaign report autumn-tea")
    assert "<b>Sent:</b> 1\n<b>Replied:</b> 1\n<b>Pressed a button:</b> 1 (2 times in all)" in report
    assert "got <b>Autumn tea</b>" in await maria.says("/why 10017 autumn-tea")


async def test_a_promotion_of_the_form_has_its_last_day_and_holds_some_out(club: ClubHouse) -> None:
    await club.member("Ana")
    card = await composed(await marketer(club), kind="Promotion")
    assert "<b>Last day:</b> 6 December 2026" in card
    assert "<b>Held out:</b> 10%" in card


async def test_the_author_alone_does_not_approve_what_goes_to_many(any_url: str) -> None:
    async with open_house(any_url, campaigns=STRICT) as club:
        await club.member("Ana")
        maria, owner = await marketer(club), club.staff(OWNER)
        await composed(maria)
        assert "1 colleague is asked" in await maria.presses("Submit")
        assert "a manager or an owner who did not write it" in await maria.presses("Approve")
        assert "Maria" in owner.sees()
        await owner.presses("The campaign")
        await owner.presses("Back to draft")
        assert await state(club) == "draft"
        assert "gave your campaign" in maria.sees()
        await maria.says("/campaign autumn-tea")
        await maria.presses("Submit")
        await owner.says("/campaign autumn-tea")
        await owner.presses("Approve")
        assert "has approved your campaign" in maria.sees()
        assert await state(club) in ("approved", "running", "done")


async def test_who_works_alone_looks_twice_a_minute_apart(any_url: str) -> None:
    async with open_house(any_url, campaigns=STRICT) as club:
        ana, owner = await club.member("Ana"), club.staff(OWNER)
        await composed(owner)
        await owner.presses("Submit")
        assert "in a minute you can approve it" in await owner.presses("Approve")
        assert "in a minute you can approve it" in await owner.presses("Approve")
        assert await state(club) == "submitted"
        club.clock.move_to(club.clock.now() + timedelta(minutes=1, seconds=1))
        await owner.presses("Approve")
        await goes_on(club)
        assert "shall we?" in ana.sees()


async def test_a_clerk_sends_nothing_to_many(club: ClubHouse) -> None:
    await sent(club)
    clerk = await taken_on(club, CLERK, "clerk", "Chen Wei")
    for words in ("/campaigns", "/campaign new", "/campaign tea", "/why 10017 tea"):
        assert "you are a clerk" in await clerk.says(words)


async def test_a_draft_is_changed_part_by_part_and_the_submitted_one_is_not(club: ClubHouse) -> None:
    await club.member("Ana")
    maria = await marketer(club)
    await composed(maria)
    await maria.presses("Change")
    await maria.presses("Text")
    await maria.says("Good day {{ name }}, a cup with us?")
    await maria.says("/skip")
    assert "Good day {{ name }}" in await maria.says("/skip")
    await maria.presses("Change")
    await maria.presses("Held out")
    assert "20% get nothing" in await maria.says("20")
    await maria.presses("Submit")
    message, data = maria.button("Held out")
    await maria.presses_data(message["message_id"], data)
    assert "is waiting for approval" in await maria.says("30")
    assert "20% get nothing" in await maria.says("/campaign autumn-tea")


async def test_what_is_wrong_with_a_text_is_said_while_it_is_written(club: ClubHouse) -> None:
    maria = await marketer(club)
    await maria.says("/campaign new")
    await maria.says("Autumn tea")
    await maria.says("/skip")
    await maria.presses("Greeting")
    await maria.presses("All members")
    await maria.presses("Mid-Autumn")
    assert "{{ name }}" in await maria.says("Hello {{ nmae }}")
    assert "sells nothing" in await maria.says("A good feast, and 20% off?")
    assert "Only a promotion has a last day" in await maria.says("Until {{ ends }}, shall we?")
    await maria.says("A good feast to you, {{ name }}.")
    await maria.says("/skip")
    await maria.says("/skip")
    assert "Rewards" not in maria.buttons()
    assert "has to ask something" in await maria.presses("No button")
    await maria.presses("Yes, please")
    card = await maria.says("/skip")
    assert "Mid-Autumn" in card
    assert "(next" in card


async def test_the_preview_shows_each_language_and_a_member_without_their_name(club: ClubHouse) -> None:
    await club.member("Ana")
    maria = await marketer(club)
    await composed(maria, text="Hello {{ name }}, {{ points }} points, shall we?")
    assert "Hello Maria, 0 points" in await maria.presses("Preview")
    assert "This is only a look" in await maria.presses("Yes, please")
    assert "it has no text in that language yet" in await maria.presses("繁體中文")
    await maria.presses("As a member")
    seen = await maria.says("10017")
    assert "Hello Alex, 20 points" in seen
    assert "Ana" not in seen
    owner = club.staff(OWNER)
    await owner.says("/campaign autumn-tea")
    await owner.presses("Preview")
    await owner.presses("As a member")
    assert "Hello Ana, 20 points" in await owner.says("10017")


async def test_a_card_says_until_when_the_rest_waits_for_its_morning(any_url: str) -> None:
    async with open_house(any_url, now=datetime(2026, 11, 22, 22, tzinfo=UTC)) as club:
        await club.member("Ana")
        await club.member("Kim", city="Auckland")
        maria = await marketer(club)
        await sent(club)
        card = await maria.says("/campaign tea")
        assert "1 of 2\nGoes on 23 Nov 2026 09:00: it is night where the others live" in card
        club.clock.move_to(datetime(2026, 11, 23, 9, 1, tzinfo=UTC))
        await goes_on(club)
        assert "night" not in await maria.says("/campaign tea")


async def test_a_report_before_anybody_has_had_it_says_just_that_in_the_readers_language(sqlite_url: str) -> None:
    async with open_house(sqlite_url, shipped=("birthday",)) as club:
        maria = await marketer(club)
        await maria.says("/language")
        await maria.presses("繁體中文")
        report = await maria.says("/campaign report birthday")
        assert "生日當天道一聲祝福，其他都不提\n\n還沒有人收到。" in report
        assert "已發" not in report


async def test_a_test_to_oneself_reaches_nobody_else(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await composed(maria)
    assert "Hello Maria, shall we?" in await maria.presses("Test to me")
    assert "shall we?" not in ana.sees()
    assert "only a look" in await maria.presses("No more of these")


async def test_one_tap_under_a_message_ends_them_all_and_the_report_says_so(any_club: ClubHouse) -> None:
    ana, maria = await any_club.member("Ana"), await marketer(any_club)
    await sent(any_club)
    await ana.presses("No more of these")
    assert "<b>Want no more:</b> 1" in await maria.says("/campaign report tea")
    await sent(any_club, key="more")
    assert "wants no greetings and offers" in await maria.says("/why 10017 more")


async def test_words_written_after_a_message_count_as_a_reply(club: ClubHouse) -> None:
    ana, maria = await club.member("Ana"), await marketer(club)
    await sent(club)
    await ana.says("Oh yes, the Longjing, one for Friday")
    assert "<b>Replied:</b> 1" in await maria.says("/campaign report tea")


async def test_a_button_leads_to_its_place_and_somebody_elses_does_nothing(club: ClubHouse) -> None:
    ana, ben = await club.member("Ana"), await club.member("Ben")
    await sent(club, buttons=[{"label": "See my points", "does": "points"}])
    assert "20" in await ana.presses("See my points")
    message, data = ana.button("See my points")
    bens, _ = ben.button("See my points")
    assert "no longer works" in await ben.presses_data(bens["message_id"], data)
    for made_up in ("c:1.9", "c:999.0", "c:x.y", "cstop:999", f"{data}9"):
        assert "no longer works" in await ana.presses_data(message["message_id"], made_up)
    maria = await marketer(club)
    assert "<b>Pressed a button:</b> 1" in await maria.says("/campaign report tea")


async def test_a_copy_remembers_its_model_and_the_report_shows_both(club: ClubHouse) -> None:
    await club.member("Ana")
    maria = await marketer(club)
    await composed(maria)
    await maria.presses("Submit")
    await maria.presses("Approve")
    await goes_on(club)
    await maria.says("/campaign autumn-tea")
    assert "<code>autumn-tea-2</code>" in await maria.presses("Copy")
    assert await state(club, "autumn-tea-2") == "draft"
    report = await maria.says("/campaign report autumn-tea-2")
    assert "<b>Before: Autumn tea</b> (<code>autumn-tea</code>)\nSent 1" in report


async def test_a_text_is_asked_for_in_ones_own_language_first(club: ClubHouse) -> None:
    maria = await marketer(club)
    await maria.says("/language")
    await maria.presses("繁體中文")
    await maria.says("/campaign new")
    await maria.says("秋茶上市")
    await maria.says("/skip")
    await maria.presses("新訊")
    await maria.presses("全體會員")
    assert "請寫「繁體中文」的文字" in await maria.presses("核准後")
    assert "看「简体中文」的人會收到「繁體中文」的" in await maria.says("{{ name }}，秋茶到了，要幫您留一罐嗎？")
    assert "看「English」的人會收到「繁體中文」的" in await maria.says("/skip")
    await maria.says("/skip")
    await maria.presses("好")
    await maria.says("/skip")
    assert "秋茶到了" in await maria.presses("預覽")
    assert any("秋茶到了" in text for text in [await maria.presses("简体中文")])
    assert "<code>content-202611</code>" in await maria.says("/campaigns")
    await maria.says("/campaign content-202611")
    assert "<code>content-202611-2</code>" in await maria.presses("複製")
    assert "<code>content-202611-3</code>" in await maria.presses("複製")


async def test_what_is_paused_before_its_moment_waits_for_it_again(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    maria = await marketer(club)
    later = club.clock.now() + timedelta(days=3)
    await approved(club, moment={"when": "once", "on": f"{later:%Y-%m-%d}", "at": "12:00"})
    await maria.says("/campaign tea")
    assert "paused" in await maria.presses("Pause")
    assert "approved, waits for its moment" in await maria.presses("Go on")
    club.clock.move_to(later + timedelta(hours=1))
    await goes_on(club)
    assert "Hello Ana, shall we put a tea aside?" in ana.sees()


async def test_what_waits_for_approval_is_said_at_the_door(club: ClubHouse) -> None:
    await club.member("Ana")
    maria, owner = await marketer(club), club.staff(OWNER)
    assert "approval" not in await owner.says("/start")
    await composed(maria)
    await maria.presses("Submit")
    assert "1 campaign waits for your approval" in await owner.says("/start")
    assert "approval" not in await maria.says("/start")


async def test_ending_one_is_asked_twice(club: ClubHouse) -> None:
    await club.member("Ana")
    maria = await marketer(club)
    await composed(maria)
    assert "Nobody has had it" in await maria.presses("Discard")
    assert await state(club) == "draft"
    await maria.presses("Yes, discard it")
    assert await state(club) == "cancelled"
    assert "Nothing of your own is on" in await maria.says("/campaigns")
    assert "Autumn tea" in await maria.presses("What is over")


async def test_why_says_where_there_is_nothing_to_say(club: ClubHouse) -> None:
    await club.member("Ana")
    maria = await marketer(club)
    await composed(maria)
    assert "is not on" in await maria.says("/why 10017 autumn-tea")
    assert "no campaign of that name" in await maria.says("/why 10017 coffee")
    assert "member number and the campaign" in await maria.says("/why 10017")


async def test_why_says_that_a_day_is_not_known_rather_than_that_it_has_not_come(sqlite_url: str) -> None:
    async with open_house(sqlite_url, shipped=("birthday", "family")) as club:
        ana, maria = await club.member("Ana"), await marketer(club)
        assert "their birthday is not known" in await maria.says("/why 10017 birthday")
        assert "told of nobody" in await maria.says("/why 10017 family")
        await ana.says("/edit")
        await ana.presses("Birthday")
        await ana.says("4 May")
        await tells(ana, "Child", "Mei", "Yes, write that day", "3 May 2015")
        assert "their moment has not come since it began" in await maria.says("/why 10017 birthday")
        assert "their moment has not come since it began" in await maria.says("/why 10017 family")


async def test_a_card_renewed_while_somebody_submits_says_what_they_did(any_club: ClubHouse) -> None:
    maria, rules = await marketer(any_club), any_club.work.terms.club
    await composed(maria)
    draft = await any_club.query(lambda db: campaigns.by_key(db, "autumn-tea"))
    assert draft is not None
    submitting = Event()

    def submits(db: Connection) -> None:
        steps.submit(db, draft, MARKETER, rules, any_club.clock.now())
        submitting.set()
        time.sleep(0.3)

    submitted = asyncio.create_task(any_club.database.write(submits))
    await asyncio.to_thread(submitting.wait)
    progress = Progress(draft.state, 0, 0, 0.0)
    await any_club.database.write(lambda db: any_club.work.campaigning._renew(db, draft, progress))
    told = await any_club.query(lambda db: posted.by_id(db, db.execute(select(posted_table.c.id)).scalar_one()).wanted)
    await submitted
    labels = [button["text"] for row in told["reply_markup"]["inline_keyboard"] for button in row]
    assert "Approve" in labels
    assert "Submit" not in labels


@pytest.mark.parametrize(
    ("kind", "button", "moment", "said"),
    [
        (
            "Service notice",
            "Day before an event",
            {"when": "event", "days": -1},
            ("1 day before an event that they come to", "报了名的线下活动前 1 天", "報了名的實體活動前 1 天"),
        ),
        (
            "News",
            "Day after an event",
            {"when": "event", "days": 1},
            ("1 day after an event that they came to", "参加过的线下活动后 1 天", "參加過的實體活動後 1 天"),
        ),
        (
            "Greeting",
            "Day after an event",
            {"when": "event", "days": 1},
            ("1 day after an event that they came to", "参加过的线下活动后 1 天", "參加過的實體活動後 1 天"),
        ),
    ],
)
async def test_a_campaign_speaks_on_the_day_before_or_after_an_event(
    club: ClubHouse, kind: str, button: str, moment: dict[str, object], said: tuple[str, ...]
) -> None:
    maria = await marketer(club)
    await maria.says("/campaign new")
    for answer in ("Autumn tea", "Bring regulars back"):
        await maria.says(answer)
    await maria.presses(kind)
    await maria.presses("All members")
    await maria.presses(button)
    await maria.says("Hello {{ name }}, {{ event }}!")
    for _ in range(2):
        await maria.says("/skip")
    await maria.presses("Yes, please")
    card = await maria.says("/skip")
    found = await club.query(lambda db: campaigns.by_key(db, "autumn-tea"))
    assert found is not None
    assert json.loads(found.content)["moment"] == moment
    assert f"<b>When:</b> {said[0]}" in card
    for language, words in zip(("简体中文", "繁體中文"), said[1:], strict=True):
        await maria.says("/language")
        await maria.presses(language)
        assert words in await maria.says("/campaign autumn-tea")
