"""A marketer builds an audience by buttons, sees the sentence and the count after each tap, keeps it and changes it."""

from __future__ import annotations

from campaigns import audiences, saved_audiences
from storage import events, purchases
from tests.audiences.people import CLUB
from tests.club import CLERK, MARKETER, NOON, ClubHouse, Person
from tests.events.calendar import planned, signs_up
from tests.membership.test_joining import on_file
from tests.tickets.test_queue import hire


async def marketer_of(club: ClubHouse) -> Person:
    await hire(club, "Marketer", MARKETER)
    return club.staff(MARKETER)


async def buys(club: ClubHouse, person: Person, order: str, product: str) -> None:
    known = await on_file(club, person)
    line = {"order_number": order, "product": product, "quantity": 1, "amount": 1_000, "currency": "EUR"}
    await club.database.write(lambda db: purchases.add(db, known.id, bought_at=NOON, **line))  # type: ignore[arg-type]


async def rules(club: ClubHouse) -> list[object]:
    kept = await club.database.read(saved_audiences.saved)
    return [(one.name, one.version, one.audience.as_data()) for one in kept]


async def test_an_audience_is_built_tap_by_tap(any_club: ClubHouse) -> None:
    mia, ana = await marketer_of(any_club), await any_club.member("Ana")
    await any_club.member("Tom")
    await buys(any_club, ana, "A-1", "Kettle <b>")
    assert "No audience is saved yet" in await mia.says("/audience")
    assert "All members.\nThat is <b>2</b> people now." in await mia.presses("New audience")
    await mia.presses("Add a condition")
    await mia.presses("What they bought")
    await mia.presses("Bought something")
    assert "There is no “Teapot”" in await mia.says("Teapot")
    await mia.says("Kettle <b>")
    asked = await mia.presses("In the last 90 days")
    assert "Members who bought “Kettle &lt;b&gt;” in the last 90 days.\nThat is <b>1</b> person now." in asked
    await mia.presses("1. bought “Kettle <b>”")
    turned = await mia.presses("Turn it around")
    assert "Members who did not buy “Kettle &lt;b&gt;” in the last 90 days.\nThat is <b>1</b> person now." in turned
    await mia.presses("Add a condition")
    await mia.presses("Who they are")
    await mia.presses("Want offers")
    assert "That is <b>2</b> people" in await mia.presses("Any one is enough")
    assert "What shall it be called?" in await mia.presses("Save")
    assert "Saved." in await mia.says("Regulars")
    bought = {"bought": {"product": "Kettle <b>", "within_days": 90}}
    rule = {"any": [{"not": bought}, {"consent": {"to": "marketing"}}]}
    assert await rules(any_club) == [("Regulars", 1, rule)]


async def test_a_condition_gets_an_alternative_and_goes(club: ClubHouse) -> None:
    mia = await marketer_of(club)
    await mia.says("/audience new")
    await mia.presses("New this month")
    await mia.presses("1. joined this month")
    await mia.presses("Or something else")
    await mia.presses("Tier and points")
    await mia.presses("Points balance")
    await mia.presses("At least")
    built = await mia.says("120")
    assert "Members who joined this month or have at least 120 points." in built
    await mia.presses("Add a condition")
    await mia.presses("What happened")
    await mia.presses("Complaints")
    await mia.presses("Open now")
    built = await mia.presses("Any time")
    assert "either joined this month or have at least 120 points; and have a complaint that is open." in built
    await mia.presses("2. have a complaint")
    await mia.presses("✕ Remove")
    assert "complaint" not in mia.sees()


async def test_what_is_typed_and_makes_no_condition_is_asked_again(club: ClubHouse) -> None:
    mia = await marketer_of(club)
    await mia.says("/audience new")
    await mia.presses("Add a condition")
    await mia.presses("Who they are")
    await mia.presses("Time zone")
    assert "There is no “Mars/Base”" in await mia.says("Mars/Base")
    assert "Members who live in the time zone “Asia/Taipei”." in await mia.says("Asia/Taipei")
    await mia.presses("Add a condition")
    await mia.presses("What they bought")
    await mia.presses("Unusually silent")
    for nonsense in ("0", "nan", "1e9", "21"):
        assert "We could not read a number in that" in await mia.says(nonsense)
    assert "for more than 2.5 times their usual time" in await mia.says("2,5")


async def test_a_change_is_a_version_and_two_at_once_are_one_too_many(any_club: ClubHouse) -> None:
    mia = await marketer_of(any_club)
    await mia.says("/audience new")
    await mia.presses("Birthday next month")
    await mia.presses("Save")
    await mia.says("Soon")
    await mia.presses("Change")
    await mia.presses("1. have their birthday")
    await mia.presses("Turn it around")
    owner = any_club.staff()
    await owner.says("/audience Soon")
    await owner.presses("Change")
    await owner.presses("Save")
    assert "Somebody changed “Soon” while you were at it" in await mia.presses("Save")
    assert await rules(any_club) == [("Soon", 2, {"all": [{"birthday": {"month": "next"}}]})]


async def test_one_that_is_off_is_offered_no_more_and_its_name_is_free(club: ClubHouse) -> None:
    mia = await marketer_of(club)
    for _ in range(2):
        await mia.says("/audience new")
        await mia.presses("Save")
        assert "Saved." in await mia.says("Everybody")
        assert "switched off" in await mia.presses("Switch off")
    assert "There is no audience called" in await mia.says("/audience Everybody")
    assert await rules(club) == []


