"""Somebody asks: an answer, suggestions, their own data, or a person; and what they say about it."""

from __future__ import annotations

from bot.demo import KNOWLEDGE
from club import knowledge as club_knowledge
from club.knowledge_files import from_yaml
from storage import asked, branches, knowledge
from tests.club import CLERK, NOON, OWNER, ClubHouse
from tests.events.calendar import planned
from tests.tickets.test_queue import hire


async def taught(club: ClubHouse) -> ClubHouse:
    """The club knows what the shop of `guanxi try` knows."""
    drafts = from_yaml(KNOWLEDGE.read_text(encoding="utf-8"))

    def unit(db: object) -> None:
        for draft in drafts:
            club_knowledge.add(db, draft, CLERK, NOON)  # type: ignore[arg-type]

    await club.database.write(unit)
    await club.learns()
    return club


async def test_a_known_question_is_answered_at_once(any_club: ClubHouse) -> None:
    ana = (await taught(any_club)).person("Ana")
    answer = await ana.says("Can I get a refund for this tea?")
    assert "<b>Bringing something back</b>" in answer
    assert "within 30 days" in answer
    assert "Did that help?" in answer
    thanks = await ana.presses("Yes")
    assert "Good to know" in thanks
    assert "just write it here" in thanks
    assert ana.screen()[-1] == answer.removesuffix("\n\nDid that help?"), "nothing is asked any more"
    assert ana.buttons() == []
    assert await any_club.query(lambda db: asked.quality(db, NOON)) == asked.Quality(1, 1, 1, 0)


async def test_王小明_is_answered_in_his_script(club: ClubHouse) -> None:
    await taught(club)
    assert "龙井" not in await club.person("林美玲", "zh-hant").says("綠茶要泡幾分鐘？")
    assert "水溫 80 度" in club.person("林美玲").sees()
    assert "水温 80 度" in await club.person("王小明", "zh-hans").says("龍井怎麼泡")


async def test_ask_is_answered_as_free_text_is(club: ClubHouse) -> None:
    ana = (await taught(club)).person("Ana")
    assert "six places" in await ana.says("/ask where can I park")
    await ana.says("/ask")
    assert "six places" in await ana.says("is there a parking lot near you")


async def test_what_nobody_knows_goes_to_the_staff(club: ClubHouse) -> None:
    ana = (await taught(club)).person("Ana")
    assert "#1001" in await ana.says("Who won the football match yesterday night?")
    assert "football" in club.staff().in_group().sees()


CRACKED = """
- name: cracked cups
  title: {en: Cracked cups}
  answer: {en: Bring the cup along and choose a new one.}
  phrasings:
    en: [my cup is cracked, the cup I bought has cracked, there is a crack in my new cup, my teacup came cracked,
         what do I do with a cracked cup]
"""


async def test_who_complains_gets_a_person_and_no_good_advice(club: ClubHouse) -> None:
    """Mouldy tea was answered with how to keep tea."""
    await taught(club)
    assert "#1001" in await club.person("王小明", "zh-hans").says("昨天买的茶叶发霉了，茶叶怎么保存的")
    assert "#1002" in await club.person("林美玲", "zh-hant").says("茶葉發霉了，可以退貨嗎")
    assert "#1003" in await club.person("Ana").says("The tea is mouldy, I want my money back")


async def test_where_an_entry_is_about_that_very_trouble_it_answers(club: ClubHouse) -> None:
    await taught(club)
    (draft,) = from_yaml(CRACKED)
    await club.database.write(lambda db: club_knowledge.add(db, draft, CLERK, NOON))
    await club.learns()
    assert "choose a new one" in await club.person("Ana").says("help, my cup is cracked")


async def test_what_comes_with_a_photo_goes_to_a_person(club: ClubHouse) -> None:
    ana = (await taught(club)).person("Ana")
    assert "#1001" in await ana.sends("photo", caption="can I return this")


async def test_three_suggestions_where_it_is_not_sure(any_club: ClubHouse) -> None:
    ana = (await taught(any_club)).person("Ana")
    unsure(any_club)
    assert "Is it one of these?" in await ana.says("tea on saturday with children")
    assert len(ana.buttons()) == 4
    assert "Tea tasting" in ana.buttons()
    assert "Every Saturday at three" in await ana.presses("Tea tasting")
    assert "Good to know" in await ana.presses("Yes")


async def test_none_of_the_suggestions_was_meant(club: ClubHouse) -> None:
    ana = (await taught(club)).person("Ana")
    unsure(club)
    await ana.says("tea on saturday with children")
    heard = await ana.presses("Not one of these")
    assert "#1001" in heard
    assert "It was none of these" in heard
    assert not any("press the last button" in line for line in ana.screen()), "there is no button any more"
    assert "tea on saturday with children" in club.staff().in_group().sees()


