"""Statements are compiled once for all tests of a process, not once for each test's database.

A test opens a database of its own, and SQLAlchemy keeps what it compiled with the engine: half of a short test went
into compiling what the test before it had compiled as well.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine.interfaces import Dialect

from storage import postgres, sqlite

_DIALECTS: dict[type[Dialect], Engine] = {}
"""The first engine of each kind: the others of its kind share its dialect, and what it compiled."""


def sharing(*args: Any, **options: Any) -> Engine:
    """`create_engine`, with what an earlier engine of the same dialect has compiled."""
    engine = create_engine(*args, query_cache_size=1000, **options)
    first = _DIALECTS.setdefault(type(engine.dialect), engine)
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    return engine


def share() -> None:
    """From now on every database that is opened here shares."""
    for module in (sqlite, postgres):
        vars(module)["create_engine"] = sharing
