"""Whatever is sent is kept and passed on as what it is: albums as albums, places as places."""

from __future__ import annotations

import pytest

from club import tickets as club_tickets
from storage import ticket_messages, tickets
from storage.ticket_messages import TicketMessage
from tests.club import OWNER, STAFF_CHAT, ClubHouse, Json


async def kept(club: ClubHouse, ticket_id: int = 1) -> list[TicketMessage]:
    found: list[TicketMessage] = await club.query(
        lambda db: ticket_messages.of_ticket(db, club_tickets.existing(db, ticket_id))
    )
    return found


def in_group(club: ClubHouse, what: str) -> list[Json]:
    return [one for one in club.world.messages(STAFF_CHAT) if what in one and one["from"].get("is_bot")]


async def test_an_album_stays_together_on_its_way_to_the_staff(any_club: ClubHouse) -> None:
    ana = any_club.person("Ana")
    await ana.says("/complain")
    await ana.sends("album", [b"one", b"two", b"three"], "All three cups are cracked")
    await any_club.passes(seconds=2)
    pictures = in_group(any_club, "photo")
    assert len(pictures) == 3
    assert len({one["media_group_id"] for one in pictures}) == 1
    assert "#1001" in pictures[0]["caption"]
    assert "caption" not in pictures[1]
    assert [one.media for one in await kept(any_club)] == ["photo"] * 3
    assert "All three cups are cracked" in any_club.staff(OWNER).in_group().screen()[0]


async def test_an_album_from_the_staff_reaches_the_customer_as_one(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    receipt = await owner.sends("album", [b"one", b"two"], "/reply 1001 Which of these is yours?")
    await club.passes(seconds=2)
    pictures = [one for one in club.world.messages(ana.chat_id) if "photo" in one]
    assert len({one["media_group_id"] for one in pictures}) == 1
    assert "Which of these is yours?" in pictures[0]["caption"]
    assert receipt.count("on its way") == 1


async def test_a_reply_to_any_picture_of_an_album_goes_to_its_customer(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER).in_group()
    await ana.says("/complain The cups are cracked")
    await ana.sends("album", [b"one", b"two"])
    await club.passes(seconds=2)
    await owner.says("We see it, sorry.", reply_to=in_group(club, "photo")[1]["message_id"])
    assert "We see it, sorry." in ana.sees()


@pytest.mark.parametrize(
    ("kind", "content"), [("voice", ()), ("document", ()), ("sticker", ()), ("location", ()), ("photo", ())]
)
async def test_what_follows_a_complaint_is_kept_and_passed_on_as_what_it_is(
    club: ClubHouse, kind: str, content: tuple[object, ...]
) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    await ana.sends(kind, *content)
    [passed] = in_group(club, kind)
    assert (await kept(club))[-1].media == kind
    own = [one for one in club.world.messages(ana.chat_id) if kind in one][-1]
    if kind == "location":
        assert passed["location"] == own["location"], "a place one can open, not two numbers"
    if "caption" not in passed:
        assert "The cup was cracked" in passed["reply_to_message"]["text"], "what has no words hangs under its card"


async def test_ones_own_number_is_passed_on_and_a_strangers_is_not(club: ClubHouse) -> None:
    ana, ben, owner = club.person("Ana"), club.person("Ben"), club.staff(OWNER).in_group()
    await ana.says("/complain Please call me about the cup")
    await ana.sends("contact", "+49 30 1234567")
    [card] = in_group(club, "contact")
    assert card["contact"]["phone_number"] == "+49 30 1234567"
    assert "somebody else's number" in await ana.sends("contact", "+49 30 7654321", ben.id)
    assert len(in_group(club, "contact")) == 1
    await owner.says("We call you at once.", reply_to=card["message_id"])
    assert "We call you at once." in ana.sees()


async def test_a_sticker_alone_opens_no_request(club: ClubHouse) -> None:
    ana = club.person("Ana")
    assert "cannot read" in await ana.sends("sticker")
    assert await club.query(lambda db: tickets.by_id(db, 1)) is None


async def test_what_was_changed_afterwards_is_told_and_the_old_words_stay(any_club: ClubHouse) -> None:
    ana, owner = any_club.person("Ana"), any_club.staff(OWNER).in_group()
    await ana.says("/complain The cup was cracked")
    said = any_club.world.say(ana.id, "It was the white cup")
    await any_club.settled()
    await ana.edits(said.message_id, "It was the blue cup")
    assert "It was the blue cup" in owner.sees()
    texts = [one.text for one in await kept(any_club)]
    assert any("white" in text for text in texts)
    assert any("blue" in text for text in texts)


async def test_a_colleague_who_changes_an_answer_hears_that_the_customer_has_the_first_one(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER).in_group()
    await ana.says("/complain The cup was cracked")
    said = club.world.say(OWNER, "/reply 1001 On Monday.", STAFF_CHAT)
    await club.settled()
    assert "still has your first wording" in await owner.edits(said.message_id, "/reply 1001 On Tuesday.")
    assert "Tuesday" not in ana.sees()


async def test_a_reply_of_the_customers_goes_to_the_request_it_answers(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await owner.says("/reply 1001 Which cup?")
    asked = club.world.last(ana.chat_id)["message_id"]
    await ana.says("/complain And the kettle leaks")
    await ana.says("The white one.", reply_to=asked)
    assert (await kept(club, 1))[-1].text == "The white one."
    await ana.says("It was a gift.")
    assert (await kept(club, 1))[-1].text == "It was a gift.", "what was spoken of last"
    await owner.says("/reply 1002 Where does it leak?")
    await ana.says("From the lid.")
    assert (await kept(club, 2))[-1].text == "From the lid."


async def test_a_copy_of_ones_data_says_which_place_and_number_were_sent(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    await ana.says("/complain The cup was cracked")
    await ana.sends("location", 31.5, 121.25)
    await ana.says("/export")
    pages = [one for one in club.world.messages(ana.chat_id) if "document" in one]
    files = [club.world.files.by_id[one["document"]["file_id"]].data.decode() for one in pages]
    assert len(files) == 2
    assert all("31.5" in text and "121.25" in text for text in files)
