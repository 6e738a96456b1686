"""The ways into the club: for the asking, by what was bought, or because the team lets somebody in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection

from club import applications
from club.club import APPROVAL, PURCHASES, MembershipRules
from club.members import Application, join
from club.refusal import Refused
from storage import applications as rows
from storage import members as people
from storage import membership
from storage.members import Member
from tests.club import CLERK, NOON, OWNER, ClubHouse, Person, a_club, open_house
from tests.membership.test_erasing import everything
from tests.membership.test_joining import on_file
from tests.tickets.test_queue import hire

BY_PURCHASES = MembershipRules((PURCHASES,), pieces=3)
BY_APPROVAL = MembershipRules((APPROVAL,))


async def fills_in(person: Person) -> str:
    """All that the joining form asks; what they read at its end."""
    await person.says("/join")
    await person.presses("I agree")
    for answer in ("Ana", "/skip", "Berlin", "green tea"):
        await person.says(answer)
    return await person.presses("Yes")


async def guest(club: ClubHouse) -> Person:
    bo = club.person("Bo", username="bo_the_guest")
    await bo.says("/start")
    return bo


async def asked(club: ClubHouse, person: Person) -> list[str]:
    """How the applications of this person stand, oldest first."""
    known: Member = await on_file(club, person)
    return [one.state for one in await club.query(lambda db: rows.of_member(db, known.id))]


async def test_two_pieces_of_three_are_not_enough_and_the_third_opens_the_door(any_url: str) -> None:
    async with open_house(any_url, membership=BY_PURCHASES) as club:
        bo, owner = await guest(club), club.staff(OWNER)
        assert "3 pieces bought here make a member" in await bo.says("/join")
        assert "1 more piece, and they can join" in await owner.says("/sale @bo_the_guest #A1 beans x2 20")
        assert "1 more piece, and you can join" in bo.sees()
        assert not any("Join" in button for button in bo.buttons()), "a tap that would only say so again"
        assert "2 of the 3 pieces that make a member. 1 more, and /join" in await bo.says("/join")
        await owner.says("/sale @bo_the_guest #A2 cup 10")
        assert "Joining takes a minute" in bo.sees()
        assert "Before you join" in await bo.presses("Join the club")
        await owner.says("/return A2")
        assert "You have bought 2 of the 3" in await bo.says("/join"), "what came back was not bought"
        await owner.says("/sale @bo_the_guest #A3 tea 10")
        assert "Membership: by purchases, no last day" in await fills_in(bo)
        assert "You are a member already" in await bo.says("/join")
        known = await on_file(club, bo)
        assert len(await club.query(lambda db: membership.of_member(db, known.id))) == 1


async def test_an_application_is_with_the_team_and_the_first_yes_counts(any_url: str) -> None:
    async with open_house(any_url, membership=BY_APPROVAL) as club:
        await hire(club, "Clerk", CLERK)
        ana, group = club.person("Ana"), club.staff(OWNER).in_group()
        assert "Our team reads your answers and lets people in" in await ana.says("/join")
        assert "it is with our team now" in await fills_in(ana)
        for part in ("Application", "Ana", "Berlin", "green tea", "Wants to join"):
            assert part in group.sees()
        assert "has been with our team since 22 November" in await ana.says("/join")
        assert "Your application: with our team since 22 November 2026" in await ana.says("/me")

        card, yes = group.button("Let in")
        assert "you are a clerk" in await club.staff(CLERK).in_group().presses_data(card["message_id"], yes)
        assert "Let in. They have been told." in await group.presses("Let in")
        assert "Let in by Lao Li" in group.sees()
        assert group.buttons() == []
        assert "Lao Li has let them in already" in await group.presses_data(card["message_id"], yes)
        said = "\n".join(ana.screen())
        assert "Welcome, <b>Ana</b>" in said
        assert "let in by the team, no last day" in said
        assert "your balance is <b>20</b>" in said
        assert "edit" in ana.menu()
        known = await on_file(club, ana)
        assert (known.joined, known.city, known.marketing) == (True, "Berlin", True)
        assert "green tea" not in await club.query(lambda db: str(rows.of_member(db, known.id)))


async def test_who_is_turned_down_reads_why_and_may_ask_again(any_url: str) -> None:
    async with open_house(any_url, membership=BY_APPROVAL) as club:
        ana, owner = club.person("Ana"), club.staff(OWNER)
        await fills_in(ana)
        group = owner.in_group()
        card, yes = group.button("Let in")
        assert "Why can <b>Ana</b> not join?" in await group.presses("Turn down")
        assert "has been told, kindly" in await group.says("We are full until spring.", reply_to=_newest(club, group))
        assert "Our team says: We are full until spring." in ana.sees()
        assert "Turned down by Lao Li: We are full until spring." in club.world.html(_card(club, card))
        assert "Lao Li has turned it down already" in await group.presses_data(card["message_id"], yes)
        assert "Do you agree?" in await ana.says("/join")


def _newest(club: ClubHouse, group: Person) -> int:
    return int(club.world.messages(group.chat_id)[-1]["message_id"])


def _card(club: ClubHouse, card: Any) -> Any:
    return next(one for one in club.world.messages(card["chat"]["id"]) if one["message_id"] == card["message_id"])


async def test_without_a_group_each_owner_and_manager_is_asked_in_private_and_no_clerk(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=BY_APPROVAL, staff_chat=None) as club:
        await hire(club, "Clerk", CLERK)
        wei = club.person("Wei", "zh-hans")
        await wei.says("/start")
        await hire(club, "Manager", wei.id)
        await fills_in(club.person("Ana"))
        assert "Wants to join" in club.staff(OWNER).sees()
        assert "想入会" in wei.sees()
        assert "Wants to join" not in club.staff(CLERK).sees()
        await wei.presses("婉拒")
        await wei.presses("跳过")
        assert "we cannot let you in" in club.person("Ana").sees()
        assert any("Turned down by Wei." in text for text in club.staff(OWNER).screen())


async def test_of_two_who_decide_at_once_one_does_and_the_other_hears_who(any_url: str) -> None:
    async with open_house(any_url, membership=BY_APPROVAL) as club:
        await fills_in(club.person("Ana"))
        decide: Any = partial(applications.accept, club=a_club(membership=BY_APPROVAL), now=NOON)
        ended = await asyncio.gather(
            *[club.database.write(partial(decide, asked_id=1, staff_id=one)) for one in (OWNER, CLERK, OWNER, CLERK)],
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in ended) == ["Refused", "Refused", "Refused", "tuple"]
        assert {one.template for one in ended if isinstance(one, Refused)} == {"applications/decided"}
        assert await asked(club, club.person("Ana")) == ["accepted"]


async def test_an_application_can_be_taken_back_and_its_answers_go(any_url: str) -> None:
    async with open_house(any_url, membership=BY_APPROVAL) as club:
        ana, group = club.person("Ana"), club.staff(OWNER).in_group()
        await fills_in(ana)
        card, yes = group.button("Let in")
        await ana.says("/me")
        message, data = ana.button("Withdraw it")
        assert message["message_id"] == club.world.messages(ana.chat_id)[-1]["message_id"], "under what we know of her"
        assert "What you told us in the form is deleted" in await ana.presses("Withdraw it")
        assert "done already" in await ana.presses_data(message["message_id"], data)
        assert "Taken back" in group.sees()
        assert "They have taken it back" in await group.presses_data(card["message_id"], yes)
        assert await asked(club, ana) == ["withdrawn"]
        assert "Do you agree?" in await ana.says("/join")


async def test_who_waits_and_has_bought_enough_need_not_tell_it_all_again(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=MembershipRules((APPROVAL, PURCHASES), pieces=1)) as club:
        ana, owner = club.person("Ana", username="ana_l"), club.staff(OWNER)
        await fills_in(ana)
        await owner.says("/sale @ana_l tea 10")
        await ana.presses("Join the club")
        assert "Membership: by purchases" in "\n".join(ana.screen())
        assert (await on_file(club, ana)).city == "Berlin"
        assert "Came in another way meanwhile" in owner.in_group().sees()


async def test_who_is_forgotten_while_waiting_leaves_no_word_behind(any_url: str) -> None:
    async with open_house(any_url, membership=BY_APPROVAL) as club:
        ana, group = club.person("Ana"), club.staff(OWNER).in_group()
        await fills_in(ana)
        assert "green tea" in await club.query(everything)
        await club.forgets(ana)
        assert "Had their data deleted" in group.sees()
        assert group.buttons() == []
        assert "green tea" not in await club.query(everything)


@pytest.mark.parametrize(("language", "agree", "yes", "heard"), [
    ("zh-hans", "同意", "好", "申请已经交给店里"), ("zh-hant", "同意", "好", "申請已經交給店裡"),
])  # fmt: skip
async def test_林小雨_申請入會(sqlite_url: str, language: str, agree: str, yes: str, heard: str) -> None:
    async with open_house(sqlite_url, membership=BY_APPROVAL) as club:
        xiaoyu = await club.member("林小雨", language)
        assert heard in xiaoyu.sees()
        await club.staff(OWNER).in_group().presses("Let in")
        assert "林小雨" in "\n".join(xiaoyu.screen()[-3:])
        assert (await on_file(club, xiaoyu)).joined


async def test_two_updates_that_join_at_once_make_one_member(any_club: ClubHouse) -> None:
    ana = any_club.person("Ana")
    await ana.says("/start")
    prospect = await on_file(any_club, ana)
    said = Application("Ana", None, None, "UTC", None, marketing=False)

    def joins(db: Connection) -> Member:
        return join(db, prospect, said, a_club(), NOON)

    ended = await asyncio.gather(*[any_club.database.write(joins) for _ in range(3)], return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Member", "Refused", "Refused"]
    assert len(await any_club.query(lambda db: membership.of_member(db, prospect.id))) == 1


async def test_who_asked_to_stay_and_then_leaves_is_not_let_in_again(sqlite_url: str) -> None:
    async with open_house(sqlite_url, membership=MembershipRules((APPROVAL,), months=1)) as club:
        lin = await guest(club)
        await fills_in(lin)
        await club.staff(OWNER).in_group().presses("Let in")
        club.clock.advance(timedelta(days=28))
        known = await club.query(lambda db: people.by_telegram_id(db, lin.id))
        asked = await club.database.write(lambda db: applications.send(db, known, None, club.clock.now()))
        await lin.says("/leave")
        await lin.presses("Leave, keep my data")
        with pytest.raises(Refused):
            await club.database.write(
                lambda db: applications.accept(db, asked.id, staff_id=OWNER, club=a_club(), now=club.clock.now())
            )
        assert not (await club.query(lambda db: people.by_telegram_id(db, lin.id))).joined
