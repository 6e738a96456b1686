"""Killed with SIGKILL at any moment, again and again, while hundreds of people write and colleagues answer them:
nothing is lost in either direction, nothing is done twice, nobody is greeted twice.

    GUANXI_KILL_SEED=7 pytest tests/process/test_kill.py     # the same moments once more
    GUANXI_KILLS=500 pytest tests/process/test_kill.py       # a soak; `make soak`
"""

from __future__ import annotations

import asyncio
import html
import json
import os
import random
import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Row, Table, func, select

from club.staff import CLERK
from club.tickets import STAFF, number_of
from storage import asked, digests, inbox, members, outbox, sends, staff, ticket_messages, tickets
from storage.database import Database
from storage.members import Birthday
from storage.outbox import Lane
from storage.sealing import unseal_shared
from storage.tables import campaign, campaign_send
from storage.tables import inbox as inbox_table
from storage.tables import member as member_table
from storage.tables import outbox as outbox_table
from storage.tables import ticket as ticket_table
from tests.own_postgres import own_database
from tests.process.real import PATIENCE, Bot, Json, Telegram, a_bot, a_telegram, campaigns_look_again

SEED = int(os.environ.get("GUANXI_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
KILLS = int(os.environ.get("GUANXI_KILLS", "6"))
PEOPLE = int(os.environ.get("GUANXI_KILL_PEOPLE", "120"))
FIRST_PERSON, FIRST_MEMBER = 10_000, 50_000
CLERKS = range(9_100, 9_110)
ANSWERS_A_LIFE = 4
ANSWERS_EVERY = 0.5
"""Seconds between two answers of the staff: each colleague's own chat takes one message a second."""
GREETED_BETWEEN_KILLS = 15
LATENCY = 0.03
"""Seconds that Telegram takes for each call: there is always something under way to be cut."""
SECONDS_A_LIFE = 2.4
"""A start takes more than one."""
GREETINGS = {"birthday": "Happy birthday", "follow-up": "Is everything as it should be?"}
SETTLED = {"sent", "failed", "unknown", "skipped"}


@dataclass
class Told:
    """What people said, and what became of it."""

    said: list[str] = field(default_factory=list)
    starts: Counter[int] = field(default_factory=Counter)
    greeted: list[int] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    """What colleagues wrote, and to whom."""
    came_back: dict[str, int] = field(default_factory=dict)
    """What customers wrote then, and who."""

    @property
    def updates(self) -> int:
        return len(self.said) + sum(self.starts.values()) + len(self.answered)


@pytest.mark.process
@pytest.mark.timeout(300 + 10 * KILLS)
async def test_nothing_is_lost_or_done_twice_however_often_the_process_is_killed(tmp_path: Path) -> None:
    await _survives(f"sqlite+aiosqlite:///{tmp_path}/club.db", tmp_path, kills=KILLS, people=PEOPLE)


@pytest.mark.process
@pytest.mark.timeout(300)
async def test_the_same_holds_on_postgresql(tmp_path: Path) -> None:
    with own_database() as url:
        await _survives(url, tmp_path, kills=3, people=min(PEOPLE, 60))


async def _survives(url: str, home: Path, *, kills: int, people: int) -> None:
    print(f"\nGUANXI_KILL_SEED={SEED}")
    chance = random.Random(SEED)
    told = Told()
    async with a_telegram(latency=LATENCY) as telegram, a_bot(telegram, url, home) as bot:
        crowd = range(FIRST_PERSON, FIRST_PERSON + people)
        await telegram.meets(*crowd, *CLERKS)
        began = time.monotonic()
        await bot.starts()
        async with bot.storage() as database:
            await database.write(_take_on_clerks)
            lasts = kills * SECONDS_A_LIFE
            talk = asyncio.gather(
                _talk(telegram, chance, crowd, told, lasts),
                _answer(telegram, random.Random(SEED + 1), database, told, kills * ANSWERS_A_LIFE),
            )
            for _ in range(kills):
                await _dies(bot, chance)
                await database.write(lambda db: _somebody_has_a_birthday(db, told))
                bot.spawns()
            await talk
            await bot.says('"ready"')
            talked = time.monotonic()
            await _comes_to_rest(database, told)
            rested = time.monotonic()
            code, _ = await bot.ends()
            assert code == 0
            chats = await telegram.chats()
            figures = await database.read(lambda db: _Inspection(db, told, chats).figures())
    figures = {"updates": told.updates, "kills": kills, **figures}
    figures |= {"seconds of kills": round(talked - began), "seconds to drain": round(rested - talked)}
    print("kill test:", ", ".join(f"{name} {value}" for name, value in figures.items()))


# ---- what happens ---------------------------------------------------------------------------------------------------


async def _talk(telegram: Telegram, chance: random.Random, crowd: range, told: Told, lasts: float) -> None:
    """Everybody starts, asks and complains, each in their own time; every text is unique."""
    scripts = {person: ["/start", "/ask", "more", "/complain", "/complain", "/start"] for person in crowd}
    pause = lasts / sum(map(len, scripts.values()))
    while scripts:
        person = chance.choice(list(scripts))
        word = scripts[person].pop(0)
        if not scripts[person]:
            del scripts[person]
        if word == "/start":
            told.starts[person] += 1
            await telegram.says(person, word)
        else:
            unique = f"text-{person}-{len(told.said)}"
            told.said.append(unique)
            await telegram.says(person, unique if word == "more" else f"{word} {unique}")
        await asyncio.sleep(chance.expovariate(1 / pause))


def _take_on_clerks(db: Connection) -> None:
    for clerk in CLERKS:
        staff.put(db, clerk, CLERK, datetime.now(UTC))


async def _answer(telegram: Telegram, chance: random.Random, database: Database, told: Told, count: int) -> None:
    """Colleagues write so many answers to customers, who write back; every text is unique."""
    while len(told.answered) < count:
        await asyncio.sleep(ANSWERS_EVERY)
        waiting = await database.read(_requests)
        if waiting:
            ticket_id, person = chance.choice(waiting)
            answer, back = f"answer-{len(told.answered)}", f"back-{len(told.answered)}"
            told.answered[answer] = person
            await telegram.says(chance.choice(CLERKS), f"/reply {number_of(ticket_id)} {answer}")
            told.said.append(back)
            told.came_back[back] = person
            await telegram.says(person, back)


def _requests(db: Connection) -> list[tuple[int, int]]:
    """Each open request with its customer's Telegram id."""
    theirs = select(ticket_table.c.id, member_table.c.telegram_id).join(
        member_table, member_table.c.id == ticket_table.c.member_id
    )
    return [(row.id, row.telegram_id) for row in db.execute(theirs.where(ticket_table.c.resolved_at.is_(None)))]


async def _dies(bot: Bot, chance: random.Random) -> None:
    """One time in five while it starts, else at some moment of its work."""
    if chance.random() < 0.2:
        await asyncio.sleep(chance.uniform(0.0, 1.5))
    else:
        await bot.says('"ready"')
        await asyncio.sleep(chance.uniform(0.0, 1.5))
    bot.kill()


def _somebody_has_a_birthday(db: Connection, told: Told) -> None:
    """Members whose birthday is today, at noon where they live, and who joined three days ago."""
    now = datetime.now(UTC)
    offset = 13 - now.hour
    here = now + timedelta(hours=offset)
    for _ in range(GREETED_BETWEEN_KILLS):
        person = FIRST_MEMBER + len(told.greeted)
        told.greeted.append(person)
        zone = f"Etc/GMT{-offset:+d}" if offset else "UTC"  # POSIX signs: GMT-8 is east
        one = members.add(db, person, name=f"M{person}", username=None, language="en", zone=zone, at=now)
        members.set_joined(db, one.id, f"GX-{person}", now - timedelta(days=3, minutes=1))
        members.set_birthday(db, one.id, Birthday("solar", here.month, here.day))
        members.set_marketing(db, one.id, True)


async def _comes_to_rest(database: Database, told: Told) -> None:
    """Every occasion was planned, and nothing waits but the cards for the staff group, which takes twenty messages a
    minute."""
    await database.write(campaigns_look_again)
    with suppress(TimeoutError):  # what was not planned by then is named below
        async with asyncio.timeout(2 * PATIENCE):
            while await database.read(lambda db: _planned(db) < 2 * len(told.greeted)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    async with asyncio.timeout(2 * PATIENCE):
        while await database.read(_unrest):  # noqa: ASYNC110 - it happens in another process
            await asyncio.sleep(0.1)


def _planned(db: Connection) -> int:
    return int(db.execute(select(func.count()).select_from(campaign_send)).scalar_one())


def _unrest(db: Connection) -> bool:
    open_rows = select(outbox_table.c.id).where(
        (outbox_table.c.state == "sending") | ((outbox_table.c.state == "queued") & (outbox_table.c.lane != Lane.STAFF))
    )
    lines = select(campaign_send.c.id).where(campaign_send.c.state.in_(sends.OPEN))
    waiting = (db.execute(query.limit(1)).first() is not None for query in (open_rows, lines))
    return inbox.count_waiting(db) > 0 or any(waiting)


# ---- what must be true in the end -----------------------------------------------------------------------------------


@dataclass
class Copies:
    """How often messages arrived that should have arrived once."""

    duplicates: int = 0
    most: int = 0

    def count(self, arrived: int, times: int) -> None:
        """A text that was due so many times (two greetings for two /start) arrived so often."""
        self.duplicates += max(0, arrived - times)
        self.most = max(self.most, -(-arrived // times))


class _Inspection:
    """Holds the database and what people see on their screens against what they said."""

    def __init__(self, db: Connection, told: Told, chats: dict[int, list[Json]]) -> None:
        self.db = db
        self.told = told
        self.screens = {
            chat: Counter(message.get("text", "") for message in messages) for chat, messages in chats.items()
        }
        self.rows = db.execute(select(outbox_table).order_by(outbox_table.c.id)).all()

    def figures(self) -> dict[str, int]:
        """Raises `AssertionError` where a promise was broken."""
        self._every_update_was_handled()
        self._every_text_had_its_effect_once()
        replies = self._every_reply_arrived_or_is_listed()
        answers = self._every_answer_reached_its_customer()
        self._every_word_of_a_customer_went_to_the_staff()
        self._nobody_was_greeted_twice()
        return {
            "tickets": self._count(ticket_table),
            "replies sent": self._states(Lane.REPLY)["sent"],
            "duplicates of replies": replies.duplicates,
            "most copies": replies.most,
            "replies unknown": self._states(Lane.REPLY)["unknown"],
            "answers of the staff": len(self.told.answered),
            "duplicates of answers": answers.duplicates,
            "occasions": 2 * len(self.told.greeted),
            "greetings unknown": self._states(Lane.GREETING)["unknown"],
            "greeted twice": 0,
            "lost": 0,
        }

    def _every_update_was_handled(self) -> None:
        states = Counter(self.db.execute(select(inbox_table.c.state)).scalars())
        assert states == {"done": self.told.updates}

    def _every_text_had_its_effect_once(self) -> None:
        """Each opens a request, is added to one, or was answered by the bot, once it has learnt something."""
        talk = [message for ticket in self._tickets() for message in ticket_messages.of_ticket(self.db, ticket)]
        assert Counter(one.text for one in talk if one.author == STAFF) == Counter(list(self.told.answered))
        kept = Counter(message.text for message in talk if message.author != STAFF)
        people = self.db.execute(select(member_table.c.id)).scalars().all()
        questions = [question for person in people for question in asked.of_member(self.db, person)]
        kept.update(question.text or "" for question in questions if question.outcome != asked.PASSED_ON)
        assert kept == Counter(self.told.said)

    def _every_reply_arrived_or_is_listed(self) -> Copies:
        copies = Copies()
        expected: dict[tuple[int, str], int] = Counter()
        unknown: Counter[tuple[int, str]] = Counter()
        for row in self.rows:
            if row.lane == Lane.REPLY:
                assert row.state in ("sent", "unknown"), f"{row.state}: {row.reason}"
                message = (row.chat_id, _plain(self._payload(row)["text"]))
                expected[message] += 1
                unknown[message] += row.state == "unknown"
        for (chat, text), times in expected.items():
            arrived = self.screens[chat][text]
            assert times - unknown[chat, text] <= arrived <= 2 * times, (chat, text, times, arrived)
            copies.count(arrived, times)
        self._every_ticket_number_was_told(unknown)
        self._what_is_unknown_is_listed()
        return copies

    def _every_answer_reached_its_customer(self) -> Copies:
        """Once, or twice where a connection was cut; what is unclear stands in the list."""
        copies = Copies()
        mine = [row for row in self.rows if row.lane == Lane.SERVICE and row.ticket_id is not None]
        unclear = [(row.chat_id, self._payload(row)["text"]) for row in mine if row.state == "unknown"]
        for answer, person in self.told.answered.items():
            arrived = sum(times for text, times in self.screens[person].items() if _holds(text, answer))
            listed = any(chat == person and _holds(text, answer) for chat, text in unclear)
            assert arrived <= 2, (person, answer, arrived)
            assert arrived >= 1 or listed, f"{person} never read {answer}"
            copies.count(arrived, 1)
        return copies

    def _every_word_of_a_customer_went_to_the_staff(self) -> None:
        """Each is on its way to the group once, or stands in the digest that its request is opened from."""
        passed = [self._payload(row)["text"] for row in self.rows if row.lane == Lane.STAFF and row.quotes]
        found = Counter(text.split()[-1] for text in passed)
        for ticket in self._tickets():
            for message in ticket_messages.of_ticket(self.db, ticket):
                if message.text in self.told.came_back:
                    times = 0 if digests.of_ticket(self.db, ticket.id) else 1
                    assert found[message.text] == times, (message.text, found[message.text], times)

    def _every_ticket_number_was_told(self, unknown: Counter[tuple[int, str]]) -> None:
        for ticket in self._tickets():
            person = members.by_id(self.db, ticket.member_id).telegram_id or 0
            number = f"#{number_of(ticket.id)}"
            told = [text for text in self.screens[person] if number in text]
            listed = [text for chat, text in unknown if unknown[chat, text] and chat == person and number in text]
            assert told or listed, f"{person} never heard of {number}"

    def _what_is_unknown_is_listed(self) -> None:
        """Each has its line for the staff, and stands in the list that an operator asks for."""
        unknown = [row for row in self.rows if row.state == "unknown"]
        assert {one.id for one in outbox.unsettled(self.db, limit=10_000)} == {row.id for row in unknown}
        told = [row for row in self.rows if row.lane == Lane.STAFF and row.payload_sealed is not None]
        lines = [row for row in told if "may not have arrived" in self._payload(row).get("text", "")]
        assert len(lines) == sum(row.lane != Lane.STAFF and row.send_id is None for row in unknown)

    def _nobody_was_greeted_twice(self) -> None:
        lines = (
            select(campaign_send.c.state, campaign.c.key, member_table.c.telegram_id)
            .join(campaign, campaign.c.id == campaign_send.c.campaign_id)
            .join(member_table, member_table.c.id == campaign_send.c.member_id)
        )
        occasions = self.db.execute(lines).all()
        assert len(occasions) == 2 * len(self.told.greeted)
        assert {row.state for row in occasions}.isdisjoint(sends.OPEN)
        for row in occasions:
            words, chat = GREETINGS[row.key], row.telegram_id
            arrived = sum(times for text, times in self.screens.get(chat, Counter()).items() if words in text)
            assert arrived <= 1, f"{chat} was greeted {arrived} times"
            assert arrived == 1 or row.state != "sent", f"{chat} never got what is called sent"

    def _tickets(self) -> list[tickets.Ticket]:
        people = self.db.execute(select(member_table.c.id)).scalars().all()
        return [ticket for person in people for ticket in tickets.of_member(self.db, person, limit=100)]

    def _payload(self, row: Row[Any]) -> Json:
        payload: Json = json.loads(unseal_shared(self.db, row.payload_sealed))
        return payload

    def _states(self, lane: Lane) -> Counter[str]:
        return Counter(row.state for row in self.rows if row.lane == lane)

    def _count(self, table: Table) -> int:
        return int(self.db.execute(select(func.count()).select_from(table)).scalar_one())


def _holds(text: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", text) is not None


def _plain(text: str) -> str:
    """As it stands on a screen: without tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", text)).strip()
