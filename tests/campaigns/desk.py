"""What the tests of campaigns share: one that goes to everybody, and what became of its audience."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from campaigns import campaigns
from storage.campaigns import Campaign
from storage.tables import campaign_send, member
from tests.club import MARKETER, OWNER, ClubHouse

TEA: dict[str, Any] = {
    "key": "tea",
    "kind": "content",
    "texts": {"en": "Hello {{ name }}, shall we put a tea aside?", "zh-Hant": "{{ name }}，幫您留一份茶好嗎？"},
}


async def drafted(club: ClubHouse, **changes: Any) -> Campaign:
    """A draft of the marketer's."""

    def unit(db: Connection) -> Campaign:
        return campaigns.create(db, TEA | changes, MARKETER, club.work.terms.club, club.clock.now())

    return await club.database.write(unit)


async def approved(club: ClubHouse, *, held: bool = False, **changes: Any) -> Campaign:
    """One that is on, by the owner's word; nothing of it is done yet. If `held`, nothing leaves until `let_go`."""
    draft = await drafted(club, **changes)
    rules = club.work.terms.club
    if held:
        club.work.pace.pause(60.0)

    def unit(db: Connection) -> Campaign:
        submitted = campaigns.submit(db, draft, MARKETER, rules, club.clock.now())
        return campaigns.approve(db, submitted, OWNER, "owner", rules, club.clock.now())

    return await club.database.write(unit)


def let_go(club: ClubHouse) -> None:
    """What is held may leave now."""
    club.work.pace._paused_until = 0.0


async def on_its_way(club: ClubHouse, **changes: Any) -> Campaign:
    """One whose messages are about to leave, and are held."""
    found = await approved(club, held=True, **changes)
    await club.work.campaigning.advance()
    after: Campaign = await club.query(lambda db: campaigns.existing(db, found.id))
    return after


async def sent(club: ClubHouse, **changes: Any) -> Campaign:
    """One that is on, with all done that can be done at this moment."""
    found = await approved(club, **changes)
    await goes_on(club)
    after: Campaign = await club.query(lambda db: campaigns.existing(db, found.id))
    return after


async def goes_on(club: ClubHouse) -> None:
    """All is done that can be done at this moment."""
    await club.work.campaigning.advance()
    await club.settled()
    await club.work.campaigning.advance()


async def words(club: ClubHouse, campaign: Campaign) -> dict[str, str]:
    """What became of each member, by member number."""
    query = (
        campaign_send.select()
        .with_only_columns(member.c.number, campaign_send.c.state)
        .join(member, member.c.id == campaign_send.c.member_id)
        .where(campaign_send.c.campaign_id == campaign.id)
    )
    return {row.number: row.state for row in await club.query(lambda db: db.execute(query).all())}


async def tally(club: ClubHouse, campaign: Campaign) -> dict[str, int]:
    """How many ended, or wait, with each word."""
    return dict(Counter((await words(club, campaign)).values()))
