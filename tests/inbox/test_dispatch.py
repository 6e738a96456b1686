"""Which updates are counted with their storing: such as can start at once, and no others."""

from __future__ import annotations

from collections import deque
from typing import Any
from unittest.mock import Mock

import pytest
from sqlalchemy import Connection

from bot.dispatch import ABREAST, HELD, Dispatch
from storage import inbox
from storage.inbox import Arrived
from tests.club import ClubHouse


def idle() -> Dispatch:
    """Works, and has nothing to do."""
    nobody: Any = None
    one = Dispatch(nobody, nobody, nobody, nobody, nobody, nobody, nobody)
    one._since = 7
    return one


def arrived(row: int, attempts: int) -> Arrived:
    return Arrived(row, row, 1, attempts, {})


async def test_what_can_start_at_once_is_counted_with_its_storing() -> None:
    one = idle()
    assert one.begins([1, 2, 3])
    assert one.begins(range(ABREAST))
    assert not one.begins(range(ABREAST + 1)), "more than are served side by side"
    assert not one.begins([1, 1]), "the second waits for the first"


@pytest.mark.parametrize(
    "state",
    [
        {"_since": None},
        {"_stopping": True},
        {"_ready": deque([9])},
        {"_chats": {1: deque([arrived(8, 0)])}},
        {"_running": {Mock() for _ in range(ABREAST)}},
        {"_held": HELD},
    ],
    ids=lambda state: next(iter(state)),
)
async def test_what_has_to_wait_is_counted_when_it_starts(state: dict[str, Any]) -> None:
    """It may still be waiting when the process dies over another."""
    one = idle()
    vars(one).update(state)
    assert not one.begins([1])


async def test_what_was_counted_before_this_process_has_been_tried_by_another() -> None:
    one = idle()
    assert one._counted_with_storing(arrived(8, 1))
    assert not one._counted_with_storing(arrived(7, 1))
    assert not one._counted_with_storing(arrived(8, 2))
    assert not one._counted_with_storing(arrived(8, 0))


async def test_what_an_earlier_process_left_is_counted_again_and_what_comes_now_is_not(
    club: ClubHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Any] = []
    count = inbox.count_attempt

    def watched(db: Connection, ids: Any) -> None:
        counted.append(list(ids))
        count(db, ids)

    monkeypatch.setattr(inbox, "count_attempt", watched)
    ana = club.person("Ana")
    await ana.says("/start")
    assert counted == []
    assert club.work.dispatch is not None
    club.work.dispatch._since = 10**9  # whatever comes was stored before
    await ana.says("/help")
    assert len(counted) == 1
