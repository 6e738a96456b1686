"""Somebody takes a copy of their data along."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import Connection

from bot import recipes
from club.exports import of
from storage import members, purchases, sends, tiers
from templates import FOLDER, LANGUAGES, page
from tests.club import CLERK, NOON, ClubHouse, Person, a_club
from tests.journeys.road import on, says
from tests.membership.test_joining import on_file
from tests.templates.samples import NASTY
from tests.templates.scripts import SIMPLIFIED_ONLY, TRADITIONAL_ONLY
from tests.tickets.test_queue import hire


def files(club: ClubHouse, person: Person) -> dict[str, bytes]:
    """The documents in a chat, by their names."""
    sent = [message["document"] for message in club.world.messages(person.chat_id) if "document" in message]
    return {one["file_name"]: club.world.files.by_id[one["file_id"]].data for one in sent}


class Balanced(HTMLParser):
    """Which tags were opened and not closed; what would be fetched from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.fetched += [value for name, value in attrs if name in ("src", "href")]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


async def with_a_life(club: ClubHouse) -> Person:
    await hire(club, "Clerk", CLERK)
    ana = await club.member("Ana", birthday="14 March 1990", city="Berlin")
    await ana.says("/complain The cup was <cracked>")
    await club.staff(CLERK).in_group().presses("I take it")
    await club.staff(CLERK).says("/reply 1001 A new one is on its way.")
    known = await on_file(club, ana)
    bought: dict[str, Any] = {"order_number": "A-1", "product": NASTY, "quantity": 2, "amount": 1290, "currency": "EUR"}
    await club.database.write(lambda db: purchases.add(db, known.id, bought_at=NOON, **bought))
    await club.staff(CLERK).says(f"/visit {known.number}")
    await ana.says("/preferences drink: oat milk")
    await club.staff(CLERK).says(f"/pref {known.number} window table")
    await club.staff(CLERK).says(f"/tag {known.number} vip")
    await club.staff(CLERK).says(f"/level {known.number} 5 buys for her office")
    await ana.says("/family")
    await ana.presses("Add a person or day")
    await ana.presses("Child")
    await ana.says("Mei")
    await ana.presses("Yes, write that day")
    await ana.says("3 May 2015")
    return ana


async def test_two_files_come_with_everything_in_them(club: ClubHouse) -> None:
    ana = await with_a_life(club)
    assert "two files within a minute" in await ana.says("/export")
    found = files(club, ana)
    assert list(found) == ["my-data-2026-11-22.html", "my-data-2026-11-22.json"]
    data = json.loads(found["my-data-2026-11-22.json"])
    assert (data["person"]["name"], data["person"]["city"], data["person"]["birthday"]["year"]) == (
        "Ana",
        "Berlin",
        1990,
    )
    assert [one["topic"] for one in data["consents"]] == ["membership", "marketing"]
    assert (data["purchases"][0]["product"], data["purchases"][0]["amount"]) == (NASTY, 1290)
    assert [one["kind"] for one in data["visits_benefits_and_programmes"]] == ["visit"]
    assert "Visits, benefits and programmes" in found["my-data-2026-11-22.html"].decode()
    assert [(line["reason"], line["points"], line["left"]) for line in data["points"]["lines"]] == [("welcome", 20, 20)]
    assert [(one["topic"], one["words"], one["by"]) for one in data["preferences"]] == [
        (None, "window table", "Chen Wei"),
        ("drink", "oat milk", None),
    ]
    assert data["tags"] == ["vip"]
    assert (data["relationship"]["level"], data["relationship"]["reason"]) == (5, "buys for her office")
    assert [(one["name"], one["relation"], one["wish"]) for one in data["family"]] == [("Mei", "child", "greet")]
    talk = data["requests"][0]["messages"]
    assert [(one["by"], one["text"]) for one in talk] == [
        (None, "The cup was <cracked>"),
        ("Chen Wei", "A new one is on its way."),
    ]
    assert data["messages_of_the_club"][0]["campaign"] == "welcome_points"
    assert data["kept_for_some_days"]["updates"] > 5
    told = Balanced(found["my-data-2026-11-22.html"].decode())
    parts = ("Ana", "Berlin", "14 March", "The cup was <cracked>", "Chen Wei", NASTY, "€12.90", "welcome points", "+20")
    kept = (
        "drink: oat milk",
        "window table",
        "noted by Chen Wei",
        "Mei, child",
        "3 May 2015",
        "we write on the day",
        "tags for you: vip",
        "from 1 to 5: 5 (buys for her office)",
    )
    assert [part for part in (*parts, *kept) if part not in told.words] == []
    assert (told.open, told.fetched) == ([], [])