def unsure(club: ClubHouse) -> None:
    from club.matching import Gate

    assert club.work.answers.model is not None
    club.work.answers.model.gate = Gate(sure=1.1, maybe=0.0)


async def test_an_answer_that_did_not_help_becomes_a_ticket(club: ClubHouse) -> None:
    ana = (await taught(club)).person("Ana")
    await ana.says("do you deliver")
    message, data = ana.button("No, ask a person")
    assert "#1001" in await ana.presses("No, ask a person")
    assert "do you deliver" in club.staff().in_group().sees()
    assert "Yes" not in ana.buttons(), "the question is settled"
    assert "done already" in await ana.presses_data(message["message_id"], data)
    assert await club.query(lambda db: asked.quality(db, NOON)) == asked.Quality(1, 1, 0, 1)


async def test_nobody_presses_for_somebody_else(club: ClubHouse) -> None:
    ana, ben = (await taught(club)).person("Ana"), club.person("Ben")
    await ana.says("do you deliver")
    _, data = ana.button("No, ask a person")
    await ben.says("hello")
    message, _ = ben.button("Ask a question")
    for forged in (
        data,
        data.replace("askstaff", "helped"),
        "meant:1.-9:x",
        "meant:1.99:abc",
        "meant:a.b:c",
        "helped:0:x",
    ):
        assert "no longer works" in await ben.presses_data(message["message_id"], forged)


async def test_points_are_told_from_the_ledger(club: ClubHouse) -> None:
    ana = await (await taught(club)).member("Ana")
    assert "<b>20</b> points" in await ana.says("how many points do I have left?")
    assert "#1001" in await ana.presses("Ask a person")
    mei = await club.member("林美玲", "zh-hant")
    assert "20" in await mei.says("我的點數還有幾點")


async def test_vouchers_requests_and_card_are_told_from_the_data(club: ClubHouse) -> None:
    ana = await (await taught(club)).member("Ana")
    assert "voucher" in (await ana.says("do I have any vouchers")).lower()
    assert "10017" in await ana.says("what is my member number") or "Member number" in ana.screen()[-2]
    await ana.says("/complain The cup was cracked")
    await club.staff(OWNER).says("/take 1001")
    await club.staff(OWNER).says("/resolve 1001")
    assert "#1001" in await ana.says("what is the status of my complaint")


async def test_opening_hours_are_those_of_the_branches(any_club: ClubHouse) -> None:
    owner = any_club.staff(OWNER)
    for name, hours in (("Harbour", "Mon–Fr 9–18"), ("Berlin Mitte", "daily 10–20")):
        await owner.says("/branches")
        await owner.presses("Add a branch")
        await owner.says(name)
        await owner.presses("Skip")
        await owner.says(hours)
        assert f"{name}: {hours}" in await owner.presses("Skip")
    ana = await (await taught(any_club)).member("Ana")
    answer = await ana.says("when do you open on sunday")
    assert "<b>Harbour</b>\nMon–Fr 9–18\n\n<b>Berlin Mitte</b>\ndaily 10–20\n\nThese are all our branches." in answer


async def test_hours_that_nobody_told_are_no_answer(club: ClubHouse) -> None:
    ana = (await taught(club)).person("Ana")
    assert "#1001" in await ana.says("what are your opening hours")
    assert "#1002" in await club.person("林美玲", "zh-hant").says("你們幾點開門")
    await club.database.write(lambda db: branches.add(db, "Harbour"))
    assert await club.query(lambda db: [row for row in club_knowledge.lessons(db) if row[1] == -7]) == []


async def test_an_answer_speaks_of_the_person_who_asks(club: ClubHouse) -> None:
    ana = await (await taught(club)).member("Ana")
    answer = await ana.says("how do I earn points")
    assert "You have 20 now. Your tier is the first one, still to come." in answer
    assert "{" not in answer


async def test_a_new_way_to_ask_works_before_it_is_learnt(club: ClubHouse) -> None:
    await taught(club)
    await hire(club, "Clerk", CLERK)
    clerk, ana = club.staff(CLERK), club.person("Ana")
    assert "#1001" in await ana.says("quokka zebra xylophone")
    entry = await club.query(lambda db: knowledge.by_name(db, "parking"))
    await clerk.says(f"/kb edit {entry.id}")
    await clerk.presses("Ways to ask")
    await clerk.presses("Add ways to ask")
    await clerk.presses("English")
    await clerk.says("Quokka, zebra, xylophone?")
    ben = club.person("Ben")
    assert "six places" in await ben.says("QUOKKA zebra XYLOPHONE")


