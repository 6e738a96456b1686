"""Runs a state machine over one connection. Each life is a transaction that is taken back: the next begins with an
empty club."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Connection, Engine

from storage.sealing import Vault
from tests.club import MASTER_KEY


def run(
    machine: Any, engine: Engine, *, steps: int, life: int, ready: Callable[[Connection], None] | None = None
) -> None:
    """So many steps in lives of `life` steps each. `ready` is called with the connection before the first."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.info["vault"] = Vault(MASTER_KEY)
        if ready is not None:
            ready(connection)
        machine.db = connection
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=max(1, steps // life),
                stateful_step_count=life,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
                phases=[Phase.generate],  # to shrink fifty steps takes an hour, and they can be read as they are
            ),
        )
    engine.dispose()
