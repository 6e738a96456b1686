"""Ends a unit of work that does not end by itself.

A hung unit holds the database's only writer. It is interrupted where it stands: an exception is raised inside its
thread (a loop in Python), the driver is asked to stop (a long query). What neither of them reaches, a hang inside C
code, ends the process: the attempt was counted, so the update behind it is dead after five.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

import structlog

from storage.database import UnitTimedOut

T = TypeVar("T")
log = structlog.get_logger(__name__)

LAST_WARNINGS = 3
"""Deadlines that may pass before the process is ended as hung."""
LAST_GRACE = 5.0
"""Seconds, at least, that it gets after the last of them."""
HUNG = 70
"""Exit code of a process that ended so."""

_raise_in_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc


class Watch:
    """Knows which thread is inside a unit; `expire` raises `UnitTimedOut` there, and never outside a unit."""

    def __init__(self, interrupt_query: Callable[[], None]) -> None:
        self._interrupt_query = interrupt_query
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._expired = False

    def __enter__(self) -> Watch:
        with self._lock:
            self._thread = threading.get_ident()
            self._expired = False
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        while self._thread is not None:
            try:
                with self._lock:
                    # An exception that was asked for and has not struck yet must not strike the next unit.
                    _raise_in_thread(ctypes.c_ulong(self._thread), None)
                    self._thread = None
            except UnitTimedOut:  # it struck here: too late, the unit is through
                continue
        if self._expired and error is not None and not isinstance(error, UnitTimedOut):
            raise UnitTimedOut from error  # as the driver says it: interrupted

    def expire(self) -> None:
        with self._lock:
            if self._thread is not None:
                self._expired = True
                self._interrupt_query()
                _raise_in_thread(ctypes.c_ulong(self._thread), ctypes.py_object(UnitTimedOut))


async def watched(crossing: asyncio.Future[T], watch: Watch, deadline: float) -> T:
    """What a crossing into the database's thread gives. Each time the deadline passes over it, it is interrupted."""
    for _ in range(LAST_WARNINGS):
        done, _pending = await asyncio.wait({crossing}, timeout=deadline)
        if done:
            return crossing.result()
        log.error("a unit of work is past its deadline, interrupting it", seconds=deadline)
        watch.expire()
    done, _pending = await asyncio.wait({crossing}, timeout=max(deadline, LAST_GRACE))
    if not done:
        log.critical("a unit of work cannot be interrupted, the process ends; the update was counted")
        os._exit(HUNG)
    return crossing.result()
