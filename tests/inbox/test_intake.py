"""What Telegram hands over is stored before it is confirmed, whatever it looks like."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bot import intake
from bot.clock import SystemClock
from bot.intake import Conflict, Intake, chat_of
from bot.telegram_api import NotSent, Rejected, TelegramApi, Unclear
from bot.vitals import Vitals
from storage import inbox, state
from storage.database import Database, open_database
from storage.sealing import Vault
from tests.club import MASTER_KEY


class Script:
    """A Bot API that answers getUpdates as it is told, and then has nothing new."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.offsets: list[int | None] = []

    async def call(self, method: str, payload: dict[str, Any], *, timeout: float) -> Any:
        assert method == "getUpdates"
        self.offsets.append(payload.get("offset"))
        if not self._answers:
            await asyncio.sleep(3600)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_url, Vault(MASTER_KEY))
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "FIRST_PAUSE", 0.01)


async def _poll(database: Database, script: Script, until: int, *, begins: bool = False) -> None:
    """Poll until so many calls were made."""
    polling = asyncio.create_task(_intake(database, script, begins=begins).poll())
    async with asyncio.timeout(10):
        while len(script.offsets) < until and not polling.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    if polling.done():
        polling.result()
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


def _intake(database: Database, script: Script, *, begins: bool = False) -> Intake:
    return Intake(cast(TelegramApi, script), database, SystemClock(), Vitals(), lambda _: begins, lambda: None)


def _update(update_id: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": 7}}}


async def _stored(database: Database) -> list[int]:
    arrived = await database.read(lambda db: inbox.waiting(db, 0, 100))
    return [one.update_id for one in arrived]


async def test_the_next_question_confirms_only_what_is_stored(database: Database) -> None:
    script = Script([_update(5), _update(6)], [_update(7)])
    await _poll(database, script, 3)
    assert script.offsets == [None, 7, 8]
    assert await _stored(database) == [5, 6, 7]
    assert await database.read(lambda db: state.get(db, intake.OFFSET)) == "8"


async def test_what_is_begun_at_once_is_counted_with_the_storing_and_only_what_is_new(database: Database) -> None:
    """What came before a crash may have brought it about: it is not taken for something that was never tried."""
    await database.write(lambda db: inbox.store(db, [(5, 7, _update(5))], SystemClock().now()))
    await _poll(database, Script([_update(5), _update(6)]), 2, begins=True)
    arrived = await database.read(lambda db: inbox.waiting(db, 0, 100))
    assert [(one.update_id, one.attempts) for one in arrived] == [(5, 0), (6, 1)]


async def test_a_restart_goes_on_where_it_stood(database: Database) -> None:
    await _poll(database, Script([_update(5)]), 2)
    again = Script()
    await _poll(database, again, 1)
    assert again.offsets == [6]


async def test_what_is_no_update_is_dropped_and_its_neighbours_are_kept(database: Database) -> None:
    junk: list[Any] = ["text", 5, None, {}, {"update_id": "seven"}, {"update_id": -1}, {"update_id": 2**63}]
    await _poll(database, Script([*junk, _update(9)]), 2)
    assert await _stored(database) == [9]


async def test_nothing_but_junk_is_asked_for_again_with_a_pause(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "FIRST_PAUSE", 0.2)
    script = Script(*[[{"no": "id"}]] * 100)
    polling = asyncio.create_task(_intake(database, script).poll())
    await asyncio.sleep(0.5)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    assert len(script.offsets) <= 4


@pytest.mark.parametrize(
    "trouble",
    [NotSent("getUpdates"), Unclear("getUpdates"), Rejected("getUpdates", 429, "", {"retry_after": 0}), OSError()],
)
async def test_after_trouble_the_same_updates_are_asked_for_again(database: Database, trouble: Exception) -> None:
    script = Script([_update(5)], trouble, [_update(6)])
    async with asyncio.timeout(5):
        await _poll(database, script, 4)
    assert script.offsets == [None, 6, 6, 7]


async def test_a_full_disk_confirms_nothing_and_stops_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, failures = inbox.store, iter([True, True])

    def full(*what: Any, **how: Any) -> None:
        if next(failures, False):
            raise OSError("disk full")
        store(*what, **how)

    monkeypatch.setattr(inbox, "store", full)
    script = Script([_update(5)], [_update(5)], [_update(5)])
    await _poll(database, script, 4)
    assert script.offsets == [None, None, None, 6]
    assert await _stored(database) == [5]


async def test_a_program_that_keeps_taking_our_updates_is_named(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CONFLICTS", 2)
    conflict = Rejected("getUpdates", 409, "Conflict", {})
    with pytest.raises(Conflict, match="another program"):
        await _poll(database, Script(conflict, conflict), 9)


async def test_a_token_that_is_not_valid_any_more_ends_it(database: Database) -> None:
    with pytest.raises(Rejected):
        await _poll(database, Script(Rejected("getUpdates", 401, "Unauthorized", {})), 9)


@pytest.mark.parametrize(
    ("raw", "chat"),
    [
        ({"message": {"chat": {"id": 7}, "from": {"id": 8}}}, 7),
        ({"callback_query": {"from": {"id": 8}, "message": {"chat": {"id": -9}}}}, -9),
        ({"callback_query": {"from": {"id": 8}}}, 8),
        ({"message": {"chat": "no"}}, 0),
        ({"message": {"chat": {"id": 2**70}}}, 0),
        ({"poll": 5}, 0),
        ({}, 0),
    ],
)
def test_the_chat_whose_order_an_update_keeps(raw: dict[str, Any], chat: int) -> None:
    assert chat_of({"update_id": 1, **raw}) == chat
