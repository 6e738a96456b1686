"""The sandbox as a program of its own."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import pytest


@pytest.mark.process
async def test_the_program_prints_its_address_and_answers_there() -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0", "--anyone"), stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout
    try:
        url = (await program.stdout.readline()).decode().strip()
        assert url.startswith("http://127.0.0.1:")
        body = {"chat_id": 123456, "text": "Hello whoever you are"}
        call = f"{url}bot1000000001:SANDBOX/sendMessage"
        async with aiohttp.ClientSession() as session, session.post(call, json=body) as response:
            assert (await response.json())["result"]["chat"]["id"] == 123456
    finally:
        program.terminate()
        await program.communicate()
