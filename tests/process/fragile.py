"""`guanxi run` with two words that break it: "drop dead" ends the process, "hang" holds it in C code for good.

No handler of ours does either; something below them might.
"""

from __future__ import annotations

import os
import time
from typing import Any

from bot import cli, opening
from handlers import router
from handlers.chat import Chat
from storage import watch
from storage.database import open_database

DEADLINE = 1.0
"""Seconds: the first words after a start, when every template and query is new, take a fifth of that."""
LAST_GRACE = 0.5
"""Seconds: nothing comes to an end by itself here, and the test would wait for it five times."""
_handle = router._handle


def _breaks(chat: Chat) -> None:
    if chat.text == "drop dead":
        os._exit(1)
    if chat.text == "hang":
        time.sleep(3600)
    _handle(chat)


async def _impatient(url: str, vault: Any, deadline: float) -> Any:
    return await open_database(url, vault, min(deadline, DEADLINE) if deadline < 60 else deadline)


if __name__ == "__main__":
    router._handle = _breaks
    watch.LAST_GRACE = LAST_GRACE
    vars(opening)["open_database"] = _impatient
    cli.app()
