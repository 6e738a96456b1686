"""The same database as for rewards."""

from __future__ import annotations

from tests.rewards.conftest import database

__all__ = ["database"]
