"""Who may deliver updates, and what becomes of what is delivered."""

from __future__ import annotations

import asyncio
import io
import json
import logging

import aiohttp
import pytest

from bot.body import MAX_BODY
from bot.web import webhook_path, webhook_secret
from tests.web.house import HEADER, TOKEN, House


async def test_an_update_from_telegram_is_accepted(house: House) -> None:
    assert await house.delivers(json.dumps({"update_id": 5, "message": {"text": "你好"}})) == 200
    assert house.accepted == [{"update_id": 5, "message": {"text": "你好"}}]


async def test_without_the_secret_nothing_is_accepted(house: House) -> None:
    secret = webhook_secret(TOKEN)
    for wrong in ("", "wrong", secret[:-1], secret + "0", "schlüssel"):
        assert await house.delivers('{"update_id": 5}', secret=wrong) == 403, wrong
    assert house.accepted == []


async def test_the_secret_is_asked_for_before_the_body_is_read(house: House) -> None:
    """A stranger announces a body and never sends it: the answer does not wait for it."""
    host, port = house.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {webhook_path(TOKEN)} HTTP/1.1\r\nHost: x\r\n{HEADER}: wrong\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode())
    async with asyncio.timeout(3):
        assert b" 403 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_another_path_is_nobodys(house: House) -> None:
    for path in ("/telegram/", "/telegram/0000", webhook_path(TOKEN + "x"), webhook_path(TOKEN) + "/a"):
        assert await house.delivers('{"update_id": 5}', path=path) == 404, path
    assert house.accepted == []


NO_UPDATES = ("", "{", "[]", "5", "null", '{"message": {}}', '{"update_id": "5"}', '{"update_id": true}', "[" * 100_000)


async def test_what_is_no_update_is_refused(house: House) -> None:
    for body in NO_UPDATES:
        assert await house.delivers(body) == 400, body[:40]
    assert house.accepted == []


async def test_bytes_that_are_no_text_are_refused(house: House) -> None:
    assert await house.delivers(b"\xff\xfe\xfa") == 400


def _long(size: int) -> io.BytesIO:
    frame = b'{"update_id": 1, "x": "%s"}'
    return io.BytesIO(frame % (b"a" * (size - len(frame % b""))))


async def test_an_update_of_a_megabyte_is_the_largest_there_is(house: House) -> None:
    assert await house.delivers(_long(MAX_BODY)) == 200
    assert await house.delivers(_long(MAX_BODY + 1)) == 413
    assert len(house.accepted) == 1


async def test_an_update_that_could_not_be_stored_is_not_confirmed(house: House) -> None:
    house.disk_full = True
    assert await house.delivers('{"update_id": 5}') == 503
    house.disk_full = False
    assert await house.delivers('{"update_id": 5}') == 200


async def test_the_secret_path_is_never_logged(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await house.delivers('{"update_id": 5}')
    await house.delivers("{")
    await house.delivers("{}", secret="wrong")
    assert webhook_path(TOKEN).rpartition("/")[2] not in caplog.text
    assert webhook_secret(TOKEN) not in caplog.text
    assert "canary" not in caplog.text.lower()


def test_path_and_secret_belong_to_the_token_and_do_not_show_it() -> None:
    assert webhook_path(TOKEN) == webhook_path(TOKEN)
    assert webhook_path(TOKEN) != webhook_path(TOKEN + "x")
    assert webhook_path(TOKEN).rpartition("/")[2] != webhook_secret(TOKEN)
    assert set(webhook_secret(TOKEN)) <= set("0123456789abcdef")  # Telegram allows A-Z, a-z, 0-9, _ and -, up to 256
    assert "123456789" not in webhook_path(TOKEN)


async def test_only_post_delivers(house: House) -> None:
    async with aiohttp.ClientSession() as session, session.get(house.address + webhook_path(TOKEN)) as answer:
        assert answer.status == 405
