"""Who may do what: every command and every button, for every role, generated from the tables themselves."""

from __future__ import annotations

import pytest

from club.staff import CLERK, MANAGER, MARKETER, OWNER
from handlers.buttons import BUTTONS
from handlers.commands import COMMANDS
from storage import staff, tickets
from tests.club import NOON, STAFF_CHAT, ClubHouse, Person, open_house
from tests.club import OWNER as OWNER_ID
from tests.tickets.test_queue import hire

GUARDED = [command for command in COMMANDS if command.roles]
REFUSED = "othing was changed. /help shows"
"""What stands in the answer to whoever may not, of the team or not."""
ROLES = [None, CLERK, MARKETER, MANAGER, OWNER]


async def worker(club: ClubHouse, role: str | None) -> Person:
    person = club.person(f"Somebody, {role}")
    await person.says("/start")
    if role is not None:
        await club.database.write(lambda db: staff.put(db, person.id, role, NOON))
    return person


@pytest.mark.parametrize("role", ROLES)
async def test_a_command_answers_only_those_it_is_for(club: ClubHouse, role: str | None) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    person = await worker(club, role)
    for command in GUARDED:
        answer = await person.says(f"/{command.name} 1001")
        refused = REFUSED in answer
        assert refused == (role not in command.roles), f"{role} said /{command.name} and read: {answer}"


@pytest.mark.parametrize("role", ROLES)
async def test_a_forged_button_gives_nobody_a_right(club: ClubHouse, role: str | None) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    person = await worker(club, role)
    await person.says("/start")
    message = club.world.messages(person.id)[-1]
    for verb, button in BUTTONS.items():
        if button.roles and role not in button.roles:
            answer = await person.presses_data(message["message_id"], f"{verb}:1001:forged{verb}")
            assert REFUSED in answer, f"{role} pressed {verb} and read: {answer}"
    assert await club.query(lambda db: staff.role_of(db, person.id)) == role


async def test_who_was_removed_a_second_ago_is_a_customer_again(club: ClubHouse) -> None:
    clerk = club.person("Chen")
    await clerk.says("/start")
    await hire(club, "Clerk", clerk.id)
    assert REFUSED not in await clerk.says("/queue")
    owner = club.staff(OWNER_ID)
    await owner.says("/team")
    await owner.presses("Chen")
    assert REFUSED in await clerk.says("/queue")
    assert "/queue" not in await clerk.says("/help")


async def test_a_colleague_who_is_a_member_keeps_the_menu_of_both_over_a_restart(sqlite_url: str) -> None:
    async with open_house(sqlite_url) as club:
        world, chen = club.world, await club.member("陈伟", "zh-hans")
        await hire(club, "Clerk", chen.id)
    async with open_house(sqlite_url, world=world) as club:
        await club.settled()
        chen = club.staff(chen.id)
        assert {"queue", "edit", "leave"} <= chen.menu().keys()
        assert "join" not in chen.menu()
        assert chen.menu()["queue"] == "有哪些事等您处理"
        owner = club.staff(OWNER_ID)
        await owner.says("/team")
        await owner.presses("Remove")
        assert {"edit", "leave"} <= chen.menu().keys()
        assert not {"queue", "join"} & chen.menu().keys()
        assert chen.menu()["edit"] == "修改称呼、生日、城市或喜好"


async def test_whoever_invited_hears_who_came(club: ClubHouse) -> None:
    await hire(club, "Clerk", club.person("Chen").id)
    owner = club.staff(OWNER_ID)
    assert owner.sees() == "<b>Chen</b> joined as clerk. Not who you meant? /team"
    assert owner.buttons() == ["Team"]
    assert "Chen – clerk" in await owner.presses("Team")


async def test_an_invitation_is_good_for_one_person_and_seven_days(club: ClubHouse) -> None:
    first = await hire(club, "Clerk", club.person("Chen").id)
    assert "Chen" in first
    owner = club.staff(OWNER_ID)
    await owner.says("/invite")
    link = await owner.presses("Marketer")
    code = link.split("start=")[1].split('"')[0].split("<")[0].split()[0]
    await club.person("Maria M").says(f"/start {code}")
    assert await club.query(lambda db: staff.role_of(db, club.person("Maria M").id)) == MARKETER
    await club.person("Thief").says(f"/start {code}")
    assert await club.query(lambda db: staff.role_of(db, club.person("Thief").id)) is None
    await owner.says("/invite")
    late = (await owner.presses("Clerk")).split("start=")[1].split('"')[0].split("<")[0].split()[0]
    await club.passes(days=7, minutes=1)
    await club.person("Latecomer").says(f"/start {late}")
    assert await club.query(lambda db: staff.role_of(db, club.person("Latecomer").id)) is None


async def test_an_anonymous_administrator_of_the_group_is_nobody_we_know(club: ClubHouse) -> None:
    await club.person("Ana").says("/complain The cup was cracked")
    club.world.say_anonymously(STAFF_CHAT, "/take 1001")
    await club.settled()
    ticket = await club.query(lambda db: tickets.by_id(db, 1))
    assert ticket.state == "new"


async def test_the_menu_shows_each_role_its_own_commands(club: ClubHouse) -> None:
    owner = await club.staff(OWNER_ID).says("/help")
    guest = await club.person("Ana").says("/help")
    assert "/queue" in owner
    assert "/invite" in owner
    assert "/queue" not in guest
    assert "/join" in guest
