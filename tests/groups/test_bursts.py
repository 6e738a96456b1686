"""Many requests at once: what the group's twenty messages a minute do not take shares a card, and nothing is lost."""

from __future__ import annotations

from bot.pace import Pace
from tests.club import OWNER, STAFF_CHAT, ClubHouse, open_house
from tests.groups.forum import a_forum, topics


async def _many(club: ClubHouse, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        club.world.say(club.person(f"Guest {number}").id, f"/complain Cup {number} was cracked")
    await club.settled()


def _cards(club: ClubHouse) -> list[str]:
    return [line for line in club.staff(OWNER).in_group().screen() if "<b>#10" in line]


async def test_a_burst_is_gathered_in_digests_of_which_each_opens_with_its_own_card(any_url: str) -> None:
    async with open_house(any_url) as club:
        await _many(club, 40)
        cards = _cards(club)
        digests = [line for line in cards if "requests at once" in line]
        assert len(cards) <= 20, "what a minute takes"
        assert digests
        shown = "\n".join(cards)
        assert all(f"#{1001 + number}</b>" in shown or f"#{1001 + number} ·" in shown for number in range(40))
        owner, last = club.staff(OWNER).in_group(), club.person("Guest 39")
        await last.sends("photo", b"crack")
        await last.says("And the saucer too.")
        assert "3 messages" in _cards(club)[-1]
        await owner.presses("Open #1040")
        card = next(line for line in reversed(owner.screen()) if "<b>#1040 · Complaint" in line)
        assert "Cup 39 was cracked" in card
        assert "And the saucer too." in card
        photos = [one for one in club.world.messages(STAFF_CHAT) if "photo" in one]
        assert len(photos) == 1, "what came with it comes along"
        assert "opened" in next(line for line in _cards(club) if "requests at once" in line and "#1040" in line)
        assert "I take it" in str(owner.buttons())
        await last.says("The saucer is white.")
        assert "The saucer is white." in owner.sees(), "from now on it is as any other"


async def test_opened_in_a_group_with_topics_it_gets_a_topic(sqlite_url: str) -> None:
    async with a_forum(sqlite_url) as club:
        await _many(club, 30)
        before = len(topics(club))
        assert before < 20
        await club.staff(OWNER).in_group().says("/case 1030")
        assert topics(club)[-1].name == "#1030 · new · Guest 29"
        assert len(topics(club)) == before + 1


async def test_the_real_pace_is_kept_and_the_digest_is_out_within_the_minute(sqlite_url: str) -> None:
    pace = Pace(1000, private=(1000, 1.0))
    async with open_house(sqlite_url, pace=pace) as club:
        for number in range(40):
            club.world.say(club.person(f"Guest {number}").id, f"/complain Cup {number} was cracked")
        await club.world.wait_for(lambda: any("requests at once" in line for line in _cards(club)))
        assert len(club.staff(OWNER).in_group().screen()) <= 20


async def test_who_had_their_data_deleted_stands_in_no_digest(sqlite_url: str) -> None:
    async with open_house(sqlite_url) as club:
        await _many(club, 25)
        guest = club.person("Guest 24")
        await club.forgets(guest)
        digests = [line for line in _cards(club) if "requests at once" in line]
        assert digests
        assert not any("Guest 24" in line or "Cup 24" in line for line in digests)
