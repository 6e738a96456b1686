"""A database with nobody in it, on either engine, whose ledger is proved at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from storage.database import Database, open_database
from storage.ledger_proof import prove
from storage.sealing import Vault
from tests.club import MASTER_KEY


@pytest.fixture
async def database(any_url: str) -> AsyncIterator[Database]:
    opened = await open_database(any_url, Vault(MASTER_KEY))
    yield opened
    proof = await opened.read(prove)
    await opened.close()
    assert proof.disagreements == ()
