"""/find: the staff look up what somebody said, and who it was."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, func, select

from club import search as club_search
from storage import state
from storage.tables import member_word, search, ticket_word
from tests.club import CLERK, MARKETER, OWNER, ClubHouse
from tests.tickets.test_queue import hire


async def test_a_request_is_found_by_words_of_customer_and_staff(any_club: ClubHouse) -> None:
    owner = any_club.staff(OWNER)
    await any_club.person("Ana").says("/complain The blue cup was cracked")
    await any_club.person("Tom").says("/ask Do you have a red cup?")
    await owner.says("/note 1001 The third from this supplier")
    found = await owner.says("/find cup supplier")
    assert "1 request" in found
    assert "#1001" in found
    assert "<b>supplier</b>" in found or "<b>cup</b>" in found
    assert "#1002" not in found
    both = await owner.says("/find cups")
    assert both.index("#1002") < both.index("#1001"), "the newest first"
    await owner.presses("#1001 Ana")
    assert "The blue <b>" not in owner.sees()
    assert "third from this supplier" in owner.sees()


async def test_traditional_is_found_by_simplified_and_answered_in_traditional(any_club: ClubHouse) -> None:
    await any_club.person("王小明", "zh-hant").says("/complain 我的積分不見了")
    clerk = any_club.person("陳偉", "zh-hant")
    await hire(any_club, "Clerk", clerk.id)
    found = await clerk.says("/find 积分")
    assert "1 件" in found
    assert "<b>積分</b>" in found
    assert "找不到" in await clerk.says("/find 杯子")


async def test_customers_are_found_by_name_number_and_username_with_their_requests(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana López", called="Ana López")
    await ana.says("/complain It is cracked")
    owner = any_club.staff(OWNER)
    for words in ("lopez", "10017", "ana cracked"):
        assert "#1001" in await owner.says(f"/find {words}"), words
    await owner.says("/find lopez")
    assert any("Ana López" in label for label in owner.buttons())
    await owner.presses("Ana López · ")
    assert "Member since" in owner.sees()


async def test_who_never_wrote_is_found_and_in_no_request(any_club: ClubHouse) -> None:
    await any_club.member("Ana López")
    found = await any_club.staff(OWNER).says("/find lopez")
    assert "<b>“lopez”</b>: in no request.\n\nA customer of that name" in found


async def test_whoever_changed_their_name_is_found_by_the_new_one(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await ana.says("/complain It is cracked")
    await ana.says("/edit")
    await ana.presses("Name")
    await ana.says("Beatriz")
    assert "#1001" in await any_club.staff(OWNER).says("/find beatriz")


async def test_an_order_and_a_request_are_found_by_their_numbers(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/complain It is cracked")
    owner = club.staff(OWNER)
    await owner.says("/sale 10017 #R-77 beans x2 318.00")
    await owner.says("/find #R-77")
    assert "Order R-77" in owner.buttons()
    assert "#1001" in await owner.says("/find #1001")


async def test_pages_are_turned_by_buttons_and_a_day_later_no_more(club: ClubHouse) -> None:
    for index in range(7):
        await club.person(f"Guest {index}").says(f"/complain Cup number {index}")
    owner = club.staff(OWNER)
    first = await owner.says("/find cup")
    assert "7 requests" in first
    assert "Page 1 of 2" in first
    second = await owner.presses("Next")
    assert "#1001" in second
    assert "#1007" not in second
    assert "#1007" in await owner.presses("Previous")
    await club.passes(hours=25)
    await club.work.clean()
    assert await club.query(lambda db: db.execute(select(func.count()).select_from(search)).scalar_one()) == 0
    assert "/find" in await owner.presses("Next")


async def test_by_buttons_the_bot_asks_what_to_look_for(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    owner = club.staff(OWNER)
    await owner.says("/start")
    assert "What are you looking for?" in await owner.presses("🔍 Find")
    assert "no word" in await owner.says("!!!")
    assert "#1001" in await owner.says("cracked")
    assert "What are you looking for?" in await owner.presses("Find something else")


async def test_too_many_words_are_refused_kindly(club: ClubHouse) -> None:
    words = " ".join(f"word{index}" for index in range(25))
    assert "Two or three words" in await club.staff(OWNER).says(f"/find {words}")


async def test_a_marketer_reads_nothing_of_what_customers_write(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    await club.person("Ana").says("/complain The cup was cracked")
    assert "cracked" not in await club.staff(MARKETER).says("/find cracked")
    await hire(club, "Clerk", CLERK)
    assert "#1001" in await club.staff(CLERK).in_group().says("/find cracked")


async def test_whoever_is_forgotten_is_found_by_no_word_any_more(any_club: ClubHouse) -> None:
    ana = await any_club.member("Ana")
    await ana.says("/complain The cup was cracked")
    await any_club.forgets(ana)
    owner = any_club.staff(OWNER)
    assert "Nothing was found" in await owner.says("/find cracked")
    for table in (ticket_word, member_word):
        await any_club.query(lambda db, table=table: _nothing_of(db, table))


def _nothing_of(db: Connection, table: Table) -> None:
    """Only the owner, who spoke to the bot, has words there."""
    column = table.c.keys()[1]
    assert db.execute(select(func.count()).select_from(table).where(table.c[column] == 1)).scalar_one() == 0


async def test_the_same_matter_is_found_in_the_request_it_went_to(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    owner = club.staff(OWNER)
    await owner.says("/fix 1001 A new one is here")
    await owner.says("/resolve 1001")
    await owner.presses("Product")
    await ana.says("The saucer too")
    await ana.presses("The same as #1001")
    found = await owner.says("/find saucer")
    assert "#1001" in found
    assert "#1002" not in found


async def test_what_was_there_before_becomes_searchable_while_the_bot_works(any_club: ClubHouse) -> None:
    ana = any_club.person("Ana")
    await ana.says("/complain The cup was cracked")
    await ana.says("And the saucer")

    def as_before(db: Connection) -> None:
        db.execute(delete(ticket_word))
        db.execute(delete(member_word))
        state.put(db, "searchable_from", "3")
        state.put(db, "names_searchable_to", "0")

    await any_club.database.write(as_before)
    owner = any_club.staff(OWNER)
    missing = await owner.says("/find saucer")
    assert "Nothing was found" in missing
    assert "still being made searchable" in missing
    while await any_club.database.write(club_search.fill) == club_search.FILLED_AT_ONCE:
        pass
    for words in ("cracked", "saucer", "ana"):
        found = await owner.says(f"/find {words}")
        assert "#1001" in found, words
        assert "still being" not in found


def test_the_hash_of_a_word_is_another_under_another_key() -> None:
    from storage.sealing import Vault

    assert Vault(bytes(32)).hash_of_word("cup") != Vault(bytes(range(32))).hash_of_word("cup")
    assert -(2**63) <= Vault(bytes(32)).hash_of_word("cup") < 2**63
