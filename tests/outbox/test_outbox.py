"""The queue of what leaves: who goes first, who waits, and what is never forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage import claims, members, occasions, outbox
from storage.claims import Claimed
from storage.database import Database, open_database
from storage.outbox import ANSWER, Lane
from storage.sealing import Vault
from storage.tables import outbox as outbox_table
from tests.club import MASTER_KEY

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LEASE = timedelta(seconds=25)
ANA, BO, CY = 7, 8, 9


class Queue:
    """The outbox in a few words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def puts(
        self, text: str, chat: int = ANA, lane: Lane = Lane.REPLY, at: datetime = NOW, method: str = "sendMessage"
    ) -> int:
        def unit(db: Connection) -> int:
            return outbox.put(db, lane=lane, chat_id=chat, method=method, payload={"text": text}, at=at)

        return await self._database.write(unit)

    async def claims(self, limit: int = 10, busy: Collection[int] = (), now: datetime = NOW) -> list[Claimed]:
        def unit(db: Connection) -> list[Claimed]:
            return claims.claim(db, owner="me", now=now, lease_until=now + LEASE, limit=limit, busy=busy).rows

        return await self._database.write(unit)

    async def next(self, **how: Any) -> list[str]:
        return [row.payload["text"] for row in await self.claims(**how) if row.payload is not None]

    async def sends(self, row_id: int) -> None:
        await self._database.write(lambda db: outbox.mark_sent(db, [(row_id, 1)], NOW))

    async def fails(self, row_id: int, *, ambiguous: bool = False) -> None:
        await self._database.write(lambda db: outbox.requeue(db, row_id, ambiguous=ambiguous))

    async def row(self, row_id: int) -> Any:
        query = select(outbox_table).where(outbox_table.c.id == row_id)
        return await self._database.read(lambda db: db.execute(query).one_or_none())

    async def does(self, unit: Any) -> Any:
        return await self._database.write(unit)


@pytest.fixture
async def queue(any_url: str) -> AsyncIterator[Queue]:
    database = await open_database(any_url, Vault(MASTER_KEY))
    yield Queue(database)
    await database.close()


# ---- who goes first -------------------------------------------------------------------------------------------------


async def test_messages_to_one_chat_leave_one_after_another_in_the_order_they_were_said(queue: Queue) -> None:
    rows = [await queue.puts(text) for text in ("one", "two", "three")]
    assert await queue.next() == ["one"]
    assert await queue.next(busy=[ANA]) == []
    await queue.sends(rows[0])
    assert await queue.next() == ["two"]


async def test_many_chats_are_served_at_once_the_longest_waiting_first(queue: Queue) -> None:
    await queue.puts("later", BO, at=NOW - timedelta(seconds=1))
    await queue.puts("earlier", ANA, at=NOW - timedelta(seconds=2))
    await queue.puts("now", CY)
    assert await queue.next() == ["earlier", "later", "now"]


async def test_a_better_lane_goes_first_whatever_came_before_it(queue: Queue) -> None:
    for chat, lane in enumerate(reversed(Lane), start=20):
        await queue.puts(lane.name, chat, lane, at=NOW - timedelta(minutes=int(lane)))
    assert await queue.next() == ["REPLY", "STAFF", "SERVICE", "GREETING", "PROMOTION"]


async def test_a_reply_does_not_wait_behind_a_broadcast(queue: Queue) -> None:
    for number in range(50):
        await queue.puts("promotion", 100 + number, Lane.PROMOTION, at=NOW - timedelta(hours=1))
    await queue.puts("reply")
    assert await queue.next(limit=2) == ["reply", "promotion"]


async def test_a_busy_chat_is_passed_over_and_the_others_are_served(queue: Queue) -> None:
    await queue.puts("to Ana", ANA)
    await queue.puts("to Bo", BO)
    assert await queue.next(busy=[ANA]) == ["to Bo"]


async def test_an_answer_to_a_press_waits_for_no_message(queue: Queue) -> None:
    await queue.puts("a message", ANA)
    await queue.puts("an answer", ANA, method=ANSWER)
    assert await queue.next(busy=[ANA]) == ["an answer"]


async def test_what_is_not_due_yet_stays(queue: Queue) -> None:
    await queue.puts("tomorrow", at=NOW + timedelta(days=1))
    assert await queue.next() == []
    assert await queue.next(now=NOW + timedelta(days=1)) == ["tomorrow"]


async def test_no_row_is_claimed_twice(queue: Queue) -> None:
    for number in range(20):
        await queue.puts(str(number), 100 + number)
    first, second = await queue.next(limit=15), await queue.next(limit=15)
    assert len(first) == 15
    assert len(second) == 5
    assert not set(first) & set(second)


# ---- what goes wrong ------------------------------------------------------------------------------------------------


