"""Somebody asks something every now and then: how long they wait for the answer."""

from __future__ import annotations

import asyncio
import time

from bench.bots import FIRST_GUEST
from bench.emulator import Emulator

EVERY = 0.33
"""Seconds from one question to the next."""
SOON = 1.0
"""Seconds after the last question until somebody looks: the list of all that was sent is long, and the emulator answers
nobody while it writes it out."""
LONGEST = 20.0
"""Seconds that the last questions get to be answered."""


async def ask(sandbox: Emulator, seconds: float, first: int = FIRST_GUEST) -> list[float]:
    """Each time somebody new sends /start; the seconds until each answer arrived. Who got none is not in it."""
    people = range(first, first + asked(seconds))
    await sandbox.add_people(people)
    said: dict[int, float] = {}
    began = time.monotonic()
    for turn, person in enumerate(people):
        await asyncio.sleep(began + turn * EVERY - time.monotonic())
        said[person] = await sandbox.say(person, "/start")
    answered = await _answers(sandbox, said)
    return [answered[person] - said[person] for person in people if person in answered]


def asked(seconds: float) -> int:
    """How many questions that makes."""
    return int(seconds / EVERY)


async def _answers(sandbox: Emulator, said: dict[int, float]) -> dict[int, float]:
    """When each one's first answer arrived; waits for the last of them, but not for ever."""
    ends = time.monotonic() + LONGEST
    await asyncio.sleep(SOON)
    while True:
        answered = {send.chat: send.at for send in reversed(await sandbox.sends()) if send.chat in said}
        if len(answered) == len(said) or time.monotonic() > ends:
            return answered
        await asyncio.sleep(0.2)
