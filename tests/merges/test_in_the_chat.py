"""/merge from the first word to the last: who does it, who is told, and what the closed account hears."""

from __future__ import annotations

import json

from club import points
from storage import members
from tests.club import CLERK, MARKETER, OWNER, ClubHouse, Person
from tests.frequency.test_cards import hire
from tests.membership.test_joining import on_file
from tests.privacy.test_export import files


async def two_files(club: ClubHouse) -> tuple[Person, Person]:
    """Ana's old account (10017) with a purchase, and her new one (10025)."""
    old, new = await club.member("Ana"), await club.member("Ana Lopez")
    await club.staff(OWNER).says("/sale 10017 coffee 30")
    return old, new


async def merged(club: ClubHouse) -> tuple[Person, Person]:
    old, new = await two_files(club)
    owner = club.staff(OWNER)
    await owner.says("/merge 10017 10025")
    await owner.presses("10025 stays")
    await owner.presses("New Telegram account")
    await owner.presses("Make them one")
    return old, new


async def test_two_files_become_one_in_three_taps(club: ClubHouse) -> None:
    old, new = await two_files(club)
    manager = await hire(club, MARKETER, "manager")
    shown = await manager.says("/merge 10017 10025")
    assert "<b>Ana</b> · 10017" in shown
    assert "50 points" in shown
    assert "1 order" in shown
    assert "<b>Ana Lopez</b> · 10025" in shown
    assert "20 points" in shown
    await manager.presses("10025 stays")
    asked = await manager.presses("New Telegram account")
    assert "becomes part of <b>Ana Lopez · 10025</b>" in asked
    assert "points (50), orders (1)" in asked
    assert "cannot be taken back" in asked
    assert "the balance is <b>70</b>" in await manager.presses("Make them one")
    assert "your two memberships are one now" in new.sees()
    assert "part of the membership 10025" in old.sees()
    assert "<b>70</b>" in await new.says("/points")
    assert "part of 10025 already" in await manager.says("/merge 10017 10025")


async def test_from_the_card_of_one_the_other_is_a_tap_away(club: ClubHouse) -> None:
    """Her namesake is offered first; Bo, who came later, behind her."""
    await two_files(club)
    await club.member("Bo")
    owner = club.staff(OWNER)
    await owner.says("/customer 10025")
    asked = await owner.presses("Same person twice")
    assert "<b>Ana Lopez · 10025</b> has another file?" in asked
    await owner.says("/cancel")
    await owner.says("/customer 10017")
    await owner.presses("Same person twice")
    names = [label for label in owner.buttons() if "100" in label]
    assert "Ana Lopez" in names[0]
    assert not any("10017" in label for label in names)
    assert "Which one stays?" in await owner.presses(names[0])
    await owner.presses("10025 stays")
    await owner.presses("New Telegram account")
    assert "the balance is <b>70</b>" in await owner.presses("Make them one")
    await owner.says("/customer 10017")
    assert "· 10025" in owner.sees(), "its number leads on"


async def test_two_files_are_joined_by_owner_and_manager_only_and_not_before_the_whole_team(club: ClubHouse) -> None:
    await two_files(club)
    clerk = club.staff(CLERK)
    await clerk.says("/customer 10017")
    assert "Same person twice" not in clerk.buttons()
    ana = await on_file(club, club.person("Ana"))
    await clerk.presses_data(club.mark(clerk.chat_id), f"merge:{ana.id}")
    assert "has another file?" not in clerk.sees()


async def test_step_by_step_and_a_second_press_changes_nothing(club: ClubHouse) -> None:
    await two_files(club)
    owner = club.staff(OWNER)
    assert "Which two files" in await owner.says("/merge")
    assert "has another file?" in await owner.says("10017")
    assert "one and the same file" in await owner.says("10017")
    await owner.says("10025")
    await owner.presses("10017 stays")
    await owner.says("On file twice")
    message, data = owner.button("Make them one")
    assert "Done:" in await owner.presses("Make them one")
    assert "earlier question" in await owner.presses_data(message["message_id"], data)
    old = await club.query(lambda db: members.by_number(db, "10017"))
    balance = await club.query(lambda db: points.balance(db, old.id, club.clock.now()))
    assert balance.available == 70