async def test_an_entry_is_not_given_out_of_its_days(club: ClubHouse) -> None:
    await taught(club)
    owner, ana = club.staff(OWNER), club.person("Ana")
    entry = await club.query(lambda db: knowledge.by_name(db, "parking"))
    await owner.says(f"/kb edit {entry.id}")
    await owner.presses("Days")
    assert "Holds" in await owner.says("2026-11-23 2026-11-24")
    assert "six places" not in await ana.says("where can I park")
    await club.passes(hours=24)
    assert "six places" in await club.person("Ben").says("where can I park")
    await club.passes(hours=48)
    assert "six places" not in await club.person("Cleo").says("where can I park")
    await owner.says(f"/kb edit {entry.id}")
    await owner.presses("Days")
    assert "Holds" not in await owner.presses("Always")
    assert "six places" in await club.person("Dana").says("where can I park")


async def test_while_a_person_has_it_in_hand_the_bot_keeps_out(club: ClubHouse) -> None:
    ana = (await taught(club)).person("Ana")
    await ana.says("Who won the football match yesterday night?")
    assert "Added to your question" in await ana.says("where can I park")


async def test_whoever_asks_for_the_next_event_reads_what_is_on(any_club: ClubHouse) -> None:
    ana = await (await taught(any_club)).member("Ana")
    answer = await ana.says("when is the next event?")
    assert "<b>What's on</b>\n\nTea tasting\nEvery Saturday at three" in answer
    owner = any_club.staff(OWNER)
    await owner.says("/kb add")
    await owner.says("Lantern evening")
    await owner.says("On the 25th at seven, {name}.")
    await owner.says("/skip")
    await owner.presses("Tags")
    await owner.says("event")
    await owner.presses("Days")
    await owner.says("2026-11-25")
    answer = await ana.says("what events are coming up")
    assert answer.index("Lantern evening\nOn the 25th at seven, Ana.") < answer.index("Tea tasting"), "what ends first"
    await any_club.passes(hours=24 * 4)
    assert "Lantern evening" not in await ana.says("what events are coming up")
    mei = await any_club.member("林美玲", "zh-hant")
    assert "<b>近期活動</b>\n\n品茶會\n每週六下午三點" in await mei.says("最近有什麼活動")


async def test_where_nothing_is_on_that_is_what_is_said(any_club: ClubHouse) -> None:
    await taught(any_club)
    tasting = await any_club.query(lambda db: knowledge.by_name(db, "tasting"))
    await any_club.staff(OWNER).says(f"/kb off {tasting.id}")
    ana = await any_club.member("Ana")
    await ana.says("when is the next event?")
    assert "Nothing is planned at the moment." in ana.screen()[-2]
    assert "#1001" in await ana.presses("Ask a person")
    wang = await any_club.member("王小明", "zh-hans")
    await wang.says("近期有活动吗")
    assert "目前没有安排活动" in wang.screen()[-2]


async def test_what_one_can_sign_up_for_is_shown_with_the_button_that_does_it(club: ClubHouse) -> None:
    ana = await (await taught(club)).member("Ana")
    await planned(club, title="Pu'er evening")
    await ana.says("when is the next event?")
    assert "Pu'er evening</b>\nSaturday, 5 December, 15:00" in ana.screen()[-2]
    assert "You are coming.</b>" in await ana.presses("I'm coming")


async def test_an_answer_tells_the_hours_of_one_branch(club: ClubHouse) -> None:
    owner = club.staff(OWNER)
    for name, hours in (("Harbour", "Mon–Fr 9–18"), ("旧城店", "每天 10–20")):
        await owner.says("/branches")
        await owner.presses("Add a branch")
        await owner.says(name)
        await owner.presses("Skip")
        await owner.says(hours)
        await owner.presses("Skip")
    await owner.says("/kb add")
    await owner.says("Repairs")
    assert "no branch “Harbor”. These are there: Harbour, 旧城店" in await owner.says("At Harbour: {hours: Harbor}")
    assert "There is no field “points: Harbour”" in await owner.says("At Harbour: {points: Harbour}")
    await owner.says("At Harbour: {hours: harbour|closed}; in town: {hours:舊城店}")
    await owner.says("where do you repair teapots\n哪里修茶壶")
    assert "At Harbour: Mon–Fr 9–18; in town: 每天 10–20" in await club.person("Ana").says(
        "where do you repair teapots"
    )
    await owner.says("/branches")
    await owner.presses("Harbour")
    await owner.presses("Opening hours")
    await owner.says("-")
    assert "Harbour: closed" in await club.person("王小明", "zh-hans").says("哪裡修茶壺")
