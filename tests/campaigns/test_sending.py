"""What becomes of an audience: each member of it ends with one word, and nobody is written to who should not be."""

from __future__ import annotations

from tests.campaigns.desk import sent, tally
from tests.club import ClubHouse


async def test_everybody_who_wants_to_hear_from_the_club_reads_it_in_their_language(any_club: ClubHouse) -> None:
    ana, mei = await any_club.member("Ana"), await any_club.member("美玲", "zh-hant")
    campaign = await sent(any_club)
    assert "Hello Ana, shall we put a tea aside?" in ana.sees()
    assert "美玲，幫您留一份茶好嗎？" in mei.sees()
    assert await tally(any_club, campaign) == {"sent": 2}


async def test_who_said_stop_gets_nothing_and_that_is_written_down(any_club: ClubHouse) -> None:
    ana, ben = await any_club.member("Ana"), await any_club.member("Ben")
    await ben.says("/stop")
    campaign = await sent(any_club)
    assert "tea" in ana.sees()
    assert "tea aside" not in ben.sees()
    assert await tally(any_club, campaign) == {"sent": 1, "no_consent": 1}
