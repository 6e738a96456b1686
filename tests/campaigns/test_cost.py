"""What a campaign takes and costs stands on its card before it is approved."""

from __future__ import annotations

from decimal import Decimal

from campaigns import campaigns, overview
from club.club import CampaignRules
from handlers import campaigns as cards
from tests.campaigns.desk import drafted
from tests.club import open_house


async def test_the_card_says_how_long_it_takes_and_what_telegram_takes_for_it(sqlite_url: str) -> None:
    rules = CampaignRules(rate=300.0, stars=Decimal("0.1"))
    async with open_house(sqlite_url, campaigns=rules) as club:
        for number in range(20):
            await club.member(f"Person {number}")
        draft = await drafted(club, holdout=0)
        house = club.work.terms.club
        seen = await club.query(lambda db: overview.of(db, campaigns.existing(db, draft.id), house, club.clock.now()))
        assert (seen.messages, seen.stars(rules)) == (20, 2), "nine in ten leave above thirty a second, for 1.8 Stars"
        said = await club.query(lambda db: cards.card_words(db, seen, house, "en", club.clock.now()))
        assert "<b>Takes:</b> about 1 s" in said
        assert "<b>Costs:</b> about 2 Telegram Stars" in said


async def test_where_nothing_is_paid_for_no_cost_is_named(sqlite_url: str) -> None:
    async with open_house(sqlite_url) as club:
        await club.member("Ana")
        draft = await drafted(club)
        house = club.work.terms.club
        seen = await club.query(lambda db: overview.of(db, campaigns.existing(db, draft.id), house, club.clock.now()))
        said = await club.query(lambda db: cards.card_words(db, seen, house, "en", club.clock.now()))
        assert "Costs" not in said
