"""Reads what somebody posts, and not more than we can bear."""

from __future__ import annotations

import contextlib

from starlette.requests import ClientDisconnect, Request

MAX_BODY = 1024 * 1024
"""Bytes; an update of Telegram has a few thousand."""


async def read_body(request: Request) -> bytes | None:
    """The whole body; None where it is too long, found out before it is all in memory."""
    parts = bytearray()
    with contextlib.suppress(ClientDisconnect):  # half a body is no JSON, and nobody hears the answer
        async for part in request.stream():
            parts += part
            if len(parts) > MAX_BODY:
                return None
    return bytes(parts)
