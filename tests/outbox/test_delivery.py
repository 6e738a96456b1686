"""What delivery makes of an outcome, and what it does when something breaks on the way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import psycopg
import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot import claiming, delivery, forum
from bot.calling import Calling
from bot.delivery import Delivery
from bot.outcomes import Outcomes
from bot.outgoing import Outgoing
from bot.pace import Pace
from campaigns import sending
from storage import claims, members, outbox
from storage.outbox import Lane
from storage.tables import outbox as outbox_table
from tests.campaigns.desk import let_go
from tests.club import ClubHouse, open_house
from tests.programmes.test_clock import outcome

pytestmark = pytest.mark.greetings


async def _put(
    club: ClubHouse, chat: int, payload: dict[str, Any], method: str = "sendMessage", lane: Lane = Lane.REPLY
) -> int:
    def unit(db: Connection) -> int:
        return outbox.put(db, lane=lane, chat_id=chat, method=method, payload=payload, at=club.clock.now())

    row: int = await club.database.write(unit)
    club.work.delivery.wake()
    return row


async def _row(club: ClubHouse, row_id: int) -> Any:
    return await club.query(lambda db: db.execute(select(outbox_table).where(outbox_table.c.id == row_id)).one())


async def test_a_greeting_that_may_have_arrived_is_not_sent_again_and_says_so(any_club: ClubHouse) -> None:
    club = any_club
    ana = await club.member("Ana")
    club.world.faults.add("cut", 1, ["sendMessage"])
    await club.passes(days=3, minutes=1)
    assert [word for _, word, _ in await outcome(club, "follow-up")] == ["unknown"]
    assert sum("Is everything as it should be" in said for said in ana.screen()) == 1


@pytest.mark.parametrize(("cuts", "state"), [(1, "sent"), (2, "unknown")])
async def test_a_reply_that_may_be_lost_is_sent_once_more_and_not_a_third_time(
    any_club: ClubHouse, cuts: int, state: str
) -> None:
    club = any_club
    ana = club.person("Ana")
    club.world.faults.add("cut", cuts, ["sendMessage"])
    await ana.says("/help")
    assert len(ana.screen()) == 2
    rows = await club.query(lambda db: db.execute(select(outbox_table.c.state, outbox_table.c.lane)).all())
    assert [row.state for row in rows if row.lane == Lane.REPLY] == [state]


async def test_a_person_who_blocked_the_bot_ends_their_messages_and_gets_no_more(club: ClubHouse) -> None:
    ana = await club.member("Ana")
    club.world.block(ana.id)
    await club.settled()
    row = await _put(club, ana.id, {"text": "hello"})
    await club.settled()
    assert (await _row(club, row)).state == "failed"
    assert "blocked" in (await _row(club, row)).reason


async def test_a_row_that_cannot_be_made_ready_fails_alone(
    any_club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = any_club
    await club.member("Ana")
    bo = await club.member("Bo")

    draft = sending.draft

    def breaks_for_ana(db: Connection, found: Any, reader: Any, *facts: Any) -> Any:
        if reader.id == 1:
            raise ZeroDivisionError
        return draft(db, found, reader, *facts)

    monkeypatch.setattr(sending, "draft", breaks_for_ana)
    await club.passes(days=3, minutes=1)
    states = [(word, reason) for _, word, reason in await outcome(club, "follow-up")]
    assert [word for word, _ in states] == ["failed", "sent"]
    assert "ZeroDivisionError" in (states[0][1] or "")
    assert "Is everything as it should be" in bo.sees()


@pytest.mark.parametrize("kind", [psycopg.errors.DeadlockDetected, psycopg.errors.QueryCanceled])
async def test_a_message_does_not_fail_because_the_database_was_in_trouble_for_a_moment(
    any_club: ClubHouse, monkeypatch: pytest.MonkeyPatch, kind: type[psycopg.Error]
) -> None:
    club = any_club
    ana = await club.member("Ana")
    draft, troubles = sending.draft, iter([True])

    def breaks_once(db: Connection, *facts: Any) -> Any:
        if next(troubles, False):
            raise OperationalError("SELECT 1", None, kind())
        return draft(db, *facts)

    monkeypatch.setattr(sending, "draft", breaks_once)
    monkeypatch.setattr(delivery, "TROUBLE_PAUSE", 0.05)
    await club.passes(days=3, minutes=1)
    assert next(troubles, None) is None, "it was in trouble"
    assert [word for _, word, _ in await outcome(club, "follow-up")] == ["sent"]
    assert "Is everything as it should be" in ana.sees()


async def test_a_message_that_brings_the_database_into_trouble_each_time_fails_and_holds_up_nobody(
    any_club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = any_club
    await club.member("Ana")
    bo = await club.member("Bo")
    draft = sending.draft

    def breaks_for_ana(db: Connection, found: Any, reader: Any, *facts: Any) -> Any:
        if reader.id == 1:
            raise OperationalError("SELECT 1", None, psycopg.errors.QueryCanceled())
        return draft(db, found, reader, *facts)

    monkeypatch.setattr(sending, "draft", breaks_for_ana)
    monkeypatch.setattr(delivery, "TROUBLE_PAUSE", 0.02)
    await club.passes(days=3, minutes=1)
    states = {(word, reason) for _, word, reason in await outcome(club, "follow-up")}
    assert states == {("failed", claiming.TROUBLE), ("sent", None)}
    assert "Is everything as it should be" in bo.sees()
    assert club.work.delivery._claiming._caution.most(50) == 50, "and rows go together again"


async def test_what_a_lost_claim_had_decided_is_counted_once(
    any_club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    club = any_club
    await club.member("Ana")
    bo = await club.member("Bo")
    club.work.pace.pause(60.0)
    club.clock.move_to(club.clock.now() + timedelta(days=3, minutes=1))
    await club.work.campaigning.advance()
    await club.database.write(lambda db: members.set_marketing(db, 1, False))
    draft, troubles = sending.draft, iter([True, True])

    def breaks_twice(db: Connection, *facts: Any) -> Any:
        if next(troubles, False):
            raise OperationalError("SELECT 1", None, psycopg.errors.QueryCanceled())
        return draft(db, *facts)

    monkeypatch.setattr(sending, "draft", breaks_twice)
    monkeypatch.setattr(delivery, "TROUBLE_PAUSE", 0.02)
    let_go(club)
    await club.settled()
    assert next(troubles, None) is None, "it was in trouble"
    assert "Is everything as it should be" in bo.sees()
    counted = club.work._metrics.registry.get_sample_value
    assert counted("guanxi_sent_total", {"lane": "greeting", "result": "skipped"}) == 1
    assert counted("guanxi_sent_total", {"lane": "greeting", "result": "sent"}) == 1


async def test_one_outcome_that_cannot_be_written_down_leaves_the_others_theirs(any_club: ClubHouse) -> None:
    """They would be sent a second time."""
    club = any_club
    people = [club.person(name) for name in ("Ana", "Bo", "Cy")]
    for person in people:
        await person.says("/start")
    await club.settled()
    done, mark = forum.done, Calling._mark

    def breaks_for_ana(db: Connection, outgoing: Outgoing, *facts: Any) -> bool:
        if outgoing.row.chat_id == people[0].id:
            raise ZeroDivisionError
        return done(db, outgoing, *facts)

    async def all_together(self: Calling) -> None:
        while len(self._sent) < len(people):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        await mark(self)

    with pytest.MonkeyPatch.context() as patch, capture_logs() as said:
        patch.setattr(forum, "done", breaks_for_ana)
        patch.setattr(Calling, "_mark", all_together)
        rows = [await _put(club, person.id, {"text": "once"}) for person in people]
        async with asyncio.timeout(5):
            while not said or club.work.delivery._busy:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    assert [(await _row(club, row)).state for row in rows] == ["sending", "sent", "sent"]
    assert [line["row"] for line in said if "could not be written down" in line["event"]] == [rows[0]]
    assert await club.work.delivery.sweep(all_of_them=True) == 1
    await club.settled()
    assert [person.screen().count("once") for person in people] == [2, 1, 1]


async def test_an_outcome_is_written_down_when_the_database_is_back(
    any_club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    club, ana = any_club, any_club.person("Ana")
    sent, troubles = Outcomes.sent, iter([True, True])

    def breaks_twice(self: Outcomes, db: Connection, lot: Any) -> None:
        if next(troubles, False):
            raise OperationalError("UPDATE outbox", None, psycopg.OperationalError("the server is starting up"))
        sent(self, db, lot)

    monkeypatch.setattr(Outcomes, "sent", breaks_twice)
    await ana.says("/start")
    await club.settled(timeout=3)
    assert next(troubles, None) is None, "it was in trouble"
    assert len(ana.screen()) == 1


async def test_a_text_that_no_encoding_knows_fails_and_the_chat_goes_on(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")

    def unit(db: Connection) -> int:
        payload = {"text": "x"}
        return outbox.put(
            db, lane=Lane.REPLY, chat_id=ana.id, method="sendMessage", payload=payload, at=club.clock.now()
        )

    outgoing = claiming.Claiming._outgoing

    def half_a_pair(self: Any, db: Connection, row: Any, made: Any) -> Any:
        ready = outgoing(self, db, row, made)
        if ready is not None and ready.payload.get("text") == "x":
            return Outgoing(ready.row, ready.method, {"text": "\ud800"})
        return ready

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claiming.Claiming, "_outgoing", half_a_pair)
        row = await _put(club, ana.id, {"text": "x"})
        await club.settled()
    assert (await _row(club, row)).state == "failed"
    assert await ana.says("/help")


async def test_messages_to_a_chat_keep_their_order_although_a_menu_overtakes_them(club: ClubHouse) -> None:
    """What says nothing in the chat waits for nothing; that it came through frees nobody who waits."""
    ana = club.person("Ana")
    await ana.says("/start")
    club.world.faults.add("slow", 1, ["sendMessage"], seconds=0.4)
    await _put(club, ana.id, {"text": "first"})
    await asyncio.sleep(0.1)
    await _put(club, ana.id, {"commands": [{"command": "help", "description": "Help"}]}, method="setMyCommands")
    await asyncio.sleep(0.1)
    await _put(club, ana.id, {"text": "second"})
    await club.settled()
    assert ana.screen()[-2:] == ["first", "second"]


async def test_two_claims_at_once_do_not_send_two_messages_to_a_chat(any_club: ClubHouse) -> None:
    """One claims a lot of a broadcast, the other what overtakes it: neither knows yet what the other takes."""
    club, both = any_club, any_club.work.delivery
    ana = club.person("Ana")
    await ana.says("/start")

    def unit(db: Connection) -> list[int]:
        words = [(Lane.GREETING, "later"), (Lane.SERVICE, "first")]
        at = club.clock.now()
        return [
            outbox.put(db, lane=lane, chat_id=ana.id, method="sendMessage", payload={"text": text}, at=at)
            for lane, text in words
        ]

    both._pace.pause(0.4)  # nothing leaves meanwhile
    rows = await club.database.write(unit)
    await asyncio.gather(both._claim(1), both._claim(1))
    under_way = select(outbox_table.c.id).where(outbox_table.c.id.in_(rows), outbox_table.c.state == "sending")
    assert len(await club.query(lambda db: db.execute(under_way).all())) == 1
    await club.settled()
    assert ana.screen()[-2:] == ["first", "later"]


class Looks(Delivery):
    """Claims nothing, and knows what it was to look for. None of its parts is called."""

    def __init__(self) -> None:
        nobody: Any = None
        super().__init__(nobody, nobody, nobody, nobody, nobody, nobody, nobody)
        self.looked: list[Lane | None] = []

    async def _claim(self, most: int, before: Lane | None = None) -> bool:
        self.looked.append(before)
        return False


async def test_news_that_come_before_the_first_lot_are_looked_for_behind_it() -> None:
    """A lot of a broadcast was looked for before an answer was written: the answer does not wait for the next lot."""
    one, many = Looks(), Mock(lane=Lane.PROMOTION)
    one.wake()
    beside = asyncio.create_task(one._claim_urgent())
    await asyncio.sleep(0.01)
    one._claimed.append(many)  # the first lot is there
    one._filled.set()
    await asyncio.wait_for(beside, 5)
    assert one.looked == [Lane.PROMOTION]


async def test_an_answer_beside_a_broadcast_is_claimed_right_behind_its_handling(
    club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would otherwise stand in line for the writer once more; and for its count too, which goes with the storing."""
    ana, ben = await club.member("Ana"), club.person("Ben")
    club.work.pace.pause(0.4)  # what is claimed waits
    await _put(club, ana.id, {"text": "to many"}, lane=Lane.PROMOTION)
    assert await club.work.delivery._claim(1)
    write = club.database.write
    steps: list[str] = []

    async def watched(unit: Any, *, patient: bool = False) -> Any:
        whose = getattr(unit, "__qualname__", "").split(".<")[0]
        steps.append(f"{whose} begins")
        done = await write(unit, patient=patient)
        steps.append(f"{whose} ends")
        return done

    monkeypatch.setattr(club.database, "write", watched)
    await ben.says("/start")
    handling = steps[steps.index("Dispatch._handle begins") : steps.index("Dispatch._handle ends")]
    assert "Delivery._claim begins" in handling
    assert "Dispatch._start_ready begins" not in steps


