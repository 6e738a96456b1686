"""Ends a unit of work that does not end by itself.

A hung unit holds the database's only writer. It is interrupted where it stands: an exception is raised inside its
thread (a loop in Python), the driver is asked to stop (a long query). What neither of them reaches, a hang inside C
code, is left to the caller, who ends the process: the attempt was counted, so the update behind it is dead after five.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from types import TracebackType

from storage.database import UnitTimedOut

_raise_in_thread = ctypes.pythonapi.PyThreadState_SetAsyncExc


class Watch:
    """Knows which thread is inside a unit; `expire` raises `UnitTimedOut` there, and never outside a unit."""

    def __init__(self, interrupt_query: Callable[[], None]) -> None:
        self._interrupt_query = interrupt_query
        self._lock = threading.Lock()
        self._thread: int | None = None

    def __enter__(self) -> Watch:
        with self._lock:
            self._thread = threading.get_ident()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            if self._thread is not None:
                # An exception that was asked for and has not struck yet must not strike the next unit.
                _raise_in_thread(ctypes.c_ulong(self._thread), None)
            self._thread = None

    def expire(self) -> None:
        with self._lock:
            if self._thread is not None:
                self._interrupt_query()
                _raise_in_thread(ctypes.c_ulong(self._thread), ctypes.py_object(UnitTimedOut))
