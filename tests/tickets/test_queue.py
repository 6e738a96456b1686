"""The staff's side of complaints and questions."""

from __future__ import annotations

from storage import outbox, queue
from tests.club import CLERK, MARKETER, OWNER, STAFF_CHAT, ClubHouse, open_house


async def hire(club: ClubHouse, role_label: str, persona: int) -> str:
    """The owner invites somebody, who follows the link; what they read."""
    owner = club.staff(OWNER)
    await owner.says("/invite")
    invitation = await owner.presses(role_label)
    assert "start=" in invitation, invitation
    code = invitation.split("start=")[1].split('"')[0].split("<")[0].split()[0]
    return await club.staff(persona).says(f"/start {code}")


async def test_a_complaint_arrives_as_a_card_and_the_customer_hears_of_each_step(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    ana = club.person("Ana")
    assert "#1001" in await ana.says("/complain The cup was cracked")

    clerk = club.staff(CLERK).in_group()
    assert "The cup was cracked" in clerk.sees()
    assert "#1001" in clerk.sees()

    await clerk.presses("I take it")
    assert "Chen Wei" in clerk.sees(), "the card names its owner, in place"
    assert "Chen Wei" in ana.sees()

    await club.staff(CLERK).says("/reply 1001 We are sending you a new one.")
    assert "We are sending you a new one." in ana.sees()

    await club.staff(CLERK).says("/fix 1001 The new cup is here.")
    assert "We are sorry" in ana.sees()
    assert "cause" in await club.staff(CLERK).says("/resolve 1001")
    await club.staff(CLERK).presses("Delivery")
    assert "#1001" in ana.sees()
    assert "resolved" in clerk.sees().lower()
    assert "Resolve" not in clerk.buttons()


async def test_wang_xiaoming_complains_in_chinese_and_is_answered_in_chinese(club: ClubHouse) -> None:
    xiaoming = club.person("王小明", "zh-hans")
    await xiaoming.says("/complain 杯子裂了")
    owner = club.staff(OWNER)
    await owner.says("/take 1001")
    assert "您" in xiaoming.sees()
    assert "Lao Li" in xiaoming.sees()
    await owner.says("/reply 1001 给您换一个新的")
    assert "给您换一个新的" in xiaoming.sees()


async def test_of_two_who_take_it_at_once_one_owns_it_and_the_other_hears_who(club: ClubHouse) -> None:
    await hire(club, "Clerk", CLERK)
    await club.person("Ana").says("/complain The cup was cracked")
    card, take = club.staff(CLERK).in_group().button("I take it")
    world = club.world
    first = world.press(CLERK, STAFF_CHAT, card["message_id"], take)
    second = world.press(OWNER, STAFF_CHAT, card["message_id"], take)
    await club.settled()
    assert (await world.pressed(first.callback_id)).text
    assert "Chen Wei" in ((await world.pressed(second.callback_id)).text or "")
    owners = await club.query(lambda db: [ticket.owner_id for ticket in queue.waiting(db, CLERK, club.clock.now())])
    assert owners == [CLERK]


async def test_a_reply_to_the_card_goes_to_the_customer_and_chatter_does_not(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    owner = club.staff(OWNER).in_group()
    card, _ = owner.button("I take it")
    seen = len(ana.screen())
    await owner.says("poor thing, again that supplier")
    assert len(ana.screen()) == seen
    await owner.says("A new cup is on its way.", reply_to=card["message_id"])
    assert "A new cup is on its way." in ana.sees()


async def test_the_reply_button_in_the_group_waits_for_a_reply_to_its_question(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("When do you open?")
    owner = club.staff(OWNER).in_group()
    await owner.presses("Reply")
    question = club.world.messages(STAFF_CHAT)[-1]
    seen = len(ana.screen())
    await owner.says("does anybody know?")
    assert len(ana.screen()) == seen
    await owner.says("At nine.", reply_to=question["message_id"])
    assert "At nine." in ana.sees()


async def test_alone_in_the_shop_everything_works_from_the_private_chat(sqlite_url: str) -> None:
    async with open_house(sqlite_url, staff_chat=None) as club:
        ana, owner = club.person("Ana"), club.staff(OWNER)
        await owner.says("/start")
        await ana.says("/complain The cup was cracked")
        assert "The cup was cracked" in owner.sees()
        await owner.presses("I take it")
        await owner.presses("Reply")
        await owner.says("A new one is on its way.")
        assert "A new one is on its way." in ana.sees()
        await owner.says("/case 1001")
        await owner.presses("Put right")
        await owner.says("The new one is with you.")
        await owner.presses("Resolve")
        await owner.presses("Product")
        assert "#1001" in ana.sees()
        await owner.presses("Waiting")
        assert "nothing" in owner.sees().lower() or "nobody" in owner.sees().lower()


async def test_the_queue_shows_complaints_first_and_opens_a_card_at_a_tap(club: ClubHouse) -> None:
    await club.person("Ben").says("When do you open?")
    await club.person("Ana").says("/complain The cup was cracked")
    owner = club.staff(OWNER)
    text = await owner.says("/queue")
    assert text.index("#1002") < text.index("#1001")
    assert "The cup was cracked" in await owner.presses("#1002")


async def test_a_long_queue_is_read_by_pages(club: ClubHouse) -> None:
    for number in range(7):
        await club.person(f"Guest {number}").says(f"/complain thing {number}")
    owner = club.staff(OWNER)
    await owner.says("/queue")
    assert len([label for label in owner.buttons() if "#" in label]) == 5
    await owner.presses("Next")
    assert len([label for label in owner.buttons() if "#" in label]) == 2


async def test_a_closed_ticket_can_not_be_answered_and_an_unknown_one_is_named(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    owner = club.staff(OWNER)
    assert "1001" in await owner.says("/resolve 1001"), "nobody took it: it can not be closed unseen"
    await owner.says("/take 1001")
    assert "/fix 1001" in await owner.says("/resolve 1001"), "its customer was told nothing"
    await owner.says("/explain 1001 The glaze has fine lines.")
    await owner.says("/resolve 1001")
    await owner.presses("Other")
    assert "1001" in await owner.says("/reply 1001 hello")
    assert "4711" in await owner.says("/take 4711")
    assert "/take 1001" in await owner.says("/take")
    assert "/take 1001" in await owner.says("/take the-cup")


async def test_nobody_is_told_sent_when_the_customer_blocked_the_bot(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    club.world.block(ana.id)
    await club.settled()
    owner = club.staff(OWNER)
    await owner.says("/take 1001")
    await owner.says("/reply 1001 A new one is on its way.")
    group = club.staff(OWNER).in_group()
    assert any("Ana" in line and "reach" in line for line in [*group.screen(), *owner.screen()])


async def test_a_deleted_card_is_hung_again(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    owner = club.staff(OWNER).in_group()
    card, _ = owner.button("I take it")
    club.world.delete(STAFF_CHAT, card["message_id"])
    await club.staff(OWNER).says("/take 1001")
    again, _ = owner.button("Put right")
    assert again["message_id"] > card["message_id"]


async def test_the_same_press_sent_twice_has_its_effect_once(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/complain The cup was cracked")
    card, take = club.staff(OWNER).in_group().button("I take it")
    for _ in range(3):
        club.world.press(OWNER, STAFF_CHAT, card["message_id"], take, stale=True)
    await club.settled()
    assert sum("Lao Li" in line for line in ana.screen()) == 1


async def test_every_row_of_the_outbox_ends_in_a_word(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    await club.staff(OWNER).says("/take 1001")
    assert await club.query(outbox.count_by_lane) == {}


async def test_a_marketer_reads_no_complaints(club: ClubHouse) -> None:
    await hire(club, "Marketer", MARKETER)
    await club.person("Ana").says("/complain The cup was cracked")
    assert "cracked" not in await club.staff(MARKETER).says("/queue")
    assert "cracked" not in await club.staff(MARKETER).says("/take 1001")


async def test_the_parts_of_the_queue_say_how_much_is_in_them(any_club: ClubHouse) -> None:
    await any_club.person("Ana").says("/complain The cup was cracked")
    await any_club.person("Ben").says("/complain The kettle leaks")
    owner = any_club.staff(OWNER)
    await owner.says("/take 1001")
    await owner.says("/queue")
    assert {"Mine · 1", "Untaken · 1", "Overdue · 0", "All open · 2"} <= set(owner.buttons())
    await owner.presses("Untaken")
    assert "For me · 2" in owner.buttons()
    await owner.presses("Find")
    assert "kettle" in await owner.says("kettle")
