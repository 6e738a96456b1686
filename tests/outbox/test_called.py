"""What was claimed when the process was killed and had not been called yet simply goes out; what may have arrived is
unclear."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from bot import called
from bot.called import CALL, HEAD, KEPT, Called
from storage.database import Database, open_database
from storage.sealing import Vault
from storage.tables import outbox
from tests.campaigns.desk import goes_on, let_go, on_its_way, tally
from tests.club import MASTER_KEY, ClubHouse, Person, open_house

DEAD = "0123456789abcdef"


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = await open_database(sqlite_url, Vault(MASTER_KEY))
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "guanxi.db.called"


async def claimed(database: Database, owner: str, *rows: int, since: datetime | None = None) -> None:
    """Greetings that this owner had claimed when it died, a moment ago."""
    lease = (since or datetime.now(UTC)) + timedelta(seconds=25)
    common = {"lane": 3, "chat_id": 5, "method": "sendMessage", "not_before": lease, "created_at": lease}
    dying = [common | {"id": row, "state": "sending", "owner": owner, "lease_until": lease} for row in rows]

    def unit(db: Connection) -> None:
        db.execute(insert(outbox), dying)

    await database.write(unit)


def killed(file: Path, *rows: int) -> None:
    """A process has called these rows, and is no more."""
    before = Called(file)
    before.begin(DEAD)
    for row in rows:
        before.add(row)
    before.close()


async def test_what_was_called_may_have_arrived_and_the_rest_was_not_sent(database: Database, file: Path) -> None:
    killed(file, 1, 3)
    await claimed(database, DEAD, 1, 2, 3, 4)
    assert await database.read(Called(file).never) == [2, 4]


async def test_what_somebody_else_claimed_may_have_been_called(database: Database, file: Path) -> None:
    killed(file, 1)
    await claimed(database, "another", 2)
    assert await database.read(Called(file).never) == []


async def test_what_was_claimed_long_before_the_last_call_may_have_been_called(database: Database, file: Path) -> None:
    killed(file, 1)
    await claimed(database, DEAD, 2, since=datetime.now(UTC) - timedelta(minutes=1))
    assert await database.read(Called(file).never) == []


async def test_after_the_machine_went_down_all_may_have_been_called(
    database: Database, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(file)
    await claimed(database, DEAD, 1)
    (tmp_path / "boot").write_text("another-boot")
    monkeypatch.setattr(called, "BOOT", tmp_path / "boot")
    assert await database.read(Called(file).never) == []
    monkeypatch.setattr(called, "BOOT", tmp_path / "not-there")
    assert await database.read(Called(file).never) == []


async def test_a_file_that_cannot_be_written_is_not_believed(
    database: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    killed(file, 1)
    monkeypatch.setattr(os, "pwrite", full)
    before = Called(file)
    before.begin(DEAD)
    before.add(1)
    monkeypatch.undo()
    assert not before.tells
    await claimed(database, DEAD, 1, 2)
    assert await database.read(Called(file).never) == []


async def test_nothing_is_known_where_no_file_can_be(database: Database, tmp_path: Path) -> None:
    await claimed(database, DEAD, 1)
    nowhere = Called(tmp_path / "no" / "folder")
    nowhere.begin(DEAD)
    nowhere.add(1)
    assert await database.read(nowhere.never) == []


def test_the_file_does_not_grow(file: Path) -> None:
    killed(file, *range(1, KEPT + 3))
    assert file.stat().st_size == HEAD.size + KEPT * CALL.size


async def test_a_promotion_that_was_not_called_goes_out_and_one_that_was_is_unknown(
    sqlite_url: str, file: Path
) -> None:
    async with open_house(sqlite_url, called=file) as club:
        ana, ben = await club.member("Ana"), await club.member("Ben")
        campaign = await on_its_way(club)
        killed(file, await _dying(club, ana))
        await _dying(club, ben)
        assert await club.work.delivery.sweep(all_of_them=True) == 1
        let_go(club)
        await goes_on(club)
        assert await tally(club, campaign) == {"unknown": 1, "sent": 1}
        assert [sum("shall we" in text for text in one.screen()) for one in (ana, ben)] == [0, 1]


async def _dying(club: ClubHouse, person: Person) -> int:
    """The message to this person was claimed by a process that is no more; its row."""
    lease = datetime.now(UTC) + timedelta(seconds=25)
    dying = update(outbox).where(outbox.c.send_id.is_not(None), outbox.c.chat_id == person.id)
    claimed = dying.values(state="sending", owner=DEAD, lease_until=lease).returning(outbox.c.id)
    row: int = await club.database.write(lambda db: db.execute(claimed).scalar_one())
    return row