async def test_what_is_not_there_any_more_is_said_on_the_card_and_not_saved_again(club: ClubHouse) -> None:
    mia = await marketer_of(club)
    audience = audiences.parse({"tag": {"in": ["vip"]}})
    await hire(club, "Clerk", CLERK)
    ana = await club.member("Ana")
    number = (await on_file(club, ana)).number
    await club.staff(CLERK).says(f"/tag {number} vip")
    await club.database.write(lambda db: saved_audiences.add(db, "Vips", audience, CLUB, staff_id=MARKETER, now=NOON))
    assert "⚠️" not in await mia.says("/audience Vips")
    await club.staff(CLERK).presses("✕ vip")
    assert "⚠️ Not there any more: 'vip'" in await mia.says("/audience Vips")
    await mia.presses("Change")
    assert "It cannot be saved" in await mia.presses("Save")


async def asked_about_events(person: Person) -> str:
    """In front of the question which side of events is meant."""
    await person.says("/audience new")
    await person.presses("Add a condition")
    return await person.presses("Events")


async def test_who_is_on_the_list_of_an_event_is_chosen_by_its_title(any_club: ClubHouse) -> None:
    await planned(any_club, title="Tasting / 品茶会 / 品茶會")
    mia = await marketer_of(any_club)
    await signs_up(any_club, "Ana")
    await any_club.member("Tom")
    await asked_about_events(mia)
    assert "Which event?" in await mia.presses("On an event’s list")
    assert [label for label in mia.buttons() if "Tasting" in label] == ["Tasting · 5 Dec"]
    assert "There is no “99”" in await mia.says("99")
    built = await mia.presses("Tasting · 5 Dec")
    assert "Members who are on the list of event 1.\nThat is <b>1</b> person now." in built
    await mia.presses("1. are on the list of event 1")
    turned = await mia.presses("Turn it around")
    assert "Members who are not on the list of event 1.\nThat is <b>1</b> person now." in turned
    await mia.presses("Save")
    await mia.says("Not yet")
    rule = {"all": [{"not": {"event": {"is": "listed", "number": 1}}}]}
    assert await rules(any_club) == [("Not yet", 1, rule)]


async def test_any_event_is_asked_within_how_many_days(club: ClubHouse) -> None:
    await planned(club)
    mia = await marketer_of(club)
    await signs_up(club, "Ana")
    await asked_about_events(mia)
    await mia.presses("On an event’s list")
    assert "write how many days ahead" in await mia.presses("Any event")
    built = await mia.presses("Within 7 days")
    assert "Members who are on the list of an event in the next 7 days.\nThat is <b>0</b> people now." in built
    await asked_about_events(mia)
    await mia.presses("On an event’s list")
    await mia.presses("Any event")
    built = await mia.says("20")
    assert "Members who are on the list of an event in the next 20 days.\nThat is <b>1</b> person now." in built


async def test_who_came_is_asked_of_events_that_were_held_and_how_long_ago(club: ClubHouse) -> None:
    await planned(club)
    mia = await marketer_of(club)
    await signs_up(club, "Ana")
    await asked_about_events(mia)
    await mia.presses("Came to an event")
    assert not [label for label in mia.buttons() if "Tasting" in label], "nobody came to it yet"
    await club.passes(days=20)
    await asked_about_events(mia)
    await mia.presses("Came to an event")
    built = await mia.presses("Tasting · 5 Dec")
    assert "Members who came to event 1.\nThat is <b>1</b> person now." in built
    await asked_about_events(mia)
    await mia.presses("Came to an event")
    assert "write how many days back" in await mia.presses("Any event")
    assert "Members who came to an event.\nThat is <b>1</b> person now." in await mia.presses("Any time")


async def test_an_event_that_was_called_off_is_not_offered(club: ClubHouse) -> None:
    await planned(club)
    mia = await marketer_of(club)
    await club.database.write(lambda db: events.change(db, 1, cancelled=1))
    for way, days in (("On an event’s list", 0), ("Came to an event", 20)):
        await club.passes(days=days)
        await asked_about_events(mia)
        await mia.presses(way)
        assert not [label for label in mia.buttons() if "Tasting" in label]


async def test_events_are_asked_for_in_chinese(club: ClubHouse) -> None:
    mia = await marketer_of(club)
    for language, *labels, said in (
        (
            "简体中文",
            "加一个条件",
            "线下活动",
            "参加过",
            "不限哪一场",
            "最近 90 天",
            "最近 90 天内参加过线下活动的会员。",
        ),
        (
            "繁體中文",
            "加一個條件",
            "實體活動",
            "參加過",
            "不限哪一場",
            "最近 90 天",
            "最近 90 天內參加過實體活動的會員。",
        ),
    ):
        await mia.says("/language")
        await mia.presses(language)
        await mia.says("/audience new")
        for label in labels:
            await mia.presses(label)
        assert said in mia.sees()


async def test_a_clerk_builds_none(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    assert "audience" not in club.staff(CLERK).menu()
    assert "you are a clerk" in await club.staff(CLERK).says("/audience")