async def test_what_campaigns_and_journeys_hold_is_in_it(any_club: ClubHouse) -> None:
    ana, eva = await any_club.member("Ana"), await any_club.member("Eva")
    await on(any_club, steps=[says("hello", "Hello"), {"name": "call", "task": "Call"}, {"wait": {"days": 3}}])
    await eva.says("/export")
    moment = any_club.clock.now()

    def unit(db: Connection) -> None:
        line = sends.latest_sent(db, 1, NOON)
        assert line is not None
        sends.replied(db, line, moment)
        sends.stopped(db, line, moment)
        sends.add_press(db, line, 0, moment)

    await any_club.database.write(unit)
    await ana.says("/export")
    found = files(any_club, ana)
    data, page = (json.loads(found["my-data-2026-11-22.json"]), found["my-data-2026-11-22.html"].decode())
    [sent] = data["campaign_messages"]
    assert (sent["campaign"], sent["step"], sent["state"], sent["variant"]) == ("welcome", "hello", "sent", 1)
    assert [sent[name] for name in ("replied_at", "stopped_at")] == [moment.isoformat()] * 2
    assert sent["pressed"] == [{"button": 1, "at": moment.isoformat()}]
    [way] = data["journeys"]
    assert (way["journey"], way["exit"], [one["step"] for one in way["tasks"]]) == ("welcome", None, ["call"])
    assert [one["step"] for one in way["steps"]][:2] == ["hello", "call"]
    shown = Balanced(page).words
    told = ("welcome · hello", "you replied on", "you stopped greetings", "button 1 pressed", "for our team: call")
    assert [part for part in told if part not in shown] == []


async def test_nobody_elses_data_is_in_it(club: ClubHouse) -> None:
    ana, eva = await with_a_life(club), await club.member("Evangeline")
    await eva.says("/complain The saucer too")
    await ana.says("/export")
    whole = b"".join(files(club, ana).values()).decode()
    secrets = ("Evangeline", "saucer", str(eva.id), str(CLERK), str(club.staff().id))
    assert [part for part in secrets if re.search(rf"(?<![\d.]){part}(?!\d)", whole)] == [], "no microsecond is meant"


async def test_once_an_hour_is_enough(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/export")
    assert "ready for you from 13:00 on" in await ana.says("/export")
    assert len(files(club, ana)) == 2
    club.clock.move_to(NOON.replace(hour=13, minute=1))
    assert "two files" in await ana.says("/export")


async def test_a_copy_that_does_not_get_through_is_told_once_and_can_be_asked_for_again(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    any_club.world.faults.add("500", times=4, methods=["sendDocument"])  # both files, twice each
    said = await ana.says("/export")
    assert said.count("did not get through") == 1
    assert len(files(any_club, ana)) == 0
    assert "two files" in await ana.presses("A copy of my data")
    assert len(files(any_club, ana)) == 2


async def test_a_copy_that_cannot_be_made_is_told_as_well(club: ClubHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await club.member("Ana")
    with monkeypatch.context() as broken:
        broken.delitem(recipes.RECIPES, "export_data")
        assert "did not get through" in await ana.says("/export")
    assert len(files(club, ana)) == 1
    assert "two files" in await ana.says("/export")


async def test_a_guest_takes_along_what_little_is_known(club: ClubHouse) -> None:
    ana = club.person("Ana", username="ana_l")
    await ana.says("/me")
    await ana.presses("A copy of my data")
    data = json.loads(files(club, ana)["my-data-2026-11-22.json"])
    assert (data["person"]["status"], data["person"]["username"], data["points"]["lines"]) == ("prospect", "ana_l", [])


async def test_the_page_is_short_where_there_is_little_to_say(club: ClubHouse) -> None:
    """What is empty is named in one line; last days are days, not the midnight after them; and no code words."""
    ana = await club.member("Ana", birthday="14 March 1990", city="Berlin")
    known = await on_file(club, ana)
    until = datetime(2027, 11, 23, tzinfo=UTC)
    await club.database.write(lambda db: tiers.put(db, known.id, "silver", NOON, until))
    await ana.says("/export")
    told = Balanced(files(club, ana)["my-data-2026-11-22.html"].decode()).words
    empty = told.partition("Nothing is stored under: ")[2].partition(".")[0]
    assert empty.startswith("Purchases, Questions and complaints, Questions to the bot, Vouchers, ")
    assert "Nothing yet" not in told
    assert "Silver, 22 November 2026 – 22 November 2027" in told
    assert "20 left, good to the end of 22 November 2028" in told
    assert "14 March 1990" in told
    assert "text 2026-11, on joining" in told


async def test_林小雨_讀得懂自己的檔案(club: ClubHouse) -> None:
    xiaoyu = await club.member("林小雨", "zh-hant")
    await xiaoyu.says("/complain 杯子裂了")
    assert "一分鐘內就到" in await xiaoyu.says("/export")
    shown = files(club, xiaoyu)["my-data-2026-11-22.html"].decode()
    assert [part for part in ("林小雨", "杯子裂了", "入會點數", "提問和投訴", "點數") if part not in shown] == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_is_whole_in_every_language(club: ClubHouse, language: str) -> None:
    ana = await with_a_life(club)
    known = await on_file(club, ana)
    whole = await club.query(lambda db: of(db, members.by_id(db, known.id), a_club(), NOON))
    told = Balanced(page("export", language, export=whole, club=a_club()))
    assert told.open == []
    assert "None" not in told.words


@pytest.mark.parametrize(
    ("language", "foreign", "codec"), [("zh-Hans", TRADITIONAL_ONLY, "gb2312"), ("zh-Hant", SIMPLIFIED_ONLY, "big5")]
)
def test_a_chinese_page_keeps_to_one_script(language: str, foreign: set[str], codec: str) -> None:
    source = (FOLDER / f"pages/export.{language}.j2").read_text(encoding="utf-8")
    characters = set(re.findall("[\u4e00-\u9fff]", source))
    assert characters & foreign == set()
    assert "".join(sorted(characters)).encode(codec)
