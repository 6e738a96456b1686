"""A customer whom messages do not reach is somebody's task, until they are reached."""

from __future__ import annotations

from tests.club import CLERK, OWNER, ClubHouse
from tests.tickets.test_queue import hire


async def gone(club: ClubHouse) -> None:
    """Ana complains, blocks the bot, and the clerk writes to her."""
    await hire(club, "Clerk", CLERK)
    ana, clerk = club.person("Ana"), club.staff(CLERK)
    await ana.says("/complain The cup was cracked")
    await clerk.says("/take 1001")
    club.world.block(ana.id)
    await club.settled()
    await clerk.says("/reply 1001 A new one is on its way.")


async def test_whoever_has_the_request_gets_the_task(club: ClubHouse) -> None:
    await gone(club)
    clerk = club.staff(CLERK)
    assert "A message to Ana</b> did not arrive" in clerk.sees() or "A message to Ana did not arrive" in clerk.sees()
    await clerk.says("/reply 1001 Are you there?")
    assert sum("did not arrive" in line for line in clerk.screen()) == 1, "one task, however many messages are lost"
    await clerk.says("/queue")
    assert "did not arrive" in await clerk.presses("☎ Ana")
    assert "was reached another way" in await clerk.presses("They were reached")
    await clerk.says("/queue")
    assert "☎ Ana" not in clerk.buttons()


async def test_who_writes_again_needs_no_other_way(any_club: ClubHouse) -> None:
    await gone(any_club)
    ana, clerk = any_club.person("Ana"), any_club.staff(CLERK)
    task, data = clerk.button("They were reached")
    any_club.world.block(ana.id, blocked=False)
    await ana.says("I am back.")
    assert any("Ana has written again" in line for line in clerk.screen())
    assert "has been reached already" in await clerk.presses_data(task["message_id"], data)


async def test_the_task_stands_in_the_morning(club: ClubHouse) -> None:
    await gone(club)
    await club.passes(days=1)
    digest = next(line for line in club.staff(OWNER).screen() if "Good morning" in line)
    assert "1 customer to reach another way" in digest


async def test_who_has_nothing_open_is_nobodys_task(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("When do you open?")
    await owner.says("/take 1001")
    await owner.says("/resolve 1001")
    club.world.block(ana.id)
    await club.settled()
    await owner.says("/queue")
    assert "☎ Ana" not in owner.buttons()


async def test_a_task_of_somebody_forgotten_is_gone(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff(OWNER)
    await ana.says("/complain The cup was cracked")
    await ana.says("/forget")
    await ana.presses("Yes, delete it all")
    club.world.block(ana.id)
    await club.settled()
    await owner.says("/reply 1001 We are sorry.")
    await club.passes(hours=25)
    await owner.says("/queue")
    assert "☎ Ana" not in owner.buttons()
