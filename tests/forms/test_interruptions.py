"""What comes in the middle of a form: commands, other forms, stickers, edits, forwards."""

from __future__ import annotations

from club import desk
from storage import tickets
from tests.club import OWNER, ClubHouse, Person, a_club
from tests.membership.test_joining import on_file


async def asked_for_a_name(club: ClubHouse, name: str = "Ana") -> Person:
    person = club.person(name)
    await person.says("/join")
    await person.presses("I agree")
    return person


IN_BETWEEN = {
    "/help": "What you can do here",
    "/me": "What we know about you",
    "/status": "You have no questions or complaints",
    "/start": "welcome to",
    "/dance": "There is no /dance here",
    "/queue": "our team only",
    "/edit": "This is for members",
    "/complain The cup was cracked": "#1001",
    "/ask When do you open?": "#1002",
}


async def test_a_command_is_answered_and_the_question_comes_again(club: ClubHouse) -> None:
    ana = await asked_for_a_name(club)
    for command, answer in IN_BETWEEN.items():
        heard = await ana.says(command)
        assert answer in heard
        assert heard.endswith("or press the button."), command
        assert "This question is still open" in ana.sees()
    assert "birthday" in await ana.says("Ana")


async def test_a_button_elsewhere_is_answered_and_the_question_comes_again(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    await ana.presses("Join")
    await ana.presses("I agree")
    assert "You have no questions" in await ana.presses("My requests")
    assert "This question is still open" in ana.sees()


async def test_a_complaint_in_the_middle_of_joining_puts_joining_aside(club: ClubHouse) -> None:
    ana = await asked_for_a_name(club)
    await ana.says("Ana")
    asked = await ana.says("/complain")
    assert asked.startswith("We come back to your other question")
    assert "What happened?" in asked
    heard = await ana.says("The cup was cracked")
    assert "#1001" in heard
    assert "When is your birthday?" in ana.sees()
    await ana.says("14 March")
    for _ in range(2):
        await ana.says("/skip")
    assert "Welcome, <b>Ana</b>" in await ana.presses("Yes")
    filed = await club.query(lambda db: tickets.by_id(db, 1))
    assert filed.kind == "complaint"


async def test_what_was_put_aside_comes_back_when_the_other_is_cancelled(club: ClubHouse) -> None:
    ana = await asked_for_a_name(club)
    await ana.says("/ask")
    await ana.says("/complain")
    heard = await ana.says("/cancel")
    assert "Closed" in heard
    assert "What may we call you?" in heard
    assert "Closed" in await ana.says("/cancel")
    assert "No question is open" in await ana.says("/cancel")


async def test_a_form_without_an_answer_in_it_makes_room_for_the_next(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/ask")
    assert "What happened?" in await ana.says("/complain")
    await ana.says("The cup was cracked")
    assert "#1001" in ana.sees()
    assert (await club.query(lambda db: tickets.by_id(db, 1))).kind == "complaint"


async def test_who_joins_while_joining_goes_on_where_they_were(club: ClubHouse) -> None:
    ana = await asked_for_a_name(club)
    heard = await ana.says("/join")
    assert "This question is still open" in heard
    assert "What may we call you?" in heard


async def test_words_are_asked_for_where_something_else_is_sent(club: ClubHouse) -> None:
    ana = await asked_for_a_name(club)
    for kind in ("sticker", "voice", "location", "photo", "document"):
        heard = await ana.sends(kind)
        assert "We cannot read that kind of message here. Please answer in words." in heard, kind
        assert "What may we call you?" in heard
    assert "Please answer in words" in await ana.sends("contact", "+491701234567")
    assert "birthday" in await ana.says("Ana")


async def test_王小明_sends_a_sticker_instead_of_his_city(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("/join")
    await xiaoming.presses("我同意")
    await xiaoming.presses("王小明")
    await xiaoming.presses("跳过")
    heard = await xiaoming.sends("sticker")
    assert "麻烦您用文字回答" in heard
    assert "您住在哪个城市" in heard


async def test_an_album_in_the_middle_is_refused_once(club: ClubHouse) -> None:
    ana = await asked_for_a_name(club)
    before = len(ana.screen())
    await ana.sends("album", [b"1", b"2", b"3"])
    assert len(ana.screen()) == before + 1


async def test_an_edit_in_the_middle_leads_to_the_back_button(club: ClubHouse) -> None:
    ana = await asked_for_a_name(club)
    await ana.says("Anna")
    said = max(one["message_id"] for one in club.world.messages(ana.id) if not one["from"].get("is_bot"))
    heard = await ana.edits(said, "Ana")
    text = "\n".join(ana.screen())
    assert "press “← Back”" in heard or "press “← Back”" in text
    assert "When is your birthday?" in ana.sees()


async def test_a_forwarded_command_is_not_carried_out(club: ClubHouse) -> None:
    ana, eva = await club.member("Ana"), club.person("Eva")
    await eva.says("/leave")
    origin = next(one for one in club.world.messages(eva.id) if one.get("text") == "/leave")
    assert "A forwarded command is not carried out" in await ana.forwards(origin)
    assert (await on_file(club, ana)).joined
    await ana.says("/ask")
    heard = await ana.forwards(origin)
    assert "not carried out" in heard
    assert "What would you like to know?" in heard


async def test_where_a_rule_says_no_at_the_end_the_form_is_over(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("When do you open?")
    await owner.says("/take 1001")
    await owner.says("/reply 1001")
    await club.database.write(lambda db: desk.resolve(db, 1001, OWNER, a_club(), club.clock.now()))
    assert "resolved already" in await owner.says("We are sending you a new one.")
    assert "Nothing was sent" in await owner.says("By the way, where is my tea?"), "no answer is open any more"


async def test_a_made_up_answer_on_a_button_is_no_answer(club: ClubHouse) -> None:
    """A question that wants words was answered by forged data, and the update was buried after five tries."""
    ana = club.person("Ana")
    await ana.says("/complain")
    message, data = ana.button("Cancel")
    forged = f"f:hello:{data.rpartition(':')[2]}"
    assert "earlier question" in await ana.presses_data(message["message_id"], forged)
    assert "#1001" in await ana.says("The cup was cracked")
