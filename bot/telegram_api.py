"""One call to the Bot API over HTTP, and the three ways in which it can go wrong.

An outbox row is a method and its payload, ready to be posted as JSON; nothing needs to be built from it again. What
matters is to know afterwards whether it was done: refused (it was not), not sent (it was not), or unclear.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any

import aiohttp

CONNECT_TIMEOUT = 5.0
CALL_TIMEOUT = 20.0
IN_FLIGHT = 256


class Rejected(Exception):
    """Telegram answered and did not do it: 400, 401, 403, 404, 409, 429 …"""

    def __init__(self, method: str, code: int, description: str, parameters: dict[str, Any]) -> None:
        super().__init__(f"{method}: {code} {description}")
        self.code = code
        self.description = description
        self.retry_after: int | None = parameters.get("retry_after")
        self.migrate_to_chat_id: int | None = parameters.get("migrate_to_chat_id")


class NotSent(Exception):
    """There was no connection: the request never left."""


class Unclear(Exception):
    """The request left and no answer came, or a broken one: it may have been done."""


class TooLarge(Exception):
    """A file has more bytes than are wanted of it."""


@dataclass(frozen=True)
class File:
    """Something to be uploaded. `kind`: its media type."""

    name: str
    kind: str
    data: bytes


class TelegramApi:
    """A client of one bot. The token stands in the URL, so no URL and no aiohttp error text is ever shown."""

    def __init__(self, token: str, api_url: str) -> None:
        self._base = f"{api_url.rstrip('/')}/bot{token}/"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}/"
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=IN_FLIGHT, keepalive_timeout=60),
            raise_for_status=False,
            skip_auto_headers=("User-Agent", "Accept"),
        )

    async def call(self, method: str, payload: dict[str, Any] | None = None, *, timeout: float = CALL_TIMEOUT) -> Any:
        """The `result` of a method. Raises `Rejected`, `NotSent` or `Unclear`."""
        return await self._post(method, timeout, data=_dump(payload or {}).encode(), headers=_JSON)

    async def upload(
        self, method: str, payload: dict[str, Any], files: dict[str, File], *, timeout: float = CALL_TIMEOUT
    ) -> Any:
        """The same with files, each under the name of its parameter: a form, in which everything else is text."""
        form = aiohttp.FormData()
        for name, value in payload.items():
            form.add_field(name, value if isinstance(value, str) else _dump(value))
        for name, file in files.items():
            form.add_field(name, file.data, filename=file.name, content_type=file.kind)
        return await self._post(method, timeout, data=form)

    async def _post(self, method: str, timeout: float, **body: Any) -> Any:
        try:
            async with self._session.post(self._base + method, timeout=_limits(timeout), **body) as response:
                answer = await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"{method}: no connection ({type(error).__name__})") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unclear(f"{method}: no answer ({type(error).__name__})") from None
        return _result(method, response.status, answer)

    async def download(self, file_id: str, most: int, *, timeout: float = CALL_TIMEOUT) -> bytes:
        """A file that somebody sent. Raises `TooLarge` for more than so many bytes, and what `call` raises."""
        found = await self.call("getFile", {"file_id": file_id}, timeout=timeout)
        if found.get("file_size", 0) > most:
            raise TooLarge
        data = bytearray()
        try:
            async with self._session.get(
                self._files + found["file_path"], timeout=aiohttp.ClientTimeout(total=timeout), raise_for_status=True
            ) as response:
                async for chunk in response.content.iter_any():
                    data += chunk
                    if len(data) > most:
                        raise TooLarge
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unclear(f"file: no answer ({type(error).__name__})") from None
        return bytes(data)

    async def close(self) -> None:
        await self._session.close()

    async def __aenter__(self) -> TelegramApi:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


@cache
def _limits(timeout: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_TIMEOUT)


def _result(method: str, status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
        if answer["ok"]:
            return answer["result"]
        code, description = int(answer["error_code"]), str(answer["description"])
    except (ValueError, KeyError, TypeError):
        raise Unclear(f"{method}: HTTP {status} without a Bot API answer") from None
    if code >= 500:
        raise Unclear(f"{method}: {code} {description}")
    raise Rejected(method, code, description, answer.get("parameters") or {})


_JSON = {"Content-Type": "application/json"}
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