async def test_a_long_pause_gives_back_what_was_claimed(sqlite_url: str) -> None:
    """Its lease would run out while it waits, and it would count as half sent."""
    pace = Pace(20)
    async with open_house(sqlite_url, pace=pace) as club:
        people = [club.person(f"Guest {number}") for number in range(10)]
        for person in people:
            club.world.say(person.id, "/start")
        await club.settled()
        club.world.faults.add("429", 1, ["sendMessage"], retry_after=2)
        for person in people:
            club.world.say(person.id, "/start")
        await asyncio.sleep(1.2)
        states = await club.query(lambda db: db.execute(select(outbox_table.c.state).distinct()).scalars().all())
        assert "sending" not in states
        await club.settled(timeout=20)
        assert [len(person.screen()) for person in people] == [2] * 10


async def test_a_card_that_was_deleted_is_posted_anew(club: ClubHouse) -> None:
    ana, owner = club.person("Ana"), club.staff().in_group()
    await ana.says("/complain the cup was cracked")
    card, _ = owner.button("I take it")
    club.world.delete(owner.chat_id, card["message_id"])
    await ana.says("and the saucer too")
    assert any("saucer" in said for said in owner.screen())


async def test_a_database_that_fails_for_a_moment_stops_nothing(
    club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, failures = claims.claim, iter([True, True])

    def fails_twice(db: Connection, **how: Any) -> Any:
        if next(failures, False):
            raise OSError("disk I/O error")
        return claim(db, **how)

    monkeypatch.setattr(claims, "claim", fails_twice)
    monkeypatch.setattr(delivery, "TROUBLE_PAUSE", 0.05)
    assert await club.person("Ana").says("/start")


async def test_a_lease_that_ran_out_is_swept_up(club: ClubHouse) -> None:
    ana = club.person("Ana")
    await ana.says("/start")
    row = await _put(club, ana.id, {"text": "to be swept"})
    await club.settled()
    await club.database.write(
        lambda db: db.execute(
            update(outbox_table).where(outbox_table.c.id == row).values(state="sending", owner="dead", lease_until=None)
        )
    )
    assert await club.work.delivery.sweep() == 1
    await club.settled()
    assert ana.screen().count("to be swept") == 2
