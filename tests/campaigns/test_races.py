"""People change their minds while a broadcast is on its way, and night falls: what leaves is right at the moment at
which it is claimed.

Simulated are the people, what they do, and the clock; nothing goes over a network. Real are the tables, the step that
gives whose turn it is a message, and the claim with everything that it asks and renders. What each person may get is
worked out here once more, in other words.

    GUANXI_RACES=1000000 pytest tests/campaigns/test_races.py -s
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select, update

from bot.claiming import Claiming
from bot.clock import ShiftedClock
from bot.metrics import Metrics
from bot.outcomes import Outcomes
from bot.pace import Pace
from campaigns import advance, campaigns
from club.club import CampaignRules
from storage import campaigns as rows
from storage.campaigns import Campaign
from storage.database import open_database
from storage.sealing import Vault
from storage.tables import campaign_send, member, outbox, ticket
from tests.club import MASTER_KEY, a_club

RACES = int(os.environ.get("GUANXI_RACES", "600"))
SEED = int(os.environ.get("GUANXI_RACES_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
PEOPLE = min(RACES // 10, 1_000)
FIRST = 100_000
ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Europe/Berlin")
KINDS = ("promotion", "greeting", "loyalty")
HOUSE = a_club(campaigns=CampaignRules(approve_above=10**9, contacts_most=10**9))
NEVER = "rightly never on the way"
OPENS, CLOSES = 9, 19
"""The greeting hour of the club, and ten hours later."""


@dataclass
class Person:
    """What is true of somebody at this moment."""

    zone: str
    willing: bool = True
    here: bool = True
    reached: bool = True
    calm: bool = True

    def may_get(self, kind: str, due_at: datetime, now: datetime) -> bool:
        if not self.here or not self.reached or (kind != "loyalty" and not (self.willing and self.calm)):
            return False
        there, due = now.astimezone(ZoneInfo(self.zone)), due_at.astimezone(ZoneInfo(self.zone))
        return OPENS <= there.hour < CLOSES and (kind != "greeting" or there.date() == due.date())


async def test_nothing_leaves_that_is_wrong_at_that_moment(any_url: str) -> None:
    chance, clock = random.Random(SEED), ShiftedClock(datetime(2026, 3, 1, tzinfo=UTC))
    metrics = Metrics(clock.now)
    claiming = Claiming(HOUSE, clock, Outcomes(HOUSE, clock, metrics, Pace(1000)), paid=False)
    database = await open_database(any_url, Vault(MASTER_KEY), deadline=60)
    tally: Counter[str] = Counter()
    try:
        world = _World(chance, clock, claiming, tally)
        await database.write(world.begins)
        while sum(tally.values()) - tally[NEVER] < RACES:
            await database.write(world.a_round)
    finally:
        await database.close()
    print(f"\nGUANXI_RACES_SEED={SEED}", dict(tally))
    assert tally["wrong"] == 0
    assert tally["withheld for nothing"] == 0
    assert tally["left"] > RACES // 10
    assert tally["rightly stopped on the way"] > 0


class _World:
    """A few hundred people in six zones, and three campaigns that go to all of them again and again."""

    def __init__(self, chance: random.Random, clock: ShiftedClock, claiming: Claiming, tally: Counter[str]) -> None:
        self._chance = chance
        self._clock = clock
        self._claiming = claiming
        self._tally = tally
        self._people: dict[int, Person] = {}
        self._campaigns: list[Campaign] = []

    def begins(self, db: Connection) -> None:
        now = self._clock.now()
        values = {"status": "member", "language": "en", "marketing": 1, "created_at": now, "joined_at": now}
        for number in range(1, PEOPLE + 1):
            zone = ZONES[number % len(ZONES)]
            self._people[number] = Person(zone)
            row = {"id": number, "telegram_id": FIRST + number, "number": f"GX-{number}", "zone": zone}
            db.execute(insert(member).values(**values, **row))
        for kind in KINDS:
            data = {"key": kind, "kind": kind, "texts": {"en": "Tea?"}, "holdout": 0, "audience": {}}
            data |= {"ends_on": "2099-12-31"} if kind == "promotion" else {}
            data |= {"moment": {"when": "birthday"}} if kind == "greeting" else {}
            draft = campaigns.create(db, data, None, HOUSE, now)
            rows.change(db, draft.id, state="running")
            self._campaigns.append(campaigns.existing(db, draft.id))
            lines = [
                {"campaign_id": draft.id, "member_id": one, "occasion": "x", "variant": 1, "state": "waiting"}
                for one in self._people
            ]
            db.execute(insert(campaign_send), [line | {"due_at": now} for line in lines])

    def a_round(self, db: Connection) -> None:
        """Everybody's turn comes once for each campaign; things happen; then it is claimed."""
        chance = self._chance
        self._clock.move_to(self._clock.now() + timedelta(minutes=chance.uniform(0, 600)))
        began = self._clock.now()
        self._happens(db, share=0.3)
        db.execute(delete(outbox))
        fresh = {"state": "waiting", "due_at": began, "fed_at": None, "ended_at": None, "reason": None}
        db.execute(update(campaign_send).values(**fresh))
        allowed = {
            (one.kind, number): person.may_get(one.kind, began, began)
            for one in self._campaigns
            for number, person in self._people.items()
        }
        for one in self._campaigns:
            while advance._feed(db, one, campaigns.definition(one, HOUSE), HOUSE, began, 1_000):
                pass
        stuck = chance.random() < 0.3
        self._clock.move_to(began + timedelta(seconds=chance.uniform(0, 20 * 3600 if stuck else 20)))
        self._happens(db, share=0.05)
        self._judge(allowed, began, self._claimed(db))

    def _happens(self, db: Connection, share: float) -> None:
        """Some say stop or come back, complain or are content again, block the bot, leave, or move."""
        now = self._clock.now()
        for number, person in self._people.items():
            if self._chance.random() >= share:
                continue
            what = self._chance.choice(["willing", "here", "reached", "calm", "zone", "zone", "willing"])
            good = self._chance.random() < 0.85
            if what == "zone":
                person.zone = self._chance.choice(ZONES)
            else:
                setattr(person, what, good)
            if what == "calm":
                db.execute(delete(ticket).where(ticket.c.member_id == number))
                if not good:
                    mine = {"member_id": number, "kind": "complaint", "state": "new", "opened_at": now}
                    db.execute(insert(ticket).values(**mine))
            values = {
                "zone": person.zone,
                "marketing": int(person.willing),
                "status": "member" if person.here else "left",
                "unreachable_at": None if person.reached else now,
            }
            db.execute(update(member).where(member.c.id == number).values(**values))

    def _claimed(self, db: Connection) -> set[tuple[str, int]]:
        """Who is about to get what."""
        kinds = {
            row.id: (self._campaigns[row.campaign_id - self._campaigns[0].id].kind, row.member_id)
            for row in db.execute(select(campaign_send.c.id, campaign_send.c.campaign_id, campaign_send.c.member_id))
        }
        found: set[tuple[str, int]] = set()
        while True:
            waiting = db.execute(select(outbox.c.id).where(outbox.c.state == "queued")).first()
            if waiting is None:
                return found
            claimed, _ = self._claiming.claim(db, 200, ())
            found |= {kinds[one.row.send_id or 0] for one in claimed}
            db.execute(update(outbox).where(outbox.c.state == "sending").values(state="sent"))

    def _judge(self, allowed: dict[tuple[str, int], bool], began: datetime, left: set[tuple[str, int]]) -> None:
        now = self._clock.now()
        for (kind, number), then in allowed.items():
            right = self._people[number].may_get(kind, began, now)
            if (kind, number) in left:
                self._tally["left" if right else "wrong"] += 1
            elif then and right:
                self._tally["withheld for nothing"] += 1
            elif then:
                self._tally["rightly stopped on the way"] += 1
            else:
                self._tally[NEVER] += 1
