"""/level: how close the shop stays after a purchase, by rules that can be read, or by a colleague's choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from campaigns import audiences, relationships, shipped_campaigns
from campaigns.audiences import Audience
from club import merges
from club.club import CampaignRules, Closeness, RelationshipRules
from storage import audiences as people
from storage import purchases
from storage import relationships as rows
from tests.campaigns.desk import sent, tally
from tests.club import CLERK, ClubHouse, Person, a_club, open_house
from tests.journeys.road import later
from tests.membership.test_joining import on_file
from tests.preferences.test_preferences import number_of
from tests.tags.test_tagging import clerk_of


async def level_of(club: ClubHouse, person: Person) -> int:
    member_id = (await on_file(club, person)).id
    found: int = await club.query(lambda db: relationships.level_of(db, member_id))
    return found


async def buys(club: ClubHouse, clerk: Person, person: Person, times: int = 1) -> str:
    number, said = await number_of(club, person), ""
    for _ in range(times):
        said = await clerk.says(f"/sale {number} Teapot 30.00")
    return said


def heard(person: Person, words: str) -> int:
    return sum(words in text for text in person.screen())


async def test_the_level_rises_with_the_sale_and_its_card_says_why(any_club: ClubHouse) -> None:
    club, clerk = any_club, await clerk_of(any_club)
    ana = await club.member("Ana")
    number = await number_of(club, ana)
    card = await clerk.says(f"/level {number}")
    assert "Relationship level <b>1 of 5</b>, basic: nothing follows a purchase." in card
    assert "none of them fits, so it is the first level" in card
    await buys(club, clerk, ana)
    card = await clerk.says(f"/level {number}")
    assert "Relationship level <b>3 of 5</b>, accountable: they are asked how it is." in card
    assert "By the rules: bought something in the last 365 days" in card
    assert "22 November 2026: level 3, by the rules" in card
    await buys(club, clerk, ana, times=3)
    assert await level_of(club, ana) == 4
    await clerk.says(f"/customer {number}")
    assert "Relationship level <b>4 of 5</b>" in await clerk.presses("Relationship")


async def test_what_a_colleague_chose_stays_until_it_is_left_to_the_rules(any_club: ClubHouse) -> None:
    club, clerk = any_club, await clerk_of(any_club)
    ana = await club.member("Ana")
    number = await number_of(club, ana)
    said = await clerk.says(f"/level {number} 5 buys for her whole office")
    assert "Relationship level <b>5 of 5</b>, partnership: a plan is made together." in said
    assert "Chosen by Chen Wei on 22 November 2026: buys for her whole office" in said
    assert "By the rules it would be 1" in said
    await buys(club, clerk, ana)
    await club.passes(days=1, hours=1)
    assert await level_of(club, ana) == 5
    said = await clerk.says(f"/level {number} auto")
    assert "<b>3 of 5</b>" in said
    member_id = (await on_file(club, ana)).id
    assert [one.level for one in await club.query(lambda db: rows.history(db, member_id, 9))] == [3, 5]


async def test_a_number_on_the_card_asks_for_the_reason(club: ClubHouse) -> None:
    clerk, ana = await clerk_of(club), await club.member("Ana")
    await clerk.says(f"/level {await number_of(club, ana)}")
    assert "Why level 4 for Ana?" in await clerk.presses("4")
    assert "Chosen by Chen Wei" in await clerk.says("wants to hear of every new tea")
    assert "• 4" in clerk.buttons()
    assert "<b>1 of 5</b>" in await clerk.presses("Follow the rules")


async def test_without_a_customer_it_tells_the_rules_and_asks_for_whom(club: ClubHouse) -> None:
    clerk, ana = await clerk_of(club), await club.member("Ana")
    await buys(club, clerk, ana)
    said = await clerk.says("/level")
    assert "<b>3 · accountable</b> (1): they are asked how it is, 7 days later" in said
    assert "Who bought something in the last 365 days. At most 2 messages in 7 days." in said
    assert "<b>5 · partnership</b> (0): a plan is made together\nOnly by choice. At most 3 messages" in said
    assert "Whose level?" in await clerk.presses("Look at a customer")
    assert "Which relationship level for Ana?" in await clerk.says(await number_of(club, ana))
    assert "Why level 2 for Ana?" in await clerk.presses("2")
    assert "<b>2 of 5</b>, reactive" in await clerk.says("asked to be left alone")
    assert "There is no relationship level “6”" in await clerk.says(f"/level {await number_of(club, ana)} 6")


async def test_what_holds_for_every_level_is_said_once(sqlite_url: str) -> None:
    levels = tuple(replace(one, contacts=2) for one in a_club().relationship.levels)
    async with open_house(sqlite_url, relationship=RelationshipRules(levels=levels)) as club:
        said = await (await clerk_of(club)).says("/level")
        assert said.count("messages") == 1
        assert "Everybody gets at most 2 messages in 7 days that they did not ask for." in said


async def test_it_is_said_in_chinese(any_club: ClubHouse) -> None:
    clerk = await clerk_of(any_club)
    mei = await any_club.member("美玲", "zh-hant")
    await clerk.says("/language")
    await clerk.presses("繁體中文")
    await buys(any_club, clerk, mei)
    assert "關係層級 <b>3</b>（共 5 級），負責型：過幾天問一聲合不合心意。" in await clerk.says(
        f"/level {await number_of(any_club, mei)}"
    )
    said = await clerk.says(f"/level {await number_of(any_club, mei)} 5 常替辦公室買茶")
    assert "夥伴型：一起商量接下來的打算" in said
    assert "選定：常替辦公室買茶" in said


async def test_every_night_it_is_looked_at_anew(any_club: ClubHouse) -> None:
    club, clerk = any_club, await clerk_of(any_club)
    ana = await club.member("Ana")
    await buys(club, clerk, ana)
    assert await level_of(club, ana) == 3
    club.clock.move_to(club.clock.now() + timedelta(days=366))
    await club.work.plan()
    assert await level_of(club, ana) == 2, "her purchase is more than a year ago"


async def test_other_rules_in_the_settings_hold_at_once(any_club: ClubHouse) -> None:
    club, clerk = any_club, await clerk_of(any_club)
    ana = await club.member("Ana")
    await buys(club, clerk, ana)
    await club.work.plan()
    strict = RelationshipRules((Closeness(4, {"spent": {"at_least": 20}}),))
    rules = type(club.work.terms.club)(**{**vars(club.work.terms.club), "relationship": strict})
    now = club.clock.now()
    while await club.database.write(lambda db: relationships.review_due(db, rules, now)):
        pass
    assert await level_of(club, ana) == 4
    assert await club.database.write(lambda db: relationships.review_due(db, rules, now)) == 0


async def test_audiences_know_it_and_whoever_never_bought_has_the_first(any_club: ClubHouse) -> None:
    club, clerk = any_club, await clerk_of(any_club)
    ana, _ = await club.member("Ana"), await club.member("Bo")
    await buys(club, clerk, ana)

    async def count(**bounds: int) -> int:
        found: Audience = audiences.parse({"level": bounds})
        rules, now = club.work.terms.club, club.clock.now()
        size: int = await club.query(lambda db: people.count(db, audiences.condition(found, rules, now)))
        return size

    assert [await count(at_least=3), await count(at_most=1), await count(at_least=1)] == [1, 1, 2]


async def test_who_is_closer_may_be_written_to_more_often(any_url: str) -> None:
    levels = RelationshipRules((Closeness(5, None, contacts=2), Closeness(1, None, contacts=1)))
    async with open_house(any_url, campaigns=CampaignRules(contacts_most=9), relationship=levels) as club:
        clerk = await clerk_of(club)
        ana, _ = await club.member("Ana"), await club.member("Bo")
        await clerk.says(f"/level {await number_of(club, ana)} 5 a friend of the house")
        assert await tally(club, await sent(club)) == {"sent": 2}
        assert await tally(club, await sent(club, key="more")) == {"sent": 1, "capped": 1}
        assert await tally(club, await sent(club, key="most")) == {"capped": 2}


async def test_a_choice_in_the_last_moment_counts_when_the_message_leaves(any_url: str) -> None:
    levels = RelationshipRules((Closeness(2, None, contacts=1),))
    async with open_house(any_url, campaigns=CampaignRules(contacts_most=2), relationship=levels) as club:
        clerk, ana = await clerk_of(club), await club.member("Ana")
        assert await tally(club, await sent(club)) == {"sent": 1}
        await clerk.says(f"/level {await number_of(club, ana)} 2 wants less of it")
        assert await tally(club, await sent(club, key="more")) == {"capped": 1}


async def test_forgetting_somebody_forgets_their_level_and_its_reason(any_club: ClubHouse) -> None:
    clerk, ana = await clerk_of(any_club), await any_club.member("Ana")
    await clerk.says(f"/level {await number_of(any_club, ana)} 5 her sister works here")
    member_id = (await on_file(any_club, ana)).id
    assert (await any_club.query(lambda db: rows.of(db, member_id))).reason == "her sister works here"
    await any_club.forgets(ana)
    assert await any_club.query(lambda db: rows.of(db, member_id)) is None


# ---- what follows a sale -----------------------------------------------------------------------------------------


async def followed(club: ClubHouse, level: int) -> tuple[Person, Person]:
    """Somebody of this level who has just bought for the second time, with all that follows switched on."""
    clerk, ana = await clerk_of(club), await club.member("Ana")
    rules, names = club.work.terms.club, ("satisfaction", "tips", "joint-plan", "first-purchase")
    for name in names:
        switch = partial(shipped_campaigns.switch, name=name, club=rules, now=club.clock.now(), wanted=True)
        await club.database.write(switch)
    await clerk.says(f"/level {await number_of(club, ana)} {level} so it shall be")
    await buys(club, clerk, ana, times=2)
    return clerk, ana


async def test_at_the_first_level_nothing_follows_a_sale(any_club: ClubHouse) -> None:
    _, ana = await followed(any_club, 1)
    assert ana.buttons() == ["My points"]
    before = len(ana.screen())
    await later(any_club, days=8)
    await later(any_club, days=30)
    assert len(ana.screen()) == before


async def test_at_the_second_the_confirmation_invites_to_speak_and_nothing_follows(any_club: ClubHouse) -> None:
    _, ana = await followed(any_club, 2)
    assert ana.buttons() == ["My points", "Ask a question", "Make a complaint"]
    before = len(ana.screen())
    await later(any_club, days=8)
    await later(any_club, days=30)
    assert len(ana.screen()) == before


async def test_at_the_third_they_are_asked_after_some_days_and_called_where_they_say_nothing(
    any_club: ClubHouse,
) -> None:
    clerk, ana = await followed(any_club, 3)
    await later(any_club, days=6, hours=23)
    assert heard(ana, "is it what you hoped for") == 0
    await later(any_club, hours=1)
    assert heard(ana, "Ana, you have had your Teapot for some days now: is it what you hoped for?") == 1
    await later(any_club, days=5)
    await any_club.work.plan()
    assert "Call them: is what they bought what they hoped for?" in await clerk.says("/todo")
    await later(any_club, days=30)
    assert heard(ana, "is it what you hoped for") == 1
    assert heard(ana, "by now you know") == 0, "tips come from the fourth level on"


async def test_whoever_answers_is_not_called(any_club: ClubHouse) -> None:
    clerk, ana = await followed(any_club, 3)
    await later(any_club, days=7)
    await ana.presses("Just what I hoped for")
    await later(any_club, days=6)
    assert "Call them" not in await clerk.says("/todo")


async def test_something_that_is_wrong_becomes_a_complaint_about_that_order(any_club: ClubHouse) -> None:
    clerk, ana = await followed(any_club, 3)
    await later(any_club, days=7)
    await ana.presses("Something is wrong")
    await ana.says("The lid does not fit")
    member_id = (await on_file(any_club, ana)).id
    orders = {one.order_number for one in await any_club.query(lambda db: purchases.of_member(db, member_id, 2))}
    card = await clerk.says("/case 1001")
    assert any(f"About order {order}: Teapot" in card for order in orders)


async def test_at_the_fourth_tips_and_news_come_at_intervals(any_club: ClubHouse) -> None:
    _, ana = await followed(any_club, 4)
    await later(any_club, days=7)
    await ana.presses("Just what I hoped for")
    await later(any_club, days=14)
    assert heard(ana, "by now you know your Teapot a little") == 1
    await later(any_club, days=59)
    assert heard(ana, "new things have come in") == 0
    await later(any_club, days=1)
    assert heard(ana, "since you took your Teapot home, new things have come in") == 1
    await ana.says("/stop")
    await later(any_club, days=61)
    assert heard(ana, "how do you and your Teapot get along") == 0, "stop ends it"


async def test_at_the_fifth_a_plan_is_made_together(any_club: ClubHouse) -> None:
    clerk, ana = await followed(any_club, 5)
    await later(any_club, days=2)
    assert heard(ana, "Shall we plan the next three months together") == 1
    await any_club.work.plan()
    assert "Plan the next three months with them" in await clerk.says("/todo")
    await ana.presses("Yes, let us talk")
    assert "Yes, let us talk" in await clerk.says("/case 1001")
    await later(any_club, days=81)
    assert heard(ana, "nearly three months ago we offered to plan ahead with you") == 1
    assert "look at the plan with them" in await clerk.says("/todo")


async def test_what_was_sold_in_two_files_leaves_one_level_where_they_are_joined(any_club: ClubHouse) -> None:
    clerk, ana, ann = await clerk_of(any_club), await any_club.member("Ana"), await any_club.member("Ann")
    await clerk.says(f"/level {await number_of(any_club, ann)} 5 our neighbour")
    here, there, now = await on_file(any_club, ann), await on_file(any_club, ana), any_club.clock.now()
    await any_club.database.write(
        lambda db: merges.join(
            db, here.id, there.id, "one person", staff_id=CLERK, club=any_club.work.terms.club, now=now
        )
    )
    assert "our neighbour" in await clerk.says(f"/level {there.number}")
    assert await any_club.query(lambda db: rows.of(db, here.id)) is None