async def test_a_failed_try_keeps_its_place_before_what_was_said_later(queue: Queue) -> None:
    first = await queue.puts("first")
    await queue.puts("second")
    assert await queue.next() == ["first"]
    await queue.fails(first)
    assert await queue.next() == ["first"]
    assert (await queue.row(first)).attempts == 1


async def test_an_ambiguous_try_is_counted_apart(queue: Queue) -> None:
    row = await queue.puts("x")
    await queue.claims()
    await queue.fails(row, ambiguous=True)
    assert ((await queue.row(row)).attempts, (await queue.row(row)).ambiguous) == (0, 1)


async def test_a_night_without_a_connection_does_not_overflow_the_counter(queue: Queue) -> None:
    row = await queue.puts("x")
    await queue.does(lambda db: db.execute(outbox_table.update().values(attempts=outbox.MAX_ATTEMPTS)))
    await queue.fails(row)
    assert (await queue.row(row)).attempts == outbox.MAX_ATTEMPTS


async def test_only_a_lease_that_ran_out_is_taken_over(queue: Queue) -> None:
    await queue.puts("x")
    await queue.claims()
    assert await queue.does(lambda db: claims.abandoned(db, now=NOW + LEASE)) == []
    late = NOW + LEASE + timedelta(seconds=1)
    assert [row.chat_id for row in await queue.does(lambda db: claims.abandoned(db, now=late))] == [ANA]


async def test_the_only_process_takes_over_everything_at_its_start(queue: Queue) -> None:
    await queue.puts("x")
    await queue.claims()
    assert len(await queue.does(lambda db: claims.abandoned(db, now=None))) == 1


async def test_what_was_claimed_in_vain_goes_back_untried(queue: Queue) -> None:
    row = await queue.puts("x")
    await queue.claims()
    await queue.does(lambda db: claims.release(db, [row]))
    found = await queue.row(row)
    assert (found.state, found.attempts, found.ambiguous, found.owner) == ("queued", 0, 0, None)


async def test_the_last_word_is_kept_with_its_reason_cut_to_size(queue: Queue) -> None:
    row = await queue.puts("x")
    await queue.does(lambda db: outbox.mark(db, row, "unknown", "y" * 1000, NOW))
    assert (await queue.row(row)).reason == "y" * outbox.MAX_REASON
    assert [one.id for one in await queue.does(outbox.unsettled)] == [row]


# ---- what is forgotten, and what is not -----------------------------------------------------------------------------


def _an_occasion(db: Connection) -> int:
    ana = members.add(db, ANA, name="Ana", username=None, language="en", zone="UTC", at=NOW)
    return occasions.plan(
        db, "birthday", "birthday:2026", Lane.GREETING, among=occasions.one_member(ana.id), not_before=NOW
    )


async def test_an_occasion_is_planned_once(queue: Queue) -> None:
    assert await queue.does(_an_occasion) == 1

    def again(db: Connection) -> int:
        ana = members.by_telegram_id(db, ANA)
        assert ana is not None
        among = occasions.one_member(ana.id)
        return occasions.plan(db, "birthday", "birthday:2026", Lane.GREETING, among=among, not_before=NOW)

    assert await queue.does(again) == 0


async def test_the_broom_takes_old_messages_and_leaves_occasions_and_what_still_waits(queue: Queue) -> None:
    old, fresh, waiting = [await queue.puts(text, chat) for chat, text in enumerate(("old", "fresh", "waits"), 30)]
    await queue.does(_an_occasion)
    occasion = (await queue.claims(busy=[30, 31, 32]))[0].id
    ended = {old: NOW - timedelta(days=9), occasion: NOW - timedelta(days=9), fresh: NOW}
    for row, moment in ended.items():
        await queue.does(lambda db, row=row, moment=moment: outbox.mark(db, row, "failed", "", moment))
    assert await queue.does(lambda db: outbox.purge(db, NOW - timedelta(days=3), 100)) == 1
    assert await queue.row(old) is None
    assert None not in [await queue.row(row) for row in (fresh, waiting, occasion)]


async def test_the_broom_takes_no_more_than_it_is_told(queue: Queue) -> None:
    for number in range(5):
        row = await queue.puts("x", 100 + number)
        await queue.does(lambda db, row=row: outbox.mark(db, row, "failed", "", NOW - timedelta(days=9)))
    assert await queue.does(lambda db: outbox.purge(db, NOW, 3)) == 3
    assert await queue.does(lambda db: outbox.purge(db, NOW, 3)) == 2


async def test_what_was_written_can_not_be_read_in_the_database_file(queue: Queue) -> None:
    row = await queue.puts("the cup was cracked")
    assert b"cracked" not in bytes((await queue.row(row)).payload_sealed)
