"""Two processes over one PostgreSQL: what they do at the same moment is done once, and nothing of it is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, make_url, select

from storage import claims, outbox, posted
from storage.claims import Claimed
from storage.outbox import Lane
from storage.sealing import Vault
from storage.tables import outbox as rows
from tests.club import MASTER_KEY

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=25)


@pytest.fixture
def server(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(
        make_url(postgres_url).set(drivername="postgresql+psycopg"), isolation_level="READ COMMITTED"
    )
    vault = Vault(MASTER_KEY)

    @event.listens_for(engine, "connect")
    def carry_vault(_driver: Any, record: Any) -> None:
        record.info["vault"] = vault

    yield engine
    engine.dispose()


def claim(db: Connection, owner: str) -> list[Claimed]:
    return claims.claim(db, owner=owner, now=NOW, lease_until=LATER, limit=5, busy=()).rows


def meanwhile(server: Engine, unit: Callable[[Connection], Any]) -> threading.Thread:
    """Somebody else's unit of work, begun now; it may have to wait."""

    def run() -> None:
        with server.begin() as db:
            unit(db)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.3)
    return thread


def test_a_card_that_changes_while_it_is_being_claimed_is_shown_as_it_is_then(server: Engine) -> None:
    with server.begin() as db:
        posted.want(db, "ticket:1", -100, {"text": "new"}, NOW)
    with server.begin() as db:
        (claimed,) = claim(db, "delivery")
        other = meanwhile(server, lambda db: posted.want(db, "ticket:1", -100, {"text": "taken"}, NOW))
    other.join()
    with server.begin() as db:
        assert db.execute(select(rows.c.state).order_by(rows.c.id)).scalars().all() == ["sending", "queued"]
        assert claimed.posted_id is not None
        assert posted.by_id(db, claimed.posted_id).wanted == {"text": "taken"}


def test_a_greeting_is_claimed_by_one_of_two_leaders(server: Engine) -> None:
    with server.begin() as db:
        outbox.put(db, lane=Lane.GREETING, chat_id=5, method="sendMessage", payload={"text": "hi"}, at=NOW)
    second: list[Claimed] = []
    with server.begin() as db:
        first = claim(db, "old leader")
        other = meanwhile(server, lambda db: second.extend(claim(db, "new leader")))
    other.join()
    assert len(first) == 1
    assert second == []
