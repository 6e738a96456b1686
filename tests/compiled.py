"""Statements are compiled once for all tests of a process, and its PostgreSQL database is connected to once.

A test opens a database of its own, and SQLAlchemy keeps what it compiled with the engine: half of a short test went
into compiling what the test before it had compiled as well. A new connection's server process knows no table and has
no plan: a third of what PostgreSQL did for a test was to find out again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Engine, Pool, create_engine, make_url
from sqlalchemy.engine.interfaces import Dialect

from storage import postgres, sqlite

_DIALECTS: dict[type[Dialect], Engine] = {}
"""The first engine of each kind that has connected: the others of its kind share its dialect, and what it compiled."""
_KEPT: dict[str, dict[str, list[Pool]]] = {}
"""Connections that nobody uses now, to the databases that outlive a test, by what they were opened with."""


def sharing(url: str | URL, **options: Any) -> Engine:
    """`create_engine`, with what an earlier engine of the same dialect has compiled."""
    engine = create_engine(url, query_cache_size=1000, **options)
    first = _DIALECTS.setdefault(type(engine.dialect), engine)
    if first.dialect.server_version_info is None:  # it has never connected, so that its dialect knows nothing yet
        first = _DIALECTS[type(engine.dialect)] = engine
    engine.dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    if (kept := _KEPT.get(_named(url))) is not None:
        free = kept.setdefault(repr(options), [])
        if free:
            engine.pool = free.pop()
        vars(engine)["dispose"] = lambda: free.append(engine.pool)
    return engine


def share() -> None:
    """From now on every database that is opened here shares."""
    for module in (sqlite, postgres):
        vars(module)["create_engine"] = sharing


def keep(url: str) -> None:
    """Connections to this database outlive the test that opened them."""
    _KEPT[_named(url)] = {}


def let_go(url: str) -> None:
    """Close them."""
    for free in _KEPT.pop(_named(url)).values():
        for pool in free:
            pool.dispose()


def _named(url: str | URL) -> str:
    return make_url(url).database or ""
