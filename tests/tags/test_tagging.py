"""Tags: words by which the team tells customers apart."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from club.refusal import Refused
from club.tags import Told, read
from storage import tags
from storage.tables import tag
from tests.club import CLERK, MARKETER, ClubHouse, Person
from tests.membership.test_joining import on_file
from tests.preferences.test_preferences import number_of
from tests.tickets.test_queue import hire


async def clerk_of(club: ClubHouse) -> Person:
    await hire(club, "Clerk", CLERK)
    return club.staff(CLERK)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("vip", Told("vip", "")),
        (" #vip ", Told("vip", "")),
        ("shoe size: 42", Told("shoe size", "42")),
        ("鞋码：42", Told("鞋码", "42")),
        ("10:30", Told("10", "30")),
        ("a: b: c", Told("a: b: c", "")),
    ],
)
def test_what_stands_before_a_colon_is_the_name(written: str, meant: Told) -> None:
    assert read(written) == meant


@pytest.mark.parametrize(("written", "answer"), [("#", "forms/empty"), ("x" * 41, "forms/long")])
def test_nothing_and_too_much_are_refused(written: str, answer: str) -> None:
    with pytest.raises(Refused, match=answer):
        read(written)


async def test_a_tag_is_put_on_shown_and_taken_off(any_club: ClubHouse) -> None:
    clerk = await clerk_of(any_club)
    ana, tom = await any_club.member("Ana"), await any_club.member("Tom")
    number = await number_of(any_club, ana)
    assert "Tags: VIP &lt;b&gt;" in await clerk.says(f"/tag {number} VIP <b>")
    assert "Tags: VIP &lt;b&gt;, shoe size: 42" in await clerk.says(f"/tag {number} shoe size: 42")
    assert "Tags: VIP &lt;b&gt;, shoe size: 43" in await clerk.says(f"/tag {number} shoe size: 43"), (
        "one value at a time"
    )
    assert "Tags: VIP &lt;b&gt;, shoe size: 43" in await clerk.says(f"/customer {number}")
    await clerk.presses("Tags")
    assert "Tags: VIP &lt;b&gt;" in await clerk.presses("✕ shoe size: 43")
    assert clerk.buttons() == ["✕ VIP <b>", "New tag", "Customer card"], "what nobody bears is offered no more"
    await clerk.says(f"/tag {await number_of(any_club, tom)}")
    assert "Tags: VIP &lt;b&gt;" in await clerk.presses("＋ VIP <b>")


async def test_the_same_word_in_other_letters_is_the_same_tag(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    ana, tom = await club.member("Ana"), await club.member("Tom")
    await clerk.says(f"/tag {await number_of(club, ana)} Vegan")
    assert "Tags: Vegan" in await clerk.says(f"/tag {await number_of(club, tom)} VEGAN")


async def test_the_form_asks_who_and_which(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    ana = await club.member("Ana")
    assert "Who gets the tag?" in await clerk.says("/tag")
    assert "Which tag for Ana?" in await clerk.says(await number_of(club, ana))
    assert "Tags: vip" in await clerk.says("vip")


async def test_who_does_not_serve_reads_and_writes_no_tags(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    marketer = club.staff(MARKETER)
    ana = await club.member("Ana")
    assert "you are a marketer" in await marketer.says(f"/tag {await number_of(club, ana)} vip")
    assert await club.database.read(tags.every) == []


async def test_a_customer_bears_twelve_at_most(club: ClubHouse) -> None:
    clerk = await clerk_of(club)
    number = await number_of(club, await club.member("Ana"))
    for each in range(12):
        await clerk.says(f"/tag {number} tag{each}")
    assert "12 tags are on this customer already" in await clerk.says(f"/tag {number} more")
    assert "tag3: new" in await clerk.says(f"/tag {number} tag3: new"), "another value takes the place of the first"
    assert "more" not in [one.name for one in await club.database.read(tags.every)]


async def test_whoever_is_forgotten_leaves_no_tag_behind(any_club: ClubHouse) -> None:
    clerk = await clerk_of(any_club)
    ana = await any_club.member("Ana")
    await clerk.says(f"/tag {await number_of(any_club, ana)} daughter of the baker")
    member = await on_file(any_club, ana)
    await any_club.database.write(lambda db: tags.forget(db, member.id))
    assert await any_club.database.read(lambda db: db.execute(select(tag.c.name)).all()) == []


async def test_of_two_files_of_one_person_the_tags_come_together(any_club: ClubHouse) -> None:
    clerk = await clerk_of(any_club)
    old, new = await any_club.member("Ana"), await any_club.member("Ana again")
    for person, words in ((old, "vip"), (old, "size: 42"), (new, "size: 43")):
        await clerk.says(f"/tag {await number_of(any_club, person)} {words}")
    source, target = await on_file(any_club, old), await on_file(any_club, new)
    await any_club.database.write(lambda db: tags.move(db, source.id, target.id))
    borne = await any_club.database.read(lambda db: [one.words for one in tags.of_member(db, target.id)])
    assert borne == ["size: 43", "vip"], "what the file that stays says, holds"
    assert await any_club.database.read(lambda db: tags.of_member(db, source.id)) == []