async def test_who_writes_from_the_closed_account_hears_where_to_go(club: ClubHouse) -> None:
    old, _ = await merged(club)
    for words in ("/points", "/join", "Hello?", "/forget"):
        assert "part of the membership 10025" in await old.says(words)
    assert not (await on_file(club, old)).joined
    assert "/join" in " ".join(f"/{command}" for command in old.menu())


async def test_a_question_that_was_open_in_the_closed_account_is_over(club: ClubHouse) -> None:
    """Its buttons go; who had pressed one already hears where the membership is, and nothing changes."""
    old, new = await two_files(club)
    await old.says("/family")
    await old.presses("Add a person or day")
    question, child = old.button("Child")
    menu, points_button = old.button("Add a person or day")
    owner = club.staff(OWNER)
    await owner.says("/merge 10017 10025")
    for label in ("10025 stays", "New Telegram account", "Make them one"):
        await owner.presses(label)
    [asked] = [one for one in club.world.messages(old.chat_id) if one["message_id"] == question["message_id"]]
    assert not asked.get("reply_markup")
    for message, data in ((question, child), (menu, points_button)):
        said = len(old.screen())
        await old.presses_data(message["message_id"], data)
        assert len(old.screen()) == said + 1
        assert "part of the membership 10025" in old.sees()
    assert "Is there somebody" in await new.says("/family")


async def test_the_old_number_leads_to_the_new_file_at_the_till(club: ClubHouse) -> None:
    _, new = await merged(club)
    clerk = await hire(club, CLERK, "clerk")
    assert "Ana Lopez · 10025" in await clerk.says("/visit 10017")
    assert "Ana Lopez" in await clerk.says("/sale 10017 tea 5")
    assert "<b>75</b>" in await new.says("/points")


async def test_the_copy_and_my_details_tell_of_the_earlier_file(club: ClubHouse) -> None:
    _, new = await merged(club)
    assert "your earlier file <code>10017</code>" in await new.says("/me")
    await new.says("/export")
    found = files(club, new)
    data = json.loads(next(text for name, text in found.items() if name.endswith(".json")))
    assert [one["amount"] for one in data["purchases"]] == [3_000]
    (earlier,) = data["files_that_became_part_of_this"]
    assert earlier["why"] == "New Telegram account"
    assert earlier["file"]["person"]["number"] == "10017"
    assert [one["reason"] for one in earlier["file"]["points"]["lines"]] == ["welcome", "purchase", "merged", "merged"]
    page = next(text for name, text in found.items() if name.endswith(".html")).decode()
    assert "An earlier file, part of this one: 10017" in page


async def test_who_is_forgotten_is_forgotten_in_both(any_club: ClubHouse) -> None:
    old, new = await merged(any_club)
    await any_club.forgets(new)
    people = await any_club.query(lambda db: [members.by_number(db, number) for number in ("10017", "10025")])
    assert [(one.status, one.telegram_id, one.name) for one in people] == [("erased", None, "")] * 2
    assert "deleted" in old.sees()
    assert "had their data deleted" in await any_club.staff(OWNER).says("/visit 10017")


async def test_it_is_for_owner_and_manager(club: ClubHouse) -> None:
    await two_files(club)
    for person in (await hire(club, CLERK, "clerk"), await hire(club, MARKETER, "marketer")):
        assert "This is for owners and managers; you are" in await person.says("/merge 10017 10025")


async def test_what_makes_no_sense_gets_an_answer(club: ClubHouse) -> None:
    await two_files(club)
    owner = club.staff(OWNER)
    for words, answer in (
        ("10017", "Please write both"),
        ("10017 10017", "one and the same file"),
        ("10017 10018", "no member number"),
        ("10017 @nobody_here", "We know nobody as"),
        ("a b c", "Please write both"),
        ("<b> ' OR", "Please write both"),
    ):
        assert answer in await owner.says(f"/merge {words}"), words


async def test_in_traditional_chinese(club: ClubHouse) -> None:
    ming, mei = await club.member("Ming", "zh-hant"), await club.member("Mei", "zh-hant")
    owner = club.staff(OWNER)
    await owner.says("/merge 10017 10025")
    await owner.presses("10025 stays")
    await owner.says("on file twice")
    await owner.presses("Make them one")
    assert "兩份會員資料已經合在一起" in mei.sees()
    assert "已經併入會員編號 10025" in ming.sees()
